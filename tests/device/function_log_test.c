// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/function.h: what the log says about a guest's writes. A part of each line is compared: the
 * bytes, the offset, and the new values of the registers, as lspci shows them.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "function.h"
#include "made_log.h"
#include "profile.h"

#define EXPRESS 0x40 /* of the profile */
#define ATS	0x220
#define PASID	0x230
#define PRI	0x240
#define CONTROL (PASID + PCI_PASID_CTRL)

static struct model model;
static struct function function;
static struct log log_;
static int log_pipe[2];
static struct why why;

static void make(const struct function_options *options)
{
	assert_int_equal(profile_read(&model, PROFILES "/dsa.conf", &why), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	log_init(&log_, log_pipe[1]);
	assert_int_equal(function_init(&function, &model, options, &log_, &why), 0);
}

static int setup(void **state)
{
	const struct function_options options = { 0 };

	(void)state;
	make(&options);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	function_free(&function);
	return 0;
}

/* Writes bytes, and compares the log: it has one line for each text, which has the text in it. */
static void check(unsigned int at, const void *bytes, size_t length, const char *const *lines)
{
	char *rest;

	assert_int_equal(function_write(&function, at, bytes, (unsigned int)length), 0);
	log_flush(&log_);
	rest = read_log(log_pipe[0]);
	for (; *lines; lines++) {
		char *line = strsep(&rest, "\n");

		if (!line || !strstr(line, *lines))
			fail_msg("\"%s\", without \"%s\"", line, *lines);
	}
	assert_string_equal(rest, "");
}

#define WRITE(at, bytes, ...) \
	check(at, bytes, sizeof(bytes) - 1, (const char *const[]){ __VA_ARGS__, NULL })
#define WRITE_SILENTLY(at, bytes) check(at, bytes, sizeof(bytes) - 1, (const char *const[]){ NULL })

static void test_pasid(void **state)
{
	(void)state;
	WRITE(CONTROL, "\x07\x00", " 07 00 at 0x236: PASID Control is 0x0005: Enable+ Exec- Priv+");
	WRITE(CONTROL, "\x00", " 00 at 0x236: PASID Control is 0x0000: Enable- Exec- Priv-");
	WRITE(CONTROL, "\x01", " 01 at 0x236: PASID Control is 0x0001: Enable+ Exec- Priv-");
	/* by a write that begins before it, or ends behind it */
	WRITE(CONTROL - 2, "\0\0\x00\x00",
	      " 00 00 00 00 at 0x234: PASID Control is 0x0000: Enable-");
	WRITE(CONTROL + 1, "\xff", " ff at 0x237: PASID Control is 0x0000: ");
	WRITE(CONTROL - 1, "\xff\x01", " ff 01 at 0x235: PASID Control is 0x0001: Enable+");
	WRITE(CONTROL + 2, "\xff", " ff at 0x238: read-only");
	WRITE(CONTROL - 1, "\xff", " ff at 0x235: read-only");
}

static void test_others(void **state)
{
	(void)state;
	WRITE(ATS + PCI_ATS_CTRL, "\x05\x80", "0x8005: Enable+ STU 5",
	      " 05 80 at 0x226: writable bits accepted");
	WRITE(ATS + PCI_ATS_CTRL, "\x05\x00", "0x0005: Enable- STU 5",
	      " 05 00 at 0x226: writable bits accepted");
	WRITE(ATS + PCI_ATS_CTRL - 1, "\xff", " ff at 0x225: read-only");
	WRITE(PRI + PCI_PRI_ALLOC_REQ, "\x20\0\0\0", "0x0000: Enable-, 32 page requests",
	      " 20 00 00 00 at 0x24c: writable bits accepted");
	WRITE(PRI + PCI_PRI_CTRL, "\x01\x00", "0x0001: Enable+, 32 page requests",
	      " 01 00 at 0x244: writable bits accepted");
	WRITE(PRI + PCI_PRI_CTRL, "\x00\x00", "0x0000: Enable-, 32 page requests",
	      " 00 00 at 0x244: ");
	WRITE(PRI + PCI_PRI_CTRL, "\x02\x00", "0x0000: Enable- Reset+, ", " 02 00 at 0x244: ");
	WRITE(PRI + PCI_PRI_CTRL - 1, "\xff", " ff at 0x243: read-only");
	WRITE(PRI + VPASID_PRI_LENGTH - 1, "\x00", " 00 at 0x24f: writable bits accepted");
	WRITE(PRI + VPASID_PRI_LENGTH, "\x00", " 00 at 0x250: read-only");
	/* only the upper byte of ATS Control */
	WRITE(ATS + PCI_ATS_CTRL + 1, "\x80", "0x8005: Enable+ STU 5",
	      " 80 at 0x227: writable bits accepted");
	WRITE(ATS + VPASID_ATS_LENGTH, "\x00", " 00 at 0x228: read-only");
}

/* Of a write, eight bytes are shown. A write that ends below 0x100 isn't logged. */
static void test_bytes(void **state)
{
	(void)state;
	WRITE(0x500, "\1\2\3\4\5\6\7\x8", " 01 02 03 04 05 06 07 08 at 0x500: read-only");
	WRITE(0x500, "\1\2\3\4\5\6\7\x8\x9", " 01 02 03 04 05 06 07 08 ... at 0x500: read-only");
	WRITE_SILENTLY(PCI_COMMAND, "\x06\x00");
	WRITE_SILENTLY(0xfe, "\xff\xff");
	WRITE(0xff, "\xff\xff", " ff ff at 0x0ff: read-only");
	WRITE(0xfff, "\xff", " ff at 0xfff: read-only");
}

static void test_reset(void **state)
{
	(void)state;
	WRITE(CONTROL, "\x01", "Enable+");
	WRITE(EXPRESS + PCI_EXP_DEVCTL + 1, "\x80", "PASID Control is 0x0000: Enable-", "reset");
	WRITE(EXPRESS + PCI_EXP_DEVCTL + 1, "\x80", "reset");
	WRITE_SILENTLY(EXPRESS + PCI_EXP_DEVCTL + 1, "\x00");
}

static void test_withheld(void **state)
{
	const struct function_options options = { .withhold = true };

	(void)state;
	function_free(&function);
	make(&options);
	WRITE(CONTROL, "\x07\x00", " 07 00 at 0x236: read-only");
	WRITE(EXPRESS + PCI_EXP_DEVCTL + 1, "\x80", "reset");
	/* a write across the border changes what is before it */
	WRITE(0xfe, "\xff\xff\xff\xff", " ff ff ff ff at 0x0fe: read-only");
	WRITE_SILENTLY(PCI_COMMAND, "\x06\x00");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_pasid), TEST(test_others),   TEST(test_bytes),
		TEST(test_reset), TEST(test_withheld),
	};

	if (pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
