/* SPDX-License-Identifier: MIT */
/*
 * A host of any size, made: the files in which sysfs shows PCI functions.
 */
#ifndef TESTS_MADE_HOST_H
#define TESTS_MADE_HOST_H

#include <stddef.h>

/**
 * MADE_PLAIN_CHAIN - extended capabilities of a function without PASID
 * MADE_PASID_CHAIN - of a PF, whose last one is PASID
 */
#define MADE_PLAIN_CHAIN 8
#define MADE_PASID_CHAIN 12

/**
 * made_host() - make one
 * @sysfs: A directory that is there and empty; it stands for /sys.
 * @count: How many functions.
 *
 * Of each eight functions, one is a PF that has PASID, three are its VFs, and four have
 * no PASID. All have a driver and an IOMMU.
 *
 * Return: 0 or a negative errno.
 */
int made_host(const char *sysfs, size_t count);

#endif /* TESTS_MADE_HOST_H */
