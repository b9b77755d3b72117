// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/function.h on made trees: all that is read of a function, by the files that it has. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pci/function.h"
#include "support/descriptors.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF    "0000:00:05.0"
#define PF     "0000:00:04.0"
#define PCI    "sys/devices/pci0000:00/" BDF "/"
#define NAME31 "abcdefghijklmnopqrstuvwxyzabcde"
#define NAME63 NAME31 "-" NAME31

/* What the uevent of a function has at least */
#define ID "PCI_ID=8086:0B25\n"

/* A file below sys/devices/pci0000:00/, and its content; or a link, if that begins with "->". */
struct made {
	const char *path, *content;
};

static const struct row {
	struct made files[4];
	const char *expected;
} rows[] = {
	/* uevent */
	{ { { "uevent", "DRIVER=idxd\nPCI_CLASS=88000\n" ID "PCI_SUBSYS_ID=ABCD:0001\n" } },
	  "8086:0b25 abcd:0001 class 088000 driver idxd function 0/0" },
	{ { { "uevent", ID } }, "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", "XPCI_ID=1:1\nPCI_IDX=2:2\n" ID } },
	  "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", "PCI_CLASS=FFFFFF\n" ID } },
	  "8086:0b25 0000:0000 class ffffff driver  function 0/0" },
	{ { { "uevent", "PCI_CLASS=1000000\n" ID } }, "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", "PCI_CLASS=\n" ID } }, "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", "PCI_ID=FFFF:FFFF\n" } }, "ffff:ffff 0000:0000 driver  function 0/0" },
	{ { { "uevent", ID "PCI_SUBSYS_ID=10000:0001\n" } },
	  "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", ID "PCI_SUBSYS_ID=0001:10000\n" } },
	  "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", ID "PCI_SUBSYS_ID=0001;0001\n" } },
	  "8086:0b25 0000:0000 driver  function 0/0" },
	{ { { "uevent", "DRIVER=" NAME63 "\n" ID } },
	  "8086:0b25 0000:0000 driver " NAME63 " function 0/0" },
	{ { { "uevent", "DRIVER=" NAME63 "x\n" ID } },
	  "8086:0b25 0000:0000 driver  function 0/0 error -7,0,0" },
	{ { { "uevent", "PCI_ID= 1:1\n" } }, "0000:0000 0000:0000 driver  function 0/0" },
	{ { { "uevent", "PCI_ID=-1:1\n" } }, "0000:0000 0000:0000 driver  function 0/0" },
	/* single files, without uevent or with one that has no IDs */
	{ { { "vendor", "0x8086" }, { "device", "0x0b25" }, { "class", "0xffffff" } },
	  "8086:0b25 0000:0000 class ffffff driver  function 0/0" },
	{ { { "vendor", "0xffff" }, { "device", "0xffff" }, { "class", "0x1000000" } },
	  "ffff:ffff 0000:0000 driver  function 0/0" },
	{ { { "uevent", "DRIVER=x\n" }, { "vendor", "0x10000" }, { "device", "0x1" } },
	  "0000:0000 0000:0000 driver  function 0/0" },
	{ { { "vendor", "0x1" }, { "device", "0x10000" }, { "driver", "->../idxd" } },
	  "0000:0000 0000:0000 driver idxd function 0/0" },
	{ { { "subsystem_vendor", "0xabcd" }, { "subsystem_device", "0x0001" } },
	  "0000:0000 abcd:0001 driver  function 0/0" },
	{ { { "driver", "->.." } }, "0000:0000 0000:0000 driver  function 0/0 error -71,0,0" },
	/* SR-IOV */
	{ { { "uevent", ID }, { "sriov_totalvfs", "65535" }, { "sriov_numvfs", "4" } },
	  "8086:0b25 0000:0000 driver  pf 4/65535" },
	{ { { "uevent", ID }, { "sriov_totalvfs", "65536" }, { "sriov_numvfs", "65535" } },
	  "8086:0b25 0000:0000 driver  pf 65535/0" },
	{ { { "uevent", ID }, { "physfn", "->../" PF }, { "sriov_totalvfs", "8" } },
	  "8086:0b25 0000:0000 driver  vf 0/0 of " PF },
	{ { { "uevent", ID }, { "physfn", "->../x" } },
	  "8086:0b25 0000:0000 driver  vf 0/0 error 0,0,-71" },
	{ { { "uevent", ID }, { "physfn", "no link" } },
	  "8086:0b25 0000:0000 driver  vf 0/0 error 0,0,-22" },
	/* the group and the driver that may bind */
	{ { { "uevent", ID }, { "iommu_group", "no link" } },
	  "8086:0b25 0000:0000 driver  function 0/0 error 0,-22,0" },
	{ { { "uevent", ID }, { "iommu_group", "->../12" }, { "driver_override", "vfio-pci\n" } },
	  "8086:0b25 0000:0000 driver  function 0/0 group 12 override vfio-pci" },
	{ { { "uevent", ID }, { "iommu_group", "->../1x" }, { "driver_override", "(null)\n" } },
	  "8086:0b25 0000:0000 driver  function 0/0 error 0,-71,0" },
	/* VFIO, of the function and of its PF */
	{ { { "uevent", "DRIVER=vfio-pci\n" ID } },
	  "8086:0b25 0000:0000 driver vfio-pci function 0/0 on VFIO" },
	{ { { "uevent", "DRIVER=vfio-pcix\n" ID } },
	  "8086:0b25 0000:0000 driver vfio-pcix function 0/0" },
	{ { { "uevent", "DRIVER=x\n" ID }, { "vfio-dev/vfio0/dev", "1:1" } },
	  "8086:0b25 0000:0000 driver x function 0/0 on VFIO" },
	{ { { "uevent", ID }, { "physfn", "->../" PF }, { "../" PF "/driver", "->../vfio-pci" } },
	  "8086:0b25 0000:0000 driver  vf 0/0 of " PF " on VFIO" },
	{ { { "uevent", ID }, { "physfn", "->../" PF }, { "../" PF "/vfio-dev/vfio0/dev", "1:1" } },
	  "8086:0b25 0000:0000 driver  vf 0/0 of " PF " on VFIO" },
	{ { { "uevent", ID }, { "physfn", "->../" PF }, { "../" PF "/driver", "->../nvme" } },
	  "8086:0b25 0000:0000 driver  vf 0/0 of " PF },
	{ { { "uevent", ID }, { "../" PF "/driver", "->../vfio-pci" } },
	  "8086:0b25 0000:0000 driver  function 0/0" },
	/* bridges: by the file, and by two classes */
	{ { { "uevent", ID }, { "secondary_bus_number", "1" } },
	  "8086:0b25 0000:0000 driver  function 0/0 bridge" },
	{ { { "uevent", "PCI_CLASS=60400\n" ID } },
	  "8086:0b25 0000:0000 class 060400 driver  function 0/0 bridge, by its class" },
	{ { { "uevent", "PCI_CLASS=60700\n" ID } },
	  "8086:0b25 0000:0000 class 060700 driver  function 0/0 bridge, by its class" },
	{ { { "uevent", "PCI_CLASS=60100\n" ID } },
	  "8086:0b25 0000:0000 class 060100 driver  function 0/0, by its class" },
};

