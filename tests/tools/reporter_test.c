// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/reporter.h on a made machine, and what explain makes of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/open.h"
#include "facts/reporter.h"
#include "support/machine.h"
#include "support/tree.h"

#define PATH	 DEVICES PORT "/" FUNCTION
#define MODALIAS "pci:v00001234d00005678sv0000ABCDsd00000001bc01sc08i02"
#define ALIASES	 "lib/modules/6.1.0-test/modules.alias"

static struct host host;
static struct path sysfs;
static struct function *function;
static struct chain chain;

static int teardown(void **state)
{
	host_close(&host);
	return tree_teardown(state);
}

static void set_kernel(const char *root, const char *release)
{
	tree_file(root, "proc/sys/kernel/osrelease", release);
	tree_file(root, path_of("boot/config-%s", release).text, "CONFIG_IOMMUFD=m\n");
}

static void set_driver(const char *root, const char *driver)
{
	tree_file(root, PATH "/uevent",
		  path_of("%s%s%sPCI_CLASS=10802\nPCI_ID=1234:5678\n", *driver ? "DRIVER=" : "",
			  driver, *driver ? "\n" : "")
			  .text);
	if (*driver)
		tree_directory(root, PATH "/vfio-dev/vfio0");
}

static void read_again(const char *root)
{
	struct bdf bdf = machine_bdf(FUNCTION);
	struct why why;

	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, root, false);
	function = host_function(&host, &bdf);
	assert_non_null(function);
	if (function_read(function, EXPLAIN_PARTS, &why))
		fail_msg("%s", why.text);
	explain_judge(function, &chain);
}

static void assert_need(enum explain_what what, enum explain_verdict verdict, const char *found,
			const char *todo)
{
	const struct link *need = explain_find_link(&chain, what);

	assert_non_null(need);
	assert_int_equal(need->verdict, verdict);
	assert_string_equal(need->found, found);
	assert_string_equal(need->todo, todo);
}

#define NOTHING " doesn't report PASID, and this kernel has no iommufd that does"

static void test_stock(void **state)
{
	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "vfio-pci");
	tree_directory(*state, "sys/module/vfio_pci");
	read_again(*state);
	assert_int_equal(function->vfio_pasid, VFIO_PASID_NOT_LOADED);
	assert_int_equal(function_reporter(function), REPORTER_NONE);
	assert_need(NEED_REPORT, EXPLAIN_BROKEN, "vfio-pci" NOTHING, "modprobe vfio_pasid");
	assert_null(explain_find_link(&chain, NEED_VFIO_ATTACH));
}

static void test_vfio_pasid(void **state)
{
	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "vfio-pci");
	tree_directory(*state, "sys/module/vfio_pasid/devices");
	read_again(*state);
	assert_int_equal(function->vfio_pasid, VFIO_PASID_LEAVES_IT);
	assert_int_equal(function_reporter(function), REPORTER_NONE);
	assert_need(NEED_REPORT, EXPLAIN_BROKEN, "vfio-pci" NOTHING,
		    "look for vfio_pasid in the kernel log, which says why it doesn't report "
		    "PASID for this function");

	tree_link(*state, "sys/module/vfio_pasid/devices/" FUNCTION,
		  "../../../devices/pci0000:00/" PORT "/" FUNCTION);
	read_again(*state);
	assert_int_equal(function_reporter(function), REPORTER_VFIO_PASID);
	assert_need(NEED_REPORT, EXPLAIN_OK,
		    "vfio_pasid reports PASID to the VMM in place of vfio-pci", "");
}

static void test_own_driver(void **state)
{
	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "pasid_vfio_pci");
	read_again(*state);
	assert_int_equal(function_reporter(function), REPORTER_PASID_VFIO_PCI);
	assert_null(explain_find_link(&chain, NEED_VFIO_ATTACH));
}

static void test_iommufd(void **state)
{
	set_kernel(*state, "6.15.0-test");
	set_driver(*state, "vfio-pci");
	tree_file(*state, PATH "/vfio-dev/vfio0/dev", "511:0\n");
	tree_directory(*state, "sys/class/misc/iommu");
	read_again(*state);
	assert_int_equal(function_reporter(function), REPORTER_IOMMUFD);

	set_kernel(*state, "6.12.31-test");
	read_again(*state);
	assert_int_equal(function_reporter(function), REPORTER_NONE);
	set_kernel(*state, "6.12.32-test");
	read_again(*state);
	assert_int_equal(function_reporter(function), REPORTER_IOMMUFD);
}

