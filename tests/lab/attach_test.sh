#!/bin/bash
# SPDX-License-Identifier: MIT
#
# PASIDs put to use: what IOMMU_GET_HW_INFO says of them against the driver, and address
# spaces attached to them, by the library, its example and vpasid try. It takes lane 7.3 and
# iommufd; other lanes have to say why not.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
# shellcheck disable=SC2034 # for in_vm
copies=(--copy build/examples/attach)
in_vm attach attach.sh 00:05.0 00:06.0 00:07.0 00:1c.0/00.0
