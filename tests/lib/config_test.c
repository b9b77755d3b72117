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

#include <vpasid/config.h>

#define EXACT  VPASID_SPAN_EXACT
#define CUT    VPASID_SPAN_CUT
#define HIDDEN VPASID_SPAN_HIDDEN

/* The config space and its layout, new for each test. */
static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_layout layout;

static void put32(unsigned int offset, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		config[offset + i] = value >> 8 * i;
}

static void put_cap(unsigned int offset, unsigned int id, unsigned int version, unsigned int next)
{
	put32(offset, id | version << 16 | next << 20);
}

#define EXPRESS 0x80

/* A function with the PCI Express Capability, an endpoint of 16 lanes. */
static void put_express(unsigned int type, unsigned int lanes)
{
	config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_PM;
	config[0x41] = EXPRESS;
	put32(EXPRESS, PCI_CAP_ID_EXP | (2 | type << 4) << 16);
	put32(EXPRESS + PCI_EXP_LNKCAP, lanes << 4 | 4);
}

static int setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	put32(PCI_VENDOR_ID, 0x0b258086);
	put_express(PCI_EXP_TYPE_ENDPOINT, 16);
	memset(&layout, 0xa5, sizeof(layout));
	return 0;
}

static int read_layout(size_t size)
{
	int count = vpasid_layout_read(config, size, &layout);

	if (count >= 0) {
		assert_int_equal(count, layout.span_count);
		assert_int_equal(size, layout.size);
	}
	return count;
}

static void expect_span(unsigned int i, unsigned int offset, unsigned int length,
			unsigned int flags)
{
	assert_in_range(i, 0, layout.span_count - 1);
	assert_int_equal(layout.spans[i].offset, offset);
	assert_int_equal(layout.spans[i].length, length);
	assert_int_equal(layout.spans[i].flags, flags);
}

static void expect_finding(unsigned int i, unsigned int code, unsigned int offset,
			   unsigned int value)
{
	assert_in_range(i, 0, layout.finding_count - 1);
	assert_int_equal(layout.findings[i].code, code);
	assert_int_equal(layout.findings[i].offset, offset);
	assert_int_equal(layout.findings[i].value, value);
}

static void expect_break(unsigned int code, unsigned int offset)
{
	const struct vpasid_finding *finding = vpasid_layout_find_break(&layout);

	assert_non_null(finding);
	assert_int_equal(finding->code, code);
	assert_int_equal(finding->offset, offset);
}

/* Lengths */

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
		setup(state);
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
	put_cap(neighbour, PCI_EXT_CAP_ID_ATS, 1, 0);
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
		setup(state);
		check_length(&lengths[i]);
	}
}

/* Lengths that the PCI Express Capability decides */

static unsigned int length_of(uint32_t header)
{
	put32(0x100, header);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	return layout.spans[0].flags & EXACT ? layout.spans[0].length : 0;
}

static void test_lanes(void **state)
{
	(void)state;
	put_express(PCI_EXP_TYPE_ENDPOINT, 1);
	assert_int_equal(length_of(0x0019 | V(1)), 0x10);
	assert_int_equal(length_of(0x0026 | V(1)), 0x24);
	assert_int_equal(length_of(0x0027 | V(1)), 0x0c);
	assert_int_equal(length_of(0x0031 | V(1)), 0x14);
	put_express(PCI_EXP_TYPE_ENDPOINT, 32);
	assert_int_equal(length_of(0x0019 | V(1)), 0x4c);
	assert_int_equal(length_of(0x002a | V(1)), 0x40);
	assert_int_equal(length_of(0x0027 | V(1)), 0x88);

	/* no link, a width that is reserved, no PCI Express Capability */
	put_express(PCI_EXP_TYPE_RC_END, 0);
	assert_int_equal(length_of(0x0026 | V(1)), 0);
	put_express(PCI_EXP_TYPE_ENDPOINT, 63);
	assert_int_equal(length_of(0x0026 | V(1)), 0);
	put_express(PCI_EXP_TYPE_ENDPOINT, 16);
	config[PCI_STATUS] = 0;
	assert_int_equal(length_of(0x0026 | V(1)), 0);
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
	}
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

/* The walk */

static void test_no_capabilities(void **state)
{
	(void)state;
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 0);
	assert_int_equal(layout.finding_count, 0);
	assert_false(layout.broken);

	put_cap(0x100, VPASID_EXT_CAP_PASID, 1, 0);
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
	put_cap(0x100, PCI_EXT_CAP_ID_ARI, 1, 0);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	expect_span(0, 0x100, 8, EXACT);
}

