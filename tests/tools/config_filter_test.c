// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * config_space_filter(): a recording has neither the window to VPD nor serial numbers, and all
 * other bytes as they were.
 */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/config.h>

#include "pci/config_space.h"

/* Nothing in it is zero, except where a test puts something. */
static uint8_t config[VPASID_CONFIG_SIZE], expected[VPASID_CONFIG_SIZE];

static int setup(void **state)
{
	(void)state;
	memset(config, 0xa5, sizeof(config));
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = 0;
	memset(config + 0x100, 0, 4);
	return 0;
}

static void put_capability(unsigned int offset, unsigned int id, unsigned int next)
{
	config[offset] = (uint8_t)id;
	config[offset + 1] = (uint8_t)next;
}

static void put_extended(unsigned int offset, unsigned int id, unsigned int next)
{
	uint32_t header = id | 1u << 16 | next << 20;

	for (unsigned int i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(header >> 8 * i);
}

/* Of the first @size bytes, exactly the @count bytes at @cleared become zeros. */
static void assert_filtered(size_t size, unsigned int cleared, size_t count)
{
	uint8_t result[VPASID_CONFIG_SIZE + 1]; /* with fmemopen()'s null byte */
	FILE *in = fmemopen(config, size, "r"), *out = fmemopen(result, sizeof(result), "w");

	assert_true(in && out);
	memset(result, 0xee, sizeof(result));
	memcpy(expected, config, sizeof(config));
	memset(expected + cleared, 0, count);
	config_space_filter(in, out);
	assert_int_equal(ftell(out), size);
	fclose(in);
	fclose(out);
	assert_memory_equal(result, expected, size);
}

static void test_vpd(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0x40;
	put_capability(0x40, PCI_CAP_ID_EXP, 0x80 | 3); /* reserved bits */
	put_capability(0x80, PCI_CAP_ID_VPD, 0);
	assert_filtered(4096, 0x84, 4);
	assert_filtered(256, 0x84, 4);
	assert_filtered(255, 0, 0);
	assert_filtered(64, 0, 0);
	config[PCI_STATUS] = 0;
	assert_filtered(256, 0, 0);
}

/* The last place that has room for the window, and one that has none */
static void test_vpd_at_the_end(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0xf8 | 3;
	put_capability(0xf8, PCI_CAP_ID_VPD, 0);
	assert_filtered(256, 0xfc, 4);
	config[PCI_CAPABILITY_LIST] = 0xfc;
	put_capability(0xfc, PCI_CAP_ID_VPD, 0);
	assert_filtered(256, 0, 0);
	/* what is behind it belongs to another one */
	put_extended(0x100, PCI_EXT_CAP_ID_LTR, 0);
	assert_filtered(4096, 0, 0);
}

/* A list has 48 capabilities at most; in the header, there are none. */
static void test_long_lists(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0x40;
	for (unsigned int at = 0x40; at < 0xf8; at += 4)
		put_capability(at, PCI_CAP_ID_EXP, at + 4);
	put_capability(0xf8, PCI_CAP_ID_VPD, 0);
	assert_filtered(256, 0xfc, 4);
	put_capability(0x40, PCI_CAP_ID_EXP, 0x40);
	assert_filtered(256, 0, 0);
	put_capability(0x40, PCI_CAP_ID_EXP, 0x3c);
	put_capability(0x3c, PCI_CAP_ID_VPD, 0);
	assert_filtered(256, 0, 0);
	config[PCI_CAPABILITY_LIST] = 0x40;
	put_capability(0x40, PCI_CAP_ID_VPD, 0);
	assert_filtered(256, 0x44, 4);
}

/* The last of 48 may be anywhere. */
static void test_longest_list(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0x40;
	put_capability(0x40, PCI_CAP_ID_EXP, 0x48);
	for (unsigned int at = 0x48; at < 0xfc; at += 4)
		put_capability(at, PCI_CAP_ID_EXP, at + 4);
	put_capability(0xfc, PCI_CAP_ID_EXP, 0x44);
	put_capability(0x44, PCI_CAP_ID_VPD, 0);
	assert_filtered(256, 0x48, 4);
}

static void test_serial_number(void **state)
{
	(void)state;
	put_extended(0x100, PCI_EXT_CAP_ID_ERR, 0x200);
	put_extended(0x200, PCI_EXT_CAP_ID_DSN, 0x20c);
	put_extended(0x20c, PCI_EXT_CAP_ID_LTR, 0);
	assert_filtered(4096, 0x204, 8);
	assert_filtered(4095, 0x204, 8);
	put_extended(0x100, PCI_EXT_CAP_ID_DSN, 0);
	assert_filtered(4096, 0x104, 8);
	/* a broken chain, whose beginning is read */
	put_extended(0x100, PCI_EXT_CAP_ID_DSN, 0x0fc);
	assert_filtered(4096, 0x104, 8);
	put_extended(0x100, 0, 0);
	assert_filtered(4096, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_vpd, setup),
		cmocka_unit_test_setup(test_vpd_at_the_end, setup),
		cmocka_unit_test_setup(test_long_lists, setup),
		cmocka_unit_test_setup(test_longest_list, setup),
		cmocka_unit_test_setup(test_serial_number, setup),
	};

	return cmocka_run_group_tests_name("config_filter", tests, NULL, NULL);
}
