/* SPDX-License-Identifier: MIT */
/*
 * What a client of the proxy is served: vfio-user's commands, each passed on to the host's
 * VFIO, and accesses of config space to the guest's view.
 */
#ifndef PROXY_SERVE_H
#define PROXY_SERVE_H

#include <stdbool.h>

#include "guest.h"
#include "memory.h"
#include "session.h"

/**
 * struct proxy - the function that is served
 * @host: It, as the host has it.
 * @guest: As the guest sees it.
 * @memory: The client's.
 * @keep_device: Don't give the client the device's descriptor, so that it can't map BARs.
 * @log: What is to be told.
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
