// SPDX-License-Identifier: MIT
/* vpasid/vconfig.h: ATS, PRI, capabilities of the VMM's bytes, what is masked, and patches. */
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

#define ATS	0x100 /* where the function has it */
#define PRI	0xd00
#define OTHER	0xc00
#define STATUS	(PRI + PCI_PRI_STATUS)
#define LIMIT	64 /* the capacity */
#define STOPPED VPASID_PRI_STOPPED
#define FLAGS	(VPASID_PRI_FAILURE | VPASID_PRI_UNEXPECTED)

static uint8_t pri_of_pf[VPASID_PRI_LENGTH], other[16], other_mask[16];
static struct vpasid_vconfig_registers registers[4];

/* What the callbacks were told, and what the page request interface says. */
static struct {
	unsigned int ats_calls, pri_calls, cap_calls;
	uint16_t ats, pri, stopped;
	uint32_t allocation;
	uint16_t cap;
} told;

static void ats_changed(void *opaque, uint16_t control)
{
	assert_ptr_equal(opaque, &device);
	told.ats_calls++;
	told.ats = control;
}

static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	assert_ptr_equal(opaque, &device);
	told.pri_calls++;
	told.pri = control;
	told.allocation = allocation;
	return told.stopped;
}

static void cap_changed(void *opaque, const struct vpasid_cap *cap)
{
	assert_ptr_equal(opaque, &device);
	told.cap_calls++;
	told.cap = cap->offset;
}

static const struct vpasid_vconfig_ops caps_ops = {
	.argsz = sizeof(caps_ops),
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
	.cap_changed = cap_changed,
};

static void put_le16(uint8_t *bytes, unsigned int value)
{
	bytes[0] = value;
	bytes[1] = value >> 8;
}

static int setup(void **state)
{
	view_setup(state);
	memset(&told, 0, sizeof(told));
	told.stopped = STOPPED;
	put32(ATS + 4, 0x80001f25); /* the host has it on, with the largest unit */
	memset(pri_of_pf, 0, sizeof(pri_of_pf));
	put_le16(pri_of_pf, VPASID_EXT_CAP_PRI);
	put_le16(pri_of_pf + PCI_PRI_CTRL, VPASID_PRI_ENABLE);
	put_le16(pri_of_pf + PCI_PRI_STATUS, VPASID_PRI_PASID_REQUIRED | FLAGS);
	pri_of_pf[PCI_PRI_MAX_REQ] = LIMIT;
	pri_of_pf[PCI_PRI_ALLOC_REQ] = 5;
	for (unsigned int i = 0; i < sizeof(other); i++)
		other[i] = 0x10 + i;
	put_le16(other, PCI_EXT_CAP_ID_DVSEC);
	memset(other_mask, 0, sizeof(other_mask));
	other_mask[8] = 0xf0;
	memset(registers, 0, sizeof(registers));
	registers[1] = (struct vpasid_vconfig_registers){ .bytes = pri_of_pf,
							  .length = sizeof(pri_of_pf) };
	registers[3] = (struct vpasid_vconfig_registers){ .bytes = other,
							  .writable = other_mask,
							  .length = sizeof(other) };

	placement.caps[1] =
		(struct vpasid_cap){ .id = VPASID_EXT_CAP_PRI, .length = 16, .offset = PRI };
	placement.caps[2] =
		(struct vpasid_cap){ .id = VPASID_EXT_CAP_ATS, .length = 8, .offset = ATS };
	placement.caps[3] = (struct vpasid_cap){
		.id = PCI_EXT_CAP_ID_DVSEC, .length = 16, .offset = OTHER, .version = 2
	};
	placement.cap_count = 4;
	request.registers = registers;
	request.register_count = 4;
	return 0;
}

#define CAPS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, view_teardown)

