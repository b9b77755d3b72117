#!/bin/sh
# SPDX-License-Identifier: MIT
#
# interpose.sh PF PLAIN: vfio_pasid comes and goes while other drivers have functions: open,
# asleep, with others of its kind, with a livepatch. PF has PASID of 20 bits at 0x180, PLAIN none.
. tests/lab/vm/lib.sh
pf=$1
plain=$2
control=0x186
answer=$(answer "$(control_of_user 3)" 20 3)
of_a_vf=$(answer "$(control_of_host 3)" 20 3)
none="Inappropriate ioctl for device"

loaded() {
	grep -q "^$1 " /proc/modules
}

# logged BDF TEXT: how often the kernel has said so of the function
logged() {
	dmesg | grep -cF "$1: $2"
}

# is_guarded BDF: a user of it reads zeros in PASID Control
is_guarded() {
	guarded=$(poke "$1" $control 0 "$pf" "$TOKEN") && [ "${guarded%% *}" = 0000 ] &&
		[ "${guarded##* }" != 0000 ]
}

# is_suspended BDF
is_suspended() {
	[ "$(cat "$PCI/devices/$1/power/runtime_status")" = suspended ]
}

modprobe vfio-pci enable_sriov=1
bind "$pf" vfio-pci
program "open before the module" interpose_test vfio_pasid "$pf" 0x180 "$TOKEN"

# Bound, and not open
ok "a PF that nobody has open sleeps" soon is_suspended "$pf"
ok "the module comes" modprobe vfio_pasid
ok "the PF sleeps again" soon is_suspended "$pf"
ok "it answers" says "$answer" ask "$pf" "$TOKEN"
ok "it is guarded" is_guarded "$pf"
ok "rmmod" rmmod vfio_pasid
ok "it doesn't answer any more" says "$none" ask "$pf" "$TOKEN"
bind "$pf" nvme
setpci -s "$pf" "$control.w=$(control_of_host 3)"

# A PF that doesn't answer when the module comes
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
bind "$vf" vfio-pci
echo 1 >"$PLANTER/$pf/asleep"
ok "the module comes while the PF reads as all ones" modprobe vfio_pasid
ok "the kernel says so" says 1 logged "$pf" "reading the PASID Capability register failed"
ok "a VF says EIO: it isn't known" says "Input/output error" ask "$vf"
echo 0 >"$PLANTER/$pf/asleep"
ok "opened when the PF answers, it answers" says "$of_a_vf" ask "$vf"
rmmod vfio_pasid

# While the function is reset, again and again; without a pause no user could open it
resets() {
	while [ ! -e /tmp/enough ]; do
		echo 1 >"$PCI/devices/$plain/reset"
		sleep 0.05
	done
}

# VFIO refuses to open a function that it can't reset at that moment.
comes_during_resets() {
	modprobe vfio_pasid && soon says "$zeros" ask "$plain" && rmmod vfio_pasid
}

zeros="width=0 capabilities=0 enabled=0 iommu_width=- reserved=0,0"
bind "$plain" vfio-pci
resets &
resetting=$!
for round in 1 2 3; do
	ok "it comes and goes while a function is reset, round $round" comes_during_resets
done
touch /tmp/enough
wait "$resetting"

# Our own driver's functions are left alone
modprobe pasid_vfio_pci enable_sriov=1
modprobe vfio_pasid
ok "both of our modules: pasid_vfio_pci has a function" bind "$plain" pasid_vfio_pci
ok "it answers" says "$zeros" ask "$plain"
ok "vfio_pasid can be unloaded while it is open" while_open "$plain" "" rmmod vfio_pasid
ok "but pasid_vfio_pci can't" ends 1 while_open "$plain" "" rmmod pasid_vfio_pci
bind "$plain" ""
rmmod pasid_vfio_pci

# Other drivers
for feature in 0 1; do
	what="a driver with its own read, feature=$feature"
	modprobe variant_vfio_pci feature=$feature
	modprobe vfio_pasid
	bind "$vf" variant_vfio_pci
	ok "$what: it answers" says "$of_a_vf" ask "$vf"
	features "$vf" >/tmp/features.vfio_pasid
	rmmod vfio_pasid
	ok "$what: without the module, it doesn't" says "$none" ask "$vf"
	features "$vf" >/tmp/features
	sed -i '/^feature 0xb /d' /tmp/features /tmp/features.vfio_pasid
	ok "$what: its other features are as without the module" \
		diff /tmp/features /tmp/features.vfio_pasid
	ok "$what: it has features of its own: $feature" says "$feature" \
		sh -c "! grep -q '^feature 0x3 .*success' /tmp/features; echo \$?"
	bind "$vf" ""
	rmmod variant_vfio_pci
done
modprobe variant_vfio_pci enable_sriov=1
modprobe vfio_pasid
echo 0 >"$PCI/devices/$pf/sriov_numvfs"
bind "$pf" variant_vfio_pci
ok "a driver with its own read: the PF is guarded" is_guarded "$pf"
ok "and its read is called" says "abcd abcd" \
	sh -c "poke $pf 0 0 $pf $TOKEN | cut -d ' ' -f 1,2"
echo 2 >/sys/module/variant_vfio_pci/parameters/most
ok "if it reads less than it was asked for before the guard, the access ends there" says \
	"2: 00 00" peek "$pf" 0x17c 12 "$TOKEN"
