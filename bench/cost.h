/* SPDX-License-Identifier: MIT */
/*
 * What a child process has cost, and the middle one of several rounds.
 */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include <stddef.h>
#include <sys/resource.h>

/* The processor's time in seconds, in user space and in the kernel; others don't count. */
double cost_seconds(const struct rusage *usage);

/* No bench has more. */
#define COST_ROUNDS 7

/* @count is at most COST_ROUNDS. */
double cost_median(const double *values, size_t count);

#endif /* BENCH_COST_H */
