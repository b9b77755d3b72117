#!/bin/sh
# SPDX-License-Identifier: MIT
#
# json.sh PF FUNCTION: prints what commands print as JSON, a line each: "json COMMAND: DOCUMENT".
# PF has PASID and VFs, FUNCTION hasn't. Other output of the commands isn't tested here.
. tests/lab/vm/lib.sh

pf=$1
plain=$2

# json COMMAND ARG...
json() {
	echo "json $1: $(vpasid "$@" --json 2>/dev/null | jq -c .)"
}

load
settle "$pf"
settle "$plain"
json bind "$pf"
json bind --dry-run "$plain"
json bindings
make_vfs "$pf" 2
json bind "$plain" "$pf"
json bindings
json list
json list --all
json show "$pf"
json show "$plain"
json query "$pf" "$plain"
json query "$plain"
json try "$pf"
json explain "$pf" "$plain"
json explain --for guest-sva "$pf"
json check --for vmm
json check --for guest-sva
json map "$pf"
json place --cap pasid,pri,ats "$pf"
for vmm in qemu libvirt cloud-hypervisor; do
	json vm --for "$vmm" "$pf"
done
json record -o /tmp/host.tar.gz
json record --list /tmp/host.tar.gz
json unbind "$pf"
make_vfs "$pf" 0
json unbind "$pf" "$plain"
