#!/bin/sh
# SPDX-License-Identifier: MIT
#
# guard.sh: what a VFIO user's write to the PASID capability does on stock vfio-pci and
# on pasid_vfio_pci, side by side; then all accesses near it, wherever it stands.
. tests/lab/vm/lib.sh
pf=0000:00:05.0
control=0x186

# What the kernel has PASID Control be while a user has the function, and what the user makes of
# it: PASID off, or, where VFIO's domain has none, on.
is=$(control_of_user 3)
wanted=0000 does=off
[ "$is" != 0000 ] || wanted=0007 does=on

# user_writes DRIVER [PARAMETER]: a user writes that, as far as the driver lets it.
# $words: what the user reads before and after, what the hardware has before and after.
user_writes() {
	modprobe -r vfio-pci
	modprobe -r pasid_vfio_pci
	modprobe "$1" enable_sriov=1 ${2:+"$2"} && bind "$pf" "$1" || return
	words=$(poke "$pf" "$control" "0x$wanted" "$pf" "$TOKEN") || return
	echo "$words" | {
		read -r user _ before after
		printf '  %-24s %-12s %-16s %s\n' "$1${2:+ $2}" "$user" "$before -> $after" \
			"$([ "$before" = "$after" ] && echo stopped || echo "let through: PASID is $does")"
	}
	bind "$pf" nvme
}

echo "A VFIO user writes $wanted to PASID Control ($control) of $pf:"
printf '  %-24s %-12s %-16s %s\n' driver "user reads" hardware write
user_writes vfio-pci
ok "stock vfio-pci: the user reads the register, and switches PASID $does" says \
	"$is $wanted $is $wanted" echo "$words"
user_writes pasid_vfio_pci
ok "pasid_vfio_pci: the user reads zeros, the write is dropped, PASID stays as it was" says \
	"0000 0000 $is $is" echo "$words"
user_writes pasid_vfio_pci guard=0
ok "pasid_vfio_pci guard=0: as stock, by the admin's choice" says "$is $wanted $is $wanted" echo "$words"
rmmod pasid_vfio_pci

is_root_only_to_read() {
	[ "$(cat /sys/module/pasid_vfio_pci/parameters/guard)" = Y ] &&
		[ "$(stat -c %a /sys/module/pasid_vfio_pci/parameters/guard)" = 444 ]
}

modprobe pasid_vfio_pci enable_sriov=1
ok "the guard is on by default, and can't be switched while the module is loaded" \
	is_root_only_to_read
while read -r bdf offset capabilities before behind; do
	bind "$bdf" pasid_vfio_pci
	program "$bdf, PASID at $offset" guard_test "$bdf" "$offset" \
		"$(control_of_user "$capabilities")" "$before" "$behind" "$TOKEN"
done <<END
$pf 0x180 3 4 8
0000:00:06.0 0xff8 3 4 0
0000:00:07.0 0x100 1 0 8
END
program "0000:00:07.0, PASID at 0x100" chain_test 0000:00:07.0

# A VF has no such capability; what is at its PF's offset is the VF's own.
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
host=$(control_of_host 3)
ok "VF $vf: a write at its PF's offset leaves the PF's register alone" says "0000 0000 $host $host" \
	poke "$vf" "$control" "$([ "$host" = 0000 ] && echo 7 || echo 0)" "$pf" "$TOKEN"
plan
