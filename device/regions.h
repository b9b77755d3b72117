/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regions: the config space and the BARs. Behind the BARs there is nothing: they read as
 * zeros, and take what is written.
 */
#ifndef DEVICE_REGIONS_H
#define DEVICE_REGIONS_H

#include "function.h"
#include "message.h"

/* VFIO_USER_DEVICE_GET_REGION_INFO. Returns 0, or -EINVAL: argsz is too small, no such index. */
int regions_answer_info(const struct function *function, const struct message *message,
			struct message *reply);

/*
 * VFIO_USER_REGION_READ and _WRITE. Return 0, or -EINVAL if the access isn't within the
 * region, is of more than MESSAGE_MAX_DATA, or has other than so many bytes with it.
 */
int regions_read(struct function *function, const struct message *message, struct message *reply);
int regions_write(struct function *function, const struct message *message, struct message *reply);

#endif /* DEVICE_REGIONS_H */
