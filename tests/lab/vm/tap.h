/* SPDX-License-Identifier: MIT */
/*
 * Rows of TAP from a C program. The plan comes last, so a program that dies
 * midway is seen to have died.
 */
#ifndef TESTS_LAB_TAP_H
#define TESTS_LAB_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count;
static int tap_failures;

__attribute__((format(printf, 2, 3))) static inline bool tap(bool passed, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
	va_end(args);

	tap_failures += !passed;
	return passed;
}

static inline int tap_plan(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures ? 1 : 0;
}

#endif /* TESTS_LAB_TAP_H */
