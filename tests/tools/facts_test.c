// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/ on made trees: what is found, and what is left alone. */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/function.h"
#include "facts/host.h"
#include "pci/function.h"
#include "read_facts.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* Intel's ECAP, AMD's EFR */
static uint64_t registers_of(const struct iommu *iommu)
{
	uint64_t registers;

	memcpy(&registers, iommu->registers.data + (iommu->kind == IOMMU_INTEL ? 16 : 0),
	       sizeof(registers));
	return registers;
}

static struct path sysfs;

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

static int teardown(void **state)
{
	host_close(&host);
	return tree_teardown(state);
}

static int read_tree(const char *root, const char *bdf, bool is_host, bool wakes)
{
	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, wakes);
	return read_function(bdf);
}

static void read_host(void **state, const char *bdf)
{
	if (read_tree(*state, bdf, true, false))
		fail_msg("%s", why.text);
}

static void test_host(void **state)
{
	read_host(state, FUNCTION);
	assert_int_equal(host.kind, HOST_LIVE);
	assert_hops();
	assert_int_equal(facts->pci.kind, PCI_KIND_FUNCTION);
	assert_string_equal(facts->kernel->release, "6.12.0-test");
	assert_string_equal(facts->kernel->config, "");
	assert_int_equal(facts->kernel->pci_pasid, FACT_UNKNOWN);
	assert_true(facts->kernel->command_line.is_known);
	assert_int_equal(facts->kernel->command_line.intel, SAID_ON);
	assert_int_equal(facts->kernel->command_line.intel_scalable, SAID_ON);
	assert_int_equal(facts->is_covered, FACT_YES);
	assert_int_equal(facts->iommu->kind, IOMMU_INTEL);
	assert_string_equal(facts->iommu->name, "dmar0");
	assert_string_equal(facts->pci.iommu_group, "7");
	assert_string_equal(facts->domain, "DMA-FQ");
	assert_true(facts->iommu->has_registers);
	assert_true(registers_of(facts->iommu) == 0x490080f00f4a);
	assert_string_equal(facts->pci.driver, "nvme");
	assert_false(facts->pci.on_vfio);
	assert_int_equal(facts->sibling_count, 0);
}

/* A recording has no procfs; and if it has nothing of IOMMUs, then nothing is known. */
static void test_recorded(void **state)
{
	assert_int_equal(read_tree(*state, FUNCTION, false, false), 0);
	assert_int_equal(host.kind, HOST_TREE);
	assert_hops();
	assert_string_equal(facts->kernel->release, "");
	assert_false(facts->kernel->command_line.is_known);
	assert_int_equal(facts->is_covered, FACT_YES);

	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->is_covered, FACT_NO);
	assert_int_equal(facts->presence->driven, FACT_YES);

	assert_int_equal(rename(path_of("%s/sys/class/iommu", (char *)*state).text,
				path_of("%s/elsewhere", (char *)*state).text),
			 0);
	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->is_covered, FACT_UNKNOWN);
	assert_int_equal(read_tree(*state, PORT, true, false), 0);
	assert_int_equal(facts->is_covered, FACT_NO);

	assert_int_equal(facts->has_iommufd, FACT_NO);
	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->has_iommufd, FACT_UNKNOWN);
	tree_directory(*state, "sys/class/misc");
	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->has_iommufd, FACT_NO);
}

static void test_missing(void **state)
{
	assert_int_equal(read_tree(*state, "0000:02:00.0", true, false), -ENODEV);
	assert_non_null(strstr(why.text, "no such PCI function"));
}

static void test_no_iommu(void **state)
{
	const char *root = *state;

	tree_file(root, "sys/firmware/acpi/tables/DMAR", "");
	read_host(state, PORT);
	assert_int_equal(facts->is_covered, FACT_NO);
	assert_null(facts->iommu);
	assert_int_equal(facts->presence->tables, FACT_YES);
	assert_int_equal(facts->presence->table, IOMMU_TABLE_DMAR);
}

static void set_iommu(const char *root, const char *name, const char *attribute, const char *value)
{
	tree_link(root, DEVICES PORT "/" FUNCTION "/iommu",
		  path_of("../../../virtual/iommu/%s", name).text);
	if (attribute)
		tree_file(root, path_of("sys/class/iommu/%s/%s", name, attribute).text, value);
}

