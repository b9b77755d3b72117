// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/place.h, rule by rule, with config spaces that are made by hand:
 * which place is chosen, and migration.
 * tests/property has many random ones.
 */
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

/* The three rules */

static void a_gap_is_the_highest(void **state)
{
	(void)state;
	expect_place(0xff8, VPASID_PLACE_GAP);
}

static void a_gap_is_below_what_reads_non_zero(void **state)
{
	(void)state;
	config[0xfff] = 1;
	expect_place(0xff4, VPASID_PLACE_GAP);
	config[0xff4] = 0x80;
	expect_place(0xfec, VPASID_PLACE_GAP);
}

static void a_gap_is_below_a_capability_at_the_end(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0xff0);
	put_cap(0xff0, PCI_EXT_CAP_ID_PRI, 0);
	expect_place(0xfe8, VPASID_PLACE_GAP);
}

static void a_gap_may_be_of_eight_bytes(void **state)
{
	(void)state;
	fill(0x10c, 0xfff);
	memset(config + 0x604, 0, 8);
	expect_place(0x604, VPASID_PLACE_GAP);
}

static void a_gap_keeps_out_of_what_a_quirk_hides(void **state)
{
	static const struct vpasid_range range = { .offset = 0xff2, .length = 5 };

	(void)state;
	hide(1, &range);
	expect_place(0xff8, VPASID_PLACE_GAP);
	config[0xffc] = 1;
	expect_place(0xfe8, VPASID_PLACE_GAP);
}

static void a_hidden_range_that_ends_in_a_dword_takes_all_of_it(void **state)
{
	static const struct vpasid_range range = { .offset = 0xff4, .length = 5 };

	(void)state;
	hide(0, &range);
	expect_place(0xfec, VPASID_PLACE_GAP);
}

static void an_unknown_length_reaches_to_the_next_capability(void **state)
{
	(void)state;
	put_cap(0x100, UNKNOWN_ID, 0x800);
	put_cap(0x800, PCI_EXT_CAP_ID_DSN, 0);
	fill(0x80c, 0xfff);
	expect_error(-ENOSPC);
	assert_int_equal(obstacle_count, 3);
	expect_obstacle(0, VPASID_OBSTACLE_NONZERO, 0x80c, 0x7f4);
	expect_obstacle(1, VPASID_OBSTACLE_SPAN, 0x800, 0x0c);
	expect_obstacle(2, VPASID_OBSTACLE_INEXACT_SPAN, 0x100, 0x700);
	assert_int_equal(obstacles[2].span, 0x100);
	assert_int_equal(obstacles[2].id, UNKNOWN_ID);
}

static void an_unknown_length_reaches_to_the_end(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x800);
	put_cap(0x800, UNKNOWN_ID, 0);
	expect_place(0x7f8, VPASID_PLACE_GAP);
}

static void a_dvsec_reaches_as_far_as_its_length_register_says(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0xf00);
	put_cap(0xf00, PCI_EXT_CAP_ID_DVSEC, 0);
	put32(0xf04, 0x100u << 20 | 0x8086);
	expect_place(0xef8, VPASID_PLACE_GAP);
}

static void a_quirk_knows_how_far_a_capability_reaches(void **state)
{
	static const struct vpasid_range range = { .offset = 0x800, .length = 0x40 };

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x800);
	put_cap(0x800, UNKNOWN_ID, 0);
	fill(0x848, 0xfff);
	extend(0, &range);
	expect_place(0x840, VPASID_PLACE_GAP);
}

static void an_extent_has_no_effect_on_an_exact_length(void **state)
{
	static const struct vpasid_range range = { .offset = 0x100, .length = 4 };

	(void)state;
	fill(0x10c, 0xfff);
	extend(0, &range);
	expect_error(-ENOSPC);
}

static void the_longest_of_the_extents_holds(void **state)
{
	static const struct vpasid_range shorter = { .offset = 0x800, .length = 0x20 };
	static const struct vpasid_range longer = { .offset = 0x800, .length = 0x40 };

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x800);
	put_cap(0x800, UNKNOWN_ID, 0);
	fill(0x840, 0xfff);
	extend(0, &shorter);
	extend(1, &longer);
	expect_place(0x7f8, VPASID_PLACE_GAP);
	extend(0, &longer);
	extend(1, &shorter);
	expect_place(0x7f8, VPASID_PLACE_GAP);
}

