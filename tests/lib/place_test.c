// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/place.h, rule by rule, with config spaces that are made by hand.
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

#include <vpasid/place.h>

#define EXPRESS	      0x40   /* where the PCI Express Capability stands */
#define UNKNOWN_ID    0x1234 /* in no specification, so its length can't be known */
#define MAX_OBSTACLES 16
#define MAX_QUIRKS    2

/* The function, what is known of it, and the answer: new for each test. */
static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_quirk quirks[MAX_QUIRKS];
static const struct vpasid_quirk *const known[MAX_QUIRKS] = { &quirks[0], &quirks[1] };
static struct vpasid_place_request request;
static struct vpasid_placement placement;
static struct vpasid_obstacle obstacles[MAX_OBSTACLES];
static unsigned int obstacle_count;

static void put32(unsigned int offset, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		config[offset + i] = value >> 8 * i;
}

static void put_cap(unsigned int offset, unsigned int id, unsigned int next)
{
	put32(offset, id | 1 << 16 | next << 20);
}

static void fill(unsigned int first, unsigned int last)
{
	memset(config + first, 0x5a, last + 1 - first);
}

static void on_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	assert_ptr_equal(opaque, config);
	assert_in_range(obstacle_count, 0, MAX_OBSTACLES - 1);
	obstacles[obstacle_count++] = *obstacle;
}

static int setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	memset(quirks, 0, sizeof(quirks));
	memset(&placement, 0xa5, sizeof(placement));
	obstacle_count = 0;
	put32(PCI_VENDOR_ID, 0x0b258086);
	put32(PCI_COMMAND, PCI_STATUS_CAP_LIST << 16);
	config[PCI_CAPABILITY_LIST] = EXPRESS;
	config[EXPRESS] = PCI_CAP_ID_EXP;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0);
	for (int i = 0; i < MAX_QUIRKS; i++) {
		quirks[i].source = "a document";
		quirks[i].file = "a.conf";
		quirks[i].line = 7;
	}
	request = (struct vpasid_place_request){
		.config = config,
		.size = sizeof(config),
		.quirks = known,
		.obstacle = on_obstacle,
		.opaque = config,
	};
	return 0;
}

/* Quirks, for the rest of the test */
static void hide(unsigned int quirk, const struct vpasid_range *range)
{
	quirks[quirk].hidden = range;
	quirks[quirk].hidden_count = 1;
	request.quirk_count = MAX_QUIRKS;
}

static void extend(unsigned int quirk, const struct vpasid_range *range)
{
	quirks[quirk].extents = range;
	quirks[quirk].extent_count = 1;
	request.quirk_count = MAX_QUIRKS;
}

static void prescribe(unsigned int quirk, unsigned int offset)
{
	quirks[quirk].offset = offset;
	request.quirk_count = MAX_QUIRKS;
}

static void expect_place(unsigned int offset, unsigned int reason)
{
	struct vpasid_layout layout;

	obstacle_count = 0;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(placement.offset, offset);
	assert_int_equal(placement.reason, reason);
	assert_int_equal(obstacle_count, 0);

	assert_true(vpasid_layout_read(config, sizeof(config), &layout) >= 0);
	assert_true(placement.digest == vpasid_layout_digest(&layout));
	request.offset = 0;
	assert_int_equal(vpasid_place_verify(&request, &placement), 0);
}

static void expect_error(int error)
{
	static const struct vpasid_placement nowhere;

	assert_int_equal(vpasid_place(&request, &placement), error);
	assert_memory_equal(&placement, &nowhere, sizeof(placement));
}

static void expect_obstacle(unsigned int i, unsigned int code, unsigned int offset,
			    unsigned int length)
{
	assert_in_range(i, 0, obstacle_count - 1);
	assert_int_equal(obstacles[i].code, code);
	assert_int_equal(obstacles[i].offset, offset);
	assert_int_equal(obstacles[i].length, length);
	assert_true((code == VPASID_OBSTACLE_HIDDEN) == !!obstacles[i].quirk);
}

