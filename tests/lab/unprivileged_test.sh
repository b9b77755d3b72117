#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid for a user who isn't root, and with odd names, on a real kernel.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm command unprivileged.sh 0000:00:05.0 0000:00:06.0
