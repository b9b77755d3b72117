/* SPDX-License-Identifier: MIT */
/*
 * The client's memory, which the function's DMA may reach: each mapping of the client's is
 * passed on to the host.
 */
#ifndef PROXY_MEMORY_H
#define PROXY_MEMORY_H

#include "dma.h"
#include "host.h"
#include "log.h"

/**
 * struct memory - the mappings of a client
 * @dma: The account of them.
 * @host: Where they are passed on to.
 * @log: Is told what can't be mapped, and why.
 * @count: How many have been passed on since the client came.
 * @bytes: How many bytes these had.
 * @without_file: How many were not: no memory came with them.
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
