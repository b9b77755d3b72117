/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regions: the config space and the BARs. BARs have no memory: they read as zeros, and writes are
 * ignored.
 */
#ifndef DEVICE_REGIONS_H
#define DEVICE_REGIONS_H

#include "function.h"
#include "message.h"

/*
 * VFIO_USER_DEVICE_GET_REGION_INFO. Returns 0, or -EINVAL if argsz is too small or there is no
 * such region.
 */
int regions_answer_info(const struct function *function, const struct message *message,
			struct message *reply);

/*
 * VFIO_USER_REGION_READ and _WRITE. Return 0, or -EINVAL if the access isn't within the
 * region, has more than MESSAGE_MAX_DATA bytes, or if the message has more or fewer bytes to
 * write than it says.
 */
int regions_read(struct function *function, const struct message *message, struct message *reply);
int regions_write(struct function *function, const struct message *message, struct message *reply);

#endif /* DEVICE_REGIONS_H */
