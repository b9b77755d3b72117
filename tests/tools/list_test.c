// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list.h, and what facts/pasid.h says of many functions, on made trees: who has PASID, and
 * what it costs to know.
 */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/host.h"
#include "facts/iommu.h"
#include "facts/pasid.h"
#include "list/list.h"
#include "support/made_host.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define SIZE 4096

static uint8_t config[SIZE];

/* All functions of the host that was read last. */
static struct host host;
static struct path sysfs;
static struct list list;

/* From this offset on a read fails like that; -1: none does. */
static off_t bad_offset;
static int bad_errno;

/* How many dwords were read of which config spaces; those of one are read in one go. */
static struct {
	struct bdf bdf;
	unsigned int dwords;
} counts[1000];
static size_t counted;

static void count_dword(int fd)
{
	char path[PATH_MAX] = "";
	struct bdf bdf;

	assert_true(readlink(path_of("/proc/self/fd/%d", fd).text, path, sizeof(path) - 1) > 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(bdf_parse(strrchr(path, '/') + 1, &bdf), 0);
	if (!counted || strcmp(counts[counted - 1].bdf.text, bdf.text) != 0) {
		assert_true(counted < sizeof(counts) / sizeof(counts[0]));
		counts[counted].bdf = bdf;
		counts[counted++].dwords = 0;
	}
	counts[counted - 1].dwords++;
}

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	count_dword(fd);
	if (bad_offset >= 0 && offset >= bad_offset) {
		errno = bad_errno;
		return bad_errno ? -1 : 0;
	}
	return __real_pread64(fd, buffer, size, offset);
}

static unsigned int dwords_of(const struct function *function)
{
	for (size_t i = 0; i < counted; i++)
		if (!strcmp(counts[i].bdf.text, function->pci.bdf.text))
			return counts[i].dwords;
	return 0;
}

static int setup(void **state)
{
	memset(config, 0, sizeof(config));
	bad_offset = -1;
	return tree_setup(state);
}

static void close_host(void)
{
	list_free(&list);
	host_close(&host);
}

static int teardown(void **state)
{
	close_host();
	return tree_teardown(state);
}

static void open_host(const char *root, bool wakes)
{
	close_host();
	counted = 0;
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, NULL, wakes);
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

static void read_host(const char *root, bool wakes)
{
	struct why why = { "" };

	open_host(root, wakes);
	assert_int_equal(list_select(&host, &(struct list_choice){ .all = true }, &list, &why), 0);
	assert_string_equal(why.text, "");
}

/* The only function there is. */
static const struct function *read_one(const char *root)
{
	read_host(root, false);
	assert_int_equal(list.count, 1);
	return list.functions[0];
}

static void assert_width(const struct function *function,
			 bool (*get)(const struct function *function, unsigned int *width),
			 unsigned int expected)
{
	unsigned int width;

	assert_true(get(function, &width));
	assert_int_equal(width, expected);
}

static void test_enabled(void **state)
{
	const struct function *function;
	unsigned int width;

	put_header(0x100, 0x01, 0x150);
	put_pasid(0x150, 0, 0x0003);
	add(*state, "0000:00:05.0", "DRIVER=nvme\nPCI_CLASS=10802\nPCI_ID=1B36:0010\n");
	function = read_one(*state);
	assert_int_equal(pasid_state(function), PASID_ENABLED);
	assert_width(function, pasid_width, 20);
	/* nothing is known of an IOMMU */
	assert_false(pasid_usable_width(function, &width));
	assert_int_equal(pasid_registers(function)->capability, 0x1406);
	assert_int_equal(pasid_registers(function)->control, 0x0003);
	assert_string_equal(function->pci.driver, "nvme");
	assert_int_equal(function->pci.vendor, 0x1b36);
	assert_int_equal(function->pci.device, 0x0010);
	assert_int_equal(function->pci.class, 0x010802);
	assert_int_equal(function->pci.kind, PCI_KIND_FUNCTION);
	assert_null(function->iommu);
}

static void test_off_and_none(void **state)
{
	put_pasid(0x100, 0, 0);
	add(*state, "0000:00:05.0", "");
	put_header(0x100, 0x01, 0);
	add(*state, "0000:00:04.0", "");
	memset(config, 0, sizeof(config));
	add(*state, "0000:00:06.0", "");
	read_host(*state, false);
	assert_int_equal(list.count, 3);
	/* by BDF, however the directory has them */
	assert_string_equal(list.functions[0]->pci.bdf.text, "0000:00:04.0");
	assert_int_equal(pasid_state(list.functions[0]), PASID_NONE);
	assert_int_equal(pasid_state(list.functions[1]), PASID_OFF);
	assert_width(list.functions[1], pasid_width, 20);
	assert_width(list.functions[1], pasid_usable_width, 0);
	assert_int_equal(pasid_state(list.functions[2]), PASID_NONE);
}

