// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/vconfig.h, sentence by sentence, with config spaces that are made by hand:
 * what a view shows. tests/property/ has random ones.
 */
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

/* Allocations are counted, and refused on demand. */
static unsigned int allocations;
static bool in_calloc; /* musl's calls malloc(), which is wrapped in a static libc, too */
static bool no_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
	allocations += !in_calloc;
	return no_memory ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	void *memory = NULL;

	allocations++;
	in_calloc = true;
	if (!no_memory)
		memory = __real_calloc(count, size);
	in_calloc = false;
	return memory;
}

static int teardown(void **state)
{
	no_memory = false;
	return view_teardown(state);
}

static void refuse(int error)
{
	assert_int_equal(try_make(), error);
	assert_null(view);
}

/* Making a view */

static void test_refused_requests(void **state)
{
	(void)state;
	make(NULL);
	request.size = VPASID_CONFIG_SIZE - 1;
	refuse(-EINVAL);
	request.size = VPASID_CONFIG_CONVENTIONAL;
	refuse(-EINVAL);
	request.size = VPASID_CONFIG_SIZE + 1;
	refuse(-EINVAL);
}

static void test_refused_widths(void **state)
{
	(void)state;
	seal();
	info.width = 0;
	refuse(-EINVAL);
	info.width = VPASID_MAX_WIDTH + 1;
	refuse(-EINVAL);
	info.width = 20;
	request.width = 21;
	refuse(-EINVAL);
	info.known = VPASID_KNOWN_IOMMU_WIDTH;
	info.iommu_width = 16;
	request.width = 17;
	refuse(-EINVAL);
	info.iommu_width = 0;
	request.width = 0;
	refuse(-EINVAL);
}

static void test_refused_placements(void **state)
{
	static const uint16_t taken[] = {
		0x100, 0x104, 0x148, 0x14c, 0x144, 0xffc, 0xfc, 0, 0xfff
	};

	(void)state;
	seal();
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		placement.caps[0].offset = taken[i];
		refuse(-EBUSY);
	}
	placement.caps[0].offset = 0xff8;
	assert_int_equal(try_make(), 0);
	placement.caps[0].offset = VIRTUAL;
	placement.digest ^= 1;
	refuse(-ESTALE);
}

static void test_gone_device(void **state)
{
	(void)state;
	seal();
	memset(config, 0xff, sizeof(config));
	refuse(-EIO);
}

static void test_no_memory(void **state)
{
	(void)state;
	seal();
	no_memory = true;
	refuse(-ENOMEM);
	vpasid_vconfig_free(NULL);
}

static void test_config_is_copied(void **state)
{
	static uint8_t odd[VPASID_CONFIG_SIZE + 1];

	(void)state;
	seal();
	memcpy(odd + 1, config, sizeof(config));
	request.config = odd + 1;
	assert_int_equal(try_make(), 0);
	memset(odd, 0xff, sizeof(odd));
	assert_int_equal(read_value(PCI_VENDOR_ID, 4), 0x0b258086);
	assert_int_equal(read_value(0x148, 2), PCI_EXT_CAP_ID_LTR);
}

/* The chain */

struct cap {
	uint16_t offset, id, next;
};

