// SPDX-License-Identifier: MIT
/* Tests vpasid/info.h: how the PASID registers are decoded, and what follows from them. */
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
	/* the Control register may have bits that the capability doesn't offer */
	{ 0x0500, 0x0007, 0, { .width = 5 } },
	/* not enabled, whatever the permission bits say */
	{ 0x1406, 0x0006, 0, { 0 } },
	{ 0x1406, 0x0000, 0, { 0 } },
	/* only PASID 0 */
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
	/* a width that isn't known doesn't count */
	assert_int_equal(vpasid_info_usable_width(&info), 20);

	info.known = VPASID_KNOWN_IOMMU_WIDTH;
	assert_int_equal(vpasid_info_usable_width(&info), 16);

	info.width = 8;
	assert_int_equal(vpasid_info_usable_width(&info), 8);

	/* PASID 0 alone */
	info.iommu_width = 0;
	assert_int_equal(vpasid_info_usable_width(&info), 0);

	info.iommu_width = 16;
	info.attach_refused = 1;
	assert_int_equal(vpasid_info_usable_width(&info), 0);
	info.attach_refused = 0;

	info.width = 0;
	assert_int_equal(vpasid_info_usable_width(&info), 0);
}

#define ENABLED VPASID_KNOWN_ENABLED
#define IOMMU	VPASID_KNOWN_IOMMU_WIDTH

/* Width, capabilities, enabled, iommu_width and known: the function's, iommufd's, combined */
static const struct {
	const char *name;
	uint8_t function[5], iommufd[5], both[5], differs;
} pairs[] = {
	{ "they agree",
	  { 20, 3, 1, 16, ENABLED | IOMMU },
	  { 16, 1, 1, 16, ENABLED | IOMMU },
	  { 20, 3, 1, 16, ENABLED | IOMMU },
	  0 },
	{ "feature 11, which knows neither",
	  { 20, 3, 0, 0, 0 },
	  { 16, 1, 1, 16, ENABLED | IOMMU },
	  { 20, 3, 1, 16, ENABLED | IOMMU },
	  0 },
	{ "registers, which don't know the IOMMU",
	  { 20, 3, 3, 0, ENABLED },
	  { 1, 3, 3, 1, ENABLED | IOMMU },
	  { 20, 3, 3, 1, ENABLED | IOMMU },
	  0 },
	{ "no PASID, say both",
	  { 0, 0, 0, 0, ENABLED },
	  { 0, 0, 0, 0, ENABLED },
	  { 0, 0, 0, 0, ENABLED },
	  0 },
	{ "off, says the function",
	  { 0, 0, 0, 0, ENABLED },
	  { 16, 0, 0, 16, ENABLED | IOMMU },
	  { 0, 0, 0, 16, ENABLED | IOMMU },
	  0 },
	{ "off, say both of the IOMMU",
	  { 0, 0, 0, 12, ENABLED | IOMMU },
	  { 16, 0, 0, 16, ENABLED | IOMMU },
	  { 0, 0, 0, 12, ENABLED | IOMMU },
	  VPASID_DIFFERS_IOMMU_WIDTH },
	{ "off, and iommufd has nothing to tell",
	  { 0, 0, 0, 12, ENABLED | IOMMU },
	  { 0, 0, 0, 0, ENABLED },
	  { 0, 0, 0, 12, ENABLED | IOMMU },
	  0 },
	{ "PASID 0 alone, say both",
	  { 20, 3, 1, 0, ENABLED | IOMMU },
	  { 0, 0, 0, 0, ENABLED },
	  { 20, 3, 1, 0, ENABLED | IOMMU },
	  0 },
	{ "PASID 0 alone, says iommufd",
	  { 20, 3, 1, 0, ENABLED },
	  { 0, 0, 0, 0, ENABLED },
	  { 20, 3, 1, 0, ENABLED | IOMMU },
	  0 },
	{ "PASID 0 alone, says iommufd, but not the function",
	  { 20, 3, 1, 16, ENABLED | IOMMU },
	  { 0, 0, 0, 0, ENABLED },
	  { 20, 3, 1, 0, ENABLED | IOMMU },
	  VPASID_DIFFERS_IOMMU_WIDTH },
	{ "wider than the function",
	  { 8, 3, 3, 0, ENABLED },
	  { 16, 3, 3, 16, ENABLED | IOMMU },
	  { 8, 3, 3, 16, ENABLED | IOMMU },
	  VPASID_DIFFERS_WIDTH },
	{ "the IOMMU's width, iommufd less",
	  { 20, 0, 0, 16, ENABLED | IOMMU },
	  { 12, 0, 0, 12, ENABLED | IOMMU },
	  { 20, 0, 0, 12, ENABLED | IOMMU },
	  VPASID_DIFFERS_IOMMU_WIDTH },
	{ "the IOMMU's width, iommufd more",
	  { 20, 0, 0, 12, ENABLED | IOMMU },
	  { 16, 0, 0, 16, ENABLED | IOMMU },
	  { 20, 0, 0, 12, ENABLED | IOMMU },
	  VPASID_DIFFERS_IOMMU_WIDTH },
	{ "what is enabled",
	  { 20, 3, 1, 16, ENABLED | IOMMU },
	  { 16, 3, 3, 16, ENABLED | IOMMU },
	  { 20, 3, 1, 16, ENABLED | IOMMU },
	  VPASID_DIFFERS_ENABLED },
	{ "enabled, but not supported",
	  { 20, 2, 0, 0, 0 },
	  { 16, 3, 3, 16, ENABLED | IOMMU },
	  { 20, 2, 2, 16, ENABLED | IOMMU },
	  VPASID_DIFFERS_ENABLED },
};

