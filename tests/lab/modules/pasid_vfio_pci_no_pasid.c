// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver as a kernel without CONFIG_PCI_PASID has it. The structs stay those
 * of the running kernel, so that it can be loaded and asked.
 */
#include <linux/pci.h>

#undef CONFIG_PCI_PASID

#include "../../../driver/pasid_vfio_pci.c"