/* The function's capabilities, where the virtual one goes, and what the guest sees. */
static const struct chain_row {
	const char *name;
	struct cap caps[5];
	uint16_t virtual;
	struct cap seen[6];
} chains[] = {
	{ "no capability: a placeholder at 0x100",
	  { { 0 } },
	  VIRTUAL,
	  { { 0x100, 0, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "no capability, and PASID at 0x100", { { 0 } }, 0x100, { { 0x100, PASID } } },
	{ "no capability, and PASID right behind the placeholder",
	  { { 0 } },
	  0x104,
	  { { 0x100, 0, 0x104 }, { 0x104, PASID } } },
	{ "one capability",
	  { { 0x100, 0xf } },
	  0xff8,
	  { { 0x100, 0xf, 0xff8 }, { 0xff8, PASID } } },
	{ "a chain out of order",
	  { { 0x100, 0xf, 0x300 }, { 0x300, 0x18, 0x200 }, { 0x200, 0x13 } },
	  0x280,
	  { { 0x100, 0xf, 0x300 },
	    { 0x300, 0x18, 0x200 },
	    { 0x200, 0x13, 0x280 },
	    { 0x280, PASID } } },
	{ "a loop to the head",
	  { { 0x100, 0xf, 0x200 }, { 0x200, 0x18, 0x100 } },
	  VIRTUAL,
	  { { 0x100, 0xf, 0x200 }, { 0x200, 0x18, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a capability that points to itself",
	  { { 0x100, 0xf, 0x100 } },
	  VIRTUAL,
	  { { 0x100, 0xf, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a pointer below 0x100",
	  { { 0x100, 0xf, 0x040 } },
	  VIRTUAL,
	  { { 0x100, 0xf, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a pointer into nothing",
	  { { 0x100, 0xf, 0x400 } },
	  VIRTUAL,
	  { { 0x100, 0xf, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a pointer to where the virtual capability goes",
	  { { 0x100, 0xf, VIRTUAL } },
	  VIRTUAL,
	  { { 0x100, 0xf, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a pointer to all ones",
	  { { 0x100, 0xf, 0x400 }, { 0x400, 0xffff, 0xfff } },
	  VIRTUAL,
	  { { 0x100, 0xf, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a head of all ones",
	  { { 0x100, 0xffff, 0xfff } },
	  VIRTUAL,
	  { { 0x100, 0, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a hidden head",
	  { { 0x100, 0, 0x200 }, { 0x200, 0x18 } },
	  VIRTUAL,
	  { { 0x100, 0, 0x200 }, { 0x200, 0x18, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a Null capability alone",
	  { { 0x100, 0 } },
	  VIRTUAL,
	  { { 0x100, 0, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a physical PASID in the middle",
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID, 0x300 }, { 0x300, 0x18 } },
	  VIRTUAL,
	  { { 0x100, 0xf, 0x300 }, { 0x300, 0x18, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a physical PASID at the tail",
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID } },
	  VIRTUAL,
	  { { 0x100, 0xf, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a physical PASID at the head",
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18 } },
	  VIRTUAL,
	  { { 0x100, 0, 0x200 }, { 0x200, 0x18, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "a physical PASID alone",
	  { { 0x100, PASID } },
	  VIRTUAL,
	  { { 0x100, 0, VIRTUAL }, { VIRTUAL, PASID } } },
	{ "in place, at the head",
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18 } },
	  0x100,
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18 } } },
	{ "in place, in the middle",
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID, 0x300 }, { 0x300, 0x18 } },
	  0x200,
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID, 0x300 }, { 0x300, 0x18 } } },
	{ "in place, at the tail",
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID } },
	  0x200,
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID } } },
	{ "in place, in a loop",
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID, 0x100 } },
	  0x200,
	  { { 0x100, 0xf, 0x200 }, { 0x200, PASID } } },
	{ "in place, and a loop behind it",
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18, 0x100 } },
	  0x100,
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18 } } },
	{ "in place, and another PASID at the tail",
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18, 0x300 }, { 0x300, PASID } },
	  0x100,
	  { { 0x100, PASID, 0x200 }, { 0x200, 0x18 } } },
	{ "two physical PASIDs, one in place",
	  { { 0x100, PASID, 0x200 }, { 0x200, PASID, 0x300 }, { 0x300, 0x18 } },
	  0x200,
	  { { 0x100, 0, 0x200 }, { 0x200, PASID, 0x300 }, { 0x300, 0x18 } } },
	{ "two physical PASIDs, none in place",
	  { { 0x100, 0xf, 0x200 },
	    { 0x200, PASID, 0x300 },
	    { 0x300, PASID, 0x400 },
	    { 0x400, 0x18 } },
	  VIRTUAL,
	  { { 0x100, 0xf, 0x400 }, { 0x400, 0x18, VIRTUAL }, { VIRTUAL, PASID } } },
};

static void put_chain(const struct chain_row *row)
{
	memset(config + 0x100, 0, sizeof(config) - 0x100);
	for (const struct cap *cap = row->caps; cap->offset; cap++) {
		if (cap->id == 0xffff)
			put32(cap->offset, UINT32_MAX);
		else
			put_cap(cap->offset, cap->id, cap->next);
		if (cap->id == PASID)
			put32(cap->offset + 4,
			      0x00051406); /* width 20, enabled: must not be seen */
	}
	placement.caps[0].offset = row->virtual;
}

static bool was_pasid(const struct chain_row *row, unsigned int offset)
{
	for (const struct cap *cap = row->caps; cap->offset; cap++)
		if (cap->id == PASID && offset >= cap->offset && offset < cap->offset + 8u)
			return true;
	return false;
}

/* Nothing changes but headers and PASID; a PASID that was taken out reads as zeros. */
static void expect_rest(const struct chain_row *row, const uint8_t *seen)
{
	bool header[VPASID_CONFIG_SIZE] = { false };

	for (const struct cap *cap = row->seen; cap->offset; cap++)
		memset(header + cap->offset, true, cap->id == PASID ? 8 : 4);
	for (unsigned int i = 0; i < VPASID_CONFIG_SIZE; i++)
		if (!header[i] && seen[i] != (was_pasid(row, i) ? 0 : config[i]))
			fail_msg("%s: byte 0x%03x is 0x%02x", row->name, i, seen[i]);
}

