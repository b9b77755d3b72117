// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/ on made trees and dumps: what is found, and what is left alone. */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/function.h"
#include "facts/host.h"
#include "facts/source.h"
#include "pci/dump.h"
#include "pci/function.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* The host that was opened last, and the record of it that was read. */
static struct host host;
static struct path sysfs;
static const struct function *facts;
static struct why why;

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

static int read_function(const char *bdf_text)
{
	struct bdf bdf = machine_bdf(bdf_text);
	struct function *function = host_function(&host, &bdf);

	assert_non_null(function);
	facts = function;
	return function_read(function, EXPLAIN_PARTS, &why);
}

static int read_tree(const char *root, const char *bdf, bool is_host, bool wakes)
{
	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, wakes);
	return read_function(bdf);
}

/* The function whose registers count, and the ports above it. */
static const struct function *hop(size_t index)
{
	const struct function *holder = facts->holder;

	if (holder && index < holder->hop_count)
		return holder->hops[index];
	fail_msg("there is no hop %zu", index);
	return NULL;
}

static size_t hop_count(void)
{
	return facts->holder ? facts->holder->hop_count : 0;
}

static void read_host(void **state, const char *bdf)
{
	if (read_tree(*state, bdf, true, false))
		fail_msg("%s", why.text);
}

static void assert_hops(void)
{
	const struct function *function = hop(0), *port = hop(1);

	assert_int_equal(hop_count(), 2);
	assert_string_equal(function_path_why(facts), "");
	assert_string_equal(function->pci.bdf.text, FUNCTION);
	assert_int_equal(function->pci.vendor, 0x1234);
	assert_int_equal(function->pci.device, 0x5678);
	assert_int_equal(function->revision, 0x21);
	assert_int_equal(function->is_pcie, FACT_YES);
	assert_int_equal(function->type, PCI_EXP_TYPE_ENDPOINT);
	assert_int_equal(function->devcap2, 0x64);
	assert_int_equal(function->tlp_prefix, FACT_YES);
	assert_int_equal(function->multifunction, FACT_NO);
	assert_int_equal(function->pasid.there, FACT_YES);
	assert_int_equal(function->pasid.offset, 0x180);
	assert_int_equal(function->pasid.capability, 20 << 8 | 6);
	assert_int_equal(function->pasid.control, 7);
	assert_string_equal(port->pci.bdf.text, PORT);
	assert_int_equal(port->type, PCI_EXP_TYPE_ROOT_PORT);
	assert_int_equal(port->pasid.there, FACT_NO);
	assert_int_equal(port->acs.there, FACT_YES);
	assert_int_equal(port->acs.offset, 0x100);
	assert_int_equal(port->acs.capability, 0x5f);
	assert_int_equal(port->acs.control, 0x1d);
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
	assert_true(facts->iommu->registers == 0x490080f00f4a);
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
			assert_true(facts->iommu->registers == rows[i].registers);
	}

	/* a name that would lead elsewhere */
	tree_link(*state, DEVICES PORT "/" FUNCTION "/iommu", "../..");
	read_host(state, FUNCTION);
	assert_int_equal(facts->is_covered, FACT_NO);
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
		assert_non_null(strstr(hop(i)->why, "only root may read"));
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
	assert_non_null(strstr(hop(0)->why, "doesn't answer"));
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
			    "the host uses 1 more of IOMMU group 7: 0000:01:00.2 (nvme)");

	tree_link(root, DEVICES PORT "/" FUNCTION "/driver", "../pasid_vfio_pci");
	tree_file(root, DEVICES PORT "/" FUNCTION "/vfio-dev/vfio0/dev", "511:0\n");
	tree_directory(root, "sys/class/misc/iommu");
	read_host(state, FUNCTION);
	assert_true(facts->pci.on_vfio);
	assert_string_equal(facts->pci.driver, "pasid_vfio_pci");
	assert_int_equal(facts->has_cdev, FACT_YES);
	assert_int_equal(facts->has_iommufd, FACT_YES);
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
		strstr(function_path_why(facts), "isn't a link, which would name the ports above"));
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

/* Config spaces alone */

static struct function taken;

