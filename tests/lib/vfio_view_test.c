// SPDX-License-Identifier: MIT
/* vpasid/vfio_view.h: which capabilities VFIO shows, and what else it changes. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/vfio_view.h>

#include "lib/made_layout.h"

#define DVSEC 0x23
#define PASID VPASID_EXT_CAP_PASID

static uint8_t view[VPASID_CONFIG_SIZE];

static int make_view(uint32_t flags)
{
	const struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.flags = flags,
	};

	memset(view, 0xaa, sizeof(view));
	return vpasid_vfio_view(&request, view);
}

static uint32_t shown32(unsigned int offset)
{
	return view[offset] | view[offset + 1] << 8 | view[offset + 2] << 16 |
	       (uint32_t)view[offset + 3] << 24;
}

/* Makes the view, in which a header must lead to @next. */
static void expect_next(unsigned int offset, unsigned int next)
{
	assert_int_equal(make_view(0), 0);
	assert_int_equal(shown32(offset) >> 20, next);
}

/* Only the bytes from @offset on may differ from the function's own. */
static void expect_change(unsigned int offset, unsigned int length)
{
	memset(view + offset, 0, length);
	memset(config + offset, 0, length);
	assert_memory_equal(view, config, sizeof(view));
}

/* A chain of two: what stands behind the first, and whether VFIO leads there. */
static void test_kept(void **state)
{
	static const uint8_t kept[] = { 0x01, 0x02, 0x03, 0x04, 0x08, 0x09, 0x0d, 0x0e, 0x0f,
					0x10, 0x12, 0x13, 0x15, 0x16, 0x17, 0x18, 0x0b, DVSEC };

	(void)state;
	for (unsigned int id = 0; id < 0x200; id++) {
		bool is_kept = id < 0x100 && memchr(kept, (int)id, sizeof(kept));

		put_cap(0x100, 0x01, 0x200);
		put_cap(0x200, id, 0x300);
		put32(0x204, 0x10u << 20); /* the length of VSEC and DVSEC */
		put_cap(0x300, 0x18, 0);
		expect_next(0x100, is_kept ? 0x200 : 0x300);
		assert_int_equal(shown32(0x200), id | 1 << 16 | 0x300u << 20);
		expect_change(0x100, 4);
	}
}

static void test_dvsec(void **state)
{
	(void)state;
	put_cap(0x100, 0x01, 0x200);
	put_cap(0x200, DVSEC, 0);
	put32(0x204, 0x10u << 20);
	assert_int_equal(make_view(VPASID_VFIO_VIEW_NO_DVSEC), 0);
	assert_int_equal(shown32(0x100), 0x01 | 1 << 16);
	expect_next(0x100, 0x200);
	/* without a length it is hidden by all */
	put32(0x204, 0);
	expect_next(0x100, 0);
}

/* At the head a header without an ID is left, or nothing if nothing is behind it. */
static void test_hidden_head(void **state)
{
	(void)state;
	put_cap(0x100, PASID, 0x200);
	put32(0x104, 0x00071406);
	put_cap(0x200, 0x18, 0);
	assert_int_equal(make_view(0), 0);
	assert_int_equal(shown32(0x100), 0x200u << 20);
	assert_int_equal(shown32(0x104), 0x00071406);

	put_cap(0x100, PASID, 0);
	assert_int_equal(make_view(0), 0);
	assert_int_equal(shown32(0x100), 0);

	/* with another hidden one behind it, too */
	put_cap(0x100, 0x1e, 0x200);
	put_cap(0x200, PASID, 0);
	assert_int_equal(make_view(0), 0);
	assert_int_equal(shown32(0x100), 0);
}

