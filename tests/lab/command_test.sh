#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid query, bind and unbind on a real kernel.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
# shellcheck disable=SC2034 # for in_vm
copies=(--copy tests/support/opens.sh --copy "$(type -P strace)")
in_vm command command.sh 0000:00:05.0 0000:00:06.0 0000:00:07.0
