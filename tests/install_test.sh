#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make install, where the user stands: below /usr/local and /usr of this machine, with nothing set
# in the environment. The loader, pkg-config, the shells and the manual find what was installed,
# and make uninstall removes it.
set -u
cd "$(dirname "$0")/.." || exit
[[ ${APART_DIR-} ]] || exec tests/support/apart.sh "$0" "$@"
. tests/tap.sh

unset LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR XDG_DATA_DIRS MANPATH PREFIX DESTDIR CPATH
export HOME=$APART_DIR/home
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
dir=$APART_DIR/work
mkdir -p "$dir" "$HOME"

cat >"$dir/ask.c" <<'C'
#include <stdio.h>
#include <vpasid/vpasid.h>
int main(void)
{
	struct vpasid_info info;

	printf("%s %d\n", vpasid_version(), vpasid_query_device(-1, &info));
	return 0;
}
C

# present DIRECTORY...: what each contains, without what was there before
present() {
	find "$@" -xdev | sort
}

# installs PREFIX [DIRECTORY]: into a machine where this isn't installed yet
installs() {
	prefix=$1
	present "$prefix" /etc >"$dir/before"
	make --no-print-directory install PREFIX="$prefix" >"$dir/said" && cat "$dir/said"
}

# advice WORD: the command that make install has printed, which has this word
advice() {
	sed -n '/^installed in /,$s/^  //p' "$dir/said" | grep -F "$1"
}

# uninstalls: all of it, and nothing else
uninstalls() {
	rm -f /etc/fish/completions/vpasid*
	make --no-print-directory uninstall &&
		diff "$dir/before" <(present "$prefix" /etc)
}

says_version() {
	[[ $("$1") == "$(pkg-config --modversion libvpasid) -9" ]]
}

