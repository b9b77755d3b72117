/* SPDX-License-Identifier: MIT */
/*
 * The function's interrupts: vfio-user's commands, passed on to the host's VFIO.
 */
#ifndef PROXY_IRQS_H
#define PROXY_IRQS_H

#include "host.h"
#include "message.h"

/* VFIO_USER_DEVICE_GET_IRQ_INFO. Returns 0 or a negative errno. */
int irqs_info(const struct host *host, const struct message *message, struct message *reply);

/*
 * VFIO_USER_DEVICE_SET_IRQS. The kernel has its own references to the eventfds; the message still
 * owns its descriptors. Returns 0, or a negative errno: -ENOSPC if the function has fewer vectors.
 */
int irqs_set(const struct host *host, const struct message *message);

/* Disables all of them. */
void irqs_disable(const struct host *host);

#endif /* PROXY_IRQS_H */
