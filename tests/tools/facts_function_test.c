// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/ of functions in made trees: what is found, and what is left alone. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/function.h"
#include "facts/host.h"
#include "pci/function.h"
#include "read_facts.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* Reads of config spaces; nothing else is read at an offset. */
static int config_reads;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	config_reads++;
	return __real_pread64(fd, buffer, size, offset);
}

static int setup(void **state)
{
	config_reads = 0;
	return machine_setup(state);
}

static void test_vf(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct path vf;

	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	vf = machine_add_function(*state, PORT "/", VF, config, sizeof(config));
	tree_link(*state, path_of("%s/physfn", vf.text).text, "../" FUNCTION);
	read_host(state, VF);
	assert_int_equal(facts->pci.kind, PCI_KIND_VF);
	assert_non_null(facts->holder);
	assert_string_equal(facts->pci.pf.text, FUNCTION);
	assert_string_equal(facts->pci.bdf.text, VF);
	assert_hops();
}

/* What a VF's link leads to must be a function, which isn't a VF itself. */
static void test_odd_pfs(void **state)
{
	const char *path = DEVICES PORT "/" FUNCTION;
	uint8_t config[VPASID_CONFIG_SIZE];
	const char *root = *state;

	tree_link(root, path_of("%s/physfn", path).text, "../0000:77:00.0");
	read_host(state, FUNCTION);
	assert_int_equal(facts->pci.kind, PCI_KIND_VF);
	assert_non_null(facts->holder);
	assert_string_equal(facts->holder->pci.bdf.text, "0000:77:00.0");
	assert_int_equal(facts->holder->pasid_error, -ENODEV);
	assert_non_null(strstr(facts->holder->why, "no such PCI function"));
	assert_int_equal(facts->holder->pasid.there, FACT_UNKNOWN);
	assert_int_equal(function_read((struct function *)(uintptr_t)facts, FUNCTION_PASID, &why),
			 0);
	assert_int_equal(facts->holder->pasid_error, -ENODEV);

	machine_fill_endpoint(config);
	machine_add_function(root, PORT "/", VF, config, sizeof(config));
	tree_link(root, DEVICES PORT "/" VF "/physfn", "../" FUNCTION);
	tree_link(root, path_of("%s/physfn", path).text, "../" VF);
	read_host(state, FUNCTION);
	assert_null(facts->holder);
	assert_string_equal(function_path_why(facts),
			    FUNCTION " is a VF, and its PF, " VF ", is a VF, too");
}

/* A port that doesn't exist, as in a recording of a part */
static void test_missing_port(void **state)
{
	tree_link(*state, "sys/bus/pci/devices/" FUNCTION,
		  "../../../devices/pci0000:00/0000:00:1e.0/" PORT "/" FUNCTION);
	tree_directory(*state, "sys/devices/pci0000:00/0000:00:1e.0");
	tree_link(*state, "sys/devices/pci0000:00/0000:00:1e.0/" PORT, "../" PORT);
	read_host(state, FUNCTION);
	assert_int_equal(hop_count(), 3);
	assert_string_equal(hop(0)->why, "");
	assert_int_equal(hop(0)->pasid.there, FACT_YES);
	assert_int_equal(hop(1)->acs.there, FACT_YES);
	assert_string_equal(hop(2)->pci.bdf.text, "0000:00:1e.0");
	assert_non_null(strstr(hop(2)->why, "no such PCI function"));
	assert_null(hop(2)->config);
}

/* As many ports as there is room for, and one more */
static void test_many_ports(void **state)
{
	const char *root = *state;

	for (int more = 0; more < 2; more++) {
		struct path path = path_of("devices/pci0000:00");

		for (int i = 0; i < FUNCTION_MAX_PORTS + more; i++)
			path = path_of("%s/0000:%02x:00.0", path.text, i + 0x10);
		path = path_of("%s/" FUNCTION, path.text);
		tree_link(root, path_of("sys/%s", path.text).text,
			  path_of("%s/" DEVICES PORT "/" FUNCTION, root).text);
		tree_link(root, "sys/bus/pci/devices/" FUNCTION,
			  path_of("../../../%s", path.text).text);
		read_host(state, FUNCTION);
		assert_int_equal(hop_count(), more ? 1 : 1 + FUNCTION_MAX_PORTS);
		assert_string_equal(function_path_why(facts),
				    more ? "there are 33 ports above " FUNCTION : "");
	}
}

