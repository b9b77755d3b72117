#!/bin/sh
# SPDX-License-Identifier: MIT
#
# guard.sh: what a VFIO user's write to the PASID capability does on stock vfio-pci and
# behind the guard, side by side; then all accesses near it, wherever it stands.
. tests/lab/vm/lib.sh
pf=0000:00:05.0
control=0x186

# PASID Control as the kernel sets it while a user has the function, and as the user can change
# it: PASID off, or, where VFIO's domain has none, on.
is=$(control_of_user 3)
wanted=0000 does=off
[ "$is" != 0000 ] || wanted=0007 does=on

# user_writes NAME DRIVER COMMAND ARG...: a user writes that, as far as what the command loads
# lets it. $words: what the user reads before and after, what the hardware has before and after.
user_writes() {
	name=$1 driver=$2
	shift 2
	unload
	"$@" && bind "$pf" "$driver" || return
	words=$(poke "$pf" "$control" "0x$wanted" "$pf" "$TOKEN") || return
	echo "$words" | {
		read -r user _ before after
		printf '  %-37s %-12s %-16s %s\n' "$name" "$user" "$before -> $after" \
			"$([ "$before" = "$after" ] && echo stopped || echo "let through: PASID is $does")"
	}
	bind "$pf" nvme
	# A kernel that has no use for PASID leaves it as the user has made it.
	setpci -s "$pf" "$control.w=$(control_of_host 3)"
}

# dropped: how often the kernel has said so of the PF
dropped() {
	dmesg | grep -c "$pf: dropped a VFIO user's write to the PASID capability;.* $MODULE is loaded with $GUARD=0"
}

guarded=$DRIVER
[ "$MODULE" = "$DRIVER" ] || guarded="$DRIVER, $MODULE"
echo "A VFIO user writes $wanted to PASID Control ($control) of $pf:"
printf '  %-37s %-12s %-16s %s\n' driver "user reads" hardware write
if [ "$MODULE" != vfio_pci_core ]; then
	user_writes vfio-pci vfio-pci modprobe vfio-pci enable_sriov=1
	ok "stock vfio-pci: the user reads the register, and switches PASID $does" says \
		"$is $wanted $is $wanted" echo "$words"
fi
user_writes "$guarded" "$DRIVER" load
ok "$guarded: the user reads zeros, the write is dropped, PASID stays as it was" says \
	"0000 0000 $is $is" echo "$words"
ok "the kernel says so, and how to have it otherwise" says 1 dropped
parameter=$GUARD=0
user_writes "$guarded $GUARD=0" "$DRIVER" load
parameter=
ok "$guarded $GUARD=0: as stock, by the admin's choice" says "$is $wanted $is $wanted" echo "$words"
ok "the kernel says nothing of it" says 1 dropped
unload

is_root_only_to_read() {
	[ "$(cat "/sys/module/$MODULE/parameters/$GUARD")" = Y ] &&
		[ "$(stat -c %a "/sys/module/$MODULE/parameters/$GUARD")" = 444 ]
}

load
ok "the guard is on by default, and can't be switched while the module is loaded" \
	is_root_only_to_read
while read -r bdf offset capabilities before behind; do
	bind "$bdf" "$DRIVER"
	program "$bdf, PASID at $offset" guard_test "$bdf" "$offset" \
		"$(control_of_user "$capabilities")" "$before" "$behind" "$TOKEN"
done <<END
$pf 0x180 3 4 8
0000:00:06.0 0xff8 3 4 0
0000:00:07.0 0x100 1 0 8
END
ok "of all these writes the kernel speaks once" says 2 dropped
program "0000:00:07.0, PASID at 0x100" chain_test 0000:00:07.0

# A VF has no such capability; what is at its PF's offset is the VF's own.
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
host=$(control_of_host 3)
# hardware COMMAND ARG...: of the words that poke prints, those of the hardware
hardware() {
	"$@" | cut -d ' ' -f 3-
}

ok "VF $vf: a write at its PF's offset leaves the PF's register alone" says "$host $host" \
	hardware poke "$vf" "$control" "$([ "$host" = 0000 ] && echo 7 || echo 0)" "$pf" "$TOKEN"
plan
