/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads dumps of config spaces. These are taken:
 *
 *  - What lspci prints with -x, -xxx or -xxxx, together with -v, -n, -D and the like, amid
 *    other text:
 *
 *	00:05.0 System peripheral: ...
 *		Subsystem: ...
 *	00: 86 80 25 0b ...
 *	10: 00 00 00 00 ...
 *
 *    A function begins with a line that begins with its address and a space. Its bytes are
 *    lines of an offset, a colon and 16 bytes, from 0 on and without a gap. Before them there
 *    may be lines that begin with a blank, as lspci's description does, and what a mail
 *    program has wrapped. An empty line ends the function. All of it may be quoted ("> ") or
 *    indented; then each line of a function has the same before it as the first one.
 *
 *    All else is other text and does no harm: what stands outside of functions, and after a
 *    line that isn't the description also lines such as "00: 12 34". A line with an offset
 *    where a function's bytes must be is an error if it isn't the next 16 bytes.
 *
 *  - If no line begins a function: one config space of 64, 256 or 4096 bytes as xxd (in groups
 *    of one or two bytes) or hexdump -C prints it, quoted or indented or amid other text, too.
 *
 *  - The bytes themselves, as sysfs' file config has them: 64, 256 or 4096.
 *
 * The last two have no address, so that their function is 0000:00:00.0. Any form may be
 * compressed by gzip; a text may have Windows' line ends and a byte order mark. Nothing is
 * trusted: what can't be right is an error, and the memory is bounded.
 */
#ifndef TOOLS_PCI_DUMP_H
#define TOOLS_PCI_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "pci/bdf.h"
#include "support/why.h"

/* More than lspci prints of a host with thousands of functions. */
#define DUMP_MAX_SIZE ((size_t)64 << 20)

/* One function of a dump. */
struct dump_function {
	/* As the dump has it, which may be an address that no function can have: 00:1f.9. */
	struct bdf bdf;
	const uint8_t *config; /* belongs to the dump */
	size_t size;	       /* of @config: 0, 64, 128, 256 or 4096 */
};

/* In the order in which they stand there; an address may stand there more than once. */
struct dump {
	struct dump_function *functions;
	size_t count;
	uint8_t *bytes; /* of all functions */
};

/*
 * Reads the file @path, or the standard input if that is "-"; it may be a pipe. At least one
 * function of a dump has bytes. Returns 0, or a negative errno with @why, which says where and
 * what to do; then @dump is empty.
 */
int dump_read(const char *path, struct dump *dump, struct why *why);

/* The same of a dump in memory, which gzip has not packed; @name is for messages. */
int dump_parse(const void *data, size_t length, const char *name, struct dump *dump,
	       struct why *why);

void dump_free(struct dump *dump);

#endif /* TOOLS_PCI_DUMP_H */