static void test_chain(void **state)
{
	static const struct {
		uint16_t at, id, next;
	} chain[] = { { ATS, 0x0f, 0x148 },
		      { 0x148, 0x18, VIRTUAL },
		      { VIRTUAL, 0x1b, PRI },
		      { PRI, 0x13, OTHER },
		      { OTHER, 0x23, 0 } };

	(void)state;
	make(&caps_ops);
	for (size_t i = 0; i < sizeof(chain) / sizeof(chain[0]); i++)
		assert_int_equal(read_value(chain[i].at, 4),
				 chain[i].id | (chain[i].at == OTHER ? 2 : 1) << 16 |
					 (uint32_t)chain[i].next << 20);
	assert_int_equal(vpasid_vconfig_offset(view, VPASID_EXT_CAP_PRI), PRI);
	assert_int_equal(vpasid_vconfig_offset(view, VPASID_EXT_CAP_ATS), ATS);
	assert_int_equal(vpasid_vconfig_offset(view, PCI_EXT_CAP_ID_LTR), 0);
}

static void test_at_first(void **state)
{
	(void)state;
	make(&caps_ops);
	assert_int_equal(read_value(ATS + 4, 4), 0x1f25);
	assert_int_equal(read_value(PRI + 4, 4), 0x81000000);
	assert_int_equal(read_value(PRI + 8, 4), LIMIT);
	assert_int_equal(read_value(PRI + 12, 4), 0);
	for (unsigned int i = 4; i < sizeof(other); i++)
		assert_int_equal(read_value(OTHER + i, 1), other[i]);
	assert_int_equal(told.ats_calls + told.pri_calls + told.cap_calls, 0);
}

static void test_ats(void **state)
{
	/* what is written, and what Control is then */
	static const uint16_t rows[][2] = {
		{ 0x0003, 0x0003 }, { 0xffff, 0x801f }, { 0x8003, 0x801f }, { 0x0003, 0x0003 },
		{ 0x8005, 0x8005 }, { 0x7fe0, 0x0000 }, { 0x8000, 0x8000 }, { 0, 0 },
	};
	uint16_t before = 0;
	unsigned int calls = 0;

	(void)state;
	make(&caps_ops);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_value(ATS + PCI_ATS_CTRL, rows[i][0], 2);
		assert_int_equal(read_value(ATS + PCI_ATS_CTRL, 2), rows[i][1]);
		calls += rows[i][1] != before;
		before = rows[i][1];
		assert_int_equal(told.ats_calls, calls);
		assert_int_equal(told.ats, before);
	}
	write_value(ATS + PCI_ATS_CTRL + 1, 0x80, 1);
	assert_int_equal(told.ats, 0x8000);
	write_value(ATS + PCI_ATS_CAP, 0xffff, 2);
	assert_int_equal(read_value(ATS + 4, 4), 0x80001f25);
}

/* Page requests, step by step: Control and Status as one dword */
static const struct pri_step {
	const char *what;
	uint32_t at, value, length;
	uint16_t stopped; /* what the interface says when it is told */
	uint16_t control, status;
	uint32_t allocation;
	unsigned int calls;
} steps[] = {
	{ "an allocation", 12, 32, 4, 0, 0, STOPPED, 32, 1 },
	{ "the same", 12, 32, 4, 0, 0, STOPPED, 32, 0 },
	{ "more than there are", 12, 0xffffffff, 4, 0, 0, STOPPED, LIMIT, 1 },
	{ "a byte of it", 12, 7, 1, 0, 0, STOPPED, 7, 1 },
	{ "the capacity can't be written", 8, 1, 4, 0, 0, STOPPED, 7, 0 },
	{ "Stopped can't be written", 6, STOPPED, 2, 0, 0, STOPPED, 7, 0 },
	{ "Enable", 4, 1, 2, 0, 1, 0, 7, 1 },
	{ "Enable again", 4, 0xfffd, 2, 0, 1, 0, 7, 0 },
	{ "no allocation meanwhile", 12, 9, 4, 0, 1, 0, 7, 0 },
	{ "Reset with Enable has no effect", 4, 3, 2, 0, 1, 0, 7, 0 },
	{ "off, with requests outstanding", 4, 0, 2, 0, 0, 0, 7, 1 },
	{ "Enable, while it stops, has no effect", 4, 1, 2, 0, 0, 0, 7, 0 },
	{ "Reset stops it at once", 4, 2, 2, 0, 0, STOPPED, 7, 1 },
	{ "Enable, by a dword", 4, 0xffff0001, 4, 0, 1, 0, 7, 1 },
	{ "off, with none outstanding", 4, 0, 2, STOPPED, 0, STOPPED, 7, 1 },
	{ "Enable, third time", 4, 1, 1, 0, 1, 0, 7, 1 },
	{ "off and Reset", 4, 2, 2, 0, 0, STOPPED, 7, 1 },
};

