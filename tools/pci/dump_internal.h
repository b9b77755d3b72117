/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the readers of the two text forms of dumps.
 */
#ifndef TOOLS_PCI_DUMP_INTERNAL_H
#define TOOLS_PCI_DUMP_INTERNAL_H

#include <stdbool.h>

#include "pci/dump.h"

#define DUMP_BYTES_PER_LINE 16

/* A text that is being read. */
struct dump_reader {
	const char *name; /* for messages */
	struct why *why;
	const char *next, *end; /* of the text: its lines, each a string */
	unsigned int line;	/* the number of the last one that was taken */

	struct dump *dump;
	size_t functions_room, bytes_room; /* that is allocated */
	size_t bytes;			   /* of all functions so far */
};

/* Returns NULL after the last one. */
const char *dump_take_line(struct dump_reader *reader);

/* Returns -EINVAL, with the number of the line in the message. */
int dump_refuse(const struct dump_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The length of what stands before a quoted or indented line: blanks and '>'. */
size_t dump_prefix(const char *line);

/* How many hexadecimal digits it begins with. */
size_t dump_digits(const char *text);

/* Takes two digits. Returns whether they are there. */
bool dump_take_byte(const char **text, uint8_t *byte);

bool dump_is_blank(const char *text);

/* Adds a function, which has no bytes yet, or bytes to the last one. */
int dump_add_function(struct dump_reader *reader, const struct bdf *bdf);
int dump_add_line(struct dump_reader *reader, const uint8_t bytes[DUMP_BYTES_PER_LINE]);
const struct dump_function *dump_last(const struct dump_reader *reader);

/* Each reads the whole text. It isn't an error if there is no function in it. */
int dump_read_lspci(struct dump_reader *reader);
int dump_read_hexdump(struct dump_reader *reader);

#endif /* TOOLS_PCI_DUMP_INTERNAL_H */
