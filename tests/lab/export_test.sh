#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid export, on a live host.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
setpriv=$(type -P setpriv)
copies=(--copy tests/tools/metrics.jq --copy doc/fleet --copy doc/fleet.md --copy "$(type -P jq)" --copy "$setpriv")
in_vm default export.sh 0000:00:05.0 "$setpriv"
