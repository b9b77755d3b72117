// SPDX-License-Identifier: MIT
/* vpasid/quirks.h: vpasid_device_from_config(). */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/config.h>
#include <vpasid/quirks.h>

#include "bytes.h"

static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_device device;

static int setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	put_le16(config + PCI_VENDOR_ID, 0x8086);
	put_le16(config + PCI_DEVICE_ID, 0x0b25);
	put_le16(config + PCI_SUBSYSTEM_VENDOR_ID, 0x1234);
	put_le16(config + PCI_SUBSYSTEM_ID, 0x5678);
	config[PCI_REVISION_ID] = 0x21;
	return 0;
}

static int take(size_t size, unsigned int kind)
{
	memset(&device, 0xa5, sizeof(device));
	device.argsz = sizeof(device);
	return vpasid_device_from_config(config, size, kind, &device);
}

static void expect_subsystem(uint16_t vendor, uint16_t id)
{
	assert_int_equal(device.subsystem_vendor, vendor);
	assert_int_equal(device.subsystem_device, id);
}

static void a_function(void **state)
{
	(void)state;
	assert_int_equal(take(VPASID_CONFIG_MIN, VPASID_FUNCTION_PF), 0);
	assert_int_equal(device.vendor, 0x8086);
	assert_int_equal(device.device, 0x0b25);
	assert_int_equal(device.revision, 0x21);
	assert_int_equal(device.kind, VPASID_FUNCTION_PF);
	expect_subsystem(0x1234, 0x5678);
	assert_int_equal(take(sizeof(config), VPASID_FUNCTION_VF), 0);
	assert_int_equal(device.kind, VPASID_FUNCTION_VF);
}

/* A VF's own config space; through VFIO it has IDs. */
static void a_vf_as_it_is_in_hardware(void **state)
{
	(void)state;
	put_le16(config + PCI_VENDOR_ID, 0xffff);
	put_le16(config + PCI_DEVICE_ID, 0xffff);
	assert_int_equal(take(sizeof(config), VPASID_FUNCTION_VF), -ENODATA);
	assert_int_equal(device.vendor, 0);
	assert_int_equal(device.device, 0);
	assert_int_equal(device.revision, 0x21);
	assert_int_equal(device.kind, VPASID_FUNCTION_VF);
	expect_subsystem(0x1234, 0x5678);
}

/* Where an endpoint has its subsystem, a bridge has other registers. */
static void a_bridge_has_its_subsystem_in_a_capability(void **state)
{
	(void)state;
	config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE | 0x80;
	assert_int_equal(take(sizeof(config), VPASID_FUNCTION_PF), 0);
	expect_subsystem(0, 0);

	put_le16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_SSVID;
	put_le16(config + 0x40 + PCI_SSVID_VENDOR_ID, 0x1028);
	put_le16(config + 0x40 + PCI_SSVID_DEVICE_ID, 0x0123);
	assert_int_equal(take(sizeof(config), VPASID_FUNCTION_PF), 0);
	expect_subsystem(0x1028, 0x0123);

	/* it isn't all there */
	assert_int_equal(take(0x46, VPASID_FUNCTION_PF), 0);
	expect_subsystem(0, 0);
	assert_int_equal(take(VPASID_CONFIG_MIN, VPASID_FUNCTION_PF), 0);
	expect_subsystem(0, 0);
}

static void cardbus_has_it_elsewhere(void **state)
{
	(void)state;
	config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_CARDBUS;
	put_le16(config + PCI_CB_SUBSYSTEM_VENDOR_ID, 0x1028);
	put_le16(config + PCI_CB_SUBSYSTEM_ID, 0x0123);
	assert_int_equal(take(sizeof(config), VPASID_FUNCTION_PF), 0);
	expect_subsystem(0x1028, 0x0123);
	assert_int_equal(take(VPASID_CONFIG_MIN, VPASID_FUNCTION_PF), 0);
	expect_subsystem(0, 0);
}

static void a_subsystem_of_ones_is_none(void **state)
{
	(void)state;
	put_le16(config + PCI_SUBSYSTEM_VENDOR_ID, 0xffff);
	assert_int_equal(take(sizeof(config), VPASID_FUNCTION_PF), 0);
	expect_subsystem(0, 0);
}

static void expect_refused(size_t size, unsigned int kind, int error)
{
	static const struct vpasid_device zeros = { .argsz = sizeof(zeros) };

	assert_int_equal(take(size, kind), error);
	assert_memory_equal(&device, &zeros, sizeof(device));
}

static void what_is_no_config_space(void **state)
{
	(void)state;
	expect_refused(VPASID_CONFIG_MIN - 1, VPASID_FUNCTION_PF, -EINVAL);
	expect_refused(VPASID_CONFIG_SIZE + 1, VPASID_FUNCTION_PF, -EINVAL);
	expect_refused(VPASID_CONFIG_SIZE, 2, -EINVAL);
	memset(config, 0xff, sizeof(config));
	expect_refused(VPASID_CONFIG_SIZE, VPASID_FUNCTION_PF, -EIO);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_function),
		TEST(a_vf_as_it_is_in_hardware),
		TEST(a_bridge_has_its_subsystem_in_a_capability),
		TEST(cardbus_has_it_elsewhere),
		TEST(a_subsystem_of_ones_is_none),
		TEST(what_is_no_config_space),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
