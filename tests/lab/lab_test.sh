#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The lab keeps what lab/run --help promises, and the planter and the topologies do
# what they say. A dozen boots, some at once.
# shellcheck disable=SC2016 # much is for the shell of the VM to expand
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# vm NAME ARG...: runs lab/run, and keeps its output and status in files of that name
vm() {
	local name=$scratch/$1
	shift
	NAME=$name lab/run "$@" >"$name.out" 2>"$name.err"
	echo $? >"$name.status"
}

# vm_within SECONDS NAME ARG...: the same; if it takes longer, the status is 124
vm_within() {
	local seconds=$1 name=$scratch/$2
	shift 2
	lab/limit "$seconds" lab/run "$@" >"$name.out" 2>"$name.err"
	echo $? >"$name.status"
}

# qemu_of NAME: prints the process ID of that VM's QEMU, which has the environment of `vm`
qemu_of() {
	local process
	for process in /proc/[0-9]*; do
		[[ $(cat "$process/comm" 2>/dev/null) != qemu-system-* ]] ||
			! grep -qzxF "NAME=$scratch/$1" "$process/environ" || echo "${process#/proc/}"
	done
}

# status_is NAME N
status_is() {
	[[ $(cat "$scratch/$1.status") == "$2" ]] || {
		echo "status $(cat "$scratch/$1.status") instead of $2"
		tail -n 30 "$scratch/$1.err"
		return 1
	}
}

# says NAME PATTERN: lab/run said that
says() {
	grep -E -- "$2" "$scratch/$1.err" || { cat "$scratch/$1.err"; return 1; }
}

# rows_of NAME: the rows of TAP that a script printed in the VM, as rows of ours
rows_of() {
	local line rows=0
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			rows=$((rows + 1))
			tests=$((tests + 1))
			echo "${line%%ok *}ok $tests - ${line#* - }"
			;;
		1..*) ;;
		*) echo "$line" ;;
		esac
	done <"$scratch/$1.out"
	ok "the script printed all of them" grep -qx "1..$rows" "$scratch/$1.out"
}

# fault LINE: lab/scan-log finds one
fault() {
	echo "[    1.000000] $1" >"$scratch/log"
	! lab/scan-log "$scratch/log"
}

healthy() {
	echo "[    1.000000] $1" >"$scratch/log"
	lab/scan-log "$scratch/log"
}

test_usage() {
	vm none
	ok "without a command: usage" status_is none 2
	vm what --what
	ok "an unknown option: usage" status_is what 2
	vm lane --kernel 1.0 -- true
	ok "an unknown lane: usage" status_is lane 2
	ok "and the lanes that there are" says lane 'there are: .*6\.12'
	vm iommu --iommu none -- true
	ok "an unknown IOMMU: usage" status_is iommu 2
	ok "and the IOMMUs that there are" says iommu 'there are: amd intel'
	vm flavour --iommu amd --kernel 6.12-debug -- true
	ok "a kernel that there isn't for the IOMMU: usage" status_is flavour 2
	ok "and which it would be" says flavour 'no lane 6\.12-debug-generic; there are: .*6\.12-generic'
	vm uefi --uefi --qemu 7.2 -- true
	ok "UEFI firmware with a QEMU that has none: usage" status_is uefi 2
	vm absent --copy "$scratch/absent" -- true
	ok "a missing file: usage" status_is absent 2
	echo "nvme 00:05.0 vfs=many" >"$scratch/bad.topo"
	vm topology --topology "$scratch/bad.topo" -- true
	ok "a wrong topology: 125" status_is topology 125
	ok "and where, and what to write" says topology "bad.topo:1: vfs=many: write a number"
}

# limited STATUS SECONDS COMMAND ARG...: lab/limit ends with that status
limited() {
	local expected=$1 status
	shift
	lab/limit "$@"
	status=$?
	((status == expected)) || { echo "ended with $status"; return 1; }
}

# on_a_busy_machine COMMAND ARG...: runs it beside three busy programs for each processor
on_a_busy_machine() {
	local loops=() i status
	for ((i = 3 * $(nproc); i; i--)); do
		while :; do :; done &
		loops+=($!)
	done
	"$@"
	status=$?
	kill "${loops[@]}" && wait "${loops[@]}" 2>/dev/null
	return $status
}

test_limit() {
	ok "lab/limit: a command's status is passed on" limited 7 60 sh -c 'exit 7'
	ok "that of one that a signal ends, too" limited 137 60 sh -c 'kill -KILL $$'
	ok "one that takes too long is ended, with all that it has started" \
		limited 124 1 sh -c 'sleep 987654321 & sleep 987654321'
	ok "all" test -z "$(pgrep -f 'sleep 98765432[1]')"
	ok "and one that doesn't hear of it" limited 124 1 bash -c 'trap "" TERM; sleep 100; sleep 100'
	ok "on a busy machine a second lasts longer" on_a_busy_machine limited 0 1 sleep 2
}