static void expect_reach(unsigned int offset, unsigned int length, bool expected_known)
{
	struct vpasid_layout layout;
	bool is_known = !expected_known;

	assert_true(vpasid_layout_read(config, sizeof(config), &layout) > 0);
	for (unsigned int i = 0; i < layout.span_count; i++) {
		if (layout.spans[i].offset != offset)
			continue;
		assert_int_equal(vpasid_span_reach(&layout.spans[i], request.quirks,
						   request.quirk_count, &is_known),
				 length);
		assert_int_equal(is_known, expected_known);
		return;
	}
	fail();
}

static void a_reach_is_known_exactly_or_by_a_quirk(void **state)
{
	static const struct vpasid_range beyond = { .offset = 0x800, .length = 0x104 };
	static const struct vpasid_range up_to_the_next = { .offset = 0x800, .length = 0x100 };
	static const struct vpasid_range elsewhere = { .offset = 0x804, .length = 0x10 };

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x800);
	put_cap(0x800, UNKNOWN_ID, 0x900);
	put_cap(0x900, PCI_EXT_CAP_ID_PRI, 0x904);
	put_cap(0x904, PCI_EXT_CAP_ID_ATS, 0);
	request.quirks = NULL;
	expect_reach(0x100, 0x0c, true);
	expect_reach(0x800, 0x100, false);
	expect_reach(0x900, 0x04, false); /* cut by the next one */

	/* an extent that reaches beyond the next header or begins elsewhere has no effect */
	request.quirks = known;
	extend(0, &beyond);
	expect_reach(0x800, 0x100, false);
	extend(0, &elsewhere);
	expect_reach(0x800, 0x100, false);
	extend(1, &up_to_the_next);
	expect_reach(0x800, 0x100, true);
}

static void a_physical_capability_comes_before_a_gap(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0);
	put32(0x204, 0x1406);
	expect_place(0x200, VPASID_PLACE_PHYSICAL);
}

static void a_physical_capability_may_be_the_head(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_DSN, 0);
	expect_place(0x100, VPASID_PLACE_PHYSICAL);
}

static void a_physical_capability_that_is_cut_is_no_place(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0x204);
	put_cap(0x204, PCI_EXT_CAP_ID_DSN, 0);
	expect_place(0xff8, VPASID_PLACE_GAP);
}

static void a_quirk_comes_before_a_physical_capability(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0);
	prescribe(0, 0x400);
	expect_place(0x400, VPASID_PLACE_QUIRK);
}

static void the_last_quirk_that_prescribes_a_place_counts(void **state)
{
	(void)state;
	prescribe(0, 0x400);
	prescribe(1, 0x500);
	expect_place(0x500, VPASID_PLACE_QUIRK);
	prescribe(1, 0);
	expect_place(0x400, VPASID_PLACE_QUIRK);
}

static void a_quirks_word_is_taken(void **state)
{
	static const struct vpasid_range range = { .offset = 0x400, .length = 8 };

	(void)state;
	fill(0x10c, 0xfff);
	hide(1, &range);
	prescribe(0, 0x400);
	expect_place(0x400, VPASID_PLACE_QUIRK);
}

static void a_quirk_may_not_name_another_capability(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PRI, 0);
	prescribe(0, 0x20c);
	expect_taken(0, VPASID_OBSTACLE_SPAN, 0x200, 0x10);
	prescribe(0, 0x1fc);
	expect_taken(0, VPASID_OBSTACLE_SPAN, 0x200, 0x10);
	assert_int_equal(obstacles[0].span, 0x200);
	assert_int_equal(obstacles[0].id, PCI_EXT_CAP_ID_PRI);
}

static void a_quirk_may_name_what_an_unknown_length_reaches(void **state)
{
	(void)state;
	put_cap(0x100, UNKNOWN_ID, 0);
	prescribe(0, 0x104);
	expect_place(0x104, VPASID_PLACE_QUIRK);
	prescribe(0, 0x100);
	expect_taken(0, VPASID_OBSTACLE_INEXACT_SPAN, 0x100, 0xf00);
}

