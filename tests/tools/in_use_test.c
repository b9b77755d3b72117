// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * in_use.h, on made hosts: a function at 0000:00:05.0 with disks or network
 * interfaces, and what the host does with those.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "bind/in_use.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF	"0000:00:05.0"
#define PCI	"pci0000:00/" BDF
#define VIRTUAL "virtual/"

static const struct bdf bdf = { .device = 5, .text = BDF };

static void assert_in_use(const char *root, const char *text)
{
	struct why why = { 0 };
	int ret = in_use_check(root, &bdf, &why);

	if (ret != -EBUSY || strcmp(why.text, text) != 0)
		print_error("returned %d: %s\n", ret, why.text);
	assert_int_equal(ret, -EBUSY);
	assert_string_equal(why.text, text);
}

static void assert_unused(const char *root)
{
	struct why why = { 0 };
	int ret = in_use_check(root, &bdf, &why);

	if (ret)
		print_error("returned %d: %s\n", ret, why.text);
	assert_int_equal(ret, 0);
}

/* A host that uses nothing of it. */
static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_function(*state, BDF);
	tree_file(*state, "proc/self/mountinfo",
		  "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
		  "23 22 0:21 / /proc rw,nosuid - proc proc rw\n");
	tree_file(*state, "proc/swaps",
		  "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
		  "/dev/sda2                               partition\t1048572\t\t0\t\t-2\n");
	tree_file(
		*state, "proc/net/route",
		"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		"eth9\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
	tree_file(*state, "proc/net/ipv6_route", "");
	return 0;
}

/* A partition's directory is in its disk's; it has a "partition" file. */
static void partition(const char *root, const char *path, const char *number)
{
	tree_device(root, "block", path, number);
	tree_file(root, path_of("sys/devices/%s/partition", path).text, "1\n");
}

static void hold(const char *root, const char *lower, const char *upper)
{
	tree_link(root, path_of("sys/devices/%s/holders/%s", lower, strrchr(upper, '/') + 1).text,
		  path_of("%s/sys/devices/%s", root, upper).text);
}

/* One line more in the table of mounts. */
static void mount(const char *root, const char *line)
{
	FILE *file = fopen(path_of("%s/proc/self/mountinfo", root).text, "a");

	assert_non_null(file);
	fprintf(file, "%s\n", line);
	fclose(file);
}

#define NVME PCI "/nvme/nvme0/nvme0n1"

static void disk_with_partitions(const char *root)
{
	tree_device(root, "nvme", PCI "/nvme/nvme0", "240:0");
	tree_device(root, "block", NVME, "259:0");
	partition(root, NVME "/nvme0n1p1", "259:1");
	partition(root, NVME "/nvme0n1p2", "259:2");
}

static void test_no_device(void **state)
{
	static const struct bdf other = { .device = 6, .text = "0000:00:06.0" };
	struct why why;

	assert_unused(*state);
	assert_int_equal(in_use_check(*state, &other, &why), -ENOENT);
}

/* What may be below a directory that can't be read isn't known to be unused. */
static void test_forbidden(void **state)
{
	struct path path = path_of("%s/sys/devices/" PCI "/nvme", (char *)*state);
	struct why why = { 0 };

	disk_with_partitions(*state);
	assert_int_equal(chmod(path.text, 0), 0);
	tree_drop_root(*state);
	assert_int_equal(in_use_check(*state, &bdf, &why), -EACCES);
	tree_regain_root();
	assert_non_null(strstr(why.text, "/nvme: Permission denied"));

	assert_int_equal(chmod(path.text, 0755), 0);
	tree_directory(*state, "sys/devices/" NVME "/holders");
	path = path_of("%s/sys/devices/" NVME "/holders", (char *)*state);
	assert_int_equal(chmod(path.text, 0), 0);
	tree_drop_root(*state);
	assert_int_equal(in_use_check_block(*state, "nvme0n1", &why), -EACCES);
	tree_regain_root();
	assert_non_null(strstr(why.text, "can't read the directory of nvme0n1: Permission denied"));
	assert_int_equal(chmod(path.text, 0755), 0);
}

static void test_unused_disk(void **state)
{
	disk_with_partitions(*state);
	assert_unused(*state);
	/* and names that only begin alike don't count */
	mount(*state, "30 22 259:10 / /mnt rw - ext4 /dev/nvme0n1p10 rw");
	assert_unused(*state);
}

