#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the VM, with the topology that lab_test.sh writes: what is planted is
# what the kernel and programs see, and the planter's files tell the truth.
. tests/tap.sh

PLANTER=/sys/kernel/debug/planter
DEVICES=/sys/bus/pci/devices
PF=0000:00:05.0
VF=0000:00:05.1
EMPTY=0000:00:06.0
RENAMED=0000:00:07.0
DUMPED=0000:00:08.0

# hex FILE OFFSET LENGTH: with one read
hex() {
	dd if="$1" bs="$3" count=1 iflag=skip_bytes skip=$(($2)) 2>/dev/null | od -An -v -tx1 |
		tr -d ' \n'
}

# config FUNCTION OFFSET LENGTH: as the kernel gives it
config() {
	hex "$DEVICES/$1/config" "$2" "$3"
}

# planted FUNCTION OFFSET LENGTH: as the planter keeps it
planted() {
	hex "$PLANTER/$1/config" "$2" "$3"
}

# is EXPECTED COMMAND ARG...: what COMMAND prints
is() {
	expected=$1
	shift
	actual=$("$@" 2>&1)
	[ "$actual" = "$expected" ] || { echo "expected $expected, got $actual"; return 1; }
}

# shows FUNCTION TEXT: in what lspci says of it
shows() {
	lspci -vvv -s "$1" | grep -F -- "$2" || { lspci -vvv -s "$1"; return 1; }
}

# counts COUNTER N COMMAND ARG...: COMMAND makes the counter of $PF grow by N
counts() {
	file=$PLANTER/$PF/$1
	before=$(cat "$file")
	n=$2
	shift 2
	"$@" >/dev/null
	is "$((before + n))" cat "$file"
}

# grows: the number of all accesses
grows() {
	before=$(cat "$PLANTER/accesses")
	config "$EMPTY" 0 4 >/dev/null
	[ "$(cat "$PLANTER/accesses")" -gt "$before" ]
}

# refused FILE LINE
refused() {
	! echo "$2" 2>/dev/null >"$PLANTER/$1"
}

enable_vfs() {
	echo "$1" >"$DEVICES/$PF/sriov_numvfs"
}

# Reads from several sides while the planter goes and comes.
reload_under_load() {
	readers=
	for _ in 1 2 3; do
		while :; do cat "$DEVICES"/*/config; done >/dev/null 2>&1 &
		readers="$readers $!"
	done
	for _ in 1 2 3; do
		rmmod planter && modprobe planter || return
	done
	rmmod planter
	# shellcheck disable=SC2086 # numbers
	kill $readers
}

what_is_planted() {
	ok "what the topology tells QEMU" is 3 nproc
	ok "lspci shows the planted capability" shows $PF \
		"Capabilities: [180 v1] Process Address Space ID (PASID)"
	ok "with its width and permissions" shows $PF \
		"PASIDCap: Exec+ Priv+, Max PASID Width: 14"
	ok "the IOMMU driver has enabled it" shows $PF "PASIDCtl: Enable+ Exec+ Priv+"
	ok "and the planter keeps the 7 that it wrote" is 0700 planted $PF 0x186 2
	ok "the hardware's capabilities are in the chain still" shows $PF \
		"Capabilities: [120 v1] Single Root I/O Virtualization (SR-IOV)"
	ok "where there is no chain, the capability is its head" is 23000100efbeadde \
		config $EMPTY 0x100 8
	ok "one without a place goes behind the last, whose length is known" is \
		1b000100000a0100 config $RENAMED 0x110 8
	ok "bytes are planted as they are" is 86803412 config $RENAMED 0 4
	ok "the kernel has found the function with them" is 0x1234 cat $DEVICES/$RENAMED/device
	ok "a dump gives the IDs" is f01a5e0a config $DUMPED 0 4
	ok "and the capabilities" shows $DUMPED "Capabilities: [ff8 v1] Process Address Space ID"
	ok "but no BARs" shows $DUMPED "Region 0: Memory at"
}

how_it_is_accessed() {
	setpci -s $PF 184.l=ffffffff
	ok "only writable bits change" is 0614_0700 \
		echo "$(config $PF 0x184 2)_$(config $PF 0x186 2)"
	setpci -s $PF 186.b=0
	ok "each byte by itself" is 06140000 config $PF 0x184 4
	setpci -s $PF 186.w=7

	echo "$EMPTY 0x3d 02" >$PLANTER/plant
	setpci -s $EMPTY 3c.l=ffffff5a
	ok "a mixed write: the hardware gets its byte, the planted one stays" is 5a02 \
		config $EMPTY 0x3c 2
	echo "$EMPTY 0x3d 0304 00f0" >$PLANTER/plant
	setpci -s $EMPTY 3e.b=ff
	ok "planting again replaces, with the mask given" is 03f4 config $EMPTY 0x3d 2

	ok "owned says which bytes are planted" is 00ffff00 hex $PLANTER/$EMPTY/owned 0x3c 4
	ok "nonsense is refused: no function" refused plant "05.0 0x100 00"
	ok "nonsense is refused: half a byte" refused plant "$PF 0x100 0"
	ok "nonsense is refused: masks of another length" refused plant "$PF 0x100 0000 00"
	ok "nonsense is refused: beyond config space" refused plant "$PF 0xfff 0000"
	ok "nonsense is refused: more words" refused watch "$PF $PF"
	ok "but the last byte is not beyond" is ab eval \
		"echo $PF 0xfff ab >$PLANTER/plant; config $PF 0xfff 1"
}

what_is_counted() {
	ok "a read is counted" counts reads 1 config $PF 0x10 4
	ok "a read elsewhere is none of the planted bytes" counts planted_reads 0 config $PF 0x10 4
	ok "a read of planted bytes is" counts planted_reads 1 config $PF 0x184 4
	ok "a write is counted" counts writes 1 setpci -s $PF 0c.b=0
	ok "a write of planted bytes is" counts planted_writes 1 setpci -s $PF 186.w=7
	ok "looking at the planter's files is not an access" counts reads 0 planted $PF 0x180 8
	ok "accesses of all functions are counted" grows
	echo 0000:00:1f.2 >$PLANTER/watch
	ok "a function can be watched only" is 0 cat $PLANTER/0000:00:1f.2/reads
}

how_it_sleeps() {
	echo 1 >$PLANTER/$PF/asleep
	ok "asleep: all ones" is ffffffffffffffff config $PF 0x180 8
	ok "asleep: all ones, planted or not" is ffffffff config $PF 0 4
	setpci -s $PF 186.w=0
	ok "asleep: writes are lost" is 0700 planted $PF 0x186 2
	echo 0 >$PLANTER/$PF/asleep
	ok "awake: as before" is 06140700 config $PF 0x184 4
}

what_vfs_have() {
	ok "VFs can be enabled" enable_vfs 4
	ok "they are there" test -e $DEVICES/0000:00:05.4
	ok "what the topology plants in a VF is there" shows $VF \
		"Capabilities: [180 v1] Designated Vendor-Specific"
	ok "and not in the next" is 0000 config 0000:00:05.2 0x180 2
	enable_vfs 0
}

how_it_goes() {
	ok "the planter goes and comes while others read" reload_under_load
	ok "and has restored the hardware" is 0000000000000000 config $PF 0x180 8
	ok "and the head of a chain" is 00000000 config $EMPTY 0x100 4
	ok "and its files are gone" test ! -e $PLANTER
	ok "it can be loaded again" modprobe planter
}

what_is_planted
how_it_is_accessed
what_is_counted
how_it_sleeps
what_vfs_have
how_it_goes
plan