/* What isn't asked for isn't read, except what a part depends on. */
static void test_parts(void **state)
{
	static const struct {
		unsigned int asked, also;
	} rows[] = {
		{ FUNCTION_IDENTITY, 0 },
		{ FUNCTION_VFS, 0 },
		{ FUNCTION_IOMMU, 0 },
		{ FUNCTION_PASID, 0 },
		{ FUNCTION_CONFIG, 0 },
		{ FUNCTION_PATH, FUNCTION_CONFIG },
		{ FUNCTION_SYSFS, FUNCTION_VFS },
		{ FUNCTION_VFIO, FUNCTION_SYSFS | FUNCTION_VFS },
		{ FUNCTION_KERNEL, 0 },
		{ FUNCTION_VFIO_PASID, 0 },
		{ FUNCTION_IDXD, 0 },
	};
	struct path sysfs = path_of("%s/sys", (char *)*state);
	struct bdf bdf = machine_bdf(FUNCTION);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct function *function;

		host_close(&host);
		host_open(&host, sysfs.text, *state, false);
		function = host_function(&host, &bdf);
		assert_int_equal(function_read(function, rows[i].asked, &why), 0);
		assert_int_equal(function->parts, FUNCTION_IDENTITY | rows[i].asked | rows[i].also);
		assert_int_equal(function->kernel != NULL, rows[i].asked == FUNCTION_KERNEL);
		assert_int_equal(function->idxd.is_driven,
				 rows[i].asked == FUNCTION_IDXD ? FACT_NO : FACT_UNKNOWN);
	}
}

/* Each part is read once, whatever changes afterwards. */
static void test_once(void **state)
{
	struct function *function;

	read_host(state, FUNCTION);
	function = (struct function *)(uintptr_t)facts;
	tree_file(*state, DEVICES PORT "/" FUNCTION "/sriov_totalvfs", "4\n");
	tree_file(*state, DEVICES PORT "/" FUNCTION "/vfio-dev/vfio0/dev", "511:0\n");
	tree_directory(*state, "sys/module/vfio_pasid/devices/" FUNCTION);
	tree_link(*state, DEVICES PORT "/" FUNCTION "/iommu", "../../../virtual/iommu/ivhd0");
	config_reads = 0;
	assert_int_equal(
		function_read(function, EXPLAIN_PARTS | FUNCTION_VFS | FUNCTION_PASID, &why), 0);
	assert_int_equal(config_reads, 0);
	assert_int_equal(function->pci.kind, PCI_KIND_FUNCTION);
	assert_int_equal(function->has_cdev, FACT_NO);
	assert_int_equal(function->vfio_pasid, VFIO_PASID_UNKNOWN);
	assert_string_equal(function->iommu->name, "dmar0");
}

/* Others than root read 64 bytes: of the path all is known but what is in them. */
static void test_public_part(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, 64);
	machine_fill_port(config);
	machine_write_config(*state, DEVICES PORT, config, 64);
	read_host(state, FUNCTION);
	assert_int_equal(hop_count(), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(hop(i)->pci.vendor, 0x1234);
		assert_int_equal(hop(i)->is_pcie, FACT_UNKNOWN);
		assert_int_equal(hop(i)->tlp_prefix, FACT_UNKNOWN);
		assert_int_equal(hop(i)->acs.there, FACT_UNKNOWN);
		assert_int_equal(hop(i)->pasid.there, FACT_UNKNOWN);
		assert_non_null(strstr(hop(i)->why, "requires root"));
	}
	assert_int_equal(facts->is_covered, FACT_YES);
}

/* Where the kernel finds no extended config space, it finds no capability in it. */
static void test_conventional_part(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, 256);
	read_host(state, FUNCTION);
	assert_int_equal(hop(0)->tlp_prefix, FACT_YES);
	assert_int_equal(hop(0)->pasid.there, FACT_NO);
}

static void set_power(const char *root, const char *path, const char *status, const char *state)
{
	tree_file(root, path_of(DEVICES "%s/power/runtime_status", path).text,
		  path_of("%s\n", status).text);
	if (state)
		tree_file(root, path_of(DEVICES "%s/power_state", path).text,
			  path_of("%s\n", state).text);
}

