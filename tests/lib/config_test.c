// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/config.h with config spaces that are made by hand. dumps_test.sh compares
 * those of real machines with what lspci sees.
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

#include "lib/made_layout.h"

static void expect_break(unsigned int code, unsigned int offset)
{
	const struct vpasid_finding *finding = vpasid_layout_find_break(&layout);

	assert_non_null(finding);
	assert_int_equal(finding->code, code);
	assert_int_equal(finding->offset, offset);
}

/* The walk */

static void test_no_capabilities(void **state)
{
	(void)state;
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 0);
	assert_int_equal(layout.finding_count, 0);
	assert_false(layout.broken);

	put_cap(0x100, VPASID_EXT_CAP_PASID, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_CONVENTIONAL), 0);
	assert_int_equal(read_layout(VPASID_CONFIG_MIN), 0);
	assert_int_equal(read_layout(VPASID_CONFIG_CONVENTIONAL + 3), 0);
	assert_false(layout.broken);
}

static void test_errors(void **state)
{
	(void)state;
	assert_int_equal(read_layout(VPASID_CONFIG_MIN - 1), -EINVAL);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE + 1), -EINVAL);
	assert_int_equal(read_layout(0), -EINVAL);

	memset(config, 0xff, VPASID_CONFIG_MIN);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), -EIO);
	config[VPASID_CONFIG_MIN - 1] = 0;
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 0);
}

/* A VF's vendor and device ID are all ones. */
static void test_vf(void **state)
{
	(void)state;
	put32(PCI_VENDOR_ID, 0xffffffff);
	put_cap(0x100, PCI_EXT_CAP_ID_ARI, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	expect_span(0, 0x100, 8, EXACT);
}

static void test_chain(void **state)
{
	(void)state;
	put_version(0x100, PCI_EXT_CAP_ID_ERR, 2, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PRI, 0x140);
	put_cap(0x140, PCI_EXT_CAP_ID_PASID, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 3);
	expect_span(0, 0x100, 0x2c, EXACT);
	expect_span(1, 0x200, 0x10, EXACT);
	expect_span(2, 0x140, 0x08, EXACT);
	assert_int_equal(layout.spans[0].id, PCI_EXT_CAP_ID_ERR);
	assert_int_equal(layout.spans[0].version, 2);
	assert_int_equal(layout.spans[0].next, 0x200);
	assert_int_equal(layout.finding_count, 1);
	expect_finding(0, VPASID_FINDING_BACKWARD, 0x200, 0x140);
	assert_false(layout.broken);
	assert_ptr_equal(vpasid_layout_find(&layout, PCI_EXT_CAP_ID_PRI), &layout.spans[1]);
	assert_null(vpasid_layout_find(&layout, PCI_EXT_CAP_ID_ATS));
}

/* The buffer may have any alignment, and nothing behind it is read. */
static void test_buffer(void **state)
{
	static uint8_t shifted[VPASID_CONFIG_SIZE + 1];
	struct vpasid_layout other;

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 0x104);
	put_cap(0x104, PCI_EXT_CAP_ID_PRI, 0);
	memcpy(shifted + 1, config, sizeof(config));
	read_layout(VPASID_CONFIG_SIZE);
	assert_int_equal(vpasid_layout_read(shifted + 1, VPASID_CONFIG_SIZE, &other), 2);
	assert_int_equal(vpasid_layout_digest(&other), vpasid_layout_digest(&layout));
}

static void test_loops(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0x100);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	assert_int_equal(layout.finding_count, 1);
	expect_finding(0, VPASID_FINDING_LOOP, 0x200, 0x100);
	expect_break(VPASID_FINDING_LOOP, 0x200);
	assert_false(layout.broken);
	assert_true(layout.loops);

	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0x100);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	expect_finding(0, VPASID_FINDING_LOOP, 0x100, 0x100);

	/* In part of a space it may break off as well: the break is what ends the chain. */
	put_cap(0x100, VPASID_EXT_CAP_PASID, 0x100);
	assert_int_equal(read_layout(0x104), 1);
	expect_break(VPASID_FINDING_LOOP, 0x100);
	assert_true(layout.broken);
	assert_true(layout.loops);
}

