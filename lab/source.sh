# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sources of kernels, from Debian's packages: each is downloaded once, whoever wants parts
# of it. Source it after lib.sh and apt.sh.

SOURCES=$BUILD/sources

# download_source SUITE PACKAGE
download_source() {
	local suite=$1 package=$2
	[[ ! -e $SOURCES/$package.deb ]] || return 0
	say "downloading $package of $suite"
	apt_prepare "$suite"
	apt apt-cache show "$package" >/dev/null 2>&1 ||
		fail "$suite has no package $package: the present one has another number"
	apt_download "$SOURCES/new" "$package"
	mv "$SOURCES/new/"*.deb "$SOURCES/$package.deb"
}

# unpack_source SUITE PACKAGE DIRECTORY [PART...]: into the directory, all of it or parts,
# which may be patterns. Complete or not at all: whoever finds the directory has the whole.
unpack_source() {
	local suite=$1 package=$2 directory=$3
	shift 3
	[[ ! -d $directory ]] || return 0
	(
		hold_lock source
		# shellcheck disable=SC2034 # apt.sh's: not that of the lanes, who may be at work
		APT=$SOURCES/apt
		download_source "$suite" "$package"
	)
	say "unpacking $package"
	rm -rf "$directory.new"
	mkdir -p "$directory.new"
	dpkg-deb --fsys-tarfile "$SOURCES/$package.deb" |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | xz -dc -T0 |
		tar -x -C "$directory.new" --strip-components=1 --wildcards \
			--no-wildcards-match-slash "${@/#/$package/}"
	mv "$directory.new" "$directory"
}

# The parts of the source that iommufd is built from
IOMMUFD_PARTS=('drivers/iommu/*.h' drivers/iommu/iommufd 'drivers/vfio/*.[ch]' drivers/vfio/Makefile
	'drivers/vfio/pci/*.[ch]' drivers/vfio/pci/Makefile lib/interval_tree.c)

# lane_source: all that is wanted of the lane's kernel, in $LANE_DIR/source. It is unpacked at
# once, as the whole package must be decompressed for any part of it.
lane_source() {
	local parts=(scripts include/linux/pci_ids.h)
	if [[ -n $(lane_value iommufd) ]]; then
		parts+=("${IOMMUFD_PARTS[@]}")
	else
		parts+=(drivers/vfio/pci/vfio_pci.c)
	fi
	(
		hold_lock unpack
		unpack_source "$(lane_value suite)" "$(lane_value source)" "$LANE_DIR/source" "${parts[@]}"
	)
}
