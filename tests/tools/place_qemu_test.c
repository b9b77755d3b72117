// SPDX-License-Identifier: GPL-2.0-or-later
/* place/qemu.h: the chain that a guest of QEMU 11.1 sees, or why PASID isn't in it. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_space.h"
#include "place/placement.h"
#include "place/qemu.h"
#include "support/bytes.h"

#define AER   0x01
#define DSN   0x03
#define VSEC  0x0b
#define ARI   0x0e
#define SRIOV 0x10
#define REBAR 0x15
#define LTR   0x18
#define PASID 0x1b

#define MAX_CAPS 4

struct cap {
	unsigned int offset, id;
};

/* A chain in this order, up to the first without an offset. */
static void make_chain(uint8_t *config, const struct cap *caps)
{
	fill(config);
	put_dword(config, 0x100, 0);
	for (unsigned int i = 0; i < MAX_CAPS && caps[i].offset; i++)
		put_header(config, caps[i].offset, caps[i].id,
			   i + 1 < MAX_CAPS ? caps[i + 1].offset : 0);
}

/* "100:0001 ff8:001b" */
static const char *chain_of(const uint8_t *config)
{
	static char text[256];
	unsigned int at = 0x100, length = 0;

	do {
		length +=
			(unsigned int)snprintf(text + length, sizeof(text) - length, "%s%03x:%04x",
					       length ? " " : "", at, get16(config + at));
		at = get32(config + at) >> 20 & 0xffc;
	} while (at && length < 200);
	return text;
}

static void test_chains(void **state)
{
	static const struct {
		struct cap caps[MAX_CAPS];
		unsigned int offset;
		const char *guest;
	} rows[] = {
		{ { { 0x100, AER } }, 0xff8, "100:0001 ff8:001b" },
		{ { { 0x100, AER }, { 0x200, LTR } }, 0xff8, "100:0001 200:0018 ff8:001b" },
		{ { { 0x100, AER }, { 0x200, LTR } }, 0x180, "100:0001 180:001b 200:0018" },
		/* directly behind a header, whatever QEMU takes the length of that to be */
		{ { { 0x100, AER }, { 0x200, LTR } }, 0x104, "100:0001 104:001b 200:0018" },
		{ { { 0x100, AER }, { 0x200, LTR } }, 0x204, "100:0001 200:0018 204:001b" },
		/* what QEMU keeps from guests, and its placeholder at the head */
		{ { { 0x100, ARI } }, 0xff8, "100:0000 ff8:001b" },
		{ { { 0x100, ARI }, { 0x200, LTR } }, 0xff8, "100:0000 200:0018 ff8:001b" },
		{ { { 0x100, 0 }, { 0x200, LTR } }, 0x180, "100:0000 180:001b 200:0018" },
		{ { { 0x100, AER }, { 0x160, SRIOV }, { 0x200, LTR } },
		  0xff8,
		  "100:0001 200:0018 ff8:001b" },
		/* a chain in no order: before the first header above it */
		{ { { 0x100, AER }, { 0x400, LTR }, { 0x200, VSEC } },
		  0xff8,
		  "100:0001 400:0018 200:000b ff8:001b" },
		{ { { 0x100, AER }, { 0x400, LTR }, { 0x200, VSEC } },
		  0x300,
		  "100:0001 300:001b 400:0018 200:000b" },
		{ { { 0x100, AER }, { 0x300, LTR }, { 0x200, VSEC }, { 0x500, LTR } },
		  0x400,
		  "100:0001 300:0018 200:000b 400:001b 500:0018" },
	};
	uint8_t view[VPASID_CONFIG_SIZE], config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned int offset = rows[i].offset;

		make_chain(view, rows[i].caps);
		memset(view + 0xe00, 0x55, 0x100);
		assert_int_equal(qemu_insert(view, (uint16_t)offset, config), QEMU_INSERTS);
		assert_string_equal(chain_of(config), rows[i].guest);
		assert_int_equal(get32(config + offset + 4), 0);
		assert_memory_equal(config, view, 0x100);
		assert_memory_equal(config + 0xe00, view + 0xe00, 0x100);
	}
}

static void test_answers(void **state)
{
	static const struct {
		struct cap caps[MAX_CAPS];
		unsigned int offset;
		enum qemu_answer answer;
	} rows[] = {
		{ { { 0 } }, 0x100, QEMU_SEES_NO_CHAIN },
		{ { { 0 } }, 0xff8, QEMU_SEES_NO_CHAIN },
		{ { { 0x100, AER } }, 0x100, QEMU_REFUSES },
		{ { { 0x100, AER }, { 0x200, LTR } }, 0x200, QEMU_REFUSES },
		{ { { 0x100, AER }, { 0x300, LTR }, { 0x200, VSEC } }, 0x300, QEMU_REFUSES },
		{ { { 0x100, AER }, { 0x200, PASID } }, 0xff8, QEMU_PASSES_OWN_ON },
		/* no room for eight bytes */
		{ { { 0x100, AER }, { 0xffc, LTR } }, 0x800, QEMU_FAILS },
		{ { { 0x100, AER }, { 0x204, LTR }, { 0x200, VSEC } }, 0x800, QEMU_FAILS },
		{ { { 0x100, AER }, { 0x204, LTR }, { 0x200, ARI } }, 0x800, QEMU_INSERTS },
		{ { { 0x100, AER }, { 0x80, LTR } }, 0x800, QEMU_FAILS },
		{ { { 0x100, AER }, { 0x200, LTR }, { 0x300, LTR } }, 0x800, QEMU_HANGS },
	};
	uint8_t view[VPASID_CONFIG_SIZE], config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_chain(view, rows[i].caps);
		if (rows[i].answer == QEMU_HANGS)
			put_header(view, 0x300, LTR, 0x100);
		assert_int_equal(qemu_insert(view, (uint16_t)rows[i].offset, config),
				 rows[i].answer);
	}
}

