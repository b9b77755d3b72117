// SPDX-License-Identifier: MIT
/* vpasid/info.h: decoding of PASID's registers, and what follows from it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/info.h>

/* PCIe r6.0, 7.8.9.2 and 7.8.9.3: bit 1 Execute, bit 2 Privileged, 12:8 width. */
static const struct {
	uint16_t capability, control;
	int ret;
	struct vpasid_info info;
} registers[] = {
	{ 0x1406, 0x0007, 0, { .width = 20, .capabilities = 3, .enabled = 3 } },
	{ 0x1406, 0x0001, 0, { .width = 20, .capabilities = 3 } },
	{ 0x1002, 0x0003, 0, { .width = 16, .capabilities = 1, .enabled = 1 } },
	{ 0x0104, 0x0005, 0, { .width = 1, .capabilities = 2, .enabled = 2 } },
	{ 0x0500, 0x0001, 0, { .width = 5 } },
	/* a control register may hold what the capability doesn't offer */
	{ 0x0500, 0x0007, 0, { .width = 5 } },
	/* not enabled, whatever the permission bits say */
	{ 0x1406, 0x0006, 0, { 0 } },
	{ 0x1406, 0x0000, 0, { 0 } },
	/* PASID 0 alone */
	{ 0x0006, 0x0007, 0, { 0 } },
	{ 0x0000, 0x0000, 0, { 0 } },
	/* reserved bits change nothing */
	{ 0xf4f9, 0xfff9, 0, { .width = 20 } },
	/* 21 and up are reserved */
	{ 0x1506, 0x0007, -EPROTO, { 0 } },
	{ 0x1f06, 0x0007, -EPROTO, { 0 } },
	{ 0xffff, 0xffff, -EIO, { 0 } },
};

static void test_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		struct vpasid_info expected = registers[i].info;
		struct vpasid_info info;

		memset(&info, 0xa5, sizeof(info));
		assert_int_equal(vpasid_info_from_registers(registers[i].capability,
							    registers[i].control, &info),
				 registers[i].ret);
		if (!registers[i].ret) {
			expected.source = VPASID_SOURCE_REGISTERS;
			expected.known = VPASID_KNOWN_ENABLED;
		}
		assert_memory_equal(&info, &expected, sizeof(info));
	}
}

static void test_usable_width(void **state)
{
	struct vpasid_info info = { .width = 20, .iommu_width = 16 };

	(void)state;
	/* what isn't known doesn't count */
	assert_int_equal(vpasid_info_usable_width(&info), 20);

	info.known = VPASID_KNOWN_IOMMU_WIDTH;
	assert_int_equal(vpasid_info_usable_width(&info), 16);

	info.width = 8;
	assert_int_equal(vpasid_info_usable_width(&info), 8);

	info.width = 0;
	assert_int_equal(vpasid_info_usable_width(&info), 0);
}

static void test_source_names(void **state)
{
	(void)state;
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_NONE), "none");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_VFIO_FEATURE), "vfio-feature");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_VFIO_FEATURE_11), "vfio-feature-11");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_REGISTERS), "registers");
	assert_string_equal(vpasid_source_name(255), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_usable_width),
		cmocka_unit_test(test_source_names),
	};

	return cmocka_run_group_tests_name("info", tests, NULL, NULL);
}
