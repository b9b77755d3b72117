// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/dump.h: texts that are dumps, in each form and between other text, and texts that aren't. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/config.h>

#include "made_dump.h"
#include "pci/dump.h"

#define LINE_40 "40: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_50 "50: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
/* 60 bytes: there is room for a blank and three more, but not for four. */
#define LONG "00:05.0 System peripheral: a name that was long enough, when"

#define XXD    "00000000: 8680 250b 0000 0000 0000 0000 0000 0000  ..%.............\n"
#define XXD_G1 "00000000: 86 80 25 0b 00 00 00 00 00 00 00 00 00 00 00 00  ..%.............\n"
#define XXD_10 "00000010: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n"
#define XXD_20 "00000020: 0000 0000 0000 0000 0000 0000 8680 0100  ................\n"
#define XXD_30 "00000030: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n"
#define HD_00  "00000000  86 80 25 0b 00 00 00 00  00 00 00 00 00 00 00 00  |..%.............|\n"
#define HD_10  "00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
#define HD_20  "00000020  00 00 00 00 00 00 00 00  00 00 00 00 86 80 01 00  |................|\n"
#define HD_30  "00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"

/* Formats of a line, for its offset */
#define LSPCI_LINE "%02x: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define XXD_LINE   "%08x: 0000 0000 0000 0000 0000 0000 0000 0000  x\n"