static void expect_chain(const struct chain_row *row)
{
	uint8_t seen[VPASID_CONFIG_SIZE];
	struct vpasid_layout layout;
	unsigned int count = 0;

	assert_int_equal(guest_read(0, seen, sizeof(seen)), 0);
	assert_true(vpasid_layout_read(seen, sizeof(seen), &layout) > 0);
	for (const struct cap *cap = row->seen; cap->offset; cap++, count++) {
		const struct vpasid_span *span = &layout.spans[count];

		if (count >= layout.span_count || span->offset != cap->offset ||
		    span->id != cap->id || span->next != cap->next)
			fail_msg("%s: not as expected at 0x%03x", row->name, cap->offset);
	}
	if (count != layout.span_count || layout.broken)
		fail_msg("%s: %u capabilities", row->name, layout.span_count);
	assert_int_equal(get32(seen, row->virtual) & 0xfffff, PASID | 1 << 16);
	assert_int_equal(get32(seen, row->virtual + 4), 20 << 8 | 6);
	expect_rest(row, seen);
}

static void test_chains(void **state)
{
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		for (int backed = 0; backed < 2; backed++) {
			view_setup(state);
			put_chain(&chains[i]);
			make(backed ? &device_ops : NULL);
			expect_chain(&chains[i]);
			assert_int_equal(vpasid_vconfig_offset(view, VPASID_EXT_CAP_PASID),
					 chains[i].virtual);
		}
	}
}

/* The placeholder has only a pointer, as the header that VFIO leaves. */
static void test_placeholder_is_empty(void **state)
{
	(void)state;
	memset(config + 0x100, 0, sizeof(config) - 0x100);
	make(NULL);
	assert_int_equal(read_value(0x100, 4), (uint32_t)VIRTUAL << 20);
}

static void test_version_is_kept(void **state)
{
	(void)state;
	put32(0x148, PCI_EXT_CAP_ID_LTR | 0xe << 16);
	make(NULL);
	assert_int_equal(read_value(0x148, 4),
			 PCI_EXT_CAP_ID_LTR | 0xe << 16 | (uint32_t)VIRTUAL << 20);
}

/* The guest can't reach the function's own PASID if it doesn't see it. */
static void test_physical_is_out_of_reach(void **state)
{
	static const uint8_t zeros[8];

	(void)state;
	put_cap(0x148, PASID, 0);
	put32(0x14c, 0x00051406);
	make(&device_ops);
	assert_int_equal(guest_write(0x148, zeros, 8), 0);
	for (unsigned int i = 0; i < 8; i++)
		write_value(0x148 + i, 0, 1);
	assert_memory_equal(device.registers + 0x148, config + 0x148, 8);
	assert_int_equal(read_value(0x14c, 4), 0);
}

/* The registers */

static void test_widths(void **state)
{
	(void)state;
	for (unsigned int width = 1; width <= 20; width++) {
		request.width = width;
		make(NULL);
		assert_int_equal(read_value(VIRTUAL + PCI_PASID_CAP, 2), width << 8 | 6);
	}
	request.width = 0;
	info.known = VPASID_KNOWN_IOMMU_WIDTH;
	info.iommu_width = 9;
	make(NULL);
	assert_int_equal(read_value(VIRTUAL + PCI_PASID_CAP, 2), 9 << 8 | 6);
}

static void test_offered_permissions(void **state)
{
	(void)state;
	for (unsigned int supported = 0; supported <= PERMISSIONS; supported++) {
		for (unsigned int enabled = 0; enabled <= PERMISSIONS; enabled++) {
			info.capabilities = supported;
			info.enabled = enabled;
			info.known = 0;
			make(NULL);
			assert_int_equal(read_value(VIRTUAL + PCI_PASID_CAP, 1), supported << 1);
			info.known = VPASID_KNOWN_ENABLED;
			make(NULL);
			assert_int_equal(read_value(VIRTUAL + PCI_PASID_CAP, 1),
					 (supported & enabled) << 1);
			write_value(CONTROL, 0xffff, 2);
			assert_int_equal(read_value(CONTROL, 2), 1 | (supported & enabled) << 1);
		}
	}
}

static void test_enable_is_clear_at_first(void **state)
{
	(void)state;
	put_cap(0x148, PASID, 0);
	put32(0x14c, 0x00051406);
	placement.caps[0].offset = 0x148;
	make(&device_ops);
	assert_int_equal(vpasid_vconfig_control(view), 0);
	assert_int_equal(read_value(0x148 + PCI_PASID_CTRL, 2), 0);
	assert_int_equal(device.changes, 0);
}

