// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sysfs.h, pci/function.h and pci/config_space.h on trees in which nothing is what it should
 * be: an error that names it, never a wait, and nothing written elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/function.h"
#include "pci/config_space.h"
#include "pci/function.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF "0000:00:05.0"
#define PCI "sys/devices/pci0000:00/" BDF

static const struct bdf bdf = { .device = 5, .text = BDF };

/* From this offset on a read fails; 0: none does. */
static off_t bad_offset;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	if (bad_offset && offset >= bad_offset) {
		errno = EIO;
		return -1;
	}
	if (bad_offset && offset + (off_t)size > bad_offset)
		size = (size_t)(bad_offset - offset);
	return __real_pread64(fd, buffer, size, offset);
}

static struct path in(const char *root, const char *path)
{
	return path_of("%s/%s", root, path);
}

static int setup(void **state)
{
	const char *root;

	bad_offset = 0;
	if (tree_setup(state))
		return -1;
	root = *state;
	tree_function(root, BDF);
	tree_file(root, PCI "/vendor", "0x8086\n");
	tree_file(root, PCI "/device", "0x0b25\n");
	tree_file(root, PCI "/config", "");
	return truncate(in(root, PCI "/config").text, VPASID_CONFIG_SIZE);
}

/* Each replaces what is at @path. */
static void put_fifo(const char *root, const char *path)
{
	unlink(in(root, path).text);
	assert_int_equal(mkfifo(in(root, path).text, 0600), 0);
}

static void put_directory(const char *root, const char *path)
{
	unlink(in(root, path).text);
	tree_directory(root, path);
}

static void put_circle(const char *root, const char *path)
{
	tree_link(root, path, strrchr(path, '/') + 1);
}

static void put_link(const char *root, const char *path)
{
	tree_file(root, "elsewhere", "0x1234\n");
	tree_link(root, path, in(root, "elsewhere").text);
}

static void put_device(const char *root, const char *path)
{
	tree_link(root, path, "/dev/zero");
}

static void put_nothing(const char *root, const char *path)
{
	unlink(in(root, path).text);
}

static void put_empty(const char *root, const char *path)
{
	tree_file(root, path, "");
}

static void put_long(const char *root, const char *path)
{
	tree_file(root, path, "");
	assert_int_equal(truncate(in(root, path).text, 100 << 20), 0);
}

static const struct {
	void (*put)(const char *root, const char *path);
	int read, write; /* what sysfs_read() and sysfs_write() return */
} things[] = {
	{ put_fifo, -ENOTSUP, -ENXIO }, { put_directory, -EISDIR, -EISDIR },
	{ put_circle, -ELOOP, -ELOOP }, { put_link, -ELOOP, -ELOOP },
	{ put_device, -ELOOP, -ELOOP }, { put_nothing, -ENOENT, -ENOENT },
	{ put_long, -E2BIG, 0 },
};

#define THINGS (sizeof(things) / sizeof(things[0]))

static void test_read_and_write(void **state)
{
	char value[32];

	for (size_t i = 0; i < THINGS; i++) {
		struct path name = path_of("directory/%zu", i);
		struct path path = in(*state, name.text);

		tree_directory(*state, "directory");
		things[i].put(*state, name.text);
		assert_int_equal(sysfs_read(path.text, value, sizeof(value)), things[i].read);
		assert_string_equal(value, "");
		assert_int_equal(sysfs_write(path.text, "x"), things[i].write);
	}
	assert_string_equal(tree_read(*state, "elsewhere"), "0x1234\n");
	assert_int_equal(sysfs_open("/dev/zero", O_RDONLY), -ENOTSUP);
	assert_null(sysfs_stream("/dev/zero"));
	assert_int_equal(errno, ENOTSUP);
}

