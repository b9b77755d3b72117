// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/sysfs.c: what each part of a record takes from which files. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/host.h"
#include "read_facts.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define PATH DEVICES PORT "/" FUNCTION

/* Reads of config space at @offset fail with @error, as often as @times. */
static struct {
	off_t offset;
	int error;
	unsigned int times;
} fault;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	errno = EINTR; /* of something before: it doesn't count if the call succeeds */
	if (!fault.times || offset != fault.offset)
		return __real_pread64(fd, buffer, size, offset);
	fault.times--;
	errno = fault.error;
	return -1;
}

static int setup(void **state)
{
	memset(&fault, 0, sizeof(fault));
	return machine_setup(state);
}

/* Reads one part of the function's record. */
static const struct function *read_part(const char *root, bool is_host, unsigned int part)
{
	static struct path sysfs;
	struct bdf bdf = machine_bdf(FUNCTION);
	struct function *function;

	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, false);
	function = host_function(&host, &bdf);
	assert_non_null(function);
	assert_int_equal(function_read(function, part, &why), 0);
	return function;
}

static void assert_pasid(const char *root, enum fact there, int error)
{
	const struct function *function = read_part(root, true, FUNCTION_PASID);

	assert_int_equal(function->pasid.there, there);
	assert_int_equal(function->pasid_error, error);
}

/* Config spaces that end early: why there is no PASID capability */
static void test_short(void **state)
{
	static const struct {
		size_t size;
		enum fact there;
		int error;
	} rows[] = {
		{ 4096, FACT_YES, 0 },		{ 256, FACT_NO, 0 },
		{ 255, FACT_UNKNOWN, -EACCES }, { 64, FACT_UNKNOWN, -EACCES },
		{ 63, FACT_UNKNOWN, -EIO },	{ 4, FACT_UNKNOWN, -EIO },
		{ 0, FACT_UNKNOWN, -EIO },	{ 0x184, FACT_UNKNOWN, -ENODATA },
		{ 0x188, FACT_YES, 0 },
	};
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_write_config(*state, PATH, config, rows[i].size);
		assert_pasid(*state, rows[i].there, rows[i].error);
	}
	assert_int_equal(unlink(path_of("%s/" PATH "/config", (char *)*state).text), 0);
	assert_pasid(*state, FACT_UNKNOWN, -ENOENT);
}

/* A broken chain is that of a function that responds; others read as all ones. */
static void test_ones(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	memset(config, 0xff, sizeof(config));
	machine_write_config(*state, PATH, config, sizeof(config));
	assert_pasid(*state, FACT_UNKNOWN, -EIO);
	machine_write_config(*state, PATH, config, 256);
	assert_pasid(*state, FACT_UNKNOWN, -EIO);
	/* a VF has no IDs of its own */
	machine_put(config, PCI_COMMAND, 2, 0x0006);
	machine_write_config(*state, PATH, config, 256);
	assert_pasid(*state, FACT_NO, 0);
	machine_put(config, PCI_COMMAND, 2, 0xffff);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffff1234);
	machine_write_config(*state, PATH, config, 256);
	assert_pasid(*state, FACT_NO, 0);

	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16 | 0x40u << 20);
	machine_write_config(*state, PATH, config, sizeof(config));
	assert_pasid(*state, FACT_UNKNOWN, -EPROTO);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_put(config, PCI_COMMAND, 4, 0xffffffff);
	machine_write_config(*state, PATH, config, sizeof(config));
	assert_pasid(*state, FACT_UNKNOWN, -EIO);
}

static void test_failing_reads(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	fault.offset = 0x180;
	fault.error = EINTR;
	fault.times = 2;
	assert_pasid(*state, FACT_YES, 0);
	assert_int_equal(fault.times, 0);
	fault.error = EIO;
	fault.times = 1;
	assert_pasid(*state, FACT_UNKNOWN, -EIO);
	fault.error = EPERM;
	fault.times = 1;
	assert_pasid(*state, FACT_UNKNOWN, -EPERM);

	/* when it is looked for why there is no capability */
	machine_fill_endpoint(config);
	machine_write_config(*state, PATH, config, 256);
	fault.offset = PCI_VENDOR_ID;
	fault.times = 1;
	assert_pasid(*state, FACT_UNKNOWN, -EPERM);
	fault.offset = PCI_COMMAND;
	fault.times = 1;
	assert_pasid(*state, FACT_UNKNOWN, -EPERM);
	fault.offset = 252;
	fault.times = 1;
	assert_pasid(*state, FACT_UNKNOWN, -EPERM);
}

