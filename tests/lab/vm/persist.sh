#!/bin/sh
# SPDX-License-Identifier: MIT
#
# persist.sh bind|kept|gone ETC PF OTHER: one of the boots of tests/lab/persist_test.sh. ETC is a tar
# with what /etc has.
. tests/lab/vm/lib.sh
phase=$1
etc=$2
pf=$3
other=$4
rules=/etc/udev/rules.d
database=/etc/driverctl.d
rule=$rules/05-vpasid-$pf.rules

ln -sf "$(command -v kmod)" /sbin/modprobe

# As on a host: /lib/udev, /bin/udevadm, /sbin/driverctl
install_udev() {
	cp build/udev/bin/udevadm /bin/ && mkdir -p /lib/udev /etc/udev && cp -a build/udev/lib/udev/. /lib/udev &&
		rm -f /lib/udev/rules.d/*driverctl.rules && tar -C / -xzf "$etc"
}

# start_udev: and has all devices announced, as systemd-udev-trigger.service does
start_udev() {
	ln -sf /bin/udevadm /sbin/systemd-udevd && systemd-udevd --daemon --resolve-names=never &&
		udevadm trigger --type=all --action=add && udevadm settle
}

is_on() { # is_on BDF DRIVER
	[ "$(driver_of "$1")" = "$2" ] || { echo "it has $(driver_of "$1")"; return 1; }
}

override_of() {
	cat "$PCI/devices/$1/driver_override"
}

# nothing is left of vpasid anywhere
clean() { # clean BDF
	says "(null)" override_of "$1" && [ ! -e "/run/vpasid/$1" ] && [ ! -e "$rules/05-vpasid-$1.rules" ] &&
		[ "$(find /run/vpasid $rules $database -name '.*' -type f 2>/dev/null)" = "" ]
}

# A driver has the function before udev gets the event: only removing and rescanning shows this.
replug() {
	settle "$1"
	echo 1 >"$PCI/devices/$1/remove"
	echo 1 >"$PCI/rescan"
	udevadm settle
}

# killed CALL N COMMAND ARG...: whether it came to the Nth system call of that name, which killed it
killed() {
	inject=$1:signal=SIGKILL:when=$2
	shift 2
	strace -o /dev/null -e trace="${inject%%:*}" -e inject="$inject" "$@" >/dev/null 2>&1
	[ $? = 137 ]
}

# Either it is bound and remembered, or it is as it was; and the next one has seen to that.
mended() {
	vpasid unbind "$other" >/tmp/mended 2>&1
	vpasid bindings >/tmp/bindings
	if [ "$(driver_of "$pf")" = pasid_vfio_pci ]; then
		says pasid_vfio_pci override_of "$pf" && ! grep -q pending "/run/vpasid/$pf" &&
			grep -q "^$pf .* in effect$" /tmp/bindings
	else
		is_on "$pf" nvme && says "(null)" override_of "$pf" && [ ! -e "/run/vpasid/$pf" ]
	fi && ! grep -q interrupted /tmp/bindings && return
	cat /tmp/mended /tmp/bindings "/run/vpasid/$pf"
	return 1
}

# kill_at_each PREPARE COMMAND ARG...: at each step that changes anything, from where PREPARE brings
# the function to
kill_at_each() {
	prepare=$1
	shift
	kills=0
	for call in mkdir write fsync rename unlink; do
		nth=1
		while "$prepare" && killed $call $nth "$@"; do
			if ! mended || ! goes_back; then
				echo "killed at $call $nth of $*"
				return 1
			fi
			nth=$((nth + 1)) kills=$((kills + 1))
		done
	done
	[ "$kills" -ge 10 ]
}

goes_back() {
	vpasid unbind "$pf" >/dev/null 2>&1
	is_on "$pf" nvme && clean "$pf"
}

# What wasn't killed any more has bound it.
unbound() {
	[ "$(driver_of "$pf")" = nvme ] || vpasid unbind "$pf" >/dev/null
	settle "$pf"
	is_on "$pf" nvme
}

bound() {
	settle "$pf"
	is_on "$pf" pasid_vfio_pci || vpasid bind --persist "$pf" >/dev/null
}

test_bind() {
	ok "nvme has both functions" is_on "$other" nvme
	ok "there is nothing to list" says "vpasid has bound no function, and none is bound persistently" vpasid bindings
	ok "--dry-run" ends 0 vpasid bind --persist --dry-run "$pf"
	ok "it says that it would be kept" shown "can be bound to pasid_vfio_pci \(now: nvme\), and at each boot by udev$"
	ok "and changes nothing" clean "$pf"
	ok "bind --persist" ends 0 vpasid bind --persist "$pf"
	ok "it says who keeps it" shown "bound to pasid_vfio_pci \(before: nvme\), and at each boot by udev, $rule$"
	ok "again" ends 0 vpasid bind --persist "$pf"
	ok "udev takes the rule as it is" udevadm test "$PCI/devices/$pf"
	ok "bindings has it" ends 0 vpasid bindings
	ok "in effect" shown "^$pf +[0-9a-f:]{9} +pasid_vfio_pci +udev +pasid_vfio_pci +in effect$"
	replug "$pf"
	ok "when it has been plugged anew it is bound" soon is_on "$pf" pasid_vfio_pci
	ok "and given back it is nvme's" ends 0 vpasid unbind "$pf"
	ok "as before" soon is_on "$pf" nvme
	ok "nothing is left" clean "$pf"
	replug "$pf"
	ok "nor when it is plugged anew" soon is_on "$pf" nvme

	# VFs appear when they are created
	make_vfs "$pf" 1
	vf=$(vfs_of "$pf")
	ok "a VF is kept" ends 0 vpasid bind --driver vfio-pci --persist "$vf"
	make_vfs "$pf" 0
	vpasid bindings >/tmp/bindings
	ok "without it, bindings says so" grep -q "^$vf: .*no such PCI function" /tmp/bindings
	make_vfs "$pf" 1
	ok "when it is made again it is bound" soon is_on "$vf" vfio-pci
	make_vfs "$pf" 0
	ok "a function that isn't there can be forgotten" ends 0 vpasid unbind "$vf"
	ok "and is" says "" ls $rules

	# Another device
	vpasid bind --persist "$other" >/dev/null
	sed -i 's/ATTR{device}=="0x..../ATTR{device}=="0x4321/' $rules/*
	bind "$other" ""
	echo add >"$PCI/devices/$other/uevent"
	udevadm settle
	ok "another device at the address isn't taken" is_on "$other" nvme
	ok "bindings: something isn't in effect" ends 1 vpasid bindings
	ok "and why" shown "another device has this address now"
	ok "it is forgotten" ends 0 vpasid unbind "$other"

	# Who may be written to
	cp /usr/local/bin/vpasid /tmp/
	ok "a vpasid that others could replace isn't run by udev" ends 3 /tmp/vpasid bind --persist "$pf"
	ok "and it says so" told "users other than root can write to it"
	mkdir -p /tmp/ro
	mount -t tmpfs -o ro none $rules
	ok "read-only /etc: refused" ends 3 vpasid bind --persist "$pf"
	ok "before anything is changed" is_on "$pf" nvme
	ok "and it says so" told "Read-only file system"
	umount $rules

	# What the rule has set early is taken back if it can't be bound
	vpasid bind --persist "$pf" >/dev/null
	echo "$pf" >"$PCI/devices/$pf/driver/unbind"
	rm -f "/run/vpasid/$pf"
	rmmod pasid_vfio_pci
	modules=/lib/modules/$(uname -r)/modules.dep
	mv "$modules" /tmp/modules.dep
	: >"$modules"
	ok "the override was set" says pasid_vfio_pci override_of "$pf"
	ok "--kept is refused: no module" ends 3 vpasid bind --kept "$pf"
	ok "it says so" told "no module of that name is installed for this kernel"
	ok "and gives the function to the kernel's choice" told "$pf: bound to nvme instead"
	ok "which is as if it weren't kept" says "(null)" override_of "$pf"
	ok "bindings says why" ends 1 vpasid bindings
	ok "in the same words" shown "^$pf: .*no module of that name is installed for this kernel"
	mv /tmp/modules.dep "$modules"
	ok "when that is mended" ends 0 vpasid bind --kept "$pf"
	ok "it is bound" is_on "$pf" pasid_vfio_pci
	ends 0 vpasid unbind "$pf"
	settle "$pf"

	# Two at once
	strace -o /dev/null -e trace=rename -e inject=rename:delay_enter=8000000:when=1 \
		vpasid bind "$other" >/dev/null 2>&1 &
	soon test -e "/run/vpasid/lock"
	sleep 3
	ok "while another one is at it, one waits" ends 0 vpasid bind "$pf"
	ok "and says for whom" told " (vpasid bind $other), which is also changing drivers"
	wait
	ok "both are bound" is_on "$other" pasid_vfio_pci
	ends 0 vpasid unbind "$pf" "$other"
	ok "and back" is_on "$other" nvme

	# A signal between a driver and the next: the function is bound, and the second one isn't touched
	ok "SIGTERM" ends 143 strace -o /dev/null -e trace=write -e inject=write:signal=SIGTERM:when=2 \
		vpasid bind "$pf" "$other"
	ok "it stops after a function" told "stopped there; functions not changed: 1"
	ok "which is bound" is_on "$pf" pasid_vfio_pci
	ok "the other isn't" is_on "$other" nvme
	ends 0 vpasid unbind "$pf"
	soon is_on "$pf" nvme

	ok "bind --persist, killed at each step" kill_at_each unbound vpasid bind --persist "$pf"
	echo "# at $kills steps"
	vpasid unbind "$pf" >/dev/null
	ok "unbind, killed at each step" kill_at_each bound vpasid unbind "$pf"
	echo "# at $kills steps"
	ok "nothing is left of all that" clean "$pf"

	test_driverctl
	ok "for the next boot" ends 0 vpasid bind --persist "$pf"
}

# driverctl's own rule and program; systemd would run the unit that the rule wants.
test_driverctl() {
	cp build/udev/lib/udev/rules.d/05-driverctl.rules /lib/udev/rules.d
	cp build/udev/usr/sbin/driverctl /sbin/
	udevadm control --reload
	ok "driverctl is installed: it keeps it" ends 0 vpasid bind --persist "$other"
	ok "and vpasid says so" shown "at each boot by driverctl, $database/pci-$other$"
	ok "its database" says pasid_vfio_pci cat "$database/pci-$other"
	udevadm monitor --udev --property >/tmp/events &
	monitor=$!
	soon grep -q "UDEV - the event" /tmp/events
	replug "$other"
	ok "udev asks systemd for it" soon grep "SYSTEMD_WANTS=driverctl@pci-$other.service" /tmp/events
	kill "$monitor"
	ok "driverctl does it" driverctl load-override "pci/$other"
	ok "bound" is_on "$other" pasid_vfio_pci
	vpasid bindings >/tmp/bindings
	ok "bindings" grep -qE "^$other +- +pasid_vfio_pci +driverctl +pasid_vfio_pci +in effect$" /tmp/bindings
	ok "unbind" ends 0 vpasid unbind "$other"
	ok "nvme has it" soon is_on "$other" nvme
	ok "driverctl has nothing" says "" ls $database
	rm /lib/udev/rules.d/05-driverctl.rules /sbin/driverctl
}

never_on_nvme() {
	dmesg | sed '1,/udev starts/d' >/tmp/since
	grep "pci function $other" /tmp/since && ! grep "pci function $pf" /tmp/since
}

test_kept() {
	ok "it is bound after the reboot" soon is_on "$pf" pasid_vfio_pci
	ok "nvme has the other one" soon is_on "$other" nvme
	[ ! "$early" ] || ok "and has never had the first" never_on_nvme
	ok "bindings: all is in effect" ends 0 vpasid bindings
	ok "unbind" ends 0 vpasid unbind "$pf"
	ok "nvme has it" soon is_on "$pf" nvme
	ok "nothing is left" clean "$pf"
}

test_gone() {
	ok "after the next reboot nvme has it" soon is_on "$pf" nvme
	ok "and nothing is kept" says "vpasid has bound no function, and none is bound persistently" vpasid bindings
}

ok "udev is installed" install_udev
# Where nvme isn't built into the kernel, udev is the one that loads it.
settle "$pf"
settle "$other"
early=
! rmmod nvme 2>/dev/null || early=yes
echo "udev starts" >/dev/kmsg
ok "udev starts" start_udev
"test_$phase"
udevadm control --exit
echo "etc: $(tar -C / -czf - etc/udev | base64 | tr -d '\n')"
plan
