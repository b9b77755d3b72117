#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lifecycle.sh PF: module, binding and device come and go, also while the device is open. The
# lab checks that the log stays clean.
. tests/lab/vm/lib.sh
pf=$1
answer=$(answer "$(control_of_user 3)" 20 3)

loaded() {
	grep -q "^$MODULE " /proc/modules
}

# hold_open BDF: returns once the device is open; $holder is who holds it
hold_open() {
	mkfifo /tmp/held 2>/dev/null
	hold "$1" "$TOKEN" >/tmp/held &
	holder=$!
	exec 3</tmp/held
	read -r state <&3 && [ "$state" = open ]
}

# let_go WORD: the holder ended well, and says WORD as the reason
let_go() {
	read -r state <&3
	exec 3<&-
	wait "$holder" && [ "${state%% *}" = "$1" ]
}

load_unload() {
	load && loaded && rmmod "$MODULE" && ! loaded
}

for round in 1 2 3; do
	ok "load and unload, round $round" load_unload
done

load
for round in 1 2 3; do
	ok "bind, round $round" bind "$pf" "$DRIVER"
	ok "it answers, round $round" says "$answer" ask "$pf"
	ok "back to nvme, round $round" bind "$pf" nvme
done
ok "an empty driver_override: the kernel's choice is nvme" bind "$pf" ""
ok "and nvme has it" says nvme driver_of "$pf"

bind "$pf" "$DRIVER"
ok "a process holds the device open" hold_open "$pf"
rmmod "$MODULE" 2>/dev/null
ok "rmmod is refused meanwhile" loaded
ok "unbind while it is open" bind "$pf" nvme
ok "VFIO asked the process for it, and got it" let_go requested

bind "$pf" "$DRIVER"
export DEAF=1
ok "open again, by a process that doesn't hear VFIO" hold_open "$pf"
unset DEAF
(sleep 1 && kill -KILL "$holder") &
ok "unbind waits until that process is killed" bind "$pf" nvme
wait "$holder"
ok "it was killed" [ $? = 137 ]

bind "$pf" "$DRIVER"
ok "open again, before hot remove" hold_open "$pf"
echo 1 >"$PCI/devices/$pf/remove"
ok "hot remove while it is open: the process was asked" let_go requested
ok "the function is gone" [ ! -e "$PCI/devices/$pf" ]
echo 1 >"$PCI/rescan"
ok "rescan: it is back" [ -e "$PCI/devices/$pf" ]
ok "bind after rescan" bind "$pf" "$DRIVER"
ok "it answers as before" says "$answer" ask "$pf" "$TOKEN"

make_vfs "$pf" 4
vf=$(vfs_of "$pf" | head -n 1)
ok "a process holds a VF open" hold_open "$vf"
echo "$vf" >"$PCI/devices/$vf/driver/unbind"
ok "unbind of the VF while it is open: the process was asked" let_go requested
ok "bind the VF again" bind "$vf" "$DRIVER"
ok "a process holds the VF open again" hold_open "$vf"
echo 0 >"$PCI/devices/$pf/sriov_numvfs"
ok "VFs taken away while one is open: the process was asked" let_go requested

kept=none
[ "$MODULE" = "$DRIVER" ] || kept=$DRIVER
ok "rmmod with the PF bound" rmmod "$MODULE"
ok "the PF's driver is $kept then" says "$kept" driver_of "$pf"
ok "and it can be loaded again" load_unload
plan
