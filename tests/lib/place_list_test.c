// SPDX-License-Identifier: MIT
/* vpasid/place.h: one placement for a list of capabilities, and the ranges that it keeps to. */
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

#define PASID                              \
	{                                  \
		.id = VPASID_EXT_CAP_PASID \
	}
#define PRI                              \
	{                                \
		.id = VPASID_EXT_CAP_PRI \
	}
#define ATS                              \
	{                                \
		.id = VPASID_EXT_CAP_ATS \
	}
#define VSEC PCI_EXT_CAP_ID_VNDR

static struct vpasid_cap list[VPASID_MAX_CAPS + 1];

static void ask_for(const struct vpasid_cap *caps, size_t count)
{
	memset(list, 0, sizeof(list));
	if (count)
		memcpy(list, caps, count * sizeof(*caps));
	request.caps = list;
	request.cap_count = count;
}

#define ASK_FOR(...)                                  \
	ask_for((struct vpasid_cap[]){ __VA_ARGS__ }, \
		sizeof((struct vpasid_cap[]){ __VA_ARGS__ }) / sizeof(struct vpasid_cap))

/* The placement is these offsets, and holds when it is verified. */
static void expect_offsets(unsigned int first, unsigned int second, unsigned int third)
{
	const unsigned int expected[] = { first, second, third };

	obstacle_count = 0;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(placement.cap_count, request.cap_count);
	for (size_t i = 0; i < request.cap_count && i < 3; i++) {
		assert_int_equal(placement.caps[i].id, list[i].id);
		assert_int_equal(placement.caps[i].offset, expected[i]);
	}
	assert_int_equal(obstacle_count, 0);
	assert_int_equal(vpasid_place_verify(&request, &placement), 0);
}

static void each_takes_the_highest_gap_that_is_left(void **state)
{
	(void)state;
	ASK_FOR(PASID, PRI, ATS);
	expect_offsets(0xff8, 0xfe8, 0xfe0);
	assert_int_equal(placement.caps[1].length, 16);
	assert_int_equal(placement.caps[1].version, 1);
	assert_int_equal(placement.caps[1].reason, VPASID_PLACE_GAP);
	assert_ptr_equal(vpasid_placement_find(&placement, VPASID_EXT_CAP_ATS), &placement.caps[2]);
	assert_null(vpasid_placement_find(&placement, PCI_EXT_CAP_ID_LTR));
	ASK_FOR(PRI, PASID, ATS);
	expect_offsets(0xff0, 0xfe8, 0xfe0);
}

static void no_list_is_pasid_alone(void **state)
{
	(void)state;
	request.caps = NULL;
	request.cap_count = 0;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(placement.cap_count, 1);
	assert_int_equal(placement.caps[0].id, VPASID_EXT_CAP_PASID);
	assert_int_equal(placement.caps[0].offset, 0xff8);
}

static void what_follows_moves_nothing_before_it(void **state)
{
	(void)state;
	config[0xfec] = 1;
	config[0xff4] = 1;
	ASK_FOR(PASID);
	expect_offsets(0xff8, 0, 0);
	ASK_FOR(PASID, PRI, ATS);
	expect_offsets(0xff8, 0xfdc, 0xfd4);
}

/* In the list's order PASID would take half of the only place that PRI can have. */
static void if_that_leaves_no_place_the_longest_choose_first(void **state)
{
	(void)state;
	fill(0x10c, 0xfff);
	memset(config + 0x600, 0, 16);
	memset(config + 0x300, 0, 8);
	ASK_FOR(PASID, PRI);
	expect_offsets(0x300, 0x600, 0);
	ASK_FOR(PASID, PRI, ATS);
	expect_error(-ENOSPC);
	assert_int_equal(obstacles[0].cap_id, VPASID_EXT_CAP_ATS);
	assert_int_equal(obstacles[0].cap_length, 8);
	expect_obstacle(1, VPASID_OBSTACLE_VIRTUAL, 0x600, 16);
	assert_int_equal(obstacles[1].id, VPASID_EXT_CAP_PRI);
}