/* Where the kernel shows more than it means to. */
static void test_leaks(void **state)
{
	static const unsigned int cut_ids[] = { 0x0000, 0x0100, 0x00ff };

	(void)state;
	/* a head whose ID is cut to 0, or to that of no capability: all of the chain */
	for (unsigned int i = 0; i < sizeof(cut_ids) / sizeof(cut_ids[0]); i++) {
		put_cap(0x100, cut_ids[i], 0x200);
		put_cap(0x200, PASID, 0);
		assert_int_equal(make_view(0), 0);
		assert_memory_equal(view, config, sizeof(view));
	}
	put_cap(0x100, 0x00fe, 0x200);
	expect_next(0x100, 0);

	/* the second of two adjoining ones with the same ID */
	put_cap(0x100, 0x0b, 0x110);
	put32(0x104, 0x10u << 20);
	put_cap(0x110, 0x0b, 0x200);
	put32(0x114, 0x10u << 20);
	expect_next(0x110, 0x200);
	/* a gap between them mends it */
	put_cap(0x100, 0x0b, 0x120);
	memcpy(config + 0x120, config + 0x110, 0x10);
	expect_next(0x120, 0);
}

/* Without Capabilities List in Status, VFIO follows no pointer: it shows the function as it is. */
static void test_no_list(void **state)
{
	(void)state;
	config[PCI_STATUS] = 0;
	put_cap(0x100, 0x01, 0x200);
	put_cap(0x200, PASID, 0);
	assert_int_equal(make_view(0), 0);
	assert_memory_equal(view, config, sizeof(view));
}

static void test_backward(void **state)
{
	(void)state;
	put_cap(0x100, 0x01, 0x400);
	put_cap(0x400, PASID, 0x200);
	put_cap(0x200, 0x0e, 0x180);
	put_cap(0x180, 0x1f, 0x300);
	put_cap(0x300, 0x18, 0);
	expect_next(0x100, 0x200);
	assert_int_equal(shown32(0x200) >> 20, 0x300);
}

static void test_guard(void **state)
{
	(void)state;
	put_cap(0x100, 0x01, 0x200);
	put_cap(0x200, PASID, 0);
	put32(0x204, 0x00071406);
	put32(0x208, 0x55555555);
	assert_int_equal(make_view(VPASID_VFIO_VIEW_GUARDED), 0);
	assert_int_equal(shown32(0x200), 0);
	assert_int_equal(shown32(0x204), 0);
	assert_int_equal(shown32(0x208), 0x55555555);

	put_cap(0x100, PASID, 0x300);
	put32(0x104, 0x00071406);
	put_cap(0x300, 0x18, 0);
	assert_int_equal(make_view(VPASID_VFIO_VIEW_GUARDED), 0);
	assert_int_equal(shown32(0x100), 0x300u << 20);
	assert_int_equal(shown32(0x104), 0);
}

/* The guard ends where config space does, even if the function's capability doesn't. */
static void test_guard_at_end(void **state)
{
	uint8_t large[VPASID_CONFIG_SIZE + VPASID_CAP_LENGTH];
	const struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.flags = VPASID_VFIO_VIEW_GUARDED,
	};

	(void)state;
	put_cap(0x100, 0x01, 0xffc);
	put_cap(0xffc, PASID, 0);
	memset(large, 0xaa, sizeof(large));
	assert_int_equal(vpasid_vfio_view(&request, large), 0);
	assert_int_equal(large[0xffc] | large[0xffd] | large[0xffe] | large[0xfff], 0);
	for (size_t i = VPASID_CONFIG_SIZE; i < sizeof(large); i++)
		assert_int_equal(large[i], 0xaa);
}

/* VFIO looks at the extended space if it meets the PCI Express Capability, or PCI-X mode 2. */
static void test_unseen(void **state)
{
	(void)state;
	put_cap(0x100, 0x01, 0x200);
	put_cap(0x200, PASID, 0);
	config[EXPRESS] = PCI_CAP_ID_MSIX;
	expect_next(0x100, 0x200);
	config[EXPRESS] = PCI_CAP_ID_PCIX;
	config[EXPRESS + PCI_X_CMD + 1] = 0;
	expect_next(0x100, 0x200);
	config[EXPRESS + PCI_X_CMD + 1] = 0x20;
	expect_next(0x100, 0);
}

