#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_gates.sh HOST: what stock QEMU asks for before a guest has a function's PASID. Each is
# withheld, and QEMU says so, or gives the guest none without a word. What the host has to do with
# it, vpasid explain says beforehand. HOST is what this VM is: all is there but nested translation,
# or something lacks.
. tests/lab/vm/lib.sh
. tests/lab/vm/inner.sh
bits=$(iommu_width 20)

# take BDF: the function that all this is about
take() {
	bdf=$1 explained=$1
	host=$vfio,host=$bdf,bus=pcie.0,addr=06.0
	bind "$bdf" pasid_vfio_pci
}

# start WHAT MESSAGE ARG...: QEMU, without one thing
start() {
	gate=$1 message=$2
	shift 2
	inner at=06 capability -- -object $iommufd "$@"
}

# refused WHAT MESSAGE ARG...: QEMU ends with that message
refused() {
	start "$@"
	ok "$gate: QEMU refuses: $message" is_refused
}

is_refused() {
	[ "$status" = 3 ] && told "$message"
}

# none WHAT MESSAGE ARG...: QEMU starts, gives the guest no PASID, and prints only MESSAGE
none() {
	start "$@"
	ok "$gate: QEMU starts, the guest has none, QEMU says ${message:-nothing}" is_none
}

is_none() {
	says none words 06 && told "$message" && [ "${message:+something}" = "${stderr:+something}" ]
}

# explained LINK TEXT: vpasid explain has that of the link
explained() {
	ok "$gate: vpasid explain says so: $1: $2" explains "$1" "$2"
}

explains() {
	vpasid explain "$explained" | grep -E "$1 +.*$2" && return
	vpasid explain "$explained"
	return 1
}

without_preload() {
	PRELOAD=
	"$@"
	PRELOAD=without-nesting.so
}

# The order of these is that of the guest's way to PASID.
all() {
	inner at=06 capability -- -object $iommufd -device "$viommu" -device "$host"
	ok "with all of it the guest has PASID" says "0xff8:3:$bits" words 06
	option=$(vpasid place --format qemu "$bdf")
	# shellcheck disable=SC2046 # words, and nothing else is needed
	inner at=01 capability -- $(vpasid vm --for qemu "$bdf" 2>/dev/null)
	ok "with what vpasid vm prints, as it is, the guest has it where vpasid place says" says \
		"${option#*=}:3:$bits" words 01

	refused "no iommufd backend" "Need IOMMUFD backend when fsts=on" \
		-device "$viommu" -device "vfio-pci,host=$bdf,bus=pcie.0,addr=06.0"
	refused "no scalable mode" "fsts is only available in scalable mode" \
		-device "$viommu,scalable-mode=off" -device "$host"
	refused "addresses of another width" "Scalable mode(fsts=on): supported value for aw-bits is: 48" \
		-device "$viommu,aw-bits=39" -device "$host"
	explained "ok +qemu-aw-bits" "aw-bits=48: "
	refused "no caching mode" "not allowed without enabling caching-mode=on" \
		-device "$viommu,caching-mode=off" -device "$host"
	without_preload refused "no nested translation on the host" \
		"Failed to allocate hwpt: Operation not supported" \
		-device "$viommu" -device "$host"
	explained "broken +qemu-nesting" "its ECAP lacks NEST"
	refused "pages of 1 GiB that the host's first stage hasn't" \
		"First stage 1GB large page is unsupported by host IOMMU" \
		-device "$viommu,fs1gp=on" -device "$host"
	explained "ok +qemu-fs1gp" "fs1gp=off: .* doesn't support first-stage pages of 1 GiB"
	refused "PASIDs wider than the host's" \
		"PASID bits size $((bits + 1)) > host IOMMU PASID bits size $bits" \
		-device "$viommu,pasid-bits=$((bits + 1))" -device "$host"
	explained "ok +qemu-pasid-bits" "pasid-bits=$bits: supported by"
	refused "behind a PCI bridge of the guest's" \
		"Host device downstream to a PCI bridge is unsupported when fsts=on" \
		-device "$viommu" -device pcie-pci-bridge,id=bridge,bus=pcie.0,addr=07.0 \
		-device "$vfio,host=$bdf,bus=bridge,addr=01.0"
	explained "ok +qemu-bus" "belongs on the guest's root bus"

	none "no first-stage tables for the guest" "" -device "$viommu,fsts=off" -device "$host"
	none "no PASIDs for the guest" "" -device "$viommu,pasid-bits=0" -device "$host"
	bind 0000:00:0a.0 pasid_vfio_pci
	none "a function without PASID" "" -device "$viommu" \
		-device "$vfio,host=0000:00:0a.0,bus=pcie.0,addr=06.0"
	explained=0000:00:0a.0
	explained "broken +[a-z]+ +capability" "no PASID capability"
	explained=$bdf
	for offset in 0x802 0xffc 0x100; do
		none "an offset where none can be, $offset" "Placing PASID capability at offset $offset failed" \
			-device "$viommu" -device "$host,x-vpasid-cap-offset=$offset"
		ok "vpasid place refuses it" refuses_offset $offset
	done
	inner at=06 capability -- -object $iommufd -device "$viommu" -device "$host,x-vpasid-cap-offset=0x104"
	ok "over registers of another capability, 0x104: QEMU takes it" says "0x104:3:$bits" words 06
	ok "vpasid place refuses it" refuses_offset 0x104
	vf
}