test_topologies() {
	local file
	for file in lab/topologies/*.topo; do
		ok "$file is right" build/lab/topology check "$file"
	done
}

test_scan() {
	local line
	while IFS= read -r line; do
		ok "a fault: ${line:0:50}" fault "$line"
	done <<-'END'
		WARNING: CPU: 0 PID: 1 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110
		WARNING: possible circular locking dependency detected
		kernel BUG at mm/slub.c:4011!
		BUG: KASAN: slab-out-of-bounds in vfio_pci_config_rw+0x1/0x2
		BUG: KFENCE: use-after-free read in foo+0x1/0x2
		BUG: unable to handle page fault for address: ffffffffffffffe8
		BUG kmalloc-64 (Tainted: G OE): Poison overwritten
		Oops: 0002 [#1] PREEMPT SMP NOPTI
		general protection fault, probably for non-canonical address 0xdead000000000100
		Kernel panic - not syncing: sysrq triggered crash
		watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [sh:77]
		rcu: INFO: rcu_preempt self-detected stall on CPU
		rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-...D } 25 jiffies s: 53
		rcu: rcu_preempt kthread starved for 5250 jiffies! g9 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x0
		INFO: task sh:77 blocked for more than 120 seconds.
		UBSAN: array-index-out-of-bounds in drivers/vfio/pci/vfio_pci_core.c:1:2
		refcount_t: underflow; use-after-free.
		kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
		Call Trace:
	END
	while IFS= read -r line; do
		ok "no fault: ${line:0:50}" healthy "$line"
	done <<-'END'
		Kernel command line: console=ttyS0 panic=-1 oops=panic softlockup_panic=1 hung_task_panic=1
		Kernel command line: sysctl.kernel.panic_on_rcu_stall=1 rcupdate.rcu_cpu_stall_timeout=300
		RCU CPU stall warnings timeout set to 300 (rcu_cpu_stall_timeout).
		printk: debug: ignoring loglevel setting.
		kfence: initialized - using 2097152 bytes for 255 objects
		kmemleak: Kernel memory leak detector initialized (mem pool available: 14711)
		planter: loading out-of-tree module taints kernel.
		pci 0000:00:1f.0: quirk: [io  0x0600-0x067f] claimed by ICH6 ACPI/GPIO/TCO
		DMAR: [Firmware Bug]: your BIOS is odd
	END
}

# Runs the same program here and in the VM, from the same directory by the same name.
test_command() {
	local words=('two words' "it's" '"quoted"' $'two\nlines' '' '$HOME *' 'back\slash' '-x')
	cp build/tests/lab/echo-dynamic "$scratch/dynamic"
	cp build/tests/lab/echo-static "$scratch/static"
	mkdir "$scratch/a directory"
	(
		cd "$scratch/a directory" || exit
		../dynamic "${words[@]}" >"$scratch/here.out" 2>"$scratch/here.err"
		"$scratch/static" >"$scratch/here.static" 2>&1
		"$OLDPWD/lab/run" --copy "$scratch/static" -- ../dynamic "${words[@]}" \
			>"$scratch/there.out" 2>"$scratch/there.err"
		echo $? >"$scratch/there.status"
	)
	ok "its exit status is lab/run's" status_is there 42
	ok "a dynamic program, its directory, its arguments, its stdout: the same" \
		cmp "$scratch/here.out" "$scratch/there.out"
	ok "its stderr: the same, and nothing else" cmp "$scratch/here.err" "$scratch/there.err"
}

test_copies() {
	mkdir -p "$scratch/tree/below"
	echo content >"$scratch/tree/below/file"
	cp "$(type -P bash)" "$scratch/tree/below/bash"
	printf '#!%s\necho "script $1"\nexit 1\n' "$(type -P bash)" >"$scratch/tree/script"
	chmod +x "$scratch/tree/script"
	vm copies --copy "$scratch/static" --copy "$scratch/tree" --log "$scratch/kernel.log" -- \
		sh -c '"$1/static" >/tmp/out 2>&1; echo $?; md5sum </tmp/out
			cat "$1/tree/below/file"; "$1/tree/below/bash" -c "echo \$BASH_VERSION"
			echo to-stderr >/dev/stderr; sleep 1000 & "$1/tree/script" word' sh "$scratch"
	ok "a status of 1 is passed on" status_is copies 1
	ok "copied: a static program, a directory, programs in it, scripts with an interpreter" \
		diff - "$scratch/copies.out" <<-END
			42
			$("$scratch/static" 2>&1 | md5sum)
			content
			$BASH_VERSION
			script word
		END
	ok "/dev/stderr works" grep -qx to-stderr "$scratch/copies.err"
	ok "--log keeps the kernel log" grep -q "Linux version" "$scratch/kernel.log"
}

# The kernel is made to fail; what the command says of it doesn't count.
test_faults() {
	local provoke=/sys/kernel/debug/provoke
	vm warn -- sh -c "modprobe provoke; echo warn >$provoke; exit 0" &
	vm_within 60 panic -- sh -c 'echo c >/proc/sysrq-trigger' &
	wait
	vm oops -- sh -c "modprobe provoke; echo oops >$provoke" &
	vm_within 40 hang --timeout 15 -- \
		sh -c "modprobe provoke; echo before; sleep 1; echo hang >$provoke" &
	wait
	vm lock -- sh -c "modprobe provoke; echo 5 >/proc/sys/kernel/watchdog_thresh; echo lock >$provoke" &
	vm stall -- sh -c "modprobe provoke; echo 5 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout
		echo rcu >$provoke" &
	wait
	ok "a WARN fails the run" status_is warn 125
	ok "and is shown" says warn 'WARNING: .*provoke'
	ok "a panic fails the run, at once" status_is panic 125
	ok "and is shown" says panic 'Kernel panic - not syncing: sysrq triggered crash'
	ok "an oops fails the run" status_is oops 125
	ok "and is shown" says oops 'kernel NULL pointer dereference'
	ok "a hang ends in time" status_is hang 124
	ok "within seconds of it, with the name of the kernel log" \
		says hang 'COMMAND has not ended after 15 s; the kernel log: .*/kernel.log'
	ok "what was printed before is not lost" grep -qx before "$scratch/hang.out"
	ok "a soft lockup fails the run" status_is lock 125
	ok "and is shown" says lock 'BUG: soft lockup - CPU#[01] stuck for'
	ok "an RCU stall fails the run" status_is stall 125
	ok "and is shown" says stall 'rcu: INFO: rcu_.* (self-)?detected stall'
}

