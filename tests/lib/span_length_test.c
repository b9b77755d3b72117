// SPDX-License-Identifier: MIT
/* vpasid/config.h: how long capabilities are. */
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

#define V(version) ((version) << 16)

/* Capabilities that always have the same length: ID and version, length */
static const struct {
	uint32_t header;
	unsigned int length;
} fixed[] = {
	{ 0x0003 | V(1), 0x0c },
	{ 0x0006 | V(1), 0x0c },
	{ 0x000a | V(1), 0x14 },
	{ 0x000e | V(1), 0x08 },
	{ 0x000f | V(1), 0x08 },
	{ 0x0010 | V(1), 0x40 },
	{ 0x0013 | V(1), 0x10 },
	{ 0x0018 | V(1), 0x08 },
	{ 0x001b | V(1), 0x08 },
	{ 0x001c | V(1), 0x08 },
	{ 0x001f | V(1), 0x0c },
	{ 0x0021 | V(1), 0x10 },
	{ 0x0022 | V(1), 0x0c },
	{ 0x0025 | V(1), 0x0c },
	{ 0x0028 | V(1), 0x20 },
	{ 0x0029 | V(1), 0x10 },
	{ 0x002c | V(1), 0x14 },
	{ 0x002d | V(1), 0x1c },
	{ 0x002e | V(1), 0x18 },
	{ 0x002e | V(2), 0x18 },
	{ 0x002f | V(1), 0x10 },
	{ 0x0032 | V(1), 0x3c },
	{ 0x0033 | V(1), 0x24 },
	{ 0x0034 | V(1), 0x24 },
	/* some hardware has a version that is too low */
	{ 0x001b | V(0), 0x08 },
};

static void test_fixed_lengths(void **state)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		layout_setup(state);
		put32(0x100, fixed[i].header);
		assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
		expect_span(0, 0x100, fixed[i].length, EXACT);
		assert_int_equal(layout.finding_count, 0);
	}
}

/* Capabilities that have several lengths: what decides, length; 0 if it can't be known */
struct length_row {
	const char *name;
	uint32_t header;
	struct {
		unsigned int offset;
		uint32_t value;
	} registers[3];
	unsigned int length;
};

