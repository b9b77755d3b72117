// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bind.h, on made hosts: what is refused, what is remembered, and what is written when the
 * kernel doesn't do what is written to its files. Real bindings are tested in the lab.
 */
#include <errno.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_bind.h"
#include "support/schema.h"
#include "support/sysfs.h"
#include "support/tree.h"

static void test_free_function(void **state)
{
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
}

static void test_no_such_function(void **state)
{
	unlink(path_of("%s/sys/bus/pci/devices/%s", (char *)*state, BDF).text);
	assert_bind_check(state, true, -ENODEV, BIND_FAILED, "no such PCI function");
}

static void test_already_bound(void **state)
{
	set_driver(*state, "pasid_vfio_pci");
	tree_file(*state, PCI "/sriov_totalvfs", "4\n");
	tree_file(*state, PCI "/sriov_numvfs", "4\n");
	assert_bind_check(state, false, 0, BIND_ALREADY, "");
}

static void test_bridge(void **state)
{
	static const char *const classes[] = { "0x060400\n", "0x060401\n", "0x060700\n" };

	/* The kernel shows this of bridges alone. */
	tree_file(*state, PCI "/secondary_bus_number", "1\n");
	assert_bind_check(state, true, -EBUSY, BIND_REFUSED, "this is a bridge");
	unlink(path_of("%s/%s/secondary_bus_number", (char *)*state, PCI).text);
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		tree_file(*state, PCI "/class", classes[i]);
		assert_bind_check(state, true, -EBUSY, BIND_REFUSED, "this is a bridge");
	}
	/* a host bridge has the header of an endpoint */
	tree_file(*state, PCI "/class", "0x060000\n");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
	/* config space isn't looked at: that may wake it */
	tree_file(*state, PCI "/config", "0123456789abcd\xff");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
}

/* --force changes nothing: the kernel refuses it, too. */
static void test_denylist(void **state)
{
	tree_file(*state, PCI "/vendor", "0x8086\n");
	tree_file(*state, PCI "/device", "0x0b25\n");
	for (int force = 0; force < 2; force++)
		assert_bind_check(state, force, -EBUSY, BIND_REFUSED,
				  "`modprobe -r pasid_vfio_pci`, then `modprobe pasid_vfio_pci "
				  "disable_denylist=1`");
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "N\n");
	assert_bind_check(state, true, -EBUSY, BIND_REFUSED,
			  "8086:0b25 is on the denylist of VFIO's drivers (known errata");
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "Y\n");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "N\n");
	tree_file(*state, PCI "/device", "0x0b26\n");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
}

#define RELEASE "6.12.9-amd64"

/* With another VFIO driver than the one made for it a function may do less. */
static void test_variant_driver(void **state)
{
	struct bind_options options = options_for(state, false);
	struct bind bind = { .bdf = bdf };

	options.is_default = false;
	tree_file(*state, PCI "/modalias", "pci:v00001234d00005678sv00sd00bc01sc08i02\n");
	tree_file(*state, "proc/sys/kernel/osrelease", RELEASE "\n");
	tree_file(*state, "lib/modules/" RELEASE "/modules.alias",
		  "alias vfio_pci:v00001234d00005678sv*sd*bc*sc*i* maker_vfio_pci\n");
	assert_bind_check(state, false, -EBUSY, BIND_REFUSED,
			  "run `vpasid bind --driver maker_vfio_pci " BDF
			  "`, then `modprobe vfio_pasid`");
	assert_bind_check(state, true, 0, BIND_UNTOUCHED, "");
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind.result, BIND_UNTOUCHED);

	set_driver(*state, "maker_vfio_pci");
	assert_bind_check(state, false, -EBUSY, BIND_REFUSED,
			  "be lost: run `modprobe vfio_pasid`, ");
	set_driver(*state, "pasid_vfio_pci");
	assert_bind_check(state, false, 0, BIND_ALREADY, "");
}

static void test_pf_with_vfs(void **state)
{
	tree_file(*state, PCI "/sriov_totalvfs", "4\n");
	tree_file(*state, PCI "/sriov_numvfs", "0\n");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
	tree_file(*state, PCI "/sriov_numvfs", "2\n");
	assert_bind_check(state, true, -EBUSY, BIND_REFUSED,
			  "`echo 0 >/sys/bus/pci/devices/" BDF "/sriov_numvfs`");
}

