// SPDX-License-Identifier: MIT
/* vpasid/vconfig.h: what accesses of a guest do to a view and its device, and what resets do. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/made_view.h"

/* Accesses: each byte is either the view's or the device's. */

static bool is_virtual(unsigned int at)
{
	return at >= VIRTUAL && at < VIRTUAL + VPASID_CAP_LENGTH;
}

/* Is it in the header that points to the virtual capability? */
static bool is_changed(unsigned int at)
{
	return at >= 0x148 && at < 0x14c;
}

static void expect_read(unsigned int offset, unsigned int length, const uint8_t *whole)
{
	uint8_t data[20];

	memset(data, 0x5a, sizeof(data));
	memset(device.reads, 0, sizeof(device.reads));
	assert_int_equal(guest_read(offset, data, length), 0);
	assert_memory_equal(data, whole + offset, length);
	assert_int_equal(data[length], 0x5a);
	for (unsigned int i = 0; i < VPASID_CONFIG_SIZE; i++) {
		bool asked = i >= offset && i < offset + length;

		if (is_virtual(i) || !asked)
			assert_int_equal(device.reads[i], 0);
		else if (!is_changed(i))
			assert_int_equal(device.reads[i], 1);
	}
}

static void expect_write(unsigned int offset, unsigned int length)
{
	uint8_t data[20];

	memset(data, 0x5a, sizeof(data));
	memset(device.writes, 0, sizeof(device.writes));
	assert_int_equal(guest_write(offset, data, length), 0);
	for (unsigned int i = 0; i < VPASID_CONFIG_SIZE; i++) {
		bool asked = i >= offset && i < offset + length;

		assert_int_equal(device.writes[i], asked && !is_virtual(i) && !is_changed(i));
		assert_int_equal(device.registers[i], device.writes[i] ? 0x5a : config[i]);
	}
	memcpy(device.registers, config, sizeof(config));
}

static void test_straddling(void **state)
{
	static const unsigned int around[] = { VIRTUAL, 0x148, 0x100, 0x500, 0xff0 };
	uint8_t whole[VPASID_CONFIG_SIZE];

	(void)state;
	for (unsigned int i = 0x200; i < sizeof(config); i++)
		config[i] = is_virtual(i) ? 0 : i * 7;
	make(&device_ops);
	assert_int_equal(guest_read(0, whole, sizeof(whole)), 0);
	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		for (unsigned int offset = around[i] - 16; offset < around[i] + 16; offset++)
			for (unsigned int length = 0; length <= 16; length++)
				if (offset + length <= VPASID_CONFIG_SIZE) {
					/* the Control register is as in @whole again */
					write_value(CONTROL, 0, 2);
					expect_read(offset, length, whole);
					expect_write(offset, length);
				}
}

static void test_snapshot(void **state)
{
	uint8_t before[VPASID_CONFIG_SIZE], after[VPASID_CONFIG_SIZE];
	uint8_t ones[VPASID_CONFIG_SIZE];

	(void)state;
	/* without FLR, which would clear the Control register again */
	put32(EXPRESS + PCI_EXP_DEVCAP, 0);
	config[AF + PCI_AF_CAP] = 0;
	memset(ones, 0xff, sizeof(ones));
	for (int backed = 0; backed < 2; backed++) {
		make(backed ? &only_changed : NULL);
		assert_int_equal(guest_read(0, before, sizeof(before)), 0);
		assert_int_equal(guest_write(0, ones, sizeof(ones)), 0);
		assert_int_equal(guest_read(0, after, sizeof(after)), 0);
		before[CONTROL] = ALL;
		assert_memory_equal(before, after, sizeof(after));
		assert_int_equal(device.changes, backed);
	}
}

static void test_device_is_read_each_time(void **state)
{
	(void)state;
	make(&device_ops);
	device.registers[0x14c] = 0x77;
	device.registers[0x148] = 0x77; /* of a header that the view has changed */
	assert_int_equal(read_value(0x14c, 1), 0x77);
	assert_int_equal(read_value(0x148, 1), PCI_EXT_CAP_ID_LTR);
}