static const char *describe(const struct pci_function *function)
{
	static char text[512];
	int length =
		snprintf(text, sizeof(text), "%04x:%04x %04x:%04x ", function->vendor,
			 function->device, function->subsystem_vendor, function->subsystem_device);
	char *at = text + length;

	if (function->has_class)
		at += sprintf(at, "class %06x ", function->class);
	at += sprintf(at, "driver %s %s %lu/%lu", function->driver, pci_kind_name(function->kind),
		      function->num_vfs, function->total_vfs);
	if (*function->pf.text)
		at += sprintf(at, " of %s", function->pf.text);
	if (*function->iommu_group)
		at += sprintf(at, " group %s", function->iommu_group);
	if (*function->driver_override)
		at += sprintf(at, " override %s", function->driver_override);
	if (function->on_vfio || function->pf_on_vfio)
		at += sprintf(at, " on VFIO");
	assert_false(function->on_vfio && function->pf_on_vfio);
	if (function->is_bridge)
		at += sprintf(at, " bridge");
	if (pci_has_bridge_class(function))
		at += sprintf(at, ", by its class");
	if (function->driver_error || function->group_error || function->pf_error)
		sprintf(at, " error %d,%d,%d", function->driver_error, function->group_error,
			function->pf_error);
	return text;
}

