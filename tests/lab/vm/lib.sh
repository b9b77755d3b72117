# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# For scripts that run in the VM, under busybox sh: functions and drivers by the
# kernel's own sysfs files. Source it from the top of the checkout. Starting a program takes an
# emulated processor some 30 ms, so the shell does itself what it can.
# shellcheck source=tests/tap.sh
. tests/tap.sh

PCI=/sys/bus/pci
PLANTER=/sys/kernel/debug/planter
# shellcheck disable=SC2034 # for the scripts that source this
TOKEN=7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11
PATH=$PWD/build/tests/lab:$PATH

# The driver that functions are bound to, and the module that answers and guards: our driver
# itself; vfio_pasid, which does so for another driver; or the kernel's core, where driver/in-tree
# was applied to it. And the module's parameter that switches the guard.
# shellcheck disable=SC2034 # for the scripts that source this
GUARD=guard
# shellcheck disable=SC2034
if [ -e /sys/module/vfio_pci_core/parameters/pasid_guard ]; then
	DRIVER=vfio-pci MODULE=vfio_pci_core GUARD=pasid_guard
else
	DRIVER=${LAB_DRIVER:-pasid_vfio_pci}
	MODULE=vfio_pasid
	[ "$DRIVER" != pasid_vfio_pci ] || MODULE=$DRIVER
fi

# load: has both loaded, the module with $parameter
parameter=
load() {
	case $MODULE in
	"$DRIVER") modprobe "$DRIVER" enable_sriov=1 ${parameter:+"$parameter"} ;;
	vfio_pci_core)
		modprobe -r vfio_pci_core 2>/dev/null
		modprobe vfio_pci_core ${parameter:+"$parameter"} && modprobe "$DRIVER" enable_sriov=1
		;;
	*) modprobe "$DRIVER" enable_sriov=1 && modprobe "$MODULE" ${parameter:+"$parameter"} ;;
	esac
}

# unload: there is no module of ours and of VFIO's drivers any more
unload() {
	for unload in vfio_pasid pasid_vfio_pci_no_pasid pasid_vfio_pci variant_vfio_pci vfio-pci; do
		modprobe -r "$unload" 2>/dev/null
	done
}

# bdf_of PATH: "00:05.0", or behind ports "00:1c.0/00.0", as a BDF of this boot
bdf_of() {
	case $1 in
	*/*)
		for child in "$PCI/devices/$(bdf_of "${1%/*}")"/????:??:"${1##*/}"; do
			echo "${child##*/}"
		done
		;;
	*) echo "0000:$1" ;;
	esac
}

# target DIRECTORY...: prints the names of what these links lead to
target() (
	for leads; do
		cd -P "$leads" && echo "${PWD##*/}"
	done
)

# driver_of BDF: the driver's name, or "none"
driver_of() {
	[ -e "$PCI/devices/$1/driver" ] || { echo none; return; }
	target "$PCI/devices/$1/driver"
}

# soon COMMAND ARG...: succeeds as soon as the command does, which on a busy machine may take up
# to a minute
soon() {
	soon_left=600
	while [ $((soon_left -= 1)) -ge 0 ]; do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	"$@"
}

has_settled() {
	[ "$(driver_of "$1")" = nvme ] || return 0
	case $(cat "$PCI/devices/$1"/nvme/nvme*/state 2>/dev/null) in
	live | dead) return 0 ;;
	esac
	return 1
}

# settle BDF: waits until nvme has probed, which goes on after the driver was bound. If probing
# fails, nvme of 6.1 releases the function, even if another driver has it by then.
settle() {
	soon has_settled "$1"
}

# bind BDF DRIVER: takes the function from its driver and gives it to DRIVER, or, if that is
# "", to the one that the kernel chooses
bind() {
	settle "$1"
	echo "$2" >"$PCI/devices/$1/driver_override"
	[ ! -e "$PCI/devices/$1/driver" ] || echo "$1" >"$PCI/devices/$1/driver/unbind"
	echo "$1" >"$PCI/drivers_probe"
	[ -z "$2" ] || [ "$(driver_of "$1")" = "$2" ]
}