static void expect_pri(const struct pri_step *step)
{
	uint32_t expected = step->control | (uint32_t)(step->status | VPASID_PRI_PASID_REQUIRED)
						    << 16;

	if (read_value(PRI + 4, 4) != expected || read_value(PRI + 12, 4) != step->allocation ||
	    told.pri_calls != step->calls || read_value(PRI + 8, 4) != LIMIT)
		fail_msg("%s: %08x, %u requests, told %u times", step->what, read_value(PRI + 4, 4),
			 read_value(PRI + 12, 4), told.pri_calls);
	if (step->calls) {
		assert_int_equal(told.pri & VPASID_PRI_ENABLE, step->control);
		assert_int_equal(told.allocation, step->allocation);
	}
}

static void test_pri(void **state)
{
	(void)state;
	make(&caps_ops);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		told.pri_calls = 0;
		told.stopped = steps[i].stopped;
		write_value(PRI + steps[i].at, steps[i].value, steps[i].length);
		expect_pri(&steps[i]);
	}
	assert_int_equal(told.pri, VPASID_PRI_RESET);
}

static uint16_t status(void)
{
	return read_value(STATUS, 2) & ~VPASID_PRI_PASID_REQUIRED;
}

static void test_pri_status(void **state)
{
	(void)state;
	make(&caps_ops);
	told.stopped = 0;
	write_value(PRI + PCI_PRI_CTRL, 1, 2);
	assert_int_equal(vpasid_vconfig_set_pri_status(view, STOPPED | FLAGS), 0);
	assert_int_equal(status(), FLAGS); /* Stopped has no meaning while it is enabled */
	write_value(STATUS, VPASID_PRI_UNEXPECTED, 2);
	assert_int_equal(status(), VPASID_PRI_FAILURE);
	write_value(STATUS, 0xfffc, 2);
	assert_int_equal(status(), VPASID_PRI_FAILURE);
	write_value(STATUS, VPASID_PRI_FAILURE, 1);
	assert_int_equal(status(), 0);

	write_value(PRI + PCI_PRI_CTRL, 0, 2);
	assert_int_equal(status(), 0);
	assert_int_equal(vpasid_vconfig_set_pri_status(view, STOPPED), 0);
	assert_int_equal(status(), STOPPED);
	write_value(PRI + PCI_PRI_CTRL, 1, 2);
	write_value(PRI + PCI_PRI_CTRL, 0, 2);
	assert_int_equal(vpasid_vconfig_set_pri_status(view, VPASID_PRI_FAILURE), 0);
	assert_int_equal(status(), STOPPED | VPASID_PRI_FAILURE);
	write_value(PRI + PCI_PRI_CTRL, 1, 2); /* clears the flags */
	assert_int_equal(status(), 0);
	assert_int_equal(vpasid_vconfig_set_pri_status(view, 4), -EINVAL);
}

static void test_pri_without_a_callback(void **state)
{
	(void)state;
	make(NULL);
	write_value(PRI + PCI_PRI_CTRL, 1, 2);
	assert_int_equal(status(), 0);
	write_value(PRI + PCI_PRI_CTRL, 0, 2);
	assert_int_equal(status(), STOPPED);
}