static void test_unknown(void **state)
{
	tree_file(*state, "proc/sys/kernel/osrelease", "nonsense\n");
	set_driver(*state, "vfio-pci");
	tree_file(*state, PATH "/vfio-dev/vfio0/dev", "511:0\n");
	read_again(*state);
	assert_int_equal(function->vfio_pasid, VFIO_PASID_UNKNOWN);
	assert_int_equal(function_reporter(function), REPORTER_UNKNOWN);
}

static void test_variant_attaches_nothing(void **state)
{
	set_kernel(*state, "7.3.1-test");
	set_driver(*state, "mlx5_vfio_pci");
	read_again(*state);
	assert_need(NEED_VFIO_ATTACH, EXPLAIN_BROKEN,
		    "mlx5_vfio_pci can't attach address spaces to PASIDs, like all variant "
		    "drivers in Linux up to 7.3: a guest sees PASID, but can't use it",
		    "if you don't need what mlx5_vfio_pci provides: vpasid bind --driver "
		    "vfio-pci " FUNCTION);
	set_kernel(*state, "7.4.0-test");
	read_again(*state);
	assert_int_equal(explain_find_link(&chain, NEED_VFIO_ATTACH)->verdict, EXPLAIN_UNKNOWN);

	/* Of one from elsewhere nothing is known. */
	set_kernel(*state, "7.3.1-test");
	set_driver(*state, "maker_vfio_pci");
	read_again(*state);
	assert_int_equal(explain_find_link(&chain, NEED_VFIO_ATTACH)->verdict, EXPLAIN_UNKNOWN);
}

static void assert_variant(void **state, const char *aliases, const char *expected)
{
	char driver[REPORTER_DRIVER_SIZE];

	tree_file(*state, ALIASES, aliases);
	read_again(*state);
	function_variant(function, driver);
	assert_string_equal(driver, expected);
}

#define STOCK_ALIAS "alias vfio_pci:v*d*sv*sd*bc*sc*i* vfio_pci\n"

static void test_variant(void **state)
{
	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "");
	tree_file(*state, PATH "/modalias", MODALIAS "\n");
	assert_variant(state, STOCK_ALIAS, "");
	assert_variant(
		state,
		"# made by depmod\nalias pci:v00001234d00005678sv*sd*bc*sc*i* maker\n" STOCK_ALIAS
		"alias vfio_pci:v00001234d00005679sv*sd*bc*sc*i* other\n",
		"");
	assert_variant(state,
		       "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* general\n" STOCK_ALIAS
		       "alias vfio_pci:v00001234d00005678sv*sd*bc*sc*i* maker_vfio_pci\n"
		       "alias vfio_pci:v00001234d0000567[89]sv*sd*bc01sc*i* special_vfio_pci\n"
		       "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* later\n"
		       "alias vfio_pci:v*d*sv*sd*bc*sc*i* pasid_vfio_pci\n",
		       "special_vfio_pci");
	/* The name of xe's PCI driver isn't that of its module. */
	assert_variant(state, "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* xe_vfio_pci\n",
		       "xe-vfio-pci");
	assert_variant(state, "alias vfio_pci:v00001234d00005678sv*sd*bc*sc*i* special_vfio_pci\n",
		       "special_vfio_pci");
	assert_need(NEED_VFIO, EXPLAIN_BROKEN, "not bound to a driver",
		    "vpasid bind --driver special_vfio_pci " FUNCTION);
	assert_need(NEED_REPORT, EXPLAIN_BROKEN, "without a VFIO driver, nothing reports PASID",
		    "vpasid bind --driver special_vfio_pci " FUNCTION);
}

static void test_variant_unknown(void **state)
{
	char driver[REPORTER_DRIVER_SIZE] = "x";

	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "");
	read_again(*state);
	function_variant(function, driver);
	assert_string_equal(driver, "");
	tree_file(*state, PATH "/modalias", MODALIAS "\n");
	read_again(*state);
	function_variant(function, driver);
	assert_string_equal(driver, "");
	tree_file(*state, PATH "/modalias", "of:NvfioT\n");
	assert_variant(state, STOCK_ALIAS, "");
}