# make_vfs PF N: removes its VFs and makes N. QEMU 7.2's NVMe drops its VFs when the PF is
# reset and doesn't bring them back, and VFIO resets what it opens: so resets are forbidden.
make_vfs() {
	echo >"$PCI/devices/$1/reset_method"
	echo 0 >"$PCI/devices/$1/sriov_numvfs"
	echo "$2" >"$PCI/devices/$1/sriov_numvfs"
}

# vfs_of PF: the BDFs of its VFs
vfs_of() {
	[ ! -e "$PCI/devices/$1/virtfn0" ] || target "$PCI/devices/$1"/virtfn*
}

# iommu_kind: whose IOMMU the VM has, as in lab/run --iommu, or "none"
iommu_kind() {
	case $(iommu_name) in
	dmar*) echo intel ;;
	ivhd*) echo amd ;;
	smmu3*) echo smmuv3 ;;
	*) echo none ;;
	esac
}

# iommu_name: the kernel's name of it
iommu_name() {
	for iommu_name in /sys/class/iommu/*; do
		[ ! -e "$iommu_name" ] || basename "$iommu_name"
	done | head -n 1
}

# amd_efr: the Extended Feature register of AMD's IOMMU. Before 6.7 the second one comes first.
amd_efr() {
	amd_field=1
	! is_before 6.7 || amd_field=2
	cut -d : -f $amd_field "/sys/class/iommu/$(iommu_name)/amd-iommu/features"
}

# iommu_pasids: how many PASIDs it has, with 0, as the kernel counts them. By VT-d's Extended
# Capability register: PASID, bit 40, and PSS, bits 39:35; QEMU 7.2 has 1 of them. By AMD's
# Extended Feature register: GTSup, bit 4, and PASmax, bits 36:32, except the last one.
iommu_pasids() {
	case $(iommu_kind) in
	intel)
		ecap=0x$(cat "/sys/class/iommu/$(iommu_name)/intel-iommu/ecap")
		echo $((ecap >> 40 & 1 ? 1 << (ecap >> 35 & 31) + 1 : 0))
		;;
	amd)
		efr=0x$(amd_efr)
		echo $((efr >> 4 & 1 ? (1 << (efr >> 32 & 31) + 1) - 1 : 0))
		;;
	smmuv3)
		# QEMU's emulated SMMUv3 has SSIDs of no use, unless lab/ssids/ replaces it.
		echo $((1 << $(cat /sys/module/smmuv3_ssids/parameters/bits 2>/dev/null || echo 0)))
		;;
	*) echo 0 ;;
	esac
}

# log2 N: rounded down; 0 of 0
log2() {
	log2=0
	while [ $(($1 >> log2)) -gt 1 ]; do
		log2=$((log2 + 1))
	done
	echo $log2
}

# iommu_width WIDTH: how many bits of a PASID of WIDTH bits the VM's IOMMU supports
iommu_width() {
	bits=$(log2 "$(iommu_pasids)")
	echo $((bits < $1 ? bits : $1))
}

# sysfs_width WIDTH: the same as a table has it, as far as sysfs tells, which has nothing of that
# of an SMMUv3
sysfs_width() {
	if [ "$(iommu_kind)" = smmuv3 ]; then
		echo -
	else
		iommu_width "$1"
	fi
}

# is_before MAJOR.MINOR: whether the kernel is older
is_before() {
	IFS=.+- read -r major minor _ </proc/sys/kernel/osrelease
	[ $((major * 1000 + minor)) -lt $((${1%.*} * 1000 + ${1#*.})) ]
}

# enabled_control CAPABILITIES: what PASID Control is where the kernel has PASID enabled, for the
# EXEC and PRIV, 1 and 2, that the function can. AMD's driver asks for neither.
enabled_control() {
	case $(iommu_kind) in
	amd) echo 0001 ;;
	*) printf '%04x\n' $((1 | $1 << 1)) ;;
	esac
}

# control_of_host CAPABILITIES: the same of a function that no user of VFIO has opened. 6.1's
# driver of AMD's IOMMU enables PASID only if a driver asks for it.
control_of_host() {
	case $(iommu_kind) in
	amd) is_before 6.2 && echo 0000 && return ;;
	esac
	enabled_control "$1"
}

# control_of_user CAPABILITIES: and of one that a user has opened. AMD's driver has PASID enabled
# as long as the function's domain has page tables of v2, or none. Those of VFIO are of v1 on
# 6.1 and 6.12, and on 7.3 unless the command line says otherwise. Who has bound a function to
# iommufd and attached it to nothing has it in a blocked domain, as our programs do.
control_of_user() {
	case $(iommu_kind) in
	amd)
		if is_before 7.3 || [ -e /dev/iommu ] || ! grep -q amd_iommu=pgtbl_v2 /proc/cmdline; then
			echo 0000
			return
		fi
		;;
	esac
	enabled_control "$1"
}

# width_by CONTROL WIDTH: the width that is reported with PASID Control so
width_by() {
	echo $(((0x$1 & 1) * $2))
}

# control BDF: PASID Control, by setpci
control() {
	setpci -s "$1" ECAP1b+6.w
}

# control_while_asked CAPABILITIES: and of one that query or try has opened. Where there are page
# tables for PASIDs, they attach them.
control_while_asked() {
	if [ -e /dev/iommu ] && ! is_before 6.13; then
		control_of_host "$1"
	else
		control_of_user "$1"
	fi
}

# told_iommu_width WIDTH: what the feature says of a PASID of WIDTH bits, "-" if the kernel
# doesn't say. AMD's driver doesn't before 6.8, nor VT-d's without scalable mode.
told_iommu_width() {
	if [ "$1" = 0 ] || [ "$(iommu_pasids)" = 0 ] || grep -q sm_off /proc/cmdline ||
		{ [ "$(iommu_kind)" = amd ] && is_before 6.8; }; then
		echo -
	else
		iommu_width "$1"
	fi
}

# answer CONTROL WIDTH CAPABILITIES: what the feature says, as ask prints it, of a function with
# these in its PASID capability, if the kernel has made CONTROL of its PASID Control
answer() {
	if [ "$(width_by "$1" 1)" = 1 ]; then
		echo "width=$2 capabilities=$3 enabled=$((0x$1 >> 1)) iommu_width=$(told_iommu_width "$2") reserved=0,0"
	else
		echo "width=0 capabilities=0 enabled=0 iommu_width=$(told_iommu_width "$2") reserved=0,0"
	fi
}

# permission CAPABILITIES CONTROL BIT: as query and list have it; BIT is 1 for EXEC, 2 for PRIV
permission() {
	if [ $(($1 & $3)) = 0 ]; then
		echo no
	elif [ $((0x$2 >> 1 & $3)) = 0 ]; then
		echo off
	else
		echo yes
	fi
}

# queried CONTROL WIDTH CAPABILITIES: what query has from WIDTH to ENABLED of the same, and what
# it has of the IOMMU's width, as a regular expression: where PASID is off, it may
# not be told
queried() {
	if [ "$(width_by "$1" 1)" = 1 ]; then
		echo "$2 +$(permission "$3" "$1" 1) +$(permission "$3" "$1" 2) +yes +$(iommu_width "$2")"
	else
		echo "0 +no +no +no +($(iommu_width "$2")|-)"
	fi
}

# query_status CONTROL...: how a query of functions with these ends. AMD's driver attaches nothing
# to a PASID, enabled or not.
query_status() {
	[ "$(iommu_kind)" != amd ] || { echo 1 && return; }
	case " $* " in *" 0000 "*) echo 1 && return ;; esac
	# an SMMUv3 may nevertheless have only PASID 0
	[ "$(told_iommu_width 20)" != 0 ] && echo 0 || echo 1
}

# query_status_of_stock CONTROL...: the same with stock vfio-pci, where only iommufd tells of an
# SMMUv3
query_status_of_stock() {
	if [ -e /dev/iommu ] || [ "$(iommu_kind)" != smmuv3 ]; then
		query_status "$@"
	else
		case " $* " in *" 0000 "*) echo 1 ;; *) echo 0 ;; esac
	fi
}

# explain_status: how explain ends where the kernel has PASID on: a VMM can use it, or it can't be
# known. Whether an SMMUv3 has any PASIDs is in nothing that explain reads, and its driver enables
# PASID without asking.
explain_status() {
	[ "$(iommu_kind)" = smmuv3 ] && echo 3 || echo 0
}

# writes: prints how often the config space of each function was written to
writes() {
	cat "$PLANTER"/????:*/writes
}

