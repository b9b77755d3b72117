// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inventory.h, list.h and pasid_walk.h on made trees: who has PASID, and what it costs to
 * know.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "list/inventory.h"
#include "list/list.h"
#include "pci/config_space.h"
#include "support/made_host.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define SIZE 4096

static uint8_t config[SIZE];

/* From this offset on a read fails like that; -1: none does. */
static off_t bad_offset;
static int bad_errno;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	if (bad_offset >= 0 && offset >= bad_offset) {
		errno = bad_errno;
		return bad_errno ? -1 : 0;
	}
	return __real_pread64(fd, buffer, size, offset);
}

static int setup(void **state)
{
	memset(config, 0, sizeof(config));
	bad_offset = -1;
	return tree_setup(state);
}

static struct path sysfs_of(const char *root)
{
	return path_of("%s/sys", root);
}

static struct path file_of(const char *bdf, const char *name)
{
	return path_of("sys/devices/pci0000:00/%s/%s", bdf, name);
}

/* Extended capabilities */

static void put32(unsigned int offset, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		config[offset + i] = value >> 8 * i;
}

static void put_header(unsigned int offset, unsigned int id, unsigned int next)
{
	put32(offset, id | 1u << 16 | next << 20);
}

/* 20 bits, Execute and Privileged; the Control register as given */
static void put_pasid(unsigned int offset, unsigned int next, unsigned int control)
{
	put_header(offset, 0x1b, next);
	put32(offset + 4, 0x1406 | control << 16);
}

/* A function with what is in @config. */
static void add(const char *root, const char *bdf, const char *uevent)
{
	FILE *file;

	tree_function(root, bdf);
	tree_file(root, file_of(bdf, "uevent").text, uevent);
	tree_file(root, file_of(bdf, "config").text, "");
	file = fopen(path_of("%s/%s", root, file_of(bdf, "config").text).text, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(config, 1, sizeof(config), file), sizeof(config));
	fclose(file);
}

static void read_inventory(const char *root, struct inventory *inventory)
{
	struct why why = { "" };

	assert_int_equal(inventory_read(sysfs_of(root).text, false, false, inventory, &why), 0);
	assert_string_equal(why.text, "");
}

/* The only function there is. */
static const struct inventory_function *read_one(const char *root, struct inventory *inventory)
{
	read_inventory(root, inventory);
	assert_int_equal(inventory->count, 1);
	return &inventory->functions[0];
}

static void test_enabled(void **state)
{
	const struct inventory_function *function;
	struct inventory inventory;

	put_header(0x100, 0x01, 0x150);
	put_pasid(0x150, 0, 0x0003);
	add(*state, "0000:00:05.0", "DRIVER=nvme\nPCI_CLASS=10802\nPCI_ID=1B36:0010\n");
	function = read_one(*state, &inventory);
	assert_int_equal(function->state, PASID_ENABLED);
	assert_int_equal(inventory_width(function), 20);
	assert_int_equal(inventory_usable_width(function), 20);
	assert_int_equal(function->capability, 0x1406);
	assert_int_equal(function->control, 0x0003);
	assert_string_equal(function->driver, "nvme");
	assert_int_equal(function->vendor, 0x1b36);
	assert_int_equal(function->device, 0x0010);
	assert_int_equal(function->class, 0x010802);
	assert_false(function->is_vf || function->is_pf);
	assert_null(function->iommu);
	inventory_free(&inventory);
}