static void test_chain(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_ERR, 2, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PRI, 1, 0x140);
	put_cap(0x140, PCI_EXT_CAP_ID_PASID, 1, 0);
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
	put_cap(0x100, PCI_EXT_CAP_ID_PASID, 1, 0x104);
	put_cap(0x104, PCI_EXT_CAP_ID_PRI, 1, 0);
	memcpy(shifted + 1, config, sizeof(config));
	read_layout(VPASID_CONFIG_SIZE);
	assert_int_equal(vpasid_layout_read(shifted + 1, VPASID_CONFIG_SIZE, &other), 2);
	assert_int_equal(vpasid_layout_digest(&other), vpasid_layout_digest(&layout));
}

static void test_loops(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 1, 0x100);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	assert_int_equal(layout.finding_count, 1);
	expect_finding(0, VPASID_FINDING_LOOP, 0x200, 0x100);
	expect_break(VPASID_FINDING_LOOP, 0x200);
	assert_false(layout.broken);
	assert_true(layout.loops);

	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0x100);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	expect_finding(0, VPASID_FINDING_LOOP, 0x100, 0x100);

	/* In part of a space it may break off as well: the break is what ends the chain. */
	put_cap(0x100, VPASID_EXT_CAP_PASID, 1, 0x100);
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
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 1, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, rows[i].pointer);
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

	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0x200);
	put32(0x200, 0xffffffff);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 1);
	assert_int_equal(layout.finding_count, 1);
	expect_finding(0, VPASID_FINDING_ALL_ONES, 0x200, 0);
	assert_true(layout.broken);
}

static void test_truncated(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PRI, 1, 0);

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
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0x108);
	put_cap(0x108, PCI_EXT_CAP_ID_ATS, 1, 0xffc);
	put_cap(0xffc, PCI_EXT_CAP_ID_PASID, 1, 0);
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
	put_cap(0xf00, PCI_EXT_CAP_ID_VNDR, 1, 0);
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 1, 0xf00);
	put32(0x104, 0xfffu << 20);
	put32(0xf04, 0x104u << 20);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), 2);
	expect_span(0, 0x100, 0xe00, CUT);
	expect_span(1, 0xf00, 0x100, CUT);
}

static void test_hidden_head(void **state)
{
	(void)state;
	put_cap(0x100, VPASID_EXT_CAP_NULL, 0, 0x200);
	put_cap(0x200, VPASID_EXT_CAP_NULL, 0, 0x300);
	put_cap(0x300, VPASID_EXT_CAP_NULL, 1, 0);
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
	put_cap(0x100, VPASID_EXT_CAP_PASID, 1, 0x200);
	put_cap(0x200, VPASID_EXT_CAP_PASID, 1, 0x300);
	put_cap(0x300, VPASID_EXT_CAP_PASID, 1, 0);
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
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 1, 0xffc);
	for (unsigned int offset = 0x104; offset <= 0xffc; offset += 4)
		put_cap(offset, PCI_EXT_CAP_ID_VNDR, 1, offset - 4);
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
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 1, 0xff8);
	assert_int_equal(read_layout(0xffc), VPASID_MAX_SPANS - 1);
	expect_break(VPASID_FINDING_LOOP, 0x104);
	assert_true(layout.broken);
	assert_true(layout.loops);

	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 1, 0xffc);
	put_cap(0x104, PCI_EXT_CAP_ID_VNDR, 1, 0x008);
	assert_int_equal(read_layout(VPASID_CONFIG_SIZE), VPASID_MAX_SPANS);
	expect_break(VPASID_FINDING_BELOW, 0x104);
	assert_true(layout.broken);
	assert_false(layout.loops);
}

/* The elements behind the counts aren't touched, as there are 10 KiB of them. */
static void test_untouched(void **state)
{
	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0);
	read_layout(VPASID_CONFIG_SIZE);
	assert_int_equal(layout.spans[1].offset, 0xa5a5);
	assert_int_equal(layout.findings[0].code, 0xa5a5);
}

/* vpasid_conventional_find() */

static int find(unsigned int id)
{
	return vpasid_conventional_find(config, sizeof(config), id);
}

static void test_conventional_find(void **state)
{
	(void)state;
	assert_int_equal(find(PCI_CAP_ID_PM), 0x40);
	assert_int_equal(find(PCI_CAP_ID_EXP), EXPRESS);
	assert_int_equal(find(PCI_CAP_ID_MSIX), 0);
	config[EXPRESS + 1] = 0xfc;
	config[0xfc] = PCI_CAP_ID_EXP;
	config[0xfd] = 3; /* reserved bits */
	assert_int_equal(find(PCI_CAP_ID_EXP), EXPRESS);
	assert_int_equal(find(PCI_CAP_ID_MSIX), 0);

	/* without a list nothing is found, whatever the pointer is */
	config[PCI_STATUS] = 0;
	assert_int_equal(find(PCI_CAP_ID_PM), 0);
}

