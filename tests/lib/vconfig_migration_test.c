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

/* Of a state that has PASID alone */
#define SIZE	 64
#define LAYOUT	 20
#define CAP	 32
#define REGISTER 42 /* PASID Control */
#define CHECKSUM 56

static uint8_t saved[VPASID_VCONFIG_STATE_MAX];
static size_t size;

static int restore(void)
{
	return vpasid_vconfig_restore(view, saved, size);
}

static void save_view(void)
{
	int ret = vpasid_vconfig_save(view, saved, sizeof(saved));

	assert_true(ret > 0);
	assert_int_equal(vpasid_vconfig_state_size(view), ret);
	size = (size_t)ret;
}

static void save(uint16_t control)
{
	make(&device_ops);
	write_value(CONTROL, control, 2);
	save_view();
	assert_int_equal(size, SIZE);
}

static void test_restore(void **state)
{
	uint8_t again[SIZE];

	(void)state;
	for (unsigned int control = 0; control <= ALL; control++) {
		save(control);
		make(&device_ops);
		device.changes = 0;
		assert_int_equal(restore(), 0);
		assert_int_equal(vpasid_vconfig_control(view), control);
		assert_int_equal(read_value(CONTROL, 2), control);
		assert_int_equal(device.changes, control != 0);
		assert_int_equal(vpasid_vconfig_save(view, again, SIZE), SIZE);
		assert_memory_equal(saved, again, SIZE);
		assert_int_equal(vpasid_vconfig_save(view, again, SIZE - 1), -ENOSPC);
		assert_int_equal(restore(), 0);
		assert_int_equal(device.changes, control != 0);
	}
}

/* The guest has 3 in Control, and the state has 7. */
static void expect_refused(int error)
{
	char why[VPASID_VCONFIG_WHY_TEXT];
	int length = vpasid_vconfig_why_stale(view, saved, size, why, sizeof(why));

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
	for (unsigned int bit = 0; bit < SIZE * 8; bit++) {
		saved[bit / 8] ^= 1 << bit % 8;
		expect_refused(-EPROTO);
		saved[bit / 8] ^= 1 << bit % 8;
	}
	for (size_t part = 0; part < SIZE; part++)
		assert_int_equal(vpasid_vconfig_restore(view, saved, part), -EPROTO);
	assert_int_equal(vpasid_vconfig_restore(view, saved, SIZE + 1), -EPROTO);
	assert_int_equal(vpasid_vconfig_control(view), 3);
	memset(saved, 0, sizeof(saved));
	expect_refused(-EPROTO);
	memset(saved, 0xff, sizeof(saved));
	expect_refused(-EPROTO);
}

/* Sets the size and the checksum, FNV-1a, of a state that is made up. */
static void seal_state(void)
{
	uint64_t sum = 0xcbf29ce484222325;

	saved[8] = size;
	for (unsigned int i = 0; i < size - 8; i++)
		sum = (sum ^ saved[i]) * 0x100000001b3;
	for (unsigned int i = 0; i < 8; i++)
		saved[size - 8 + i] = sum >> 8 * i;
}

static void expect_forged(unsigned int at, uint8_t value, int error)
{
	uint8_t before = saved[at];

	saved[at] = value;
	seal_state();
	expect_refused(error);
	saved[at] = before;
}

static void test_forged_state(void **state)
{
	(void)state;
	save(ALL);
	seal_state();
	run_guest();
	assert_int_equal(restore(), 0);

	run_guest();
	expect_forged(4, 3, -EPROTO); /* a later major version */
	expect_forged(4, 1, -EPROTO); /* of another length */
	for (unsigned int i = 12; i < 16; i++)
		expect_forged(i, 1, -EPROTO);
	expect_forged(16, 9, -EPROTO);		/* a field that isn't known */
	expect_forged(18, 7, -EPROTO);		/* a digest of 7 bytes */
	expect_forged(28, 3, -EPROTO);		/* two digests of the same kind */
	expect_forged(30, 13, -EPROTO);		/* a capability with a byte more */
	expect_forged(CAP, 0, -EPROTO);		/* a capability with ID 0 */
	expect_forged(CAP + 4, 4, -EPROTO);	/* PASID of 4 bytes */
	expect_forged(CAP + 7, 1, -EPROTO);	/* only a later version could have it */
	expect_forged(CAP + 2, 4, -ESTALE);	/* elsewhere */
	expect_forged(CAP + 9, 16, -ESTALE);	/* another width */
	expect_forged(REGISTER, 0x0f, -EPROTO); /* a bit that Control doesn't have */
	expect_forged(REGISTER + 1, 0x80, -EPROTO);
	expect_forged(48, saved[48] ^ 1, -ESTALE); /* the guest sees another chain */
	seal_state();
	assert_int_equal(restore(), 0);
}

