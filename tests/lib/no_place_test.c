// SPDX-License-Identifier: MIT
/* vpasid/place.h: why there is no place, and the messages about it. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/made_place.h"

/* No place, and requests that make no sense */

static void no_place_is_explained_byte_by_byte(void **state)
{
	static const struct vpasid_range range = { .offset = 0x700, .length = 0x80 };

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x300);
	put_cap(0x300, PCI_EXT_CAP_ID_PRI, 0);
	fill(0x10c, 0x2ff);
	fill(0x310, 0x6ff);
	fill(0x780, 0xfff);
	put32(0x800, 0);
	put32(0xffc, 0);
	hide(1, &range);
	expect_error(-ENOSPC);

	assert_int_equal(obstacle_count, 9);
	expect_obstacle(0, VPASID_OBSTACLE_SMALL, 0xffc, 4);
	expect_obstacle(1, VPASID_OBSTACLE_NONZERO, 0x804, 0x7f8);
	expect_obstacle(2, VPASID_OBSTACLE_SMALL, 0x800, 4);
	expect_obstacle(3, VPASID_OBSTACLE_NONZERO, 0x780, 0x80);
	expect_obstacle(4, VPASID_OBSTACLE_HIDDEN, 0x700, 0x80);
	expect_obstacle(5, VPASID_OBSTACLE_NONZERO, 0x310, 0x3f0);
	expect_obstacle(6, VPASID_OBSTACLE_SPAN, 0x300, 0x10);
	expect_obstacle(7, VPASID_OBSTACLE_NONZERO, 0x10c, 0x1f4);
	expect_obstacle(8, VPASID_OBSTACLE_SPAN, 0x100, 0x0c);
}

static void nobody_needs_to_listen(void **state)
{
	(void)state;
	request.obstacle = NULL;
	fill(0x10c, 0xfff);
	expect_error(-ENOSPC);
	wanted.offset = 0x100;
	expect_error(-EBUSY);
}

static void a_broken_chain_has_no_place_but_a_quirks(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0x0fc);
	expect_error(-EPROTO);
	wanted.offset = 0xff8;
	expect_error(-EPROTO);
	wanted.offset = 0x100;
	expect_error(-EPROTO);

	prescribe(0, 0x400);
	wanted.offset = 0;
	expect_place(0x400, VPASID_PLACE_QUIRK);
	wanted.offset = 0x400;
	expect_place(0x400, VPASID_PLACE_EXPLICIT);
	wanted.offset = 0x404;
	expect_error(-EPROTO);
	assert_int_equal(obstacle_count, 0);
}

/* Whatever stands in the extended space, and whoever names a place there. */
static void a_function_without_pci_express_has_no_place(void **state)
{
	struct vpasid_placement before;

	(void)state;
	expect_place(0xff8, VPASID_PLACE_GAP);
	before = placement;
	config[EXPRESS] = PCI_CAP_ID_MSI;
	assert_int_equal(vpasid_place_verify(&request, &before), -ENXIO);
	expect_error(-ENXIO);
	wanted.offset = 0xff8;
	expect_error(-ENXIO);
	prescribe(0, 0x400);
	wanted.offset = 0;
	expect_error(-ENXIO);
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0);
	expect_error(-ENXIO);
	assert_int_equal(obstacle_count, 0);

	/* another layout is another function */
	before.digest++;
	assert_int_equal(vpasid_place_verify(&request, &before), -ESTALE);
}

/* A list that breaks off before the capability doesn't lead a guest to it, either. */
static void a_list_that_breaks_off_leads_to_no_place(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0x80;
	config[0x80] = 0xff;
	config[0x81] = EXPRESS;
	expect_error(-ENXIO);
	config[0x80] = PCI_CAP_ID_PM;
	expect_place(0xff8, VPASID_PLACE_GAP);
	config[PCI_STATUS] = 0;
	expect_error(-ENXIO);
}

static void a_chain_that_loops_has_no_place_but_a_quirks_or_an_explicit_one(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0x100);
	expect_error(-ELOOP);
	wanted.offset = 0xff8;
	expect_place(0xff8, VPASID_PLACE_EXPLICIT);
	wanted.offset = 0x200;
	expect_place(0x200, VPASID_PLACE_EXPLICIT);
	expect_taken(0x104, VPASID_OBSTACLE_SPAN, 0x100, 0x0c);

	prescribe(0, 0x400);
	wanted.offset = 0;
	expect_place(0x400, VPASID_PLACE_QUIRK);
	prescribe(0, 0x104);
	expect_taken(0, VPASID_OBSTACLE_SPAN, 0x100, 0x0c);
}

static void a_part_of_the_space_is_refused(void **state)
{
	(void)state;
	for (size_t size = 0; size <= VPASID_CONFIG_SIZE + 1; size++) {
		request.size = size;
		if (size != VPASID_CONFIG_SIZE)
			expect_error(-EINVAL);
	}
	assert_int_equal(vpasid_place_verify(&request, &placement), -EINVAL);
}

