// SPDX-License-Identifier: GPL-2.0-or-later
/* vfio/cdev.c: which system calls open a function by its character device, and attach it. */
#include <errno.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_calls.h"
#include "vfio/vfio.h"

#define BDF	  "0000:01:00.1"
#define TOKEN	  "7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11"
#define NODE	  "/dev/vfio/devices/vfio3"
#define NODES	  "/sys/bus/pci/devices/" BDF "/vfio-dev"
#define MEMBERS	  "/sys/kernel/iommu_groups/7/devices"
#define MAX_CALLS 12

/* From <linux/vfio.h> of Linux 6.17, which the installed headers may be older than. */
#define BIND   _IO(VFIO_TYPE, VFIO_BASE + 18)
#define ATTACH _IO(VFIO_TYPE, VFIO_BASE + 19)

struct bind {
	uint32_t argsz, flags;
	int32_t iommufd;
	uint32_t out_devid;
};

struct bind_with_token {
	struct bind bind;
	uint64_t token_uuid_ptr;
};

/* The descriptors that the kernel gives */
enum {
	DEVICE = 10,
	IOMMUFD,
	GROUP
};

static const struct bind asked = { .argsz = sizeof(asked), .iommufd = IOMMUFD };
static const struct bind bound = { sizeof(bound), 0, IOMMUFD, 9 };

static void take_token(void *argument)
{
	static const struct bind expected = { sizeof(struct bind_with_token), 1, IOMMUFD, 0 };
	static const unsigned char uuid[] = { 0x7b, 0x2f, 0x4b, 0x4c, 0x0c, 0x5c, 0x4a, 0x43,
					      0x9d, 0x0f, 0x2a, 0x5e, 0x9c, 0x1f, 0x6f, 0x11 };
	struct bind_with_token *given = argument;

	assert_memory_equal(&given->bind, &expected, sizeof(expected));
	assert_memory_equal((const void *)(uintptr_t)given->token_uuid_ptr, uuid, sizeof(uuid));
	given->bind.out_devid = 9;
}

/* The calls in their order, as far as they succeed */
#define DEVICE_IS_OPEN	OPENS(NODE, DEVICE)
#define IOMMUFD_IS_OPEN DEVICE_IS_OPEN, OPENS("/dev/iommu", IOMMUFD)
#define BINDS		ASKS(DEVICE, BIND, asked, bound)
#define CANT_BIND(no)	IS_REFUSED(DEVICE, BIND, asked, no)
#define BINDS_WITH_TOKEN(no)                                                            \
	{                                                                               \
		.name = CALL_IOCTL, .fd = DEVICE, .number = BIND, .answer = take_token, \
		.error = (no)                                                           \
	}

/* Whether somebody else has it open: by its group, then by its own file */
#define NOBODY_HAS_IT                                                                   \
	OPENS("/dev/vfio/7", GROUP), CLOSES(GROUP), CANT_OPEN_DIRECTORY(NODES, ENOENT), \
		CANT_STAT("/dev/vfio/devices/none", ENOENT)
#define SOMEBODY_HAS_IT                                                      \
	CANT_OPEN("/dev/vfio/7", EBUSY), CANT_OPEN_DIRECTORY(NODES, ENOENT), \
		CANT_STAT("/dev/vfio/7", ENOENT), CANT_STAT("/dev/vfio/devices/none", ENOENT)

