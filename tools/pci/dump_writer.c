// SPDX-License-Identifier: GPL-2.0-or-later
#include "pci/dump.h"
#include "support/output.h"

#define BYTES_PER_LINE 16
/* `lspci -F` doesn't read lines of more than 253 bytes. */
#define DESCRIPTION_SIZE 200

void dump_write(const struct bdf *bdf, const char *description,
		const uint8_t config[VPASID_CONFIG_SIZE], FILE *stream)
{
	char text[DESCRIPTION_SIZE];

	escape(text, sizeof(text), description);
	fprintf(stream, "%s %s", bdf->text, text);
	for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at++) {
		if (!(at % BYTES_PER_LINE))
			fprintf(stream, "\n%02x:", at);
		fprintf(stream, " %02x", config[at]);
	}
	fputs("\n\n", stream);
}