static void test_no_iommu_group(void **state)
{
	unlink(path_of("%s/%s/iommu_group", (char *)*state, PCI).text);
	assert_bind_check(state, true, -EBUSY, BIND_REFUSED, "intel_iommu=on");
	tree_file(*state, "sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
}

/*
 * On Arm, Linux before 6.15 assigns the IOMMU when a driver is first offered the function. With
 * @acpi a table of the firmware tells of it, or else a device tree.
 */
static void assert_late_iommu_group(void **state, bool acpi)
{
	unlink(path_of("%s/%s/iommu_group", (char *)*state, PCI).text);
	unlink(path_of("%s/%s/driver", (char *)*state, PCI).text);
	tree_directory(*state, "sys/firmware/devicetree/base");
	if (acpi)
		tree_file(*state, "sys/firmware/acpi/tables/IORT", "");
	tree_directory(*state, "sys/class/iommu/smmu3.0x9050000");
	tree_file(*state, "proc/sys/kernel/osrelease", "6.14.9-arm64\n");
	assert_bind_check(state, false, 0, BIND_UNTOUCHED, "");
	/* nvme was offered it, and got no IOMMU. */
	set_driver(*state, "nvme");
	assert_bind_check(state, false, -EBUSY, BIND_REFUSED, "it has no IOMMU group");
	unlink(path_of("%s/%s/driver", (char *)*state, PCI).text);
	tree_file(*state, "proc/sys/kernel/osrelease", "6.15.0-arm64\n");
	assert_bind_check(state, false, -EBUSY, BIND_REFUSED, "it has no IOMMU group");
}

static void test_late_by_device_tree(void **state)
{
	assert_late_iommu_group(state, false);
}

static void test_late_by_acpi(void **state)
{
	assert_late_iommu_group(state, true);
}

/* VT-d's and AMD's drivers look for their functions themselves. */
static void test_never_late_on_x86(void **state)
{
	unlink(path_of("%s/%s/iommu_group", (char *)*state, PCI).text);
	unlink(path_of("%s/%s/driver", (char *)*state, PCI).text);
	tree_file(*state, "sys/firmware/acpi/tables/DMAR", "");
	tree_directory(*state, "sys/class/iommu/dmar0");
	tree_file(*state, "proc/sys/kernel/osrelease", "6.12.9-amd64\n");
	assert_bind_check(state, false, -EBUSY, BIND_REFUSED, "it has no IOMMU group");
}

static void test_mounted_disk(void **state)
{
	tree_device(*state, "block", "pci0000:00/" BDF "/nvme/nvme0/nvme0n1", "259:0");
	tree_file(*state, "proc/self/mountinfo", "30 22 259:0 / / rw - xfs /dev/nvme0n1 rw\n");
	assert_bind_check(state, false, -EBUSY, BIND_REFUSED, "nvme0n1 is mounted on /; --force");
	assert_bind_check(state, true, 0, BIND_UNTOUCHED, "");
}

/* The kernel of this tree ignores all writes, so everything is undone. */
static void test_bind_rolls_back(void **state)
{
	struct bind_options options = options_for(state, false);
	struct bind bind = { .bdf = bdf };

	tree_file(*state, PCI "/driver_override", "former\n");
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_act(&bind, &options), -ENODEV);

	assert_int_equal(bind.result, BIND_FAILED);
	assert_string_equal(bind.driver, "nvme");
	assert_non_null(strstr(bind.why.text, "pasid_vfio_pci didn't bind to it, but nvme did"));
	assert_non_null(strstr(bind.why.text, "; it is bound to nvme again"));
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/nvme/unbind"), BDF);
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/nvme/bind"), BDF);
	assert_int_equal(strncmp(tree_read(*state, PCI "/driver_override"), "former", 6), 0);
	assert_int_not_equal(access(path_of("%s/" STATE, (char *)*state).text, F_OK), 0);
}

/* Nor is what an earlier bind remembers lost, if this one fails. */
static void test_bind_keeps_older_state(void **state)
{
	static const char older[] = "bound=pasid_vfio_pci\ndriver=nvme\ndriver_override=\n";
	struct bind_options options = options_for(state, false);
	struct bind bind = { .bdf = bdf };

	/* the module was unloaded: no driver, but our override */
	unlink(path_of("%s/%s/driver", (char *)*state, PCI).text);
	tree_file(*state, PCI "/driver_override", "pasid_vfio_pci\n");
	tree_file(*state, STATE, older);
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_act(&bind, &options), -ENODEV);
	assert_string_equal(tree_read(*state, STATE), older);
	assert_non_null(strstr(bind.why.text, "it has no driver, as before"));

	/* the state of another binding is left alone */
	set_driver(*state, "nvme");
	tree_file(*state, PCI "/driver_override", "(null)\n");
	bind = (struct bind){ .bdf = bdf };
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_act(&bind, &options), -ENODEV);
	assert_int_not_equal(access(path_of("%s/" STATE, (char *)*state).text, F_OK), 0);
}