ok "if it does so behind the guard, the access ends there" says \
	"6: 00 00 00 00 00 00" peek "$pf" 0x184 12 "$TOKEN"
ok "the guard's own bytes are all read" says "8: 00 00 00 00 00 00 00 00" \
	peek "$pf" 0x180 8 "$TOKEN"
bind "$pf" vfio-pci
rmmod variant_vfio_pci

modprobe stranger_vfio_pci
bind "$plain" stranger_vfio_pci
ok "a driver without vfio-pci-core: the kernel says why" says 1 logged "$plain" \
	"vfio_pasid: can't report PASID, nor guard its registers: its driver isn't built on vfio-pci-core"
vpasid explain "$plain" >/tmp/explained
where="look for vfio_pasid in the kernel log"
[ ! -e /dev/iommu ] || where="iommufd reports the IOMMU's width"
ok "explain says: $where" grep -qF "$where" /tmp/explained
ok "and there is no link to it" [ ! -e "/sys/module/vfio_pasid/devices/$plain" ]
bind "$plain" vfio-pci
ok "on vfio-pci, there is one" [ -e "/sys/module/vfio_pasid/devices/$plain" ]
vpasid explain "$plain" >/tmp/explained
ok "and explain says who reports" grep -q "vfio_pasid reports PASID to the VMM in place of vfio-pci" \
	/tmp/explained
rmmod stranger_vfio_pci

ok "on another VFIO, the module refuses to load" ends 1 modprobe vfio_pasid_unknown_vfio
ok "the kernel says why" sh -c "dmesg | grep -q \"this module doesn't support this kernel's VFIO\""

# Another one above it, which goes last
unloads_in_background() {
	rmmod "$1" &
	unloading=$!
	soon sh -c "dmesg | tail -n 20 | grep -q 'unloading $1 has to wait'"
}

has_ended() {
	! kill -0 "$1" 2>/dev/null
}

ok "another interposer comes" modprobe second_interposer
ok "the PF answers" says "$answer" ask "$pf" "$TOKEN"
ok "vfio_pasid is to go first: its unload waits, and says so" unloads_in_background vfio_pasid
ok "the PF answers" says "$answer" ask "$pf" "$TOKEN"
ok "it is guarded" is_guarded "$pf"
ok "neither can go while it is open" ends 1 while_open "$pf" "$TOKEN" rmmod second_interposer
ok "the other one goes" rmmod second_interposer
ok "then vfio_pasid does" soon has_ended "$unloading"
wait "$unloading"
ok "it has ended well" [ $? = 0 ]
ok "it is gone" says "$none" ask "$pf" "$TOKEN"

# The same, but the function goes
modprobe vfio_pasid
modprobe second_interposer
ok "the unload of vfio_pasid waits again" unloads_in_background vfio_pasid
ok "the functions leave their driver" bind "$pf" nvme
ok "and this one, too" bind "$plain" nvme
ok "then vfio_pasid goes" soon has_ended "$unloading"
ok "the other one goes" rmmod second_interposer
bind "$pf" vfio-pci

# In good order
modprobe second_interposer
modprobe vfio_pasid
ok "beneath it: the PF answers" says "$answer" ask "$pf" "$TOKEN"
ok "vfio_pasid goes first" rmmod vfio_pasid
ok "the PF answers, by the other" says "$answer" ask "$pf" "$TOKEN"
ok "and the other" rmmod second_interposer
ok "it doesn't answer any more" says "$none" ask "$pf" "$TOKEN"

# A livepatch of the functions that it stands before
patched=/sys/kernel/livepatch/livepatch_vfio_pci_core

is_patched() {
	[ "$(cat $patched/enabled 2>/dev/null)$(cat $patched/transition 2>/dev/null)" = 10 ]
}

unpatch() {
	echo 0 >$patched/enabled
	soon [ ! -e $patched ] && rmmod livepatch_vfio_pci_core
}

# stands_before_patch: the PASID feature and the guard are ours, everything else is the patch's
stands_before_patch() {
	ok "$1: the PF answers" says "$answer" ask "$pf" "$TOKEN"
	ok "$1: it is guarded" is_guarded "$pf"
	ok "$1: the rest reads as the patch has it" says "5a5a 5a5a" \
		sh -c "poke $pf 0 0 $pf $TOKEN | cut -d ' ' -f 1,2"
}

if [ -e /sys/kernel/livepatch ]; then
	modprobe vfio_pasid
	ok "a livepatch comes after it" modprobe livepatch_vfio_pci_core
	ok "it is in force" soon is_patched
	stands_before_patch "patched after"
	ok "the livepatch goes first" unpatch
	ok "it answers as before" says "$answer" ask "$pf" "$TOKEN"
	rmmod vfio_pasid

	modprobe livepatch_vfio_pci_core
	ok "a livepatch comes before it" soon is_patched
	modprobe vfio_pasid
	stands_before_patch "patched before"
	ok "vfio_pasid goes first" rmmod vfio_pasid
	ok "the PF answers as the patch has it" says "Invalid or incomplete multibyte or wide character" \
		ask "$pf" "$TOKEN"
	ok "the livepatch goes" unpatch
fi
ok "at last, stock vfio-pci as it was" says "$none" ask "$pf" "$TOKEN"
ok "vfio_pasid is gone" [ ! -e /sys/module/vfio_pasid ]
plan