static void test_names(void **state)
{
	static const char *const names[] = {
		[REPORTER_UNKNOWN] = "unknown",
		[REPORTER_NONE] = "none",
		[REPORTER_PASID_VFIO_PCI] = "pasid_vfio_pci",
		[REPORTER_VFIO_PASID] = "vfio_pasid",
		[REPORTER_IOMMUFD] = "iommufd",
	};

	(void)state;
	for (enum reporter at = 0; at < sizeof(names) / sizeof(names[0]); at++)
		assert_string_equal(reporter_name(at), names[at]);
}

/* Which kernels' iommufd reports PASID */
static void test_iommufd_reports(void **state)
{
	static const struct {
		const char *release;
		enum fact reports;
	} rows[] = {
		{ "6.14.9", FACT_NO },	 { "6.15.0", FACT_YES }, { "6.12.31", FACT_NO },
		{ "6.12.32", FACT_YES }, { "6.12", FACT_NO },	 { "6.1.32", FACT_NO },
		{ "7.0.0", FACT_YES },	 { "", FACT_UNKNOWN },	 { "6.12.x", FACT_NO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kernel kernel = { 0 };

		stpcpy(kernel.release, rows[i].release);
		assert_int_equal(iommufd_reports(&kernel), rows[i].reports);
	}
}

/* Whoever is sure to lack something reports nothing; otherwise all must be known. */
static void test_reporter(void **state)
{
	static const struct {
		const char *release;
		enum fact config, has_iommufd, has_cdev;
		enum reporter reporter;
	} rows[] = {
		{ "6.15.0", FACT_YES, FACT_YES, FACT_YES, REPORTER_IOMMUFD },
		{ "6.15.0", FACT_UNKNOWN, FACT_YES, FACT_UNKNOWN, REPORTER_IOMMUFD },
		{ "6.14.0", FACT_YES, FACT_YES, FACT_YES, REPORTER_NONE },
		{ "6.15.0", FACT_NO, FACT_YES, FACT_YES, REPORTER_NONE },
		{ "6.15.0", FACT_YES, FACT_YES, FACT_NO, REPORTER_NONE },
		{ "6.15.0", FACT_YES, FACT_NO, FACT_YES, REPORTER_UNKNOWN },
		{ "6.15.0", FACT_YES, FACT_UNKNOWN, FACT_YES, REPORTER_UNKNOWN },
		{ "", FACT_YES, FACT_YES, FACT_YES, REPORTER_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kernel kernel = { .iommufd = rows[i].config };
		struct function made = { .pci = { .on_vfio = true, .driver = "vfio-pci" },
					 .kernel = &kernel,
					 .has_iommufd = rows[i].has_iommufd,
					 .has_cdev = rows[i].has_cdev,
					 .vfio_pasid = VFIO_PASID_NOT_LOADED };

		stpcpy(kernel.release, rows[i].release);
		assert_int_equal(function_reporter(&made), rows[i].reporter);
		made.vfio_pasid = VFIO_PASID_ANSWERS;
		assert_int_equal(function_reporter(&made), REPORTER_VFIO_PASID);
		strcpy(made.pci.driver, "pasid_vfio_pci");
		assert_int_equal(function_reporter(&made), REPORTER_PASID_VFIO_PCI);
		made.pci.on_vfio = false;
		assert_int_equal(function_reporter(&made), REPORTER_NONE);
	}
}

/* By the parameter of whichever has the function */
static void test_guarded(void **state)
{
	static const char *const modules[] = { "pasid_vfio_pci", "vfio_pasid" };
	struct path made_sysfs = path_of("%s/sys", (char *)*state);
	struct host made_host = { .sysfs = made_sysfs.text };
	struct function made = { .host = &made_host };

	made.vfio_pasid = VFIO_PASID_NOT_LOADED;
	assert_int_equal(function_is_guarded(&made), FACT_NO);
	made.vfio_pasid = VFIO_PASID_LEAVES_IT;
	assert_int_equal(function_is_guarded(&made), FACT_NO);
	made.vfio_pasid = VFIO_PASID_UNKNOWN;
	assert_int_equal(function_is_guarded(&made), FACT_UNKNOWN);
	for (size_t i = 0; i < 2; i++) {
		struct path guard = path_of("sys/module/%s/parameters/guard", modules[i]);

		if (i)
			made.vfio_pasid = VFIO_PASID_ANSWERS;
		stpcpy(made.pci.driver, i ? "vfio-pci" : modules[i]);
		assert_int_equal(function_is_guarded(&made), FACT_UNKNOWN);
		tree_file(*state, guard.text, "N\n");
		assert_int_equal(function_is_guarded(&made), FACT_NO);
		tree_file(*state, guard.text, "Y\n");
		assert_int_equal(function_is_guarded(&made), FACT_YES);
		tree_file(*state, guard.text, "\n");
		assert_int_equal(function_is_guarded(&made), FACT_UNKNOWN);
		/* longer than any that the kernel prints */
		tree_file(*state, guard.text, "Y234567");
		assert_int_equal(function_is_guarded(&made), FACT_YES);
		tree_file(*state, guard.text, "Y2345678");
		assert_int_equal(function_is_guarded(&made), FACT_UNKNOWN);
	}
}

static void test_drivers(void **state)
{
	static const struct {
		const char *driver;
		bool is_variant, is_kernels;
	} rows[] = {
		{ "", false, false },
		{ "vfio-pci", false, false },
		{ "pasid_vfio_pci", false, false },
		{ "maker_vfio_pci", true, false },
		{ "hisi_acc_vfio_pci", true, true },
		{ "ism_vfio_pci", true, true },
		{ "mlx5_vfio_pci", true, true },
		{ "nvgrace_gpu_vfio_pci", true, true },
		{ "pds_vfio_pci", true, true },
		{ "qat_vfio_pci", true, true },
		{ "virtio_vfio_pci", true, true },
		{ "xe-vfio-pci", true, true },
		{ "xe_vfio_pci", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(driver_is_variant(rows[i].driver), rows[i].is_variant);
		assert_int_equal(driver_is_kernels_variant(rows[i].driver), rows[i].is_kernels);
	}
}

static void test_refused(void **state)
{
	(void)state;
	for (enum fact disabled = FACT_UNKNOWN; disabled <= FACT_YES; disabled++) {
		struct function made = { .denylist_disabled = disabled };

		assert_false(function_is_refused(&made));
		made.is_denylisted = true;
		assert_int_equal(function_is_refused(&made), disabled != FACT_YES);
	}
}

/* Which function `vpasid bind` would take, and without a driver if its IOMMU is assigned late */
static void test_bind_command(void **state)
{
	static const struct {
		struct pci_function pci;
		bool is_late, is_bound;
	} rows[] = {
		{ { .iommu_group = "7" }, false, true },
		{ { .iommu_group = "7", .driver = "nvme" }, false, true },
		{ { .iommu_group = "7", .is_bridge = true }, false, false },
		{ { .iommu_group = "7", .num_vfs = 1 }, false, false },
		{ { .driver = "nvme" }, true, false },
		{ { .iommu_group = "" }, true, true },
		{ { .iommu_group = "" }, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iommu_presence presence = { .driven = FACT_YES,
						   .is_device_tree = rows[i].is_late };
		struct host made_host = { .has_read_release = true,
					  .release = "6.1.0",
					  .presence = &presence };
		struct function made = { .host = &made_host, .pci = rows[i].pci };
		struct why command;

		strcpy(made.pci.bdf.text, FUNCTION);
		function_bind_command(&made, &command);
		assert_string_equal(command.text, rows[i].is_bound ? "vpasid bind " FUNCTION : "");
	}
}

/* The modalias must be a PCI function's, and there must be room for it. */
static void test_odd_modalias(void **state)
{
	static const struct {
		const char *begin;
		int length;
		const char *driver;
	} rows[] = {
		{ "pci:v00001234", 255, "maker" },
		{ "pci:v00001234", 256, "" },
		{ "pcixv00001234", 255, "" },
		{ "xci:v00001234", 255, "" },
	};

	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char modalias[300];

		memset(modalias, 'x', sizeof(modalias));
		memcpy(modalias, rows[i].begin, strlen(rows[i].begin));
		modalias[rows[i].length] = '\0';
		tree_file(*state, PATH "/modalias", modalias);
		assert_variant(state, "alias vfio_pci:v00001234* maker\n", rows[i].driver);
	}
}

/* Lines that are too long, or broken, don't count, and those behind them do. */
static void test_odd_aliases(void **state)
{
	static const char last[] = "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* maker_vfio_pci\n";
	char lines[1200];
	size_t length;

	set_kernel(*state, "6.1.0-test");
	set_driver(*state, "");
	tree_file(*state, PATH "/modalias", MODALIAS "\n");
	assert_variant(state, "alias vfio_pci:v*d*sv*sd*bc*sc*i*\n", "");
	assert_variant(state, "alias vfio_pci:\n\nalias vfio_pci:v00001234d*sv*sd*bc*sc*i* a_b\n",
		       "a_b");
	assert_variant(state,
		       "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* first\n"
		       "alias vfio_pci:v0000123*d*sv*sd*bc*sc*i00 second\n",
		       "first");
	assert_variant(state, "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* xe-vfio-pc\n",
		       "xe-vfio-pc");
	assert_variant(state, "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* xe_vfio_pcix\n",
		       "xe_vfio_pcix");
	assert_variant(state, "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* vfio_pc\n", "vfio_pc");

	length = (size_t)sprintf(lines, "alias vfio_pci:");
	memset(lines + length, '*', 300);
	stpcpy(stpcpy(lines + length + 300, " x\n"), last);
	assert_variant(state, lines, "maker_vfio_pci");
	/* the one without a line's end is a line, too */
	*strrchr(lines, '\n') = '\0';
	assert_variant(state, lines, "maker_vfio_pci");
	/* a name of 63 characters is whole */
	length = (size_t)sprintf(lines, "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* ");
	memset(lines + length, 'm', 63);
	lines[length + 63] = '\0';
	assert_variant(state, lines, lines + length);
}

int __wrap_vfio_check_host(struct why *why);

int __wrap_vfio_check_host(struct why *why)
{
	(void)why;
	return 0;
}

/* @found is what vfio_open() says. */
static void assert_not_opened(const char *root, const char *found, const char *advice)
{
	struct vfio vfio;
	struct why why;

	read_again(root);
	assert_int_equal(function_open(function, NULL, &vfio, &why), -ENXIO);
	assert_string_equal(why.text, path_of("%s%s", found, advice).text);
}

#define SEE_BIND "; `vpasid bind --dry-run " FUNCTION "` says what prevents binding it to one"

/* If a function has no VFIO driver, the message names the driver that it needs. */
static void test_open(void **state)
{
	static const char none[] = "not bound to a driver";
	const char *root = *state;

	set_kernel(root, "6.1.0-test");
	tree_file(root, PATH "/uevent", "DRIVER=nvme\n");
	assert_not_opened(root, "bound to nvme, which isn't a VFIO driver",
			  "; use `vpasid bind " FUNCTION "`");
	set_driver(root, "");
	assert_not_opened(root, none, "; use `vpasid bind " FUNCTION "`");
	tree_file(root, PATH "/modalias", MODALIAS "\n");
	tree_file(root, ALIASES, "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* maker_vfio_pci\n");
	assert_not_opened(root, none, "; use `vpasid bind --driver maker_vfio_pci " FUNCTION "`");

	tree_file(root, PATH "/sriov_totalvfs", "4\n");
	tree_file(root, PATH "/sriov_numvfs", "2\n");
	assert_not_opened(root, none, SEE_BIND);
	tree_file(root, PATH "/sriov_numvfs", "0\n");
	assert_int_equal(unlink(path_of("%s/" PATH "/iommu_group", root).text), 0);
	assert_not_opened(root, none, SEE_BIND);
	tree_link(root, PATH "/iommu_group", "../../../../kernel/iommu_groups/7");

	/* DSA is on the denylist. */
	tree_file(root, PATH "/uevent", "PCI_CLASS=88000\nPCI_ID=8086:0B25\n");
	assert_not_opened(root, none, SEE_BIND);
}

static void test_open_bridge(void **state)
{
	tree_file(*state, PATH "/class", "0x060400\n");
	assert_not_opened(*state, "this is a bridge, and VFIO has no driver for bridges", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stock, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_vfio_pasid, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_driver, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_iommufd, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_variant_attaches_nothing, machine_setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_variant, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_open, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_open_bridge, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_variant_unknown, machine_setup, teardown),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_iommufd_reports),
		cmocka_unit_test(test_reporter),
		cmocka_unit_test_setup_teardown(test_guarded, machine_setup, teardown),
		cmocka_unit_test(test_drivers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bind_command),
		cmocka_unit_test_setup_teardown(test_odd_aliases, machine_setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_modalias, machine_setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