vf() {
	pf=0000:00:03.0
	echo 1 >/sys/module/pasid_vfio_pci/parameters/enable_sriov
	bind "$pf" pasid_vfio_pci
	make_vfs "$pf" 1
	take "$(vfs_of "$pf")"
	refused "a VF whose PF is on VFIO" "Permission denied" \
		-device "$viommu" -device "$host"
	explained "broken +qemu-vf-token" "its PF $pf is bound to a VFIO driver"

	ok "$gate: what vpasid explain says is to be done can be" ends 0 vpasid unbind --force "$pf"
	make_vfs "$pf" 1
	take "$(vfs_of "$pf")"
	inner at=06 capability -- -object $iommufd -device "$viommu" -device "$host"
	ok "$gate: then the guest has PASID" says "0xff8:3:$bits" words 06
}

refuses_offset() {
	! vpasid place --format qemu --offset "$1" "$bdf"
}

# A function whose PASID the host's kernel hasn't enabled, because a port above it lacks ACS. QEMU
# nevertheless gets its width, and the kernel warns.
off() {
	inner at=06 capability -- -object $iommufd -device "$viommu" -device "$host"
	gate="PASID that the host's kernel hasn't enabled"
	ok "$gate: QEMU starts, and the guest has a PASID that nothing is behind" says "0xff8:0:$bits" words 06
	explained "broken +[a-z]+ +acs" "the root port has no ACS capability"
	explained "broken +[a-z]+ +enabled" "PASID is disabled"
	ok "$gate: vpasid vm says so" ends 1 vpasid vm --for qemu "$bdf"
	ok "$gate: as the first thing" told "$bdf: pasid: "
}