static struct vpasid_info made(const uint8_t fields[5], uint8_t source)
{
	return (struct vpasid_info){
		.width = fields[0],
		.capabilities = fields[1],
		.enabled = fields[2],
		.iommu_width = fields[3],
		.known = fields[4],
		.source = source,
	};
}

static void test_combine(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct vpasid_info function = made(pairs[i].function, VPASID_SOURCE_VFIO_FEATURE);
		struct vpasid_info iommufd = made(pairs[i].iommufd, VPASID_SOURCE_IOMMUFD);
		struct vpasid_info expected = made(pairs[i].both, VPASID_SOURCE_VFIO_FEATURE), info;

		expected.second = VPASID_SOURCE_IOMMUFD;
		expected.differs = pairs[i].differs;
		memset(&info, 0xa5, sizeof(info));
		vpasid_info_combine(&function, &iommufd, &info);
		if (memcmp(&info, &expected, sizeof(info)) != 0)
			fail_msg("%s: got width %u enabled %u iommu_width %u known %u differs %u",
				 pairs[i].name, info.width, info.enabled, info.iommu_width,
				 info.known, info.differs);

		/* the result may replace either answer */
		info = iommufd;
		vpasid_info_combine(&function, &info, &info);
		assert_memory_equal(&info, &expected, sizeof(info));
		vpasid_info_combine(&function, &iommufd, &function);
		assert_memory_equal(&function, &expected, sizeof(info));
	}
}

static void test_combine_with_none(void **state)
{
	struct vpasid_info one = made(pairs[0].function, VPASID_SOURCE_VFIO_FEATURE), none = { 0 };
	struct vpasid_info info;

	(void)state;
	vpasid_info_combine(&one, &none, &info);
	assert_memory_equal(&info, &one, sizeof(info));
	vpasid_info_combine(&none, &one, &info);
	assert_memory_equal(&info, &one, sizeof(info));
	vpasid_info_combine(&none, &none, &info);
	assert_memory_equal(&info, &none, sizeof(info));
}

static void test_source_names(void **state)
{
	(void)state;
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_NONE), "none");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_VFIO_FEATURE), "vfio-feature");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_VFIO_FEATURE_11), "vfio-feature-11");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_REGISTERS), "registers");
	assert_string_equal(vpasid_source_name(VPASID_SOURCE_IOMMUFD), "iommufd");
	assert_string_equal(vpasid_source_name(255), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registers),    cmocka_unit_test(test_usable_width),
		cmocka_unit_test(test_combine),	     cmocka_unit_test(test_combine_with_none),
		cmocka_unit_test(test_source_names),
	};

	return cmocka_run_group_tests_name("info", tests, NULL, NULL);
}
