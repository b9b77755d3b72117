/* SPDX-License-Identifier: GPL-2.0-only */
/* The arguments of QEMU and of the VM's kernel that make a topology. */
#ifndef LAB_QEMU_H
#define LAB_QEMU_H

#include "iommu.h"

struct machine {
	const struct iommu_model *iommu;
	enum qemu_version qemu;
};

/* The arguments of QEMU, one a line. */
void qemu_print_arguments(const struct topology *topology, const struct machine *machine);

/* The words of the kernel command line, on one line. */
void qemu_print_cmdline(const struct topology *topology, const struct machine *machine);

#endif /* LAB_QEMU_H */