static void test_off_and_none(void **state)
{
	struct inventory inventory;

	put_pasid(0x100, 0, 0);
	add(*state, "0000:00:05.0", "");
	put_header(0x100, 0x01, 0);
	add(*state, "0000:00:04.0", "");
	memset(config, 0, sizeof(config));
	add(*state, "0000:00:06.0", "");
	read_inventory(*state, &inventory);
	assert_int_equal(inventory.count, 3);
	/* by BDF, however the directory has them */
	assert_string_equal(inventory.functions[0].bdf.text, "0000:00:04.0");
	assert_int_equal(inventory.functions[0].state, PASID_NONE);
	assert_int_equal(inventory.functions[1].state, PASID_OFF);
	assert_int_equal(inventory_width(&inventory.functions[1]), 20);
	assert_int_equal(inventory_usable_width(&inventory.functions[1]), 0);
	assert_int_equal(inventory.functions[2].state, PASID_NONE);
	inventory_free(&inventory);
}

static void test_without_uevent(void **state)
{
	const struct inventory_function *function;
	struct inventory inventory;

	add(*state, "0000:00:05.0", "");
	tree_file(*state, file_of("0000:00:05.0", "vendor").text, "0x8086\n");
	tree_file(*state, file_of("0000:00:05.0", "device").text, "0x0b25\n");
	tree_file(*state, file_of("0000:00:05.0", "class").text, "0x088000\n");
	tree_link(*state, file_of("0000:00:05.0", "driver").text, "../../../bus/pci/drivers/idxd");
	function = read_one(*state, &inventory);
	assert_string_equal(function->driver, "idxd");
	assert_int_equal(function->vendor, 0x8086);
	assert_int_equal(function->device, 0x0b25);
	assert_int_equal(function->class, 0x088000);
	inventory_free(&inventory);
}

