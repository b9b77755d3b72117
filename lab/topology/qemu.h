/* SPDX-License-Identifier: GPL-2.0-only */
/* The arguments of QEMU and of the VM's kernel that make a topology. */
#ifndef LAB_QEMU_H
#define LAB_QEMU_H

#include "topology.h"

/* Those whose arguments differ. */
enum qemu_version {
	QEMU_7_2,  /* and up to where the next begins */
	QEMU_11_1, /* PASIDs of more than one bit */
};

/* The arguments of QEMU, one a line. */
void qemu_print_arguments(const struct topology *topology, enum qemu_version version);

/* The words of the kernel command line, on one line. */
void qemu_print_cmdline(const struct topology *topology);

#endif /* LAB_QEMU_H */
