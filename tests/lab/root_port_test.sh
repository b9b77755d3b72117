#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The same for a function behind a root port.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm root-port report.sh lab/topologies/root-port.topo
