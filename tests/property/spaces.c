// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "spaces.h"

struct random rng;
static uint64_t seed = 1;

void spaces_fail(const char *what, int line)
{
	printf("not ok 1 - the space of seed %" PRIu64 ": line %d: %s\n1..1\n", seed, line, what);
	exit(1);
}

uint64_t spaces_try(char **argv, uint64_t count, void (*try_space)(void))
{
	if (argv[1]) {
		count = strtoull(argv[1], NULL, 0);
		if (argv[2])
			seed = strtoull(argv[2], NULL, 0);
	}
	for (uint64_t left = count; left; left--, seed++) {
		random_seed(&rng, seed);
		try_space();
	}
	return count;
}
