// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another module that interposes VFIO's operations, above or beneath vfio_pasid: one like it.
 */
#include "../../../driver/vfio_pasid.c"
