/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The masks of <linux/pci_regs.h> that are unsigned longs, as they are if a long has 32 bits. The
 * compiler includes this before device/bars.c.
 */
#ifndef TESTS_NARROW_LONG_H
#define TESTS_NARROW_LONG_H

#include <linux/pci_regs.h>

#undef PCI_BASE_ADDRESS_MEM_MASK
#undef PCI_BASE_ADDRESS_IO_MASK
#define PCI_BASE_ADDRESS_MEM_MASK (~0x0fU)
#define PCI_BASE_ADDRESS_IO_MASK  (~0x03U)

#endif /* TESTS_NARROW_LONG_H */