static void those_of_the_function_stay_where_they_are(void **state)
{
	(void)state;
	put_cap(0x100, VPASID_EXT_CAP_ATS, 0x200);
	put_cap(0x200, VPASID_EXT_CAP_PRI, 0);
	ASK_FOR(PASID, PRI, ATS);
	expect_offsets(0xff8, 0x200, 0x100);
	assert_int_equal(placement.caps[1].reason, VPASID_PLACE_PHYSICAL);

	/* but not one that has no room */
	put_cap(0x200, VPASID_EXT_CAP_PRI, 0x208);
	put_cap(0x208, PCI_EXT_CAP_ID_LTR, 0);
	expect_offsets(0xff8, 0xfe8, 0x100);
}

static void those_that_may_be_repeated_get_gaps(void **state)
{
	(void)state;
	put_cap(0x100, VSEC, 0);
	put32(0x104, 0x020 << 20);
	ASK_FOR({ .id = VSEC, .length = 0x20 }, { .id = VSEC, .length = 0x10, .version = 3 },
		PASID);
	expect_offsets(0xfe0, 0xfd0, 0xfc8);
	assert_int_equal(placement.caps[1].version, 3);
}

static void explicit_offsets_are_checked_against_each_other(void **state)
{
	(void)state;
	ASK_FOR({ .id = VPASID_EXT_CAP_PASID, .offset = 0x400 },
		{ .id = VPASID_EXT_CAP_PRI, .offset = 0x408 }, ATS);
	expect_offsets(0x400, 0x408, 0xff8);
	list[1].offset = 0x3f4;
	expect_error(-EBUSY);
	assert_int_equal(obstacle_count, 1);
	expect_obstacle(0, VPASID_OBSTACLE_VIRTUAL, 0x400, 8);
	assert_int_equal(obstacles[0].cap_id, VPASID_EXT_CAP_PRI);
	list[1].offset = 0xff4;
	obstacle_count = 0;
	expect_error(-EBUSY);
	expect_obstacle(0, VPASID_OBSTACLE_OUTSIDE, 0xff4, 16);
}

static void a_quirk_prescribes_pasids_place_alone(void **state)
{
	(void)state;
	prescribe(0, 0x400);
	ASK_FOR(PRI, PASID, ATS);
	expect_offsets(0xff0, 0x400, 0xfe8);
	assert_int_equal(placement.caps[1].reason, VPASID_PLACE_QUIRK);
	list[0].offset = 0x3f4;
	expect_error(-EBUSY);
	expect_obstacle(0, VPASID_OBSTACLE_VIRTUAL, 0x3f4, 16);
}

/* Ranges */

static const struct vpasid_range ranges[] = { { 0x200, 0x20 }, { 0x400, 0x18 } };

static void allow(const struct vpasid_range *allowed, size_t count)
{
	request.ranges = allowed;
	request.range_count = count;
}

static void places_are_within_the_ranges(void **state)
{
	(void)state;
	allow(ranges, 2);
	ASK_FOR(PASID, PRI, ATS);
	expect_offsets(0x410, 0x400, 0x218);
	put_cap(0x100, VPASID_EXT_CAP_ATS, 0); /* outside of them */
	expect_offsets(0x410, 0x400, 0x218);
	allow(ranges + 1, 1);
	expect_error(-ENOSPC);
	expect_obstacle(0, VPASID_OBSTACLE_RANGE, 0x418, 0xbe8);
}

static void an_explicit_offset_or_a_quirk_outside_is_refused(void **state)
{
	(void)state;
	allow(ranges, 2);
	expect_taken(0x3fc, VPASID_OBSTACLE_RANGE, 0x220, 0x1e0);
	prescribe(0, 0x500);
	wanted.offset = 0;
	obstacle_count = 0;
	expect_error(-EBUSY);
	expect_obstacle(0, VPASID_OBSTACLE_RANGE, 0x500, 8);
	allow(NULL, 0);
	expect_place(0x500, VPASID_PLACE_QUIRK);
}

static void ranges_that_are_none_are_refused(void **state)
{
	static const struct vpasid_range bad[] = { { 0x202, 0x20 },
						   { 0x200, 0x1e },
						   { 0xff0, 0x14 } };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		allow(&bad[i], 1);
		expect_error(-EINVAL);
	}
}

/* Requests that make no sense */

