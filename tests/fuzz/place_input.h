/* SPDX-License-Identifier: MIT */
/*
 * The input of place_fuzz: a config space, and what is asked about it. place_mutate.c changes it.
 */
#ifndef PLACE_INPUT_H
#define PLACE_INPUT_H

#include <stdint.h>

#define LIST	5
#define RANGES	3
#define REQUEST (3 + sizeof(struct wish))

/* A list and ranges as the input has them, each number in two bytes */
struct wish {
	uint8_t cap_count;
	uint8_t range_count;
	uint8_t ranges[RANGES][4]; /* offset, length */
	uint8_t caps[LIST][7];	   /* ID, length, offset, version */
};

/* What the specification says of those that the library has registers for; 0 for others */
static inline unsigned int fixed_length(unsigned int id)
{
	switch (id) {
	case 0x1b:
	case 0x0f:
		return 8;
	case 0x13:
		return 16;
	default:
		return 0;
	}
}

#endif /* PLACE_INPUT_H */
