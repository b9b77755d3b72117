// SPDX-License-Identifier: GPL-2.0-or-later
/* check/: what is asked of hosts that are fit, and each thing that can be wrong with one. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include <cmocka.h>

#include "cmd.h"
#include "made_check.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/tree.h"

static void assert_all_pass(void)
{
	for (size_t i = 0; i < check.count; i++) {
		const struct finding *finding = &check.findings[i];

		if (finding->verdict != CHECK_PASS || !*finding->found || *finding->todo)
			fail_msg("%s is %s: %s; %s", check_name(finding->what),
				 check_verdict_name(finding->verdict), finding->found,
				 finding->todo);
	}
}

static void test_fit(void **state)
{
	static const struct {
		enum purpose purpose;
		size_t questions;
	} rows[] = { { PURPOSE_PASID, 8 }, { PURPOSE_VMM, 19 }, { PURPOSE_SVA, 11 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made_check_ask(*state, rows[i].purpose);
		assert_all_pass();
		assert_int_equal(check.count, rows[i].questions);
		assert_int_equal(check_verdict(&check), CHECK_PASS);
	}
}

static void assert_found(enum check_what what, enum check_verdict verdict, const char *found,
			 const char *todo)
{
	const struct finding *finding = made_check_find(what);

	if (finding->verdict != verdict || !strstr(finding->found, found) ||
	    (*todo ? !strstr(finding->todo, todo) : !!*finding->todo))
		fail_msg("%s is %s: %s; to do: %s", check_name(what),
			 check_verdict_name(finding->verdict), finding->found, finding->todo);
}

/* Findings come in the order of the questions. */
static void test_order(void **state)
{
	made_check_ask(*state, PURPOSE_GUEST_SVA);
	assert_found(CHECK_IOMMU, CHECK_PASS, "1 IOMMU: dmar0", "");
	assert_int_equal(check.count, 21);
	for (size_t i = 1; i < check.count; i++)
		assert_true(check.findings[i - 1].what <= check.findings[i].what);
}