/* The Control register before a write, what is written to it, and after the write. */
static const struct {
	uint16_t before, at, value, after;
	size_t length;
} control_rows[] = {
	{ 0, 0, 1, 1, 2 },	{ 0, 0, 7, 7, 2 },    { 0, 0, 6, 6, 2 }, { 6, 0, 1, 1, 2 },
	{ 6, 0, 7, 7, 2 },	{ 1, 0, 7, 1, 2 },    { 7, 0, 1, 7, 2 }, { 7, 0, 3, 7, 2 },
	{ 7, 0, 0, 0, 2 },	{ 7, 0, 2, 2, 2 },    { 1, 0, 6, 6, 2 }, { 0, 0, 0xffff, 7, 2 },
	{ 0, 0, 0xfff8, 0, 2 }, { 0, 0, 7, 7, 1 },    { 7, 0, 0, 0, 1 }, { 7, 1, 0, 7, 1 },
	{ 0, 1, 0xff, 0, 1 },	{ 0, 0, 0xff, 7, 1 },
};

static void test_control(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(control_rows) / sizeof(control_rows[0]); i++) {
		make(&device_ops);
		write_value(CONTROL, control_rows[i].before, 2);
		device.changes = 0;
		write_value(CONTROL + control_rows[i].at, control_rows[i].value,
			    control_rows[i].length);
		assert_int_equal(vpasid_vconfig_control(view), control_rows[i].after);
		assert_int_equal(read_value(CONTROL, 2), control_rows[i].after);
		assert_int_equal(device.changes, control_rows[i].before != control_rows[i].after);
		if (device.changes)
			assert_int_equal(device.changed_to, control_rows[i].after);
	}
}

static void test_rest_is_read_only(void **state)
{
	static const uint8_t ones[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint8_t before[8], after[8];

	(void)state;
	make(&device_ops);
	assert_int_equal(guest_read(VIRTUAL, before, 8), 0);
	for (unsigned int i = 0; i < PCI_PASID_CTRL; i++)
		write_value(VIRTUAL + i, 0xff, 1);
	write_value(0x148, 0xffffffff, 4);
	assert_int_equal(read_value(0x148, 4),
			 PCI_EXT_CAP_ID_LTR | 1 << 16 | (uint32_t)VIRTUAL << 20);
	assert_int_equal(device.changes, 0);
	assert_int_equal(guest_write(VIRTUAL, ones, 8), 0);
	assert_int_equal(guest_read(VIRTUAL, after, 8), 0);
	assert_memory_equal(before, after, 6);
	assert_int_equal(get32(after, 4) >> 16, ALL);
	assert_int_equal(device.changes, 1);
	assert_memory_equal(device.registers, config, sizeof(config));
}
static void test_views_are_independent(void **state)
{
	struct vpasid_vconfig *other = NULL;

	(void)state;
	make(NULL);
	assert_int_equal(vpasid_vconfig_new(&request, &other), 0);
	write_value(CONTROL, ALL, 2);
	assert_int_equal(vpasid_vconfig_control(view), ALL);
	assert_int_equal(vpasid_vconfig_control(other), 0);
	vpasid_vconfig_free(other);
}

static void test_allocations(void **state)
{
	uint8_t data[VPASID_CONFIG_SIZE];
	uint8_t saved[VPASID_VCONFIG_STATE_MAX];
	size_t size;
	char why[VPASID_VCONFIG_WHY_TEXT];

	(void)state;
	seal();
	request.ops = &device_ops;
	allocations = 0;
	assert_int_equal(try_make(), 0);
	assert_int_equal(allocations, 1);

	assert_int_equal(guest_read(0, data, sizeof(data)), 0);
	assert_int_equal(guest_write(0, data, sizeof(data)), 0);
	write_value(CONTROL, ALL, 2);
	size = vpasid_vconfig_save(view, saved, sizeof(saved));
	vpasid_vconfig_reset(view);
	assert_int_equal(vpasid_vconfig_restore(view, saved, size), 0);
	vpasid_vconfig_why_stale(view, saved, size, why, sizeof(why));
	assert_int_equal(vpasid_vconfig_control(view), ALL);
	assert_int_equal(allocations, 1);
}
#define row(test) cmocka_unit_test_setup_teardown(test, view_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		row(test_refused_requests),
		row(test_refused_widths),
		row(test_refused_placements),
		row(test_gone_device),
		row(test_no_memory),
		row(test_config_is_copied),
		row(test_chains),
		row(test_placeholder_is_empty),
		row(test_version_is_kept),
		row(test_physical_is_out_of_reach),
		row(test_widths),
		row(test_offered_permissions),
		row(test_enable_is_clear_at_first),
		row(test_control),
		row(test_rest_is_read_only),
		row(test_views_are_independent),
		row(test_allocations),
	};

	return cmocka_run_group_tests_name("vconfig", tests, NULL, NULL);
}