/* Each has a reason that begins so, and the dump stays empty. */
static void test_bad(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "D: no line begins with a function's address" },
		{ "\n\n", "D: no line begins with a function's address" },
		{ "GIF89a", "D: no line begins with a function's address" },
		{ LINE_00, "D: no line begins with a function's address" },
		{ "00:05.0\n" HEADER, "D: no line begins with a function's address" },
		{ "00:05.a x\n" HEADER, "D: no line begins with a function's address" },
		{ "000:00:05.0 x\n" HEADER, "D: no line begins with a function's address" },
		{ "123456789:00:05.0 x\n" HEADER, "D: no line begins with a function's address" },
		{ "00:05.0 x\n", "D: there are functions, but no bytes of config space" },
		{ "00:05.0 x\n\n" HEADER, "D: there are functions, but no bytes" },
		{ "00:05.0 x\n" LINE_00,
		  "D:2: the dump of 00:05.0 is truncated, at 0x10 of 0x100" },
		{ "00:05.0 x\n" LINE_00 "\n" HEADER, "D:3: the dump of 00:05.0 is truncated" },
		{ "00:05.0 x\n" LINE_00 "00:06.0 y\n", "D:3: the dump of 00:05.0 is truncated" },
		{ "10000:00:05.0 x\n" HEADER LINE_40 "x\n",
		  "D:7: the dump of 10000:00:05.0 is truncated, at 0x50 of 0x100 bytes: recreate "
		  "it by `lspci -xxxx -s 10000:00:05.0` as root" },
		{ "00:05.0 x\n" LINE_00 LINE_20,
		  "D:3: a line with the bytes from 0x20 follows bytes up to 0x10: lines of 00:05.0 "
		  "are missing" },
		{ "00:05.0 x\n" LINE_10, "D:2: a line with the bytes from 0x10 follows bytes up to "
					 "0x0" },
		{ "00:05.0 x\n" LINE_00 LINE_00, "D:3: a line with the bytes from 0x0 follows "
						 "bytes" },
		/* libpci writes before its buffer */
		{ "00:05.0 x\nffffffff: 00\n", "D:2: a line with the bytes from 0xffffffff "
					       "follows" },
		{ "00:05.0 x\n00: 00 11 22\n", "D:2: expected 16 bytes" },
		{ "00:05.0 x\n00: 00 11 zz\n", "D:2: expected 16 bytes" },
		{ "00:05.0 x\n00: 000\n", "D:2: expected 16 bytes" },
		{ "00:05.0 x\n00: \n", "D:2: expected 16 bytes" },
		{ "00:05.0 x\n" LINE_00 "10: 00 00 00 0", "D:3: expected 16 bytes" },
		/* a line is damaged where bytes might have ended */
		{ "00:05.0 x\n" HEADER "4O: 00\n" LINE_50,
		  "D:7: a line with the bytes from 0x50 follows bytes up to 0x40" },
		/* offsets of two to eight digits, and others, which are other text */
		{ "00:05.0 x\n00000000: 00\n", "D:2: expected 16 bytes" },
		{ "00:05.0 x\n000000000: 00\n", "D: there are functions, but no bytes" },
		{ "00:05.0 x\n0: 00\n", "D: there are functions, but no bytes" },
		/* quoted */
		{ "> 00:05.0 x\n> " LINE_00 LINE_10 "\n", "D:4: the dump of 00:05.0 is truncated" },
		{ "> 00:05.0 x\n> 00: 00 11 22\n", "D:2: expected 16 bytes" },
		/* xxd and hexdump */
		{ XXD, "D:1: the config space is truncated at 0x10 bytes" },
		{ "0" XXD, "D: no line begins with a function's address" },
		{ "000000: 8680 250b 0000 0000 0000 0000 0000 0000\n",
		  "D: no line begins with a function's address" },
		{ XXD XXD_10 XXD_30, "D:3: a line with the bytes from 0x30 follows bytes up to "
				     "0x20" },
		{ XXD XXD_10 "00000020: 0000\n", "D:3: expected 16 bytes" },
		{ "00000000: 0b258086 00000000 00000000 00000000  ..%.............\n",
		  "D:1: expected 16 bytes in groups of one or two" },
		{ "00000000  8680 250b 0000 0000  0000 0000 0000 0000  |..%.............|\n",
		  "D:1: expected 16 bytes" },
		{ XXD XXD_10 XXD_20 XXD_30 "\n" XXD, "D:6: a second config space begins" },
		{ HD_00 "*\n", "D:2: the config space is truncated" },
		{ HD_00 "*\n00000041\n", "D:3: a line with the bytes from 0x41 follows bytes up to "
					 "0x50" },
		{ HD_00 "*\n00000080\n", "D:3: the config space is truncated at 0x80 bytes" },
		{ HD_00 "*\nffffffff\n", "D:3: there are more bytes than the 4096" },
		{ HD_00 "x\n*\n00000040\n", "D:4: the config space is truncated" },
		{ "*\n00000040\n", "D: no line begins with a function's address" },
		{ XXD_10, "D: no line begins with a function's address" },
		{ "00000000: 8\n", "D: no line begins with a function's address" },
		{ "00000000:8680 250b 0000 0000 0000 0000 0000 0000\n",
		  "D: no line begins with a function's address" },
		{ "00000000 86 80 25 0b 00 00 00 00  00 00 00 00 00 00 00 00\n",
		  "D: no line begins with a function's address" },
		{ "00000000: 8680 250b 0000 0000 0000 0000 0000 0000x\n",
		  "D:1: expected 16 bytes in groups of one or two" },
	};
	struct why why;
	struct dump dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(dump_parse(rows[i].text, strlen(rows[i].text), "D", &dump, &why),
				 -EINVAL);
		if (strncmp(why.text, rows[i].why, strlen(rows[i].why)) != 0)
			fail_msg("row %zu: %s", i, why.text);
		assert_null(dump.functions);
		assert_null(dump.bytes);
		assert_int_equal(dump.count, 0);
	}
}

