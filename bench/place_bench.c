// SPDX-License-Identifier: MIT
/*
 * place_bench: what it costs to place one virtual capability and three, the walk of the chain
 * included, as a ratio to one pass over the 4 KiB.
 */
#include <linux/pci_regs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/place.h>

#include "measure.h"

#define CALLS 200 /* so few that most rounds aren't disturbed on a shared machine */

/* A header, and what a length depends on in the dword behind it. */
struct piece {
	uint16_t offset;
	uint16_t id;
	uint32_t registers;
};

/* As a network adapter's PF has it; the chain is in this order. */
static const struct piece adapter[] = {
	{ 0x100, 0x01, 0 },		      /* AER */
	{ 0x150, 0x0e, 0 },		      /* ARI */
	{ 0x160, 0x10, 0 },		      /* SR-IOV */
	{ 0x1a0, 0x17, 0 },		      /* TPH */
	{ 0x1b0, 0x0d, 0 },		      /* ACS */
	{ 0x1d0, 0x0f, 0 },		      /* ATS */
	{ 0x1e0, 0x13, 0 },		      /* PRI */
	{ 0x200, 0x19, 0 },		      /* Secondary PCIe */
	{ 0x240, 0x25, 0 },		      /* Data Link Feature */
	{ 0x250, 0x26, 0 },		      /* 16 GT/s */
	{ 0x2a0, 0x27, 0 },		      /* Lane Margining */
	{ 0x300, 0x23, 0x03800000 | 0x1e98 }, /* DVSEC of 0x38 bytes */
};

static uint8_t roomy[VPASID_CONFIG_SIZE], crowded[VPASID_CONFIG_SIZE];
static volatile uint32_t seen; /* or nothing would be read */

static void put32(uint8_t *bytes, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = value >> 8 * i;
}

static void make_space(uint8_t *config, const struct piece *pieces, size_t count)
{
	put32(config, 0x15a41234);
	/* without the PCI Express Capability there is no place */
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_EXP;
	for (size_t i = 0; i < count; i++) {
		unsigned int next = i + 1 < count ? pieces[i + 1].offset : 0;

		put32(config + pieces[i].offset, pieces[i].id | 1u << 16 | next << 20);
		put32(config + pieces[i].offset + 4, pieces[i].registers);
	}
}

static void one_pass(const void *config)
{
	uint32_t any = 0;

	for (size_t i = 0; i < VPASID_CONFIG_SIZE; i += 4) {
		uint32_t value;

		memcpy(&value, (const uint8_t *)config + i, sizeof(value));
		any |= value;
		/* each dword for itself: a device has no vectors */
		__asm__ volatile("" : "+r"(any));
	}
	seen = any;
}

static void place(const void *config)
{
	const struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = VPASID_CONFIG_SIZE,
	};
	struct vpasid_placement placement;

	vpasid_place(&request, &placement);
	seen = placement.caps[0].offset;
}

/* PASID, and two more, none of which the function has: all three search. */
static void place_three(const void *config)
{
	static const struct vpasid_cap caps[] = {
		{ .id = 0x1b },
		{ .id = 0x0b, .length = 16 },
		{ .id = 0x18 /* LTR */, .length = 8 },
	};
	const struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = VPASID_CONFIG_SIZE,
		.caps = caps,
		.cap_count = 3,
	};
	struct vpasid_placement placement;

	vpasid_place(&request, &placement);
	seen = placement.caps[2].offset;
}

static const struct contender contenders[] = {
	{ "one pass over 4 KiB (the floor)", one_pass, roomy },
	{ "a place, 12 capabilities, room at the top", place, roomy },
	{ "a place, 12 capabilities, room at the bottom", place, crowded },
	{ "three places, room at the top", place_three, roomy },
	{ "three places, room at the bottom", place_three, crowded },
};

int main(void)
{
	size_t count = sizeof(adapter) / sizeof(adapter[0]);

	make_space(roomy, adapter, count);
	memset(crowded + 0x400, 0x55, VPASID_CONFIG_SIZE - 0x400);
	make_space(crowded, adapter, count);
	place(crowded);
	if (seen == 0x3f8)
		place_three(crowded);
	if (seen != 0x3e0) {
		fprintf(stderr, "place_bench: the place is 0x%x\n", seen);
		return 1;
	}
	return measure(contenders, sizeof(contenders) / sizeof(contenders[0]), CALLS) != 0;
}