# writes_nothing COMMAND ARG...: the command writes to no config space, whether it succeeds or
# not. All functions are watched, so that accesses are counted. On a busy machine the kernel
# may still be writing to new functions: then it is tried again.
writes_nothing() {
	for hop in "$PCI"/devices/*; do
		echo "${hop##*/}" >"$PLANTER/watch"
	done
	soon no_more_writes "$@"
}

no_more_writes() {
	before=$(writes)
	"$@" >/dev/null 2>&1
	[ "$(writes)" = "$before" ]
}

# says EXPECTED COMMAND ARG...: it prints only that
says() {
	says_expected=$1
	shift
	says_actual=$("$@" 2>&1)
	[ "$says_actual" = "$says_expected" ] && return
	echo "expected: $says_expected"
	echo "     got: $says_actual"
	return 1
}

# ends STATUS COMMAND ARG...: it ends with that; $stdout and $stderr have what it
# said, /tmp/stdout and /tmp/stderr all bytes of it
ends() {
	ends_status=$1
	shift
	"$@" >/tmp/stdout 2>/tmp/stderr
	status=$?
	stdout=$(cat /tmp/stdout)
	stderr=$(cat /tmp/stderr)
	[ "$status" = "$ends_status" ] && return
	echo "ended with $status"
	echo "$stdout"
	echo "$stderr"
	return 1
}