/* What is read, and what isn't; the bytes are always those of HEADER. */
static void test_good(void **state)
{
	static const struct {
		const char *text, *functions;
	} rows[] = {
		{ "00:05.0 x\n" HEADER, "0000:00:05.0 64" },
		{ "0000:00:05.0 x\n" HEADER, "0000:00:05.0 64" },
		{ "00010000:E1:05.0 x\n" HEADER, "10000:e1:05.0 64" },
		{ "ffffffff:ff:1f.7 x\n" HEADER, "ffffffff:ff:1f.7 64" },
		/* no function can have this address */
		{ "00:1f.9 x\n" HEADER "00:3a.0 x\n" HEADER, "0000:00:1f.9 64, 0000:00:3a.0 64" },
		/* the same one twice */
		{ "00:05.0 x\n" HEADER "\n0:05.0 x\n00:05.0 x\n",
		  "0000:00:05.0 64, 0000:00:05.0 0" },
		/* with a description */
		{ "00:05.0 x\n\tSubsystem: y\n\t\tMore: z\n        spaces\n" HEADER "\n",
		  "0000:00:05.0 64" },
		/* without bytes */
		{ "00:04.0 x\n\n00:05.0 y\n" HEADER "00:06.0 z", "0000:00:04.0 0, 0000:00:05.0 64, "
								 "0000:00:06.0 0" },
		/* blanks at the end of a line */
		{ "00:05.0 x\n" LINE_00
		  "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \t\n" LINE_20 LINE_30
		  " \n" LINE_50,
		  "0000:00:05.0 64" },
		/* text between, before and after */
		{ "00: 12 34\n" LINE_50 "Hello\n00:05.0 x\n" LINE_00 "see here:\n" LINE_10
		  "[    1.0] 00:1f.0 y\n" LINE_20 LINE_30 "that's all: \n00: 12\n10: 34\n" LINE_00,
		  "0000:00:05.0 64" },
		{ "00:05.0 x\n" HEADER "\n00: 12 34\n", "0000:00:05.0 64" },
		{ "00:05.0 x\n" HEADER "The registers:\n" LINE_00 LINE_10 LINE_50,
		  "0000:00:05.0 64" },
		/* a line that begins with an address, and bytes that aren't its function's */
		{ "00:1f.0 hangs. Its registers:\nI read\n00: 12 34\n" LINE_00
		  "\n00:05.0 x\n" HEADER,
		  "0000:00:1f.0 0, 0000:00:05.0 64" },
		{ "00:1f.0: no function\n00:05.0 x\n" HEADER, "0000:00:05.0 64" },
		{ "at 00:1f.0 there\n00:05.0 x\n" HEADER, "0000:00:05.0 64" },
		/* wrapped by a mail program, or not */
		{ LONG "\nbeen wrapped\n" HEADER, "0000:00:05.0 64" },
		{ LONG "\nnow\n" HEADER "\n00:05.0 x\n" HEADER, "0000:00:05.0 0, 0000:00:05.0 64" },
		{ LONG "\nbeen wrapped\nand more\n" HEADER "\n00:05.0 x\n" HEADER,
		  "0000:00:05.0 0, 0000:00:05.0 64" },
		{ "> " LONG "\nbeen wrapped\n> " LINE_00 "> " LINE_10 "> " LINE_20 "> " LINE_30,
		  "0000:00:05.0 64" },
		/* quoted and indented; other quotes aren't the function's */
		{ ">00:05.0 x\n>\ty\n>" LINE_00 ">" LINE_10 ">" LINE_20 ">" LINE_30 ">\n",
		  "0000:00:05.0 64" },
		{ "> 00:05.0 x\n> " LINE_00 "> " LINE_10 ">> " LINE_10 LINE_20 "> " LINE_20
		  "> " LINE_30 ">\n> " LINE_00,
		  "0000:00:05.0 64" },
		{ "\t00:05.0 x\n\t\ty\n\t" LINE_00 "\t" LINE_10 "\t" LINE_20 "\t" LINE_30
		  "\t\n\t" LINE_00,
		  "0000:00:05.0 64" },
		/* a byte order mark; Windows' line ends */
		{ "\xef\xbb\xbf"
		  "00:05.0 x\n" HEADER,
		  "0000:00:05.0 64" },
		{ "00:05.0 x\r\n" HEADER "\r\n" HEADER, "0000:00:05.0 64" },
		/* xxd and hexdump */
		{ XXD XXD_10 XXD_20 XXD_30, "0000:00:00.0 64" },
		{ XXD_G1 XXD_10 XXD_20 XXD_30, "0000:00:00.0 64" },
		{ "it is\n\n> " XXD "> " XXD_10 "> " XXD_20 XXD_10 "> " XXD_30 "\nbye\n",
		  "0000:00:00.0 64" },
		{ HD_00 HD_10 HD_20 HD_30 "00000040\n", "0000:00:00.0 64" },
		{ HD_00 HD_10 HD_20 HD_30 "00000040\n1234567\n", "0000:00:00.0 64" },
		{ HD_00 HD_10 HD_20 HD_30 "*\n00000100\n", "0000:00:00.0 256" },
		{ HD_00 HD_10 HD_20 HD_30 "*x\n", "0000:00:00.0 64" },
		{ "0000000: 8680 250b 0000 0000 0000 0000 0000 0000\n0000010: 0000 0000 0000 0000 "
		  "0000 0000 0000 0000\n" XXD_20 XXD_30,
		  "0000:00:00.0 64" },
		/* of both, lspci's */
		{ XXD XXD_10 "\n00:05.0 x\n" HEADER, "0000:00:05.0 64" },
	};
	struct dump dump;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (dump_parse(rows[i].text, strlen(rows[i].text), "D", &dump, &why))
			fail_msg("row %zu: %s", i, why.text);
		assert_functions(&dump, i, rows[i].functions);
		dump_free(&dump);
		assert_null(dump.functions);
	}
}