/* Without a file for it, the class is the header's. Several functions in a device are no bridge. */
static void test_header(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, PCI_CLASS_REVISION, 4, 0x08810203);
	config[PCI_HEADER_TYPE] = 0x80;
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	read_host(state, FUNCTION);
	assert_int_equal(facts->pci.class, 0x088102);
	assert_false(facts->config->is_bridge);
	config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	read_host(state, FUNCTION);
	assert_true(facts->config->is_bridge);
}

/* All memory of what is found is freed, also the texts about a sleeping function. */
static void test_memory(void **state)
{
	size_t before = 0;

	set_power(*state, PORT "/" FUNCTION, "suspended", "D3cold");
	for (int i = 0; i < 12; i++) {
		/* by then, malloc()'s own lists of freed memory don't grow any more */
		if (i == 10)
			before = mallinfo2().uordblks;
		read_host(state, FUNCTION);
		assert_non_null(strstr(facts->why, "asleep"));
		host_close(&host);
	}
	assert_int_equal(mallinfo2().uordblks, before);
}

/* Linux wakes what is in D3cold to read it, and what is suspended above it. */
static void test_asleep(void **state)
{
	static const struct {
		const char *status, *state, *port_status;
		bool asleep;
	} rows[] = {
		{ "suspended", "D3cold", "active", true },
		{ "suspended", "D3hot", "active", false },
		{ "active", "D0", "active", false },
		{ "active", "D0", "suspended", true },
		{ "suspended", "D3hot", "suspending", true },
		{ "suspended", "D3hot", "suspen", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_power(*state, PORT "/" FUNCTION, rows[i].status, rows[i].state);
		set_power(*state, PORT, rows[i].port_status, "D0");
		config_reads = 0;
		read_host(state, FUNCTION);
		assert_int_equal(hop(0)->is_asleep, rows[i].asleep);
		assert_int_equal(hop(0)->pasid.there, rows[i].asleep ? FACT_UNKNOWN : FACT_YES);
		/* the port itself is no deeper than D0, and nothing is above it */
		assert_int_equal(hop(1)->acs.there, FACT_YES);
		assert_int_equal(hop_count(), 2);
		assert_int_equal(read_tree(*state, FUNCTION, true, true), 0);
		assert_hops();
	}
}

/* Older kernels don't show how deep it sleeps; nothing at all is read. */
static void test_asleep_unread(void **state)
{
	set_power(*state, PORT "/" FUNCTION, "suspended", NULL);
	set_power(*state, PORT, "suspended", NULL);
	read_host(state, FUNCTION);
	assert_int_equal(config_reads, 0);
	assert_true(hop(0)->is_asleep);
	assert_true(hop(1)->is_asleep);
	assert_non_null(strstr(hop(0)->why, "asleep"));
	assert_int_equal(hop(0)->pci.vendor, 0x1234);

	assert_int_equal(read_tree(*state, FUNCTION, true, true), 0);
	assert_true(config_reads > 0);
	assert_hops();
}

static void test_all_ones(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	memset(config, 0xff, sizeof(config));
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	read_host(state, FUNCTION);
	assert_int_equal(hop(0)->pasid.there, FACT_UNKNOWN);
	assert_non_null(strstr(hop(0)->why, "doesn't respond"));
}

static void test_siblings(void **state)
{
	static const char *const drivers[] = { "nvme", "vfio-pci", "pci-stub", "pcieport", NULL };
	uint8_t config[VPASID_CONFIG_SIZE];
	const char *root = *state;
	char bdf[] = "0000:01:00.2";
	static struct chain chain;

	machine_fill_endpoint(config);
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++, bdf[11]++) {
		struct path path =
			machine_add_function(root, PORT "/", bdf, config, sizeof(config));

		if (drivers[i])
			tree_link(root, path_of("%s/driver", path.text).text,
				  path_of("../%s", drivers[i]).text);
		tree_directory(root, path_of("sys/kernel/iommu_groups/7/devices/%s", bdf).text);
	}
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" FUNCTION);
	read_host(state, FUNCTION);
	assert_int_equal(facts->sibling_count, sizeof(drivers) / sizeof(drivers[0]));
	for (size_t i = 0; i < facts->sibling_count; i++)
		assert_string_equal(facts->siblings[i]->pci.driver, drivers[i] ? drivers[i] : "");
	explain_judge(facts, &chain);
	assert_string_equal(explain_find_link(&chain, NEED_GROUP)->found,
			    "the host uses 1 other function in IOMMU group 7: 0000:01:00.2 "
			    "(nvme)");

	tree_link(root, DEVICES PORT "/" FUNCTION "/driver", "../pasid_vfio_pci");
	tree_file(root, DEVICES PORT "/" FUNCTION "/vfio-dev/vfio0/dev", "511:0\n");
	tree_directory(root, "sys/class/misc/iommu");
	read_host(state, FUNCTION);
	assert_true(facts->pci.on_vfio);
	assert_string_equal(facts->pci.driver, "pasid_vfio_pci");
	assert_int_equal(facts->has_cdev, FACT_YES);
	assert_int_equal(facts->has_iommufd, FACT_YES);
}