/* A field of a later minor version, behind the others. */
static void add_field(unsigned int type)
{
	memmove(saved + CHECKSUM + 8, saved + CHECKSUM, 8);
	memset(saved + CHECKSUM, 0, 8);
	saved[CHECKSUM] = type;
	saved[CHECKSUM + 1] = type >> 8;
	saved[CHECKSUM + 2] = 3; /* filled up to 4 */
	saved[CHECKSUM + 4] = 0x5a;
	saved[6] = 1;
	size += 8;
	seal_state();
}

static void test_optional_field(void **state)
{
	(void)state;
	save(ALL);
	add_field(0x8001);
	run_guest();
	assert_int_equal(restore(), 0);
	assert_int_equal(vpasid_vconfig_control(view), ALL);
	save(ALL);
	add_field(0x0004);
	run_guest();
	expect_refused(-EPROTO);
}

/* The format stays as it is: any later version must accept these bytes. */
static void test_format(void **state)
{
	static const uint8_t begins[] = { 'v', 'P', 'A', 'S', 2, 0, 0, 0, SIZE, 0,
					  0,   0,   0,	 0,   0, 0, 1, 0, 8,	0 };
	static const uint8_t cap[] = { 2, 0, 12, 0,  0x1b, 0, 0x00, 0x0e, 8, 0,
				       1, 0, 6,	 20, 7,	   0, 3,    0,	  8, 0 };

	(void)state;
	save(ALL);
	assert_memory_equal(saved, begins, sizeof(begins));
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(saved[LAYOUT + i], (placement.digest >> 8 * i) & 0xff);
	assert_memory_equal(saved + CAP - 4, cap, sizeof(cap));
}

/* States that earlier versions have saved, of this test's config space. */
static const struct {
	const char *name;
	uint8_t version, width, permissions;
	uint16_t control;
} states[] = {
	{ "1-off", 1, 20, PERMISSIONS, 0 },
	{ "1-enabled", 1, 20, PERMISSIONS, ALL },
	{ "1-narrow", 1, 10, 0, 1 },
	{ "1-privileged", 1, 16, VPASID_CAP_PRIV, 5 },
	{ "2.0-off", 2, 20, PERMISSIONS, 0 },
	{ "2.0-enabled", 2, 20, PERMISSIONS, ALL },
	{ "2.0-narrow", 2, 10, 0, 1 },
	{ "2.0-privileged", 2, 16, VPASID_CAP_PRIV, 5 },
	{ "2.1-optional", 2, 20, PERMISSIONS, ALL },
};

static void load_state(const char *name)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", STATES, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	size = fread(saved, 1, sizeof(saved), file);
	fclose(file);
}

/* The target makes the view that the state asks for. */
static void test_earlier_versions(void **state)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct vpasid_vconfig_state peeked = { .argsz = sizeof(peeked) };
		const struct vpasid_place_request where = {
			.argsz = sizeof(where),
			.config = config,
			.size = sizeof(config),
		};

		view_setup(state);
		load_state(states[i].name);
		assert_int_equal(vpasid_vconfig_state_peek(saved, size, &peeked), 0);
		assert_int_equal(peeked.version, states[i].version);
		assert_int_equal(peeked.width, states[i].width);
		assert_int_equal(peeked.permissions, states[i].permissions);
		assert_int_equal(peeked.placement.cap_count, 1);
		assert_int_equal(peeked.placement.caps[0].offset, VIRTUAL);
		assert_int_equal(vpasid_place_verify(&where, &peeked.placement), 0);

		request.placement = &peeked.placement;
		request.width = peeked.width;
		request.withheld = PERMISSIONS & ~peeked.permissions;
		request.ops = &device_ops;
		assert_int_equal(try_make(), 0);
		assert_int_equal(restore(), 0);
		assert_int_equal(vpasid_vconfig_control(view), states[i].control);
	}
}