static void test_conventional_list_that_goes_wrong(void **state)
{
	(void)state;
	config[EXPRESS + 1] = 0x40; /* a loop, all of which is known */
	assert_int_equal(find(PCI_CAP_ID_EXP), EXPRESS);
	assert_int_equal(find(PCI_CAP_ID_MSIX), 0);

	config[EXPRESS + 1] = 0x3c;
	config[0x3c] = PCI_CAP_ID_MSIX;
	assert_int_equal(find(PCI_CAP_ID_EXP), EXPRESS);
	assert_int_equal(find(PCI_CAP_ID_MSIX), -EPROTO);
	config[EXPRESS + 1] = 0xc0;
	config[0xc0] = 0xff;
	assert_int_equal(find(PCI_CAP_ID_MSIX), -EPROTO);
	assert_int_equal(find(0xff), -EPROTO);
}

/* If the reader isn't root, there is only the header. */
static void test_conventional_part(void **state)
{
	(void)state;
	assert_int_equal(vpasid_conventional_find(config, 0x3f, PCI_CAP_ID_PM), -EINVAL);
	assert_int_equal(vpasid_conventional_find(config, 0x1001, PCI_CAP_ID_PM), -EINVAL);
	assert_int_equal(vpasid_conventional_find(config, 0x40, PCI_CAP_ID_PM), -EPROTO);
	assert_int_equal(vpasid_conventional_find(config, 0x43, PCI_CAP_ID_PM), -EPROTO);
	assert_int_equal(vpasid_conventional_find(config, 0x44, PCI_CAP_ID_PM), 0x40);
	assert_int_equal(vpasid_conventional_find(config, 0x44, PCI_CAP_ID_EXP), -EPROTO);
	config[PCI_STATUS] = 0;
	assert_int_equal(vpasid_conventional_find(config, 0x40, PCI_CAP_ID_PM), 0);
}

/* As many as there is room for, from the highest to the lowest, and then a loop. */
static void test_conventional_full(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0xfc;
	for (unsigned int at = 0x40; at <= 0xfc; at += 4)
		put32(at, PCI_CAP_ID_VNDR | (at == 0x40 ? 0xfc : at - 4) << 8);
	assert_int_equal(find(PCI_CAP_ID_EXP), 0);
	config[0x40] = PCI_CAP_ID_EXP;
	assert_int_equal(find(PCI_CAP_ID_EXP), 0x40);
}

/* vpasid_ext_cap_find(), which find_property compares with the layout */

static int read_dword(void *opaque, uint16_t offset, uint32_t *value)
{
	const size_t *size = opaque;

	if (offset + sizeof(*value) > *size)
		return -ENODATA;
	*value = 0;
	for (int i = 3; i >= 0; i--)
		*value = *value << 8 | config[offset + i];
	return 0;
}

static void test_ext_cap_find(void **state)
{
	size_t size = VPASID_CONFIG_SIZE;

	(void)state;
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, VPASID_EXT_CAP_PASID), 0);
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 1, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 1, 0x300);
	put_cap(0x300, PCI_EXT_CAP_ID_ATS, 1, 0x100);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PRI), 0x100);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PASID), 0x200);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_ATS), 0x300);

	/* behind a loop there is nothing; behind a break there may be the capability */
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), 0);
	put_cap(0x300, PCI_EXT_CAP_ID_ATS, 1, 0x400);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), 0);
	put32(0x400, 0xffffffff);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), -EPROTO);
	put_cap(0x300, PCI_EXT_CAP_ID_ATS, 1, 0x0fc);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), -EPROTO);
	size = 0x300;
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_ATS), -EPROTO);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PASID), 0x200);
	size = VPASID_CONFIG_CONVENTIONAL;
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PRI), 0);
	size = VPASID_CONFIG_SIZE;
	put32(0x100, 0xffffffff);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PRI), -EPROTO);
}

/* Digests */

