// SPDX-License-Identifier: MIT
/* Tests vpasid/quirks.h: the text and mistakes in it, and which devices match. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_quirks.h"

static int parse(const char *text)
{
	return vpasid_quirks_parse(quirks, text, strlen(text), "a.conf", &error);
}

static void expect_parsed(const char *text)
{
	int ret = parse(text);

	if (ret)
		print_error("%s\n", error.text);
	assert_int_equal(ret, 0);
}

/* The text */

static void all_of_an_entry_is_read(void **state)
{
	(void)state;
	expect_parsed("# a comment\n"
		      "\n"
		      "device 8086:0b25 subsystem=1028:* revision=00-1F function=pf # another\n"
		      "\thidden 0xe00-0xeff\n"
		      "  hidden 0x101-0x101 # one byte\n"
		      "extent 0x140-0x17f\n"
		      "    offset 0x400\n"
		      "    source \"Book # 1, \xc2\xa7 2\"\n");
	assert_int_equal(match(&dsa), 1);
	assert_int_equal(matches[0]->offset, 0x400);
	assert_int_equal(matches[0]->hidden_count, 2);
	assert_int_equal(matches[0]->hidden[0].offset, 0xe00);
	assert_int_equal(matches[0]->hidden[0].length, 0x100);
	assert_int_equal(matches[0]->hidden[1].offset, 0x101);
	assert_int_equal(matches[0]->hidden[1].length, 1);
	assert_int_equal(matches[0]->extent_count, 1);
	assert_int_equal(matches[0]->extents[0].offset, 0x140);
	assert_int_equal(matches[0]->extents[0].length, 0x40);
	assert_string_equal(matches[0]->source, "Book # 1, \xc2\xa7 2");
	assert_string_equal(matches[0]->file, "a.conf");
	assert_int_equal(matches[0]->line, 3);
}

static void lines_may_end_in_carriage_returns_or_not_at_all(void **state)
{
	(void)state;
	expect_parsed("device 8086:0b25\r\n\r\n hidden 0xe00-0xeff\r\n" SOURCE "\r\n"
		      "device 8086:*\n offset 0xff8\n source \"x\"");
	assert_int_equal(match(&dsa), 2);
	assert_int_equal(matches[1]->offset, 0xff8);
	assert_int_equal(matches[1]->line, 6);
}

static void nothing_is_a_file_of_quirks(void **state)
{
	(void)state;
	expect_parsed("");
	expect_parsed("\n");
	expect_parsed("# just this");
	assert_int_equal(vpasid_quirks_parse(quirks, NULL, 0, "a.conf", NULL), 0);
	assert_int_equal(match(&dsa), 0);
}

/* Mistakes: the text, and the error that it must give */

#define FOUR \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234"

