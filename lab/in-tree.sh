# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vfio-pci-core and vfio-pci of a kernel's own source, with driver/in-tree applied. Source this
# after lib.sh, apt.sh, source.sh and iommufd.sh.

# shellcheck disable=SC2034 # both for lab/build
IN_TREE_MODULES=(drivers/vfio/pci) IN_TREE_FORM=(driver/in-tree/{apply,vfio_pasid.cocci})

# in_tree_source DIRECTORY: what of the lane's kernel driver/in-tree is applied to. The header is
# that which modules are built with.
in_tree_source() {
	lane_source
	mkdir -p "$1"/{drivers/vfio,include/linux}
	cp -a "$LANE_DIR/source/drivers/vfio/pci" "$1/drivers/vfio"
	cp -a "$LANE_DIR"/root/lib/modules/*/source/include/linux/vfio_pci_core.h "$1/include/linux"
}

# in_tree_sources DIRECTORY: puts it there, applied
in_tree_sources() {
	local applied=$WORK/applied
	rm -rf "$applied"
	in_tree_source "$applied"
	"$ROOT/driver/in-tree/apply" "$applied" >&2 || fail "driver/in-tree doesn't fit lane $LANE"
	echo 'CFLAGS_vfio_pci_pasid.o := -Werror' >>"$applied/drivers/vfio/pci/Makefile"
	mkdir -p "$1"
	cp -a "$applied"/* "$1"
}

# in_tree_variables DIRECTORY: prints make's variables for it. The kernel's headers have the
# core's as it was, and all modules have to see the same one.
in_tree_variables() {
	echo W=1
	echo "NOSTDINC_FLAGS=-nostdinc -I$1/include -I$1/include/uapi"
	without_variants "$1/drivers/vfio/pci/Makefile"
}