static void test_without_uevent(void **state)
{
	const struct function *function;

	add(*state, "0000:00:05.0", "");
	tree_file(*state, file_of("0000:00:05.0", "vendor").text, "0x8086\n");
	tree_file(*state, file_of("0000:00:05.0", "device").text, "0x0b25\n");
	tree_file(*state, file_of("0000:00:05.0", "class").text, "0x088000\n");
	tree_link(*state, file_of("0000:00:05.0", "driver").text, "../../../bus/pci/drivers/idxd");
	function = read_one(*state);
	assert_string_equal(function->pci.driver, "idxd");
	assert_int_equal(function->pci.vendor, 0x8086);
	assert_int_equal(function->pci.device, 0x0b25);
	assert_int_equal(function->pci.class, 0x088000);
}

static void test_vf_has_its_pfs(void **state)
{
	const struct function *vf;

	put_pasid(0x100, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	tree_file(*state, file_of("0000:00:05.0", "sriov_totalvfs").text, "4\n");
	/* one of its own isn't looked at */
	put_pasid(0x100, 0, 0);
	add(*state, "0000:00:05.1", "");
	tree_link(*state, file_of("0000:00:05.1", "physfn").text, "../0000:00:05.0");
	add(*state, "0000:00:05.2", "");
	tree_link(*state, file_of("0000:00:05.2", "physfn").text, "../0000:00:07.0");
	read_host(*state, false);
	assert_int_equal(list.functions[0]->pci.kind, PCI_KIND_PF);
	vf = list.functions[1];
	assert_int_equal(vf->pci.kind, PCI_KIND_VF);
	assert_string_equal(vf->pci.pf.text, "0000:00:05.0");
	assert_int_equal(pasid_state(vf), PASID_ENABLED);
	assert_int_equal(pasid_registers(vf)->control, 0x0001);
	assert_int_equal(dwords_of(vf), 0);
	/* whose PF isn't there */
	assert_int_equal(pasid_state(list.functions[2]), PASID_UNKNOWN);
	assert_int_equal(pasid_error(list.functions[2]), -ENODEV);
}

static void test_iommu_width(void **state)
{
	const struct function *function;

	put_pasid(0x100, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	tree_link(*state, file_of("0000:00:05.0", "iommu").text, "../../virtual/iommu/dmar0");
	/* SMTS, PASID, PSS 15 */
	tree_file(*state, "sys/class/iommu/dmar0/intel-iommu/ecap", "97800000000\n");
	function = read_one(*state);
	assert_non_null(function->iommu);
	assert_int_equal(function->iommu->kind, IOMMU_INTEL);
	assert_true(function->iommu->has_registers);
	assert_int_equal(function->iommu->width, 16);
	assert_width(function, pasid_usable_width, 16);
}

/* The width is known, or why not; of an IOMMU without PASID it is 0. */
static void test_iommus(void **state)
{
	static const struct {
		const char *name, *attribute, *value;
		enum iommu_kind kind;
		int width; /* -1: unknown */
		const char *release;
	} rows[] = {
		{ "dmar1", "intel-iommu/ecap", "f020df\n", IOMMU_INTEL, 0 },
		{ "dmar2", "intel-iommu/ecap", "97800000000\n", IOMMU_INTEL, 16 },
		/* PASID without SMTS, and SMTS without PASID */
		{ "dmar3", "intel-iommu/ecap", "17800000000\n", IOMMU_INTEL, 0 },
		{ "dmar4", "intel-iommu/ecap", "87800000000\n", IOMMU_INTEL, 0 },
		{ "dmar5", "intel-iommu/ecap", "-1\n", IOMMU_INTEL, -1 },
		{ "dmar7", "intel-iommu/ecap", "12:\n", IOMMU_INTEL, -1 },
		{ "dmar8", "intel-iommu/ecap", "12:34\n", IOMMU_INTEL, -1 },
		{ "ivhd4", "amd-iommu/features", "12:\n", IOMMU_AMD, -1 },
		{ "ivhd5", "amd-iommu/features", "12:34:56\n", IOMMU_AMD, -1 },
		{ "dmar6", "intel-iommu/cap", "d2008c222f0686\n", IOMMU_INTEL, -1 },
		/* GTSup, PASmax 15 and 0 */
		{ "ivhd0", "amd-iommu/features", "f00000010\n", IOMMU_AMD, 15 },
		{ "ivhd3", "amd-iommu/features", "10\n", IOMMU_AMD, 0 },
		{ "ivhd1", "amd-iommu/features", "what\n", IOMMU_AMD, -1 },
		{ "ivhd2", "amd-iommu/features", "f00000000\n", IOMMU_AMD, 0 },
		/* with EFR2: before it up to Linux 6.6, and behind it since 6.7 */
		{ "ivhd6", "amd-iommu/features", "1:f00000010\n", IOMMU_AMD, 15, "6.6.1" },
		{ "ivhd7", "amd-iommu/features", "f00000010:1\n", IOMMU_AMD, 0, "6.1.192-x" },
		{ "ivhd8", "amd-iommu/features", "1:f00000010\n", IOMMU_AMD, 0, "6.7.0" },
		{ "ivhd9", "amd-iommu/features", "f00000010:1\n", IOMMU_AMD, 15, "6.12" },
		/* where the release isn't known, only what both orders say is */
		{ "ivhd10", "amd-iommu/features", "f00000010:1\n", IOMMU_AMD, -1 },
		{ "ivhd11", "amd-iommu/features", "f00000010:10\n", IOMMU_AMD, -1, "what" },
		{ "ivhd12", "amd-iommu/features", "f00000010:f00000010\n", IOMMU_AMD, 15 },
		/* there is no EFR2 without an EFR */
		{ "ivhd13", "amd-iommu/features", "f00000010:0\n", IOMMU_AMD, 15, "6.1" },
		{ "ivhd14", "amd-iommu/features", "0:f00000010\n", IOMMU_AMD, 15, "6.12" },
		{ "ivhd15", "amd-iommu/features", "0:f00000010\n", IOMMU_AMD, 15 },
		{ "ivhd16", "amd-iommu/features", "0:0\n", IOMMU_AMD, 0 },
		{ "smmu3.0", "x", "", IOMMU_SMMUV3, -1 },
	};
	struct iommu iommu;

	sysfs = path_of("%s/sys", (char *)*state);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int width = rows[i].width;

		tree_file(*state,
			  path_of("sys/class/iommu/%s/%s", rows[i].name, rows[i].attribute).text,
			  rows[i].value);
		iommu_read(sysfs.text, rows[i].name, rows[i].release ? rows[i].release : "",
			   &iommu);
		assert_int_equal(iommu.kind, rows[i].kind);
		assert_int_equal(iommu.has_registers, width >= 0);
		assert_int_equal(iommu.width, width > 0 ? width : 0);
	}
}

static void test_sleeper(void **state)
{
	put_pasid(0x100, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	tree_file(*state, file_of("0000:00:05.0", "power/runtime_status").text, "suspended\n");
	assert_int_equal(pasid_state(read_one(*state)), PASID_ASLEEP);
	assert_int_equal(dwords_of(list.functions[0]), 0);

	read_host(*state, true);
	assert_int_equal(pasid_state(list.functions[0]), PASID_ENABLED);

	/* What is suspended in D3hot answers, and isn't woken. */
	tree_file(*state, file_of("0000:00:05.0", "power_state").text, "D3hot\n");
	assert_int_equal(pasid_state(read_one(*state)), PASID_ENABLED);
	tree_file(*state, file_of("0000:00:05.0", "power_state").text, "D3cold\n");
	assert_int_equal(pasid_state(read_one(*state)), PASID_ASLEEP);
}

static void check_unknown(const char *root, int error)
{
	const struct function *function = read_one(root);

	assert_int_equal(pasid_state(function), PASID_UNKNOWN);
	assert_int_equal(pasid_error(function), error);
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
	add(*state, "0000:00:05.0", "");
	bad_offset = 256; /* no extended config space */
	bad_errno = 0;
	assert_int_equal(pasid_state(read_one(*state)), PASID_NONE);
}

/* A chain that ends in a loop or in zeros has been seen whole; of others the rest isn't known. */
static void test_broken_chains(void **state)
{
	static const struct {
		unsigned int pointer;
		uint32_t header; /* where that points to, unless it is 0 */
		enum pasid_state state;
		unsigned int dwords;
	} rows[] = {
		{ 0x100, 0, PASID_NONE, 3 },
		{ 0x0fc, 0, PASID_UNKNOWN, 4 },
		{ 0x200, 0, PASID_NONE, 3 },
		{ 0x101, 0, PASID_NONE, 3 },
		{ 0xffc, 0, PASID_NONE, 3 },
		{ 0x004, 0, PASID_UNKNOWN, 4 },
		{ 0x300, 0xffffffff, PASID_UNKNOWN, 5 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		memset(config, 0, sizeof(config));
		put_header(0x100, 0x01, 0x200);
		put_header(0x200, 0x03, rows[i].pointer);
		if (rows[i].header)
			put32(rows[i].pointer, rows[i].header);
		add(*state, "0000:00:05.0", "");
		assert_int_equal(pasid_state(read_one(*state)), rows[i].state);
		assert_int_equal(pasid_error(list.functions[0]),
				 rows[i].state == PASID_UNKNOWN ? -EPROTO : 0);
		assert_true(dwords_of(list.functions[0]) <= rows[i].dwords);
	}

	/* its registers are beyond the end */
	put_header(0x200, 0x03, 0xffc);
	put_header(0xffc, 0x1b, 0);
	add(*state, "0000:00:05.0", "");
	check_unknown(*state, -ENODATA);
}

/* The longest chain that fits, to its last header. */
static void test_longest_chain(void **state)
{
	for (unsigned int offset = 0x100; offset < 0xff8; offset += 4)
		put_header(offset, 0x03, offset + 4);
	put_pasid(0xff8, 0, 0x0001);
	add(*state, "0000:00:05.0", "");
	assert_int_equal(pasid_state(read_one(*state)), PASID_ENABLED);
	assert_int_equal(dwords_of(list.functions[0]), (0xff8 - 0x100) / 4 + 2);
}

static bool is_named_before(size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (list.functions[i]->name == list.functions[row]->name)
			return true;
	return false;
}

/* What costs on hardware: no more dwords than the chain has headers, and six. */
static void test_dwords(void **state)
{
	size_t enabled = 0, none = 0, names = 0;
	struct why why;

	tree_directory(*state, "sys");
	assert_int_equal(made_host(path_of("%s/sys", (char *)*state).text, 1000), 0);
	open_host(*state, false);
	assert_int_equal(list_select(&host, &(struct list_choice){ 0 }, &list, &why), 0);
	assert_int_equal(host.function_count, 1000);
	for (size_t i = 0; i < host.function_count; i++) {
		const struct function *function = host.functions[i];
		bool is_enabled = pasid_state(function) == PASID_ENABLED;
		unsigned int chain = is_enabled ? MADE_PASID_CHAIN : MADE_PLAIN_CHAIN;

		enabled += is_enabled;
		none += pasid_state(function) == PASID_NONE;
		assert_true(dwords_of(function) <= chain + 6);
		if (function->pci.kind != PCI_KIND_VF)
			assert_true(dwords_of(function) >= chain);
	}
	assert_int_equal(enabled, 500);
	assert_int_equal(none, 500);
	/* names are kept once */
	for (size_t i = 0; i < list.count; i++)
		names += !is_named_before(i);
	assert_int_equal(list.count, 500);
	assert_int_equal(names, 1);
	assert_int_equal(host.iommu_count, 1);
}

static void test_no_tree(void **state)
{
	struct why why;

	open_host(*state, false);
	assert_int_equal(list_select(&host, &(struct list_choice){ .all = true }, &list, &why),
			 -ENOENT);
	assert_non_null(strstr(why.text, "/sys/bus/pci/devices: No such file"));
}

/* What is picked */

static size_t count_listed(const char *slot, const char *id)
{
	struct list_choice choice = { .these = { .slot = slot, .id = id } };
	struct why why;

	list_free(&list);
	assert_int_equal(list_select(&host, &choice, &list, &why), 0);
	return list.count;
}

static void test_filters(void **state)
{
	static const struct {
		const char *slot, *id;
		size_t count;
	} rows[] = {
		{ NULL, NULL, 256 },	{ "01:", NULL, 128 },	 { "01:02", NULL, 4 },
		{ "00:00.1", NULL, 1 }, { ".0", NULL, 64 },	 { NULL, "15b3:", 256 },
		{ NULL, "8086:", 0 },	{ NULL, "::0200", 256 },
	};
	struct why why;

	tree_directory(*state, "sys");
	assert_int_equal(made_host(path_of("%s/sys", (char *)*state).text, 512), 0);
	open_host(*state, false);
	assert_int_equal(list_select(&host, &(struct list_choice){ .all = true }, &list, &why), 0);
	assert_int_equal(list.count, 512);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(count_listed(rows[i].slot, rows[i].id), rows[i].count);

	list_free(&list);
	assert_int_equal(
		list_select(&host, &(struct list_choice){ .these.slot = "what" }, &list, &why),
		-EINVAL);
	assert_non_null(strstr(why.text, "-s what: "));
	assert_int_equal(list_select(&host, &(struct list_choice){ .these.id = "x" }, &list, &why),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_enabled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off_and_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_uevent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_vf_has_its_pfs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_iommu_width, setup, teardown),
		cmocka_unit_test_setup_teardown(test_iommus, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sleeper, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conventional, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_chains, setup, teardown),
		cmocka_unit_test_setup_teardown(test_longest_chain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dwords, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filters, setup, teardown),
	};

	return cmocka_run_group_tests_name("tool_list", tests, NULL, NULL);
}
