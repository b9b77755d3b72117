#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The modules build for kernels that no lane has, by the headers of one that has more: Linux 6.2
# to 6.5 bind devices to an iommufd, and have no detach_ioas.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

lane=6.12
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# builds_without [MEMBER]: with VFIO's header, without the member of that name
builds_without() {
	local headers header=$dir/include/linux/vfio.h
	headers=$(echo "build/lanes/$lane"/root/lib/modules/*/build)
	mkdir -p "$(dirname "$header")" "$dir/src/include" || return
	cp "$(realpath "$headers")"/../*-common/include/linux/vfio.h "$header" &&
		cp -r driver "$dir/src" && cp -r include/uapi "$dir/src/include" || return
	if (($#)); then
		grep -q "$1" "$header" && sed -i ":a; /\\\\\$/{ N; ba }; /$1/d" "$header" || return
	fi
	make -s -C "$headers" M="$dir/src/driver" CONFIG_DEBUG_INFO_BTF_MODULES= W=1 \
		NOSTDINC_FLAGS="-nostdinc -I$dir/include" KCFLAGS=-Werror modules &&
		[[ -e $dir/src/driver/pasid_vfio_pci.ko && -e $dir/src/driver/vfio_pasid.ko ]] &&
		{ ((!$#)) || ! grep -q "HAVE_.*$1" "$dir/src/driver/.pasid_vfio_pci.o.cmd"; }
}

needs "the kernel of lane $lane" lab/fetch "$lane"
ok "$lane with all that it has: they build" builds_without
ok "$lane without detach_ioas: they build" builds_without detach_ioas
plan
