# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# For scripts in the VM that pass its functions on to a stock QEMU in the same VM: see
# lab/inner-qemu. Source it after lib.sh.
# shellcheck disable=SC2034 # for the scripts that source this
INNER=build/inner-qemu/qemu
PRELOAD=without-nesting.so

# What QEMU asks of the host for PASID, as far as this host has it: its virtual IOMMU's PASIDs are
# as wide as the host's, and it has no pages of 1 GiB.
iommufd=iommufd,id=iommufd0
viommu=intel-iommu,intremap=on,scalable-mode=on,fsts=on,caching-mode=on,fs1gp=off
viommu=$viommu,pasid-bits=$(iommu_width 20)
vfio="vfio-pci,iommufd=iommufd0"

# without_nesting: prints what differs from a host
without_nesting() {
	echo "In all that follows, unless it says otherwise, $PRELOAD withholds"
	echo "IOMMU_HWPT_ALLOC_NEST_PARENT from iommufd when QEMU asks for it: the emulated VT-d has"
	echo "no nested translation. Nothing else of QEMU's is changed."
}

# inner STEP... -- ARG...: does these steps of qtest with a QEMU that has the arguments.
# /tmp/stdout has their words, and $stderr has QEMU's messages without the preloaded line.
inner() {
	inner_steps=
	while [ "$1" != -- ]; do
		inner_steps="$inner_steps $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	INNER_PRELOAD=$PRELOAD qtest $inner_steps -- "$INNER" -machine q35 -accel qtest \
		-qtest stdio -qtest-log none -nodefaults -display none -m 64 "$@" \
		>/tmp/stdout 2>/tmp/stderr
	status=$?
	stderr=$(grep -v '^without-nesting: ' /tmp/stderr)
}

# words SLOT: those of the function in that slot
words() {
	sed -n "s/^$1 //p" /tmp/stdout
}