static void make(const char *root, const struct row *row)
{
	tree_function(root, BDF);
	tree_function(root, PF);
	for (size_t i = 0; i < 4 && row->files[i].path; i++) {
		struct path path = path_of("%s%s", PCI, row->files[i].path);
		const char *content = row->files[i].content;

		if (!strncmp(content, "->", 2))
			tree_link(root, path.text, content + 2);
		else
			tree_file(root, path.text, content);
	}
}

static void test_rows(void **state)
{
	const struct bdf bdf = { .device = 5, .text = BDF };
	const int lowest = descriptors_lowest();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pci_function function;
		struct path sysfs;
		struct why why;
		void *root;
		int ret;

		assert_int_equal(tree_setup(&root), 0);
		make(root, &rows[i]);
		sysfs = path_of("%s/sys", (char *)root);
		ret = pci_function_read(sysfs.text, &bdf, &function, &why);
		assert_int_equal(ret != 0, strstr(rows[i].expected, " error ") != NULL);
		if (strcmp(describe(&function), rows[i].expected) != 0)
			fail_msg("row %zu: expected\n%s\nbut it is\n%s", i, rows[i].expected,
				 describe(&function));
		tree_teardown(&root);
	}
	assert_int_equal(descriptors_lowest(), lowest);
}

/* What follows the path of the function's entry, and the errno */
static void assert_why(const char *root, int expected, const char *text)
{
	const struct bdf bdf = { .device = 5, .text = BDF };
	struct path sysfs = path_of("%s/sys", root);
	struct path path = pci_path(sysfs.text, BDF, "");
	struct pci_function function;
	struct why why;
	int ret = pci_function_read(sysfs.text, &bdf, &function, &why);

	if (ret != expected || !strstr(why.text, path_of(text, path.text).text))
		fail_msg("%d: %s", ret, why.text);
	assert_string_equal(function.bdf.text, BDF);
}

/* The first link that can't be understood is the one that is named. */
static void test_links(void **state)
{
	static const struct {
		struct row row;
		int error;
		const char *why;
	} links[] = {
		{ { { { "driver", "x" } }, "" }, -22, "%s/driver: it isn't a link" },
		{ { { { "driver", "->." } }, "" },
		  -71,
		  "%s/driver: it points to ., which isn't a driver" },
		{ { { { "driver", "->../.." }, { "physfn", "->../x" } }, "" },
		  -71,
		  "%s/driver: it points to .., which isn't a driver" },
		{ { { { "driver", "->../" NAME63 "x" } }, "" }, -7, "%s/driver: " },
		{ { { { "iommu_group", "->../1x" }, { "physfn", "x" } }, "" },
		  -71,
		  "%s/iommu_group: it points to 1x, which isn't a number" },
		{ { { { "physfn", "->../x" } }, "" },
		  -71,
		  "%s/physfn: it points to x, which isn't a function" },
		{ { { { "physfn", "x" } }, "" }, -22, "%s/physfn: it isn't a link" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		void *root;

		assert_int_equal(tree_setup(&root), 0);
		make(root, &links[i].row);
		assert_why(root, links[i].error, links[i].why);
		tree_teardown(&root);
	}
}

static void test_missing(void **state)
{
	assert_why(*state, -ENODEV, "there is no PCI bus here (%.0s");
	tree_directory(*state, "sys/bus/pci/devices");
	assert_why(*state, -ENODEV, "no such PCI function: %s is missing");
	tree_file(*state, "sys/bus/pci/devices/" BDF, "");
	assert_why(*state, -ENOTDIR, "%s: Not a directory");
}

/* On this host itself, the error says which command lists the functions. */
static void test_missing_on_this_host(void **state)
{
	const struct bdf bdf = { .domain = UINT32_MAX, .text = "ffffffff:ff:1f.7" };
	struct pci_function function;
	struct why why;

	(void)state;
	assert_int_equal(pci_function_read(HOST_SYSFS, &bdf, &function, &why), -ENODEV);
	assert_string_equal(
		why.text, sysfs_exists(HOST_SYSFS "/bus/pci")
				  ? "no such PCI function on this host; `lspci -D` lists all "
				    "functions"
				  : "there is no PCI bus here (/sys/bus/pci is missing): is sysfs "
				    "mounted?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_links),
		cmocka_unit_test_setup_teardown(test_missing, tree_setup, tree_teardown),
		cmocka_unit_test(test_missing_on_this_host),
	};

	return cmocka_run_group_tests_name("pci_function", tests, NULL, NULL);
}
