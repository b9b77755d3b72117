#!/bin/sh
# SPDX-License-Identifier: MIT
#
# example.sh DIRECTORY: runs the example that was built from what is installed there on live
# functions. Its output is right, and nothing that its guest does reaches the hardware:
# neither the host's own PASID capability, nor what the hardware has at the place of the
# virtual one.
. tests/lab/vm/lib.sh
planter=/sys/kernel/debug/planter
pf=0000:00:05.0
exec_pf=0000:00:06.0
plain=0000:00:07.0
own=0x180 # where the topology plants PASID

# Where a package has it: the loader looks there without a cache, and the VM has no ldconfig.
cp -a "$1/usr/local/." /usr
vmm=/usr/share/doc/vfio-pasid/examples/vmm
quirks=/etc/vpasid/quirks.d/example.conf
mkdir -p "${quirks%/*}"

# planted BDF OFFSET LENGTH: what the "hardware" holds, read without an access to it
planted() {
	dd if="$planter/$1/config" bs=1 skip=$(($2)) count="$3" 2>/dev/null |
		hexdump -v -e '1/1 "%02x"'
}

# control BDF: the host's PASID Control register, in its PF
control() {
	planted "$1" $((own + 6)) 2
}

# hide BDF OFFSET: gives the hardware registers there that read as zero and keep what is
# written; tries them
hide() {
	hide_line="$1 $2 0000000000000000 ffffffffffffffff"
	echo "$hide_line" >"$planter/plant"
	setpci -s "$1" "${2#0x}.l=12345678"
	says 7856341200000000 planted "$1" "$2" 8 || return
	echo "$hide_line" >"$planter/plant"
}

# writes BDF COMMAND ARG...: how many config writes the command causes, and how many of them go
# to planted bytes
writes() {
	writes_bdf=$planter/$1
	shift
	before=$(cat "$writes_bdf/writes") planted_before=$(cat "$writes_bdf/planted_writes")
	"$@" >/dev/null 2>&1
	echo "$(($(cat "$writes_bdf/writes") - before))" \
		"$(($(cat "$writes_bdf/planted_writes") - planted_before))"
}

# The example may cause as many writes as a program that just opens the device and asks: these
# are the kernel's own. The value of the Control register alone isn't enough, because the kernel
# restores it when a PF is closed.
writes_nothing() {
	writes_of_ask=$(writes "$1" ask "$1")
	writes_of_vmm=$(writes "$1" "$vmm" "$1")
	echo "ask: $writes_of_ask, vmm: $writes_of_vmm"
	[ "${writes_of_ask%% *}" -gt 0 ] && [ "$writes_of_ask" = "$writes_of_vmm" ]
}

# printed WIDTH PLACE CONTROL CAPABILITY...: what the example prints of a function with
# PASIDs of WIDTH bits, placed as PLACE says; CONTROL is the value with all permissions enabled.
# The guest walks the chain of CAPABILITYs, PASID is the last.
printed() {
	printed_width=$1 printed_place=$2 printed_control=$3
	shift 3
	printed_usable=$(iommu_width "$printed_width")
	echo "PASIDs have $printed_width bits, $printed_usable for the guest"
	echo "placed at $printed_place"
	printf 'guest: %s\n' "$@" "${printed_place%%:*} PASID" "PASIDs have $printed_usable bits"
	echo "PASID Control is $printed_control: the guest has enabled PASID"
	echo "migrating to a host with $printed_usable bits"
	echo "PASID Control is $printed_control: the guest has enabled PASID"
	echo "PASID Control is 0: PASID is off"
	[ "$printed_usable" -gt 1 ] || return 0
	# and the PASID Capability register has another width there
	echo "migrating to a host with $((printed_usable - 1)) bits"
	printf "migration refused: the guest's PASID Capability register is 0x%04x, but %s 0x%04x\n" \
		$((printed_usable << 8 | printed_control & 6)) "on this host it would be" \
		$((printed_usable - 1 << 8 | printed_control & 6))
}

# gives_up TEXT ARG...: the example ends with 1, and prints only that
gives_up() {
	gives_up_text=$1
	shift
	gives_up_actual=$("$vmm" "$@" 2>&1)
	[ $? = 1 ] && [ "$gives_up_actual" = "$gives_up_text" ] && return
	echo "got: $gives_up_actual"
	return 1
}

# succeeds ARG...: the example does, and prints nothing on standard error
succeeds() {
	succeeds_stderr=$("$vmm" "$@" 2>&1 >/dev/null) && [ -z "$succeeds_stderr" ] && return
	echo "$succeeds_stderr"
	return 1
}