static void test_mounted_disk(void **state)
{
	disk_with_partitions(*state);
	mount(*state, "30 22 259:0 / /srv\\040data rw - xfs /dev/nvme0n1 rw");
	assert_in_use(*state, "nvme0n1 is mounted on /srv\\040data");
}

static void test_mounted_partition(void **state)
{
	disk_with_partitions(*state);
	mount(*state, "30 22 259:2 / /boot rw,relatime shared:2 master:1 - ext4 /dev/root rw");
	assert_in_use(*state, "nvme0n1p2 is mounted on /boot");
}

/* The same of a SCSI disk, which has a directory named block above it. */
static void test_mounted_scsi_disk(void **state)
{
	const char *disk = PCI "/ata1/host0/target0:0:0/0:0:0:0/block/sdb";

	tree_device(*state, "scsi_device", PCI "/ata1/host0/target0:0:0/0:0:0:0", NULL);
	tree_device(*state, "block", disk, "8:16");
	partition(*state, path_of("%s/sdb1", disk).text, "8:17");
	assert_unused(*state);
	mount(*state, "30 22 8:17 / /home rw - ext4 /dev/sdb1 rw");
	assert_in_use(*state, "sdb1 is mounted on /home");
}

/* Btrfs shows a number of its own; the source identifies it. */
static void test_btrfs(void **state)
{
	disk_with_partitions(*state);
	mount(*state, "30 22 0:38 /@ / rw - btrfs /dev/nvme0n1p1 rw,subvol=/@");
	assert_in_use(*state, "nvme0n1p1 is mounted on /");
}

static void test_swap(void **state)
{
	disk_with_partitions(*state);
	tree_file(*state, "proc/swaps",
		  "Filename Type Size Used Priority\n/dev/nvme0n1p2 partition 1 0 -2\n");
	assert_in_use(*state, "nvme0n1p2 is swap");
}

static void test_dm_on_md(void **state)
{
	disk_with_partitions(*state);
	tree_device(*state, "block", VIRTUAL "block/md0", "9:0");
	partition(*state, VIRTUAL "block/md0/md0p1", "259:5");
	tree_device(*state, "block", VIRTUAL "block/dm-0", "253:0");
	hold(*state, NVME "/nvme0n1p1", VIRTUAL "block/md0");
	hold(*state, VIRTUAL "block/md0/md0p1", VIRTUAL "block/dm-0");
	assert_unused(*state);

	mount(*state, "30 22 253:0 / /var rw - ext4 /dev/mapper/vg-var rw");
	assert_in_use(*state, "dm-0 is mounted on /var; dm-0 is on top of md0p1; md0 is on top of "
			      "nvme0n1p1");
}

static void test_swap_on_dm(void **state)
{
	disk_with_partitions(*state);
	tree_device(*state, "block", VIRTUAL "block/dm-1", "253:1");
	hold(*state, NVME, VIRTUAL "block/dm-1");
	tree_file(*state, "proc/swaps",
		  "Filename Type Size Used Priority\n/dev/dm-1 partition 1 0 -2\n");
	assert_in_use(*state, "dm-1 is swap; dm-1 is on top of nvme0n1");
}

static void test_holders_in_circles(void **state)
{
	struct why why;

	disk_with_partitions(*state);
	tree_device(*state, "block", VIRTUAL "block/dm-0", "253:0");
	hold(*state, NVME, VIRTUAL "block/dm-0");
	hold(*state, VIRTUAL "block/dm-0", VIRTUAL "block/dm-0");
	assert_int_equal(in_use_check(*state, &bdf, &why), -ELOOP);
}

/* A hidden path below the controller; the disk is the subsystem's. */
static void test_nvme_multipath(void **state)
{
	tree_device(*state, "nvme", PCI "/nvme/nvme3", "240:3");
	tree_device(*state, "block", PCI "/nvme/nvme3/nvme1c3n2", NULL);
	tree_device(*state, "block", VIRTUAL "nvme-subsystem/nvme-subsys1/nvme1n2", "259:7");
	partition(*state, VIRTUAL "nvme-subsystem/nvme-subsys1/nvme1n2/nvme1n2p1", "259:8");
	assert_unused(*state);

	mount(*state, "30 22 259:8 / / rw - ext4 /dev/nvme1n2p1 rw");
	assert_in_use(*state, "nvme1n2p1 is mounted on /");
}