# A function with ATS at 0x200 and PRI at 0x240, whose host's IOMMU takes ATS, and has enabled it. A
# guest writes the complement of each register.
ats() {
	gate="ATS and PRI"
	device="$viommu,device-iotlb=on"
	writes="word=0x206:0 word=0x244:1 hardware=$bdf+0x206 hardware=$bdf+0x244"
	# shellcheck disable=SC2086 # words
	inner at=06 chain $writes -- -object $iommufd -device "$device" -device "$host"
	ok "$gate: the guest sees both, and what it writes there is dropped" \
		says "3,f,13,1b 8000 0000 8000 0000" words 06
	ok "$gate: and QEMU says nothing" [ -z "$stderr" ]
	# shellcheck disable=SC2086
	inner at=06 chain $writes -- -object $iommufd -device "$device,svm=on" -device "$host"
	ok "$gate: svm=on changes nothing" says "3,f,13,1b 8000 0000 8000 0000" words 06
	inner at=06 chain -- -object $iommufd -device "$device" -device "$host,ats=off"
	ok "$gate: ats=off hides ATS" says "3,13,1b" words 06
	refused "page requests without ATS" "Need to set device IOTLB for svm" \
		-device "$viommu,svm=on" -device "$host"
	gate="ATS and PRI"
	ok "$gate: vpasid vm has device-iotlb=on" vm_has 'caching-mode=on,device-iotlb=on$'
	ok "$gate: and says that PRI is of no use" told "$bdf: pri: "
	ok "$gate: and nothing of ATS" fails told "$bdf: ats: "
	# shellcheck disable=SC2046 # words
	inner at=01 chain -- $(vpasid vm --for qemu "$bdf" 2>/dev/null)
	ok "$gate: with what vpasid vm prints, the guest sees both" says "3,f,13,1b" words 01
}

# The same behind an IOMMU without ATS, which Linux 7.3 reports.
no_ats() {
	gate="no ATS on the host"
	inner at=06 chain -- -object $iommufd -device "$viommu,device-iotlb=on" -device "$host"
	ok "$gate: the guest sees none" says "3,13,1b" words 06
	ok "$gate: QEMU warns" told "host kernel reports ATS unsupported; ATS capability will be masked"
	refused "ATS that the host hasn't" "ATS requested but not supported by kernel" \
		-device "$viommu,device-iotlb=on" -device "$host,ats=on"
	gate="no ATS on the host"
	ok "$gate: vpasid vm has ats=off" vm_has ',ats=off$'
	ok "$gate: and says why" told "$bdf: ats: dmar0 doesn't support ATS (its ECAP lacks DT)"
	# shellcheck disable=SC2046 # words
	inner at=01 chain -- $(vpasid vm --for qemu "$bdf" 2>/dev/null)
	ok "$gate: with what vpasid vm prints, the guest sees none" says "3,13,1b" words 01
	ok "$gate: and QEMU says nothing" [ -z "$stderr" ]
}

# vm_has PATTERN: vpasid vm prints such a line, and a warning that nesting is missing
vm_has() {
	ends 1 vpasid vm --for qemu "$bdf" && shown "$1"
}

fails() {
	! "$@"
}

# page COMMAND ARG...: prints what doc/qemu.md shows of it; the test compares that
page() {
	{
		echo "\$ $*"
		"$@" 2>&1
	} | sed 's/^/page: /'
}

without_nesting
modprobe pasid_vfio_pci
if [ "$1" = all ]; then
	page vpasid explain 00:08.0
	page vpasid bind 00:08.0
	page vpasid place --format qemu 00:08.0
	page vpasid vm --for qemu 00:08.0
fi
take 0000:00:08.0
case $1 in
all) all ;;
first-stage)
	refused "a host that translates by first-stage tables alone" "aw-bits 48 > host aw-bits 47" \
		-device "$viommu" -device "$host"
	explained "broken +qemu-nesting" "lacks"
	;;
narrow)
	refused "a host with narrower addresses" "aw-bits 48 > host aw-bits 39" \
		-device "$viommu" -device "$host"
	explained "broken +qemu-aw-bits" "supports addresses of 39 bits"
	;;
no-iommufd)
	refused "a kernel without iommufd" "/dev/iommu does not exist" -device "$viommu" -device "$host"
	explained "broken +qemu-iommufd" "iommufd is missing"
	;;
off)
	take "$(bdf_of 00:1c.0/00.0)"
	off
	take 0000:00:09.0
	no_ats
	;;
ats) ats ;;
old)
	refused "a kernel that attaches no PASIDs for VFIO" "Failed to allocate hwpt: Operation not supported" \
		-device "$viommu" -device "$host"
	explained "broken +qemu-kernel" "VFIO can't attach PASIDs before Linux 6.15"
	;;
esac
plan
