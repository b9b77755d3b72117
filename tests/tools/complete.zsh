#!/bin/zsh -f
# SPDX-License-Identifier: MIT
#
# complete.zsh DIR: what zsh offers for each line of stdin with the completions of DIR: a word
# a line, its description behind a tab; what vpasid has complained of meanwhile; and a line
# with a ".". A real zsh has a terminal, and completes in it; what it is about to list is
# written to a file as well.
zmodload zsh/zpty zsh/zselect
dir=$(mktemp -d)
trap 'rm -rf $dir' EXIT

print "fpath=(${(q)1:A} \$fpath) dir=${(q)dir}" >$dir/.zshrc
cat >>$dir/.zshrc <<'ZSH'
autoload -Uz compinit
compinit -u -D
zstyle ':completion:*' verbose yes

# Calls that fill arrays list nothing.
compadd() {
	if (( ! $@[(I)-[OAD]] )); then
		local -a offered about
		local at=$@[(I)-d]
		(( ! at )) || about=(${(P)@[at + 1]})
		builtin compadd -A offered ${about:+-D} ${about:+about} "$@"
		for (( at = 1; at <= $#offered; at++ )); do
			print -r -- "$offered[at]"$'\t'"$about[at]" >>$dir/offered
		done
	fi
	builtin compadd "$@"
}
finish() {
	BUFFER=
	: >$dir/done
}
zle -N finish
bindkey '^I' complete-word '^X' finish
: >$dir/done
ZSH

# Half a minute at most
wait_for_it() {
	repeat 300; do
		[[ ! -e $dir/done ]] || { rm $dir/done; return }
		zselect -t 10
	done
	print -u 2 "zsh doesn't answer"
	exit 1
}

zpty zsh "ZDOTDIR=${(q)dir} zsh -d -i"
wait_for_it
while IFS= read -r line; do
	rm -f $dir/offered
	zpty -w -n zsh $line$'\t\x18'
	wait_for_it
	[[ ! -e $dir/offered ]] || sort -u $dir/offered
	# what is complained of stands in the terminal
	while zpty -rt zsh shown; do
		[[ $shown != *vpasid:* ]] || print -r -- $shown
	done
	print .
done
