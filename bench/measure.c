// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"

#define ROUNDS 101

static double take_time(const struct contender *contender, unsigned int calls)
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned int i = 0; i < calls; i++)
		contender->call(contender->argument);
	clock_gettime(CLOCK_MONOTONIC, &end);

	return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) /
	       calls;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void show(const char *name, const double *nanoseconds, const double *floor)
{
	double ratios[ROUNDS], ns[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		ns[round] = nanoseconds[round];
		ratios[round] = ns[round] / floor[round];
	}
	qsort(ns, ROUNDS, sizeof(ns[0]), compare);
	qsort(ratios, ROUNDS, sizeof(ratios[0]), compare);
	printf("%-44s %8.1f   %5.2f   %.2f-%.2f\n", name, ns[ROUNDS / 2], ratios[ROUNDS / 2],
	       ratios[ROUNDS / 4], ratios[ROUNDS * 3 / 4]);
}

int measure(const struct contender *contenders, size_t count, unsigned int calls)
{
	double(*nanoseconds)[ROUNDS] = calloc(count, sizeof(*nanoseconds));

	if (!nanoseconds)
		return -ENOMEM;

	for (int round = -1; round < ROUNDS; round++)
		for (size_t i = 0; i < count; i++)
			/* the first round warms up and is overwritten */
			nanoseconds[i][round < 0 ? 0 : round] = take_time(&contenders[i], calls);

	printf("%-44s %8s   %5s   %s\n", "call", "ns", "ratio", "quartiles");
	for (size_t i = 0; i < count; i++)
		show(contenders[i].name, nanoseconds[i], nanoseconds[0]);
	printf("(medians of %d rounds of %u calls)\n", ROUNDS, calls);
	free(nanoseconds);
	return 0;
}