static void test_number(void **state)
{
	static const struct {
		const char *text;
		int ret;
		unsigned long number;
	} rows[] = {
		{ "0x8086\n", 0, 0x8086 },
		{ "4\n", 0, 4 },
		{ "\n", -EINVAL, 0 },
		{ "-1\n", -EINVAL, 0 },
		{ "+1\n", -EINVAL, 0 },
		{ " 1\n", -EINVAL, 0 },
		{ "1 2\n", -EINVAL, 0 },
		{ "0x\n", -EINVAL, 0 },
		{ "99999999999999999999\n", -ERANGE, 0 },
		{ "1111111111111111111111111111111111\n", -E2BIG, 0 },
	};
	unsigned long number;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, "number", rows[i].text);
		assert_int_equal(sysfs_read_number(in(*state, "number").text, &number),
				 rows[i].ret);
		if (!rows[i].ret)
			assert_int_equal(number, rows[i].number);
	}
}

static void assert_function(void **state, int error, const char *text)
{
	struct pci_function function;
	struct why why = { 0 };

	assert_int_equal(pci_function_read(in(*state, "sys").text, &bdf, &function, &why), error);
	if (!strstr(why.text, text))
		print_error("%s\n", why.text);
	assert_non_null(strstr(why.text, text));
}

/* Links whose names are no names; each is put right again. */
static void test_function_links(void **state)
{
	static const char long_name[] = "0123456789012345678901234567890123456789012345678901234567"
					"89";
	static const struct {
		const char *link, *target;
		int error;
		const char *text;
	} rows[] = {
		{ "driver", "../\x1b[2J", 0, "" },
		{ "driver", long_name, 0, "" },
		{ "iommu_group", "../5", 0, "" },
		{ "iommu_group", "../..", -EPROTO, "iommu_group: it points to .., which" },
		{ "iommu_group", "../5x", -EPROTO, "which isn't a number" },
		{ "iommu_group", long_name, -E2BIG, "iommu_group: it is too long" },
		{ "physfn", "../0000:00:04.0", 0, "" },
		{ "physfn", "../nonsense", -EPROTO, "points to nonsense, which isn't a function" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path path = path_of(PCI "/%s", rows[i].link);

		tree_link(*state, path.text, rows[i].target);
		assert_function(state, rows[i].error, rows[i].text);
		unlink(in(*state, path.text).text);
	}
	tree_file(*state, PCI "/driver", "");
	assert_function(state, -EINVAL, "driver: it isn't a link");
	tree_link(*state, PCI "/driver", path_of("%s%s", long_name, "XXXXX").text);
	assert_function(state, -E2BIG, "driver: it is too long");
}

/* What isn't a function's directory. */
static void test_function_place(void **state)
{
	static const char path[] = "sys/bus/pci/devices/" BDF;

	put_circle(*state, path);
	assert_function(state, -ELOOP,
			BDF ": it is a symbolic link, or there is a loop of symbolic links");
	tree_link(*state, path, "/dev/null");
	assert_function(state, -ENOTDIR, "Not a directory");
	tree_link(*state, path, "nowhere");
	assert_function(state, -ENODEV, "no such PCI function");
	assert_int_equal(rename(in(*state, "sys/bus").text, in(*state, "sys/was").text), 0);
	assert_function(state, -ENODEV, "there is no PCI bus here");
}

static void assert_config(void **state, int error, size_t size, const char *text)
{
	struct config_space space = { .bdf = bdf };
	struct path sysfs = in(*state, "sys");

	errno = EINTR; /* of a call before */
	assert_int_equal(config_space_read(sysfs.text, &space), error);
	assert_int_equal(space.error, error);
	assert_int_equal(space.size, size);
	if (!strstr(space.why.text, text))
		print_error("%s\n", space.why.text);
	assert_non_null(strstr(space.why.text, text));
}

static void test_config_things(void **state)
{
	static const char path[] = PCI "/config";

	assert_config(state, 0, VPASID_CONFIG_SIZE, "");
	for (size_t i = 0; i < THINGS; i++) {
		bool is_long = things[i].put == put_long;

		remove(in(*state, path).text);
		things[i].put(*state, path);
		assert_config(state, is_long ? 0 : things[i].read, is_long ? VPASID_CONFIG_SIZE : 0,
			      is_long ? "" : "/config: ");
		remove(in(*state, path).text);
	}
	put_empty(*state, path);
	assert_config(state, -EIO, 0, "its config space has fewer than 64 bytes");
}

static void test_config_sizes(void **state)
{
	static const struct {
		off_t size;
		int error;
		size_t read;
	} rows[] = {
		{ 1, -EIO, 0 },		{ 63, -EIO, 0 },	  { 64, -EACCES, 64 },
		{ 255, -EACCES, 252 },	{ 256, -ENXIO, 256 },	  { 259, -ENXIO, 256 },
		{ 260, -ENODATA, 260 }, { 4095, -ENODATA, 4092 }, { 4096, 0, 4096 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(truncate(in(*state, PCI "/config").text, rows[i].size), 0);
		assert_config(state, rows[i].error, rows[i].read, "");
	}
}

/* A device that fails midway. */
static void test_config_fails(void **state)
{
	bad_offset = 256;
	assert_config(state, -EIO, 256, "/config, from 0x100 on: Input/output error");
	bad_offset = 64;
	assert_config(state, -EIO, 64, "/config, from 0x40 on: Input/output error");
}

/* An ID that can't be understood isn't known, and neither is the other of its pair; the others are.
 */
static void assert_ids(void **state, const struct vpasid_device *expected)
{
	struct path sysfs = in(*state, "sys");
	const struct vpasid_device *device;
	struct function *function;
	struct host host;
	struct why why;

	host_open(&host, sysfs.text, NULL, false);
	function = host_function(&host, &bdf);
	assert_int_equal(function_read(function, FUNCTION_CONFIG, &why), 0);
	assert_int_equal(function->config->error, 0);
	assert_int_equal(function->config->size, VPASID_CONFIG_SIZE);
	device = &function->config->device;
	assert_int_equal(device->vendor, expected->vendor);
	assert_int_equal(device->device, expected->device);
	assert_int_equal(device->subsystem_vendor, expected->subsystem_vendor);
	assert_int_equal(device->subsystem_device, expected->subsystem_device);
	assert_int_equal(device->revision, expected->revision);
	assert_int_equal(function->pci.vendor, expected->vendor);
	assert_int_equal(function->pci.device, expected->device);
	assert_int_equal(function_has_ids(function), expected->vendor != 0);
	assert_int_equal(config_space_has_ids(function->config), expected->vendor != 0);
	host_close(&host);
}

static void test_ids(void **state)
{
	struct vpasid_device expected = { .revision = 0x21 };

	tree_file(*state, PCI "/revision", "0x21\n");
	tree_file(*state, PCI "/subsystem_vendor", "0xabcd\n");
	tree_file(*state, PCI "/subsystem_device", "0x0001\n");
	expected.subsystem_vendor = 0xabcd;
	expected.subsystem_device = 1;
	tree_file(*state, PCI "/vendor", "0x18086\n");
	assert_ids(state, &expected);
	tree_file(*state, PCI "/vendor", "\x1b[2J\n");
	assert_ids(state, &expected);
	tree_file(*state, PCI "/vendor", "0x8086\n");
	put_fifo(*state, PCI "/device");
	assert_ids(state, &expected);
	unlink(in(*state, PCI "/device").text);
	assert_ids(state, &expected);
	tree_file(*state, PCI "/device", "0x0b25\n");
	expected.vendor = 0x8086;
	expected.device = 0x0b25;
	assert_ids(state, &expected);
	/* what the file's own bytes say */
	tree_file(*state, PCI "/revision", "0x100\n");
	expected.revision = 0;
	assert_ids(state, &expected);
	put_directory(*state, PCI "/subsystem_vendor");
	expected.subsystem_vendor = expected.subsystem_device = 0;
	assert_ids(state, &expected);
}

int main(void)
{
#define TREE(test) cmocka_unit_test_setup_teardown(test, setup, tree_teardown)
	const struct CMUnitTest tests[] = {
		TREE(test_read_and_write), TREE(test_number),	     TREE(test_function_links),
		TREE(test_function_place), TREE(test_config_things), TREE(test_config_sizes),
		TREE(test_config_fails),   TREE(test_ids),
	};

	return cmocka_run_group_tests_name("tool_sysfs", tests, NULL, NULL);
}