static void test_bounds(void **state)
{
	static const struct {
		size_t offset, length;
	} beyond[] = { { 0xfff, 2 },	{ 0xffd, 4 },	 { 0x1000, 1 },	     { 0x1001, 0 },
		       { SIZE_MAX, 2 }, { SIZE_MAX, 1 }, { SIZE_MAX - 3, 4 } };
	static const uint8_t ones[4] = { 0xff, 0xff, 0xff, 0xff };
	uint8_t data[4];

	(void)state;
	make(&device_ops);
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		memset(data, 0, sizeof(data));
		assert_int_equal(
			vpasid_vconfig_read(view, beyond[i].offset, data, beyond[i].length),
			-EINVAL);
		assert_memory_equal(data, ones, beyond[i].length);
		assert_int_equal(
			vpasid_vconfig_write(view, beyond[i].offset, data, beyond[i].length),
			-EINVAL);
	}
	assert_memory_equal(device.registers, config, sizeof(config));
	assert_int_equal(device.last, 0);
	assert_int_equal(guest_read(0x1000, data, 0), 0);
	assert_int_equal(guest_write(0x1000, data, 0), 0);
}

static void test_read_errors(void **state)
{
	uint8_t data[16], ones[16];

	(void)state;
	make(&device_ops);
	memset(ones, 0xff, sizeof(ones));
	for (device.fail_at = VIRTUAL - 4; device.fail_at < VIRTUAL + 12; device.fail_at++) {
		int error = is_virtual(device.fail_at) ? 0 : -EHWPOISON;

		assert_int_equal(guest_read(VIRTUAL - 4, data, sizeof(data)), error);
		assert_int_equal(!memcmp(data, ones, sizeof(data)), error != 0);
	}
}

/* All parts before the one that fails are written. */
static void test_write_errors(void **state)
{
	uint8_t data[16];

	(void)state;
	memset(data, 0x07, sizeof(data));
	make(&device_ops);
	device.fail_at = VIRTUAL - 1;
	assert_int_equal(guest_write(VIRTUAL - 4, data, sizeof(data)), -EHWPOISON);
	assert_int_equal(vpasid_vconfig_control(view), 0);
	assert_int_equal(device.changes, 0);
	assert_memory_equal(device.registers, config, sizeof(config));

	device.fail_at = VIRTUAL + 8;
	assert_int_equal(guest_write(VIRTUAL - 4, data, sizeof(data)), -EHWPOISON);
	assert_int_equal(vpasid_vconfig_control(view), ALL);
	assert_int_equal(device.changes, 1);
	assert_memory_equal(device.registers + VIRTUAL - 4, data, 4);
	assert_memory_equal(device.registers + VIRTUAL, config + VIRTUAL, 16);
}

/* Resets */

static const struct {
	unsigned int offset, value, length;
	bool resets;
} flr_rows[] = {
	{ EXPRESS + PCI_EXP_DEVCTL, 0x8000, 2, true },
	{ EXPRESS + PCI_EXP_DEVCTL, 0x7fff, 2, false },
	{ EXPRESS + PCI_EXP_DEVCTL, 0x8000, 4, true },
	{ EXPRESS + PCI_EXP_DEVCTL, 0xffff7fff, 4, false },
	{ EXPRESS + PCI_EXP_DEVCTL + 1, 0x80, 1, true },
	{ EXPRESS + PCI_EXP_DEVCTL + 1, 0x7f, 1, false },
	{ EXPRESS + PCI_EXP_DEVCTL, 0xff, 1, false },
	{ EXPRESS + PCI_EXP_DEVCTL - 1, 0x800000, 3, true },
	{ EXPRESS + PCI_EXP_DEVSTA, 0xffff, 2, false },
	{ AF + PCI_AF_CTRL, 1, 1, true },
	{ AF + PCI_AF_CTRL, 0xfe, 1, false },
	{ AF, 0xffffffff, 4, false },
	{ AF + PCI_AF_CAP, 0x0100, 2, true },
};

static void enable(const struct vpasid_vconfig_ops *ops)
{
	make(ops);
	write_value(CONTROL, ALL, 2);
	device.changes = 0;
}

static void test_flr(void **state)
{
	for (size_t i = 0; i < sizeof(flr_rows) / sizeof(flr_rows[0]); i++) {
		for (int backed = 0; backed < 2; backed++) {
			view_setup(state);
			enable(backed ? &device_ops : &only_changed);
			write_value(flr_rows[i].offset, flr_rows[i].value, flr_rows[i].length);
			assert_int_equal(vpasid_vconfig_control(view),
					 flr_rows[i].resets ? 0 : ALL);
			assert_int_equal(device.changes, flr_rows[i].resets);
		}
	}
}