static void test_iommu_kinds(void **state)
{
	static const struct {
		const char *name, *attribute, *value;
		enum iommu_kind kind;
		uint64_t registers; /* 0: none */
	} rows[] = {
		{ "ivhd0", "amd-iommu/features", "f77ef22294ada:0\n", IOMMU_AMD, 0xf77ef22294ada },
		{ "ivhd1", "amd-iommu/features", "f77ef22294ada\n", IOMMU_AMD, 0xf77ef22294ada },
		{ "ivhd2", "amd-iommu/features", "no number\n", IOMMU_AMD, 0 },
		{ "ivhd3", "amd-iommu/features", "\n", IOMMU_AMD, 0 },
		{ "ivhd4", NULL, NULL, IOMMU_AMD, 0 },
		{ "dmar1", "intel-iommu/ecap", "11112222333344445\n", IOMMU_INTEL, 0 },
		{ "dmar2", NULL, NULL, IOMMU_INTEL, 0 },
		{ "dmar3", "intel-iommu/ecap", "-1\n", IOMMU_INTEL, 0 },
		{ "dmar4", "intel-iommu/ecap", " 490080f00f4a\n", IOMMU_INTEL, 0 },
		{ "dmar5", "intel-iommu/ecap", "0x490080f00f4a\n", IOMMU_INTEL, 0 },
		{ "dmar6", "intel-iommu/ecap", "490080f00f4a 1\n", IOMMU_INTEL, 0 },
		{ "smmu3.0x0000000009050000", NULL, NULL, IOMMU_SMMUV3, 0 },
		{ "smmu.0x0000000009050000", NULL, NULL, IOMMU_SMMU, 0 },
		{ "virtio0", NULL, NULL, IOMMU_OTHER, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_iommu(*state, rows[i].name, rows[i].attribute, rows[i].value);
		read_host(state, FUNCTION);
		assert_int_equal(facts->is_covered, FACT_YES);
		assert_int_equal(facts->iommu->kind, rows[i].kind);
		assert_int_equal(facts->iommu->has_registers, rows[i].registers != 0);
		if (rows[i].registers)
			assert_true(registers_of(facts->iommu) == rows[i].registers);
	}

	/* a name that would lead elsewhere */
	tree_link(*state, DEVICES PORT "/" FUNCTION "/iommu", "../..");
	read_host(state, FUNCTION);
	assert_int_equal(facts->is_covered, FACT_NO);
}

/* Both registers as sysfs has them, and what they mean: VT-d, 11.4.2 and 11.4.3. */
static void test_intel_registers(void **state)
{
	static const struct {
		const char *cap, *ecap;
		enum fact nests, pages;
		const char *lacks;
		unsigned int address_bits; /* 0: not known */
	} rows[] = {
		{ "19ed008c40780c66\n", "3ef9e86f050df\n", FACT_YES, FACT_YES, NULL, 57 },
		{ "d2008c40660462\n", "f050da\n", FACT_NO, FACT_NO, "NEST", 39 },
		{ "d2008c222f0686\n", "99e2ff0505e\n", FACT_NO, FACT_NO, "FSTS", 48 },
		{ "-1\n", "3ef9e86f050df\n", FACT_YES, FACT_UNKNOWN, NULL, 0 },
		{ "19ed008c40780c66\n", "-1\n", FACT_UNKNOWN, FACT_YES, NULL, 57 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *lacks;
		unsigned int bits;

		set_iommu(*state, "dmar1", "intel-iommu/cap", rows[i].cap);
		set_iommu(*state, "dmar1", "intel-iommu/ecap", rows[i].ecap);
		read_host(state, FUNCTION);
		assert_int_equal(iommu_nests(facts->iommu, &lacks), rows[i].nests);
		assert_string_equal(lacks ? lacks : "", rows[i].lacks ? rows[i].lacks : "");
		assert_int_equal(iommu_has_1gib_pages(facts->iommu), rows[i].pages);
		assert_int_equal(iommu_address_bits(facts->iommu, &bits),
				 rows[i].address_bits != 0);
		if (rows[i].address_bits)
			assert_int_equal(bits, rows[i].address_bits);
	}
}

static void pack(const char *root, const char *text)
{
	gzFile file;

	tree_file(root, "proc/config.gz", "");
	file = gzopen(path_of("%s/proc/config.gz", root).text, "w");
	assert_non_null(file);
	assert_true(gzputs(file, text) > 0);
	assert_int_equal(gzclose(file), Z_OK);
}

/* The first there is counts, if it is a configuration; what it leaves out is off. */
static void test_kernel_config(void **state)
{
	const char *root = *state;

	tree_file(root, "lib/modules/6.12.0-test/config",
		  "CONFIG_PCI_PASID=y\nCONFIG_INTEL_IOMMU=y\n"
		  "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF=y\n");
	read_host(state, FUNCTION);
	assert_int_equal(facts->kernel->pci_pasid, FACT_YES);
	assert_int_equal(facts->kernel->intel, FACT_YES);
	assert_int_equal(facts->kernel->intel_on, FACT_YES);
	assert_int_equal(facts->kernel->intel_scalable, FACT_NO);
	assert_int_equal(facts->kernel->amd, FACT_NO);

	tree_file(root, "boot/config-6.12.0-test",
		  "# CONFIG_PCI_PASID is not set\nCONFIG_IOMMUFD=m\n"
		  "CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON=y\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->config,
			    path_of("%s/boot/config-6.12.0-test", root).text);
	assert_int_equal(facts->kernel->pci_pasid, FACT_NO);
	assert_int_equal(facts->kernel->iommufd, FACT_YES);
	assert_int_equal(facts->kernel->intel_scalable, FACT_YES);

	pack(root, "CONFIG_PCI_PASID=y\nCONFIG_IOMMUFD_TEST=y\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->config, path_of("%s/proc/config.gz", root).text);
	assert_int_equal(facts->kernel->pci_pasid, FACT_YES);
	assert_int_equal(facts->kernel->iommufd, FACT_NO);

	tree_file(root, "proc/config.gz", "no configuration\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->config,
			    path_of("%s/boot/config-6.12.0-test", root).text);
}

/* A release that would lead elsewhere */
static void test_odd_release(void **state)
{
	tree_file(*state, "proc/sys/kernel/osrelease", "../../x\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->release, "");
}

/* It is read once, so that all findings are about the same kernel. */
static void test_release_once(void **state)
{
	read_host(state, FUNCTION);
	assert_string_equal(host_release(&host), "6.12.0-test");
	tree_file(*state, "proc/sys/kernel/osrelease", "7.3.0-test\n");
	assert_string_equal(host_release(&host), "6.12.0-test");
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

/* What is found takes memory, which is given back; a sleeping function's words are made for it. */
static void test_memory(void **state)
{
	size_t before = 0;

	set_power(*state, PORT "/" FUNCTION, "suspended", "D3cold");
	for (int i = 0; i < 12; i++) {
		/* by then malloc() has kept what it keeps of what is freed */
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

/* Older kernels don't tell how deep; and nothing at all is read. */
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
	/* Neither another device's, nor a work queue is it. */
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
	struct bdf bdf = machine_bdf(FUNCTION), ports[4];

	sysfs = path_of("%s/sys", (char *)*state);
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

/* A text that a host keeps can be empty. */
static void test_text(void **state)
{
	struct host never = { 0 };

	(void)state;
	assert_string_equal(host_text(&never, "%s", ""), "");
	assert_string_equal(host_text(&never, "%d", 7), "7");
	host_close(&never);
}

/* A host of zeros was never opened; fd 0 isn't its own. */
static void test_close(void **state)
{
	int null = open("/dev/null", O_RDONLY);
	struct host never = { 0 };

	(void)state;
	assert_int_not_equal(null, -1);
	assert_int_equal(dup2(null, STDIN_FILENO), STDIN_FILENO);
	host_close(&never);
	host_close(&never);
	assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	if (null != STDIN_FILENO)
		close(null);
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_host),	       TREE_TEST(test_recorded),
		TREE_TEST(test_missing),       TREE_TEST(test_no_iommu),
		TREE_TEST(test_iommu_kinds),   TREE_TEST(test_intel_registers),
		TREE_TEST(test_kernel_config), TREE_TEST(test_odd_release),
		TREE_TEST(test_release_once),  TREE_TEST(test_vf),
		TREE_TEST(test_public_part),   TREE_TEST(test_conventional_part),
		TREE_TEST(test_header),	       TREE_TEST(test_memory),
		TREE_TEST(test_asleep),	       TREE_TEST(test_asleep_unread),
		TREE_TEST(test_all_ones),      TREE_TEST(test_siblings),
		TREE_TEST(test_idxd),	       TREE_TEST(test_iax),
		TREE_TEST(test_ports),	       TREE_TEST(test_no_link),
		cmocka_unit_test(test_text),   cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