/* One file is another, or isn't there; and one finding is. */
static const struct {
	enum purpose purpose;
	const char *path, *content; /* NULL: the file isn't there */
	const char *also, *also_content;
	enum check_what what;
	enum check_verdict verdict;
	const char *found, *todo;
} files[] = {
	{ PURPOSE_VMM, "proc/config.gz", "CONFIG_IOMMUFD=m\n", NULL, NULL, CHECK_KERNEL, CHECK_FAIL,
	  "CONFIG_PCI_PASID is not set", "CONFIG_PCI_PASID" },
	{ PURPOSE_VMM, "proc/cmdline", "intel_iommu=on,sm_off\n", NULL, NULL, CHECK_IOMMU_MODE,
	  CHECK_FAIL, "legacy", "intel_iommu=on,sm_on" },
	{ PURPOSE_SVA, "proc/config.gz", "CONFIG_PCI_PASID=y\n", NULL, NULL, CHECK_SVA_KERNEL,
	  CHECK_FAIL, "CONFIG_INTEL_IOMMU_SVM is not set", "CONFIG_INTEL_IOMMU_SVM" },
	{ PURPOSE_SVA, "proc/sys/kernel/osrelease", "6.12.0-test\n", NULL, NULL, CHECK_SVA_KERNEL,
	  CHECK_UNKNOWN, "refuse SVA on x86", "boot Linux 7.3 or later" },
	{ PURPOSE_SVA, "proc/cpuinfo", "flags\t\t: fpu noenqcmd\n", NULL, NULL, CHECK_ENQCMD,
	  CHECK_WARN, "only to dedicated work queues", "" },
	{ PURPOSE_VMM, "proc/interrupts", " 24:  0  PCI-MSI-0000:01:00.0  0-edge  nvme\n", NULL,
	  NULL, CHECK_INTERRUPTS, CHECK_FAIL, "aren't remapped", "in the firmware" },
	{ PURPOSE_VMM, "proc/interrupts", " 24:  0  PCI-MSI-0000:01:00.0  0-edge  nvme\n",
	  "proc/cmdline", "intel_iommu=on,sm_on intremap=off\n", CHECK_INTERRUPTS, CHECK_FAIL,
	  "turned off on the kernel's command line", "without intremap=off" },
	{ PURPOSE_VMM, "proc/interrupts", " 24:  0  PCI-MSI-0000:01:00.0  0-edge  nvme\n",
	  "proc/cmdline", "intel_iommu=on,sm_on nointremap\n", CHECK_INTERRUPTS, CHECK_FAIL,
	  "turned off on the kernel's command line", "nointremap" },
	{ PURPOSE_VMM, "proc/interrupts", " 24:  0  PCI-MSI-0000:01:00.0  0-edge  nvme\n",
	  "sys/module/iommufd/parameters/allow_unsafe_interrupts", "Y\n", CHECK_INTERRUPTS,
	  CHECK_WARN, "allow_unsafe_interrupts", "" },
	{ PURPOSE_VMM, "proc/interrupts", NULL, NULL, NULL, CHECK_INTERRUPTS, CHECK_UNKNOWN,
	  "can't be read", "" },
	{ PURPOSE_VMM, "proc/sys/kernel/osrelease", "6.12.0-test\n", NULL, NULL, CHECK_VFIO_PASID,
	  CHECK_FAIL, "before Linux 6.15", "boot Linux 6.15 or later" },
	{ PURPOSE_VMM, "sys/class/misc/iommu", NULL, NULL, NULL, CHECK_IOMMUFD, CHECK_FAIL,
	  "iommufd is missing", "modprobe iommufd" },
	{ PURPOSE_VMM, "proc/config.gz", "CONFIG_PCI_PASID=y\nCONFIG_VFIO_PCI=m\n", NULL, NULL,
	  CHECK_VFIO, CHECK_FAIL, "no character devices", "CONFIG_VFIO_DEVICE_CDEV" },
	{ PURPOSE_VMM, "sys/bus/pci/drivers/vfio-pci", NULL, NULL, NULL, CHECK_VFIO, CHECK_PASS,
	  "`vpasid bind` loads it", "" },
	{ PURPOSE_VMM, "sys/bus/pci/drivers/vfio-pci", NULL, "proc/config.gz",
	  "CONFIG_PCI_PASID=y\nCONFIG_VFIO_DEVICE_CDEV=y\n", CHECK_VFIO, CHECK_FAIL,
	  "without CONFIG_VFIO_PCI", "CONFIG_VFIO_PCI" },
	{ PURPOSE_VMM, "sys/bus/pci/drivers/vfio-pci", NULL, "proc/config.gz", NULL, CHECK_VFIO,
	  CHECK_UNKNOWN, "can't be read", "" },
	{ PURPOSE_VMM, "lib/modules/" RELEASE "/modules.dep", "kernel/vfio-pci.ko:\n", NULL, NULL,
	  CHECK_DRIVER, CHECK_PASS, "isn't needed", "" },
	{ PURPOSE_VMM, "proc/sys/kernel/osrelease", "6.6.0-test\n",
	  "lib/modules/6.6.0-test/modules.dep", "kernel/vfio-pci.ko:\n", CHECK_DRIVER, CHECK_FAIL,
	  "pasid_vfio_pci isn't installed", "modules_install" },
	{ PURPOSE_VMM, "proc/sys/kernel/osrelease", "6.6.0-test\n", NULL, NULL, CHECK_DRIVER,
	  CHECK_UNKNOWN, "may not be installed", "" },
	{ PURPOSE_VMM, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n", NULL,
	  NULL, CHECK_SIGNATURE, CHECK_WARN, "pasid_vfio_pci isn't signed", "mokutil" },
	{ PURPOSE_VMM, "sys/kernel/security/lockdown", NULL, "proc/cmdline",
	  "intel_iommu=on,sm_on lockdown=none\n", CHECK_SIGNATURE, CHECK_PASS,
	  "loads modules without", "" },
	{ PURPOSE_VMM, "sys/kernel/security/lockdown", NULL, "proc/cmdline",
	  "intel_iommu=on,sm_on lockdown=integrity\n", CHECK_SIGNATURE, CHECK_WARN,
	  "lockdown can't be read", "mount -t securityfs" },
	{ PURPOSE_VMM, "sys/module/module/parameters/sig_enforce", "Y\n",
	  "proc/sys/kernel/osrelease", "6.6.0-test\n", CHECK_SIGNATURE, CHECK_WARN,
	  "module.sig_enforce is on", "mokutil" },
	{ PURPOSE_VMM, "sys/module/module/parameters/sig_enforce", "Y\n",
	  "lib/modules/" RELEASE "/updates/dkms/pasid_vfio_pci.ko",
	  "...~Module signature appended~\n", CHECK_SIGNATURE, CHECK_WARN,
	  "is unknown until the module is loaded", "modprobe pasid_vfio_pci" },
	{ PURPOSE_VMM, "sys/module/module/parameters/sig_enforce", "Y\n",
	  "sys/module/pasid_vfio_pci/refcnt", "0\n", CHECK_SIGNATURE, CHECK_PASS,
	  "has loaded pasid_vfio_pci", "" },
	{ PURPOSE_VMM, "bin/virtqemud", NULL, NULL, NULL, CHECK_LIBVIRT, CHECK_PASS,
	  "libvirt isn't installed", "" },
	{ PURPOSE_GUEST_SVA, NULL, NULL, NULL, NULL, CHECK_SHARED_QUEUES, CHECK_WARN,
	  "require KVM to translate PASIDs", "" },
	{ PURPOSE_GUEST_SVA, NULL, NULL, NULL, NULL, CHECK_VIOMMU_SVA, CHECK_FAIL,
	  "Page-walk Coherency", "" },
};

