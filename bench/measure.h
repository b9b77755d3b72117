/* SPDX-License-Identifier: MIT */
/*
 * What calls cost, as ratios within one run.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>

/**
 * struct contender - a call to be measured
 * @name: For people.
 * @call: The call.
 * @argument: Handed to @call.
 */
struct contender {
	const char *name;
	void (*call)(const void *argument);
	const void *argument;
};

/**
 * measure() - measure calls, and print a table
 * @contenders: The calls; the first one is the floor that the ratios are to.
 * @count: How many there are.
 * @calls: How often each is made in a round.
 *
 * The contenders take turns in rounds, and a ratio is made within a round, so that a
 * noisy machine slows both sides of it. Shown are the median over the rounds and, as
 * the spread, the quartiles.
 *
 * Return: 0, or -ENOMEM.
 */
int measure(const struct contender *contenders, size_t count, unsigned int calls);

#endif /* BENCH_MEASURE_H */