/* As of a dump, of a function that stands @behind_link or on a root bus. */
static void take(const uint8_t *config, size_t size, const char *bdf, bool behind_link)
{
	struct dump_function dumped = { machine_bdf(bdf), config, size };
	static struct config_space space;

	config_space_take(&dumped, &space);
	taken = (struct function){
		.pci.bdf = dumped.bdf,
		.config = &space,
		.why = "",
		.hop_count = behind_link ? 2 : 1,
	};
	function_take_registers(&taken);
}

static void test_multifunction(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	take(config, sizeof(config), "0000:01:00.0", true);
	assert_int_equal(taken.multifunction, FACT_NO);
	take(config, sizeof(config), "0000:01:00.1", true);
	assert_int_equal(taken.multifunction, FACT_YES);
	/* ARI: function 8 */
	take(config, sizeof(config), "0000:01:01.0", true);
	assert_int_equal(taken.multifunction, FACT_YES);
	take(config, sizeof(config), "0000:00:01.0", false);
	assert_int_equal(taken.multifunction, FACT_NO);
	config[PCI_HEADER_TYPE] |= 0x80;
	take(config, sizeof(config), "0000:01:00.0", true);
	assert_int_equal(taken.multifunction, FACT_YES);
}

static void test_conventional_capabilities(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	/* version 1 has no Device Capabilities 2: what stands there is something else */
	machine_fill_endpoint(config);
	config[0x42] = 0x01;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_YES);
	assert_int_equal(taken.tlp_prefix, FACT_NO);
	assert_int_equal(taken.devcap2, 0);

	/* its registers would reach beyond the space */
	machine_fill_endpoint(config);
	config[0xc1] = 0xf0;
	machine_put(config, 0xf0, 4, PCI_CAP_ID_EXP | 2u << 16);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_YES);
	assert_int_equal(taken.tlp_prefix, FACT_NO);

	/* a chain in a circle, one that nobody answers in, none */
	config[0xc1] = 0xc0;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	config[0xc0] = 0xff;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	config[0xc0] = PCI_CAP_ID_PM;
	config[0xc1] = 0x3c;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	machine_fill_endpoint(config);
	machine_put(config, PCI_STATUS, 2, 0);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
}

static void test_broken_extended_chain(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16 | 0x40u << 20);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.acs.there, FACT_YES);
	assert_int_equal(taken.pasid.there, FACT_UNKNOWN);
	assert_int_equal(taken.pasid_error, -EPROTO);

	/* a dump of 256 bytes tells nothing of the rest */
	machine_fill_endpoint(config);
	take(config, 256, FUNCTION, true);
	assert_int_equal(taken.tlp_prefix, FACT_YES);
	assert_int_equal(taken.pasid.there, FACT_UNKNOWN);
}

/* Dumps */

struct dumped {
	char *text;
	size_t size;
	FILE *stream;
};

static void dump_begin(struct dumped *dump)
{
	*dump = (struct dumped){ 0 };
	dump->stream = open_memstream(&dump->text, &dump->size);
	assert_non_null(dump->stream);
}

static void dump_add(struct dumped *dump, const char *address, const uint8_t *config)
{
	struct bdf bdf = machine_bdf(address);

	dump_write(&bdf, "A description", config, dump->stream);
}

/* Without root lspci prints 64 bytes. */
static void dump_add_header(struct dumped *dump, const char *address, const uint8_t *config)
{
	fprintf(dump->stream, "%s A description", address);
	for (unsigned int i = 0; i < VPASID_CONFIG_MIN; i++) {
		if (i % 16 == 0)
			fprintf(dump->stream, "\n%02x:", i);
		fprintf(dump->stream, " %02x", config[i]);
	}
	fputs("\n\n", dump->stream);
}

static int read_dump(struct dumped *dump, const char *address)
{
	host_close(&host);
	fclose(dump->stream);
	if (machine_open_dump(&host, dump->text, dump->size, &why))
		fail_msg("%s", why.text);
	free(dump->text);
	return read_function(address);
}

static int close_dump(void **state)
{
	(void)state;
	host_close(&host);
	return 0;
}

static void add_machine(struct dumped *dump)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	dump_add(dump, FUNCTION, config);
	machine_fill_port(config);
	dump_add(dump, PORT, config);
	/* ports elsewhere: another bus, another domain, one that is off */
	config[PCI_SECONDARY_BUS] = 5;
	config[PCI_SUBORDINATE_BUS] = 9;
	dump_add(dump, "0000:00:1d.0", config);
	config[PCI_SECONDARY_BUS] = 1;
	dump_add(dump, "0001:00:1c.0", config);
	config[PCI_SECONDARY_BUS] = 0;
	config[PCI_SUBORDINATE_BUS] = 0;
	dump_add(dump, "0000:00:1e.0", config);
}

