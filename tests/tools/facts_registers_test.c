// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/registers.c: what a config space alone says. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/source.h"
#include "read_facts.h"
#include "support/machine.h"

static struct function taken;

/* As in a dump, of a function @behind_link or on a root bus. */
static void take(const uint8_t *config, size_t size, const char *bdf, bool behind_link)
{
	struct dump_function dumped = { machine_bdf(bdf), config, size };
	static struct config_space space;

	config_space_take(&dumped, &space);
	taken = (struct function){
		.pci.bdf = dumped.bdf,
		.config = &space,
		.why = "",
		.hop_count = behind_link ? 2 : 1,
	};
	function_take_registers(&taken);
}

static void test_multifunction(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	take(config, sizeof(config), "0000:01:00.0", true);
	assert_int_equal(taken.multifunction, FACT_NO);
	take(config, sizeof(config), "0000:01:00.1", true);
	assert_int_equal(taken.multifunction, FACT_YES);
	/* ARI: function 8 */
	take(config, sizeof(config), "0000:01:01.0", true);
	assert_int_equal(taken.multifunction, FACT_YES);
	take(config, sizeof(config), "0000:00:01.0", false);
	assert_int_equal(taken.multifunction, FACT_NO);
	config[PCI_HEADER_TYPE] |= 0x80;
	take(config, sizeof(config), "0000:01:00.0", true);
	assert_int_equal(taken.multifunction, FACT_YES);
}

static void test_conventional_capabilities(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	/* version 1 has no Device Capabilities 2: the bytes there are something else */
	machine_fill_endpoint(config);
	config[0x42] = 0x01;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_YES);
	assert_int_equal(taken.tlp_prefix, FACT_NO);
	assert_int_equal(taken.devcap2, 0);

	/* its registers would reach beyond the space */
	machine_fill_endpoint(config);
	config[0xc1] = 0xf0;
	machine_put(config, 0xf0, 4, PCI_CAP_ID_EXP | 2u << 16);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_YES);
	assert_int_equal(taken.tlp_prefix, FACT_NO);

	/* a chain in a circle, one that ends in all ones, and none */
	config[0xc1] = 0xc0;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	config[0xc0] = 0xff;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	config[0xc0] = PCI_CAP_ID_PM;
	config[0xc1] = 0x3c;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	machine_fill_endpoint(config);
	machine_put(config, PCI_STATUS, 2, 0);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
}

static void test_broken_extended_chain(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16 | 0x40u << 20);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.acs.there, FACT_YES);
	assert_int_equal(taken.pasid.there, FACT_UNKNOWN);
	assert_int_equal(taken.pasid_error, -EPROTO);

	/* a dump of 256 bytes says nothing about the rest */
	machine_fill_endpoint(config);
	take(config, 256, FUNCTION, true);
	assert_int_equal(taken.tlp_prefix, FACT_YES);
	assert_int_equal(taken.pasid.there, FACT_UNKNOWN);
}

/* Its register must be in conventional config space as a whole. */
static void test_devcap2(void **state)
{
	static const struct {
		uint8_t at;
		unsigned int devcap2;
	} rows[] = { { 0x44, 0x68 }, { 0xd8, 0xfc }, { 0xdc, 0 } };
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_fill_endpoint(config);
		config[PCI_CAPABILITY_LIST] = rows[i].at;
		machine_put(config, rows[i].at, 4, PCI_CAP_ID_EXP | 2u << 16);
		machine_put(config, rows[i].at + PCI_EXP_DEVCAP2, 4, PCI_EXP_DEVCAP2_EE_PREFIX);
		take(config, sizeof(config), FUNCTION, true);
		assert_int_equal(taken.is_pcie, FACT_YES);
		assert_int_equal(taken.devcap2, rows[i].devcap2);
		assert_int_equal(taken.tlp_prefix, rows[i].devcap2 ? FACT_YES : FACT_NO);
	}
	/* later versions have it, too; other bits of it don't count */
	machine_fill_endpoint(config);
	machine_put(config, 0x42, 2, 3);
	machine_put(config, 0x64, 4, ~PCI_EXP_DEVCAP2_EE_PREFIX);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.devcap2, 0x64);
	assert_int_equal(taken.tlp_prefix, FACT_NO);
}

