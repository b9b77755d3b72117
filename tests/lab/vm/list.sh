#!/bin/sh
# SPDX-License-Identifier: MIT
#
# list.sh PF PLAIN: vpasid list on a live host says what the kernel has done. It wakes nothing,
# opens nothing, and reads no more than it must.
. tests/lab/vm/lib.sh
pf=$1
plain=$2
planter=/sys/kernel/debug/planter

# row BDF [OPTION]...: its columns from KIND to STATE
row() {
	row_bdf=$1
	shift
	vpasid list -p "$@" 2>/dev/null | awk -F '\t' -v bdf="$row_bdf" \
		'$1 == bdf { print $2 "|" $3 "|" $4 "|" $5 "|" $6 "|" $7 "|" $8 "|" $9 }'
}

# columns CONTROL: from WIDTH to STATE, of a PF whose PASID Control is that
columns() {
	case $1 in
	0000) echo "20|$width|0|off|off|off" ;;
	0001) echo "20|$width|$usable|off|off|enabled" ;;
	0007) echo "20|$width|$usable|yes|yes|enabled" ;;
	esac
}

count_rows() {
	vpasid list -p "$@" | wc -l
}

# reads_of BDF: config accesses of a function by a list
reads_of() {
	reads_before=$(cat "$planter/$1/reads")
	vpasid list -p >/dev/null 2>&1
	echo $(($(cat "$planter/$1/reads") - reads_before))
}

status_is() {
	status_expected=$1
	shift
	"$@"
	[ $? = "$status_expected" ]
}

width=$(sysfs_width 20)
usable=$width
# Up to 7.3, AMD's driver attaches PASIDs for nobody but SVA.
[ "$(iommu_kind)" != amd ] || usable=0
modprobe pasid_vfio_pci enable_sriov=1
echo "$plain" >"$planter/watch"
host=$(control_of_host 3)
ok "the host has made $host of the PF's PASID Control" says "$host" control "$pf"
ok "PF: so says the list, with both widths" says "PF|nvme|$(columns "$host")" row "$pf"
ok "a function without PASID isn't listed" says "" row "$plain"
ok "but with --all" says "function|nvme|-|$width|-|-|-|none" row "$plain" --all
ok "its config reads: 4 dwords at most, for a chain of none" [ "$(reads_of "$plain")" -le 4 ]

make_vfs "$pf" 4
vf=$(vfs_of "$pf" | head -n 1)
settle "$vf"
ok "4 VFs are listed along with their PF" says 5 count_rows
ok "VF: it has its PF's" says "VF of $pf|-|$(columns "$host")" row "$vf"
ok "-s picks" says 1 count_rows -s "${vf#0000:}"

setpci -s "$pf" 0x186.w=0
ok "switched off behind the kernel's back: off, and nothing is usable" says \
	"PF|nvme|$(columns 0000)" row "$pf"
setpci -s "$pf" 0x186.w=7
ok "and on, with all permissions: so says the list" says "PF|nvme|$(columns 0007)" row "$pf"
setpci -s "$pf" "0x186.w=$host"

echo 0 >"$PCI/devices/$pf/sriov_numvfs"
bind "$pf" pasid_vfio_pci
ok "bound to a VFIO driver, unused: it is suspended" soon says suspended \
	cat "$PCI/devices/$pf/power/runtime_status"
ok "in D3hot" says D3hot cat "$PCI/devices/$pf/power_state"
ok "which answers as it is: the list has all" says \
	"PF|pasid_vfio_pci|$(columns "$host")" row "$pf"
ok "and it sleeps on" says suspended cat "$PCI/devices/$pf/power/runtime_status"
ok "--wake tells the same" says "PF|pasid_vfio_pci|$(columns "$host")" row "$pf" --wake

echo 1 >"$planter/$pf/asleep"
ok "a function that doesn't answer: unknown" says "PF|pasid_vfio_pci|-|$width|-|-|-|unknown" \
	row "$pf" --wake
echo 0 >"$planter/$pf/asleep"
ok "none at all: status 1" status_is 1 vpasid list -s 1f.7
ok "what is no slot: usage" status_is 2 vpasid list -s what
plan
