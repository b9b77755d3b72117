#!/bin/bash
# SPDX-License-Identifier: MIT
#
# PASIDs in use: IOMMU_GET_HW_INFO's answer compared with the driver's, and address
# spaces attached to them, by the library, its example and vpasid try. This requires lane 7.3 and
# iommufd; in other lanes, the commands must say what is missing.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
# shellcheck disable=SC2034 # for in_vm
copies=(--copy build/examples/attach)
in_vm attach attach.sh 00:05.0 00:06.0 00:07.0 00:1c.0/00.0
