#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the VM, with the topology of root ports that lab_test.sh writes.
. tests/tap.sh

# shows FUNCTION TEXT: in what lspci says of it
shows() {
	lspci -vvv -s "$1" | grep -F -- "$2" || { lspci -vvv -s "$1"; return 1; }
}

ok "behind a port: PASID is planted, and enabled" shows 01:00.0 "PASIDCtl: Enable+ Exec+ Priv+"
echo 2 >/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs
ok "and what is planted in a VF there" shows 01:00.1 "Designated Vendor-Specific"
ok "in a port: it doesn't take TLP prefixes" shows 00:1c.0 "ExtFmt+ EETLPPrefix-"
ok "behind it: PASID is planted" shows 02:00.0 "PASIDCap: Exec+ Priv+, Max PASID Width: 14"
ok "and stays off" shows 02:00.0 "PASIDCtl: Enable- Exec- Priv-"
plan