static void test_conventional(void **state)
{
	(void)state;
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_SSVID;
	config[0x41] = 0x50;
	config[0x50] = PCI_CAP_ID_PM;
	config[0x51] = 0x60;
	memset(config + 0x52, 0xff, 6);
	config[0x60] = PCI_CAP_ID_EA;
	config[0x61] = EXPRESS;
	assert_int_equal(make_view(0), 0);
	assert_int_equal(view[PCI_CAPABILITY_LIST], 0x50);
	assert_int_equal(view[0x51], EXPRESS);
	assert_int_equal(shown32(0x50) >> 16, 0x07ff);		   /* PME_Support */
	assert_int_equal(shown32(0x50 + PCI_PM_CTRL), 0xffff7eff); /* PME_En, PME_Status */

	config[0x50] = PCI_CAP_ID_SHPC;
	config[EXPRESS] = PCI_CAP_ID_CCRC;
	assert_int_equal(make_view(0), 0);
	assert_int_equal(view[PCI_CAPABILITY_LIST], 0);
	assert_int_equal(view[PCI_STATUS] & PCI_STATUS_CAP_LIST, 0);
}

static void test_vf(void **state)
{
	const struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.flags = VPASID_VFIO_VIEW_VF,
		.vendor = 0x8086,
		.device = 0x0b25,
	};

	(void)state;
	put32(PCI_VENDOR_ID, 0xffffffff);
	config[PCI_INTERRUPT_PIN] = 1;
	assert_int_equal(vpasid_vfio_view(&request, view), 0);
	assert_int_equal(shown32(PCI_VENDOR_ID), 0x0b258086);
	assert_int_equal(view[PCI_COMMAND], config[PCI_COMMAND] | PCI_COMMAND_MEMORY);
	assert_int_equal(view[PCI_INTERRUPT_PIN], 0);

	assert_int_equal(make_view(VPASID_VFIO_VIEW_VF), 0);
	assert_int_equal(shown32(PCI_VENDOR_ID), 0xffffffff);
	expect_change(PCI_COMMAND, PCI_INTERRUPT_PIN + 1 - PCI_COMMAND);
}

/* What can't be opened, and what can't be asked for. */
static void test_errors(void **state)
{
	struct vpasid_vfio_view_request request = { .argsz = sizeof(request),
						    .config = config,
						    .size = sizeof(config) };

	(void)state;
	put_cap(0x100, 0x01, 0xff0);
	put_cap(0xff0, DVSEC, 0);
	put32(0xff4, 0x10u << 20);
	assert_int_equal(make_view(0), 0);
	put32(0xff4, 0x11u << 20);
	assert_int_equal(make_view(0), -EPROTO);
	/* its length would stand beyond the end */
	put_cap(0x100, 0x01, 0xffc);
	put_cap(0xffc, 0x0b, 0);
	assert_int_equal(make_view(0), -EPROTO);
	put_cap(0xffc, 0x1b, 0);
	assert_int_equal(make_view(0), 0);

	config[EXPRESS + 1] = 0x91;
	config[0x91] = PCI_CAP_ID_MSI;
	assert_int_equal(make_view(0), -EPROTO);

	request.size = VPASID_CONFIG_CONVENTIONAL;
	assert_int_equal(vpasid_vfio_view(&request, view), -EINVAL);
	request.size = sizeof(config);
	request.flags = VPASID_VFIO_VIEW_NO_DVSEC << 1;
	assert_int_equal(vpasid_vfio_view(&request, view), -EINVAL);
	request.flags = 0;
	request.argsz = 0;
	assert_int_equal(vpasid_vfio_view(&request, view), -EINVAL);
	/* an earlier version's, without the IDs of a VF */
	request.argsz = offsetof(struct vpasid_vfio_view_request, vendor);
	assert_int_equal(vpasid_vfio_view(&request, view), -EPROTO);
	request.argsz = UINT32_MAX;
	assert_int_equal(vpasid_vfio_view(&request, view), -E2BIG);
	memset(config, 0xff, sizeof(config));
	assert_int_equal(make_view(0), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAYOUT_TEST(test_kept),		LAYOUT_TEST(test_dvsec),
		LAYOUT_TEST(test_hidden_head),	LAYOUT_TEST(test_leaks),
		LAYOUT_TEST(test_backward),	LAYOUT_TEST(test_guard),
		LAYOUT_TEST(test_guard_at_end), LAYOUT_TEST(test_unseen),
		LAYOUT_TEST(test_conventional), LAYOUT_TEST(test_vf),
		LAYOUT_TEST(test_errors),	LAYOUT_TEST(test_no_list),
	};

	return cmocka_run_group_tests_name("vfio_view", tests, NULL, NULL);
}
