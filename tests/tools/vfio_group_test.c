// SPDX-License-Identifier: GPL-2.0-or-later
/* vfio/group.c, vfio/config.c: which system calls open a function by its group, and read it. */
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
#define NODE	  "/dev/vfio/7"
#define NODES	  "/sys/bus/pci/devices/" BDF "/vfio-dev"
#define MEMBERS	  "/sys/kernel/iommu_groups/7/devices"
#define MAX_CALLS 12

/* The descriptors that the kernel gives */
enum {
	GROUP = 10,
	CONTAINER,
	DEVICE
};

static const struct vfio_group_status asked = { .argsz = sizeof(asked) };
static const struct vfio_group_status viable = { sizeof(viable), VFIO_GROUP_FLAGS_VIABLE };
static const struct vfio_group_status others = { sizeof(others), ~VFIO_GROUP_FLAGS_VIABLE };
static const int container = CONTAINER;
static const char name[] = BDF, name_and_token[] = BDF " vf_token=" TOKEN;

/* The calls in their order, as far as they succeed */
#define GROUP_IS_OPEN	 OPENS(NODE, GROUP)
#define IS_VIABLE	 GROUP_IS_OPEN, ASKS(GROUP, VFIO_GROUP_GET_STATUS, asked, viable)
#define HAS_CONTAINER	 IS_VIABLE, OPENS("/dev/vfio/vfio", CONTAINER)
#define SETS_CONTAINER	 ASKS(GROUP, VFIO_GROUP_SET_CONTAINER, container, container)
#define CONTAINER_IS_SET HAS_CONTAINER, SETS_CONTAINER
#define SETS_IOMMU(no)                                                         \
	{                                                                      \
		.name = CALL_IOCTL, .fd = CONTAINER, .number = VFIO_SET_IOMMU, \
		.value = VFIO_TYPE1v2_IOMMU, .error = (no)                     \
	}
#define IOMMU_IS_SET CONTAINER_IS_SET, SETS_IOMMU(0)
#define GETS_DEVICE(by)                                                              \
	{                                                                            \
		.name = CALL_IOCTL, .fd = GROUP, .number = VFIO_GROUP_GET_DEVICE_FD, \
		.wants = (by), .size = sizeof(by), .result = DEVICE                  \
	}

/* No user, and no other function in the group that can be seen */
#define LOOKS_FOR_OPENER                                             \
	CANT_OPEN_DIRECTORY(NODES, ENOENT), CANT_STAT(NODE, ENOENT), \
		CANT_STAT("/dev/vfio/devices/none", ENOENT)
#define LOOKS_FOR_OTHERS CANT_OPEN_DIRECTORY(MEMBERS, ENOENT)

#define INTERRUPTS                                                                         \
	"the IOMMU doesn't remap interrupts, so VFIO refuses to use it; enable interrupt " \
	"remapping in the firmware (intremap=on for QEMU's emulated IOMMU)"
#define NOT_VIABLE                                                                          \
	"its IOMMU group 7 is not viable: the host uses another function of it; "           \
	"bind the other functions of the group to VFIO drivers, or unbind them from their " \
	"drivers"

static const struct row {
	int ret;
	const char *why, *token;
	struct call calls[MAX_CALLS];
} rows[] = {
	{ 0, NULL, NULL, { IOMMU_IS_SET, GETS_DEVICE(name) } },
	{ 0, NULL, TOKEN, { IOMMU_IS_SET, GETS_DEVICE(name_and_token) } },

	{ -EACCES,
	  "no permission to open " NODE ": run as root, or grant your user access to it",
	  NULL,
	  { CANT_OPEN(NODE, EPERM) } },
	{ -EMFILE, "can't open " NODE ": Too many open files", NULL, { CANT_OPEN(NODE, EMFILE) } },
	{ -EBUSY,
	  "in use through VFIO: another process has it, or IOMMU group 7, open",
	  NULL,
	  { CANT_OPEN(NODE, EBUSY), LOOKS_FOR_OPENER } },

	{ -ENODEV,
	  "VFIO_GROUP_GET_STATUS: No such device",
	  NULL,
	  { GROUP_IS_OPEN, IS_REFUSED(GROUP, VFIO_GROUP_GET_STATUS, asked, ENODEV) } },
	{ -EPERM,
	  NOT_VIABLE,
	  NULL,
	  { GROUP_IS_OPEN, ASKS(GROUP, VFIO_GROUP_GET_STATUS, asked, others), LOOKS_FOR_OTHERS } },

	{ -ENOENT,
	  "/dev/vfio/vfio is missing; in a container, it has to be passed in",
	  NULL,
	  { IS_VIABLE, CANT_OPEN("/dev/vfio/vfio", ENOENT) } },
	{ -EPERM,
	  NOT_VIABLE,
	  NULL,
	  { HAS_CONTAINER, IS_REFUSED(GROUP, VFIO_GROUP_SET_CONTAINER, container, EBUSY),
	    LOOKS_FOR_OTHERS } },
	{ -EPERM,
	  NOT_VIABLE,
	  NULL,
	  { HAS_CONTAINER, IS_REFUSED(GROUP, VFIO_GROUP_SET_CONTAINER, container, EPERM),
	    LOOKS_FOR_OTHERS } },
	{ -EINVAL,
	  "VFIO_GROUP_SET_CONTAINER: Invalid argument",
	  NULL,
	  { HAS_CONTAINER, IS_REFUSED(GROUP, VFIO_GROUP_SET_CONTAINER, container, EINVAL) } },

	{ -EPERM, INTERRUPTS, NULL, { CONTAINER_IS_SET, SETS_IOMMU(EPERM) } },
	{ -ENODEV,
	  "VFIO has no IOMMU driver loaded: `modprobe vfio_iommu_type1`",
	  NULL,
	  { CONTAINER_IS_SET, SETS_IOMMU(ENODEV) } },
	{ -ENOMEM,
	  "VFIO_SET_IOMMU: Cannot allocate memory",
	  NULL,
	  { CONTAINER_IS_SET, SETS_IOMMU(ENOMEM) } },

	{ -EINVAL,
	  "VFIO can't open it: Invalid argument; see the kernel log for more",
	  NULL,
	  { IOMMU_IS_SET, IS_REFUSED(GROUP, VFIO_GROUP_GET_DEVICE_FD, name, EINVAL) } },
	{ -EACCES,
	  TOKEN
	  " is not the VF token that is set; pass the one that the PF and its VFs were opened "
	  "with, by --vf-token UUID",
	  TOKEN,
	  { IOMMU_IS_SET, IS_REFUSED(GROUP, VFIO_GROUP_GET_DEVICE_FD, name_and_token, EACCES) } },
};

