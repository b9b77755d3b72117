# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What all programs of the lab share. Source it; PROGRAM is set by then.
# shellcheck disable=SC2034 # much is for those who source it

ROOT=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
LAB=$ROOT/lab
BUILD=$ROOT/build
LANES=$BUILD/lanes

# The machine, if nobody says otherwise
DEFAULT_KERNEL=${LAB_KERNEL:-6.12}
DEFAULT_IOMMU=${LAB_IOMMU:-intel}

# The architecture of the lane's VM, if it isn't this machine's
FOREIGN=

# depmod and modprobe are there, and a user's PATH lacks it.
PATH=$PATH:/usr/sbin:/sbin

# Exit statuses of the lab's own, distinct from those of most commands.
EXIT_USAGE=2
EXIT_TIMEOUT=124
EXIT_FAILURE=125

say() {
	echo "$PROGRAM: $*" >&2
}

# die STATUS MESSAGE...
die() {
	local status=$1
	shift
	say "$@"
	exit "$status"
}

fail() {
	die "$EXIT_FAILURE" "$@"
}

# need PROGRAM PACKAGE
need() {
	type -P "$1" >/dev/null || fail "$1 is missing: install the package $2"
}

# set_machine KERNEL IOMMU: sets what lab/iommu/ has of that IOMMU, and the lane.
# IOMMU_MODEL is what it is to lab/topology.
set_machine() {
	local kernel=$1 iommu=$2
	IOMMU_MODEL=$iommu
	[[ $iommu != */* && -f $LAB/iommu/$iommu.sh ]] ||
		die "$EXIT_USAGE" "there is no IOMMU $iommu; there are:" \
			"$(basename -as .sh "$LAB"/iommu/*.sh | xargs)"
	# shellcheck source=lab/iommu/intel.sh
	. "$LAB/iommu/$iommu.sh"
	set_lane "$kernel$FLAVOUR"
}

# Sets LANE and LANE_DIR, and the lane's values: lane_value KEY prints one. What the VM of a
# FOREIGN one runs is built under FOREIGN_BUILD, or comes from FOREIGN_ROOT.
set_lane() {
	LANE=$1
	LANE_DIR=$LANES/$LANE
	[[ $LANE != */* && -f $LAB/lanes/$LANE ]] ||
		die "$EXIT_USAGE" "there is no lane $LANE; there are:" \
			"$(cd "$LAB/lanes" && echo *)"
	FOREIGN=$(lane_value architecture)
	FOREIGN_BUILD=$BUILD/$FOREIGN
	FOREIGN_ROOT=$BUILD/$FOREIGN-root
}

lane_value() {
	sed -n "s/^$1[[:blank:]]\{1,\}//p" "$LAB/lanes/$LANE"
}

kernel_version() {
	(cd "$LANE_DIR/root/lib/modules" && echo *)
}

# kernel_image: the kernel's file, as its package has it. Newer packages have nothing in /boot.
kernel_image() {
	local version image
	version=$(kernel_version)
	image=$LANE_DIR/root/boot/vmlinuz-$version
	[[ -e $image ]] || image=$LANE_DIR/root/lib/modules/$version/vmlinuz
	echo "$image"
}

# hold_lock NAME: waits for the lock, and holds it until the program ends
hold_lock() {
	mkdir -p "$LANES"
	exec {LOCK}>"$LANES/$1.lock"
	flock "$LOCK"
}