/* Each place at which a dump of 4 KiB may be cut. */
static void test_cut(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dump dump;
	struct why why;
	size_t length;
	char *text;

	(void)state;
	made_dump_fill(config);
	text = made_dump_text(config);
	length = strlen(text);
	for (size_t cut = 0; cut < length; cut++) {
		int ret = dump_parse(text, cut, "D", &dump, &why);

		if (ret) {
			assert_int_equal(ret, -EINVAL);
			assert_memory_equal(why.text, "D:", 2);
			/* the last lines are empty */
			assert_true(cut < length - 2);
			continue;
		}
		assert_int_equal(dump.count, 1);
		assert_true(dump.functions[0].size < VPASID_CONFIG_SIZE || cut >= length - 2);
		assert_memory_equal(dump.functions[0].config, config, dump.functions[0].size);
		dump_free(&dump);
	}
	free(text);
}

/* The number of bytes is right, and they aren't a text. */
static void test_raw(void **state)
{
	static const size_t sizes[] = { 1, 63, 64, 65, 128, 255, 256, 257, 4095, 4096, 4097, 8192 };
	uint8_t config[2 * VPASID_CONFIG_SIZE] = { 0x86, 0x80 };
	struct dump dump;
	struct why why;

	(void)state;
	for (int all_ones = 0; all_ones < 2; all_ones++) {
		if (all_ones)
			memset(config, 0xff, sizeof(config));
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			int ret = dump_parse(config, sizes[i], "D", &dump, &why);

			if (sizes[i] != 64 && sizes[i] != 256 && sizes[i] != 4096) {
				assert_int_equal(ret, -EINVAL);
				continue;
			}
			assert_int_equal(ret, 0);
			assert_int_equal(dump.count, 1);
			assert_string_equal(dump.functions[0].bdf.text, "0000:00:00.0");
			assert_int_equal(dump.functions[0].size, sizes[i]);
			assert_memory_equal(dump.functions[0].config, config, sizes[i]);
			dump_free(&dump);
		}
	}
	/* bytes that aren't all ones, and equal ones that are text */
	config[63] = 'x';
	assert_int_equal(dump_parse(config, 64, "D", &dump, &why), -EINVAL);
	memset(config, 'x', 64);
	assert_int_equal(dump_parse(config, 64, "D", &dump, &why), -EINVAL);
	/* a text of 64 bytes */
	assert_int_equal(dump_parse(LONG "....", 64, "D", &dump, &why), -EINVAL);
	assert_string_equal(why.text, "D: there are functions, but no bytes of config space: "
				      "recreate it by `lspci -xxxx` as root");
}

static void test_null_bytes(void **state)
{
	static const char null[] = "00:05.0 x\n\0\n";
	struct dump dump;
	struct why why;

	(void)state;
	assert_int_equal(dump_parse(null, sizeof(null) - 1, "D", &dump, &why), -EINVAL);
	assert_string_equal(why.text, "D:2: there is a null byte: this isn't text, so it can't be "
				      "output of lspci");
}

/* As long as a function's lines may be: other text has no lines in some mails. */
static void test_long_lines(void **state)
{
	enum {
		LENGTH = 1 << 20
	};
	static const char digits[] = "x>\t a00f:.";
	char *text = malloc(2 * LENGTH + 1024);
	struct dump dump;
	struct why why;

	(void)state;
	assert_non_null(text);
	for (const char *digit = digits; *digit; digit++) {
		size_t length = (size_t)sprintf(text, "00:05.0 ");

		memset(text + length, *digit, LENGTH);
		length += LENGTH;
		length += (size_t)sprintf(text + length, "\n" HEADER "\n");
		memset(text + length, *digit, LENGTH);
		length += LENGTH;
		assert_int_equal(dump_parse(text, length, "D", &dump, &why), 0);
		assert_functions(&dump, 0, "0000:00:05.0 64");
		dump_free(&dump);
	}
	free(text);
}