/* From an independent FNV-1a, of 00 10, and of 00 10, 1b 00, 01 00, 40 01, 08 00, 01 00 */
#define DIGEST_EMPTY 0x8327807b4eb54bdull
#define DIGEST_PASID 0x49b950e3f9fb6505ull

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
	uint64_t digests[7];

	(void)state;
	put_cap(0x100, PCI_EXT_CAP_ID_VNDR, 1, 0x200);
	put32(0x104, 0x010 << 20);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 1, 0);
	for (int i = 0; i < 7; i++) {
		read_layout(VPASID_CONFIG_SIZE);
		switch (i) {
		case 1:
			layout.size--;
			break;
		case 2:
			layout.spans[1].id++;
			break;
		case 3:
			layout.spans[1].version++;
			break;
		case 4:
			layout.spans[1].offset += 0x100;
			break;
		case 5:
			layout.spans[0].length += 0x100;
			break;
		case 6:
			layout.spans[0].flags = 0;
			break;
		}
		digests[i] = vpasid_layout_digest(&layout);
		for (int j = 0; j < i; j++)
			assert_true(digests[i] != digests[j]);
	}

	/* registers that don't decide on a length */
	put32(0x10c, 0x12345678);
	put32(0x204, 0x1404);
	read_layout(VPASID_CONFIG_SIZE);
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
		  "the header at 0x100 reads as all ones: nobody answers there" },
		{ { VPASID_FINDING_BELOW, 0x140, 0x0fc },
		  "the capability at 0x140 points to 0x0fc, which is below 0x100" },
		{ { VPASID_FINDING_TRUNCATED, 0x140, 0x200 },
		  "the capability at 0x140 points to 0x200, which couldn't be read" },
		{ { VPASID_FINDING_TRUNCATED, 0x140, 0 },
		  "the capability at 0x140 reaches beyond what could be read" },
		{ { VPASID_FINDING_LOOP, 0x200, 0x100 },
		  "the capability at 0x200 points back to 0x100: the chain is a loop" },
		{ { VPASID_FINDING_EMPTY, 0x100, 0x200 },
		  "the capability at 0x100 points to 0x200, where there is none" },
		{ { VPASID_FINDING_INSIDE, 0x108, 0x100 },
		  "the capability at 0x108 stands inside the registers of that at 0x100" },
		{ { VPASID_FINDING_UNALIGNED, 0x100, 0x201 },
		  "the capability at 0x100 points to 0x201, which isn't a multiple of 4" },
		{ { VPASID_FINDING_BACKWARD, 0x200, 0x140 },
		  "the capability at 0x200 points backward to 0x140" },
		{ { VPASID_FINDING_DUPLICATE, 0x200, 0x100 },
		  "the PASID capability at 0x200 is a second one after that at 0x100" },
		{ { VPASID_FINDING_HIDDEN_HEAD, 0x100, 0 },
		  "the capability at 0x100, the chain's head, is hidden" },
		{ { VPASID_FINDING_INEXACT, 0x100, 0 },
		  "the length of the capability at 0x100 isn't known" },
		{ { VPASID_FINDING_CUT, 0x100, 0 },
		  "the capability at 0x100 has no room for all of its registers" },
		{ { 0, 0x100, 0 }, "something unknown is odd at 0x100" },
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
		cmocka_unit_test_setup(test_fixed_lengths, setup),
		cmocka_unit_test_setup(test_lengths, setup),
		cmocka_unit_test_setup(test_lanes, setup),
		cmocka_unit_test_setup(test_port_types, setup),
		cmocka_unit_test_setup(test_prefix_log, setup),
		cmocka_unit_test_setup(test_no_express, setup),
		cmocka_unit_test_setup(test_conventional_chain, setup),
		cmocka_unit_test_setup(test_no_capabilities, setup),
		cmocka_unit_test_setup(test_errors, setup),
		cmocka_unit_test_setup(test_vf, setup),
		cmocka_unit_test_setup(test_chain, setup),
		cmocka_unit_test_setup(test_buffer, setup),
		cmocka_unit_test_setup(test_loops, setup),
		cmocka_unit_test_setup(test_pointers, setup),
		cmocka_unit_test_setup(test_all_ones, setup),
		cmocka_unit_test_setup(test_truncated, setup),
		cmocka_unit_test_setup(test_cut, setup),
		cmocka_unit_test_setup(test_cut_variable, setup),
		cmocka_unit_test_setup(test_hidden_head, setup),
		cmocka_unit_test_setup(test_duplicate, setup),
		cmocka_unit_test_setup(test_full, setup),
		cmocka_unit_test_setup(test_untouched, setup),
		cmocka_unit_test_setup(test_conventional_find, setup),
		cmocka_unit_test_setup(test_conventional_list_that_goes_wrong, setup),
		cmocka_unit_test_setup(test_conventional_part, setup),
		cmocka_unit_test_setup(test_conventional_full, setup),
		cmocka_unit_test_setup(test_ext_cap_find, setup),
		cmocka_unit_test_setup(test_digest_known, setup),
		cmocka_unit_test_setup(test_digest_sensitivity, setup),
		cmocka_unit_test_setup(test_sentences, setup),
		cmocka_unit_test_setup(test_names, setup),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