# Rows compare what vpasid prints with what sysfs has, so it prints domains.
vpasid() {
	case $1 in
	export) command vpasid "$@" ;;
	*)
		verb=$1
		shift
		command vpasid "$verb" -D "$@"
		;;
	esac
}

# tells COMMAND ARG...: $status, $stdout and $stderr are what it makes them, and the beginning is
# shown, whatever it ends with
tells() {
	ends 0 "$@" >/dev/null
	echo "\$ $*"
	echo "$stdout" | head -n 3 | sed 's/^/  /'
}

# listed BDF: its state, by list
listed() {
	vpasid list -p --all 2>/dev/null | awk -F '\t' -v bdf="$1" '$1 == bdf { print $9 }'
}

# told TEXT: the last command's messages contained it
told() {
	case $stderr in *"$1"*) return ;; esac
	echo "$stderr"
	return 1
}

# shown REGEX: the last command's output had it
shown() {
	echo "$stdout" | grep -qE "$1" && return
	echo "$stdout"
	return 1
}

# program NAME COMMAND ARG...: the rows of a C program that speaks TAP, as rows of
# ours that begin with NAME
program() {
	name=$1
	shift
	"$@" >/tmp/rows 2>&1
	status=$?
	awk -v tests="$tests" -v name="$name" '
		/^(not )?ok / { sub(/ok [0-9]+ - /, "ok " ++tests " - " name ": ") }
		!/^1\.\./     { print }
	' /tmp/rows
	tests=$((tests + $(grep -cE '^(not )?ok ' /tmp/rows)))
	[ "$status" -le 1 ] && grep -q '^1\.\.' /tmp/rows && return
	tests=$((tests + 1))
	echo "not ok $tests - $name: $1 ended early, with status $status"
}
