/* SPDX-License-Identifier: MIT */
/*
 * Random config spaces for property tests, of all sorts that devices have and of some that
 * no device should have. The same seed gives the same spaces on any machine.
 */
#ifndef RANDOM_CONFIG_H
#define RANDOM_CONFIG_H

#include <stdint.h>

#define RANDOM_CONFIG_SIZE 0x1000

/**
 * struct random - a source of numbers (SplitMix64)
 * @state: Set by random_seed().
 */
struct random {
	uint64_t state;
};

/**
 * random_seed() - begin a sequence of numbers
 * @random: The source.
 * @seed: Any number; each gives a sequence of its own.
 */
void random_seed(struct random *random, uint64_t seed);

/**
 * random_below() - get a number
 * @random: The source.
 * @limit: At least 1.
 *
 * Return: 0 to @limit - 1.
 */
unsigned int random_below(struct random *random, unsigned int limit);

/**
 * struct random_config - a function's config space
 * @config: All of its bytes, as the function has them: little-endian.
 *
 * The header is never all ones, so vpasid_layout_read() accepts it. Mostly there is a
 * PCI Express Capability, with or without FLR, and sometimes Advanced Features.
 *
 * In the extended space there may be no chain at all. Else there are capabilities, in the
 * order of their offsets or not, close together or not, and with right or wrong length
 * registers (DVSEC, VSEC). Sometimes PASID is among them, or is there twice. The head may
 * be hidden as VFIO does it. A next pointer may be unaligned, or lead below 0x100, back, to
 * zeros, to all ones, or into another capability. The bytes between capabilities are zero,
 * are mixed with some that aren't, or are all non-zero except holes of a few bytes.
 */
struct random_config {
	uint8_t config[RANDOM_CONFIG_SIZE];
};

/**
 * random_config() - make a config space
 * @random: The source.
 * @space: Filled in.
 */
void random_config(struct random *random, struct random_config *space);

#endif /* RANDOM_CONFIG_H */
