#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Taking any device by driver_override is no way around vfio-pci's denylist; and vpasid knows
# of it before anybody tries.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
# shellcheck disable=SC2034 # in_vm's
copies=(--copy "$(type -P kmod)")
in_vm denylist denylist.sh 0000:00:05.0 0000:00:06.0 0000:00:07.0
