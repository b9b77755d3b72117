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

# make_example EXAMPLES COMPILER [NAME=VALUE...]: without what this shell's environment has
make_example() {
	env -i PATH="$PATH" "${@:3}" make -s -C "$1" CC="$2" vmm
}

# As a user of this machine does, who has the library installed in /usr/local
install_and_build() {
	meson install -C "$BUILD" --quiet --no-rebuild && ldconfig && make_example "/$share" cc
}

# For another architecture nothing can be installed here: it is built with a root directory of that.
cross_build() {
	local pc triplet
	lab/build "$LANE" && DESTDIR=$PWD/$dir meson install -C "$FOREIGN_BUILD" --quiet --no-rebuild || return
	pc=$(find "$PWD/$dir" -name libvpasid.pc)
	triplet=$(basename "$FOREIGN_ROOT"/usr/lib/*-linux-gnu)
	make_example "$dir/$share" "$triplet-gcc-12 --sysroot=$FOREIGN_ROOT" \
		PKG_CONFIG_LIBDIR="${pc%/*}" PKG_CONFIG_SYSROOT_DIR="$PWD/$dir"
}

share=usr/local/share/doc/vfio-pasid/examples
if [[ ${1-} == --apart ]]; then
	install_and_build && cp -a /usr/local/. "$2"
	exit
fi

dir=$(machine_dir example)
examples=$dir/$share

# Uses nothing of the checkout. What is installed apart from this machine is copied into $dir, by a
# directory that both see.
build_example() {
	local copy status
	set_machine "$DEFAULT_KERNEL" "$DEFAULT_IOMMU"
	[[ ! $FOREIGN ]] || { cross_build; return; }
	copy=$(mktemp -d)
	mkdir -p "$dir/usr/local"
	tests/support/apart.sh "$0" --apart "$copy" && cp -a "$copy/." "$dir/usr/local"
	status=$?
	rm -r "$copy"
	return $status
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
