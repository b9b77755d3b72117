// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/vconfig.h, sentence by sentence, with config spaces that are made by hand.
 * tests/property/ has random ones.
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

#include <vpasid/vconfig.h>

#define PERMISSIONS (VPASID_CAP_EXEC | VPASID_CAP_PRIV)
#define ALL	    (VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV)
#define PASID	    VPASID_EXT_CAP_PASID
#define VIRTUAL	    0xe00
#define CONTROL	    (VIRTUAL + PCI_PASID_CTRL)
#define EXPRESS	    0x80
#define AF	    0x60

/* What the view is made of, and the view: new for each test. */
static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_info info;
static struct vpasid_placement placement;
static struct vpasid_vconfig_request request;
static struct vpasid_vconfig *view;

/* The device behind the view, and the accesses that have reached it. */
static struct device {
	uint8_t registers[VPASID_CONFIG_SIZE];
	uint8_t reads[VPASID_CONFIG_SIZE];
	uint8_t writes[VPASID_CONFIG_SIZE];
	unsigned int last; /* where the previous part of the same access ended */
	int fail_at;	   /* the offset whose accesses fail; -1: none */
	unsigned int changes;
	uint16_t changed_to;
	uint8_t devctl_at_change;
} device;

/* Allocations are counted, and refused on demand. */
static unsigned int allocations;
static bool no_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
	allocations++;
	return no_memory ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	allocations++;
	return no_memory ? NULL : __real_calloc(count, size);
}

static int log_part(uint8_t *log, uint16_t offset, uint16_t length)
{
	assert_true(length > 0 && offset + length <= VPASID_CONFIG_SIZE);
	assert_true(offset >= device.last);
	device.last = offset + length;
	if (device.fail_at >= offset && device.fail_at < offset + length)
		return -EHWPOISON;
	for (unsigned int i = 0; i < length; i++)
		log[offset + i]++;
	return 0;
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	int ret = log_part(device.reads, offset, length);

	assert_ptr_equal(opaque, &device);
	if (!ret)
		memcpy(data, device.registers + offset, length);
	return ret;
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	int ret = log_part(device.writes, offset, length);

	assert_ptr_equal(opaque, &device);
	if (!ret)
		memcpy(device.registers + offset, data, length);
	return ret;
}

static void device_changed(void *opaque, uint16_t control)
{
	assert_ptr_equal(opaque, &device);
	assert_int_equal(vpasid_vconfig_control(view), control);
	device.changes++;
	device.changed_to = control;
	device.devctl_at_change = device.registers[EXPRESS + PCI_EXP_DEVCTL + 1];
}

static const struct vpasid_vconfig_ops device_ops = {
	.read = device_read,
	.write = device_write,
	.changed = device_changed,
};

static const struct vpasid_vconfig_ops only_changed = { .changed = device_changed };

static void put32(unsigned int offset, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		config[offset + i] = value >> 8 * i;
}

static void put_cap(unsigned int offset, unsigned int id, unsigned int next)
{
	put32(offset, id | 1 << 16 | next << 20);
}

static uint32_t get32(const uint8_t *bytes, unsigned int offset)
{
	return bytes[offset] | bytes[offset + 1] << 8 | bytes[offset + 2] << 16 |
	       (uint32_t)bytes[offset + 3] << 24;
}

/* An endpoint that has FLR in both ways, ATS and LTR. */
static int setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	put32(PCI_VENDOR_ID, 0x0b258086);
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = AF;
	put32(AF, PCI_CAP_ID_AF | EXPRESS << 8 | 6 << 16 | 3u << 24);
	put32(EXPRESS, PCI_CAP_ID_EXP | 2 << 16);
	put32(EXPRESS + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_FLR);
	put_cap(0x100, PCI_EXT_CAP_ID_ATS, 0x148);
	put_cap(0x148, PCI_EXT_CAP_ID_LTR, 0);

	info = (struct vpasid_info){ .capabilities = PERMISSIONS, .width = 20 };
	placement = (struct vpasid_placement){ .offset = VIRTUAL };
	request = (struct vpasid_vconfig_request){
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
		.opaque = &device,
	};
	memset(&device, 0, sizeof(device));
	device.fail_at = -1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	no_memory = false;
	vpasid_vconfig_free(view);
	view = NULL;
	return 0;
}

