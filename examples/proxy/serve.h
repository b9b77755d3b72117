/* SPDX-License-Identifier: MIT */
/*
 * What the proxy serves to a client: vfio-user's commands are passed to the host's VFIO, and
 * accesses to config space to the guest's view.
 */
#ifndef PROXY_SERVE_H
#define PROXY_SERVE_H

#include <stdbool.h>

#include "guest.h"
#include "memory.h"
#include "session.h"

/**
 * struct proxy - the function that is served
 * @host: The function on the host.
 * @guest: The function as the guest sees it.
 * @memory: The client's memory.
 * @keep_device: Don't give the client the device's descriptor, so that it can't map BARs.
 * @log: The log.
 */
struct proxy {
	struct host host;
	struct guest guest;
	struct memory memory;
	bool keep_device;
	struct log log;
};

struct service proxy_service(struct proxy *proxy);

#endif /* PROXY_SERVE_H */
