/* SPDX-License-Identifier: MIT */
/*
 * Changes to a chain of extended capabilities: plain mutations of 4 KiB seldom meet one.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stddef.h>
#include <stdint.h>

/**
 * chain_put_header() - put a header somewhere, in place of the head's successor
 * @config: A config space.
 * @size: Of @config: 0x108 at least.
 *
 * The successor comes behind it. Goes by rand().
 */
void chain_put_header(uint8_t *config, size_t size);

#endif /* CHAIN_H */
