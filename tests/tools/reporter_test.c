// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/reporter.h on a made machine, and what explain makes of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