/* Without PASID, there is none in responses; and without PRI there is no status. */
static void test_pri_without_pasid(void **state)
{
	(void)state;
	placement.caps[0] = placement.caps[1];
	placement.cap_count = 1;
	request.register_count = 0;
	registers[0] = registers[1];
	request.register_count = 1;
	request.info = NULL;
	make(NULL);
	assert_int_equal(read_value(STATUS, 2), STOPPED);
	assert_int_equal(vpasid_vconfig_control(view), 0);

	placement.caps[0] =
		(struct vpasid_cap){ .id = VPASID_EXT_CAP_ATS, .length = 8, .offset = ATS };
	registers[0].bytes = NULL;
	make(NULL);
	assert_int_equal(vpasid_vconfig_set_pri_status(view, STOPPED), -ENOENT);
}

static void test_other(void **state)
{
	(void)state;
	make(&caps_ops);
	write_value(OTHER + 4, 0xffffffff, 4);
	assert_int_equal(told.cap_calls, 0);
	write_value(OTHER + 8, 0xffffffff, 4);
	assert_int_equal(read_value(OTHER + 8, 4), 0x1b1a19f8);
	assert_int_equal(told.cap_calls, 1);
	assert_int_equal(told.cap, OTHER);
	vpasid_vconfig_reset(view);
	assert_int_equal(read_value(OTHER + 8, 4), 0x1b1a1918);
	assert_int_equal(told.cap_calls, 2);
}

static void turn_on(void)
{
	make(&caps_ops);
	write_value(CONTROL, ALL, 2);
	write_value(PRI + PCI_PRI_ALLOC_REQ, 9, 4);
	write_value(PRI + PCI_PRI_CTRL, 1, 2);
	write_value(ATS + PCI_ATS_CTRL, 0x8001, 2);
	write_value(OTHER + 8, 0xf0, 1);
}

static void test_reset(void **state)
{
	uint8_t before[VPASID_CONFIG_SIZE], after[VPASID_CONFIG_SIZE];

	(void)state;
	make(&caps_ops);
	assert_int_equal(guest_read(0, before, sizeof(before)), 0);
	turn_on();
	told.stopped = 0;
	write_value(EXPRESS + PCI_EXP_DEVCTL, 0x8000, 2);
	assert_int_equal(told.pri, VPASID_PRI_RESET);
	assert_int_equal(told.allocation, 0);
	assert_int_equal(told.ats, 0);
	assert_int_equal(guest_read(0, after, sizeof(after)), 0);
	assert_memory_equal(before, after, sizeof(after));
}

static void test_state(void **state)
{
	uint8_t before[VPASID_CONFIG_SIZE], after[VPASID_CONFIG_SIZE];
	uint8_t saved[VPASID_VCONFIG_STATE_MAX];
	size_t size;

	(void)state;
	turn_on();
	assert_int_equal(guest_read(0, before, sizeof(before)), 0);
	size = vpasid_vconfig_save(view, saved, sizeof(saved));
	make(&caps_ops);
	memset(&told, 0, sizeof(told));
	assert_int_equal(vpasid_vconfig_restore(view, saved, size), 0);
	assert_int_equal(guest_read(0, after, sizeof(after)), 0);
	assert_memory_equal(before, after, sizeof(after));
	assert_int_equal(told.ats, 0x8001);
	assert_int_equal(told.pri, VPASID_PRI_ENABLE);
	assert_int_equal(told.allocation, 9);
	assert_int_equal(told.cap_calls, 1);

	pri_of_pf[PCI_PRI_MAX_REQ]--;
	make(&caps_ops);
	assert_int_equal(vpasid_vconfig_restore(view, saved, size), -ESTALE);
	pri_of_pf[PCI_PRI_MAX_REQ]++;
	other[12]++;
	make(&caps_ops);
	assert_int_equal(vpasid_vconfig_restore(view, saved, size), -ESTALE);
	other[12]--;
	placement.cap_count = request.register_count = 3;
	make(&caps_ops);
	assert_int_equal(vpasid_vconfig_restore(view, saved, size), -ESTALE);
}

