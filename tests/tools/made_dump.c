// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_dump.h"

const uint8_t header[VPASID_CONFIG_MIN] = {
	[0x00] = 0x86, 0x80, 0x25, 0x0b, [0x2c] = 0x86, 0x80, 0x01, 0x00
};

void made_dump_fill(uint8_t config[VPASID_CONFIG_SIZE])
{
	for (unsigned int i = 0; i < VPASID_CONFIG_SIZE; i++)
		config[i] = (uint8_t)(i * 7 + i / 256);
}

char *made_dump_text(const uint8_t config[VPASID_CONFIG_SIZE])
{
	struct bdf bdf;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(bdf_parse("00:05.0", &bdf), 0);
	dump_write(&bdf, "A description", config, stream);
	fclose(stream);
	return text;
}

void assert_functions(const struct dump *dump, size_t row, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < dump->count; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "%s%s %zu", i ? ", " : "",
			 dump->functions[i].bdf.text, dump->functions[i].size);
		if (dump->functions[i].size)
			assert_memory_equal(dump->functions[i].config, header, sizeof(header));
	}
	if (strcmp(text, expected) != 0)
		fail_msg("row %zu: %s", row, text);
}
