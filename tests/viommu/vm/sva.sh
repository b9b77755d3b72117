#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sva.sh PATH...: ATS, PASID and PRI of the functions there, as the guest's kernel has set them. It
# enables PRI for whoever uses it alone, so that is done by hand if it hasn't.
. tests/lab/vm/lib.sh

# flag BDF LINE: the Enable of that line of lspci
flag() {
	lspci -vv -s "$1" | sed -n "s/^[[:blank:]]*$2:[[:blank:]]*\(Enable[+-]\).*/\1/p"
}

# Where PRI stands, as "240"
pri_of() {
	lspci -vv -s "$1" | sed -n 's/.*Capabilities: \[\([0-9a-f]*\) v1\] Page Request Interface.*/\1/p'
}

# As pci_enable_pri() does it
enable_pri() {
	at=0x$(pri_of "$1") || return
	setpci -s "$1" "$(printf %x $((at + 12))).l=20" "$(printf %x $((at + 4))).w=1"
	says Enable+ flag "$1" PRICtl && says 00000020 setpci -s "$1" "$(printf %x $((at + 12))).l"
}

for path; do
	bdf=$(bdf_of "$path")
	ok "$path: the kernel has enabled ATS" says Enable+ flag "$bdf" ATSCtl
	ok "$path: the kernel has enabled PASID" says Enable+ flag "$bdf" PASIDCtl
	[ "$(flag "$bdf" PRICtl)" = Enable+ ] && echo "# $path: the kernel has enabled PRI"
	ok "$path: PRI can be enabled" enable_pri "$bdf"
done
plan