static void a_function_that_is_gone_is_an_error(void **state)
{
	(void)state;
	memset(config, 0xff, sizeof(config));
	expect_error(-EIO);
	assert_int_equal(vpasid_place_verify(&request, &placement), -EIO);
}

static void a_layout_that_is_there_isnt_read_again(void **state)
{
	struct vpasid_layout layout;

	(void)state;
	assert_int_equal(vpasid_layout_read(config, sizeof(config), &layout), 1);
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0);
	request.layout = &layout;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(placement.caps[0].offset, 0xff8);
	assert_int_equal(placement.caps[0].reason, VPASID_PLACE_GAP);
}

/* Sentences */

static const struct vpasid_quirk told = { .source = "a book", .file = "f.conf", .line = 3 };

static const struct {
	struct vpasid_obstacle obstacle;
	const char *text;
} sentences[] = {
	{ { .code = VPASID_OBSTACLE_UNALIGNED, .offset = 0x102, .length = 8 },
	  "0x102 isn't a multiple of 4" },
	{ { .code = VPASID_OBSTACLE_OUTSIDE, .offset = 0xffc, .length = 8 },
	  "0xffc: 8 bytes from there aren't all within 0x100-0xfff" },
	{ { .code = VPASID_OBSTACLE_SPAN, .offset = 0x140, .length = 0x50, .id = 1 },
	  "0x140-0x18f: occupied by AER" },
	{ { .code = VPASID_OBSTACLE_INEXACT_SPAN, .offset = 0x140, .length = 4, .id = 0x1234 },
	  "0x140-0x143: capability 0x1234, of unknown length, may extend into this range" },
	{ { .code = VPASID_OBSTACLE_NONZERO, .offset = 0x200, .length = 4 },
	  "0x200-0x203: reads as non-zero" },
	{ { .code = VPASID_OBSTACLE_HIDDEN, .offset = 0x200, .length = 1, .quirk = &told },
	  "0x200-0x200: has hidden registers, according to f.conf:3 (a book)" },
	{ { .code = VPASID_OBSTACLE_SMALL, .offset = 0x200, .length = 4, .cap_length = 8 },
	  "0x200-0x203: free, but fewer than 8 bytes" },
	{ { .code = VPASID_OBSTACLE_VIRTUAL, .offset = 0xff0, .length = 16, .id = 0x13 },
	  "0xff0-0xfff: reserved for the guest's PRI" },
	{ { .code = VPASID_OBSTACLE_RANGE, .offset = 0x100, .length = 0x400 },
	  "0x100-0x4ff: outside the ranges that are allowed" },
	{ { .code = VPASID_OBSTACLE_HEAD, .offset = 0x100, .length = 4 },
	  "0x100-0x103: occupied by the placeholder at the chain's head" },
	{ { .code = 99, .offset = 0x100, .length = 4 }, "0x100-0x103: unknown obstacle" },
};

static void obstacles_are_sentences(void **state)
{
	char text[VPASID_OBSTACLE_TEXT], small[8];

	(void)state;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const struct vpasid_obstacle *obstacle = &sentences[i].obstacle;
		int length = (int)strlen(sentences[i].text);

		assert_int_equal(vpasid_obstacle_describe(obstacle, text, sizeof(text)), length);
		assert_string_equal(text, sentences[i].text);
		assert_int_equal(vpasid_obstacle_describe(obstacle, NULL, 0), length);
		assert_int_equal(vpasid_obstacle_describe(obstacle, small, sizeof(small)), length);
		assert_int_equal(strlen(small), sizeof(small) - 1);
	}
}

static void reasons_have_names(void **state)
{
	(void)state;
	assert_string_equal(vpasid_place_reason_name(VPASID_PLACE_QUIRK), "quirk");
	assert_string_equal(vpasid_place_reason_name(VPASID_PLACE_PHYSICAL), "physical");
	assert_string_equal(vpasid_place_reason_name(VPASID_PLACE_GAP), "gap");
	assert_string_equal(vpasid_place_reason_name(VPASID_PLACE_EXPLICIT), "explicit");
	assert_string_equal(vpasid_place_reason_name(0), "unknown");
	assert_string_equal(vpasid_place_reason_name(UINT32_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(no_place_is_explained_byte_by_byte),
		PLACE_TEST(nobody_needs_to_listen),
		PLACE_TEST(a_broken_chain_has_no_place_but_a_quirks),
		PLACE_TEST(a_function_without_pci_express_has_no_place),
		PLACE_TEST(a_list_that_breaks_off_leads_to_no_place),
		PLACE_TEST(a_chain_that_loops_has_no_place_but_a_quirks_or_an_explicit_one),
		PLACE_TEST(a_part_of_the_space_is_refused),
		PLACE_TEST(a_function_that_is_gone_is_an_error),
		PLACE_TEST(a_layout_that_is_there_isnt_read_again),
		PLACE_TEST(obstacles_are_sentences),
		PLACE_TEST(reasons_have_names),
	};

	return cmocka_run_group_tests_name("no_place", tests, NULL, NULL);
}
