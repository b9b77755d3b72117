// SPDX-License-Identifier: MIT
/* vpasid/config.h: one capability is looked for. */
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
	put_cap(0x100, PCI_EXT_CAP_ID_PRI, 0x200);
	put_cap(0x200, PCI_EXT_CAP_ID_PASID, 0x300);
	put_cap(0x300, PCI_EXT_CAP_ID_ATS, 0x100);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PRI), 0x100);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_PASID), 0x200);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_ATS), 0x300);

	/* behind a loop there is nothing; behind a break there may be the capability */
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), 0);
	put_cap(0x300, PCI_EXT_CAP_ID_ATS, 0x400);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), 0);
	put32(0x400, 0xffffffff);
	assert_int_equal(vpasid_ext_cap_find(read_dword, &size, PCI_EXT_CAP_ID_DPC), -EPROTO);
	put_cap(0x300, PCI_EXT_CAP_ID_ATS, 0x0fc);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAYOUT_TEST(test_conventional_find),
		LAYOUT_TEST(test_conventional_list_that_goes_wrong),
		LAYOUT_TEST(test_conventional_part),
		LAYOUT_TEST(test_conventional_full),
		LAYOUT_TEST(test_ext_cap_find),
	};

	return cmocka_run_group_tests_name("cap_find", tests, NULL, NULL);
}