/* ATS and ACS have two registers of 16 bits each, which must be there. */
static void test_capabilities(void **state)
{
	static const struct {
		unsigned int offset;
		enum fact there;
	} rows[] = { { 0x300, FACT_YES }, { 0xff8, FACT_YES }, { 0xffc, FACT_UNKNOWN } };
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_DSN | 1 << 16 | rows[i].offset << 20);
		machine_put(config, rows[i].offset, 4, PCI_EXT_CAP_ID_ATS | 1 << 16);
		if (rows[i].there == FACT_YES)
			machine_put(config, rows[i].offset + 4, 4, 0x80050020);
		take(config, sizeof(config), FUNCTION, true);
		assert_int_equal(taken.ats.there, rows[i].there);
		assert_int_equal(taken.ats.offset, rows[i].there == FACT_YES ? rows[i].offset : 0);
		assert_int_equal(taken.ats.capability, rows[i].there == FACT_YES ? 0x0020 : 0);
		assert_int_equal(taken.ats.control, rows[i].there == FACT_YES ? 0x8005 : 0);
		assert_int_equal(taken.acs.there, FACT_YES);
		assert_int_equal(taken.pri.there, FACT_NO);
		assert_int_equal(taken.pasid.there, FACT_NO);
	}
}

/* A config space that ends within a capability, as a file may. */
static void test_cut_off(void **state)
{
	static struct config_space space;

	(void)state;
	for (space.size = 0x107; space.size <= 0x108; space.size++) {
		machine_fill_endpoint(space.config);
		taken = (struct function){ .config = &space, .why = "" };
		function_take_registers(&taken);
		assert_int_equal(taken.acs.there, space.size == 0x108 ? FACT_YES : FACT_UNKNOWN);
	}
}

static void test_pri(void **state)
{
	static const struct {
		unsigned int offset;
		enum fact there;
	} rows[] = { { 0x300, FACT_YES }, { 0xff0, FACT_YES }, { 0xff4, FACT_UNKNOWN } };
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_there = rows[i].there == FACT_YES;

		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_DSN | 1 << 16 | rows[i].offset << 20);
		machine_put(config, rows[i].offset, 4, PCI_EXT_CAP_ID_PRI | 1 << 16);
		machine_put(config, rows[i].offset + PCI_PRI_CTRL, 4, 0x81000003);
		machine_put(config, rows[i].offset + PCI_PRI_MAX_REQ, 4, 0x12345678);
		if (is_there)
			machine_put(config, rows[i].offset + PCI_PRI_ALLOC_REQ, 4, 0x9abcdef0);
		take(config, sizeof(config), FUNCTION, true);
		assert_int_equal(taken.pri.there, rows[i].there);
		assert_int_equal(taken.pri.offset, is_there ? rows[i].offset : 0);
		assert_int_equal(taken.pri.control, is_there ? 0x0003 : 0);
		assert_int_equal(taken.pri.status, is_there ? 0x8100 : 0);
		assert_int_equal(taken.pri.capacity, is_there ? 0x12345678 : 0);
		assert_int_equal(taken.pri.allocation, is_there ? 0x9abcdef0 : 0);
	}
	/* behind where the chain breaks, there may be one */
	machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_DSN | 1 << 16 | 0x40u << 20);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.pri.there, FACT_UNKNOWN);
	assert_int_equal(taken.ats.there, FACT_UNKNOWN);
}

/* PASID's register must be there, and not read as all ones. */
static void test_pasid(void **state)
{
	static const struct {
		unsigned int offset;
		uint32_t registers;
		enum fact there;
		int error;
	} rows[] = {
		{ 0x300, 0x00071406, FACT_YES, 0 },
		{ 0xff8, 0xffff0006, FACT_YES, 0 },
		{ 0xffc, 0, FACT_UNKNOWN, -ENODATA },
		{ 0x300, 0xffffffff, FACT_UNKNOWN, -EIO },
	};
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_there = rows[i].there == FACT_YES;

		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_DSN | 1 << 16 | rows[i].offset << 20);
		machine_put(config, rows[i].offset, 4, PCI_EXT_CAP_ID_PASID | 1 << 16);
		if (rows[i].registers)
			machine_put(config, rows[i].offset + 4, 4, rows[i].registers);
		take(config, sizeof(config), FUNCTION, true);
		assert_int_equal(taken.pasid.there, rows[i].there);
		assert_int_equal(taken.pasid_error, rows[i].error);
		assert_int_equal(taken.pasid.offset, is_there ? rows[i].offset : 0);
		assert_int_equal(taken.pasid.capability,
				 is_there ? (uint16_t)rows[i].registers : 0);
		assert_int_equal(taken.pasid.control, is_there ? rows[i].registers >> 16 : 0);
	}
}