/* As many functions as a domain has, and one more. */
static void test_many(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	struct dump dump;
	struct why why;

	(void)state;
	fputs("00:05.0 x\n" HEADER, stream);
	for (unsigned int i = 1; i <= 65536; i++)
		fprintf(stream, "%02x:%02x.%x x\n", i >> 8 & 0xff, i >> 3 & 0x1f, i & 7);
	fclose(stream);
	assert_int_equal(dump_parse(text, size, "D", &dump, &why), -EINVAL);
	assert_non_null(strstr(why.text, "there are more than 65536 functions"));
	assert_int_equal(dump_parse(text, size - strlen("00:00.0 x\n"), "D", &dump, &why), 0);
	assert_int_equal(dump.count, 65536);
	dump_free(&dump);
	free(text);
}

/* How much lspci prints, and how long the file is of which there is a hexdump */
static void test_lengths(void **state)
{
	char text[257 * 64], why_text[128];
	struct dump dump;
	struct why why;

	(void)state;
	for (unsigned int is_xxd = 0; is_xxd < 2; is_xxd++) {
		size_t length = is_xxd ? 0 : strlen("00:05.0 x\n");

		strcpy(text, "00:05.0 x\n");
		for (unsigned int size = 16; size <= VPASID_CONFIG_SIZE; size += 16) {
			length += (size_t)sprintf(text + length, is_xxd ? XXD_LINE : LSPCI_LINE,
						  size - 16);
			snprintf(why_text, sizeof(why_text),
				 is_xxd ? "the config space is truncated at 0x%x bytes"
					: "the dump of 00:05.0 is truncated, at 0x%x of 0x%x bytes",
				 size, size < 256 ? 256 : 4096);
			if (size == 64 || size == 256 || size == 4096 || (size == 128 && !is_xxd)) {
				assert_int_equal(dump_parse(text, length, "D", &dump, &why), 0);
				assert_int_equal(dump.functions[0].size, size);
				dump_free(&dump);
			} else {
				assert_int_equal(dump_parse(text, length, "D", &dump, &why),
						 -EINVAL);
				assert_non_null(strstr(why.text, why_text));
			}
		}
	}
}

/* Other text where the bytes may have ended doesn't end them if the next line continues them. */
static void test_continued(void **state)
{
	static const char text[] = "00:05.0 x\n" HEADER "more:\n" LINE_40 LINE_50
				   "60: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
				   "70: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n";
	struct dump dump;
	struct why why;

	(void)state;
	assert_int_equal(dump_parse(text, strlen(text), "D", &dump, &why), 0);
	assert_functions(&dump, 0, "0000:00:05.0 128");
	dump_free(&dump);
}

/* A config space has 4096 bytes at most, in lspci's form and in hexdump's. */
static void test_too_many_bytes(void **state)
{
	static const struct {
		const char *heading, *format, *why;
	} rows[] = {
		{ "00:05.0 x\n", LSPCI_LINE,
		  "D:258: 00:05.0 has more bytes than the 4096 of a config space" },
		{ "", XXD_LINE, "D:257: there are more bytes than the 4096 of a config space" },
	};
	char text[257 * 64];
	struct dump dump;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int length = snprintf(text, sizeof(text), "%s", rows[i].heading);

		for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at += 16)
			length += snprintf(text + length, sizeof(text) - (size_t)length,
					   rows[i].format, at);
		assert_int_equal(dump_parse(text, (size_t)length, "D", &dump, &why), 0);
		assert_int_equal(dump.functions[0].size, VPASID_CONFIG_SIZE);
		dump_free(&dump);
		length += snprintf(text + length, sizeof(text) - (size_t)length, rows[i].format,
				   VPASID_CONFIG_SIZE);
		assert_int_equal(dump_parse(text, (size_t)length, "D", &dump, &why), -EINVAL);
		assert_string_equal(why.text, rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),	   cmocka_unit_test(test_good),
		cmocka_unit_test(test_cut),	   cmocka_unit_test(test_raw),
		cmocka_unit_test(test_null_bytes), cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_many),	   cmocka_unit_test(test_too_many_bytes),
		cmocka_unit_test(test_lengths),	   cmocka_unit_test(test_continued),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