static const struct pci_function function = { .bdf.text = BDF, .iommu_group = "7" };
static const struct vfio closed = { .device = -1, .group = -1, .context = -1 };

static void test_calls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct vfio vfio = closed;
		struct why why;

		calls_expect(row->calls);
		assert_int_equal(vfio_group_way.open(&function, NODE, row->token, &vfio, &why),
				 row->ret);
		calls_end();
		if (row->why)
			assert_string_equal(why.text, row->why);
		else
			assert_memory_equal(&vfio,
					    (&(struct vfio){ .device = DEVICE,
							     .group = GROUP,
							     .context = CONTAINER }),
					    sizeof(vfio));
	}
}

/* Each descriptor once, the device's first: its group is busy as long as that is open. */
static void test_close(void **state)
{
	static const struct call all[] = {
		CLOSES(DEVICE), CLOSES(GROUP), CLOSES(CONTAINER), { 0 }
	};
	static const struct call some[] = { CLOSES(GROUP), { 0 } };
	static const struct call none[] = { { 0 } };
	struct vfio vfio = { .device = DEVICE, .group = GROUP, .context = CONTAINER };

	(void)state;
	calls_expect(all);
	vfio_close(&vfio);
	calls_end();
	calls_expect(none);
	vfio_close(&vfio);
	vfio.group = GROUP;
	calls_expect(some);
	vfio_close(&vfio);
	calls_end();
	assert_memory_equal(&vfio, &closed, sizeof(vfio));
}

#define CONFIG_AT 0x70000000000

static const struct vfio_region_info region = { .argsz = sizeof(region),
						.index = VFIO_PCI_CONFIG_REGION_INDEX };
static const struct vfio_region_info config = { .argsz = sizeof(config),
						.size = VFIO_CONFIG_SIZE,
						.offset = CONFIG_AT };
static const struct vfio_region_info conventional = { .argsz = sizeof(conventional),
						      .size = 256,
						      .offset = CONFIG_AT };
static const uint8_t bytes[VFIO_CONFIG_SIZE] = { [0] = 0x86, [VFIO_CONFIG_SIZE - 1] = 0x5a };

#define FINDS(of) ASKS(DEVICE, VFIO_DEVICE_GET_REGION_INFO, region, of)
#define READ(so_many, no)                                                              \
	{                                                                              \
		.name = CALL_PREAD, .fd = DEVICE, .number = CONFIG_AT, .gives = bytes, \
		.size = VFIO_CONFIG_SIZE, .result = (so_many), .error = (no)           \
	}

static void test_read_config(void **state)
{
	static const struct {
		int ret;
		const char *why;
		struct call calls[3];
	} reads[] = {
		{ 0, NULL, { FINDS(config), READ(VFIO_CONFIG_SIZE, 0) } },
		{ -EIO,
		  "VFIO doesn't allow reading its whole config space: Input/output error",
		  { FINDS(config), READ(VFIO_CONFIG_SIZE - 1, 0) } },
		{ -EIO,
		  "VFIO doesn't allow reading its whole config space: Input/output error",
		  { FINDS(config), READ(0, 0) } },
		{ -EFAULT,
		  "VFIO doesn't allow reading its whole config space: Bad address",
		  { FINDS(config), READ(0, EFAULT) } },
		{ -ENXIO,
		  "VFIO shows no extended config space, so there is no room for PASID",
		  { FINDS(conventional) } },
		{ -EINVAL,
		  "VFIO_DEVICE_GET_REGION_INFO fails for its config space: Invalid argument",
		  { IS_REFUSED(DEVICE, VFIO_DEVICE_GET_REGION_INFO, region, EINVAL) } },
	};
	const struct vfio vfio = { .device = DEVICE, .group = -1, .context = -1 };
	uint8_t read[VFIO_CONFIG_SIZE];
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		calls_expect(reads[i].calls);
		assert_int_equal(vfio_read_config(&vfio, read, &why), reads[i].ret);
		calls_end();
		if (reads[i].ret)
			assert_string_equal(why.text, reads[i].why);
		else
			assert_memory_equal(read, bytes, sizeof(bytes));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_read_config),
	};

	return cmocka_run_group_tests_name("vfio_group", tests, NULL, NULL);
}
