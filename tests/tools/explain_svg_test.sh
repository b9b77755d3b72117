#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid explain --svg: of all functions of made hosts, of recordings and of dumps, the picture
# says what --json says, and can be read.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

vpasid=${BUILD:-build}/vpasid
dir=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$dir"' EXIT
purposes=("" pasid vmm sva guest-sva)

# bdfs OPTION...: some of the host's functions
bdfs() {
	"$vpasid" list --all -p "$@" 2>/dev/null | cut -f 1 | head -n 4
}

# draw NAME BDF OPTION...: $dir/pictures/NAME-BDF-PURPOSE.svg and .json, for each purpose
draw() {
	local name=$1 bdf=$2 purpose for status
	shift 2
	for purpose in "${purposes[@]}"; do
		for=(${purpose:+--for "$purpose"})
		"$vpasid" explain "${for[@]}" --json "$@" "$bdf" 2>/dev/null \
			>"$dir/pictures/$name-$bdf-$purpose.json"
		status=$?
		"$vpasid" explain "${for[@]}" --svg "$dir/pictures/$name-$bdf-$purpose.svg" "$@" "$bdf" \
			2>"$dir/err" >"$dir/out"
		[[ $? == "$status" && ! -s $dir/out ]] || { cat "$dir/err"; return 1; }
	done
}

# drawn NAME OPTION...: a picture of each function, and each is right
drawn() {
	local name=$1 bdf
	shift
	rm -rf "$dir/pictures" && mkdir "$dir/pictures" || return
	for bdf in $(bdfs "$@"); do
		draw "$name" "$bdf" "$@" || return
	done
	xmllint --noout --nonet "$dir"/pictures/*.svg || return
	python3 tests/tools/explain_svg.py "$dir/pictures" >"$dir/counts" || { cat "$dir/counts"; return 1; }
	cat "$dir/counts" >>"$dir/all"
}

made_hosts() {
	local seed
	for ((seed = 1; seed <= 12; seed++)); do
		mkdir "$dir/host"
		build/tests/property/agreement_property 1 "$seed" "$dir/host" >/dev/null
		ok "a random host, $seed" drawn "made-$seed" --sysfs "$dir/host"
		rm -rf "$dir/host"
	done
}

# That each state was there
has_all_states() {
	awk 'BEGIN { RS = "[ \n]"; FS = "=" } NF == 2 { count[$1] += $2 }
		END { for (state in count) { print state, count[state]; if (count[state] < 20) exit 1 } }' \
		"$dir/all" >"$dir/counts" || { cat "$dir/counts"; return 1; }
	(($(wc -l <"$dir/counts") == 4))
}

# What isn't right is found.
notices() {
	local edit
	rm -rf "$dir/pictures" && mkdir "$dir/pictures" || return
	draw of 0000:01:00.1 --record "$recording" || return
	rm "$dir"/pictures/*-{pasid,sva}.svg
	python3 tests/tools/explain_svg.py "$dir/pictures" >/dev/null || return
	mkdir "$dir/good" && cp "$dir"/pictures/*.svg "$dir/good" || return
	for edit in 's/link ok/link broken/' 's/data-link="acs"/data-link="ats"/' 's/>the endpoint needs/>needs/' \
		's/covered by dmar0/& & & & & & & &/' 's/y="[0-9.]*" class="name"/y="200" class="name"/' \
		's/class="state">ok/class="state">broken/' 's/width="640"/width="600"/' \
		's/\(class="box" x="12" y="[0-9.]*" width="616" height="\)[0-9.]*/\124/' \
		's/viewBox="0 0 640 [0-9]*"/viewBox="0 0 640 900"/' 's/<rect class="cause".*//' \
		'0,/class="sign" r="8"/s//class="sign" r="7"/' 's/#1f2328/#cccccc/' \
		's/#56d364/#ff7b72/' 's/class="vpasid-path"/& id="a"/' 's/<desc>/<desc>x/' \
		's/\.vpasid-path text/text/' 's/<title>0000/<title>1111/' 's/stroke-width:2}/stroke-width:2;filter:url(x)}/' \
		's,<desc>,<image href="x"/>&,' \
		's/, likely//' 's/>to do: [a-z]/>to do: X/' 's/x="32.0"/x="4.0"/; s/translate(32.0/translate(4.0/'; do
		cp "$dir/good/"* "$dir/pictures" && sed -i "$edit" "$dir"/pictures/*.svg || return
		! cmp -s <(cat "$dir"/pictures/*.svg) <(cat "$dir"/good/*) ||
			{ echo "$edit changes nothing"; return 1; }
		! python3 tests/tools/explain_svg.py "$dir/pictures" >"$dir/out" 2>&1 ||
			{ echo "$edit isn't noticed"; return 1; }
		! grep Traceback "$dir/out" || { echo "$edit"; cat "$dir/out"; return 1; }
	done
}

# complains STATUS TEXT ARG...
complains() {
	local status=$1 text=$2
	shift 2
	"$vpasid" explain "$@" >"$dir/out" 2>"$dir/err"
	[[ $? == "$status" ]] && grep -qF -- "$text" "$dir/err" && [[ ! -s $dir/out ]] && return
	cat "$dir/out" "$dir/err"
	return 1
}

to_stdout() {
	"$vpasid" explain --svg "$dir/file.svg" --record "$recording" "$bdf" 2>/dev/null &&
		"$vpasid" explain --svg - --record "$recording" "$bdf" 2>/dev/null |
		cmp - "$dir/file.svg"
}

no_file() {
	complains 3 "7777" --svg "$dir/none.svg" --record "$recording" 7777:01:00.0 &&
		[[ ! -e $dir/none.svg ]]
}

recording=tests/corpus/recordings/intel-6.12.tar.gz
bdf=0000:01:00.0
made_hosts
for file in tests/corpus/recordings/*.tar.gz; do
	ok "${file##*/}" drawn recording --record "$file"
done
for file in tests/corpus/dumps/{accelerator,all-ones,below,loop}; do
	ok "${file##*/}" drawn dump --file "$file"
done
ok "there were all states" has_all_states
ok "what isn't right is found" notices
ok "-: to stdout" to_stdout
ok "no such function: no picture" no_file
ok "with --json: can't be used together" complains 2 "--svg and --json can't be used together" \
	--svg "$dir/none.svg" --json --record "$recording" "$bdf"
ok "a file that can't be made" complains 3 "$dir/none/x.svg: No such file" \
	--svg "$dir/none/x.svg" --record "$recording" "$bdf"
ok "a file that can't be written" complains 3 "can't write /dev/full" \
	--svg /dev/full --record "$recording" "$bdf"
plan
