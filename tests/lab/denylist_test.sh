#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Taking any device by driver_override is no way around vfio-pci's denylist.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm denylist denylist.sh 0000:00:05.0 0000:00:06.0 0000:00:07.0