# stop NAME SECONDS: stops that VM for so long, once it has printed something
stop() {
	local qemu
	until [[ -s $scratch/$1.out || -e $scratch/$1.status ]]; do
		sleep 0.1
	done
	qemu=$(qemu_of "$1") && kill -STOP "$qemu" || return
	sleep "$2"
	kill -CONT "$qemu"
}

# If a busy machine lets a VM wait for long, that is no fault of the VM's kernel.
test_starved() {
	local seconds=40
	vm starved -- sh -c 'end=$(($(cut -d . -f 1 /proc/uptime) + 45)); echo ready
		until [ "$(cut -d . -f 1 /proc/uptime)" -ge $end ]; do :; done
		cat /sys/kernel/debug/sched/fair_server/cpu*/runtime' &
	ok "a VM at work stands still for $seconds s" stop starved $seconds
	wait
	ok "that is no fault" status_is starved 0
	ok "the scheduler's deadline server is off" diff - "$scratch/starved.out" <<-END
		ready
		0
		0
	END
}

# dump: a config space as lspci prints it; its PASID capability is in the last place
# that there is.
dump() {
	echo "01:00.0 Processing accelerators: made up"
	local at
	for ((at = 0; at < 4096; at += 16)); do
		printf '%02x: ' "$at"
		case $at in
		0) echo "f0 1a 5e 0a 06 04 10 00 00 00 00 12 00 00 00 00" ;;
		48) echo "00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00" ;;
		64) echo "10 00 92 00 00 00 00 00 00 00 00 00 00 00 00 00" ;;
		256) echo "23 00 81 ff 00 00 00 00 00 00 00 00 00 00 00 00" ;;
		4080) echo "00 00 00 00 00 00 00 00 1b 00 01 00 06 14 00 00" ;;
		*) echo "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" ;;
		esac
	done
}

test_plants() {
	dump >"$scratch/made-up.txt"
	cat >"$scratch/plants.topo" <<-END
		iommu  on  # as without the line
		qemu   -smp 3
		nvme   00:05.0   vfs=4
		nvme   00:06.0
		nvme   00:07.0
		nvme   00:08.0
		plant  00:05.0   pasid width=20 exec priv at=0x180
		plant  00:05.1   cap id=0x0023 at=0x180 data=0x1
		plant  00:06.0   cap id=0x0023 data=0xdeadbeef
		plant  00:07.0   bytes at=0 value=86,80,34,12
		plant  00:07.0   cap id=0x0003 at=0x104 data=0x1,0x2
		plant  00:07.0   pasid width=10
		plant  00:08.0   dump made-up.txt
	END
	# Bit 21 of a port's Device Capabilities 2 is what End-End TLP Prefixes need: byte 0x7a
	# of QEMU's has it.
	cat >"$scratch/ports.topo" <<-END
		port   00:1b.0
		port   00:1c.0
		nvme   00:1b.0/00.0  vfs=2
		nvme   00:1c.0/00.0
		plant  00:1b.0/00.0  pasid width=20 exec priv
		plant  00:1b.0/00.1  cap id=0x0023 data=0x1
		plant  00:1c.0       bytes at=0x7a value=10
		plant  00:1c.0/00.0  pasid width=20 exec priv
	END
	vm plants --topology "$scratch/plants.topo" --copy tests/tap.sh -- tests/lab/self/plants.sh &
	vm ports --topology "$scratch/ports.topo" --copy tests/tap.sh -- tests/lab/self/ports.sh &
	wait
	rows_of plants
	ok "and it ended well" status_is plants 0
	rows_of ports
	ok "and it ended well" status_is ports 0
}

lab/build || exit
test_limit
test_usage
test_topologies
test_scan
test_command
test_copies
test_faults
test_starved
test_plants
plan
