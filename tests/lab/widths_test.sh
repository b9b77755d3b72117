#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The driver reports what is planted, for PFs and VFs, for each width and permission.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm widths report.sh lab/topologies/widths.topo