static void lists_that_are_none_are_refused(void **state)
{
	static const struct vpasid_cap bad[] = {
		{ .id = 0, .length = 8 },
		{ .id = 0xffff, .length = 8 },
		{ .id = VSEC },
		{ .id = VSEC, .length = 4 },
		{ .id = VSEC, .length = 10 },
		{ .id = VSEC, .length = 0xf04 },
		{ .id = VSEC, .length = 8, .version = 16 },
		{ .id = VPASID_EXT_CAP_PASID, .length = 16 },
		{ .id = VPASID_EXT_CAP_PASID, .version = 2 },
		{ .id = VPASID_EXT_CAP_PRI, .length = 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ask_for(&bad[i], 1);
		expect_error(-EINVAL);
	}
	ASK_FOR(PASID, ATS, PASID);
	expect_error(-EINVAL);
	request.cap_count = 0;
	expect_error(-EINVAL);
	for (unsigned int i = 0; i <= VPASID_MAX_CAPS; i++)
		list[i] = (struct vpasid_cap){ .id = VSEC, .length = 8 };
	request.cap_count = VPASID_MAX_CAPS;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	request.cap_count++;
	expect_error(-EINVAL);
}

/* All of the space that there is, and the latest version that a header can tell */
static void the_longest_one_fills_the_space(void **state)
{
	(void)state;
	put32(0x100, 0);
	put32(0x104, 0);
	put32(0x108, 0);
	ASK_FOR({ .id = VSEC, .length = 0xf00, .version = 15 });
	expect_offsets(0x100, 0, 0);
	list[0].length = 0xefc;
	expect_offsets(0x104, 0, 0);
}

static void a_placement_that_is_none_is_refused(void **state)
{
	(void)state;
	ASK_FOR(PASID, PRI);
	expect_offsets(0xff8, 0xfe8, 0);
	placement.cap_count = VPASID_MAX_CAPS + 1;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EINVAL);
	placement.cap_count = 0;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EINVAL);
	placement.cap_count = 2;
	placement.caps[1].offset = 0xff4;
	assert_int_equal(vpasid_place_verify(&request, &placement), -EBUSY);
}

/* A request of another version of the library */

static void a_shorter_request_has_defaults(void **state)
{
	(void)state;
	allow(ranges, 2);
	request.argsz = offsetof(struct vpasid_place_request, caps);
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(placement.caps[0].offset, 0xff8);
	request.argsz = 3;
	expect_error(-EINVAL);
	request.argsz = offsetof(struct vpasid_place_request, config);
	expect_error(-EINVAL);
	assert_int_equal(vpasid_place(NULL, &placement), -EINVAL);
}

static void a_longer_request_must_end_with_zeros(void **state)
{
	struct {
		struct vpasid_place_request request;
		uint64_t later;
	} longer = { 0 };

	(void)state;
	longer.request = request;
	longer.request.argsz = sizeof(longer);
	assert_int_equal(vpasid_place(&longer.request, &placement), 0);
	longer.later = 1ull << 56;
	assert_int_equal(vpasid_place(&longer.request, &placement), -E2BIG);
	assert_int_equal(vpasid_place_verify(&longer.request, &placement), -E2BIG);
	longer.request.argsz = UINT32_MAX;
	assert_int_equal(vpasid_place(&longer.request, &placement), -E2BIG);
	request.flags = 1;
	expect_error(-EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(each_takes_the_highest_gap_that_is_left),
		PLACE_TEST(no_list_is_pasid_alone),
		PLACE_TEST(what_follows_moves_nothing_before_it),
		PLACE_TEST(if_that_leaves_no_place_the_longest_choose_first),
		PLACE_TEST(those_of_the_function_stay_where_they_are),
		PLACE_TEST(those_that_may_be_repeated_get_gaps),
		PLACE_TEST(explicit_offsets_are_checked_against_each_other),
		PLACE_TEST(a_quirk_prescribes_pasids_place_alone),
		PLACE_TEST(places_are_within_the_ranges),
		PLACE_TEST(an_explicit_offset_or_a_quirk_outside_is_refused),
		PLACE_TEST(ranges_that_are_none_are_refused),
		PLACE_TEST(lists_that_are_none_are_refused),
		PLACE_TEST(the_longest_one_fills_the_space),
		PLACE_TEST(a_placement_that_is_none_is_refused),
		PLACE_TEST(a_shorter_request_has_defaults),
		PLACE_TEST(a_longer_request_must_end_with_zeros),
	};

	return cmocka_run_group_tests_name("place_list", tests, NULL, NULL);
}