static void change(const char *root, const char *path, const char *content)
{
	if (path && content)
		tree_file(root, path, content);
	else if (path)
		made_check_remove(root, path);
}

static void test_files(void **state)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		assert_int_equal(made_check_teardown(state), 0);
		assert_int_equal(made_check_setup(state), 0);
		change(*state, files[i].path, files[i].content);
		change(*state, files[i].also, files[i].also_content);
		made_check_ask(*state, files[i].purpose);
		assert_found(files[i].what, files[i].verdict, files[i].found, files[i].todo);
	}
}

/* A module that is needed, without the signature that is asked for */
static void test_unsigned(void **state)
{
	tree_file(*state, "proc/sys/kernel/osrelease", "6.6.0-test\n");
	tree_file(*state, "lib/modules/6.6.0-test/modules.dep", "updates/pasid_vfio_pci.ko:\n");
	tree_file(*state, "lib/modules/6.6.0-test/updates/pasid_vfio_pci.ko", "short");
	tree_file(*state, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_DRIVER, CHECK_PASS, "is installed", "");
	assert_found(CHECK_SIGNATURE, CHECK_FAIL, "locked down", "mokutil");
}

static void test_no_iommu(void **state)
{
	made_check_remove(*state, "sys/class/iommu/dmar0");
	made_check_remove(*state, MADE_CHECK_AT "/iommu");
	tree_file(*state, "proc/cmdline", "intel_iommu=off\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_FIRMWARE, CHECK_PASS, "ACPI table DMAR", "");
	assert_found(CHECK_IOMMU, CHECK_FAIL, "intel_iommu=off is on", "intel_iommu=on instead");
	assert_false(check_has(&check, CHECK_IOMMU_MODE, "dmar0"));

	made_check_remove(*state, "sys/firmware/acpi/tables/DMAR");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_FIRMWARE, CHECK_FAIL, "tables describe none", "in the firmware");
	assert_int_equal(check_count(&check, CHECK_IOMMU, CHECK_FAIL), 0);
}

