// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "filtered.h"

const char *filtered(recording_filter_fn *filter, const char *text)
{
	static char left[1 << 16];
	FILE *in = *text ? fmemopen((void *)(uintptr_t)text, strlen(text), "r")
			 : fopen("/dev/null", "re");
	FILE *out = fmemopen(left, sizeof(left), "w");

	assert_non_null(in);
	assert_non_null(out);
	*left = '\0';
	filter(in, out);
	fclose(in);
	assert_int_equal(fclose(out), 0);
	return left;
}
