// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "cost.h"

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

double cost_seconds(const struct rusage *usage)
{
	return seconds(&usage->ru_utime) + seconds(&usage->ru_stime);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double cost_median(const double *values, size_t count)
{
	double sorted[COST_ROUNDS];

	memcpy(sorted, values, count * sizeof(*values));
	qsort(sorted, count, sizeof(*sorted), by_value);
	return sorted[count / 2];
}
