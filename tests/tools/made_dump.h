/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps that tests make, and what is read of them. */
#ifndef TESTS_MADE_DUMP_H
#define TESTS_MADE_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>

#include "pci/dump.h"

#define LINE_00 "00: 86 80 25 0b 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_10 "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_20 "20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 01 00\n"
#define LINE_30 "30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define HEADER	LINE_00 LINE_10 LINE_20 LINE_30

/* The bytes of HEADER */
extern const uint8_t header[VPASID_CONFIG_MIN];

/* Fills a config space with bytes that differ. */
void made_dump_fill(uint8_t config[VPASID_CONFIG_SIZE]);

/* The text that dump_write() makes; the caller frees it. */
char *made_dump_text(const uint8_t config[VPASID_CONFIG_SIZE]);

/*
 * Compares the functions of a dump with @expected, which has the address and the number of bytes of
 * each: "0000:00:05.0 64, 0000:00:06.0 0". The bytes must begin with HEADER's. If they differ, @row
 * is printed.
 */
void assert_functions(const struct dump *dump, size_t row, const char *expected);

#endif /* TESTS_MADE_DUMP_H */