/* What is left of a bind that was interrupted can be undone. */
static void test_unbind_stranded(void **state)
{
	struct bind_options options = options_for(state, false);
	struct bind bind = { .bdf = bdf };

	tree_file(*state, PCI "/driver_override", "pasid_vfio_pci\n");
	tree_file(*state, STATE, "bound=pasid_vfio_pci\ndriver=nvme\ndriver_override=\n");
	unlink(path_of("%s/%s/driver", (char *)*state, PCI).text);
	assert_int_equal(unbind_check(&bind, &options), 0);
	unbind_act(&bind, &options);
	assert_false(bind.was_forgotten);
	assert_int_equal(tree_read(*state, PCI "/driver_override")[0], '\n');
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/nvme/bind"), BDF);
}

static void test_unbind_from_no_vfio_driver(void **state)
{
	struct bind_options options = options_for(state, true);
	struct bind bind = { .bdf = bdf };

	assert_int_equal(unbind_check(&bind, &options), -ENXIO);
	assert_int_equal(bind.result, BIND_FAILED);
	assert_non_null(strstr(bind.why.text, "bound to nvme, which isn't a VFIO driver"));
}

static void test_unbind_pf_with_vfs(void **state)
{
	struct bind_options options = options_for(state, false);
	struct bind bind = { .bdf = bdf };

	set_driver(*state, "pasid_vfio_pci");
	tree_directory(*state, PCI "/vfio-dev/vfio0");
	tree_file(*state, PCI "/sriov_totalvfs", "4\n");
	tree_file(*state, PCI "/sriov_numvfs", "2\n");
	assert_int_equal(unbind_check(&bind, &options), -EBUSY);
	assert_int_equal(bind.result, BIND_REFUSED);

	options.force = true;
	assert_int_equal(unbind_check(&bind, &options), 0);
}

/* It goes back by name, with its own override. */
static void test_unbind_to_former_driver(void **state)
{
	struct bind bind;

	set_driver(*state, "vfio-pci");
	tree_file(*state, STATE,
		  "bound=pasid_vfio_pci\ndriver=vfio-pci\ndriver_override=vfio-pci\n");
	assert_unbinds(state, &bind);
	assert_false(bind.was_forgotten);
	assert_int_equal(strncmp(tree_read(*state, PCI "/driver_override"), "vfio-pci", 8), 0);
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/vfio-pci/bind"), BDF);
	/* the driver is still the old one in this tree, which must be reported */
	assert_int_equal(bind.result, BIND_FAILED);
	assert_non_null(strstr(bind.why.text, "vfio-pci didn't bind to it again"));
}

/* A function that had no driver gets none: no driver is probed. */
static void test_unbind_to_no_driver(void **state)
{
	struct bind bind;

	tree_file(*state, STATE, "bound=pasid_vfio_pci\ndriver=\ndriver_override=\n");
	assert_unbinds(state, &bind);
	assert_int_equal(bind.result, BIND_DONE);
	assert_int_equal(tree_read(*state, PCI "/driver_override")[0], '\n');
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers_probe"), "");
	assert_int_not_equal(access(path_of("%s/" STATE, (char *)*state).text, F_OK), 0);
}

/* Nothing remembered, or of another binding: the kernel chooses. */
static void test_unbind_without_state(void **state)
{
	struct bind bind;

	assert_unbinds(state, &bind);
	assert_true(bind.was_forgotten);
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers_probe"), BDF);
	assert_int_equal(tree_read(*state, PCI "/driver_override")[0], '\n');

	tree_file(*state, STATE, "bound=vfio-pci\ndriver=nvme\ndriver_override=\n");
	assert_unbinds(state, &bind);
	assert_true(bind.was_forgotten);
}

