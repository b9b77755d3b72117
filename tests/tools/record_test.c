// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid record, of a made host: all commands print the same from the recording as from the host.
 */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd.h"
#include "made_check.h"
#include "made_record.h"
#include "support/tree.h"

static void test_same(void **state)
{
	(void)state;
	record(EXIT_OK);
	assert_string_equal(live.err, "");
	assert_same_all();
}

static void add_vf(void)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_add_function(root, PORT "/", VF, config, sizeof(config));
	tree_link(root, DEVICES PORT "/" VF "/physfn", "../" FUNCTION);
	tree_link(root, ENDPOINT "/virtfn0", "../" VF);
	tree_file(root, ENDPOINT "/sriov_totalvfs", "4\n");
	tree_file(root, ENDPOINT "/sriov_numvfs", "1\n");
}

static void add_siblings(void)
{
	tree_link(root, "sys/kernel/iommu_groups/7/devices/" FUNCTION,
		  "../../../../devices/pci0000:00/" PORT "/" FUNCTION);
	tree_link(root, "sys/kernel/iommu_groups/7/devices/" PORT,
		  "../../../../devices/pci0000:00/" PORT);
}

static void test_vf(void **state)
{
	(void)state;
	add_vf();
	add_siblings();
	record(EXIT_OK);
	assert_same_all();
}

static void test_vfio(void **state)
{
	(void)state;
	unlink(path_of("%s/" ENDPOINT "/driver", root).text);
	tree_link(root, ENDPOINT "/driver", "../../../../bus/pci/drivers/pasid_vfio_pci");
	tree_file(root, ENDPOINT "/vfio-dev/vfio3/dev", "511:3\n");
	tree_file(root, "sys/module/pasid_vfio_pci/parameters/guard", "Y\n");
	tree_directory(root, "sys/module/vfio_pasid");
	tree_directory(root, "sys/class/misc/iommu");
	tree_file(root, "dev/vfio/7", "");
	tree_file(root, ENDPOINT "/power_state", "D0\n");
	tree_file(root, ENDPOINT "/driver_override", "pasid_vfio_pci\n");
	record(EXIT_OK);
	assert_same_all();
}

static void test_check(void **state)
{
	(void)state;
	record(EXIT_OK);
	assert_string_equal(live.err, "");
	assert_same_all();
	command_run(&live, cmd_check, NULL);
	assert_int_equal(live.status, EXIT_OK);
	assert_non_null(strstr(live.out, "QEMU 11.1"));

	/* Nothing of the host that reads it is asked, and none of its programs is run. */
	made_check_remove(root, "bin");
	made_check_remove(root, "proc");
	made_check_remove(root, "lib");
	made_check_remove(root, "sys");
	command_run(&recorded, cmd_check, "--record", recording.text, NULL);
	assert_string_equal(recorded.out, live.out);
}

static void test_programs(void **state)
{
	(void)state;
	made_check_qemu(root, "unreadable");
	made_check_remove(root, "bin/virtqemud");
	record(EXIT_OK);
	SAME(cmd_check);
	assert_non_null(strstr(live.out, "doesn't report its version"));
	assert_non_null(strstr(live.out, "libvirt isn't installed"));
}

static void test_idxd(void **state)
{
	(void)state;
	tree_file(root, ENDPOINT "/vendor", "0x8086\n");
	tree_file(root, ENDPOINT "/device", "0x0b25\n");
	tree_file(root, ENDPOINT "/dsa0/pasid_enabled", "1\n");
	tree_file(root, ENDPOINT "/dsa0/wq0.0/state", "enabled\n");
	tree_file(root, ENDPOINT "/dsa0/wq0.0/type", "user\n");
	tree_file(root, ENDPOINT "/dsa0/wq0.0/mode", "dedicated\n");
	tree_link(root, "sys/bus/dsa/devices/dsa0",
		  "../../../devices/pci0000:00/" PORT "/" FUNCTION "/dsa0");
	record(EXIT_OK);
	assert_same_all();
	command_run(&live, cmd_explain, "--for", "sva", FUNCTION, NULL);
	assert_non_null(strstr(live.out, "work queue"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORD_TEST(same),	RECORD_TEST(vf),	   RECORD_TEST(vfio),
		FIT_RECORD_TEST(check), FIT_RECORD_TEST(programs), FIT_RECORD_TEST(idxd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
