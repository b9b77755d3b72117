#!/bin/sh
# SPDX-License-Identifier: MIT
#
# storm.sh PF PORT OFF ROUNDS SEED [STORM...]: users of a PF, of its VFs and of the functions
# behind the ports, while each storm disturbs these.
. tests/lab/vm/lib.sh
pf=0000:$1
ported=$(bdf_of "$2/00.0")
off=$(bdf_of "$3/00.0")

shift 3
rounds=$1 seed=$2
shift 2
IOMMU_WIDTH=$(iommu_width 20)
export IOMMU_WIDTH
hammer "$rounds" "$seed" "$pf" "$ported" "$off" "$@"
