#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A command opens no file of a function twice: what one part of it has read, the others know.
# On a made host, by strace. tests/lab/vm/opens.sh has the same of a real one.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/support/opens.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
build/tests/tools/make_host "$dir" 64 || exit

# opens_once ARG...: of vpasid, on that host
opens_once() {
	opened_once "$dir/bus/pci/devices" build/vpasid "$@" --sysfs "$dir"
}

ok "list" opens_once list
ok "list -a --json" opens_once list -a --json
ok "export" opens_once export --format prometheus
ok "show: a PF" opens_once show 00:00.0
ok "show: a PF, its VFs, and one without PASID" opens_once show 00:00.0 00:00.1 00:00.2 00:00.4
ok "show --json: a VF" opens_once show --json 00:00.1
ok "explain: a PF" opens_once explain 00:00.0
ok "explain: a VF" opens_once explain 00:00.1
ok "map" opens_once map 00:00.0 00:00.1
ok "place" opens_once place 00:00.0 00:00.1
ok "place --emit: a VF, with its PF's registers" opens_once place --emit 00:00.1

ok "vm: a PF and a VF" opens_once vm --for qemu 00:00.0 00:00.1

opens_twice() {
	! opened_once "$dir/bus/pci/devices" cat "$dir"/bus/pci/devices/0000:00:00.0/{uevent,class,uevent}
}

ok "a file that is opened twice would be noticed" opens_twice
plan