static void read_idxd(void **state)
{
	read_host(state, FUNCTION);
	assert_int_equal(function_read((struct function *)facts, FUNCTION_IDXD, NULL), 0);
}

/* What idxd shows: queues for user space that are enabled. */
static void test_idxd(void **state)
{
	static const struct {
		const char *name, *state, *type, *mode;
	} queues[] = {
		{ "wq0.0", "enabled", "user", "shared" },
		{ "wq0.1", "enabled", "user", "dedicated" },
		{ "wq0.2", "disabled", "user", "shared" },
		{ "wq0.3", "enabled", "kernel", "shared" },
		{ "group0.0", "enabled", "user", "shared" },
		{ "wx0.4", "enabled", "user", "shared" },
	};
	const char *device = DEVICES PORT "/" FUNCTION "/dsa0";

	read_idxd(state);
	assert_int_equal(facts->idxd.is_driven, FACT_NO);
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		struct path path = path_of("%s/%s", device, queues[i].name);

		tree_file(*state, path_of("%s/state", path.text).text, queues[i].state);
		tree_file(*state, path_of("%s/type", path.text).text, queues[i].type);
		tree_file(*state, path_of("%s/mode", path.text).text, queues[i].mode);
	}
	tree_file(*state, path_of("%s/pasid_enabled", device).text, "1\n");
	/* Another device's isn't, and neither is a work queue. */
	tree_link(*state, "sys/bus/dsa/devices/iax1", "../../../devices/pci0000:00/" PORT "/iax1");
	tree_link(*state, "sys/bus/dsa/devices/wq0.0", "../../../" FUNCTION "/wq0.0");
	read_idxd(state);
	assert_int_equal(facts->idxd.is_driven, FACT_NO);
	tree_link(*state, "sys/bus/dsa/devices/dsa0",
		  "../../../devices/pci0000:00/" PORT "/" FUNCTION "/dsa0");
	read_idxd(state);
	assert_int_equal(facts->idxd.is_driven, FACT_YES);
	assert_int_equal(facts->idxd.pasid_enabled, FACT_YES);
	assert_int_equal(facts->idxd.queues, 2);
	assert_int_equal(facts->idxd.shared, 1);
	tree_file(*state, path_of("%s/pasid_enabled", device).text, "0\n");
	read_idxd(state);
	assert_int_equal(facts->idxd.pasid_enabled, FACT_NO);
	/* longer than any that the kernel prints */
	tree_file(*state, path_of("%s/pasid_enabled", device).text, "1234567");
	read_idxd(state);
	assert_int_equal(facts->idxd.pasid_enabled, FACT_YES);
	tree_file(*state, path_of("%s/pasid_enabled", device).text, "12345678");
	read_idxd(state);
	assert_int_equal(facts->idxd.pasid_enabled, FACT_UNKNOWN);
}