static const struct {
	const char *text;
	const char *error;
} mistakes[] = {
	{ "hide 0xe00", "a.conf:1: 'hide': a line begins with device, hidden, extent, offset, "
			"source" },
	{ "\n\nDevice 8086:0b25", "a.conf:3: 'Device': a line begins with device, hidden, extent, "
				  "offset, source" },
	{ "hidden 0xe00-0xeff", "a.conf:1: hidden: write a line `device VVVV:DDDD` before it" },
	{ "source \"x\"", "a.conf:1: source: write a line `device VVVV:DDDD` before it" },
	{ "device", "a.conf:1: '': write device VVVV:DDDD, or VVVV:* for all of a vendor" },
	{ "device 8086",
	  "a.conf:1: '8086': write device VVVV:DDDD, or VVVV:* for all of a vendor" },
	{ "device *:0b25",
	  "a.conf:1: '*:0b25': write device VVVV:DDDD, or VVVV:* for all of a vendor" },
	{ "device 8086:b25",
	  "a.conf:1: '8086:b25': write device VVVV:DDDD, or VVVV:* for all of a vendor" },
	{ "device 8086:0b2g",
	  "a.conf:1: '8086:0b2g': write device VVVV:DDDD, or VVVV:* for all of a vendor" },
	{ "device 8086:0b25 vf",
	  "a.conf:1: 'vf': a device line accepts subsystem=, revision=, function=" },
	{ "device 8086:0b25 function=VF",
	  "a.conf:1: function=VF: write function=pf or function=vf" },
	{ "device 8086:0b25 revision=0f-00",
	  "a.conf:1: revision=0f-00: write revision=RR or revision=RR-RR" },
	{ "device 8086:0b25 revision=100",
	  "a.conf:1: revision=100: write revision=RR or revision=RR-RR" },
	{ "device 8086:0b25 revision=00-",
	  "a.conf:1: revision=00-: write revision=RR or revision=RR-RR" },
	{ "device 8086:0b25 subsystem=8086",
	  "a.conf:1: subsystem=8086: write subsystem=VVVV:DDDD, or * for either" },
	{ "device 8086:0b25 function=pf function=pf", "a.conf:1: function=pf: given twice" },
	{ "device 8086:0b25 revision=00 revision=01", "a.conf:1: revision=01: given twice" },
	{ DEVICE " hidden 0xe00", "a.conf:2: '0xe00': write a range within 0x100-0xfff, such as "
				  "0xe00-0xeff" },
	{ DEVICE " hidden", "a.conf:2: '': write a range within 0x100-0xfff, such as 0xe00-0xeff" },
	{ DEVICE " hidden 0xeff-0xe00",
	  "a.conf:2: '0xeff-0xe00': write a range within 0x100-0xfff, such as 0xe00-0xeff" },
	{ DEVICE " hidden 0x0ff-0x100",
	  "a.conf:2: '0x0ff-0x100': write a range within 0x100-0xfff, such as 0xe00-0xeff" },
	{ DEVICE " hidden 0xe00-0x1000",
	  "a.conf:2: '0xe00-0x1000': write a range within 0x100-0xfff, such as 0xe00-0xeff" },
	{ DEVICE " hidden e00-eff",
	  "a.conf:2: 'e00-eff': write a range within 0x100-0xfff, such as 0xe00-0xeff" },
	{ DEVICE " hidden 0xe00 - 0xeff",
	  "a.conf:2: '0xe00': write a range within 0x100-0xfff, such as 0xe00-0xeff" },
	{ DEVICE " hidden 0xe00-0xeff 0x200-0x2ff",
	  "a.conf:2: '0x200-0x2ff' is one word too many" },
	{ DEVICE " extent 0x142-0x17f",
	  "a.conf:2: an extent begins with a capability and consists of whole dwords, such as "
	  "0x140-0x17f" },
	{ DEVICE " extent 0x140-0x17e",
	  "a.conf:2: an extent begins with a capability and consists of whole dwords, such as "
	  "0x140-0x17f" },
	{ DEVICE " offset 0x402",
	  "a.conf:2: '0x402': write a multiple of 4 within 0x100-0xff8, such as 0xe00" },
	{ DEVICE " offset 0xffc",
	  "a.conf:2: '0xffc': write a multiple of 4 within 0x100-0xff8, such as 0xe00" },
	{ DEVICE " offset 0xfc",
	  "a.conf:2: '0xfc': write a multiple of 4 within 0x100-0xff8, such as 0xe00" },
	{ DEVICE " offset 400",
	  "a.conf:2: '400': write a multiple of 4 within 0x100-0xff8, such as 0xe00" },
	{ DEVICE " offset 0x400\n offset 0x400", "a.conf:3: offset: given twice" },
	{ DEVICE SOURCE SOURCE, "a.conf:3: source: given twice" },
	{ DEVICE " source book", "a.conf:2: say where the information is from, in double quotes, "
				 "in 1 to 400 characters: source \"...\"" },
	{ DEVICE " source \"book", "a.conf:2: say where the information is from, in double quotes, "
				   "in 1 to 400 characters: source \"...\"" },
	{ DEVICE " source \"\"", "a.conf:2: say where the information is from, in double quotes, "
				 "in 1 to 400 characters: source \"...\"" },
	{ DEVICE " source \"a\tb\"",
	  "a.conf:2: say where the information is from, in double quotes, in 1 to 400 characters: "
	  "source \"...\"" },
	{ DEVICE " source \"" FOUR FOUR FOUR FOUR "\"",
	  "a.conf:2: say where the information is from, in double quotes, in 1 to 400 characters: "
	  "source \"...\"" },
	{ DEVICE " source \"a\" b", "a.conf:2: 'b' is one word too many" },
	{ "\n" DEVICE " hidden 0xe00-0xeff\n\n" DEVICE " hidden 0xe00-0xeff\n" SOURCE,
	  "a.conf:2: the device has no source; say where the information is from: source \"...\"" },
	{ DEVICE " hidden 0xe00-0xeff",
	  "a.conf:1: the device has no source; say where the information is from: source \"...\"" },
	{ DEVICE SOURCE, "a.conf:1: the device has no quirk; write hidden, offset or extent" },
	{ "\x1b[31mred", "a.conf:1: '?[31mred': a line begins with device, hidden, extent, offset, "
			 "source" },
	{ FOUR, "a.conf:1: '0123456789abcdef0123456789abcdef01234567': a line begins with device, "
		"hidden, extent, offset, source" },
};

static void a_mistake_is_told_with_what_to_write(void **state)
{
	(void)state;
	expect_parsed("device 8086:*\n hidden 0xe00-0xeff\n" SOURCE);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(parse(mistakes[i].text), -EINVAL);
		assert_string_equal(error.text, mistakes[i].error);
		assert_int_equal(match(&dsa), 1);
	}
}

static void nobody_needs_an_error(void **state)
{
	(void)state;
	assert_int_equal(vpasid_quirks_parse(quirks, "x", 1, "a.conf", NULL), -EINVAL);
}

static void a_null_byte_is_a_mistake(void **state)
{
	static const char text[] = "device 8086:0b25\n hidden\0 0xe00-0xeff\n";

	(void)state;
	assert_int_equal(vpasid_quirks_parse(quirks, text, sizeof(text) - 1, "a.conf", &error),
			 -EINVAL);
	assert_memory_equal(error.text, "a.conf:2: ", 10);
}

