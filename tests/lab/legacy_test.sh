#!/bin/bash
# SPDX-License-Identifier: MIT
#
# On a host that booted with scalable mode off the answer is zeros, whatever the PF supports.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm legacy report.sh lab/topologies/legacy.topo
