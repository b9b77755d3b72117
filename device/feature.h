/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFIO_USER_DEVICE_FEATURE: the PASID feature of <linux/vfio_pasid.h>. The answers are those of
 * pasid_vfio_pci on a kernel on which it can use both numbers.
 */
#ifndef DEVICE_FEATURE_H
#define DEVICE_FEATURE_H

#include <vpasid/info.h>

#include "message.h"

/* Returns 0, -EINVAL as that header documents it, or -ENOTTY for any other feature. */
int feature_answer(const struct vpasid_info *info, const struct message *message,
		   struct message *reply);

#endif /* DEVICE_FEATURE_H */