static void test_dump(void **state)
{
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	add_machine(&dump);
	assert_int_equal(read_dump(&dump, FUNCTION), 0);
	assert_int_equal(host.kind, HOST_DUMP);
	assert_int_equal(facts->pci.kind, PCI_KIND_PF);
	assert_hops();
	assert_int_equal(facts->is_covered, FACT_UNKNOWN);
	assert_string_equal(facts->kernel->release, "");
}

/* By the PF's offset 1 and stride 2: the VFs are functions 1, 3, 5 and 7. */
static void test_dumped_vfs(void **state)
{
	static const struct {
		const char *bdf;
		bool is_its;
	} rows[] = {
		{ "0000:01:00.1", true },  { "0000:01:00.3", true },  { "0000:01:00.7", true },
		{ "0000:01:00.2", false }, { "0000:01:01.1", false }, { "0001:01:00.1", false },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
		dump_begin(&dump);
		dump_add(&dump, rows[i].bdf, config);
		add_machine(&dump);
		assert_int_equal(read_dump(&dump, rows[i].bdf), 0);
		assert_int_equal(facts->pci.kind, PCI_KIND_VF);
		assert_int_equal(facts->holder != NULL, rows[i].is_its);
		if (rows[i].is_its)
			assert_hops();
		else
			assert_non_null(
				strstr(function_path_why(facts), "the dump has no PF of it"));
	}
}

/* Where the kernel finds them: a host bridge has the header of an endpoint. */
static void test_dumped_subsystems(void **state)
{
	static const struct {
		uint8_t header, base_class;
		unsigned int at;
	} rows[] = {
		{ PCI_HEADER_TYPE_NORMAL, 0x01, PCI_SUBSYSTEM_VENDOR_ID },
		{ PCI_HEADER_TYPE_NORMAL, 0x06, PCI_SUBSYSTEM_VENDOR_ID },
		{ PCI_HEADER_TYPE_BRIDGE, 0x06, 0x80 + PCI_SSVID_VENDOR_ID },
		{ PCI_HEADER_TYPE_CARDBUS, 0x06, PCI_CB_SUBSYSTEM_VENDOR_ID },
		{ PCI_HEADER_TYPE_BRIDGE, 0x06, 0 },
		{ 0x7e, 0x06, 0 },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(config, 0, sizeof(config));
		machine_put(config, PCI_VENDOR_ID, 4, 0x56781234);
		machine_put(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
		config[PCI_HEADER_TYPE] = rows[i].header;
		config[PCI_CLASS_DEVICE + 1] = rows[i].base_class;
		config[PCI_CAPABILITY_LIST] = 0x80;
		config[0x80] = rows[i].at > 0x80 ? PCI_CAP_ID_SSVID : PCI_CAP_ID_PM;
		if (rows[i].at)
			machine_put(config, rows[i].at, 4, 0x0001abcd);
		dump_begin(&dump);
		dump_add(&dump, FUNCTION, config);
		assert_int_equal(read_dump(&dump, FUNCTION), 0);
		assert_int_equal(facts->pci.subsystem_vendor, rows[i].at ? 0xabcd : 0);
		assert_int_equal(facts->pci.subsystem_device, rows[i].at ? 0x0001 : 0);
		assert_int_equal(facts->config->is_bridge, rows[i].base_class == 0x06);
	}
}

static void test_dump_of_a_part(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	machine_fill_endpoint(config);
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, FUNCTION), 0);
	assert_int_equal(hop_count(), 1);
	assert_non_null(strstr(function_path_why(facts), "lacks the port above " FUNCTION));

	/* Bus 0 has none above it, and what is integrated neither. */
	dump_begin(&dump);
	dump_add(&dump, "0000:00:05.0", config);
	assert_int_equal(read_dump(&dump, "0000:00:05.0"), 0);
	assert_string_equal(function_path_why(facts), "");
	machine_fill(config, PCI_EXP_TYPE_RC_END, false);
	dump_begin(&dump);
	dump_add(&dump, "0000:6a:01.0", config);
	assert_int_equal(read_dump(&dump, "0000:6a:01.0"), 0);
	assert_string_equal(function_path_why(facts), "");

	/* What leads out of the bytes that there are isn't looked for in the next function's. */
	config[PCI_CAPABILITY_LIST] = VPASID_CONFIG_MIN;
	dump_begin(&dump);
	dump_add_header(&dump, "0000:6a:01.0", config);
	memset(config + VPASID_CONFIG_MIN, PCI_EXP_TYPE_RC_END << 4, (size_t)2 * VPASID_CONFIG_MIN);
	dump_add(&dump, "0000:6a:02.0", config);
	assert_int_equal(read_dump(&dump, "0000:6a:01.0"), 0);
	assert_non_null(strstr(function_path_why(facts), "lacks the port above 0000:6a:01.0"));

	machine_fill(config, PCI_EXP_TYPE_RC_END, false);
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, VF), -ENODEV);
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, FUNCTION), -EINVAL);
	assert_non_null(strstr(why.text, "more than once"));
}

