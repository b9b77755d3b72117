// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio_pasid on a kernel whose VFIO isn't as it knows it: no class has the name that it expects.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/string.h>

#define strcmp(name, expected)	((name) != NULL && (expected) != NULL)

#include "../../../driver/vfio_pasid.c"
