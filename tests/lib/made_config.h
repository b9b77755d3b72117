/* SPDX-License-Identifier: MIT */
/* A config space made by hand. */
#ifndef TESTS_MADE_CONFIG_H
#define TESTS_MADE_CONFIG_H

#include <stdint.h>

#include <vpasid/config.h>

extern uint8_t config[VPASID_CONFIG_SIZE];

void put32(unsigned int offset, uint32_t value);

/* The header of an extended capability: of any version, or of version 1 */
void put_version(unsigned int offset, unsigned int id, unsigned int version, unsigned int next);
void put_cap(unsigned int offset, unsigned int id, unsigned int next);

#endif /* TESTS_MADE_CONFIG_H */