# walk BDF PF NAME EXPECTED: on pasid_vfio_pci; EXPECTED is the place
walk() {
	walk_place=$(echo "$4" | sed -n 's/^placed at \(0x[0-9a-f]*\):.*/\1/p')
	[ "$walk_place" = "$own" ] ||
		ok "$3: at $walk_place there is what reads as zero, and could be written" \
			hide "$1" "$walk_place"
	bind "$1" pasid_vfio_pci
	ok "$3: query, place at $walk_place, emulate, migrate, reset" says "$4" "$vmm" "$1"
	ok "$3: and it ends well" succeeds "$1"
	ok "$3: the device gets no write but the kernel's own" writes_nothing "$1"
	[ "$walk_place" = "$own" ] ||
		ok "$3: what stands at $walk_place holds what it held" says 0000000000000000 \
			planted "$1" "$walk_place" 8
	ok "$3: nor has the host's own PASID Control changed" says "$host_control" control "$2"
}

modprobe pasid_vfio_pci
echo "$plain" >"$planter/watch"

# PASID Control of a function with both permissions, and of one with EXEC alone
all=$((0x$(enabled_control 3)))
exec=$((0x$(enabled_control 1)))

# Up to 6.12, AMD's driver has PASID off as long as VFIO has the function by its group.
if [ "$(control_of_user 3)" = 0000 ]; then
	bind "$pf" pasid_vfio_pci
	ok "PF: while VFIO has it there is none" says \
		"PASIDs have 0 bits, 0 for the guest" "$vmm" "$pf"
	ok "PF: and it ends well" succeeds "$pf"
	plan
	exit
fi

# The PF
host_control=$(control "$pf")
ok "PF: the host has enabled PASID, with what its IOMMU's driver asks for" \
	[ "$host_control" = "0${all}00" ]
walk "$pf" "$pf" "PF" "$(printed 20 "0xff8: gap" "$all" "0x100 ARI" "0x120 SR-IOV")"
# AMD's IOMMU attaches no address space to a PASID.
if [ -e /dev/iommu ] && [ -d /sys/class/iommu/dmar0 ]; then
	ok "PF: the same by iommufd" says \
		"$(printed 20 "0xff8: gap" "$all" "0x100 ARI" "0x120 SR-IOV")" "$vmm" --iommufd "$pf"
fi
ok "PF: for an IOMMU that takes no PASID there is none" says \
	"PASIDs have 20 bits, 0 for the guest" "$vmm" --width 0 "$pf"

# The offset of the host's own capability: VFIO hides it, the guest gets another.
printf 'device 1b36:0010 function=pf\n offset %s\n source "example.sh"\n' "$own" >"$quirks"
walk "$pf" "$pf" "PF, over the host's capability" \
	"$(printed 20 "$own: quirk" "$all" "0x100 ARI" "0x120 SR-IOV")"
rm "$quirks"

echo "$pf 0xffc 00000080" >"$planter/plant"
walk "$pf" "$pf" "PF, with something at 0xffc" \
	"$(printed 20 "0xff4: gap" "$all" "0x100 ARI" "0x120 SR-IOV")"

# A VF, whose PF the host's nvme has
bind "$pf" nvme
make_vfs "$pf" 2
vf=$(vfs_of "$pf" | head -n 1)
walk "$vf" "$pf" "VF" "$(printed 20 "0xff8: gap" "$all" "0x100 ARI")"
printf 'device 1b36:0010 function=vf\n offset 0x400\n source "example.sh"\n' >"$quirks"
walk "$vf" "$pf" "VF, with a quirk" "$(printed 20 "0x400: quirk" "$all" "0x100 ARI")"
rm "$quirks"
modprobe vfio-pci
bind "$vf" vfio-pci
ok "VF on stock vfio-pci: no answer" gives_up \
	"vmm: no answer from the host: Operation not supported" "$vf"

# Other functions
host_control=$(control "$exec_pf")
ok "a PF without privileged mode: the host has enabled it" [ "$host_control" = "0${exec}00" ]
walk "$exec_pf" "$exec_pf" "PF without privileged mode" \
	"$(printed 16 "0xff8: gap" "$exec" "0x100 ARI" "0x120 SR-IOV")"
bind "$plain" pasid_vfio_pci
ok "a function without PASID: none for the guest" says \
	"PASIDs have 0 bits, 0 for the guest" "$vmm" "$plain"
ok "a function of nobody's: an error" gives_up \
	"vmm: 0000:00:13.0: No such file or directory" 0000:00:13.0
plan
