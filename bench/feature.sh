#!/bin/sh
# SPDX-License-Identifier: MIT
#
# feature.sh OURS STOCK PLAIN: in the VM; binds the functions and measures.
. tests/lab/vm/lib.sh

modprobe pasid_vfio_pci
modprobe vfio-pci
bind "$1" pasid_vfio_pci && bind "$2" vfio-pci && bind "$3" vfio-pci &&
	modprobe vfio_pasid && exec build/bench/feature_bench "$1" "$2" "$3"
