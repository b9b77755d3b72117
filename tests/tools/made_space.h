/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The config space of a made function, as it is or in a dump. */
#ifndef TESTS_MADE_SPACE_H
#define TESTS_MADE_SPACE_H

#include <stdio.h>

#include "facts/host.h"
#include "pci/config_space.h"
#include "pci/dump.h"

#define ADDRESS "0000:00:05.0"

void put_dword(uint8_t *config, unsigned int offset, uint32_t value);
void put_header(uint8_t *config, unsigned int offset, unsigned int id, unsigned int next);

/* A function with ARI at 0x100. */
void fill(uint8_t *config);
void dump_to(FILE *stream, const char *address, const uint8_t *config);

/* A dump of one function; the caller's. */
char *dump_of(const uint8_t *config);

extern struct why why;

int open_text(struct host *host, const char *text, size_t length);

/* The config space of a function of a dump. */
const struct config_space *read_config(struct host *host, const char *address);
void assert_read(const struct config_space *space, const uint8_t *config);
void fill_space(struct config_space *space);

#endif /* TESTS_MADE_SPACE_H */
