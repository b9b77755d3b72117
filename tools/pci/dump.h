/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads dumps of config spaces, in one of three forms:
 *
 *  - What lspci prints with -x, -xxx or -xxxx, together with -v, -n, -D and the like:
 *
 *	00:05.0 System peripheral: ...
 *		Subsystem: ...
 *	00: 86 80 25 0b ...
 *	10: 00 00 00 00 ...
 *
 *    A function begins with a line that starts with its address and a blank. The description
 *    follows, in lines that start with a blank; a mail program may have wrapped it. Then come
 *    the bytes: 16 in each line after an offset and a colon, from 0 on and without a gap. An
 *    empty line ends the function.
 *
 *    All of this may be quoted ("> ") or indented. What stands before the address must then
 *    stand before each line of the function.
 *
 *    There may be any other text around it. An address at the start of a line of such text
 *    begins a function without bytes: after a line that isn't a description, lines like
 *    "00: 12 34" belong to no function. But directly after the address, the description or other
 *    bytes, a line with an offset must have the next 16 bytes, or the dump is refused.
 *
 *  - If no line begins a function: one config space of 64, 256 or 4096 bytes as hexdump -C
 *    prints it, or xxd in groups of one or two bytes. It may be quoted or indented, too, and
 *    amid other text.
 *
 *  - The 64, 256 or 4096 bytes of a config space themselves, as sysfs' file config has them.
 *
 * The last two have no address; their function is 0000:00:00.0. Each form may be compressed by
 * gzip, and a text may have Windows' line ends and a byte order mark.
 *
 * Nothing in a dump is trusted: invalid data is an error, and memory is bounded.
 */
#ifndef TOOLS_PCI_DUMP_H
#define TOOLS_PCI_DUMP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <vpasid/config.h>

#include "pci/bdf.h"
#include "support/why.h"

/* More than lspci prints on a host with thousands of functions. */
#define DUMP_MAX_SIZE ((size_t)64 << 20)

/* One function of a dump. */
struct dump_function {
	/* As in the dump. It may be an address that no function can have, such as 00:1f.9. */
	struct bdf bdf;
	const uint8_t *config; /* belongs to the dump */
	size_t size;	       /* of @config: 0, 64, 128, 256 or 4096 */
};

/* The functions in the order of the dump. An address may be there more than once. */
struct dump {
	struct dump_function *functions;
	size_t count;
	uint8_t *bytes; /* of all functions */
};

/*
 * Reads the file @path, or the standard input if that is "-"; it may be a pipe. At least one
 * function of the dump has bytes. Returns 0, or a negative errno with @why, which says where and
 * what to do; then @dump is empty.
 */
int dump_read(const char *path, struct dump *dump, struct why *why);

/* The same for a dump in memory, which isn't compressed; @name is for messages. */
int dump_parse(const void *data, size_t length, const char *name, struct dump *dump,
	       struct why *why);

void dump_free(struct dump *dump);

/* The name of a dump in messages: "standard input" instead of "-". */
const char *dump_name(const char *path);

/* @description follows the address, with escapes for what isn't printable. */
void dump_write(const struct bdf *bdf, const char *description,
		const uint8_t config[VPASID_CONFIG_SIZE], FILE *stream);

#endif /* TOOLS_PCI_DUMP_H */