static void test_peek(void **state)
{
	struct vpasid_vconfig_state peeked = { .argsz = 8, .width = 0x5a };

	(void)state;
	save(ALL);
	assert_int_equal(vpasid_vconfig_state_peek(saved, size, &peeked), 0);
	assert_int_equal(peeked.argsz, 8);
	assert_int_equal(peeked.version, 2);
	assert_int_equal(peeked.width, 0x5a); /* beyond what the caller has */
	peeked.argsz = 3;
	assert_int_equal(vpasid_vconfig_state_peek(saved, size, &peeked), -EINVAL);
	peeked.argsz = sizeof(peeked);
	saved[20] ^= 1;
	assert_int_equal(vpasid_vconfig_state_peek(saved, size, &peeked), -EPROTO);
	assert_int_equal(peeked.width, 0x5a);
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
	assert_int_equal(vpasid_vconfig_why_stale(view, saved, size, why, sizeof(why)), 0);
	assert_string_equal(why, "");
	placement.caps[0].offset = 0xff8;
	make(&device_ops);
	length = vpasid_vconfig_why_stale(view, saved, size, why, sizeof(why));
	assert_string_equal(why, "the guest has PASID at 0xe00, but on this host it would be at "
				 "0xff8");
	assert_int_equal(length, strlen(why));
	assert_int_equal(vpasid_vconfig_why_stale(view, saved, size, NULL, 0), length);
	assert_int_equal(vpasid_vconfig_why_stale(view, saved, size, cut, sizeof(cut)), length);
	assert_string_equal(cut, "the gue");
	assert_true(vpasid_vconfig_why_stale(view, saved, 3, why, sizeof(why)) > 0);

	/* without a view, about the state alone */
	assert_int_equal(vpasid_vconfig_why_stale(NULL, saved, size, why, sizeof(why)), 0);
	assert_string_equal(why, "");
	vpasid_vconfig_why_stale(NULL, saved, 3, why, sizeof(why));
	assert_string_equal(why, "this isn't a saved state");
}

static void test_why_length(void **state)
{
	static const uint8_t vsec[16] = { PCI_EXT_CAP_ID_VNDR };
	const struct vpasid_vconfig_registers registers[] = {
		{ 0 }, { .bytes = vsec, .length = sizeof(vsec) }
	};
	char why[VPASID_VCONFIG_WHY_TEXT];

	(void)state;
	placement.cap_count = 2;
	placement.caps[1] = (struct vpasid_cap){
		.id = PCI_EXT_CAP_ID_VNDR, .length = 16, .offset = VIRTUAL - 16, .version = 1
	};
	request.registers = registers;
	request.register_count = 2;
	make(&device_ops);
	save_view();
	placement.caps[1].length = 12;
	make(&device_ops);
	assert_int_equal(restore(), -ESTALE);
	vpasid_vconfig_why_stale(view, saved, size, why, sizeof(why));
	assert_string_equal(why, "the guest has VSEC of 16 bytes, but on this host it would have "
				 "12");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW_TEST(test_restore),	VIEW_TEST(test_damaged_state),
		VIEW_TEST(test_forged_state),	VIEW_TEST(test_format),
		VIEW_TEST(test_stale_state),	VIEW_TEST(test_why),
		VIEW_TEST(test_optional_field), VIEW_TEST(test_earlier_versions),
		VIEW_TEST(test_peek),		VIEW_TEST(test_why_length),
	};

	return cmocka_run_group_tests_name("vconfig_migration", tests, NULL, NULL);
}