static void test_pointers(void **state)
{
	static const struct {
		unsigned int pointer, code, count, broken;
	} rows[] = {
		{ 0x0fc, VPASID_FINDING_BELOW, 1, true },
		{ 0x004, VPASID_FINDING_BELOW, 1, true },
		{ 0x3fc, VPASID_FINDING_EMPTY, 1, false },
		{ 0x201, VPASID_FINDING_UNALIGNED, 2, false },
		{ 0x003, VPASID_FINDING_UNALIGNED, 1, false },
	};

	(void)state;
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_cap(0x100, PCI_EXT_CAP_ID_PRI, rows[i].pointer);
		assert_int_equal(read_layout(VPASID_CONFIG_SIZE), rows[i].count);
		assert_int_equal(layout.finding_count, 1);
		expect_finding(0, rows[i].code, 0x100, rows[i].pointer);
		assert_int_equal(layout.broken, rows[i].broken);
		assert_int_equal(!!vpasid_layout_find_break(&layout), rows[i].broken);
		assert_false(layout.loops);
		assert_int_equal(layout.spans[0].next, rows[i].pointer & ~3u);
	}
}

static void test_all_ones(void **state)
{
	(void)state;
	put32(0x100, 0xffffffff);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 0);
	expect_finding(0, VPASID_FINDING_ALL_ONES, 0x100, 0);
	expect_break(VPASID_FINDING_ALL_ONES, 0x100);
	assert_true(layout.broken);

	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0x200);
	put32(0x200, 0xffffffff);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	assert_int_equal(layout.finding_count, 1);
	expect_finding(0, VPASID_FINDING_ALL_ONES, 0x200, 0);
	assert_true(layout.broken);
}

static void test_truncated(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PRI, 0);

	/* the second header is missing, or part of it is */
	for (size_t size = 0x200; size < 0x204; size++) {
		assert_int_equal(read_layout(size), 1);
		assert_int_equal(layout.finding_count, 1);
		expect_finding(0, VPASID_FINDING_TRUNCATED, 0x100, 0x200);
		assert_true(layout.broken);
	}
	/* its registers are missing, or part of them are */
	for (size_t size = 0x204; size < 0x210; size++) {
		assert_int_equal(read_layout(size), 2);
		expect_span(1, 0x200, (size & ~3u) - 0x200, CUT);
		assert_int_equal(layout.finding_count, 1);
		expect_finding(0, VPASID_FINDING_TRUNCATED, 0x200, 0);
		assert_true(layout.broken);
	}
	assert_int_equal(read_layout(0x210), 2);
	assert_int_equal(layout.finding_count, 0);
	assert_false(layout.broken);
}

static void test_cut(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0x108);
	put_cap(0x108, PCI_EXT_CAP_ID_ATS, 0xffc);
	put_cap(0xffc, PCI_EXT_CAP_ID_PASID, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 3);
	expect_span(0, 0x100, 0x08, CUT);
	expect_span(1, 0x108, 0x08, EXACT);
	expect_span(2, 0xffc, 0x04, CUT);
	assert_int_equal(layout.finding_count, 3);
	expect_finding(0, VPASID_FINDING_CUT, 0x100, 0);
	expect_finding(1, VPASID_FINDING_INSIDE, 0x108, 0x100);
	expect_finding(2, VPASID_FINDING_CUT, 0xffc, 0);
	assert_false(layout.broken);
}

/* A length that registers tell is cut like any other. */
static void test_cut_variable(void **state)
{
	(void)state;
	put_cap(0xf00, PCI_EXT_CAP_ID_VNDR, 0);
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 0xf00);
	put32(0x104, 0xfffu << 20);
	put32(0xf04, 0x104u << 20);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	expect_span(0, 0x100, 0xe00, CUT);
	expect_span(1, 0xf00, 0x100, CUT);
}

static void test_hidden_head(void **state)
{
	(void)state;
	put_version(0x100, VPASID_EXT_CAP_NULL, 0, 0x200);
	put_version(0x200, VPASID_EXT_CAP_NULL, 0, 0x300);
	put_cap(0x300, VPASID_EXT_CAP_NULL, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 3);
	expect_span(0, 0x100, 4, EXACT | HIDDEN);
	expect_span(1, 0x200, 4, EXACT | HIDDEN);
	expect_span(2, 0x300, 4, EXACT);
	assert_int_equal(layout.finding_count, 1);
	expect_finding(0, VPASID_FINDING_HIDDEN_HEAD, 0x100, 0);
}