/* The guest may allocate as many requests as there are, but no state has more. */
static void test_state_of_all_requests(void **state)
{
	uint8_t saved[VPASID_VCONFIG_STATE_MAX];
	size_t size;

	(void)state;
	make(&caps_ops);
	write_value(PRI + PCI_PRI_ALLOC_REQ, LIMIT, 4);
	size = vpasid_vconfig_save(view, saved, sizeof(saved));
	make(&caps_ops);
	assert_int_equal(vpasid_vconfig_restore(view, saved, size), 0);
	assert_int_equal(read_value(PRI + PCI_PRI_ALLOC_REQ, 4), LIMIT);
}

static void test_refused(void **state)
{
	(void)state;
	seal();
	assert_int_equal(try_make(), 0);
	registers[1].bytes = NULL; /* the function has no PRI */
	assert_int_equal(try_make(), -EINVAL);
	registers[1].bytes = other;
	assert_int_equal(try_make(), -EINVAL);
	registers[1].bytes = pri_of_pf;
	registers[3].bytes = NULL;
	assert_int_equal(try_make(), -EINVAL);
	registers[3].bytes = other;
	request.register_count = 3;
	assert_int_equal(try_make(), -EINVAL);
	request.register_count = 4;
	placement.caps[3].offset = PRI + 12;
	assert_int_equal(try_make(), -EBUSY);
	placement.caps[3].offset = OTHER;
	request.info = NULL;
	assert_int_equal(try_make(), -EINVAL);
	request.info = &info;
	request.withheld = 4;
	assert_int_equal(try_make(), -EINVAL);
	request.withheld = 0;
	request.argsz = 0;
	assert_int_equal(try_make(), -EINVAL);
}

/* The bytes end where readable memory ends, so that valgrind and sanitizers see a read beyond. */
static int make_of(unsigned int i, const uint8_t *bytes, uint32_t length)
{
	const struct vpasid_vconfig_registers before = registers[i];
	uint8_t *whole = malloc(length), *mask = calloc(1, length);
	int ret;

	memcpy(whole, bytes, length);
	registers[i] = (struct vpasid_vconfig_registers){ .bytes = whole,
							  .writable = mask,
							  .length = length };
	ret = try_make();
	registers[i] = before;
	free(whole);
	free(mask);
	return ret;
}

static void test_lengths(void **state)
{
	static const uint8_t ats[] = { VPASID_EXT_CAP_ATS, [5] = 7, [16] = 0xff };

	(void)state;
	seal();
	for (uint32_t length = 1; length <= 16; length++) {
		assert_int_equal(make_of(1, pri_of_pf, length), length < 16 ? -EINVAL : 0);
		assert_int_equal(make_of(2, ats, length), length < 8 ? -EINVAL : 0);
		assert_int_equal(make_of(3, other, length), length < 16 ? -EINVAL : 0);
	}
	assert_int_equal(make_of(2, ats, sizeof(ats)), 0);
	assert_int_equal(read_value(ATS + 4, 4), 0x700);
	/* nothing counts for PASID; the function has its own ATS */
	registers[0].bytes = registers[0].writable = other;
	registers[2].length = 1;
	assert_int_equal(try_make(), 0);
	registers[3].length = 0;
	assert_int_equal(try_make(), -EINVAL);
}

/* Nobody knows how long a later version of the function's own ATS is. */
static void test_own_version(void **state)
{
	(void)state;
	seal();
	assert_int_equal(try_make(), 0);
	config[ATS + 2] = (config[ATS + 2] & 0xf0) | 2;
	seal();
	assert_int_equal(try_make(), -EINVAL);
}

static void test_reserved(void **state)
{
	(void)state;
	seal();
	for (unsigned int i = 0; i < 4; i++) {
		registers[i].reserved = 1;
		assert_int_equal(try_make(), -EINVAL);
		registers[i].reserved = 0;
		assert_int_equal(try_make(), 0);
	}
}

static void test_sizes(void **state)
{
	struct {
		struct vpasid_vconfig_ops ops;
		uint64_t later;
	} longer = { .ops = caps_ops };

	(void)state;
	seal();
	longer.ops.argsz = sizeof(longer);
	request.ops = &longer.ops;
	assert_int_equal(try_make(), 0);
	longer.later = 1;
	assert_int_equal(try_make(), -E2BIG);
	longer.ops.argsz = offsetof(struct vpasid_vconfig_ops, ats_changed);
	assert_int_equal(try_make(), 0);
	write_value(ATS + PCI_ATS_CTRL, 1, 2);
	assert_int_equal(told.ats_calls, 0);
	assert_int_equal(read_value(ATS + PCI_ATS_CTRL, 2), 1);
}