static void seal(void)
{
	struct vpasid_layout layout;

	assert_true(vpasid_layout_read(config, sizeof(config), &layout) >= 0);
	placement.digest = vpasid_layout_digest(&layout);
}

static int try_make(void)
{
	vpasid_vconfig_free(view);
	view = (void *)&device;
	return vpasid_vconfig_new(&request, &view);
}

/* Makes the view of config as it is now. */
static void make(const struct vpasid_vconfig_ops *ops)
{
	seal();
	memcpy(device.registers, config, sizeof(config));
	request.ops = ops;
	assert_int_equal(try_make(), 0);
	assert_non_null(view);
}

static void refuse(int error)
{
	assert_int_equal(try_make(), error);
	assert_null(view);
}

static int guest_read(unsigned int offset, void *data, size_t length)
{
	device.last = 0;
	return vpasid_vconfig_read(view, offset, data, length);
}

static int guest_write(unsigned int offset, const void *data, size_t length)
{
	device.last = 0;
	return vpasid_vconfig_write(view, offset, data, length);
}

static void write_value(unsigned int offset, uint32_t value, size_t length)
{
	const uint8_t data[4] = { value, value >> 8, value >> 16, value >> 24 };

	assert_int_equal(guest_write(offset, data, length), 0);
}

static uint32_t read_value(unsigned int offset, size_t length)
{
	uint8_t data[4] = { 0 };

	assert_int_equal(guest_read(offset, data, length), 0);
	return get32(data, 0);
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
		placement.offset = taken[i];
		refuse(-EBUSY);
	}
	placement.offset = 0xff8;
	assert_int_equal(try_make(), 0);
	placement.offset = VIRTUAL;
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
	placement.offset = row->virtual;
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
			setup(state);
			put_chain(&chains[i]);
			make(backed ? &device_ops : NULL);
			expect_chain(&chains[i]);
			assert_int_equal(vpasid_vconfig_offset(view), chains[i].virtual);
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
	placement.offset = 0x148;
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
			setup(state);
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
	assert_int_equal(vpasid_vconfig_control(view), 0);
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

	setup(state);
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

	setup(state);
	memset(config + 0x40, 0, 0xc0);
	config[PCI_CAPABILITY_LIST] = 0x50;
	config[0x50] = PCI_CAP_ID_VNDR;
	config[0x51] = 0x50;
	expect_no_flr();
	for (unsigned int id = 0; id <= 0xff; id++) {
		setup(state);
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

/* Migration */

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
	placement.offset = VIRTUAL - 8;
	make(&device_ops);
	assert_int_equal(restore(), -ESTALE);
	placement.offset = VIRTUAL;
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
	placement.offset = 0xff8;
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
	vpasid_vconfig_save(view, saved);
	vpasid_vconfig_reset(view);
	assert_int_equal(restore(), 0);
	vpasid_vconfig_why_stale(view, saved, sizeof(saved), why, sizeof(why));
	assert_int_equal(vpasid_vconfig_control(view), ALL);
	assert_int_equal(allocations, 1);
}

#define row(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

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
		row(test_straddling),
		row(test_snapshot),
		row(test_device_is_read_each_time),
		row(test_bounds),
		row(test_read_errors),
		row(test_write_errors),
		row(test_flr),
		row(test_flr_goes_to_device_first),
		row(test_flr_before_a_failure),
		row(test_no_flr),
		row(test_conventional_list),
		row(test_reset),
		row(test_restore),
		row(test_damaged_state),
		row(test_forged_state),
		row(test_format),
		row(test_stale_state),
		row(test_why),
		row(test_views_are_independent),
		row(test_allocations),
	};

	return cmocka_run_group_tests_name("vconfig", tests, NULL, NULL);
}