static void test_flr_goes_to_device_first(void **state)
{
	(void)state;
	enable(&device_ops);
	write_value(EXPRESS + PCI_EXP_DEVCTL, 0x8000, 2);
	assert_int_equal(device.devctl_at_change, 0x80);

	enable(&device_ops);
	device.fail_at = EXPRESS + PCI_EXP_DEVCTL;
	assert_int_equal(guest_write(EXPRESS + PCI_EXP_DEVCTL, "\0\x80", 2), -EHWPOISON);
	assert_int_equal(vpasid_vconfig_control(view), ALL);
}

/* A write goes from the lowest byte to the highest: what is behind the FLR comes after it. */
static void test_flr_and_enable(void **state)
{
	const unsigned int start = EXPRESS + PCI_EXP_DEVCTL;
	uint8_t data[VIRTUAL + 8 - (EXPRESS + PCI_EXP_DEVCTL)] = { [1] = 0x80 };

	(void)state;
	data[CONTROL - start] = VPASID_CTRL_ENABLE;
	enable(&device_ops);
	assert_int_equal(guest_write(start, data, sizeof(data)), 0);
	assert_int_equal(vpasid_vconfig_control(view), VPASID_CTRL_ENABLE);
}

/* The device has been reset, even if a later part of the write fails. */
static void test_flr_before_a_failure(void **state)
{
	const unsigned int start = EXPRESS + PCI_EXP_DEVCTL;
	uint8_t data[VIRTUAL + 12 - (EXPRESS + PCI_EXP_DEVCTL)] = { [1] = 0x80 };

	(void)state;
	data[CONTROL - start] = VPASID_CTRL_ENABLE;
	enable(&device_ops);
	device.fail_at = VIRTUAL + 8;
	assert_int_equal(guest_write(start, data, sizeof(data)), -EHWPOISON);
	assert_int_equal(device.registers[start + 1], 0x80);
	assert_int_equal(vpasid_vconfig_control(view), VPASID_CTRL_ENABLE);
}

static void expect_no_flr(void)
{
	enable(&device_ops);
	for (size_t i = 0; i < sizeof(flr_rows) / sizeof(flr_rows[0]); i++)
		write_value(flr_rows[i].offset, flr_rows[i].value, flr_rows[i].length);
	assert_int_equal(vpasid_vconfig_control(view), ALL);
}

static void test_no_flr(void **state)
{
	(void)state;
	put32(EXPRESS + PCI_EXP_DEVCAP, ~PCI_EXP_DEVCAP_FLR);
	config[AF + PCI_AF_CAP] = PCI_AF_CAP_TP;
	expect_no_flr();

	view_setup(state);
	config[PCI_STATUS] = 0;
	expect_no_flr();
}

/* A list that goes wrong isn't followed for ever, nor beyond conventional config space. */
static void test_conventional_list(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = AF | 3; /* reserved bits */
	config[EXPRESS + 1] = AF;
	enable(NULL);
	write_value(EXPRESS + PCI_EXP_DEVCTL, 0x8000, 2);
	assert_int_equal(vpasid_vconfig_control(view), 0);

	view_setup(state);
	memset(config + 0x40, 0, 0xc0);
	config[PCI_CAPABILITY_LIST] = 0x50;
	config[0x50] = PCI_CAP_ID_VNDR;
	config[0x51] = 0x50;
	expect_no_flr();
	for (unsigned int id = 0; id <= 0xff; id++) {
		view_setup(state);
		config[PCI_CAPABILITY_LIST] = 0xfc;
		put32(0xfc, id | 0xffffff00);
		make(&device_ops);
	}
}

static void test_reset(void **state)
{
	(void)state;
	enable(&device_ops);
	vpasid_vconfig_reset(view);
	assert_int_equal(vpasid_vconfig_control(view), 0);
	assert_int_equal(device.changes, 1);
	assert_int_equal(device.changed_to, 0);
	vpasid_vconfig_reset(view);
	assert_int_equal(device.changes, 1);
	assert_memory_equal(device.registers, config, sizeof(config));
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW_TEST(test_straddling),
		VIEW_TEST(test_snapshot),
		VIEW_TEST(test_device_is_read_each_time),
		VIEW_TEST(test_bounds),
		VIEW_TEST(test_read_errors),
		VIEW_TEST(test_write_errors),
		VIEW_TEST(test_flr),
		VIEW_TEST(test_flr_goes_to_device_first),
		VIEW_TEST(test_flr_and_enable),
		VIEW_TEST(test_flr_before_a_failure),
		VIEW_TEST(test_no_flr),
		VIEW_TEST(test_conventional_list),
		VIEW_TEST(test_reset),
	};

	return cmocka_run_group_tests_name("vconfig_access", tests, NULL, NULL);
}
