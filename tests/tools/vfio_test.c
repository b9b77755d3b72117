// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio.h against hosts that have one way to open a function, the other, or both: which one
 * is taken, when the next is tried, what the user reads, and that no descriptor is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include "vfio/vfio.h"

#define BDF	     "0000:01:00.1"
#define PF	     "0000:01:00.0"
#define TOKEN	     "7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11"
#define BIND_IOMMUFD _IO(VFIO_TYPE, VFIO_BASE + 18)

/* The descriptors that the host gives */
enum {
	CDEV = 1000,
	IOMMUFD,
	GROUP,
	CONTAINER,
	DEVICE,
	END
};

/* Files that there are, errors of those that can't be opened; 0 or errors of the calls. */
static struct host {
	struct pci_function function;
	bool has_cdev, has_iommufd, has_group, has_container, has_noiommu;
	int cdev_error, iommufd_error, group_error;
	int bind_error, token_error, viable_error, container_error, iommu_error, device_error;
	char name[128]; /* that the group was asked for */
	int binds;
	bool is_open[END - CDEV];
} host;

int __wrap_pci_function_read(const char *sysfs, const struct bdf *bdf,
			     struct pci_function *function, struct why *why);
bool __wrap_sysfs_exists(const char *path);
int __wrap_sysfs_entry(const char *path, const char *prefix, char *name, size_t size);
int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_ioctl(int fd, unsigned long request, void *argument);

int __wrap_pci_function_read(const char *sysfs, const struct bdf *bdf,
			     struct pci_function *function, struct why *why)
{
	(void)sysfs;
	(void)bdf;
	(void)why;
	*function = host.function;
	return 0;
}

bool __wrap_sysfs_exists(const char *path)
{
	const struct {
		const char *path;
		bool is_there;
	} files[] = {
		{ "/dev/vfio/devices/vfio3", host.has_cdev },
		{ "/dev/iommu", host.has_iommufd },
		{ "/dev/vfio/7", host.has_group },
		{ "/dev/vfio/vfio", host.has_container },
		{ "/dev/vfio/noiommu-7", host.has_noiommu },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!strcmp(path, files[i].path))
			return files[i].is_there;
	return false;
}

int __wrap_sysfs_entry(const char *path, const char *prefix, char *name, size_t size)
{
	(void)prefix;
	*name = '\0';
	if (!strstr(path, "/vfio-dev") || !host.has_cdev)
		return -ENOENT;
	assert_true(size > strlen("vfio3"));
	memcpy(name, "vfio3", sizeof("vfio3"));
	return 0;
}

static int opened(int fd, int error)
{
	errno = error;
	if (error)
		return -1;
	assert_false(host.is_open[fd - CDEV]);
	host.is_open[fd - CDEV] = true;
	return fd;
}

int __wrap_open64(const char *path, int flags, ...)
{
	if (!strcmp(path, "/dev/vfio/devices/vfio3"))
		return opened(CDEV, host.has_cdev ? host.cdev_error : ENOENT);
	if (!strcmp(path, "/dev/iommu"))
		return opened(IOMMUFD, host.has_iommufd ? host.iommufd_error : ENOENT);
	if (!strcmp(path, "/dev/vfio/7"))
		return opened(GROUP, host.has_group ? host.group_error : ENOENT);
	if (!strcmp(path, "/dev/vfio/vfio"))
		return opened(CONTAINER, 0);
	return __real_open64(path, flags, 0);
}

int __wrap_close(int fd)
{
	if (fd < CDEV || fd >= END)
		return __real_close(fd);
	assert_true(host.is_open[fd - CDEV]);
	host.is_open[fd - CDEV] = false;
	return 0;
}