static void test_withheld(void **state)
{
	(void)state;
	request.withheld = VPASID_CAP_EXEC;
	make(NULL);
	assert_int_equal(read_value(VIRTUAL + 4, 1), VPASID_CTRL_PRIV);
	write_value(CONTROL, ALL, 2);
	assert_int_equal(vpasid_vconfig_control(view), 5);
}

static void test_masked(void **state)
{
	static const uint16_t masked[] = { VPASID_EXT_CAP_ATS, PCI_EXT_CAP_ID_LTR };

	(void)state;
	placement.cap_count = 1;
	request.register_count = 0;
	request.masked = masked;
	request.masked_count = 1;
	make(&device_ops);
	assert_int_equal(read_value(0x100, 4), 0x148u << 20);
	assert_int_equal(read_value(0x104, 4), 0);
	write_value(0x104, 0xffffffff, 4);
	assert_memory_equal(device.registers, config, sizeof(config));
	request.masked_count = 2;
	make(&device_ops);
	assert_int_equal(read_value(0x100, 4), (uint32_t)VIRTUAL << 20);
	assert_int_equal(read_value(0x148, 4), 0);
}

/* Applied to the function's config space, they make what the guest reads. */
static void test_patches(void **state)
{
	struct vpasid_vconfig_patch patches[32];
	uint8_t patched[VPASID_CONFIG_SIZE], seen[VPASID_CONFIG_SIZE];
	unsigned int last = 0;
	size_t count;

	(void)state;
	turn_on();
	count = vpasid_vconfig_patches(view, patches, 32);
	/* 8 + 16 + 8 + 16 bytes, and the header that leads to PASID */
	assert_int_equal(count, 13);
	assert_int_equal(vpasid_vconfig_patches(view, NULL, 0), 13);
	memcpy(patched, config, sizeof(patched));
	for (size_t i = 0; i < count; i++) {
		const struct vpasid_vconfig_patch *patch = &patches[i];
		uint32_t value = (get32(patched, patch->offset) & ~patch->mask) | patch->value;

		assert_true(patch->offset > last && !(patch->value & ~patch->mask));
		last = patch->offset;
		for (unsigned int byte = 0; byte < 4; byte++)
			patched[patch->offset + byte] = value >> 8 * byte;
		if (patch->offset == 0x148)
			assert_int_equal(patch->mask, 0xfff00000);
		if (patch->offset == PRI + 4) {
			assert_int_equal(patch->writable, VPASID_PRI_ENABLE);
			assert_int_equal(patch->w1c, FLAGS << 16);
		}
		if (patch->offset == VIRTUAL + 4)
			assert_int_equal(patch->writable, ALL << 16);
	}
	assert_int_equal(guest_read(0, seen, sizeof(seen)), 0);
	assert_memory_equal(patched, seen, sizeof(seen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CAPS_TEST(test_chain),
		CAPS_TEST(test_at_first),
		CAPS_TEST(test_ats),
		CAPS_TEST(test_pri),
		CAPS_TEST(test_pri_status),
		CAPS_TEST(test_pri_without_a_callback),
		CAPS_TEST(test_pri_without_pasid),
		CAPS_TEST(test_other),
		CAPS_TEST(test_reset),
		CAPS_TEST(test_state),
		CAPS_TEST(test_refused),
		CAPS_TEST(test_lengths),
		CAPS_TEST(test_reserved),
		CAPS_TEST(test_sizes),
		CAPS_TEST(test_withheld),
		CAPS_TEST(test_masked),
		CAPS_TEST(test_patches),
		CAPS_TEST(test_state_of_all_requests),
		CAPS_TEST(test_own_version),
	};

	return cmocka_run_group_tests_name("vconfig_caps", tests, NULL, NULL);
}
