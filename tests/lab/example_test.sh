#!/bin/bash
# SPDX-License-Identifier: MIT
#
# examples/vmm.c, built from what is installed and with pkg-config alone, gives a guest the
# PASID of live functions.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

PROGRAM=tests/lab/example_test.sh
# shellcheck source=lab/lib.sh
. lab/lib.sh

dir=$(machine_dir example)
examples=$dir/usr/local/share/doc/vfio-pasid/examples

# For a lane of another architecture, it is what is built for that.
set_compiler() {
	built=$BUILD compiler=cc
	set_machine "$DEFAULT_KERNEL" "$DEFAULT_IOMMU"
	[[ $FOREIGN ]] || return 0
	lab/build "$LANE" || return
	built=$FOREIGN_BUILD
	compiler="$(basename "$FOREIGN_ROOT"/usr/lib/*-linux-gnu)-gcc-12 --sysroot=$FOREIGN_ROOT"
}

# Uses nothing of the checkout, and nothing of this shell's environment.
build_example() {
	local pc
	set_compiler && DESTDIR=$PWD/$dir meson install -C "$built" --quiet --no-rebuild || return
	pc=$(find "$PWD/$dir" -name libvpasid.pc)
	env -i PATH="$PATH" PKG_CONFIG_LIBDIR="${pc%/*}" PKG_CONFIG_SYSROOT_DIR="$PWD/$dir" \
		make -s -C "$examples" CC="$compiler" vmm
}

needs_the_shared_library() {
	readelf -d "$examples/vmm" | grep -E 'NEEDED.*\[libvpasid\.so\.' &&
		! readelf -d "$examples/vmm" | grep -E 'RPATH|RUNPATH'
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