/* Links in the directory of idxd's devices that aren't one of this function's */
static void test_odd_idxd(void **state)
{
	static const struct {
		const char *name, *target;
		enum fact is_driven;
	} rows[] = {
		{ "dsx0", "../" FUNCTION "/dsx0", FACT_NO },
		{ "iay0", "../" FUNCTION "/iay0", FACT_NO },
		{ "dsa0", "dsa0", FACT_NO },
		{ "dsa0", FUNCTION, FACT_NO },
		{ "dsa0", FUNCTION "/dsa0", FACT_NO },
		{ "dsa0", "../" VF "/dsa0", FACT_NO },
		{ "dsa0", "/" FUNCTION "/dsa0", FACT_YES },
		{ "iax0", "../" FUNCTION "/x", FACT_YES },
	};
	struct path devices = path_of("%s/sys/bus/dsa/devices", (char *)*state);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path link = path_of("sys/bus/dsa/devices/%s", rows[i].name);

		tree_link(*state, link.text, rows[i].target);
		read_idxd(state);
		assert_int_equal(facts->idxd.is_driven, rows[i].is_driven);
		assert_int_equal(facts->idxd.pasid_enabled, FACT_UNKNOWN);
		assert_int_equal(facts->idxd.queues, 0);
		assert_int_equal(unlink(path_of("%s/%s", (char *)*state, link.text).text), 0);
	}
	/* without the driver, and where that can't be told */
	assert_int_equal(rmdir(devices.text), 0);
	read_idxd(state);
	assert_int_equal(facts->idxd.is_driven, FACT_NO);
	tree_link(*state, "sys/bus/dsa/devices", "devices");
	read_idxd(state);
	assert_int_equal(facts->idxd.is_driven, FACT_UNKNOWN);
}

/* The In-Memory Analytics Accelerator has the same driver. */
static void test_iax(void **state)
{
	read_idxd(state);
	tree_link(*state, "sys/bus/dsa/devices/iax1",
		  "../../../devices/pci0000:00/" PORT "/" FUNCTION "/iax1");
	read_idxd(state);
	assert_int_equal(facts->idxd.is_driven, FACT_YES);
}

/* The link's text has the ports, also below a host bridge that is a function itself. */
static void test_ports(void **state)
{
	static const struct {
		const char *link;
		int count; /* or an error */
		const char *nearest;
	} rows[] = {
		{ "../../../devices/pci0000:00/" FUNCTION, 0, NULL },
		{ "../../../devices/pci0000:00/" PORT "/" FUNCTION, 1, PORT },
		{ "/x/pci0000:00/0000:00:02.0/0000:02:00.0/0000:03:01.0/" FUNCTION, 3,
		  "0000:03:01.0" },
		{ "../pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/" FUNCTION, 1,
		  "10000:e0:06.0" },
		{ "../../../devices/pci0000:00/" PORT, -ENODATA, NULL },
		{ "elsewhere", -ENODATA, NULL },
	};
	struct path sysfs = path_of("%s/sys", (char *)*state);
	struct bdf bdf = machine_bdf(FUNCTION), ports[4];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_link(*state, "sys/bus/pci/devices/" FUNCTION, rows[i].link);
		assert_int_equal(pci_ports_above(sysfs.text, &bdf, ports, 4), rows[i].count);
		if (rows[i].nearest)
			assert_string_equal(ports[0].text, rows[i].nearest);
	}
	unlink(path_of("%s/bus/pci/devices/" FUNCTION, sysfs.text).text);
	assert_int_equal(pci_ports_above(sysfs.text, &bdf, ports, 4), -ENOENT);
}

/* A recording whose links were followed when it was made. */
static void test_no_link(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	unlink(path_of("%s/sys/bus/pci/devices/" FUNCTION, (char *)*state).text);
	machine_write_config(*state, "sys/bus/pci/devices/" FUNCTION, config, sizeof(config));
	tree_file(*state, "sys/bus/pci/devices/" FUNCTION "/vendor", "0x1234\n");
	tree_file(*state, "sys/bus/pci/devices/" FUNCTION "/device", "0x5678\n");
	assert_int_equal(read_tree(*state, FUNCTION, false, false), 0);
	assert_int_equal(hop_count(), 1);
	assert_int_equal(hop(0)->pasid.there, FACT_YES);
	assert_non_null(
		strstr(function_path_why(facts), "isn't a link, so the ports above are unknown"));
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, facts_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_vf),	      TREE_TEST(test_odd_pfs),
		TREE_TEST(test_missing_port), TREE_TEST(test_once),
		TREE_TEST(test_parts),	      TREE_TEST(test_many_ports),
		TREE_TEST(test_public_part),  TREE_TEST(test_conventional_part),
		TREE_TEST(test_header),	      TREE_TEST(test_memory),
		TREE_TEST(test_asleep),	      TREE_TEST(test_asleep_unread),
		TREE_TEST(test_all_ones),     TREE_TEST(test_siblings),
		TREE_TEST(test_idxd),	      TREE_TEST(test_iax),
		TREE_TEST(test_odd_idxd),     TREE_TEST(test_ports),
		TREE_TEST(test_no_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