/* The file gets descriptor 0 if that is free, and is closed again. */
static void test_descriptor_0(void **state)
{
	int kept = dup(STDIN_FILENO), again;
	struct path sysfs = path_of("%s/sys", (char *)*state);
	struct bdf bdf = machine_bdf(FUNCTION);
	struct function *function;

	host_open(&host, sysfs.text, *state, false);
	function = host_function(&host, &bdf);
	close(STDIN_FILENO);
	assert_int_equal(function_read(function, FUNCTION_PASID, &why), 0);
	again = dup(kept);
	assert_int_equal(again, STDIN_FILENO);
	close(kept);
	assert_int_equal(function->pasid.there, FACT_YES);
}

/* The kernel's file comes before the register, which it has read when it found the function. */
static void test_revision(void **state)
{
	static const struct {
		const char *file;
		uint8_t revision;
	} rows[] = {
		{ "0x07\n", 0x07 },
		{ "0xff\n", 0xff },
		{ "0x100\n", 0x21 },
		{ "x\n", 0x21 },
	};

	assert_int_equal(read_part(*state, true, FUNCTION_CONFIG)->revision, 0x21);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, PATH "/revision", rows[i].file);
		assert_int_equal(read_part(*state, true, FUNCTION_CONFIG)->revision,
				 rows[i].revision);
	}
}

/* The IDs, and the class, are the kernel's if it has files for them. */
static void test_ids(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	const struct function *function;

	tree_file(*state, PATH "/class", "0x020000\n");
	tree_file(*state, PATH "/subsystem_vendor", "0xabcd\n");
	tree_file(*state, PATH "/subsystem_device", "0x0123\n");
	memset(config, 0xff, sizeof(config));
	machine_put(config, PCI_COMMAND, 2, 0);
	config[PCI_HEADER_TYPE] = 0;
	machine_write_config(*state, PATH, config, sizeof(config));
	function = read_part(*state, true, FUNCTION_CONFIG | FUNCTION_SYSFS);
	assert_int_equal(function->pci.class, 0x020000);
	assert_int_equal(function->config->device.vendor, 0x1234);
	assert_int_equal(function->config->device.device, 0x5678);
	assert_int_equal(function->config->device.kind, VPASID_FUNCTION_PF);
	assert_false(function->config->is_bridge);
	/* a bridge by its class, whatever its header says */
	tree_file(*state, PATH "/class", "0x060400\n");
	assert_true(read_part(*state, true, FUNCTION_CONFIG)->config->is_bridge);
}

/* A header that isn't there, or reads as all ones, has no class. */
static void test_no_header(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	const struct function *function;

	memset(config, 0xff, sizeof(config));
	for (size_t size = 0; size <= sizeof(config); size += sizeof(config)) {
		machine_write_config(*state, PATH, config, size);
		function = read_part(*state, true, FUNCTION_CONFIG);
		assert_false(function->pci.has_class);
		assert_false(function->config->is_bridge);
	}
	machine_fill_port(config);
	machine_write_config(*state, PATH, config, sizeof(config));
	function = read_part(*state, true, FUNCTION_CONFIG);
	assert_true(function->pci.has_class);
	assert_int_equal(function->pci.class, 0);
	assert_true(function->config->is_bridge);
}

/* Names that would lead elsewhere, and ones that there is no room for */
static void test_iommu(void **state)
{
	static const char *const bad[] = { "../..", ".", "../.hidden" };
	const char *root = *state;

	assert_int_equal(read_part(root, true, FUNCTION_IOMMU)->is_covered, FACT_YES);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_link(root, PATH "/iommu", bad[i]);
		assert_int_equal(read_part(root, true, FUNCTION_IOMMU)->is_covered, FACT_NO);
	}
	assert_int_equal(unlink(path_of("%s/" PATH "/iommu", root).text), 0);
	assert_int_equal(read_part(root, true, FUNCTION_IOMMU)->is_covered, FACT_NO);

	/* Without a driver, one that is assigned late may cover it yet. */
	tree_directory(root, "sys/firmware/devicetree/base");
	assert_int_equal(read_part(root, true, FUNCTION_IOMMU)->is_covered, FACT_NO);
	assert_int_equal(unlink(path_of("%s/" PATH "/driver", root).text), 0);
	assert_int_equal(read_part(root, true, FUNCTION_IOMMU)->is_covered, FACT_UNKNOWN);
	tree_file(root, "proc/sys/kernel/osrelease", "6.15.0\n");
	assert_int_equal(read_part(root, true, FUNCTION_IOMMU)->is_covered, FACT_NO);
}

