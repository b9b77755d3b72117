#!/bin/sh
# SPDX-License-Identifier: MIT
#
# denylist.sh DENIED DENIED ALLOWED: devices on stock vfio-pci's denylist are
# refused as stock refuses them, with the same opt-out; vpasid knows it before anybody
# tries, and its advice helps when it is followed as printed.
. tests/lab/vm/lib.sh
dsa=$1 qat=$2 allowed=$3

# busybox's modprobe -r isn't that of hosts: it fails where a module below stays in use. Its
# shell prefers its own, whatever the PATH says.
ln -sf "$(command -v kmod)" /sbin/modprobe
modprobe() {
	/sbin/modprobe "$@"
}

refuses() { # refuses DRIVER BDF
	! bind "$2" "$1" 2>/dev/null && [ "$(driver_of "$2")" = none ]
}

for module in vfio-pci pasid_vfio_pci; do
	rmmod "$module" 2>/dev/null
	modprobe "$module"
	ok "$module refuses DSA" refuses "$module" "$dsa"
	ok "$module refuses QAT" refuses "$module" "$qat"
	ok "$module takes another device of Intel's" bind "$allowed" "$module"
	bind "$allowed" ""
	rmmod "$module"

	modprobe "$module" disable_denylist=1
	ok "$module disable_denylist=1 takes DSA" bind "$dsa" "$module"
	ok "$module disable_denylist=1 takes QAT" bind "$qat" "$module"
	rmmod "$module"
done
bind "$dsa" ""
bind "$qat" ""

marked() { # marked TEXT COMMAND ARG...: TEXT is in what vpasid says of it
	text=$1
	shift
	vpasid "$@" 2>&1 | tee /tmp/said | grep -F "$text" || { cat /tmp/said; return 1; }
}

unmarked() {
	! vpasid "$@" 2>&1 | grep -i denylist
}

# Both refuse with the same words, and the function has no driver as before.
refused() { # refused DRIVER BDF
	! vpasid bind --driver "$1" --dry-run "$2" 2>/tmp/dry || return
	! vpasid bind --driver "$1" "$2" 2>/tmp/real || return
	cat /tmp/dry
	cmp /tmp/dry /tmp/real && grep -q "exploitable stability or security issues" /tmp/dry &&
		[ "$(driver_of "$2")" = none ]
}

# The commands between backquotes, one a line
# shellcheck disable=SC2016
advised() {
	sed -n 's/.*if you accept that risk: `\([^`]*\)`, then `\([^`]*\)`.*/\1\n\2/p' "$1"
}

follow() { # follow FILE: does what it advises
	advised "$1" >/tmp/advice
	[ "$(wc -l </tmp/advice)" = 2 ] || { cat "$1"; return 1; }
	while read -r line; do
		echo "+ $line"
		eval "$line" || return
	done </tmp/advice
}

taken() { # taken DRIVER BDF: after what was advised vpasid says that it works, and it does
	marked "$2: can be bound to $1" bind --driver "$1" --dry-run "$2" &&
		vpasid bind --driver "$1" "$2" && [ "$(driver_of "$2")" = "$1" ] && vpasid unbind "$2"
}

# As a file of modprobe.d, of a module that isn't loaded
for_good() { # for_good DRIVER BDF
	sed -n 's/.*permanently: "\([^"]*\)" in a file of \/etc\/modprobe.d.*/\1/p' /tmp/dry >/tmp/option
	[ -s /tmp/option ] || return
	mkdir -p /etc/modprobe.d && cp /tmp/option /etc/modprobe.d/denylist.conf
	taken "$1" "$2"
}

ok "list marks DSA" marked "on VFIO's denylist" list --all -s "$dsa"
ok "list marks no other" unmarked list --all -s "$allowed"
ok "list --json" marked '"denylisted": true' list --json --all -s "$qat"
ok "show marks DSA" marked "denylist" show "$dsa"
ok "show marks no other" unmarked show "$allowed"
ok "explain says nothing of the denylist for another" unmarked explain "$allowed"
for driver in vfio-pci pasid_vfio_pci; do
	rmmod "$driver" 2>/dev/null
	ok "$driver isn't loaded: bind --dry-run and bind refuse DSA" refused "$driver" "$dsa"
	ok "$driver isn't loaded: what is advised works" follow /tmp/dry
	ok "$driver: DSA can be bound, and is" taken "$driver" "$dsa"
	rmmod "$driver"
	modprobe "$driver"
	bind "$allowed" "$driver"
	ok "$driver is loaded: they refuse QAT" refused "$driver" "$qat"
	ok "$driver: and say what it has, which loses it" grep -qF "bound to it now: $allowed" /tmp/dry
	if [ "$driver" = pasid_vfio_pci ]; then
		ok "explain has it as a link" marked "broken   denylist" explain "$qat"
		ok "explain: to bind comes after that" marked "to do: first see denylist" explain "$qat"
		ok "what explain advises works" follow /tmp/said
		ok "explain: now it is disabled" marked "which is disabled for pasid_vfio_pci" explain "$qat"
	else
		ok "$driver is loaded: what is advised works" follow /tmp/dry
	fi
	ok "$driver: what it had it has again" says "$driver" driver_of "$allowed"
	ok "$driver: QAT can be bound, and is" taken "$driver" "$qat"
	bind "$allowed" ""
	rmmod "$driver"
	ok "$driver: for good" for_good "$driver" "$dsa"
	rm -f /etc/modprobe.d/denylist.conf
	rmmod "$driver"
done
plan
