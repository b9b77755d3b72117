#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The systemd units of doc/fleet, run by this machine's systemd in the VM.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
systemd=/lib/systemd/systemd
if [[ ! -x $systemd ]]; then
	echo "1..0 # SKIP no $systemd: it is in the package systemd"
	exit
fi
systemctl=$(type -P systemctl)
copies=(--copy doc/fleet --copy "$systemd" --copy "$systemctl")
# what runs the services, from systemd 255 on
[[ ! -x $systemd-executor ]] || copies+=(--copy "$systemd-executor")
in_vm default systemd.sh 0000:00:05.0 "$systemctl"
