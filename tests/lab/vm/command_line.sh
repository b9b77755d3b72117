#!/bin/sh
# SPDX-License-Identifier: MIT
#
# command_line.sh STATE ROW...: what Intel's driver has taken from each row of the table, which
# begins with the option rowN; then the state of the IOMMU, and what explain says. The state
# is what iommu= has done: "off", whatever the rows say; "pt" or "nopt".
. tests/lab/vm/lib.sh

TABLE=tests/tools/command_lines
BDF=0000:00:05.0

# taken ROW: what the driver said of it, as the table has it
taken() {
	dmesg | sed -n 's/^\(\[[^]]*\] \)\?DMAR: //p' | awk -v row="Unknown option - 'row$1" '
		/^Unknown option - .row[0-9]/ { within = index($0, row "'"'"'") || index($0, row ",") }
		within && /^IOMMU enabled/ { intel = "on" }
		within && /^IOMMU disabled/ { intel = "off" }
		within && /^Enable scalable mode/ { scalable = "sm_on" }
		within && /^Scalable mode is disallowed/ { scalable = "sm_off" }
		END {
			if (intel != "" && scalable != "") intel = intel " "
			print intel == "" && scalable == "" ? "-" : intel scalable
		}'
}

says_kernel() {
	got=$(taken "$1")
	[ "$got" = "$2" ] && return
	echo "the kernel took: $got"
	return 1
}

uses_iommu() {
	[ -e "$PCI/devices/$BDF/iommu" ]
}

# Which default domain functions have
passes_through() {
	[ "$(cat "$PCI/devices/$BDF/iommu_group/type")" = identity ]
}

translates() {
	! passes_through
}

uses_none() {
	! uses_iommu
}

# explains LINK FOUND: the first broken link, and what is said of it; "sound" without one
explains() {
	vpasid explain "$BDF" >/tmp/stdout
	if [ "$1" = sound ]; then
		grep -q '^0000.*PASID is usable' /tmp/stdout && return
	else
		grep -q "^  broken  $1[, ]" /tmp/stdout && grep -q "^  found .*$2" /tmp/stdout && return
	fi
	sed 's/^/  /' /tmp/stdout
	return 1
}

state=$1 intel=on scalable=on
shift
for row; do
	results=$(sed -n "${row}s/|.*//p" "$TABLE")
	ok "row $row: $(sed -n "${row}s/^[^|]*|//p" "$TABLE")" says_kernel "$row" "$results"
	case " $results " in
	*' on '*) intel=on ;;
	*' off '*) intel=off ;;
	esac
	case " $results " in
	*' sm_on '*) scalable=on ;;
	*' sm_off '*) scalable=off ;;
	esac
done

if [ "$state" = off ]; then
	ok "the kernel uses no IOMMU" uses_none
	ok "explain says why" explains iommu 'iommu=off is on its command line'
elif [ "$intel" = off ]; then
	ok "the kernel uses no IOMMU" uses_none
	ok "explain says why" explains iommu 'intel_iommu=off is on its command line'
elif [ "$scalable" = off ]; then
	ok "the kernel uses the IOMMU" uses_iommu
	ok "explain says why" explains iommu-mode 'sm_off is on'
else
	ok "the kernel uses the IOMMU" uses_iommu
	ok "explain says so" explains sound
	case $state in
	pt) ok "functions pass it by" passes_through ;;
	nopt) ok "it translates" translates ;;
	esac
fi
plan
