/* SPDX-License-Identifier: MIT */
/*
 * The client's memory, which the function's DMA may access: each mapping of the client is also made
 * on the host.
 */
#ifndef PROXY_MEMORY_H
#define PROXY_MEMORY_H

#include "dma.h"
#include "host.h"
#include "log.h"

/**
 * struct memory - the mappings of a client
 * @dma: The list of them.
 * @host: The host's function, for which they are mapped.
 * @log: Gets a line for each range that can't be mapped, with the reason.
 * @count: How many were mapped since the client connected.
 * @bytes: How many bytes these had.
 * @without_file: How many were not mapped, because no file came with them.
 */
struct memory {
	struct dma dma;
	const struct host *host;
	struct log *log;
	unsigned long count;
	uint64_t bytes;
	unsigned long without_file;
};

void memory_init(struct memory *memory, const struct host *host, struct log *log);

#endif /* PROXY_MEMORY_H */
