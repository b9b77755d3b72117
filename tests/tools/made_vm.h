/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts for tests of vm/, whose functions are bound to vfio-pci. */
#ifndef TESTS_MADE_VM_H
#define TESTS_MADE_VM_H

#include "support/machine.h"
#include "support/sysfs.h"

#define SECOND	  "0000:02:00.0"
#define REGISTERS "sys/class/iommu/%s/intel-iommu/%s"

/* An IOMMU that nests, with PASIDs of 20 bits, addresses of 57 and pages of 1 GiB */
void add_iommu(const char *root, const char *name);

/* Binds the function at @path of the tree to the driver, behind that IOMMU. */
void put_on_vfio(const char *root, const char *path, const char *driver, const char *iommu);

/* A function of a type of PCI_EXP_TYPE_*, @below the root bus, on vfio-pci */
void add_function(const char *root, const char *below, const char *bdf, unsigned int type,
		  const char *iommu);

/* For cmocka, with tree_teardown(): a host that has everything for FUNCTION in a guest of QEMU. */
int made_vm_setup(void **state);

#endif /* TESTS_MADE_VM_H */
