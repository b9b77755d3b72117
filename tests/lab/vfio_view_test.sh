#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What VFIO shows of a function, computed and opened.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm vfio-view vfio_view.sh
