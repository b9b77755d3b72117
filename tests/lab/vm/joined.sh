#!/bin/sh
# SPDX-License-Identifier: MIT
#
# joined.sh COMMAND...: runs tests, each as if the VM had just booted. COMMAND is the test's name,
# and a command for the shell. A line "# test NAME" stands before the rows of each.
. tests/lab/vm/lib.sh

# As after a boot: no VFIO driver is loaded, the functions are new to the kernel and have no VFs,
# and there are no files of others.
renew() {
	for numvfs in "$PCI"/devices/*/sriov_numvfs; do
		echo 0 >"$numvfs"
	done
	for class in "$PCI"/devices/*/class; do
		[ "$(cat "$class")" = 0x010802 ] || continue
		settle "$(basename "${class%/class}")"
		echo 1 >"${class%/class}/remove"
	done
	unload
	echo 1 >"$PCI/rescan"
	rm -rf /tmp/*
}

for command; do
	[ "$command" = "$1" ] || renew
	echo "# test ${command%% *}"
	sh -c "${command#* }"
	echo "# ended with $?"
done