static void test_duplicate(void **state)
{
	(void)state;
	put_cap(0x100, VPASID_EXT_CAP_PASID, 0x200);
	put_cap(0x200, VPASID_EXT_CAP_PASID, 0x300);
	put_cap(0x300, VPASID_EXT_CAP_PASID, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 3);
	assert_int_equal(layout.finding_count, 2);
	expect_finding(0, VPASID_FINDING_DUPLICATE, 0x200, 0x100);
	expect_finding(1, VPASID_FINDING_DUPLICATE, 0x300, 0x100);
	assert_int_equal(vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID)->offset, 0x100);
}

/* As many headers as there can be: behind the head, from the highest to the lowest. */
static void test_full(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 0xffc);
	for (unsigned int offset = 0x104; offset <= 0xffc; offset += 4)
		put_cap(offset, PCI_EXT_CAP_ID_VNDR, offset - 4);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), VPASID_MAX_SPANS);
	for (unsigned int i = 0; i < VPASID_MAX_SPANS; i++)
		expect_span(i, i ? 0x1000 - 4 * i : 0x100, 4, CUT);

	/* 958 BACKWARD, then LOOP, CUT for each, and INSIDE for all but one */
	assert_int_equal(layout.finding_count, 958 + 1 + 960 + 959);
	expect_finding(62, VPASID_FINDING_BACKWARD, 0xffc - 4 * 62, 0xffc - 4 * 63);
	/* the loop is kept, though it comes after 958 others */
	expect_finding(63, VPASID_FINDING_LOOP, 0x104, 0x100);
	expect_break(VPASID_FINDING_LOOP, 0x104);
	assert_false(layout.broken);
	assert_true(layout.loops);

	/* a later break doesn't take its place: the highest one isn't all there */
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 0xff8);
	assert_int_equal(read_layout(0xffc), VPASID_MAX_SPANS - 1);
	expect_break(VPASID_FINDING_LOOP, 0x104);
	assert_true(layout.broken);
	assert_true(layout.loops);

	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 0xffc);
	put_cap(0x104, PCI_EXT_CAP_ID_VNDR, 0x008);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), VPASID_MAX_SPANS);
	expect_break(VPASID_FINDING_BELOW, 0x104);
	assert_true(layout.broken);
	assert_false(layout.loops);
}

/* The elements behind the counts aren't touched, as there are 10 KiB of them. */
static void test_untouched(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0);
	read_layout(VPASID_CONFIG_SIZE);
	assert_int_equal(layout.spans[1].offset, 0xa5a5);
	assert_int_equal(layout.findings[0].code, 0xa5a5);
}

/* Digests */

/* From an independent FNV-1a, of nothing, and of 1b 00, 01 00, 40 01 */
#define DIGEST_EMPTY 0xcbf29ce484222325ull
#define DIGEST_PASID 0x1b5f0fbbbb6bd6cull

static void test_digest_known(void **state)
{
	(void)state;
	layout = (struct vpasid_layout){ .size = VPASID_CONFIG_SIZE };
	assert_true(vpasid_layout_digest(&layout) == DIGEST_EMPTY);

	layout.span_count = 1;
	layout.spans[0] = (struct vpasid_span){
		.id = 0x1b, .version = 1, .offset = 0x140, .length = 8, .flags = EXACT
	};
	assert_true(vpasid_layout_digest(&layout) == DIGEST_PASID);
}

static void test_digest_sensitivity(void **state)
{
	uint64_t digests[4];

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 0x200);
	put32(0x104, 0x010 << 20);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0);
	for (int i = 0; i < 4; i++) {
		read_layout(VPASID_CONFIG_SIZE);
		switch (i) {
		case 1:
			layout.spans[1].id++;
			break;
		case 2:
			layout.spans[1].version++;
			break;
		case 3:
			layout.spans[1].offset += 0x100;
			break;
		}
		digests[i] = vpasid_layout_digest(&layout);
		for (int j = 0; j < i; j++)
			assert_true(digests[i] != digests[j]);
	}

	/* registers, and what this library knows of lengths */
	put32(0x104, 0x020 << 20);
	put32(0x204, 0x1404);
	read_layout(VPASID_CONFIG_SIZE);
	assert_int_equal(layout.spans[0].length, 0x20);
	assert_true(vpasid_layout_digest(&layout) == digests[0]);
	layout.spans[0].length = 4;
	layout.spans[0].flags = 0;
	layout.size--;
	assert_true(vpasid_layout_digest(&layout) == digests[0]);
}

/* Words */

