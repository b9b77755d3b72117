# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# For scripts that run in the VM, under busybox sh: functions and drivers by the
# kernel's own sysfs files. Source it from the top of the checkout.
# shellcheck source=tests/tap.sh
. tests/tap.sh

PCI=/sys/bus/pci
PLANTER=/sys/kernel/debug/planter
# shellcheck disable=SC2034 # for the scripts that source this
TOKEN=7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11
PATH=$PWD/build/tests/lab:$PATH

# bdf_of PATH: "00:05.0", or behind ports "00:1c.0/00.0", as a BDF of this boot
bdf_of() {
	case $1 in
	*/*) basename "$PCI/devices/$(bdf_of "${1%/*}")"/????:??:"${1##*/}" ;;
	*) echo "0000:$1" ;;
	esac
}

# driver_of BDF: the driver's name, or "none"
driver_of() {
	[ -e "$PCI/devices/$1/driver" ] || { echo none; return; }
	basename "$(readlink "$PCI/devices/$1/driver")"
}

# soon COMMAND ARG...: it succeeds, within a minute: on a busy machine things take their time
soon() {
	for _ in $(seq 600); do
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

# settle BDF: nvme goes on probing after it has been bound. If that fails, on 6.1 it lets go
# of the function, whoever has it by then; so it is waited for.
settle() {
	soon has_settled "$1"
}

# bind BDF DRIVER: takes the function from its driver; DRIVER "" gives it back to
# whom the kernel thinks best
bind() {
	settle "$1"
	echo "$2" >"$PCI/devices/$1/driver_override"
	[ ! -e "$PCI/devices/$1/driver" ] || echo "$1" >"$PCI/devices/$1/driver/unbind"
	echo "$1" >"$PCI/drivers_probe"
	[ -z "$2" ] || [ "$(driver_of "$1")" = "$2" ]
}

# make_vfs PF N: N VFs, and none before. QEMU 7.2's NVMe drops its VFs when the PF
# is reset and doesn't bring them back; VFIO resets what it opens. So, no resets.
make_vfs() {
	echo >"$PCI/devices/$1/reset_method"
	echo 0 >"$PCI/devices/$1/sriov_numvfs"
	echo "$2" >"$PCI/devices/$1/sriov_numvfs"
}

# vfs_of PF: the BDFs of its VFs
vfs_of() {
	for virtfn in "$PCI/devices/$1"/virtfn*; do
		[ ! -e "$virtfn" ] || basename "$(readlink "$virtfn")"
	done
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

# iommu_pasids: how many PASIDs it has, with 0, as the kernel counts them. By VT-d's Extended
# Capability register: PASID, bit 40, and PSS, bits 39:35; QEMU 7.2 has 1 of them. By AMD's
# Extended Feature register: GTSup, bit 4, and PASmax, bits 36:32, but for the last one.
iommu_pasids() {
	case $(iommu_kind) in
	intel)
		ecap=0x$(cat "/sys/class/iommu/$(iommu_name)/intel-iommu/ecap")
		echo $((ecap >> 40 & 1 ? 1 << (ecap >> 35 & 31) + 1 : 0))
		;;
	amd)
		efr=$(cat "/sys/class/iommu/$(iommu_name)/amd-iommu/features")
		efr=0x${efr%%:*}
		echo $((efr >> 4 & 1 ? (1 << (efr >> 32 & 31) + 1) - 1 : 0))
		;;
	smmuv3)
		# What QEMU emulates has one, which is none to use, unless lab/ssids/ stands in.
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

# iommu_width WIDTH: bits that the VM's IOMMU takes of a PASID of WIDTH bits
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
# driver of AMD's IOMMU enables PASID for nobody who doesn't ask for it.
control_of_host() {
	case $(iommu_kind) in
	amd) is_before 6.2 && echo 0000 && return ;;
	esac
	enabled_control "$1"
}

# control_of_user CAPABILITIES: and of one that a user has opened. AMD's driver has PASID enabled
# as long as the function's domain has page tables of v2, or none. Those of VFIO are of v1 on
# 6.1 and 6.12, and on 7.3 unless the command line says otherwise.
control_of_user() {
	case $(iommu_kind) in
	amd)
		if is_before 7.3 || ! grep -q amd_iommu=pgtbl_v2 /proc/cmdline; then
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

# answer CONTROL WIDTH CAPABILITIES: what the feature says, as ask prints it, of a function with
# these in its PASID capability, if the kernel has made CONTROL of its PASID Control
answer() {
	if [ "$(width_by "$1" 1)" = 1 ]; then
		echo "width=$2 capabilities=$3 enabled=$((0x$1 >> 1)) iommu_width=$(iommu_width "$2") reserved=0,0"
	else
		echo "width=0 capabilities=0 enabled=0 iommu_width=0 reserved=0,0"
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
# it has of the IOMMU's width, as a regular expression
queried() {
	if [ "$(width_by "$1" 1)" = 1 ]; then
		echo "$2 +$(permission "$3" "$1" 1) +$(permission "$3" "$1" 2) +yes +$(iommu_width "$2")"
	else
		echo "0 +no +no +no +-"
	fi
}

# query_status CONTROL...: how a query of functions with these ends
query_status() {
	case " $* " in *" 0000 "*) echo 1 ;; *) echo 0 ;; esac
}

# writes: what was written to the config space of each function, in counts
writes() {
	for hop in "$PLANTER"/????:*; do
		cat "$hop/writes"
	done | xargs
}

# writes_nothing COMMAND ARG...: to any config space, whatever it ends with. All functions
# are watched, so that accesses are counted; on a busy machine the kernel may still be at
# work on what it has found.
writes_nothing() {
	for hop in "$PCI"/devices/*; do
		basename "$hop" >"$PLANTER/watch"
	done
	soon no_more_writes "$@"
}

no_more_writes() {
	before=$(writes)
	"$@" >/dev/null 2>&1
	[ "$(writes)" = "$before" ]
}

# says EXPECTED COMMAND ARG...: it prints just that
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

# told TEXT: the last message had it
told() {
	case $stderr in *"$1"*) return ;; esac
	echo "$stderr"
	return 1
}

# shown REGEX: so had the last output
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
