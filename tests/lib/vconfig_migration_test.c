// SPDX-License-Identifier: MIT
/* vpasid/vconfig.h: a view's state is saved, and restored into another. */
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

static uint8_t saved[VPASID_VCONFIG_STATE_SIZE];

static int restore(void)
{
	return vpasid_vconfig_restore(view, saved, sizeof(saved));
}

static void save(uint16_t control)
{
	make(&device_ops);
	write_value(CONTROL, control, 2);
	vpasid_vconfig_save(view, saved);
}

static void test_restore(void **state)
{
	uint8_t again[sizeof(saved)];

	(void)state;
	for (unsigned int control = 0; control <= ALL; control++) {
		save(control);
		make(&device_ops);
		device.changes = 0;
		assert_int_equal(restore(), 0);
		assert_int_equal(vpasid_vconfig_control(view), control);
		assert_int_equal(read_value(CONTROL, 2), control);
		assert_int_equal(device.changes, control != 0);
		vpasid_vconfig_save(view, again);
		assert_memory_equal(saved, again, sizeof(saved));
		assert_int_equal(restore(), 0);
		assert_int_equal(device.changes, control != 0);
	}
}

/* The guest has 3 in Control, and the state has 7. */
static void expect_refused(int error)
{
	char why[VPASID_VCONFIG_WHY_TEXT];
	int length = vpasid_vconfig_why_stale(view, saved, sizeof(saved), why, sizeof(why));

	assert_true(length > 0 && (size_t)length < sizeof(why));
	assert_int_equal(strlen(why), length);
	assert_int_equal(restore(), error);
	assert_int_equal(vpasid_vconfig_control(view), 3);
	assert_int_equal(device.changes, 0);
}

static void run_guest(void)
{
	make(&device_ops);
	write_value(CONTROL, 3, 2);
	device.changes = 0;
}

static void test_damaged_state(void **state)
{
	(void)state;
	save(ALL);
	run_guest();
	for (unsigned int bit = 0; bit < sizeof(saved) * 8; bit++) {
		saved[bit / 8] ^= 1 << bit % 8;
		assert_int_not_equal(restore(), 0);
		expect_refused(restore() == -ESTALE ? -ESTALE : -EPROTO);
		saved[bit / 8] ^= 1 << bit % 8;
	}
	for (size_t size = 0; size < sizeof(saved); size++)
		assert_int_equal(vpasid_vconfig_restore(view, saved, size), -EPROTO);
	assert_int_equal(vpasid_vconfig_restore(view, saved, sizeof(saved) + 1), -EPROTO);
	assert_int_equal(vpasid_vconfig_control(view), 3);
	memset(saved, 0, sizeof(saved));
	expect_refused(-EPROTO);
	memset(saved, 0xff, sizeof(saved));
	expect_refused(-EPROTO);
}

/* Sets the checksum, FNV-1a, of a state that is made up. */
static void seal_state(void)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (unsigned int i = 0; i < 24; i++)
		sum = (sum ^ saved[i]) * 0x100000001b3;
	for (unsigned int i = 0; i < 8; i++)
		saved[24 + i] = sum >> 8 * i;
}

static void test_forged_state(void **state)
{
	(void)state;
	save(ALL);
	seal_state();
	make(&device_ops);
	assert_int_equal(restore(), 0);

	saved[4] = 2; /* a later version */
	seal_state();
	run_guest();
	expect_refused(-EPROTO);
	saved[4] = 1;
	saved[10] = 0x0f; /* a bit that Control doesn't have */
	seal_state();
	expect_refused(-EPROTO);
	saved[10] = 0x07;
	saved[11] = 0x80;
	seal_state();
	expect_refused(-EPROTO);
	saved[11] = 0;
	for (unsigned int i = 12; i < 16; i++) { /* only a later version could have them */
		saved[i] = 1;
		seal_state();
		expect_refused(-EPROTO);
		saved[i] = 0;
	}
	seal_state();
	assert_int_equal(restore(), 0);
}

/* The format stays as it is: any later version must accept these bytes. */
static void test_format(void **state)
{
	static const uint8_t begins[16] = { 'v', 'P', 'A', 'S', 1, 0, 0x00, 0x0e, 6, 20, 7 };

	(void)state;
	save(ALL);
	assert_memory_equal(saved, begins, sizeof(begins));
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(saved[16 + i], (placement.digest >> 8 * i) & 0xff);
}

static void test_stale_state(void **state)
{
	(void)state;
	save(ALL);
	request.width = 16;
	run_guest();
	expect_refused(-ESTALE);
	request.width = 0;
	info.capabilities = VPASID_CAP_EXEC;
	run_guest();
	expect_refused(-ESTALE);
	info.capabilities = PERMISSIONS;
	placement.caps[0].offset = VIRTUAL - 8;
	make(&device_ops);
	assert_int_equal(restore(), -ESTALE);
	placement.caps[0].offset = VIRTUAL;
	put_cap(0x100, PCI_EXT_CAP_ID_DSN, 0x148);
	run_guest();
	expect_refused(-ESTALE);
}

static void test_why(void **state)
{
	char why[VPASID_VCONFIG_WHY_TEXT], cut[8];
	int length;

	(void)state;
	save(ALL);
	assert_int_equal(vpasid_vconfig_why_stale(view, saved, sizeof(saved), why, sizeof(why)), 0);
	assert_string_equal(why, "");
	placement.caps[0].offset = 0xff8;
	make(&device_ops);
	length = vpasid_vconfig_why_stale(view, saved, sizeof(saved), why, sizeof(why));
	assert_string_equal(why, "the guest has PASID at 0xe00, this host would have it at 0xff8");
	assert_int_equal(length, strlen(why));
	assert_int_equal(vpasid_vconfig_why_stale(view, saved, sizeof(saved), NULL, 0), length);
	assert_int_equal(vpasid_vconfig_why_stale(view, saved, sizeof(saved), cut, sizeof(cut)),
			 length);
	assert_string_equal(cut, "the gue");
	assert_true(vpasid_vconfig_why_stale(view, saved, 3, why, sizeof(why)) > 0);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW_TEST(test_restore),      VIEW_TEST(test_damaged_state),
		VIEW_TEST(test_forged_state), VIEW_TEST(test_format),
		VIEW_TEST(test_stale_state),  VIEW_TEST(test_why),
	};

	return cmocka_run_group_tests_name("vconfig_migration", tests, NULL, NULL);
}