static void test_vtd(void **state)
{
	static const struct {
		uint64_t cap, ecap;
		enum purpose purpose;
		enum check_what what;
		const char *found, *todo;
	} rows[] = {
		{ CHECK_CAP, CHECK_ECAP & ~(1ull << 43), PURPOSE_PASID, CHECK_IOMMU_MODE,
		  "doesn't support scalable mode", "scalable-mode=on" },
		{ CHECK_CAP, CHECK_ECAP & ~(1ull << 40), PURPOSE_PASID, CHECK_IOMMU_PASID,
		  "doesn't support PASIDs", "pasid-bits=20" },
		{ CHECK_CAP, CHECK_ECAP & ~(1ull << 26), PURPOSE_VMM, CHECK_NESTING, "lacks NEST",
		  "" },
		{ CHECK_CAP & ~(9ull << 16), CHECK_ECAP, PURPOSE_VMM, CHECK_ADDRESS_BITS,
		  "supports addresses of 39 bits", "" },
		{ CHECK_CAP, CHECK_ECAP & ~(1ull << 48), PURPOSE_SVA, CHECK_SVA_IOMMU,
		  "lacks SMPWCS", "" },
		{ CHECK_CAP & ~(1ull << 56), CHECK_ECAP, PURPOSE_SVA, CHECK_SVA_IOMMU,
		  "pages of 1 GiB", "" },
		{ CHECK_CAP & ~(1ull << 60), CHECK_ECAP, PURPOSE_SVA, CHECK_SVA_IOMMU, "5 levels",
		  "no5lvl" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made_check_vtd(*state, rows[i].cap, rows[i].ecap);
		made_check_ask(*state, rows[i].purpose);
		assert_found(rows[i].what, CHECK_FAIL, rows[i].found, rows[i].todo);
	}
}

/* What no function with PASID is behind is no failure, unless none is behind any. */
static void test_other_iommus(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	tree_file(*state, "sys/class/iommu/dmar1/intel-iommu/cap", "0\n");
	tree_file(*state, "sys/class/iommu/dmar1/intel-iommu/ecap", "0\n");
	tree_file(*state, "sys/class/iommu/dmar2/intel-iommu/cap", "0\n");
	tree_file(*state, "sys/class/iommu/dmar2/intel-iommu/ecap", "0\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(check_verdict(&check), CHECK_WARN);
	assert_true(check_has(&check, CHECK_IOMMU_MODE, "dmar0"));
	assert_true(check_has(&check, CHECK_IOMMU_MODE, "dmar1 and 1 like it"));
	assert_found(CHECK_IOMMU, CHECK_PASS, " IOMMUs: dmar0, dmar1, ", "");
	assert_false(check_has(&check, CHECK_IOMMU_MODE, "dmar2"));
	for (size_t i = 0; i < check.count; i++)
		if (check.findings[i].verdict == CHECK_WARN)
			assert_non_null(strstr(check.findings[i].found,
					       "; no function with PASID is behind it"));

	machine_fill(config, 0, false);
	machine_write_config(*state, MADE_CHECK_AT, config, sizeof(config));
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(check_verdict(&check), CHECK_FAIL);
	assert_found(CHECK_FUNCTIONS, CHECK_WARN, "none of 2 functions has PASID", "");
}

/* AMD's driver attaches nothing for a VMM, and SVA's address spaces. */
static void test_amd(void **state)
{
	made_check_amd(*state);
	made_check_ask(*state, PURPOSE_SVA);
	assert_all_pass();
	assert_found(CHECK_FIRMWARE, CHECK_PASS, "IVRS", "");
	assert_found(CHECK_FUNCTIONS, CHECK_PASS, "1 of 1", "");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_IOMMU_MODE, CHECK_PASS, "everything that the kernel requires", "");
	assert_found(CHECK_ATTACH, CHECK_FAIL, "only for SVA", "");
	assert_found(CHECK_FUNCTIONS, CHECK_FAIL, "0 of 1", "vpasid explain " FUNCTION);
	tree_file(*state, "sys/class/iommu/ivhd0/amd-iommu/features", "0\n");
	made_check_ask(*state, PURPOSE_SVA);
	assert_found(CHECK_IOMMU_MODE, CHECK_FAIL, "lacks GTSup", "");
}

/* Sysfs has no register of an SMMUv3's. */
static void test_arm(void **state)
{
	made_check_arm(*state);
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(check_verdict(&check), CHECK_UNKNOWN);
	assert_int_equal(check_count(&check, CHECKS, CHECK_FAIL), 0);
	assert_found(CHECK_INTERRUPTS, CHECK_PASS, "are remapped", "");
	assert_found(CHECK_NESTING, CHECK_UNKNOWN, "doesn't report", "vpasid query --json BDF");
	made_check_ask(*state, PURPOSE_SVA);
	assert_found(CHECK_SVA_KERNEL, CHECK_PASS, "CONFIG_ARM_SMMU_V3_SVA", "");
	assert_found(CHECK_SVA_IOMMU, CHECK_UNKNOWN, "doesn't report", "dmesg");
}

static void test_functions(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_write_config(*state, MADE_CHECK_AT, config, 64);
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_FUNCTIONS, CHECK_UNKNOWN, "only root", "as root");

	machine_put(config, 0x186, 2, 0);
	machine_write_config(*state, MADE_CHECK_AT, config, sizeof(config));
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_FUNCTIONS, CHECK_FAIL, "0 of 1", "vpasid explain " FUNCTION);

	machine_fill_port(config);
	machine_put(config, 0x40 + 0x24, 4, 0);
	machine_put(config, 0x104, 4, 0x5f);
	machine_write_config(*state, DEVICES PORT, config, sizeof(config));
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_TLP_PREFIX, CHECK_FAIL, "the root port doesn't support", "a slot");
	assert_string_equal(made_check_find(CHECK_TLP_PREFIX)->subject, PORT);
	assert_found(CHECK_ACS, CHECK_FAIL, "disabled", "disable_acs_redir");

	tree_file(*state, MADE_CHECK_AT "/power_state", "D3cold\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_FUNCTIONS, CHECK_WARN, "1 function is asleep", "--wake");
}

