/* SPDX-License-Identifier: MIT */
/*
 * A function by its group, or by its character device of VFIO and an iommufd.
 */
#ifndef TESTS_LAB_HAMMER_CDEV_H
#define TESTS_LAB_HAMMER_CDEV_H

#include <stdbool.h>
#include <stdint.h>

#define IOMMUFD "/dev/iommu"

/* Opens its group: -1 with errno if it fails. */
int group_open(const char *bdf);

/* Opens the character device, which answers nothing before it is bound: -1 with errno if it fails.
 */
int cdev_open(const char *bdf);

/*
 * Binds it to the iommufd, with the token if the kernel takes one: 0, or -1 with errno. @id, which
 * may be NULL, is what the device is to the iommufd.
 */
int cdev_bind(int device, int iommufd, bool has_token, uint32_t *id);

/* A hot reset, of functions that are bound to the same iommufd: 0, or the negative errno. */
int cdev_hot_reset(int device);

#endif /* TESTS_LAB_HAMMER_CDEV_H */
