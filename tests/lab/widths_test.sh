#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What is planted is what is reported, PF and VFs, each width and permission.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm widths report.sh lab/topologies/widths.topo