static void a_long_name_is_cut(void **state)
{
	char name[2000];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(vpasid_quirks_parse(quirks, "x", 1, name, &error), -EINVAL);
	assert_non_null(strstr(error.text, "nnn:1: 'x': a line begins with"));
}

static void append(char *text, size_t size, const char *more)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s", more);
}

static void a_device_takes_32_ranges_of_a_kind(void **state)
{
	char text[2000] = DEVICE SOURCE;

	(void)state;
	for (int i = 0; i < 32; i++)
		append(text, sizeof(text), "hidden 0xe00-0xeff\nextent 0x200-0x203\n");
	expect_parsed(text);
	assert_int_equal(match(&dsa), 1);
	assert_int_equal(matches[0]->hidden_count, 32);
	assert_int_equal(matches[0]->extent_count, 32);
	append(text, sizeof(text), "hidden 0xe00-0xeff\n");
	assert_int_equal(parse(text), -EINVAL);
	assert_string_equal(error.text, "a.conf:67: a device can have at most 32 ranges of one "
					"kind");
}

/* Which devices match */

static const struct {
	const char *conditions;
	bool matches;
} conditions[] = {
	{ "8086:0b25", true },
	{ "8086:*", true },
	{ "8087:*", false },
	{ "8086:0b26", false },
	{ "8086:0B25", true },
	{ "8086:0b25 subsystem=1028:0001", true },
	{ "8086:0b25 subsystem=1028:0002", false },
	{ "8086:0b25 subsystem=1028:*", true },
	{ "8086:0b25 subsystem=*:0001", true },
	{ "8086:0b25 subsystem=*:0002", false },
	{ "8086:0b25 subsystem=*:*", true },
	{ "8086:0b25 revision=10", true },
	{ "8086:0b25 revision=11", false },
	{ "8086:0b25 revision=0-f", false },
	{ "8086:0b25 revision=00-10", true },
	{ "8086:0b25 revision=10-ff", true },
	{ "8086:0b25 revision=11-ff", false },
	{ "8086:0b25 function=pf", true },
	{ "8086:0b25 function=vf", false },
	{ "8086:0b25 function=pf revision=10 subsystem=1028:0001", true },
	{ "8086:0b25 function=vf revision=10 subsystem=1028:0001", false },
};

static void all_conditions_must_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		char text[128];

		snprintf(text, sizeof(text), "device %s\n offset 0x400\n" SOURCE,
			 conditions[i].conditions);
		vpasid_quirks_free(quirks);
		quirks = vpasid_quirks_new();
		expect_parsed(text);
		if (match(&dsa) != conditions[i].matches)
			fail_msg("%s", conditions[i].conditions);
	}
}

static void without_a_function_pfs_and_vfs_match(void **state)
{
	struct vpasid_device vf = dsa;

	(void)state;
	vf.kind = VPASID_FUNCTION_VF;
	expect_parsed(DEVICE " offset 0x400\n" SOURCE);
	assert_int_equal(match(&dsa), 1);
	assert_int_equal(match(&vf), 1);
	expect_parsed("device 8086:0b25 function=vf\n offset 0x500\n" SOURCE);
	assert_int_equal(match(&dsa), 1);
	assert_int_equal(match(&vf), 2);
	assert_int_equal(matches[1]->offset, 0x500);
}

static void matches_are_in_the_order_of_reading(void **state)
{
	(void)state;
	for (int i = 0; i < 12; i++) {
		char text[64];

		snprintf(text, sizeof(text), DEVICE "offset 0x%x\n" SOURCE, 0x400 + 4 * i);
		expect_parsed(text);
	}
	assert_int_equal(match(&dsa), 12);
	for (int i = 0; i < MATCHES; i++)
		assert_int_equal(matches[i]->offset, 0x400 + 4 * i);

	memset(matches, 0, sizeof(matches));
	assert_int_equal(vpasid_quirks_match(quirks, &dsa, matches, 1), 12);
	assert_null(matches[1]);
	assert_int_equal(vpasid_quirks_match(quirks, &dsa, NULL, 0), 12);
}

static void no_set_is_an_empty_one(void **state)
{
	(void)state;
	assert_int_equal(vpasid_quirks_match(NULL, &dsa, matches, MATCHES), 0);
	vpasid_quirks_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, quirks_setup, quirks_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_of_an_entry_is_read),
		TEST(lines_may_end_in_carriage_returns_or_not_at_all),
		TEST(nothing_is_a_file_of_quirks),
		TEST(a_mistake_is_told_with_what_to_write),
		TEST(nobody_needs_an_error),
		TEST(a_null_byte_is_a_mistake),
		TEST(a_long_name_is_cut),
		TEST(a_device_takes_32_ranges_of_a_kind),
		TEST(all_conditions_must_hold),
		TEST(without_a_function_pfs_and_vfs_match),
		TEST(matches_are_in_the_order_of_reading),
		TEST(no_set_is_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