/* The struct is the kernel's of 6.17; see cdev.c. */
static int bind_cdev(const uint32_t *bind)
{
	bool has_token = bind[1] & 1;

	host.binds++;
	assert_int_equal(bind[0], has_token ? 24 : 16);
	assert_int_equal(bind[2], IOMMUFD);
	if (has_token && host.token_error)
		return host.token_error;
	if (has_token) {
		static const unsigned char uuid[16] = { 0x7b, 0x2f, 0x4b, 0x4c, 0x0c, 0x5c,
							0x4a, 0x43, 0x9d, 0x0f, 0x2a, 0x5e,
							0x9c, 0x1f, 0x6f, 0x11 };
		uint64_t pointer;

		memcpy(&pointer, bind + 4, sizeof(pointer));
		assert_memory_equal((const void *)(uintptr_t)pointer, uuid, sizeof(uuid));
	}
	return host.bind_error;
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	int error = 0;

	switch (request) {
	case BIND_IOMMUFD:
		assert_int_equal(fd, CDEV);
		error = bind_cdev(argument);
		if (!error)
			((uint32_t *)argument)[3] = 9;
		break;
	case VFIO_GROUP_GET_STATUS:
		assert_int_equal(fd, GROUP);
		((struct vfio_group_status *)argument)->flags =
			host.viable_error ? 0 : VFIO_GROUP_FLAGS_VIABLE;
		break;
	case VFIO_GROUP_SET_CONTAINER:
		assert_int_equal(*(int *)argument, CONTAINER);
		error = host.container_error;
		break;
	case VFIO_SET_IOMMU:
		assert_int_equal(fd, CONTAINER);
		error = host.iommu_error;
		break;
	case VFIO_GROUP_GET_DEVICE_FD:
		assert_int_equal(fd, GROUP);
		strncpy(host.name, argument, sizeof(host.name) - 1);
		return opened(DEVICE, host.device_error);
	default:
		fail();
	}
	errno = error;
	return error ? -1 : 0;
}

static const struct host both = {
	.function = {
		.bdf.text = BDF,
		.driver = "vfio-pci",
		.on_vfio = true,
		.iommu_group = "7",
	},
	.has_cdev = true,
	.has_iommufd = true,
	.has_group = true,
	.has_container = true,
};

static struct host by_group(void)
{
	struct host group = both;

	group.has_cdev = group.has_iommufd = false;
	return group;
}

static void assert_closed(void)
{
	for (int fd = 0; fd < END - CDEV; fd++)
		assert_false(host.is_open[fd]);
}

static void assert_opens(const char *token, const struct vfio_way *way)
{
	bool is_cdev = way == &vfio_cdev_way;
	struct vfio vfio;
	struct why why;

	host.binds = 0;
	assert_int_equal(vfio_open(&host.function, token, &vfio, &why), 0);
	assert_ptr_equal(vfio.way, way);
	assert_int_equal(vfio.device, is_cdev ? CDEV : DEVICE);
	assert_int_equal(vfio.group, is_cdev ? -1 : GROUP);
	assert_int_equal(vfio.context, is_cdev ? IOMMUFD : CONTAINER);
	assert_int_equal(vfio_iommufd(&vfio), is_cdev ? IOMMUFD : -1);
	if (is_cdev)
		assert_int_equal(vfio.dev_id, 9);
	vfio_close(&vfio);
	assert_closed();
}

static void assert_fails(const char *token, int error, const char *text)
{
	struct vfio vfio;
	struct why why;

	host.binds = 0;
	assert_int_equal(vfio_open(&host.function, token, &vfio, &why), error);
	assert_non_null(strstr(why.text, text));
	assert_closed();
}

static void test_cdev_comes_first(void **state)
{
	(void)state;
	host = both;
	assert_opens(NULL, &vfio_cdev_way);
	host.has_group = host.has_container = false;
	assert_opens(NULL, &vfio_cdev_way);
	/* one without the other is no way */
	host = both;
	host.has_iommufd = false;
	assert_opens(NULL, &vfio_group_way);
}

static void test_group(void **state)
{
	(void)state;
	host = by_group();
	assert_opens(NULL, &vfio_group_way);
	assert_string_equal(host.name, BDF);
}

/* A user may have been given the group's file alone. Any other error is the last word. */
static void test_second_way(void **state)
{
	(void)state;
	host = both;
	host.cdev_error = EACCES;
	assert_opens(NULL, &vfio_group_way);
	host.cdev_error = 0;
	host.iommufd_error = EPERM;
	assert_opens(NULL, &vfio_group_way);
	host.has_group = false;
	assert_fails(NULL, -EACCES, "no permission to open /dev/iommu");
	host = both;
	host.cdev_error = EMFILE;
	assert_fails(NULL, -EMFILE, "can't open /dev/vfio/devices/vfio3");
	host = both;
	host.bind_error = ENODEV;
	assert_fails(NULL, -ENODEV, "VFIO can't open it: No such device");
	/* the error of the last way that was tried */
	host = both;
	host.cdev_error = EACCES;
	host.group_error = EACCES;
	assert_fails(NULL, -EACCES, "no permission to open /dev/vfio/7");
}

static void test_no_way(void **state)
{
	(void)state;
	host = by_group();
	host.has_group = false;
	assert_fails(NULL, -ENOENT, "/dev/vfio/7 is missing");
	host.has_noiommu = true;
	assert_fails(NULL, -ENXIO, "no-IOMMU mode");
	host.function.iommu_group[0] = '\0';
	assert_fails(NULL, -ENXIO, "it has no IOMMU group");
}