static const struct length_row lengths[] = {
	{ "AER v1 of an endpoint", 0x0001 | V(1), { { 0 } }, 0x2c },
	{ "AER v2 without prefixes", 0x0001 | V(2), { { 0 } }, 0x2c },
	{ "AER v3 with a log of 8", 0x0001 | V(3), { { 0x18, 8 << 13 } }, 0x48 },
	{ "AER v3 with a log of 10", 0x0001 | V(3), { { 0x18, 10 << 13 } }, 0x50 },
	{ "AER v3 with a log of 9", 0x0001 | V(3), { { 0x18, 9 << 13 } }, 0x4c },
	{ "AER v3 with a log of 13", 0x0001 | V(3), { { 0x18, 13 << 13 } }, 0x5c },
	{ "AER v3 with a log of 14", 0x0001 | V(3), { { 0x18, 14 << 13 } }, 0x60 },
	{ "AER v3 with a log of 15", 0x0001 | V(3), { { 0x18, 15 << 13 } }, 0x60 },
	{ "AER v3 with a log of 4", 0x0001 | V(3), { { 0x18, 4 << 13 } }, 0x60 },
	{ "AER v3 with a log of 5", 0x0001 | V(3), { { 0x18, 5 << 13 } }, 0x48 },
	{ "AER v3 that doesn't say", 0x0001 | V(3), { { 0 } }, 0x60 },
	{ "AER v3 with a log of 31", 0x0001 | V(3), { { 0x18, 31 << 13 } }, 0x60 },
	{ "VC with VC0 alone", 0x0002 | V(1), { { 0 } }, 0x1c },
	{ "VC with 8 VCs", 0x0002 | V(1), { { 4, 7 } }, 0x70 },
	{ "VC9 with 2 VCs", 0x0009 | V(1), { { 4, 1 } }, 0x28 },
	{ "MFVC with 3 VCs", 0x0008 | V(1), { { 4, 2 } }, 0x34 },
	{ "VC arbitration of 32 phases", 0x0002 | V(1), { { 4, 1 }, { 8, 4 << 24 | 2 } }, 0x50 },
	{ "VC arbitration of 128 phases", 0x0002 | V(1), { { 4, 1 }, { 8, 4 << 24 | 0xe } }, 0x80 },
	{ "VC arbitration that needs no table",
	  0x0002 | V(1),
	  { { 4, 1 }, { 8, 4 << 24 | 1 } },
	  0x40 },
	{ "VC arbitration of a reserved kind", 0x0002 | V(1), { { 8, 4 << 24 | 0x20 } }, 0x40 },
	{ "port arbitration: 256 phases of 8 bits",
	  0x0002 | V(1),
	  { { 4, 3 << 10 }, { 0x10, 3 << 24 | 0x20 } },
	  0x130 },
	{ "port arbitration: 32 phases of 8 bits",
	  0x0002 | V(1),
	  { { 4, 3 << 10 }, { 0x10, 3 << 24 | 2 } },
	  0x50 },
	{ "port arbitration: 128 phases, time-based, of 1 bit",
	  0x0002 | V(1),
	  { { 4, 0 }, { 0x10, 2 << 24 | 0x10 } },
	  0x30 },
	{ "port arbitration of the second VC: 64 phases of 4 bits",
	  0x0002 | V(1),
	  { { 4, 1 | 2 << 10 }, { 0x1c, 5 << 24 | 6 } },
	  0x70 },
	{ "Power Budgeting", 0x0004 | V(1), { { 0xc, 1 } }, 0x10 },
	{ "Power Budgeting with something new", 0x0004 | V(1), { { 0xc, 2 } }, 0 },
	{ "RC Link Declaration, no link", 0x0005 | V(1), { { 4, 1 } }, 0x10 },
	{ "RC Link Declaration, 1 link", 0x0005 | V(1), { { 4, 1 << 8 } }, 0x20 },
	{ "RC Link Declaration, 5 links", 0x0005 | V(1), { { 4, 5 << 8 | 0x12000001 } }, 0x60 },
	{ "RCEC v1", 0x0007 | V(1), { { 0 } }, 0x08 },
	{ "RCEC v2", 0x0007 | V(2), { { 0 } }, 0x0c },
	{ "VSEC", 0x000b | V(1), { { 4, 0x024 << 20 | 1 } }, 0x24 },
	{ "VSEC of an odd length", 0x000b | V(1), { { 4, 0x00d << 20 } }, 0x10 },
	{ "VSEC without a length", 0x000b | V(1), { { 4, 1 } }, 0 },
	{ "VSEC shorter than its headers", 0x000b | V(1), { { 4, 7 << 20 } }, 0 },
	{ "ACS", 0x000d | V(1), { { 4, 0x1f } }, 0x08 },
	{ "ACS, a size but no egress control", 0x000d | V(1), { { 4, 0x20 << 8 | 0x1f } }, 0x08 },
	{ "ACS with egress control of 8", 0x000d | V(1), { { 4, 8 << 8 | 0x3f } }, 0x0c },
	{ "ACS with egress control of 33", 0x000d | V(1), { { 4, 33 << 8 | 0x20 } }, 0x10 },
	{ "ACS with egress control of 200", 0x000d | V(1), { { 4, 200 << 8 | 0x20 } }, 0x24 },
	{ "ACS with egress control of 256", 0x000d | V(1), { { 4, 0x20 } }, 0x28 },
	{ "Multicast of an endpoint", 0x0012 | V(1), { { 0 } }, 0x28 },
	{ "Resizable BAR, 1", 0x0015 | V(1), { { 8, 1 << 5 } }, 0x0c },
	{ "Resizable BAR, 6", 0x0015 | V(1), { { 8, 6 << 5 } }, 0x34 },
	{ "Resizable BAR, none", 0x0015 | V(1), { { 8, 0 } }, 0 },
	{ "Resizable BAR, 7", 0x0015 | V(1), { { 8, 7 << 5 } }, 0 },
	{ "VF Resizable BAR, 2", 0x0024 | V(1), { { 8, 2 << 5 } }, 0x14 },
	{ "DPA, 1 substate", 0x0016 | V(1), { { 4, 0 } }, 0x14 },
	{ "DPA, 32 substates", 0x0016 | V(1), { { 4, 0x1f } }, 0x30 },
	{ "TPH, no table", 0x0017 | V(1), { { 4, 0x7ff << 16 } }, 0x0c },
	{ "TPH, table of 1", 0x0017 | V(1), { { 4, 0x200 } }, 0x10 },
	{ "TPH, table of 64", 0x0017 | V(1), { { 4, 63 << 16 | 0x200 } }, 0x8c },
	{ "TPH, table of MSI-X", 0x0017 | V(1), { { 4, 63 << 16 | 0x400 } }, 0x0c },
	{ "TPH, table nobody knows where", 0x0017 | V(1), { { 4, 63 << 16 | 0x600 } }, 0 },
	{ "PMUX, empty", 0x001a | V(1), { { 4, 0 } }, 0x10 },
	{ "PMUX, 3", 0x001a | V(1), { { 4, 3 } }, 0x1c },
	{ "PMUX, 63, all that the field can say", 0x001a | V(1), { { 4, 0x3f } }, 0x10c },
	{ "PMUX, 3, and every bit beside the field", 0x001a | V(1), { { 4, ~0x3cu } }, 0x1c },
	{ "DPC", 0x001d | V(1), { { 4, 4 << 8 } }, 0x0c },
	{ "DPC with RP PIO, no log", 0x001d | V(1), { { 4, 0x20 } }, 0x20 },
	{ "DPC with RP PIO, log of 4", 0x001d | V(1), { { 4, 4 << 8 | 0x20 } }, 0x30 },
	{ "DPC with RP PIO, log of 9", 0x001d | V(1), { { 4, 9 << 8 | 0x20 } }, 0x44 },
	{ "DPC with RP PIO, log of 18", 0x001d | V(1), { { 4, 0x2220 } }, 0x68 },
	{ "L1 PM Substates v1", 0x001e | V(1), { { 0 } }, 0x10 },
	{ "L1 PM Substates v2", 0x001e | V(2), { { 0 } }, 0x14 },
	{ "DVSEC", 0x0023 | V(1), { { 4, 0x03c << 20 | 0x1e98 } }, 0x3c },
	{ "DVSEC of 10 bytes", 0x0023 | V(1), { { 4, 0x00a << 20 | 0x8086 } }, 0x0c },
	{ "DVSEC shorter than its headers", 0x0023 | V(1), { { 4, 0x009 << 20 | 0x8086 } }, 0 },
	{ "Secondary PCIe, 16 lanes", 0x0019 | V(1), { { 0 } }, 0x2c },
	{ "16.0 GT/s, 16 lanes", 0x0026 | V(1), { { 0 } }, 0x30 },
	{ "Lane Margining, 16 lanes", 0x0027 | V(1), { { 0 } }, 0x48 },
	{ "32.0 GT/s, 16 lanes", 0x002a | V(1), { { 0 } }, 0x30 },
	{ "64.0 GT/s, 16 lanes", 0x0031 | V(1), { { 0 } }, 0x20 },
	{ "Alternate Protocol", 0x002b | V(1), { { 4, 1 } }, 0x14 },
	{ "Alternate Protocol, selective", 0x002b | V(1), { { 4, 0x101 } }, 0x18 },
	{ "IDE, no stream", 0x0030 | V(1), { { 4, 7 << 13 | 0xff << 16 } }, 0x0c },
	{ "IDE, 8 link streams", 0x0030 | V(1), { { 4, 1 | 7 << 13 } }, 0x4c },
	{ "IDE, 1 selective stream", 0x0030 | V(1), { { 4, 2 } }, 0x20 },
	{ "IDE, 2 and 3 address associations",
	  0x0030 | V(1),
	  { { 4, 2 | 1 << 16 }, { 0x0c, 2 }, { 0x38, 3 } },
	  0x70 },
	{ "IDE, an address association of the last of 4",
	  0x0030 | V(1),
	  { { 4, 2 | 3 << 16 }, { 0x48, 1 } },
	  0x68 },
	{ "IDE, link streams before selective ones",
	  0x0030 | V(1),
	  { { 4, 3 | 1 << 13 }, { 0x0c, 0xf }, { 0x1c, 1 } },
	  0x3c },
	{ "SVC, 2 VCs", 0x0035 | V(1), { { 4, 1 } }, 0x28 },
	{ "MMIO Register Block Locator", 0x0036 | V(1), { { 4, 0x18 } }, 0x18 },
	{ "MMIO Register Block Locator, empty", 0x0036 | V(1), { { 4, 0 } }, 0 },
	{ "CAC", 0x000c | V(1), { { 0 } }, 0 },
	{ "MR-IOV", 0x0011 | V(1), { { 0 } }, 0 },
	{ "AMD", 0x0014 | V(1), { { 0 } }, 0 },
	{ "M-PCIe", 0x0020 | V(1), { { 0 } }, 0 },
	{ "Physical Layer 128.0 GT/s", 0x0039 | V(1), { { 0 } }, 0 },
	{ "Captured Data", 0x003a | V(1), { { 0 } }, 0 },
	{ "a version of a later specification", 0x001b | V(2), { { 0 } }, 0 },
	{ "an ID of a later specification", 0x00ff | V(1), { { 0 } }, 0 },
	{ "an ID of all ones", 0xffff | V(1), { { 0 } }, 0 },
};

