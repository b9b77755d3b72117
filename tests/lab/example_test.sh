#!/bin/bash
# SPDX-License-Identifier: MIT
#
# examples/vmm.c, built from what is installed and with pkg-config alone, gives a guest the
# PASID of live functions.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=build/example
examples=$dir/usr/local/share/doc/vfio-pasid/examples

# Uses nothing of the checkout, and nothing of this shell's environment.
build_example() {
	local pc
	rm -rf "$dir"
	DESTDIR=$PWD/$dir meson install -C build --quiet --no-rebuild || return
	pc=$(find "$PWD/$dir" -name libvpasid.pc)
	env -i PATH="$PATH" PKG_CONFIG_LIBDIR="${pc%/*}" PKG_CONFIG_SYSROOT_DIR="$PWD/$dir" \
		make -s -C "$examples" vmm
}

needs_the_shared_library() {
	objdump -p "$examples/vmm" | grep -E 'NEEDED +libvpasid\.so\.' &&
		! objdump -p "$examples/vmm" | grep -E 'RPATH|RUNPATH'
}

boot() {
	copies=(--copy "$dir")
	in_vm example example.sh "$dir" >"$dir/rows" 2>"$dir/boot"
	status=$?
	((status <= 1)) || { tail -n 40 "$dir/boot" | sed 's/^/    /'; return 1; }
}

ok "the installed example builds, by pkg-config alone" build_example
ok "it needs the shared library, and has no path to it" needs_the_shared_library
ok "a kernel boots, and runs it" boot
relay "$dir/rows"
plan
