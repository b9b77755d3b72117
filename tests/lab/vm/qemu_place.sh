#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qemu_place.sh: stock QEMU gives a guest the PASID capability where vpasid place --format qemu
# says, with its width and permissions, or vpasid refuses. Whatever a guest writes into that
# capability leaves the hardware's as it is. With stock vfio-pci, and with either of our modules.
. tests/lab/vm/lib.sh
. tests/lab/vm/inner.sh
pf=0000:00:03.0

# The function; what becomes of it: "placed"; refused as QEMU would give it none ("none"), or would
# put it over registers ("full"); "own" is placed over the hardware's own PASID where that is
# guarded, and full where it isn't; EXEC and PRIV, as 1 and 2, and the width, as the hardware has
# them; whose registers those are, and where Control is. "own+" is the function's, and "all+" of
# one that has all of its space planted.
layouts() {
	cat <<-END
		00:03.1      placed  3 20 $pf+0x186 a VF
		00:03.2      none    3 20 $pf+0x186 a VF without extended capabilities
		00:03.3      full    3 20 $pf+0x186 a VF whose config space is full
		00:03.4      placed  3 20 $pf+0x186 a VF whose chain isn't in order
		00:1b.0/00.0 placed  3 20 own+0x186 an endpoint behind a port
		00:08.0      placed  3 20 own+0x186 an RCiEP
		00:09.0      placed  3 20 own+0x306 a chain that isn't in order
		00:0a.0      none    0 0  own+0     no extended capability
		00:0b.0      none    3 20 own+0x106 PASID alone
		00:0c.0      placed  1 16 own+0x106 PASID at the head, others behind
		00:0d.0      placed  3 20 own+0x186 a head that VFIO hides
		00:0e.0      none    3 20 own+0x186 PASID behind a head that VFIO hides, and no more
		00:0f.0      placed  1 8  own+0x186 registers at 0xff8
		00:10.0      placed  2 20 own+0x206 a DVSEC
		00:11.0      placed  0 16 own+0x116 a vendor's capability up to the end
		00:12.0      placed  3 20 own+0xffe PASID at 0xff8
		00:13.0      placed  3 20 all+0x506 as of an accelerator
		00:14.0      placed  3 20 all+0x106 as of integrated graphics
		00:15.0      own     3 20 own+0x186 no room but that of its own PASID
	END
}

# A PF has VFs while it has a driver of its own, and is passed on without.
pf_layout() {
	echo "00:03.0 placed 3 20 own+0x186 a PF"
}

# capability_at OFFSET CAPABILITIES WIDTH: the word for it that qtest prints. A guest is offered no
# more than the host's IOMMU supports.
capability_at() {
	printf '0x%03x:%u:%u' "$1" "$2" "$(iommu_width "$3")"
}

# sees FIELDS WORDS: these of the function's words
sees() {
	says "$2" echo "$(words "$slot" | cut -d ' ' -f "$1")" && return
	echo "$stderr"
	return 1
}

# each LAYOUTS COMMAND: with what the layout says of each function, and its slot in QEMU, which has
# all of them at once
each() {
	slot=1
	while read -r path result capabilities width control what; do
		bdf=$(bdf_of "$path") planted=${control%+*}
		case $planted in own | all) control=$bdf+${control#*+} ;; esac
		[ "$result" != own ] || result=$([ "$guarded" = yes ] && echo placed || echo full)
		slot=$(printf '%02x' $((0x$slot + 1)))
		what="$driver: $what"
		"$2"
	done <<-END
		$("$1")
	END
}