static void test_denylist(void **state)
{
	tree_file(*state, MADE_CHECK_AT "/vendor", "0x8086\n");
	tree_file(*state, MADE_CHECK_AT "/device", "0x0b25\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_DENYLIST, CHECK_WARN, "VFIO's drivers refuse it", "disable_denylist=1");
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "Y\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_DENYLIST, CHECK_WARN, "which is disabled", "");
}

/* Where PASID is enabled, what the kernel asks for before is there, though it can't be seen. */
static void test_enabled(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	made_check_remove(*state, "proc/cmdline");
	made_check_ask(*state, PURPOSE_PASID);
	assert_found(CHECK_IOMMU_MODE, CHECK_PASS, "because " FUNCTION " has PASID enabled", "");
	machine_fill_endpoint(config);
	machine_put(config, 0x186, 2, 0);
	machine_write_config(*state, MADE_CHECK_AT, config, sizeof(config));
	made_check_ask(*state, PURPOSE_PASID);
	assert_found(CHECK_IOMMU_MODE, CHECK_UNKNOWN, "command line", "");
}

static void test_programs(void **state)
{
	made_check_qemu(*state, "7.2.19");
	made_check_program(*state, "virtqemud", "libvirtd (libvirt) 9.0.0");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_QEMU, CHECK_FAIL, "QEMU 7.2", "11.1 or later");
	assert_found(CHECK_LIBVIRT, CHECK_WARN, "libvirt 9.0", "12.1 or later");
	made_check_qemu(*state, "11.0.0");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_QEMU, CHECK_WARN, "QEMU 11.0", "11.1 or later");
	made_check_qemu(*state, "unreadable");
	made_check_program(*state, "virtqemud", "");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_QEMU, CHECK_UNKNOWN, "doesn't report its version", "");
	assert_found(CHECK_LIBVIRT, CHECK_WARN, "doesn't report its version", "");
	made_check_remove(*state, "bin");
	made_check_ask(*state, PURPOSE_VMM);
	assert_found(CHECK_QEMU, CHECK_WARN, "PATH has no QEMU", "install QEMU 11.1");
}

/* The command frees what it has read of a host. */
static void test_memory(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	static struct ran ran;
	size_t before = 0;

	for (int i = 0; i < 12; i++) {
		/* by then, malloc()'s own lists of freed memory don't grow any more */
		if (i == 10)
			before = mallinfo2().uordblks;
		command_run(&ran, cmd_check, "--sysfs", sysfs.text, NULL);
		assert_non_null(strstr(ran.out, "dmar0"));
	}
	assert_int_equal(mallinfo2().uordblks, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fit, made_check_setup, made_check_teardown),
		cmocka_unit_test_setup_teardown(test_order, made_check_setup, made_check_teardown),
		cmocka_unit_test_setup_teardown(test_files, made_check_setup, made_check_teardown),
		cmocka_unit_test_setup_teardown(test_unsigned, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_no_iommu, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_vtd, made_check_setup, made_check_teardown),
		cmocka_unit_test_setup_teardown(test_other_iommus, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_amd, made_check_setup, made_check_teardown),
		cmocka_unit_test_setup_teardown(test_arm, made_check_setup, made_check_teardown),
		cmocka_unit_test_setup_teardown(test_functions, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_denylist, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_enabled, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_programs, made_check_setup,
						made_check_teardown),
		cmocka_unit_test_setup_teardown(test_memory, made_check_setup, made_check_teardown),
		{ "all answers", made_check_assert_kept, NULL, NULL, (void *)(uintptr_t) "check" },
	};

	return cmocka_run_group_tests_name("tool_check", tests, made_check_keep, NULL);
}
