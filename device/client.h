/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that clients of vpasid-device can send to the function, and the state of a client.
 */
#ifndef DEVICE_CLIENT_H
#define DEVICE_CLIENT_H

#include "dma.h"
#include "function.h"
#include "irqs.h"
#include "session.h"

struct client {
	struct function *function; /* outlives the client, and keeps its state */
	struct dma dma;
	struct irqs irqs;
};

/* The service for @client, whose function the caller has set. */
struct service client_service(struct client *client);

#endif /* DEVICE_CLIENT_H */