# What vpasid says of the function, and what QEMU is to have of it and do to it. Where vpasid refuses,
# it is asked for another place.
prepare() {
	bind "$bdf" "$bound_to"
	cp "$PCI/devices/$bdf/config" "/tmp/config.$slot"
	option=x-vpasid-cap-offset=0x800
	if [ "$result" = placed ]; then
		ok "$what: vpasid place has an option" ends 0 vpasid place --format qemu "$bdf"
		option=$stdout
	else
		ok "$what: vpasid place refuses" ends 3 vpasid place --format qemu "$bdf"
		ok "$what: and says why" told "$([ "$result" = none ] && echo QEMU || echo "free bytes for PASID")"
	fi
	echo "$slot $option" >>/tmp/options
	devices="$devices -device $vfio,host=$bdf,bus=pcie.0,addr=$slot.0,$option"
	hardware=hardware=$control writes=writes=${control%+*}
	steps="$steps at=$slot capability"
	[ "$result" != placed ] || steps="$steps $hardware $writes control=7 $hardware control=0 $hardware \
		garbage $hardware $writes garbage-all $hardware capability"
}

# All bits of the guest's Control can be written, even those that the function lacks, in QEMU's emulation.
# What a guest writes to other places goes on to VFIO: with stock vfio-pci garbage over all of the
# space reaches the hardware's Control, if the function has one.
judge() {
	case $result in
	none) ok "$what: QEMU gives it none, whatever the place" sees 1 none ;;
	placed) judge_placed ;;
	esac
}

judge_placed() {
	option=$(sed -n "s/^$slot //p" /tmp/options)
	is=$(enabled_control "$capabilities")
	kept=$is
	[ "$guarded" = yes ] || [ "${control%+*}" != "$bdf" ] || kept=0000
	capability=$(capability_at "${option#x-vpasid-cap-offset=}" "$capabilities" "$width")
	ok "$what: QEMU has it there: $capability" sees 1 "$capability"
	ok "$what: 7, 0 and garbage leave the hardware's Control at $is" sees 2,4-9 \
		"$is 0007 $is 0000 $is 0007 $is"
	written=$(words "$slot" | cut -d ' ' -f 10)
	if [ "$planted" = all ]; then
		ok "$what: those four writes are all that go there, to where nothing is" sees 3 $((written - 4))
	else
		ok "$what: and none of its registers is written to" sees 3 "${written:-a number}"
	fi
	ok "$what: garbage over all of the space leaves the guest's capability, and Control at $kept" \
		sees 11- "0000 $kept $capability"
}

# QEMU's devices in the lab keep what is written to bytes that belong to no capability, and the
# guest's garbage gets that far. Hardware has zeros there.
restore() {
	dd if="/tmp/config.$slot" of="$PCI/devices/$bdf/config" bs=256 skip=1 seek=1 conv=notrunc 2>/dev/null
}

# pass_on LAYOUTS
pass_on() {
	steps='' devices=''
	: >/tmp/options
	each "$1" prepare
	# shellcheck disable=SC2086 # words
	inner $steps -- -object $iommufd -device "$viommu" $devices
	each "$1" judge
	each "$1" restore
}

# What QEMU does with no option: it takes 0xff8, which is over registers of the one function, and
# over the hardware's PASID of the other.
by_default() {
	full=0000:00:03.3 last=0000:00:12.0
	inner at=02 capability at=03 capability control=7 control=0 "hardware=$last+0xffe" -- \
		-object $iommufd -device "$viommu" -device "$vfio,host=$full,bus=pcie.0,addr=02.0" \
		-device "$vfio,host=$last,bus=pcie.0,addr=03.0"
	slot=02
	ok "$driver: without an option QEMU puts it over registers at 0xff8" sees 1- "0xff8:3:$(iommu_width 20)"
	slot=03 kept=0007
	[ "$guarded" = yes ] || kept=0000
	ok "$driver: or over the hardware's own, of which a guest's 0 makes $kept" sees 1- \
		"0xff8:3:$(iommu_width 20) 0007 0000 $kept"
}

# with DRIVER [MODULE]: the functions on that driver, guarded if one of our modules is there
with() {
	driver=$1${2:+, $2} bound_to=$1 guarded=yes
	[ "$driver" != vfio-pci ] || guarded=no
	unload
	modprobe -a "$@"
	make_vfs "$pf" 4
	pass_on layouts
	by_default
	echo 0 >"$PCI/devices/$pf/sriov_numvfs"
	pass_on pf_layout
	bind "$pf" ""
}

without_nesting
with vfio-pci
with vfio-pci vfio_pasid
with pasid_vfio_pci
plan