/* A host bridge in the device, as Intel's VMD has it: all below it counts. */
static void test_disk_behind_vmd(void **state)
{
	const char *disk = PCI "/pci10000:e0/10000:e0:06.0/10000:e1:00.0/nvme/nvme0/nvme0n1";

	tree_device(*state, "block", disk, "259:0");
	mount(*state, "30 22 259:0 / / rw - ext4 /dev/nvme0n1 rw");
	assert_in_use(*state, "nvme0n1 is mounted on /");
}

#define ROUTE(name, destination, flags, mask) \
	name "\t" destination "\t0102A8C0\t" flags "\t0\t0\t0\t" mask "\t0\t0\t0\n"
#define ZERO6 "00000000000000000000000000000000"
#define ROUTE6(name, destination, length, flags)                                          \
	destination " " length " " ZERO6 " 00 fe800000000000000000000000000001 00000400 " \
		    "00000001 00000000 " flags "     " name "\n"

static void test_default_route(void **state)
{
	tree_device(*state, "net", PCI "/net/eth0", NULL);
	assert_unused(*state);

	tree_file(*state, "proc/net/route",
		  "Iface Destination\n" ROUTE("eth0", "0002A8C0", "0001", "00FFFFFF")
			  ROUTE("eth01", "00000000", "0003", "00000000"));
	assert_unused(*state);

	tree_file(*state, "proc/net/route",
		  "Iface Destination\n" ROUTE("eth0", "00000000", "0003", "00000000"));
	assert_in_use(*state, "eth0 carries the default route");
}

static void test_default_route_v6(void **state)
{
	tree_device(*state, "net", PCI "/virtio1/net/enp0s5", NULL);
	tree_file(*state, "proc/net/ipv6_route",
		  ROUTE6("enp0s5", "fe800000000000000000000000000000", "40", "00000001")
			  ROUTE6("lo", ZERO6, "00", "00200200"));
	assert_unused(*state);

	tree_file(*state, "proc/net/ipv6_route", ROUTE6("enp0s5", ZERO6, "00", "00000003"));
	assert_in_use(*state, "enp0s5 carries the IPv6 default route");
}

static void test_vlan_on_bond(void **state)
{
	tree_device(*state, "net", PCI "/net/eth0", NULL);
	tree_device(*state, "net", VIRTUAL "net/bond0", NULL);
	tree_device(*state, "net", VIRTUAL "net/bond0.7", NULL);
	tree_link(*state, "sys/devices/" PCI "/net/eth0/upper_bond0", "../bond0");
	tree_link(*state, "sys/devices/" VIRTUAL "net/bond0/upper_bond0.7", "../bond0.7");
	assert_unused(*state);

	tree_file(*state, "proc/net/route", ROUTE("bond0.7", "00000000", "0003", "00000000"));
	assert_in_use(*state, "bond0.7 carries the default route; bond0.7 is on top of bond0; "
			      "bond0 is on top of eth0");
}

/* The second port of a card is a function of its own, and none of this one's business. */
static void test_other_function(void **state)
{
	tree_function(*state, "0000:00:05.1");
	tree_device(*state, "net", "pci0000:00/0000:00:05.1/net/eth1", NULL);
	tree_file(*state, "proc/net/route", ROUTE("eth1", "00000000", "0003", "00000000"));
	assert_unused(*state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_device),
		TEST(test_unused_disk),
		TEST(test_forbidden),
		TEST(test_mounted_disk),
		TEST(test_mounted_partition),
		TEST(test_mounted_scsi_disk),
		TEST(test_btrfs),
		TEST(test_swap),
		TEST(test_dm_on_md),
		TEST(test_swap_on_dm),
		TEST(test_holders_in_circles),
		TEST(test_nvme_multipath),
		TEST(test_disk_behind_vmd),
		TEST(test_default_route),
		TEST(test_default_route_v6),
		TEST(test_vlan_on_bond),
		TEST(test_other_function),
	};
	return cmocka_run_group_tests_name("tool_in_use", tests, NULL, NULL);
}
