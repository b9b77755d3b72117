#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sva.sh FUNCTIONS: ATS, PASID and PRI of each function there, PATH EXEC PRIV REQUESTS, as the guest's
# kernel sets them: at boot, with a driver that wants shared virtual addressing, and without it again.
# Linux 6.12 turns PRI on for a driver that asks for it, and Linux 7.3 at boot. None of them gives the
# driver a process's memory: 6.12 doesn't on any x86, and QEMU's VT-d doesn't have SMPWC.
. tests/lab/vm/lib.sh
functions=$1

# registers BDF: what can be set of the three capabilities, as lspci shows it, in one order for all
registers() {
	lspci -vv -s "$1" | sed -n 's/^[[:blank:]]*\(\(ATSCtl\|PASIDCtl\|PRICtl\|PRISta\):\)[[:blank:]]*/\1 /p
		s/^.*Page Request Allocation/Allocation/p' | sort
}

is_off="PRICtl: Enable- Reset-
PRISta: RF- UPRGI- Stopped+"
is_on="PRICtl: Enable+ Reset-
PRISta: RF- UPRGI- Stopped-"

# shows PRI REQUESTS: it does of the function
shows() {
	says "ATSCtl: Enable+, Smallest Translation Unit: 00
Allocation: $(printf %08x "$2")
PASIDCtl: Enable+ $exec $priv
$1" registers "$bdf"
}

# What came of the driver's wishes, as the kernel log has it
wishes() {
	dmesg | sed -n "s/.*sva_user $1: //p"
}

modprobe sva_user
while read -r path exec priv requests _; do
	bdf=$(bdf_of "$path")
	case $(uname -r) in
	6.12.*)
		ok "$path: at boot: ATS and PASID are on, PRI is off" shows "$is_off" 0
		ok "$path: a driver that wants SVA is bound" bind "$bdf" sva_user
		ok "$path: it is given page requests, and no process's memory" says "IOPF: 0
SVA: -19
bond: -95" wishes "$bdf"
		ok "$path: ATS, PASID and PRI are on" shows "$is_on" "$requests"
		ok "$path: the driver is gone" bind "$bdf" ""
		ok "$path: PRI is off" shows "$is_off" "$requests"
		;;
	*)
		ok "$path: at boot: ATS, PASID and PRI are on" shows "$is_on" "$requests"
		ok "$path: a driver that wants SVA is bound" bind "$bdf" sva_user
		ok "$path: it is given no process's memory" says "bond: -19" wishes "$bdf"
		ok "$path: ATS, PASID and PRI are on" shows "$is_on" "$requests"
		ok "$path: the driver is gone" bind "$bdf" ""
		ok "$path: ATS, PASID and PRI stay on" shows "$is_on" "$requests"
		;;
	esac
done <"$functions"
plan