/* Checks it twice: with no header above, and with one right behind it. */
static void check_length(const struct length_row *row)
{
	unsigned int length = row->length ? row->length : VPASID_CONFIG_SIZE - 0x100;
	unsigned int flags = row->length ? EXACT : 0;
	unsigned int neighbour = row->length ? 0x100 + row->length : 0x200;

	put32(0x100, row->header);
	for (int i = 0; i < 3; i++) {
		if (row->registers[i].offset)
			put32(0x100 + row->registers[i].offset, row->registers[i].value);
	}
	read_layout(VPASID_CONFIG_SIZE);
	if (layout.spans[0].length != length)
		print_error("%s: ", row->name);
	expect_span(0, 0x100, length, flags);

	put32(0x100, row->header | neighbour << 20);
	put_cap(neighbour, PCI_EXT_CAP_ID_ATS, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	expect_span(0, 0x100, neighbour - 0x100, flags);
	expect_span(1, neighbour, 0x08, EXACT);
	assert_int_equal(layout.finding_count, row->length ? 0 : 1);
	if (!row->length)
		expect_finding(0, VPASID_FINDING_INEXACT, 0x100, 0);
}

static void test_lengths(void **state)
{
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		layout_setup(state);
		check_length(&lengths[i]);
	}
}

/* A later version may be longer: by ID, the latest one whose length is known; 0 where none is. */
static const uint8_t versions[] = {
	15, 3, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 0, 1, 1, 1, /* 0x00-0x0f */
	1,  0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, /* 0x10-0x1f */
	0,  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, /* 0x20-0x2f */
	1,  1, 1, 1, 1, 1, 1, 0, 0, 0, 0,		 /* 0x30-0x3a */
};

