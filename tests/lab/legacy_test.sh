#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A host that booted with scalable mode off: zeros, whatever the PF can.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm legacy report.sh lab/topologies/legacy.topo