static void test_sentences(void **state)
{
	static const struct {
		struct vpasid_finding finding;
		const char *text;
	} rows[] = {
		{ { VPASID_FINDING_ALL_ONES, 0x100, 0 },
		  "the header at 0x100 reads as all ones: the device doesn't respond" },
		{ { VPASID_FINDING_BELOW, 0x140, 0x0fc },
		  "the capability at 0x140 points to 0x0fc, which is below 0x100" },
		{ { VPASID_FINDING_TRUNCATED, 0x140, 0x200 },
		  "the capability at 0x140 points to 0x200, beyond the readable part" },
		{ { VPASID_FINDING_TRUNCATED, 0x140, 0 },
		  "the capability at 0x140 extends beyond the readable part" },
		{ { VPASID_FINDING_LOOP, 0x200, 0x100 },
		  "the capability at 0x200 points back to 0x100: the chain is a loop" },
		{ { VPASID_FINDING_EMPTY, 0x100, 0x200 },
		  "the capability at 0x100 points to 0x200, where there is no capability" },
		{ { VPASID_FINDING_INSIDE, 0x108, 0x100 },
		  "the capability at 0x108 is inside the registers of the one at 0x100" },
		{ { VPASID_FINDING_UNALIGNED, 0x100, 0x201 },
		  "the capability at 0x100 points to 0x201, which isn't a multiple of 4" },
		{ { VPASID_FINDING_BACKWARD, 0x200, 0x140 },
		  "the capability at 0x200 points backward to 0x140" },
		{ { VPASID_FINDING_DUPLICATE, 0x200, 0x100 },
		  "the PASID capability at 0x200 is a duplicate of the one at 0x100" },
		{ { VPASID_FINDING_HIDDEN_HEAD, 0x100, 0 },
		  "the capability at 0x100, the chain's head, is hidden" },
		{ { VPASID_FINDING_INEXACT, 0x100, 0 },
		  "the length of the capability at 0x100 is unknown" },
		{ { VPASID_FINDING_CUT, 0x100, 0 },
		  "the capability at 0x100 has no room for all of its registers" },
		{ { 0, 0x100, 0 }, "unknown finding at 0x100" },
	};
	char text[VPASID_FINDING_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int length = vpasid_finding_describe(&rows[i].finding, text, sizeof(text));

		assert_string_equal(text, rows[i].text);
		assert_int_equal(length, strlen(rows[i].text));
		assert_int_equal(vpasid_finding_describe(&rows[i].finding, NULL, 0), length);
		assert_int_equal(vpasid_finding_describe(&rows[i].finding, text, 4), length);
		assert_int_equal(strlen(text), 3);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(vpasid_ext_cap_name(0x0000), "Null");
	assert_string_equal(vpasid_ext_cap_name(0x0001), "AER");
	assert_string_equal(vpasid_ext_cap_name(0x0010), "SR-IOV");
	assert_string_equal(vpasid_ext_cap_name(0x001b), "PASID");
	assert_string_equal(vpasid_ext_cap_name(0x0034), "Flit Error Injection");
	assert_string_equal(vpasid_ext_cap_name(0x0039), "Physical Layer 128.0 GT/s");
	assert_string_equal(vpasid_ext_cap_name(0x003a), "Captured Data");
	for (unsigned int id = 0; id <= 0x3a; id++)
		assert_non_null(vpasid_ext_cap_name(id));
	assert_null(vpasid_ext_cap_name(0x003b));
	assert_null(vpasid_ext_cap_name(0x0100));
	assert_null(vpasid_ext_cap_name(0xffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAYOUT_TEST(test_no_capabilities),
		LAYOUT_TEST(test_errors),
		LAYOUT_TEST(test_vf),
		LAYOUT_TEST(test_chain),
		LAYOUT_TEST(test_buffer),
		LAYOUT_TEST(test_loops),
		LAYOUT_TEST(test_pointers),
		LAYOUT_TEST(test_all_ones),
		LAYOUT_TEST(test_truncated),
		LAYOUT_TEST(test_cut),
		LAYOUT_TEST(test_cut_variable),
		LAYOUT_TEST(test_hidden_head),
		LAYOUT_TEST(test_duplicate),
		LAYOUT_TEST(test_full),
		LAYOUT_TEST(test_untouched),
		LAYOUT_TEST(test_digest_known),
		LAYOUT_TEST(test_digest_sensitivity),
		LAYOUT_TEST(test_sentences),
		LAYOUT_TEST(test_names),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