static void test_nodes(void **state)
{
	const char *root = *state;

	tree_file(root, "dev/vfio/7", "");
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_cdev, FACT_NO);
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_group_node, FACT_UNKNOWN);
	tree_directory(root, PATH "/vfio-dev/vfio12");
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_cdev, FACT_NO);
	assert_string_equal(read_part(root, true, FUNCTION_VFIO)->cdev, "");
	tree_file(root, PATH "/vfio-dev/vfio12/dev", "511:0\n");
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_cdev, FACT_YES);
	assert_string_equal(read_part(root, true, FUNCTION_VFIO)->cdev, "vfio12");

	/* the group's node is looked for if VFIO has the function, on a whole host */
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_group_node, FACT_YES);
	assert_int_equal(read_part(root, false, FUNCTION_VFIO)->has_group_node, FACT_UNKNOWN);
	assert_int_equal(unlink(path_of("%s/dev/vfio/7", root).text), 0);
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_group_node, FACT_NO);
	assert_int_equal(unlink(path_of("%s/" PATH "/iommu_group", root).text), 0);
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->has_group_node, FACT_UNKNOWN);
}

static void test_denylist(void **state)
{
	const char *root = *state;
	const struct function *function = read_part(root, true, FUNCTION_VFIO);

	assert_false(function->is_denylisted);
	assert_int_equal(function->denylist_disabled, FACT_UNKNOWN);
	tree_file(root, PATH "/vendor", "0x8086\n");
	tree_file(root, PATH "/device", "0x0b25\n");
	function = read_part(root, true, FUNCTION_VFIO);
	assert_true(function->is_denylisted);
	assert_int_equal(function->denylist_disabled, FACT_NO);
	tree_file(root, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "Y\n");
	assert_int_equal(read_part(root, true, FUNCTION_VFIO)->denylist_disabled, FACT_YES);
}

/* The module links to each function that it answers for. */
static void test_vfio_pasid(void **state)
{
	const char *root = *state;

	assert_int_equal(read_part(root, true, FUNCTION_VFIO_PASID)->vfio_pasid,
			 VFIO_PASID_UNKNOWN);
	tree_directory(root, "sys/module/vfio_pci");
	assert_int_equal(read_part(root, true, FUNCTION_VFIO_PASID)->vfio_pasid,
			 VFIO_PASID_NOT_LOADED);
	tree_directory(root, "sys/module/vfio_pasid/devices");
	assert_int_equal(read_part(root, true, FUNCTION_VFIO_PASID)->vfio_pasid,
			 VFIO_PASID_LEAVES_IT);
	tree_directory(root, "sys/module/vfio_pasid/devices/" FUNCTION);
	assert_int_equal(read_part(root, true, FUNCTION_VFIO_PASID)->vfio_pasid,
			 VFIO_PASID_ANSWERS);
}

/* What can't be looked at is unknown. */
static void test_loop(void **state)
{
	tree_directory(*state, "sys/module/vfio_pasid");
	tree_link(*state, "sys/module/vfio_pasid/devices", "devices");
	assert_int_equal(read_part(*state, true, FUNCTION_VFIO_PASID)->vfio_pasid,
			 VFIO_PASID_UNKNOWN);
	assert_int_equal(rename(path_of("%s/sys/module/vfio_pasid", (char *)*state).text,
				path_of("%s/elsewhere", (char *)*state).text),
			 0);
	tree_link(*state, "sys/module/vfio_pasid", "vfio_pasid");
	assert_int_equal(read_part(*state, true, FUNCTION_VFIO_PASID)->vfio_pasid,
			 VFIO_PASID_UNKNOWN);
}

/* Others of the group, but not what isn't a function, or doesn't exist */
static void test_siblings(void **state)
{
	const struct function *function;
	const char *root = *state;

	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" FUNCTION);
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" PORT);
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/0000:77:00.0");
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/other");
	function = read_part(root, true, FUNCTION_VFIO);
	assert_int_equal(function->sibling_count, 1);
	assert_string_equal(function->siblings[0]->pci.bdf.text, PORT);
	assert_int_equal(function->siblings[0]->pasid.there, FACT_NO);
}

