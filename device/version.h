/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFIO_USER_VERSION: both sides agree on a version and on capabilities.
 */
#ifndef DEVICE_VERSION_H
#define DEVICE_VERSION_H

#include "message.h"

/*
 * Returns 0, or
 *
 *	-EPROTONOSUPPORT	the client has another major version,
 *	-EINVAL			its capabilities aren't as the protocol defines them.
 */
int version_negotiate(const struct message *message, struct message *reply);

#endif /* DEVICE_VERSION_H */