/* A user without permission gets an error before anything is done, but can use --dry-run. */
static void test_no_permission(void **state)
{
	struct bind_options options = options_for(state, true);
	struct bind bind = { .bdf = bdf };

	assert_int_equal(chmod(path_of("%s/%s/driver_override", (char *)*state, PCI).text, 0444),
			 0);
	tree_drop_root(*state);
	assert_bind_check(state, true, -EBUSY, BIND_REFUSED,
			  "driver_override: Permission denied; "
			  "run as root");
	options.dry_run = true;
	assert_int_equal(bind_check(&bind, &options), 0);
	tree_regain_root();

	tree_directory(*state, PCI "/vfio-dev/vfio0");
	tree_drop_root(*state);
	options.dry_run = false;
	assert_int_equal(unbind_check(&bind, &options), -EBUSY);
	assert_int_equal(bind.result, BIND_REFUSED);
	assert_non_null(strstr(bind.why.text, "run as root"));
	options.dry_run = true;
	assert_int_equal(unbind_check(&bind, &options), 0);
	tree_regain_root();
}

/* Names that would read as more, or lead elsewhere, when they are remembered. */
static void test_odd_driver(void **state)
{
	static const char *const names[] = { "nvme\ndriver_override=evil", "nv\x1b[me",
					     "nv\xe2\x80\xaeme" };
	struct bind_options options = options_for(state, false);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bind bind = { .bdf = bdf };

		tree_link(*state, PCI "/driver", path_of("../../../%s", names[i]).text);
		assert_int_equal(bind_check(&bind, &options), 0);
		assert_int_equal(bind_act(&bind, &options), -EINVAL);
		assert_int_equal(bind.result, BIND_FAILED);
		assert_non_null(strstr(bind.why.text, "which isn't a valid driver name"));
		assert_string_equal(tree_read(*state, PCI "/driver_override"), "(null)\n");
		assert_int_not_equal(access(path_of("%s/" STATE, (char *)*state).text, F_OK), 0);
	}
	tree_link(*state, PCI "/driver", "../../../..");
	assert_bind_check(state, false, -EPROTO, BIND_FAILED, "points to .., which isn't a driver");
	assert_string_equal(tree_read(*state, PCI "/driver_override"), "(null)\n");
	assert_int_not_equal(access(path_of("%s/" STATE, (char *)*state).text, F_OK), 0);
}

/* Where there's a link instead of a file, what it leads to stays as it is. */
static void test_override_elsewhere(void **state)
{
	struct bind_options options = options_for(state, false);
	struct bind bind = { .bdf = bdf };

	tree_file(*state, "elsewhere", "secret\n");
	tree_link(*state, PCI "/driver_override", path_of("%s/elsewhere", (char *)*state).text);
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_act(&bind, &options), -ELOOP);
	assert_non_null(strstr(bind.why.text, "can't read its driver_override: it is a symbolic "
					      "link"));
	assert_string_equal(tree_read(*state, "elsewhere"), "secret\n");

	unlink(path_of("%s/%s/driver_override", (char *)*state, PCI).text);
	tree_file(*state, PCI "/driver_override", "(null)\n");
	tree_link(*state, "sys/bus/pci/drivers/nvme/unbind",
		  path_of("%s/elsewhere", (char *)*state).text);
	bind = (struct bind){ .bdf = bdf };
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_act(&bind, &options), -ELOOP);
	assert_string_equal(tree_read(*state, "elsewhere"), "secret\n");
}

/* What modprobe would say, before anything is done: the module isn't installed for this kernel. */
static void test_no_module(void **state)
{
	struct bind_options options = options_for(state, true);
	struct bind bind = { .bdf = bdf };

	tree_file(*state, "proc/sys/kernel/osrelease", RELEASE "\n");
	tree_file(*state, "lib/modules/" RELEASE "/modules.dep", "kernel/nvme.ko:\n");
	assert_bind_check(
		state, true, -EBUSY, BIND_REFUSED,
		"the driver pasid_vfio_pci isn't loaded, and no module of that name is installed "
		"for this kernel; install the modules from vfio-pasid's sources: `make -C driver");
	options.driver = "other-vfio-pci";
	assert_int_equal(bind_check(&bind, &options), -EBUSY);
	assert_string_equal(bind.why.text, "the driver other-vfio-pci isn't loaded, and no module "
					   "of that name is installed for this kernel");
	tree_file(*state, "lib/modules/" RELEASE "/modules.dep",
		  "updates/pasid_vfio_pci.ko: kernel/vfio-pci-core.ko\n");
	assert_bind_check(state, true, 0, BIND_UNTOUCHED, "");
	/* a driver that is there needs no module */
	tree_file(*state, "lib/modules/" RELEASE "/modules.dep", "kernel/nvme.ko:\n");
	tree_directory(*state, "sys/bus/pci/drivers/pasid_vfio_pci");
	assert_bind_check(state, true, 0, BIND_UNTOUCHED, "");
}

