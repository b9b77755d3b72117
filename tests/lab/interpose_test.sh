#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vfio_pasid, which answers and guards for other drivers, comes and goes while these have
# functions.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm default interpose.sh 0000:00:05.0 0000:00:06.0