/* The longest chain isn't a loop, and a loop through all of it is one. */
static void test_longest(void **state)
{
	uint8_t view[VPASID_CONFIG_SIZE], config[VPASID_CONFIG_SIZE];

	(void)state;
	fill(view);
	for (unsigned int offset = 0x100; offset < VPASID_CONFIG_SIZE; offset += 4)
		put_header(view, offset, ARI, (offset + 4) % VPASID_CONFIG_SIZE);
	assert_int_equal(qemu_insert(view, 0x800, config), QEMU_INSERTS);
	put_header(view, 0xffc, ARI, 0x100);
	assert_int_equal(qemu_insert(view, 0x800, config), QEMU_HANGS);
}

/* Of a BAR, the guest sees the size that it has; more than 2^27 MiB have no bit there. */
static void test_rebar(void **state)
{
	static const struct cap caps[MAX_CAPS] = { { 0x100, AER }, { 0x200, REBAR } };
	uint8_t view[VPASID_CONFIG_SIZE], config[VPASID_CONFIG_SIZE];

	(void)state;
	make_chain(view, caps);
	put_dword(view, 0x204, 0x00fffff0);
	put_dword(view, 0x208, 0xffffe000 | 8 << 8 | 1 << 5 | 2);
	assert_int_equal(qemu_insert(view, 0x800, config), QEMU_INSERTS);
	assert_string_equal(chain_of(config), "100:0001 200:0015 800:001b");
	assert_int_equal(get32(config + 0x204), 1 << 12);
	assert_int_equal(get32(config + 0x208), 8 << 8 | 1 << 5 | 2);

	/* the largest size that the register has a bit for, and one that is larger; two BARs */
	put_dword(view, 0x208, 27 << 8 | 2 << 5);
	put_dword(view, 0x20c, 0x00fffff0);
	put_dword(view, 0x210, 3 << 8 | 1);
	assert_int_equal(qemu_insert(view, 0x800, config), QEMU_INSERTS);
	assert_string_equal(chain_of(config), "100:0001 200:0015 800:001b");
	assert_int_equal(get32(config + 0x204), 1u << 31);
	assert_int_equal(get32(config + 0x20c), 1 << 7);
	assert_int_equal(get32(config + 0x210), 3 << 8 | 1);
	put_dword(view, 0x208, 28 << 8 | 1 << 5);
	assert_int_equal(qemu_insert(view, 0x800, config), QEMU_INSERTS);
	assert_string_equal(chain_of(config), "100:0001 800:001b");
}

/* Of what VFIO shows, and with the reason */
static void test_place(void **state)
{
	static const struct {
		struct cap caps[MAX_CAPS];
		unsigned int offset;
		int ret;
		const char *why;
	} rows[] = {
		{ { { 0x100, AER } }, 0, 0, "" },
		{ { { 0x100, PASID }, { 0x200, LTR } }, 0, 0, "" },
		{ { { 0x100, AER }, { 0x200, PASID } }, 0, 0, "" },
		{ { { 0 } },
		  0,
		  -ENOSPC,
		  "the place is 0xff8, but QEMU 11.1 silently gives the guest no" },
		{ { { 0 } },
		  0x100,
		  -ENOSPC,
		  "the place is 0x100, but QEMU 11.1 silently gives the guest" },
		/* alone: VFIO shows nothing of it */
		{ { { 0x100, PASID } }, 0, -ENOSPC, "VFIO shows none of this function" },
		{ { { 0x100, AER }, { 0x204, LTR }, { 0x200, DSN } },
		  0,
		  -ENOSPC,
		  "aborts on an assertion" },
	};
	struct config_space space;
	struct placement_report place;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill_space(&space);
		make_chain(space.config, rows[i].caps);
		place_find_in_vfio(&space, 0, NULL, NULL, (uint16_t)rows[i].offset, 0, &place);
		assert_int_equal(place.error, 0);
		assert_int_equal(place_for_qemu(&place, &why), rows[i].ret);
		assert_non_null(strstr(why.text, rows[i].why));
		place_free(&place);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),	cmocka_unit_test(test_answers),
		cmocka_unit_test(test_longest), cmocka_unit_test(test_rebar),
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests_name("tool_place_qemu", tests, NULL, NULL);
}