/* The registers have what every capability takes for a length. */
static void put_lengths(void)
{
	put32(0x104, 0x00c00108);
	put32(0x108, 0x00000020);
}

static void test_versions(void **state)
{
	for (uint32_t id = 1; id < sizeof(versions); id++) {
		for (uint32_t version = 1; version < 16; version++) {
			layout_setup(state);
			put32(0x100, id | V(version));
			put_lengths();
			read_layout(VPASID_CONFIG_SIZE);
			if (!(layout.spans[0].flags & EXACT) != (version > versions[id]))
				fail_msg("0x%04x, version %u", id, version);
		}
	}
}

/* Lengths that the PCI Express Capability decides */

static unsigned int length_of(uint32_t header)
{
	put32(0x100, header);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	return layout.spans[0].flags & EXACT ? layout.spans[0].length : 0;
}

static unsigned int aligned(unsigned int length)
{
	return (length + 3) / 4 * 4;
}

/* Each width that isn't reserved; the registers of four lanes share a dword, or those of two. */
static void test_lanes(void **state)
{
	(void)state;
	for (unsigned int lanes = 1; lanes <= 32; lanes++) {
		unsigned int bytes = aligned(lanes), words = aligned(2 * lanes);

		put_express(PCI_EXP_TYPE_ENDPOINT, lanes);
		assert_int_equal(length_of(0x0019 | V(1)), 0x0c + words);
		assert_int_equal(length_of(0x0026 | V(1)), 0x20 + bytes);
		assert_int_equal(length_of(0x0027 | V(1)), 0x08 + 4 * lanes);
		assert_int_equal(length_of(0x002a | V(1)), 0x20 + bytes);
		assert_int_equal(length_of(0x0031 | V(1)), 0x10 + bytes);
	}

	/* no link, no PCI Express Capability */
	put_express(PCI_EXP_TYPE_RC_END, 0);
	assert_int_equal(length_of(0x0026 | V(1)), 0);
	put_express(PCI_EXP_TYPE_ENDPOINT, 16);
	config[PCI_STATUS] = 0;
	assert_int_equal(length_of(0x0026 | V(1)), 0);
}

/* Widths that are reserved: no capability with registers for each lane has a length. */
static void test_too_many_lanes(void **state)
{
	static const uint32_t headers[] = { 0x0019 | V(1), 0x0026 | V(1), 0x0027 | V(1),
					    0x002a | V(1), 0x0031 | V(1) };

	(void)state;
	for (unsigned int lanes = 33; lanes <= 63; lanes++) {
		put_express(PCI_EXP_TYPE_ENDPOINT, lanes);
		for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
			assert_int_equal(length_of(headers[i]), 0);
	}
}