static void expect_taken(unsigned int offset, unsigned int code, unsigned int start,
			 unsigned int length)
{
	obstacle_count = 0;
	request.offset = offset;
	expect_error(-EBUSY);
	assert_int_equal(obstacle_count, 1);
	expect_obstacle(0, code, start, length);
}

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
	request.offset = 0x100;
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
	request.offset = 0x104;
	expect_place(0x104, VPASID_PLACE_EXPLICIT);
}

/* Explicit offsets */

static void an_explicit_offset_may_be_any_gap(void **state)
{
	(void)state;
	request.offset = 0x10c;
	expect_place(0x10c, VPASID_PLACE_EXPLICIT);
	request.offset = 0xff8;
	expect_place(0xff8, VPASID_PLACE_EXPLICIT);
}

static void an_explicit_offset_may_be_the_physical_or_a_quirks(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0);
	fill(0x108, 0xfff);
	prescribe(0, 0x400);
	request.offset = 0x100;
	expect_place(0x100, VPASID_PLACE_EXPLICIT);
	request.offset = 0x400;
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
	request.offset = 0x100;
	expect_error(-EBUSY);
}

static void a_broken_chain_has_no_place_but_a_quirks(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0x0fc);
	expect_error(-EPROTO);
	request.offset = 0xff8;
	expect_error(-EPROTO);
	request.offset = 0x100;
	expect_error(-EPROTO);

	prescribe(0, 0x400);
	request.offset = 0;
	expect_place(0x400, VPASID_PLACE_QUIRK);
	request.offset = 0x400;
	expect_place(0x400, VPASID_PLACE_EXPLICIT);
	request.offset = 0x404;
	expect_error(-EPROTO);
	assert_int_equal(obstacle_count, 0);
}

/* Whatever stands in the extended space, and whoever names a place there. */
static void a_function_without_pci_express_has_no_place(void **state)
{
	(void)state;
	expect_place(0xff8, VPASID_PLACE_GAP);
	placement.offset = 0xff8;
	config[EXPRESS] = PCI_CAP_ID_MSI;
	assert_int_equal(vpasid_place_verify(&request, &placement), -ENXIO);
	expect_error(-ENXIO);
	request.offset = 0xff8;
	expect_error(-ENXIO);
	prescribe(0, 0x400);
	request.offset = 0;
	expect_error(-ENXIO);
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0);
	expect_error(-ENXIO);
	assert_int_equal(obstacle_count, 0);

	/* another layout is another function */
	placement.digest++;
	assert_int_equal(vpasid_place_verify(&request, &placement), -ESTALE);
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
	request.offset = 0xff8;
	expect_place(0xff8, VPASID_PLACE_EXPLICIT);
	request.offset = 0x200;
	expect_place(0x200, VPASID_PLACE_EXPLICIT);
	expect_taken(0x104, VPASID_OBSTACLE_SPAN, 0x100, 0x0c);

	prescribe(0, 0x400);
	request.offset = 0;
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
	assert_int_equal(placement.offset, 0xff8);
	assert_int_equal(placement.reason, VPASID_PLACE_GAP);
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
	placement.offset = 0;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	placement.offset = 0xffff;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	placement.offset = 0x100;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
	placement.offset = 0xff8;
	placement.reason = 0xff;
	memset(placement.reserved, 0xff, sizeof(placement.reserved));
	request.offset = 0x100; /* is ignored */
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

/* Sentences */

static const struct vpasid_quirk told = { .source = "a book", .file = "f.conf", .line = 3 };

