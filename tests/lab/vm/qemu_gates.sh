#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_gates.sh: what stock QEMU asks for before a guest has a function's PASID. Each is withheld,
# and QEMU says so, or gives the guest none without a word.
. tests/lab/vm/lib.sh
. tests/lab/vm/inner.sh
bdf=0000:00:08.0
host=$vfio,host=$bdf,bus=pcie.0,addr=06.0
bits=$(iommu_width 20)

# refused WHAT MESSAGE ARG...: QEMU ends with that message
refused() {
	gate=$1 message=$2
	shift 2
	inner at=06 capability -- -object $iommufd "$@"
	ok "$gate: QEMU refuses: $message" is_refused
}

is_refused() {
	[ "$status" = 3 ] && told "$message"
}

# none WHAT MESSAGE ARG...: QEMU starts and gives the guest no PASID, and says nothing but MESSAGE
none() {
	gate=$1 message=$2
	shift 2
	inner at=06 capability -- -object $iommufd "$@"
	ok "$gate: QEMU starts, the guest has none, QEMU says ${message:-nothing}" is_none
}

is_none() {
	says none words 06 && told "$message" && [ "${message:+something}" = "${stderr:+something}" ]
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

	refused "no iommufd backend" "Need IOMMUFD backend when fsts=on" \
		-device "$viommu" -device "vfio-pci,host=$bdf,bus=pcie.0,addr=06.0"
	refused "no caching mode" "not allowed without enabling caching-mode=on" \
		-device "$viommu,caching-mode=off" -device "$host"
	without_preload refused "no nested translation on the host" \
		"Failed to allocate hwpt: Operation not supported" \
		-device "$viommu" -device "$host"
	refused "pages of 1 GiB that the host's first stage hasn't" \
		"First stage 1GB large page is unsupported by host IOMMU" \
		-device "$viommu,fs1gp=on" -device "$host"
	refused "PASIDs wider than the host's" \
		"PASID bits size $((bits + 1)) > host IOMMU PASID bits size $bits" \
		-device "$viommu,pasid-bits=$((bits + 1))" -device "$host"
	refused "behind a PCI bridge of the guest's" \
		"Host device downstream to a PCI bridge is unsupported when fsts=on" \
		-device "$viommu" -device pcie-pci-bridge,id=bridge,bus=pcie.0,addr=07.0 \
		-device "$vfio,host=$bdf,bus=bridge,addr=01.0"

	none "no first-stage tables for the guest" "" -device "$viommu,fsts=off" -device "$host"
	none "no PASIDs for the guest" "" -device "$viommu,pasid-bits=0" -device "$host"
	none "a function without PASID" "" -device "$viommu" \
		-device "$vfio,host=0000:00:0a.0,bus=pcie.0,addr=06.0"
	for offset in 0x802 0xffc 0x100; do
		none "an offset where none can be, $offset" "Placing PASID capability at offset $offset failed" \
			-device "$viommu" -device "$host,x-vpasid-cap-offset=$offset"
		ok "vpasid place refuses it" refuses_offset $offset
	done
	inner at=06 capability -- -object $iommufd -device "$viommu" -device "$host,x-vpasid-cap-offset=0x104"
	ok "over registers of another capability, 0x104: QEMU takes it" says "0x104:3:$bits" words 06
	ok "vpasid place refuses it" refuses_offset 0x104
}

refuses_offset() {
	! vpasid place --format qemu --offset "$1" "$bdf"
}

# The lines that README has of it
readme_block() {
	awk '/^```/ { inside = !inside; first = inside; next }
	     first  { first = 0; ours = /^[$] vpasid vm /; next }
	     inside && ours' README.md
}

# What the host lacks comes first.
prints_readme_block() {
	ends 1 vpasid vm --for qemu "$bdf" || return
	readme_block >/tmp/readme
	cat /tmp/stderr /tmp/stdout | diff /tmp/readme -
}

# QEMU, given what vpasid vm prints, puts the function into the first free slot.
pasted() {
	vpasid vm --for qemu "$bdf" >/tmp/vm 2>/dev/null
	# shellcheck disable=SC2046 # words
	inner at=01 capability -- $(cat /tmp/vm)
	says "0xff8:3:$bits" words 01
}

without_nesting
modprobe pasid_vfio_pci
bind "$bdf" pasid_vfio_pci
bind 0000:00:0a.0 pasid_vfio_pci
ok "vpasid vm: it prints what README shows" prints_readme_block
ok "vpasid vm: QEMU takes its options as they are, and the guest has PASID" pasted
all
plan
