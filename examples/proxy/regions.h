/* SPDX-License-Identifier: MIT */
/*
 * The function's regions: BARs are the host's, and config space is the guest's view.
 */
#ifndef PROXY_REGIONS_H
#define PROXY_REGIONS_H

#include <stdbool.h>

#include "guest.h"
#include "message.h"

/*
 * VFIO_USER_DEVICE_GET_REGION_INFO. If the region can be mapped, the reply has the device's
 * descriptor, unless @keep_device. Returns 0 or a negative errno.
 */
int regions_info(const struct host *host, bool keep_device, const struct message *message,
		 struct message *reply);

/*
 * VFIO_USER_REGION_READ and _WRITE. Return 0, or
 *
 *	-EINVAL	there is no such region, the access ends beyond it, or the message has another
 *		length than it says,
 *	-EIO	the function refuses the access,
 *	-errno	of vpasid_vconfig_read() and vpasid_vconfig_write().
 */
int regions_read(const struct guest *guest, const struct message *message, struct message *reply);
int regions_write(const struct guest *guest, const struct message *message, struct message *reply);

#endif /* PROXY_REGIONS_H */
