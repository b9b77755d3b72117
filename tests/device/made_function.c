// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_function.h"
#include "profile.h"
#include "support/bytes.h"

struct model model;
struct function function;
struct function_options options;
struct log quiet;
struct why why;

int make(const char *profile)
{
	why.text[0] = '\0';
	assert_int_equal(profile_read(&model, profile, &why), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	return function_init(&function, &model, &options, &quiet, &why);
}

int setup(void **state)
{
	(void)state;
	log_init(&quiet, -1);
	options = (struct function_options){ .quirks = "." };
	return 0;
}

int teardown(void **state)
{
	(void)state;
	function_free(&function);
	return 0;
}

uint32_t read_bytes(unsigned int offset, unsigned int length)
{
	uint8_t data[4] = { 0 };

	assert_int_equal(function_read(&function, offset, data, length), 0);
	return get32(data);
}

void write_bytes(unsigned int offset, unsigned int length, uint32_t value)
{
	uint8_t data[4];

	put32(data, value);
	assert_int_equal(function_write(&function, offset, data, length), 0);
}