/* The head */

static void without_a_chain_a_gap_is_anywhere(void **state)
{
	(void)state;
	put32(0x100, 0);
	expect_place(0xff8, VPASID_PLACE_GAP);
	fill(0x108, 0xfff);
	expect_place(0x100, VPASID_PLACE_GAP);
}

static void without_a_chain_the_second_dword_is_a_place(void **state)
{
	(void)state;
	put32(0x100, 0);
	fill(0x10c, 0xfff);
	expect_place(0x104, VPASID_PLACE_GAP);
	wanted.offset = 0x100;
	expect_place(0x100, VPASID_PLACE_EXPLICIT);
}

/* The obstacles are in the order of offsets. Free bytes are no obstacle, if they are enough. */
static void where_a_quirk_hides_the_head_there_is_no_place(void **state)
{
	static const struct vpasid_range range = { .offset = 0x100, .length = 0x10 };

	(void)state;
	put32(0x100, 0);
	config[0x800] = 1;
	hide(0, &range);
	expect_error(-ENOSPC);
	assert_int_equal(obstacle_count, 3);
	expect_obstacle(0, VPASID_OBSTACLE_NONZERO, 0x800, 4);
	expect_obstacle(1, VPASID_OBSTACLE_HIDDEN, 0x100, 0x10);
	expect_obstacle(2, VPASID_OBSTACLE_HEAD, 0x100, 4);
	expect_taken(0x900, VPASID_OBSTACLE_HEAD, 0x100, 4);
}

static void a_placeholder_of_the_chain_stays(void **state)
{
	(void)state;
	put32(0x100, 0x200u << 20);
	put_cap(0x200, PCI_EXT_CAP_ID_DSN, 0);
	expect_taken(0x100, VPASID_OBSTACLE_HEAD, 0x100, 4);
	wanted.offset = 0x104;
	expect_place(0x104, VPASID_PLACE_EXPLICIT);
}

/* Explicit offsets */

static void an_explicit_offset_may_be_any_gap(void **state)
{
	(void)state;
	wanted.offset = 0x10c;
	expect_place(0x10c, VPASID_PLACE_EXPLICIT);
	wanted.offset = 0xff8;
	expect_place(0xff8, VPASID_PLACE_EXPLICIT);
}

static void an_explicit_offset_may_be_the_physical_or_a_quirks(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0);
	fill(0x108, 0xfff);
	prescribe(0, 0x400);
	wanted.offset = 0x100;
	expect_place(0x100, VPASID_PLACE_EXPLICIT);
	wanted.offset = 0x400;
	expect_place(0x400, VPASID_PLACE_EXPLICIT);
	expect_taken(0x404, VPASID_OBSTACLE_NONZERO, 0x108, 0x300);
}

static void an_explicit_offset_is_refused_with_a_reason(void **state)
{
	static const struct vpasid_range range = { .offset = 0xe00, .length = 0x10 };

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x200);
	put_cap(0x200, UNKNOWN_ID, 0x300);
	put_cap(0x300, PCI_EXT_CAP_ID_PRI, 0);
	config[0x407] = 1;
	hide(0, &range);

	expect_taken(0xff9, VPASID_OBSTACLE_OUTSIDE, 0xff9, 8);
	expect_taken(0xffc, VPASID_OBSTACLE_OUTSIDE, 0xffc, 8);
	expect_taken(0x0fc, VPASID_OBSTACLE_OUTSIDE, 0x0fc, 8);
	expect_taken(0xfffc, VPASID_OBSTACLE_OUTSIDE, 0xfffc, 8);
	expect_taken(0x502, VPASID_OBSTACLE_UNALIGNED, 0x502, 8);
	expect_taken(0x108, VPASID_OBSTACLE_SPAN, 0x100, 0x0c);
	expect_taken(0x2f0, VPASID_OBSTACLE_INEXACT_SPAN, 0x200, 0x100);
	expect_taken(0x1fc, VPASID_OBSTACLE_INEXACT_SPAN, 0x200, 0x100);
	expect_taken(0x400, VPASID_OBSTACLE_NONZERO, 0x404, 4);
	expect_taken(0xdfc, VPASID_OBSTACLE_HIDDEN, 0xe00, 0x10);
	assert_ptr_equal(obstacles[0].quirk, &quirks[0]);
}

