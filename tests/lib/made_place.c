// SPDX-License-Identifier: MIT
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

struct vpasid_quirk quirks[MAX_QUIRKS];
const struct vpasid_quirk *const known[MAX_QUIRKS] = { &quirks[0], &quirks[1] };
struct vpasid_cap wanted;
struct vpasid_place_request request;
struct vpasid_placement placement;
struct vpasid_obstacle obstacles[MAX_OBSTACLES];
unsigned int obstacle_count;

void fill(unsigned int first, unsigned int last)
{
	memset(config + first, 0x5a, last + 1 - first);
}

static void on_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	assert_ptr_equal(opaque, config);
	assert_in_range(obstacle_count, 0, MAX_OBSTACLES - 1);
	obstacles[obstacle_count++] = *obstacle;
}

int place_setup(void **state)
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
	wanted = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID };
	request = (struct vpasid_place_request){
		.argsz = sizeof(struct vpasid_place_request),
		.config = config,
		.size = sizeof(config),
		.quirks = known,
		.caps = &wanted,
		.cap_count = 1,
		.obstacle = on_obstacle,
		.opaque = config,
	};
	return 0;
}

void hide(unsigned int quirk, const struct vpasid_range *range)
{
	quirks[quirk].hidden = range;
	quirks[quirk].hidden_count = 1;
	request.quirk_count = MAX_QUIRKS;
}

void extend(unsigned int quirk, const struct vpasid_range *range)
{
	quirks[quirk].extents = range;
	quirks[quirk].extent_count = 1;
	request.quirk_count = MAX_QUIRKS;
}

void prescribe(unsigned int quirk, unsigned int offset)
{
	quirks[quirk].offset = offset;
	request.quirk_count = MAX_QUIRKS;
}

void expect_place(unsigned int offset, unsigned int reason)
{
	struct vpasid_layout layout;

	obstacle_count = 0;
	assert_int_equal(vpasid_place(&request, &placement), 0);
	assert_int_equal(placement.caps[0].offset, offset);
	assert_int_equal(placement.caps[0].reason, reason);
	assert_int_equal(obstacle_count, 0);

	assert_true(vpasid_layout_read(config, sizeof(config), &layout) >= 0);
	assert_true(placement.digest == vpasid_layout_digest(&layout));
	wanted.offset = 0;
	assert_int_equal(vpasid_place_verify(&request, &placement), 0);
}

void expect_error(int error)
{
	static const struct vpasid_placement nowhere;

	assert_int_equal(vpasid_place(&request, &placement), error);
	assert_memory_equal(&placement, &nowhere, sizeof(placement));
}

void expect_obstacle(unsigned int i, unsigned int code, unsigned int offset, unsigned int length)
{
	assert_in_range(i, 0, obstacle_count - 1);
	assert_int_equal(obstacles[i].code, code);
	assert_int_equal(obstacles[i].offset, offset);
	assert_int_equal(obstacles[i].length, length);
	assert_true((code == VPASID_OBSTACLE_HIDDEN) == !!obstacles[i].quirk);
}

void expect_taken(unsigned int offset, unsigned int code, unsigned int start, unsigned int length)
{
	obstacle_count = 0;
	wanted.offset = offset;
	expect_error(-EBUSY);
	assert_int_equal(obstacle_count, 1);
	expect_obstacle(0, code, start, length);
}