static void test_vf_has_its_pfs(void **state)
{
	const struct inventory_function *vf;
	struct inventory inventory;

	put_pasid(0x100, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	tree_file(*state, file_of("0000:00:05.0", "sriov_totalvfs").text, "4\n");
	/* one of its own isn't looked at */
	put_pasid(0x100, 0, 0);
	add(*state, "0000:00:05.1", "");
	tree_link(*state, file_of("0000:00:05.1", "physfn").text, "../0000:00:05.0");
	add(*state, "0000:00:05.2", "");
	tree_link(*state, file_of("0000:00:05.2", "physfn").text, "../0000:00:07.0");
	read_inventory(*state, &inventory);
	assert_true(inventory.functions[0].is_pf);
	vf = &inventory.functions[1];
	assert_true(vf->is_vf);
	assert_string_equal(vf->pf.text, "0000:00:05.0");
	assert_int_equal(vf->state, PASID_ENABLED);
	assert_int_equal(vf->control, 0x0001);
	assert_int_equal(vf->dwords, 0);
	/* whose PF isn't there */
	assert_int_equal(inventory.functions[2].state, PASID_UNKNOWN);
	assert_int_equal(inventory.functions[2].error, -ENOENT);
	inventory_free(&inventory);
}

static void test_iommu_width(void **state)
{
	const struct inventory_function *function;
	struct inventory inventory;

	put_pasid(0x100, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	tree_link(*state, file_of("0000:00:05.0", "iommu").text, "../../virtual/iommu/dmar0");
	tree_file(*state, "sys/class/iommu/dmar0/intel-iommu/cap", "d2008c222f0686\n");
	/* SMTS, PASID, PSS 15 */
	tree_file(*state, "sys/class/iommu/dmar0/intel-iommu/ecap", "97800000000\n");
	function = read_one(*state, &inventory);
	assert_non_null(function->iommu);
	assert_int_equal(function->iommu->kind, IOMMU_INTEL);
	assert_true(function->iommu->has_pasid);
	assert_int_equal(function->iommu->max_width, 16);
	assert_int_equal(inventory_usable_width(function), 16);
	inventory_free(&inventory);
}

static void test_iommus(void **state)
{
	struct path sysfs = sysfs_of(*state);
	struct iommu iommu;

	tree_file(*state, "sys/class/iommu/dmar1/intel-iommu/cap", "d2008c222f0686\n");
	tree_file(*state, "sys/class/iommu/dmar1/intel-iommu/ecap", "f020df\n");
	iommu_read(sysfs.text, "dmar1", &iommu);
	assert_true(iommu.is_known && !iommu.has_pasid);
	assert_int_equal(iommu.max_width, 0);

	/* GTSup, PASmax 15; kernels from 6.8 on have a second register behind a colon */
	tree_file(*state, "sys/class/iommu/ivhd0/amd-iommu/features", "f00000010:1\n");
	iommu_read(sysfs.text, "ivhd0", &iommu);
	assert_int_equal(iommu.kind, IOMMU_AMD);
	assert_true(iommu.is_known && iommu.has_pasid);
	assert_int_equal(iommu.max_width, 16);

	tree_file(*state, "sys/class/iommu/ivhd1/amd-iommu/features", "what\n");
	iommu_read(sysfs.text, "ivhd1", &iommu);
	assert_false(iommu.is_known || iommu.has_pasid);

	tree_directory(*state, "sys/class/iommu/smmu3.0");
	iommu_read(sysfs.text, "smmu3.0", &iommu);
	assert_int_equal(iommu.kind, IOMMU_OTHER);
	assert_false(iommu.is_known);
}

static void test_sleeper(void **state)
{
	struct inventory inventory;
	struct why why;

	put_pasid(0x100, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	tree_file(*state, file_of("0000:00:05.0", "power/runtime_status").text, "suspended\n");
	assert_int_equal(read_one(*state, &inventory)->state, PASID_ASLEEP);
	assert_int_equal(inventory.functions[0].dwords, 0);
	inventory_free(&inventory);

	assert_int_equal(inventory_read(sysfs_of(*state).text, false, true, &inventory, &why), 0);
	assert_int_equal(inventory.functions[0].state, PASID_ENABLED);
	inventory_free(&inventory);
}

static void check_unknown(const char *root, int error)
{
	struct inventory inventory;
	const struct inventory_function *function = read_one(root, &inventory);

	assert_int_equal(function->state, PASID_UNKNOWN);
	assert_int_equal(function->error, error);
	inventory_free(&inventory);
}

static void test_unknown(void **state)
{
	put_header(0x100, 0x01, 0x200);
	put_header(0x200, 0x03, 0);
	add(*state, "0000:00:05.0", "");
	bad_offset = 64; /* as for others than root */
	bad_errno = 0;
	check_unknown(*state, -EACCES);
	bad_errno = EIO;
	check_unknown(*state, -EIO);
	bad_offset = 0x200;
	check_unknown(*state, -EIO);
	bad_offset = -1;

	memset(config, 0xff, sizeof(config));
	add(*state, "0000:00:05.0", "");
	check_unknown(*state, -EIO);
	put_header(0x100, 0x01, 0x200);
	add(*state, "0000:00:05.0", "");
	check_unknown(*state, -EIO);
	put_header(0x200, 0x1b, 0);
	add(*state, "0000:00:05.0", "");
	check_unknown(*state, -EIO);
	unlink(path_of("%s/%s", (char *)*state, file_of("0000:00:05.0", "config").text).text);
	check_unknown(*state, -ENOENT);
}

static void test_conventional(void **state)
{
	struct inventory inventory;

	add(*state, "0000:00:05.0", "");
	bad_offset = 256; /* no extended config space */
	bad_errno = 0;
	assert_int_equal(read_one(*state, &inventory)->state, PASID_NONE);
	inventory_free(&inventory);
}

static void test_broken_chains(void **state)
{
	static const unsigned int pointers[] = { 0x100, 0x0fc, 0x200, 0x101, 0xffc };
	struct inventory inventory;

	for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++) {
		memset(config, 0, sizeof(config));
		put_header(0x100, 0x01, 0x200);
		put_header(0x200, 0x03, pointers[i]);
		add(*state, "0000:00:05.0", "");
		assert_int_equal(read_one(*state, &inventory)->state, PASID_NONE);
		assert_true(inventory.functions[0].dwords <= 3);
		inventory_free(&inventory);
	}

	/* its registers are beyond the end */
	put_header(0x200, 0x03, 0xffc);
	put_header(0xffc, 0x1b, 0);
	add(*state, "0000:00:05.0", "");
	check_unknown(*state, -EIO);
}

/* The longest chain that fits, to its last header. */
static void test_longest_chain(void **state)
{
	struct inventory inventory;

	for (unsigned int offset = 0x100; offset < 0xff8; offset += 4)
		put_header(offset, 0x03, offset + 4);
	put_pasid(0xff8, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	assert_int_equal(read_one(*state, &inventory)->state, PASID_ENABLED);
	assert_int_equal(inventory.functions[0].dwords, (0xff8 - 0x100) / 4 + 2);
	inventory_free(&inventory);
}

/* What costs on hardware: no more dwords than the chain has headers, and six. */
static void test_dwords(void **state)
{
	struct path sysfs = sysfs_of(*state);
	struct inventory inventory;
	size_t enabled = 0, none = 0;

	tree_directory(*state, "sys");
	assert_int_equal(made_host(sysfs.text, 1000), 0);
	read_inventory(*state, &inventory);
	assert_int_equal(inventory.count, 1000);
	for (size_t i = 0; i < inventory.count; i++) {
		const struct inventory_function *function = &inventory.functions[i];
		unsigned int chain =
			function->state == PASID_ENABLED ? MADE_PASID_CHAIN : MADE_PLAIN_CHAIN;

		enabled += function->state == PASID_ENABLED;
		none += function->state == PASID_NONE;
		assert_true(function->dwords <= chain + 6);
		if (!function->is_vf)
			assert_true(function->dwords >= chain);
	}
	assert_int_equal(enabled, 500);
	assert_int_equal(none, 500);
	/* names are kept once */
	assert_int_equal(inventory.driver_count, 1);
	assert_int_equal(inventory.iommu_count, 1);
	inventory_free(&inventory);
}

static void test_no_tree(void **state)
{
	struct inventory inventory;
	struct why why;

	assert_int_equal(inventory_read(sysfs_of(*state).text, false, false, &inventory, &why),
			 -ENOENT);
	assert_non_null(strstr(why.text, "/sys/bus/pci/devices: No such file"));
}

/* list.h */

static size_t count_listed(const struct inventory *inventory, const struct list_choice *choice)
{
	struct list list;
	struct why why;
	size_t count;

	assert_int_equal(list_select(inventory, choice, &list, &why), 0);
	count = list.count;
	list_free(&list);
	return count;
}

static void test_filters(void **state)
{
	struct path sysfs = sysfs_of(*state);
	struct inventory inventory;
	struct list list;
	struct why why;

	tree_directory(*state, "sys");
	assert_int_equal(made_host(sysfs.text, 512), 0);
	read_inventory(*state, &inventory);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .all = true }), 512);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ 0 }), 256);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .slot = "01:" }), 128);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .slot = "01:02" }), 4);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .slot = "00:00.1" }), 1);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .slot = ".0" }), 64);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .id = "15b3:" }), 256);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .id = "8086:" }), 0);
	assert_int_equal(count_listed(&inventory, &(struct list_choice){ .id = "::0200" }), 256);

	assert_int_equal(
		list_select(&inventory, &(struct list_choice){ .slot = "what" }, &list, &why),
		-EINVAL);
	assert_non_null(strstr(why.text, "-s what: "));
	assert_int_equal(list_select(&inventory, &(struct list_choice){ .id = "x" }, &list, &why),
			 -EINVAL);
	inventory_free(&inventory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_enabled, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_off_and_none, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_without_uevent, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_vf_has_its_pfs, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_iommu_width, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_iommus, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_sleeper, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_conventional, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_broken_chains, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_longest_chain, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_dwords, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_no_tree, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_filters, setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_inventory", tests, NULL, NULL);
}
