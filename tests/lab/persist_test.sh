#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What vpasid bind --persist binds is bound after a reboot, and no more after unbind. The VM boots
# three times; what it has in /etc then goes with it, and udev is Debian's. In the first boot,
# besides: hot-plugging, driverctl, two at once, and SIGKILL at each step.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
. tests/tap.sh
needs "udev and driverctl" lab/udev
etc=$PWD/build/persist-etc.$$.tar.gz
rows=$(mktemp)
trap 'rm -f "$etc" "$rows"' EXIT
tar -czf "$etc" -T /dev/null

# boot PHASE: with what the boot before has left in /etc
boot() {
	# shellcheck disable=SC2034 # in_vm's
	copies=(--copy build/udev --copy "$etc" --copy "$(type -P kmod)" --copy "$(type -P strace)"
		--copy /bin/bash)
	in_vm persist persist.sh "$1" "$etc" 0000:00:05.0 0000:00:06.0 >"$rows"
	sed -n 's/^etc: //p' "$rows" | base64 -d >"$etc"
	sed -i '/^etc: /d' "$rows"
	relay "$rows" "$1"
}

boot bind
boot kept
boot gone
plan
