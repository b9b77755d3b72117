# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# iommufd for kernels that are built without it: iommufd, and VFIO that knows of it, are built
# as modules from that kernel's own source. Source this after lib.sh, apt.sh and source.sh.

# How the kernel would have to be configured; make and the compiler are both told so
IOMMUFD_CONFIG=(IOMMUFD=m IOMMUFD_DRIVER_CORE=m VFIO_DEVICE_CDEV=y INTERVAL_TREE_SPAN_ITER=y)

# The directories that have modules
# shellcheck disable=SC2034 # for lab/build
IOMMUFD_MODULES=(drivers/iommu/iommufd drivers/vfio)

# iommufd_sources DIRECTORY: copies the parts there, and our own file
iommufd_sources() {
	lane_source
	mkdir -p "$1"
	cp -au "$LANE_DIR/source/drivers" "$LANE_DIR/source/lib" "$1"
	cp -au "$LAB"/iommufd/* "$1/drivers/iommu/iommufd"
}

# without_variants MAKEFILE...: prints make's variables that switch off VFIO's other drivers,
# whose source isn't copied
without_variants() {
	# shellcheck disable=SC2016 # make's, not the shell's
	sed -n 's,^obj-$(\(CONFIG_[A-Z0-9_]*\)).*/$,\1=,p' "$@" | grep -v '^CONFIG_VFIO_PCI_CORE='
}

# iommufd_variables DIRECTORY: prints make's variables for that configuration
iommufd_variables() {
	local word flags=
	for word in "${IOMMUFD_CONFIG[@]}"; do
		echo "CONFIG_$word"
		case $word in
		*=m) flags+=" -DCONFIG_${word%=m}_MODULE=1" ;;
		*) flags+=" -DCONFIG_${word%=y}=1" ;;
		esac
	done
	echo "KCFLAGS=$flags"
	without_variants "$1"/drivers/vfio/{,pci/}Makefile
}