static const struct {
	struct vpasid_obstacle obstacle;
	const char *text;
} sentences[] = {
	{ { .code = VPASID_OBSTACLE_UNALIGNED, .offset = 0x102, .length = 8 },
	  "0x102 isn't a multiple of 4" },
	{ { .code = VPASID_OBSTACLE_OUTSIDE, .offset = 0xffc, .length = 8 },
	  "0xffc: eight bytes there aren't all within 0x100-0xfff" },
	{ { .code = VPASID_OBSTACLE_SPAN, .offset = 0x140, .length = 0x50, .id = 1 },
	  "0x140-0x18f: AER stands there" },
	{ { .code = VPASID_OBSTACLE_INEXACT_SPAN, .offset = 0x140, .length = 4, .id = 0x1234 },
	  "0x140-0x143: capability 0x1234, of unknown length, may reach there" },
	{ { .code = VPASID_OBSTACLE_NONZERO, .offset = 0x200, .length = 4 },
	  "0x200-0x203: the device reads non-zero there" },
	{ { .code = VPASID_OBSTACLE_HIDDEN, .offset = 0x200, .length = 1, .quirk = &told },
	  "0x200-0x200: registers hide there, says f.conf:3 (a book)" },
	{ { .code = VPASID_OBSTACLE_SMALL, .offset = 0x200, .length = 4 },
	  "0x200-0x203: free, but fewer than eight bytes" },
	{ { .code = VPASID_OBSTACLE_HEAD, .offset = 0x100, .length = 4 },
	  "0x100-0x103: the placeholder at the chain's head stands there" },
	{ { .code = 99, .offset = 0x100, .length = 4 },
	  "0x100-0x103: something unknown stands there" },
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

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_gap_is_the_highest),
		TEST(a_gap_is_below_what_reads_non_zero),
		TEST(a_gap_is_below_a_capability_at_the_end),
		TEST(a_gap_may_be_of_eight_bytes),
		TEST(a_gap_keeps_out_of_what_a_quirk_hides),
		TEST(a_hidden_range_that_ends_in_a_dword_takes_all_of_it),
		TEST(an_unknown_length_reaches_to_the_next_capability),
		TEST(an_unknown_length_reaches_to_the_end),
		TEST(a_dvsec_reaches_as_far_as_its_length_register_says),
		TEST(a_quirk_knows_how_far_a_capability_reaches),
		TEST(an_extent_has_no_effect_on_an_exact_length),
		TEST(the_longest_of_the_extents_holds),
		TEST(a_reach_is_known_exactly_or_by_a_quirk),
		TEST(a_physical_capability_comes_before_a_gap),
		TEST(a_physical_capability_may_be_the_head),
		TEST(a_physical_capability_that_is_cut_is_no_place),
		TEST(a_quirk_comes_before_a_physical_capability),
		TEST(the_last_quirk_that_prescribes_a_place_counts),
		TEST(a_quirks_word_is_taken),
		TEST(a_quirk_may_not_name_another_capability),
		TEST(a_quirk_may_name_what_an_unknown_length_reaches),
		TEST(without_a_chain_a_gap_is_anywhere),
		TEST(without_a_chain_the_second_dword_is_a_place),
		TEST(where_a_quirk_hides_the_head_there_is_no_place),
		TEST(a_placeholder_of_the_chain_stays),
		TEST(an_explicit_offset_may_be_any_gap),
		TEST(an_explicit_offset_may_be_the_physical_or_a_quirks),
		TEST(an_explicit_offset_is_refused_with_a_reason),
		TEST(no_place_is_explained_byte_by_byte),
		TEST(nobody_needs_to_listen),
		TEST(a_broken_chain_has_no_place_but_a_quirks),
		TEST(a_function_without_pci_express_has_no_place),
		TEST(a_list_that_breaks_off_leads_to_no_place),
		TEST(a_chain_that_loops_has_no_place_but_a_quirks_or_an_explicit_one),
		TEST(a_part_of_the_space_is_refused),
		TEST(a_function_that_is_gone_is_an_error),
		TEST(a_layout_that_is_there_isnt_read_again),
		TEST(another_layout_is_stale),
		TEST(the_same_layout_may_have_something_at_the_offset),
		TEST(a_placement_from_a_stream_is_trusted_in_nothing),
		TEST(a_quirks_place_needs_the_quirk_at_the_target),
		TEST(obstacles_are_sentences),
		TEST(reasons_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
