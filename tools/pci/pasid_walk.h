/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the PASID capability in a config space that is read dword by dword. On hardware
 * each costs about a microsecond, so no more are read than the chain has headers, and a
 * few.
 */
#ifndef TOOLS_PCI_PASID_WALK_H
#define TOOLS_PCI_PASID_WALK_H

#include <stdint.h>

/* PCIe r6.0, 7.8.9 */
struct pasid_walk {
	uint16_t offset;     /* 0: the function has no PASID capability */
	uint16_t capability; /* the registers */
	uint16_t control;
	uint16_t dwords; /* that were read */
};

/*
 * Walks the config space that @fd gives, a file of sysfs. Fills in @walk, its dwords also
 * if it fails. Returns 0 or a negative errno:
 *
 *	-EACCES	only the first 64 bytes may be read: the reader isn't root,
 *	-EIO	it reads as all ones: the function is gone, or asleep,
 *	-errno	of pread(2).
 */
int pasid_walk(int fd, struct pasid_walk *walk);

#endif /* TOOLS_PCI_PASID_WALK_H */