static void test_not_on_vfio(void **state)
{
	(void)state;
	host = both;
	host.function.on_vfio = false;
	assert_fails(NULL, -ENXIO, "bound to vfio-pci, which isn't a VFIO driver");
	host.function.driver[0] = '\0';
	assert_fails(NULL, -ENXIO, "not bound to a driver");
	host.function.is_bridge = true;
	assert_fails(NULL, -ENXIO, "this is a bridge");
	host.has_container = false;
	assert_fails(NULL, -ENXIO, "this is a bridge");
	host.has_iommufd = false;
	assert_fails(NULL, -ENOSYS, "this host has no VFIO");
}

static void test_busy(void **state)
{
	(void)state;
	host = both;
	host.group_error = EBUSY;
	host.bind_error = EINVAL;
	assert_fails(NULL, -EBUSY, "in use through VFIO: ");
	host = by_group();
	host.group_error = EBUSY;
	assert_fails(NULL, -EBUSY, "in use through VFIO: ");
}

static void test_not_viable(void **state)
{
	(void)state;
	host = both;
	host.bind_error = EBUSY;
	assert_fails(NULL, -EPERM, "its IOMMU group 7 is not viable");
	host = by_group();
	host.viable_error = EPERM;
	assert_fails(NULL, -EPERM, "its IOMMU group 7 is not viable");
	host = by_group();
	host.container_error = EBUSY;
	assert_fails(NULL, -EPERM, "its IOMMU group 7 is not viable");
}

static void test_no_interrupt_remapping(void **state)
{
	(void)state;
	host = both;
	host.bind_error = EPERM;
	assert_fails(NULL, -EPERM, "the IOMMU doesn't remap interrupts");
	host = by_group();
	host.iommu_error = EPERM;
	assert_fails(NULL, -EPERM, "the IOMMU doesn't remap interrupts");
}

static void test_group_errors(void **state)
{
	(void)state;
	host = by_group();
	host.iommu_error = ENODEV;
	assert_fails(NULL, -ENODEV, "`modprobe vfio_iommu_type1`");
	host.iommu_error = EPERM;
	assert_fails(NULL, -EPERM, "remap interrupts");
	host.iommu_error = 0;
	host.device_error = EINVAL;
	assert_fails(NULL, -EINVAL, "VFIO can't open it: Invalid argument");
}

/* PFs, and VFs whose PF is on VFIO, take a token; the kernel refuses it for others. */
static void test_token(void **state)
{
	(void)state;
	host = by_group();
	assert_opens(TOKEN, &vfio_group_way);
	assert_string_equal(host.name, BDF);
	host.function.kind = PCI_KIND_PF;
	assert_opens(TOKEN, &vfio_group_way);
	assert_string_equal(host.name, BDF " vf_token=" TOKEN);
	host.function.kind = PCI_KIND_VF;
	host.function.pf = (struct bdf){ .text = PF };
	assert_opens(TOKEN, &vfio_group_way);
	assert_string_equal(host.name, BDF);
	host.function.pf_on_vfio = true;
	assert_opens(TOKEN, &vfio_group_way);
	assert_string_equal(host.name, BDF " vf_token=" TOKEN);

	host.device_error = EACCES;
	assert_fails(TOKEN, -EACCES, TOKEN " is not the VF token that is set");
	assert_fails(NULL, -EACCES, "opening it requires the VF token of its PF");
	host.function.kind = PCI_KIND_PF;
	assert_fails(NULL, -EACCES, "its VFs are in use, so opening it requires their VF token");
}

static void test_token_of_cdev(void **state)
{
	(void)state;
	host = both;
	host.function.kind = PCI_KIND_PF;
	assert_opens(TOKEN, &vfio_cdev_way);
	assert_int_equal(host.binds, 1);
	/* before 6.17 */
	host.token_error = EINVAL;
	assert_opens(TOKEN, &vfio_cdev_way);
	assert_int_equal(host.binds, 2);
	host.has_group = false;
	host.token_error = EACCES;
	assert_fails(TOKEN, -EACCES, TOKEN " is not the VF token that is set");
	assert_int_equal(host.binds, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cdev_comes_first),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_second_way),
		cmocka_unit_test(test_no_way),
		cmocka_unit_test(test_not_on_vfio),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_not_viable),
		cmocka_unit_test(test_no_interrupt_remapping),
		cmocka_unit_test(test_group_errors),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_token_of_cdev),
	};

	return cmocka_run_group_tests_name("vfio", tests, NULL, NULL);
}