static const struct row {
	int ret;
	const char *why, *token;
	struct call calls[MAX_CALLS];
} rows[] = {
	{ 0, NULL, NULL, { IOMMUFD_IS_OPEN, BINDS } },
	{ 0, NULL, TOKEN, { IOMMUFD_IS_OPEN, BINDS_WITH_TOKEN(0) } },
	/* before 6.17 */
	{ 0, NULL, TOKEN, { IOMMUFD_IS_OPEN, BINDS_WITH_TOKEN(EINVAL), BINDS } },

	{ -EACCES,
	  "no permission to open " NODE ": run as root, or grant your user access to it",
	  NULL,
	  { CANT_OPEN(NODE, EACCES) } },
	{ -ENOENT,
	  NODE " is missing; in a container, it has to be passed in",
	  NULL,
	  { CANT_OPEN(NODE, ENOENT) } },
	{ -EACCES,
	  "no permission to open /dev/iommu: run as root, or grant your user access to it",
	  NULL,
	  { DEVICE_IS_OPEN, CANT_OPEN("/dev/iommu", EACCES) } },

	{ -EACCES,
	  "its VFs are in use, so opening it requires their VF token; pass it by --vf-token UUID",
	  NULL,
	  { IOMMUFD_IS_OPEN, CANT_BIND(EACCES) } },
	{ -EACCES,
	  TOKEN
	  " is not the VF token that is set; pass the one that the PF and its VFs were opened "
	  "with, by --vf-token UUID",
	  TOKEN,
	  { IOMMUFD_IS_OPEN, BINDS_WITH_TOKEN(EACCES) } },
	{ -EBUSY,
	  "in use through VFIO: another process has it, or IOMMU group 7, open",
	  NULL,
	  { IOMMUFD_IS_OPEN, CANT_BIND(EINVAL), SOMEBODY_HAS_IT } },
	{ -EBUSY,
	  "in use through VFIO: another process has it, or IOMMU group 7, open",
	  TOKEN,
	  { IOMMUFD_IS_OPEN, BINDS_WITH_TOKEN(EINVAL), CANT_BIND(EINVAL), SOMEBODY_HAS_IT } },
	{ -EPERM,
	  "its IOMMU group 7 is not viable: the host uses another function of it; bind "
	  "the other functions of the group to VFIO drivers, or unbind them from their drivers",
	  NULL,
	  { IOMMUFD_IS_OPEN, CANT_BIND(EBUSY), NOBODY_HAS_IT,
	    CANT_OPEN_DIRECTORY(MEMBERS, ENOENT) } },
	{ -EPERM,
	  "the IOMMU doesn't remap interrupts, so VFIO refuses to use it; enable interrupt remapping "
	  "in the firmware (intremap=on for QEMU's emulated IOMMU)",
	  NULL,
	  { IOMMUFD_IS_OPEN, CANT_BIND(EPERM), NOBODY_HAS_IT } },
	{ -ENODEV,
	  "VFIO can't open it: No such device; see the kernel log for more",
	  NULL,
	  { IOMMUFD_IS_OPEN, CANT_BIND(ENODEV), NOBODY_HAS_IT } },
	/* with no token there is nothing to leave out */
	{ -EINVAL,
	  "VFIO can't open it: Invalid argument; see the kernel log for more",
	  NULL,
	  { IOMMUFD_IS_OPEN, CANT_BIND(EINVAL), NOBODY_HAS_IT } },
};

static void test_calls(void **state)
{
	static const struct pci_function function = {
		.bdf.text = BDF,
		.on_vfio = true,
		.iommu_group = "7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vfio vfio = { .device = -1, .group = -1, .context = -1 };
		const struct row *row = &rows[i];
		struct why why;

		calls_expect(row->calls);
		assert_int_equal(vfio_cdev_way.open(&function, NODE, row->token, &vfio, &why),
				 row->ret);
		calls_end();
		if (row->ret) {
			assert_string_equal(why.text, row->why);
			continue;
		}
		assert_int_equal(vfio.device, DEVICE);
		assert_int_equal(vfio.context, IOMMUFD);
		assert_int_equal(vfio.group, -1);
		assert_int_equal(vfio.dev_id, 9);
	}
}

static void test_attach(void **state)
{
	static const uint32_t attach[3] = { sizeof(attach), 0, 77 };
	static const struct call taken[] = { ASKS(DEVICE, ATTACH, attach, attach), { 0 } };
	static const struct call refused[] = { IS_REFUSED(DEVICE, ATTACH, attach, EBUSY), { 0 } };
	const struct vfio vfio = { .device = DEVICE, .group = -1, .context = IOMMUFD };

	(void)state;
	calls_expect(taken);
	assert_int_equal(vfio_attach(&vfio, 77), 0);
	calls_end();
	calls_expect(refused);
	assert_int_equal(vfio_attach(&vfio, 77), -EBUSY);
	calls_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_attach),
	};

	return cmocka_run_group_tests_name("vfio_cdev", tests, NULL, NULL);
}
