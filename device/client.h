/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that a client of vpasid-device has for its function, and what belongs to it.
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

/* The service for @client, of which the caller has set the function. */
struct service client_service(struct client *client);

#endif /* DEVICE_CLIENT_H */