static void test_texts(void **state)
{
	const struct function *function;

	tree_file(*state, PATH "/power_state", "D3hot\n");
	tree_file(*state, PATH "/power/runtime_status", "suspended\n");
	function = read_part(*state, true, FUNCTION_SYSFS);
	assert_string_equal(function->power_state, "D3hot");
	assert_string_equal(function->runtime_status, "suspended");
	assert_string_equal(function->domain, "DMA-FQ");
	/* they are read once */
	tree_file(*state, PATH "/power_state", "D0\n");
	tree_file(*state, PATH "/power/runtime_status", "active\n");
	assert_int_equal(
		function_read((struct function *)(uintptr_t)function, FUNCTION_SYSFS, &why), 0);
	assert_string_equal(function->power_state, "D3hot");
	assert_string_equal(function->runtime_status, "suspended");
}

/* What is read to know whether a function is asleep isn't read again. */
static void test_texts_once(void **state)
{
	struct function *function;

	for (int with_power = 0; with_power < 2; with_power++) {
		tree_file(*state, PATH "/power/runtime_status", "active\n");
		if (with_power)
			tree_file(*state, PATH "/power_state", "D0\n");
		function = (struct function *)(uintptr_t)read_part(*state, true, FUNCTION_PASID);
		tree_file(*state, PATH "/power/runtime_status", "suspended\n");
		tree_file(*state, PATH "/power_state", "D3hot\n");
		assert_int_equal(function_read(function, FUNCTION_SYSFS, &why), 0);
		assert_string_equal(function->power_state, with_power ? "D0" : "");
		assert_string_equal(function->runtime_status, with_power ? "suspended" : "active");
		assert_int_equal(unlink(path_of("%s/" PATH "/power_state", (char *)*state).text),
				 0);
	}
}

/* Functions and nothing else; a copy of a tree has directories in place of links. */
static void test_functions(void **state)
{
	static struct path sysfs;
	const char *root = *state;

	tree_directory(root, "sys/bus/pci/devices/0000:02:00.0");
	tree_file(root, "sys/bus/pci/devices/0000:03:00.0", "");
	tree_file(root, "sys/bus/pci/devices/other", "");
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, root, false);
	assert_int_equal(host_find_functions(&host, &why), 0);
	assert_int_equal(host.function_count, 4);
	assert_string_equal(host.functions[0]->pci.bdf.text, PORT);
	assert_true(host.functions[0]->is_found);
	assert_false(host.functions[0]->has_no_ports);
	assert_string_equal(host.functions[2]->pci.bdf.text, "0000:02:00.0");
	assert_true(host.functions[2]->is_found);
	assert_true(host.functions[2]->has_no_ports);
	assert_false(host.functions[3]->is_found);
	assert_false(host.functions[3]->has_no_ports);
	assert_int_equal(function_read(host.functions[2], FUNCTION_CONFIG, &why), 0);
	assert_string_equal(host.functions[2]->path_why,
			    path_of("%s/sys/bus/pci/devices/0000:02:00.0: it isn't a link, so the "
				    "ports above are unknown",
				    root)
				    .text);
	host_close(&host);
	sysfs = path_of("%s/none", root);
	host_open(&host, sysfs.text, root, false);
	assert_int_equal(host_find_functions(&host, &why), -ENOENT);
	assert_string_equal(
		why.text, path_of("%s/none/bus/pci/devices: No such file or directory", root).text);
}

/* A VF whose link to its PF can't be followed */
static void test_bad_pf(void **state)
{
	const struct function *function;

	tree_link(*state, PATH "/physfn", "../elsewhere");
	function = read_part(*state, true, FUNCTION_IDENTITY);
	assert_int_equal(function->pci.kind, PCI_KIND_VF);
	assert_null(function->holder);
	assert_non_null(strstr(function->path_why, "physfn"));
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, facts_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_short),	       TREE_TEST(test_ones),
		TREE_TEST(test_failing_reads), TREE_TEST(test_revision),
		TREE_TEST(test_ids),	       TREE_TEST(test_no_header),
		TREE_TEST(test_iommu),	       TREE_TEST(test_nodes),
		TREE_TEST(test_denylist),      TREE_TEST(test_vfio_pasid),
		TREE_TEST(test_loop),	       TREE_TEST(test_siblings),
		TREE_TEST(test_texts),	       TREE_TEST(test_texts_once),
		TREE_TEST(test_descriptor_0),  TREE_TEST(test_functions),
		TREE_TEST(test_bad_pf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
