/* SPDX-License-Identifier: MIT */
/*
 * Made config spaces, of all sorts that devices have and some that none should: for
 * property tests. The same seed makes the same spaces, on any machine.
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
 * random_seed() - begin anew
 * @random: The source.
 * @seed: Any number; each gives a sequence of its own.
 */
void random_seed(struct random *random, uint64_t seed);

/**
 * random_below() - a number
 * @random: The source.
 * @limit: At least 1.
 *
 * Return: 0 to @limit - 1.
 */
unsigned int random_below(struct random *random, unsigned int limit);

/**
 * struct random_config - a function's config space
 * @config: All of it, as the function has it: little-endian.
 *
 * Its header never is all ones, so vpasid_layout_read() takes it. Mostly there is a
 * PCI Express Capability, with or without FLR, and sometimes Advanced Features.
 *
 * Of the extended space: no chain at all; or capabilities in the order of their
 * offsets or not, close together or not, with the length registers that theirs have
 * (DVSEC, VSEC) or with any; PASID among them at times, twice even; a head as VFIO
 * hides it; a next pointer that is unaligned, leads below 0x100, back, into zeros, all
 * ones, or another capability. What is between capabilities is zero, sown with bytes,
 * or full but for a hole of a few bytes.
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
