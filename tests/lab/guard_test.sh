#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The host's PASID registers are out of a VFIO user's reach.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm guard guard.sh