# Debian's /lib is a link to /usr/lib.
loaded() {
	local libdir
	libdir=$(pkg-config --variable libdir libvpasid)
	[[ ! /lib -ef /usr/lib ]] || libdir=${libdir/#\/usr\/lib\//\/lib/}
	echo "$libdir/libvpasid.so"
}

build_shared() {
	# shellcheck disable=SC2046 # these are lists of words
	gcc "$dir/ask.c" -o "$dir/shared" $(pkg-config --cflags --libs libvpasid) &&
		says_version "$dir/shared" && ldd "$dir/shared" | grep -q " => $(loaded)"
}

build_static() {
	# shellcheck disable=SC2046
	gcc -static "$dir/ask.c" -o "$dir/static" $(pkg-config --static --cflags --libs libvpasid) &&
		says_version "$dir/static"
}

# put FILE OFFSET BYTES: as printf has them
put() {
	# shellcheck disable=SC2059 # it is the format
	printf "$3" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none
}

# On a config space with PCI Express and ATS alone, of no vendor
run_example() {
	cp -r "$prefix/share/doc/vfio-pasid/examples" "$dir"
	# a PCI Express Capability at 0x40, and ATS at 0x100
	truncate -s 4096 "$dir/space.bin"
	put "$dir/space.bin" 0x06 '\20' && put "$dir/space.bin" 0x34 '\100' &&
		put "$dir/space.bin" 0x40 '\20\0\2' && put "$dir/space.bin" 0x100 '\17\0\1' || return
	make -s -C "$dir/examples" &&
		"$dir/examples/vmm" --width 12 --file "$dir/space.bin" >"$dir/guest" &&
		cat "$dir/guest" && grep -q '^placed at 0xff8: gap$' "$dir/guest" &&
		grep -q '^guest: PASIDs have 12 bits$' "$dir/guest" &&
		grep -q 'the guest has enabled PASID$' "$dir/guest" &&
		grep -q '^migration refused:' "$dir/guest"
}

library() {
	echo "$(pkg-config --variable libdir libvpasid)/libvpasid.so"
}

needs_libc_alone() {
	[[ $(objdump -p "$(library)" | awk '/NEEDED/ { print $2 }') == libc.so.6 ]]
}

exports_its_own() {
	diff <(nm -D --defined-only "$(library)" | awk '$2 != "A" { print $3 }' | sort) \
		<(sed -n 's/^\t\(vpasid_.*\);/\1@@VPASID_0.2/p' lib/libvpasid.map | sort)
}

declares_what_it_exports() {
	diff <(sed -n 's/^\t\(vpasid_.*\);/\1/p' lib/libvpasid.map | sort) \
		<(grep -hv '#define' "$prefix"/include/vpasid/*.h | tr '\n' ' ' | grep -o 'VPASID_API [^;(]*(' |
			sed 's/ *($//; s/.*[ *]//' | sort)
}

# bash-completion loads it when the command is to be completed.
bash_finds() {
	bash -c '. /usr/share/bash-completion/bash_completion
		_completion_loader vpasid; complete -p vpasid
		_completion_loader vpasid-device; complete -p vpasid-device' >"$dir/offered"
	cat "$dir/offered"
	(($(wc -l <"$dir/offered") == 2))
}

zsh_finds() {
	# shellcheck disable=SC2016 # zsh's
	[[ $(zsh -fc 'autoload -U compinit && compinit -uD && echo $_comps[vpasid] $_comps[vpasid-device]') == \
		'_vpasid _vpasid' ]]
}

# By default it looks below /usr alone.
fish_finds() {
	[[ $prefix == /usr ]] || eval "$(advice fish)" || return
	fish -c 'complete -C "vpasid expl"; complete -C "vpasid-device --prof"' >"$dir/offered"
	cat "$dir/offered"
	grep -q ^explain "$dir/offered" && grep -q ^--profile "$dir/offered"
}

runs_commands() {
	local device
	[[ $(vpasid --version) == "vpasid $(pkg-config --modversion libvpasid)" &&
		$(command -v vpasid) == "$prefix/bin/vpasid" ]] || return
	coproc vpasid-device --profile dsa --socket "$dir/socket" 2>&1
	device=$COPROC_PID
	read -r said <&"${COPROC[0]}"
	kill "$device" && wait "$device"
	echo "$said"
	[[ $said == *"$dir/socket"* ]]
}

# It is called by its whole path: systemd knows no other.
unit_runs_it() {
	local unit=$prefix/share/doc/vfio-pasid/fleet/vpasid-export.service command
	command=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
	[[ $command == "$prefix/bin/vpasid" && -x $command && -f ${unit%.service}.timer ]] &&
		grep -q "^ExecStart=$command .*--for " "${unit%/*}/check.conf"
}

has_manual() {
	local page
	for page in doc/*.[1-8] doc/man/*.[1-8] build/doc/man/*.[1-8]; do
		page=${page##*/}
		[[ -f $prefix/share/man/man${page##*.}/$page ]] || { echo "$page isn't installed"; return 1; }
	done
	mandoc -T lint -W warning "$prefix"/share/man/man[1-8]/*pasid*
}

has_pages() {
	local page
	for page in README.md CHANGELOG.md doc/*.md; do
		[[ -f $prefix/share/doc/vfio-pasid/${page##*/} ]] || { echo "$page isn't installed"; return 1; }
	done
}

# Relative links, from the directory of their page
links_hold() {
	local page link count=0
	while IFS=: read -r page link; do
		link=${link%%#*}
		count=$((count + 1))
		[[ ! $link || -e ${page%/*}/$link ]] || { echo "$page leads to $link"; return 1; }
	done < <(grep -rohHE --include=*.md '\]\([^)[:space:]]+\)' "$prefix/share/doc/vfio-pasid" |
		sed 's/:\](\(.*\))$/:\1/' | grep -v ://)
	echo "$count links"
	((count > 20))
}

# Paths of our files, in pages and in the manual; the last part may be a pattern.
paths_hold() {
	local path count=0
	while read -r path; do
		count=$((count + 1))
		if [[ $path != "$prefix"/* ]] || ! compgen -G "$path" >/dev/null; then
			echo "$path isn't there"
			return 1
		fi
	done < <(cat "$prefix"/share/man/man?/*pasid* "$prefix"/share/doc/vfio-pasid/*.md |
		grep -oE '/usr(/local)?/share/(doc/vfio-pasid|vpasid)[^][:space:])`]*' | sort -u)
	echo "$count paths"
	((count >= 4))
}

# What others have put where we install stays, with its directory.
leaves_others() {
	installs /usr/local || return
	touch /usr/local/share/vpasid/profiles/own.conf
	make --no-print-directory install uninstall &&
		diff "$dir/before" <(present "$prefix" /etc | grep -v /share/vpasid) &&
		[[ $(find /usr/local/share/vpasid -type f) == /usr/local/share/vpasid/profiles/own.conf ]] &&
		rm -r /usr/local/share/vpasid
}

# The machine isn't changed, and there is what would have been installed.
stages() {
	cp /etc/ld.so.cache "$dir/cache"
	present /usr/local /usr/include /etc >"$dir/before"
	make --no-print-directory install PREFIX=/usr DESTDIR="$dir/staged" &&
		diff "$dir/before" <(present /usr/local /usr/include /etc) && cmp /etc/ld.so.cache "$dir/cache" &&
		[[ -x $dir/staged/usr/bin/vpasid && ! -e /usr/bin/vpasid ]] &&
		make --no-print-directory uninstall DESTDIR="$dir/staged" && [[ ! -e $dir/staged/usr ]]
}

# This machine looks for everything below /usr.
needs_nothing_else() {
	installs /usr && [[ ! $(advice '') ]]
}

# Below a directory that this machine doesn't look into
advises() {
	mkdir -p /usr/local/apart
	installs /usr/local/apart || return
	! pkg-config --exists libvpasid || return
	(eval "$(advice ldconfig)" && eval "$(advice PKG_CONFIG_PATH)" && build_shared)
}

# libdir_of PC_PATH PREFIX: where pkg-config looks there
libdir_of() {
	mkdir -p "$dir/other"
	printf '#!/bin/sh\necho %s\n' "$1" >"$dir/other/pkg-config"
	chmod +x "$dir/other/pkg-config"
	PATH=$dir/other:$PATH scripts/where libdir "$2"
}

chooses_libdir() {
	local fedora=/usr/lib64/pkgconfig:/usr/share/pkgconfig arch=/usr/lib/pkgconfig:/usr/share/pkgconfig
	[[ $(libdir_of "$fedora" /usr) == lib64 && $(libdir_of "$fedora" /usr/local) == lib64 &&
		$(libdir_of "$arch" /usr) == lib && $(libdir_of "$arch" /usr/local) == lib ]]
}

# What holds below any prefix
everywhere() {
	ok "$prefix: a program is built with the shared library, and runs" build_shared
	ok "$prefix: a program is built with the static library, and runs" build_static
	ok "$prefix: vpasid and vpasid-device run, the latter with its profiles" runs_commands
	ok "$prefix: bash finds the completions" bash_finds
	ok "$prefix: zsh finds the completions" zsh_finds
	ok "$prefix: fish finds the completions" fish_finds
	ok "$prefix: the systemd unit runs the command that is installed" unit_runs_it
	ok "$prefix: the whole manual is installed" has_manual
	ok "$prefix: links of the installed pages lead somewhere" links_hold
	ok "$prefix: paths of our files in pages and in the manual are those of the files" paths_hold
}

ok "make install" installs /usr/local
everywhere
ok "the installed examples build, and a guest enables PASID" run_example
ok "the library needs libc alone" needs_libc_alone
ok "the library exports its own names alone, versioned" exports_its_own
ok "every export is declared in a public header, and the reverse" declares_what_it_exports
ok "all pages of doc/ are installed" has_pages
ok "make uninstall removes all that was installed" uninstalls
ok "make uninstall after two installations leaves what is somebody else's" leaves_others
ok "make install PREFIX=/usr, and nothing else needs to be done" needs_nothing_else
everywhere
ok "make uninstall removes it from /usr" uninstalls
ok "make install DESTDIR changes nothing of this machine" stages
ok "where the loader and pkg-config don't look, make install says what helps, and that helps" advises
ok "the libdir of other distributions is where their pkg-config looks" chooses_libdir
plan
