#!/bin/bash
# SPDX-License-Identifier: MIT
#
# For each function in the dumps of pciutils that has an extended config space,
# vpasid_layout_read() and lspci agree on which extended capabilities stand where, and in
# which order. lspci reads the dumps with code of its own.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

layout_dump=${BUILD:-build}/tests/lib/layout_dump
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# For each of the library's names of capabilities, that of lspci, which mostly adds more
# behind it.
cat >"$dir/names" <<'END'
Null|Null
AER|Advanced Error Reporting
VC|Virtual Channel
Device Serial Number|Device Serial Number
Power Budgeting|Power Budgeting
RC Link Declaration|Root Complex Link
RC Internal Link Control|Root Complex Internal Link
RCEC Endpoint Association|Root Complex Event Collector
MFVC|Multi-Function Virtual Channel
VC (MFVC)|Virtual Channel
VSEC|Vendor Specific Information
ACS|Access Control Services
ARI|Alternative Routing-ID Interpretation (ARI)
ATS|Address Translation Service (ATS)
SR-IOV|Single Root I/O Virtualization (SR-IOV)
Multicast|Multicast
PRI|Page Request Interface (PRI)
Resizable BAR|Physical Resizable BAR
DPA|Dynamic Power Allocation
TPH Requester|Transaction Processing Hints
LTR|Latency Tolerance Reporting
Secondary PCIe|Secondary PCI Express
PASID|Process Address Space ID (PASID)
DPC|Downstream Port Containment
L1 PM Substates|L1 PM Substates
PTM|Precision Time Measurement
DVSEC|Designated Vendor-Specific
VF Resizable BAR|Virtual Resizable BAR
Data Link Feature|Data Link Feature
Physical Layer 16.0 GT/s|Physical Layer 16.0 GT/s
Lane Margining at the Receiver|Lane Margining at the Receiver
Physical Layer 32.0 GT/s|Physical Layer 32.0 GT/s
DOE|Data Object Exchange
IDE|Integrity & Data Encryption
looped|<chain looped>
END

# Keeps the capabilities of each function in the order of its chain.
by_function() {
	sort -s -k 1,1
}

# An older lspci has numbers for what a newer one names.
name_numbers() {
	sed 's|Extended Capability ID 0x2a$|Physical Layer 32.0 GT/s|
		s|Extended Capability ID 0x30$|Integrity \& Data Encryption|'
}

# Prints lines "FUNCTION OFFSET VERSION WHAT" for functions with the PCI Express or the PCI-X
# capability: lspci doesn't look at the extended space of others.
lspci_layout() {
	lspci -vv -D -F "$1" 2>/dev/null | awk -v functions="$dir/functions" '
		/^[0-9a-f]/ { bdf = $1 }
		/^\tCapabilities: \[[0-9a-f]+\] (Express|PCI-X)/ { print bdf >functions }
		match($0, /^\tCapabilities: \[[0-9a-f]+ v[0-9]+\] /) {
			what = substr($0, RLENGTH + 1)
			print bdf, substr($2, 2), $3 " " what
		}' | sed 's/\] / /' | name_numbers | by_function
}

our_layout() {
	"$layout_dump" "$1" | awk -F '[|]' -v names="$dir/names" -v functions="$dir/functions" '
		BEGIN {
			while ((getline <names) > 0)
				lspci[$1] = $2
			while ((getline <functions) > 0)
				looked[$1] = 1
		}
		{
			split($0, field, " ")
			if (!(field[1] in looked))
				next
			place = field[1] " " field[2] " " field[3] " "
			what = substr($0, length(place) + 1)
			if (what ~ /^0x/)
				what = "Extended Capability ID " what
			else
				what = what in lspci ? lspci[what] : "no name of " what " is known to this test"
			print place what
		}' | by_function
}

# compare OURS THEIRS: compares line by line, up to the end of our line
compare() {
	awk -v theirs="$2" '
		{ ours = $0; line = ""; getline line <theirs }
		index(line, ours) != 1 { print "ours: " ours "; of lspci: " line; bad = 1 }
		END {
			while ((getline line <theirs) > 0) { print "of lspci alone: " line; bad = 1 }
			exit bad
		}' "$1"
}

agree() {
	: >"$dir/functions"
	lspci_layout "$1" >"$dir/theirs"
	our_layout "$1" >"$dir/ours"
	test -s "$dir/theirs" && compare "$dir/ours" "$dir/theirs"
}

# The comparison finds one capability less, one more, another version, another ID.
disagrees() {
	local edit dump=build/corpus/pciutils/cap-pasid-pri
	agree "$dump" || return
	for edit in 2d '2{p}' '1s/ v1 / v2 /' 's/PASID/PRI/'; do
		our_layout "$dump" | sed "$edit" >"$dir/edited"
		! compare "$dir/edited" "$dir/theirs" || return
	done
}

# The function in the dump with a loop has no PCI Express Capability, so lspci wouldn't look
# at its extended space: this gives it one, at 0xc0.
with_express() {
	sed -E '/^00: /s/^(00:( ..){6}) ../\1 10/; /^30: /s/^(30:( ..){4}) ../\1 c0/
		s/^c0: .. ../c0: 10 00/' "$1"
}

needs dumps scripts/corpus
compared=0
for dump in build/corpus/pciutils/*; do
	[[ -n $("$layout_dump" "$dump") ]] || continue
	[[ $dump != */broken-ecaps ]] || with_express "$dump" >"$dir/broken-ecaps"
	[[ ! -e $dir/${dump##*/} ]] || dump=$dir/${dump##*/}
	compared=$((compared + 1))
	ok "${dump##*/}: $("$layout_dump" "$dump" | wc -l) lines" agree "$dump"
done
ok "there are dumps with extended capabilities" test "$compared" -ge 20
ok "a difference is found" disagrees
ok "a loop is among them" grep -q '<chain looped>' <(lspci_layout "$dir/broken-ecaps")
plan
