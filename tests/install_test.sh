#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What a user of the installed library has: pkg-config finds it, a program links
# with it, shared and static, and nothing but its own names is exported. Each shell has
# its completion where it looks for it.
set -u
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
DESTDIR=$dir meson install -C build --quiet --no-rebuild >/dev/null 2>&1
pc=$(find "$dir" -name libvpasid.pc)
lib=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_LIBDIR=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$dir

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

says_version() {
	[[ $(LD_LIBRARY_PATH=$lib "$1") == "$(pkg-config --modversion libvpasid) -9" ]]
}

build_shared() {
	# shellcheck disable=SC2046 # these are lists of words
	gcc "$dir/ask.c" -o "$dir/shared" $(pkg-config --cflags --libs libvpasid) &&
		says_version "$dir/shared"
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
	local examples=$dir/usr/local/share/doc/vfio-pasid/examples
	# a PCI Express Capability at 0x40, and ATS at 0x100
	truncate -s 4096 "$dir/space.bin"
	put "$dir/space.bin" 0x06 '\20' && put "$dir/space.bin" 0x34 '\100' &&
		put "$dir/space.bin" 0x40 '\20\0\2' && put "$dir/space.bin" 0x100 '\17\0\1' || return
	make -s -C "$examples" vmm &&
		LD_LIBRARY_PATH=$lib "$examples/vmm" --width 12 --file "$dir/space.bin" >"$dir/guest" &&
		cat "$dir/guest" && grep -q '^placed at 0xff8: gap$' "$dir/guest" &&
		grep -q '^guest: PASIDs have 12 bits$' "$dir/guest" &&
		grep -q 'the guest has enabled PASID$' "$dir/guest" &&
		grep -q '^migration refused:' "$dir/guest"
}

needs_libc_alone() {
	[[ $(objdump -p "$lib/libvpasid.so" | awk '/NEEDED/ { print $2 }') == libc.so.6 ]]
}

exports_its_own() {
	diff <(nm -D --defined-only "$lib/libvpasid.so" | awk '$2 != "A" { print $3 }' | sort) \
		<(sed -n 's/^\t\(vpasid_.*\);/\1@@VPASID_0.2/p' lib/libvpasid.map | sort)
}

declares_what_it_exports() {
	diff <(sed -n 's/^\t\(vpasid_.*\);/\1/p' lib/libvpasid.map | sort) \
		<(grep -hv '#define' "$dir"/usr/local/include/vpasid/*.h | tr '\n' ' ' | grep -o 'VPASID_API [^;(]*(' |
			sed 's/ *($//; s/.*[ *]//' | sort)
}

# Shells look there below each prefix that they know, fish by XDG_DATA_DIRS.
installs_completions() {
	local share=$dir/usr/local/share
	cmp "$share/bash-completion/completions/vpasid" data/completions/vpasid &&
		cmp "$share/zsh/site-functions/_vpasid" data/completions/_vpasid &&
		cmp "$share/fish/vendor_completions.d/vpasid.fish" data/completions/vpasid.fish &&
		cmp "$share/bash-completion/completions/vpasid-device" data/completions/vpasid &&
		cmp "$share/fish/vendor_completions.d/vpasid-device.fish" data/completions/vpasid-device.fish
}

# fish loads it by itself, when it is to complete that command.
fish_finds_it() {
	PATH=$dir/usr/local/bin:$PATH HOME=$dir XDG_CONFIG_HOME=$dir XDG_DATA_DIRS=$dir/usr/local/share \
		fish -c 'complete -C "vpasid expl"' >"$dir/offered"
	cat "$dir/offered"
	grep -q ^explain "$dir/offered"
}

# It is called by its whole path: systemd knows no other.
unit_runs_it() {
	local unit=$dir/usr/local/share/doc/vfio-pasid/fleet/vpasid-export.service command
	command=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
	[[ $command == /*/vpasid && -x $dir$command && -f ${unit%.service}.timer ]] &&
		grep -q "^ExecStart=$command .*--for " "${unit%/*}/check.conf"
}

ok "the systemd unit runs the command that is installed" unit_runs_it
ok "a program links with the shared library through pkg-config" build_shared
ok "a program links with the static library through pkg-config" build_static
ok "the installed example builds by pkg-config alone, and its guest enables PASID" run_example
ok "the library needs libc alone" needs_libc_alone
ok "the library exports its own names alone, versioned" exports_its_own
ok "every export is declared in a public header, and the reverse" declares_what_it_exports
ok "completions for bash, zsh and fish" installs_completions
ok "fish finds its completion" fish_finds_it
plan
