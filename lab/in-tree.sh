# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vfio-pci-core and vfio-pci of a kernel's own source, with driver/in-tree applied. Source this
# after lib.sh, apt.sh, source.sh and iommufd.sh.

# The parts of the source that they are built from
IN_TREE_PARTS=('drivers/vfio/pci/*.[ch]' drivers/vfio/pci/Makefile include/linux/vfio_pci_core.h)

# shellcheck disable=SC2034 # both for lab/build
IN_TREE_MODULES=(drivers/vfio/pci) IN_TREE_FORM=(driver/in-tree/{apply,vfio_pasid.cocci})

# in_tree_sources DIRECTORY: puts the parts there, as they are with it
in_tree_sources() {
	local kernel=$LANE_DIR/in-tree/linux applied=$WORK/applied
	unpack_source "$(lane_value suite)" "$(lane_value source)" "$kernel" "${IN_TREE_PARTS[@]}"
	rm -rf "$applied"
	cp -a "$kernel" "$applied"
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