static void test_port_types(void **state)
{
	static const struct {
		unsigned int type, aer, multicast;
	} rows[] = {
		{ PCI_EXP_TYPE_ENDPOINT, 0x2c, 0x28 },	 { PCI_EXP_TYPE_LEG_END, 0x2c, 0x28 },
		{ PCI_EXP_TYPE_ROOT_PORT, 0x38, 0x30 },	 { PCI_EXP_TYPE_UPSTREAM, 0x2c, 0x30 },
		{ PCI_EXP_TYPE_DOWNSTREAM, 0x2c, 0x30 }, { PCI_EXP_TYPE_RC_END, 0x2c, 0x28 },
		{ PCI_EXP_TYPE_RC_EC, 0x38, 0x30 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_express(rows[i].type, 1);
		assert_int_equal(length_of(0x0001 | V(1)), rows[i].aer);
		assert_int_equal(length_of(0x0001 | V(2)), rows[i].aer);
		assert_int_equal(length_of(0x0012 | V(1)), rows[i].multicast);
		/* Slot Implemented, right behind the type */
		config[EXPRESS + PCI_EXP_FLAGS + 1] |= PCI_EXP_FLAGS_SLOT >> 8;
		assert_int_equal(length_of(0x0001 | V(1)), rows[i].aer);
		assert_int_equal(length_of(0x0012 | V(1)), rows[i].multicast);
	}
}

/* The first of two selective streams ends where the config space does. */
static void test_streams_beyond_the_end(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_ATS, 0xfe0);
	put_cap(0xfe0, 0x0030, 0);
	put32(0xfe4, 2);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	expect_span(1, 0xfe0, 0x20, EXACT);
	assert_int_equal(layout.finding_count, 0);
	put32(0xfe4, 2 | 1 << 16);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	assert_int_equal(layout.finding_count, 1);
}

static void test_prefix_log(void **state)
{
	(void)state;
	put32(EXPRESS + PCI_EXP_DEVCAP2, 0x00200000); /* End-End TLP Prefix Supported */
	assert_int_equal(length_of(0x0001 | V(1)), 0x2c);
	assert_int_equal(length_of(0x0001 | V(2)), 0x48);

	/* a PCI Express Capability of version 1 has no Device Capabilities 2 */
	config[EXPRESS + PCI_EXP_FLAGS] = 1;
	assert_int_equal(length_of(0x0001 | V(2)), 0x2c);

	/* Flit Mode Supported */
	config[EXPRESS + PCI_EXP_FLAGS + 1] = 0x80;
	put32(0x118, 12 << 13);
	assert_int_equal(length_of(0x0001 | V(2)), 0x58);
}

/* Without the PCI Express Capability, AER is taken to have all its registers. */
static void test_no_express(void **state)
{
	(void)state;
	config[PCI_STATUS] = 0;
	assert_int_equal(length_of(0x0001 | V(1)), 0x38);
	assert_int_equal(length_of(0x0001 | V(2)), 0x48);
	assert_int_equal(length_of(0x0012 | V(1)), 0x30);
}

/* The list of conventional capabilities may be broken in any way. */
static void test_conventional_chain(void **state)
{
	(void)state;
	config[0x41] = 0x40; /* a loop */
	assert_int_equal(length_of(0x0026 | V(1)), 0);
	config[0x41] = 0x3c; /* into the header, whose Interrupt Line is 16 */
	config[PCI_INTERRUPT_LINE] = PCI_CAP_ID_EXP;
	put32(PCI_INTERRUPT_LINE + PCI_EXP_LNKCAP, 16 << 4);
	assert_int_equal(length_of(0x0026 | V(1)), 0);
	config[0x41] = EXPRESS | 3; /* reserved bits */
	config[PCI_CAPABILITY_LIST] = 0x40 | 1;
	assert_int_equal(length_of(0x0026 | V(1)), 0x30);
	config[0x41] = 0xfc; /* without room for its registers */
	config[0xfc] = PCI_CAP_ID_EXP;
	assert_int_equal(length_of(0x0026 | V(1)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAYOUT_TEST(test_fixed_lengths),      LAYOUT_TEST(test_lengths),
		LAYOUT_TEST(test_versions),	      LAYOUT_TEST(test_lanes),
		LAYOUT_TEST(test_too_many_lanes),     LAYOUT_TEST(test_port_types),
		LAYOUT_TEST(test_prefix_log),	      LAYOUT_TEST(test_no_express),
		LAYOUT_TEST(test_conventional_chain), LAYOUT_TEST(test_streams_beyond_the_end),
	};

	return cmocka_run_group_tests_name("span_length", tests, NULL, NULL);
}