/* Migration */

static void another_layout_is_stale(void **state)
{
	(void)state;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	put_cap(0x100, PCI_EXT_CAP_ID_LTR, 0);
	assert_int_equal(vpasid_place_verify(&request, &placement), -ESTALE);
	assert_int_equal(obstacle_count, 0);
}

static void the_same_layout_may_have_something_at_the_offset(void **state)
{
	(void)state;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	config[0xffb] = 4;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	assert_int_equal(obstacle_count, 1);
	expect_obstacle(0, VPASID_OBSTACLE_NONZERO, 0xff8, 4);
}

static void a_placement_from_a_stream_is_trusted_in_nothing(void **state)
{
	(void)state;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	placement.caps[0].offset = 0;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	placement.caps[0].offset = 0xffff;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	placement.caps[0].offset = 0x100;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	placement.caps[0].offset = 0xff8;
	placement.caps[0].reason = 0xff;
	memset(placement.reserved, 0xff, sizeof(placement.reserved));
	wanted.offset = 0x100; /* is ignored */
	assert_int_equal(vpasid_place_verify(&request, &placement), 0);
}

static void a_quirks_place_needs_the_quirk_at_the_target(void **state)
{
	(void)state;
	config[0x400] = 1;
	prescribe(0, 0x400);
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(vpasid_place_verify(&request, &placement), 0);
	request.quirk_count = 0;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(a_gap_is_the_highest),
		PLACE_TEST(a_gap_is_below_what_reads_non_zero),
		PLACE_TEST(a_gap_is_below_a_capability_at_the_end),
		PLACE_TEST(a_gap_may_be_of_eight_bytes),
		PLACE_TEST(a_gap_keeps_out_of_what_a_quirk_hides),
		PLACE_TEST(a_hidden_range_that_ends_in_a_dword_takes_all_of_it),
		PLACE_TEST(an_unknown_length_reaches_to_the_next_capability),
		PLACE_TEST(an_unknown_length_reaches_to_the_end),
		PLACE_TEST(a_dvsec_reaches_as_far_as_its_length_register_says),
		PLACE_TEST(a_quirk_knows_how_far_a_capability_reaches),
		PLACE_TEST(an_extent_has_no_effect_on_an_exact_length),
		PLACE_TEST(the_longest_of_the_extents_holds),
		PLACE_TEST(a_reach_is_known_exactly_or_by_a_quirk),
		PLACE_TEST(a_physical_capability_comes_before_a_gap),
		PLACE_TEST(a_physical_capability_may_be_the_head),
		PLACE_TEST(a_physical_capability_that_is_cut_is_no_place),
		PLACE_TEST(a_quirk_comes_before_a_physical_capability),
		PLACE_TEST(the_last_quirk_that_prescribes_a_place_counts),
		PLACE_TEST(a_quirks_word_is_taken),
		PLACE_TEST(a_quirk_may_not_name_another_capability),
		PLACE_TEST(a_quirk_may_name_what_an_unknown_length_reaches),
		PLACE_TEST(without_a_chain_a_gap_is_anywhere),
		PLACE_TEST(without_a_chain_the_second_dword_is_a_place),
		PLACE_TEST(where_a_quirk_hides_the_head_there_is_no_place),
		PLACE_TEST(a_placeholder_of_the_chain_stays),
		PLACE_TEST(an_explicit_offset_may_be_any_gap),
		PLACE_TEST(an_explicit_offset_may_be_the_physical_or_a_quirks),
		PLACE_TEST(an_explicit_offset_is_refused_with_a_reason),
		PLACE_TEST(another_layout_is_stale),
		PLACE_TEST(the_same_layout_may_have_something_at_the_offset),
		PLACE_TEST(a_placement_from_a_stream_is_trusted_in_nothing),
		PLACE_TEST(a_quirks_place_needs_the_quirk_at_the_target),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