static void test_unsigned_module(void **state)
{
	tree_file(*state, "proc/sys/kernel/osrelease", RELEASE "\n");
	tree_file(*state, "lib/modules/" RELEASE "/modules.dep", "updates/pasid_vfio_pci.ko:\n");
	tree_file(*state, "lib/modules/" RELEASE "/updates/pasid_vfio_pci.ko", "no signature");
	tree_file(*state, "sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	assert_bind_check(state, true, 0, BIND_UNTOUCHED, "");
	tree_file(*state, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_bind_check(
		state, true, -EBUSY, BIND_REFUSED,
		"the driver pasid_vfio_pci isn't loaded: the kernel loads only signed modules "
		"(the kernel is locked down), and pasid_vfio_pci isn't signed; install them "
		"by DKMS");
	tree_file(*state, "lib/modules/" RELEASE "/updates/pasid_vfio_pci.ko",
		  "code~Module signature appended~\n");
	assert_bind_check(state, true, 0, BIND_UNTOUCHED, "");
}

/* The others of its group */
static void test_group(void **state)
{
	struct bind_options options = options_for(state, false);
	struct bind binds[] = { { .bdf = bdf },
				{ .bdf = { .device = 6, .text = "0000:00:06.0" } } };

	tree_function(*state, "0000:00:06.0");
	tree_function(*state, "0000:00:07.0");
	tree_link(*state, "sys/devices/pci0000:00/0000:00:06.0/driver",
		  path_of("%s/sys/bus/pci/drivers/nvme", (char *)*state).text);
	for (int i = 5; i < 8; i++)
		tree_link(*state,
			  path_of("sys/kernel/iommu_groups/5/devices/0000:00:0%d.0", i).text, "x");
	assert_int_equal(bind_check(&binds[0], &options), 0);
	bind_note_groups(binds, 2, &options);
	assert_string_equal(binds[0].note.text, "");
	bind_note_groups(binds, 1, &options);
	assert_string_equal(binds[0].note.text,
			    "the host uses other functions of its IOMMU group 5: 0000:00:06.0 "
			    "(nvme); VFIO can't open the group until they are bound to VFIO "
			    "drivers, too, or unbound from their drivers");
}

static void test_json(void **state)
{
	static const struct bind binds[] = {
		{ .bdf.text = "0000:00:05.0",
		  .result = BIND_DONE,
		  .function.driver = "nvme",
		  .driver = "pasid_vfio_pci",
		  .kept.keeper = KEEPER_DRIVERCTL },
		{ .bdf.text = "0000:00:06.0",
		  .result = BIND_REFUSED,
		  .why.text = "no",
		  .note.text = "so" },
	};
	struct json_object *report = bind_to_json(binds, 2, "bound");

	(void)state;
	assert_string_equal(
		json_object_to_json_string_ext(report, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE),
		"{\"schema\":\"vpasid-bind/1\",\"devices\":["
		"{\"bdf\":\"0000:00:05.0\",\"result\":\"bound\",\"driver\":\"pasid_vfio_pci\","
		"\"former_driver\":\"nvme\",\"kept_by\":\"driverctl\",\"note\":null,"
		"\"error\":null},"
		"{\"bdf\":\"0000:00:06.0\",\"result\":\"refused\",\"driver\":null,"
		"\"former_driver\":null,\"kept_by\":null,\"note\":\"so\",\"error\":\"no\"}]}");
	assert_true(schema_is_met(report));
	json_object_put(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_bind_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_free_function),
		TEST(test_no_such_function),
		TEST(test_already_bound),
		TEST(test_bridge),
		TEST(test_denylist),
		TEST(test_variant_driver),
		TEST(test_pf_with_vfs),
		TEST(test_no_iommu_group),
		TEST(test_late_by_device_tree),
		TEST(test_late_by_acpi),
		TEST(test_never_late_on_x86),
		TEST(test_mounted_disk),
		TEST(test_bind_rolls_back),
		TEST(test_bind_keeps_older_state),
		TEST(test_unbind_stranded),
		TEST(test_unbind_from_no_vfio_driver),
		TEST(test_unbind_pf_with_vfs),
		TEST(test_unbind_to_former_driver),
		TEST(test_unbind_to_no_driver),
		TEST(test_unbind_without_state),
		TEST(test_no_permission),
		TEST(test_odd_driver),
		TEST(test_override_elsewhere),
		TEST(test_no_module),
		TEST(test_unsigned_module),
		TEST(test_group),
		TEST(test_json),
	};

	return cmocka_run_group_tests_name("tool_bind", tests, NULL, NULL);
}