/* Config spaces that are read from sysfs: why they end, and what is known about the rest */
static void test_ends(void **state)
{
	static const struct {
		size_t size;
		int error;
		bool is_dumped, is_conventional;
		enum fact there;
		int pasid_error;
	} rows[] = {
		{ 4096, 0, false, false, FACT_YES, 0 },
		{ 0x184, -EIO, false, false, FACT_UNKNOWN, -EIO },
		{ 0x184, -ENXIO, false, false, FACT_UNKNOWN, -ENODATA },
		{ 0x184, 0, false, false, FACT_UNKNOWN, -ENODATA },
		{ 256, -ENXIO, false, false, FACT_NO, 0 },
		{ 256, -ENXIO, true, false, FACT_UNKNOWN, -ENXIO },
		{ 256, -ENXIO, true, true, FACT_NO, 0 },
		{ 256, -EIO, false, false, FACT_UNKNOWN, -EIO },
		{ 64, -ENXIO, false, false, FACT_UNKNOWN, -ENXIO },
		{ 64, -EACCES, false, false, FACT_UNKNOWN, -EACCES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct config_space space;

		space = (struct config_space){ .size = rows[i].size,
					       .error = rows[i].error,
					       .is_dumped = rows[i].is_dumped };
		machine_fill_endpoint(space.config);
		if (rows[i].is_conventional)
			machine_put(space.config, PCI_STATUS, 2, 0);
		taken = (struct function){ .config = &space, .why = "" };
		function_take_registers(&taken);
		assert_int_equal(taken.size, rows[i].size);
		assert_int_equal(taken.pasid.there, rows[i].there);
		assert_int_equal(taken.pasid_error, rows[i].pasid_error);
		assert_int_equal(taken.acs.there, rows[i].size > 256 ? FACT_YES : rows[i].there);
		assert_int_equal(taken.is_pcie, rows[i].size < 256	  ? FACT_UNKNOWN
						: rows[i].is_conventional ? FACT_NO
									  : FACT_YES);
	}
}

/* An error that was there before stays. */
static void test_asleep(void **state)
{
	static struct config_space space = { .error = -EACCES };

	(void)state;
	taken = (struct function){ .config = &space,
				   .why = "it is asleep",
				   .pasid_error = -EAGAIN };
	function_take_registers(&taken);
	assert_int_equal(taken.pasid_error, -EAGAIN);
	assert_string_equal(taken.why, "it is asleep");
	assert_int_equal(taken.multifunction, FACT_UNKNOWN);
	assert_string_equal(function_why(&taken), "it is asleep");
	taken.why = "";
	assert_string_equal(function_why(&taken),
			    "its capabilities can't be followed to the end: the chain is broken");
}

static void test_silence(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	memset(config, 0xff, sizeof(config));
	take(config, sizeof(config), "0000:01:00.1", true);
	assert_int_equal(taken.size, 0);
	assert_int_equal(taken.pasid_error, -EIO);
	assert_string_equal(taken.why, "it doesn't respond: it is asleep, or has been removed");
	assert_int_equal(taken.is_pcie, FACT_UNKNOWN);
	assert_int_equal(taken.multifunction, FACT_UNKNOWN);
}

static void test_types(void **state)
{
	static const char *const names[] = {
		"endpoint",
		"legacy endpoint",
		"function of a reserved type",
		"function of a reserved type",
		"root port",
		"switch's upstream port",
		"switch's downstream port",
		"PCIe to PCI bridge",
		"PCI to PCIe bridge",
		"root complex integrated endpoint",
		"root complex event collector",
		"function of a reserved type",
		"function of a reserved type",
		"function of a reserved type",
		"function of a reserved type",
		"function of a reserved type",
	};
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (unsigned int type = 0; type < sizeof(names) / sizeof(names[0]); type++) {
		machine_fill(config, type, false);
		take(config, sizeof(config), FUNCTION, true);
		assert_int_equal(taken.type, type);
		assert_string_equal(function_type_name(&taken), names[type]);
	}
	machine_put(config, PCI_STATUS, 2, 0);
	take(config, sizeof(config), FUNCTION, true);
	assert_string_equal(function_type_name(&taken), "conventional PCI function");
	assert_int_equal(taken.type, 0);
	assert_int_equal(taken.devcap2, 0);
	taken.is_pcie = FACT_UNKNOWN;
	assert_string_equal(function_type_name(&taken), "conventional PCI function");
}

static void test_ids(void **state)
{
	static const struct {
		uint16_t vendor, device;
		bool has_ids;
	} rows[] = {
		{ 1, 0, true },	      { 0xfffe, 0xfffe, true }, { 0, 1, false },
		{ 0xffff, 1, false }, { 1, 0xffff, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		taken = (struct function){ .pci = { .vendor = rows[i].vendor,
						    .device = rows[i].device } };
		assert_int_equal(function_has_ids(&taken), rows[i].has_ids);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_multifunction),
		cmocka_unit_test(test_conventional_capabilities),
		cmocka_unit_test(test_broken_extended_chain),
		cmocka_unit_test(test_devcap2),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_pri),
		cmocka_unit_test(test_pasid),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