/* The narrowest range has the bridge that is next. */
static void test_dumped_switch(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	machine_fill_port(config);
	config[PCI_SUBORDINATE_BUS] = 9;
	dump_add(&dump, PORT, config);
	machine_fill(config, PCI_EXP_TYPE_UPSTREAM, true);
	config[PCI_SECONDARY_BUS] = 2;
	config[PCI_SUBORDINATE_BUS] = 9;
	dump_add(&dump, "0000:01:00.0", config);
	machine_fill(config, PCI_EXP_TYPE_DOWNSTREAM, true);
	config[PCI_SECONDARY_BUS] = 3;
	config[PCI_SUBORDINATE_BUS] = 4;
	dump_add(&dump, "0000:02:01.0", config);
	machine_fill_endpoint(config);
	dump_add(&dump, "0000:03:00.0", config);
	assert_int_equal(read_dump(&dump, "0000:03:00.0"), 0);
	assert_int_equal(hop_count(), 4);
	assert_string_equal(hop(1)->pci.bdf.text, "0000:02:01.0");
	assert_string_equal(hop(2)->pci.bdf.text, "0000:01:00.0");
	assert_string_equal(hop(3)->pci.bdf.text, PORT);
	assert_string_equal(function_path_why(facts), "");
}

/* Bridges that lead to each other's bus, or to their own, end somewhere. */
static void test_dumped_circles(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	char bdf[] = "0000:00:00.0";
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	for (unsigned int bus = 0; bus < 64; bus++) {
		machine_fill(config, PCI_EXP_TYPE_UPSTREAM, true);
		config[PCI_SECONDARY_BUS] = (uint8_t)(bus + 1);
		config[PCI_SUBORDINATE_BUS] = 0xff;
		snprintf(bdf, sizeof(bdf), "0000:%02x:00.0", bus);
		dump_add(&dump, bdf, config);
	}
	config[PCI_SECONDARY_BUS] = 0x40;
	dump_add(&dump, "0000:40:01.0", config);
	assert_int_equal(read_dump(&dump, "0000:40:01.0"), 0);
	assert_int_equal(hop_count(), 1 + FUNCTION_MAX_PORTS);
	assert_true(*function_path_why(facts));
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define DUMP_TEST(test) cmocka_unit_test_teardown(test, close_dump)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_host),
		TREE_TEST(test_recorded),
		TREE_TEST(test_missing),
		TREE_TEST(test_no_iommu),
		TREE_TEST(test_iommu_kinds),
		TREE_TEST(test_kernel_config),
		TREE_TEST(test_odd_release),
		TREE_TEST(test_vf),
		TREE_TEST(test_public_part),
		TREE_TEST(test_conventional_part),
		TREE_TEST(test_asleep),
		TREE_TEST(test_asleep_unread),
		TREE_TEST(test_all_ones),
		TREE_TEST(test_siblings),
		TREE_TEST(test_ports),
		TREE_TEST(test_no_link),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_multifunction),
		cmocka_unit_test(test_conventional_capabilities),
		cmocka_unit_test(test_broken_extended_chain),
		DUMP_TEST(test_dump),
		DUMP_TEST(test_dumped_vfs),
		DUMP_TEST(test_dumped_subsystems),
		DUMP_TEST(test_dump_of_a_part),
		DUMP_TEST(test_dumped_switch),
		DUMP_TEST(test_dumped_circles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
