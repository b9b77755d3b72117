// SPDX-License-Identifier: GPL-2.0-or-later
/* check/vfio.c and programs.c: interrupts, VFIO's driver, and the programs that run guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_check.h"
#include "support/tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void make_again(void **state)
{
	assert_int_equal(made_check_teardown(state), 0);
	assert_int_equal(made_check_setup(state), 0);
}

/* What remaps interrupts, or doesn't */
enum {
	VTD,
	VTD_WITHOUT_IR,
	VTD_HIDDEN,
	AMD_VI,
	NO_IOMMU,
	IOMMUS
};

static void make_iommu(const char *root, size_t number)
{
	switch (number) {
	case VTD:
		break;
	case VTD_WITHOUT_IR:
		made_check_vtd(root, CHECK_CAP, CHECK_ECAP & ~(1ull << 3));
		break;
	case VTD_HIDDEN:
		made_check_remove(root, "sys/class/iommu/dmar0/intel-iommu");
		tree_directory(root, "sys/class/iommu/dmar0/intel-iommu");
		break;
	case AMD_VI:
		made_check_amd(root);
		break;
	default:
		made_check_remove(root, "sys/class/iommu/dmar0");
		made_check_remove(root, MADE_CHECK_AT "/iommu");
	}
}

/* Each IOMMU, with what the kernel does by its command line and by a parameter of iommufd */
static void test_interrupts(void **state)
{
	static const char *const iommus[IOMMUS] = {
		[VTD] = "VT-d",
		[VTD_WITHOUT_IR] = "VT-d without IR",
		[VTD_HIDDEN] = "VT-d that is hidden",
		[AMD_VI] = "AMD-Vi",
		[NO_IOMMU] = "no IOMMU",
	};
	static const char *const lines[] = { "intel_iommu=on,sm_on\n",
					     "intel_iommu=on,sm_on intremap=off\n" };
	static const char *const interrupts[] = {
		" 24:  0  IR-PCI-MSI-0000:01:00.0  0-edge  nvme\n",
		" 24:  0  PCI-MSI-0000:01:00.0  0-edge  nvme\n",
		"",
	};
	static const char *const shown[] = { "remapped", "not remapped", "unknown" };

	for (size_t i = 0; i < (size_t)IOMMUS * 2 * 3 * 2; i++) {
		size_t iommu = i / 12, line = i / 6 % 2, how = i / 2 % 3;
		bool is_unsafe = i % 2;

		make_again(state);
		make_iommu(*state, iommu);
		tree_file(*state, "proc/cmdline", lines[line]);
		tree_file(*state, "proc/interrupts", interrupts[how]);
		tree_file(*state, "sys/module/iommufd/parameters/allow_unsafe_interrupts",
			  is_unsafe ? "Y\n" : "N\n");
		made_check_ask_about(*state,
				     path_of("%s, %s%s%s", iommus[iommu], shown[how],
					     is_unsafe ? ", unsafe ones allowed" : "",
					     line ? ", intremap=off" : "")
					     .text,
				     CHECK_INTERRUPTS, CHECK_INTERRUPTS);
	}
}

/* Each driver that may be loaded, and each configuration */
static void test_driver(void **state)
{
	static const char *const drivers[] = { "vfio-pci", "pasid_vfio_pci", "mlx5_vfio_pci" };
	static const struct {
		const char *title, *content; /* NULL: it can't be read */
	} configs[] = {
		{ "all is built", "CONFIG_VFIO_PCI=m\nCONFIG_VFIO_DEVICE_CDEV=y\n" },
		{ "without cdevs", "CONFIG_VFIO_PCI=m\n" },
		{ "without VFIO_PCI", "CONFIG_VFIO_DEVICE_CDEV=y\n" },
		{ "unknown configuration", NULL },
	};

	for (size_t i = 0; i < COUNT(drivers) * COUNT(configs); i++) {
		const char *driver = drivers[i / COUNT(configs)];
		size_t config = i % COUNT(configs);

		make_again(state);
		made_check_remove(*state, "sys/bus/pci/drivers/vfio-pci");
		tree_directory(*state, path_of("sys/bus/pci/drivers/%s", driver).text);
		made_check_remove(*state, "proc/config.gz");
		if (configs[config].content)
			tree_file(*state, "proc/config.gz", configs[config].content);
		made_check_ask_about(*state, path_of("%s, %s", driver, configs[config].title).text,
				     CHECK_VFIO_PASID, CHECK_VFIO);
	}
}

/* From which version on a program is known to do what is needed */
static void test_versions(void **state)
{
	static const struct {
		const char *qemu, *libvirt;
		enum check_verdict for_qemu, for_libvirt;
	} rows[] = {
		{ "10.2.0", "11.9.0", CHECK_FAIL, CHECK_WARN },
		{ "11.0.9", "12.0.9", CHECK_WARN, CHECK_WARN },
		{ "11.1.0", "12.1.0", CHECK_PASS, CHECK_PASS },
		{ "11.2.0", "12.2.0", CHECK_PASS, CHECK_PASS },
		{ "12.0.0", "13.0.0", CHECK_PASS, CHECK_PASS },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		made_check_qemu(*state, rows[i].qemu);
		made_check_program(*state, "virtqemud", rows[i].libvirt);
		made_check_ask(*state, PURPOSE_VMM);
		assert_string_equal(check_verdict_name(made_check_find(CHECK_QEMU)->verdict),
				    check_verdict_name(rows[i].for_qemu));
		assert_string_equal(check_verdict_name(made_check_find(CHECK_LIBVIRT)->verdict),
				    check_verdict_name(rows[i].for_libvirt));
	}
}

/* What a process in a guest can't have, behind an IOMMU of each kind */
static void test_guest_sva(void **state)
{
	made_check_ask(*state, PURPOSE_GUEST_SVA);
	make_again(state);
	made_check_amd(*state);
	made_check_ask(*state, PURPOSE_GUEST_SVA);
	make_again(state);
	made_check_arm(*state);
	made_check_ask(*state, PURPOSE_GUEST_SVA);
	make_again(state);
	make_iommu(*state, NO_IOMMU);
	made_check_ask(*state, PURPOSE_GUEST_SVA);
	assert_int_equal(made_check_count(CHECK_VIOMMU_SVA), 0);
}

/* ENQCMD is Intel's, and can't be known without /proc/cpuinfo. */
static void test_enqcmd(void **state)
{
	made_check_remove(*state, "proc/cpuinfo");
	made_check_ask(*state, PURPOSE_SVA);
	assert_int_equal(made_check_find(CHECK_ENQCMD)->verdict, CHECK_WARN);
	assert_non_null(strstr(made_check_find(CHECK_ENQCMD)->found, "can't tell"));
	made_check_amd(*state);
	made_check_ask(*state, PURPOSE_SVA);
	assert_int_equal(made_check_count(CHECK_ENQCMD), 0);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, made_check_setup, made_check_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_interrupts),
		TEST(test_driver),
		TEST(test_versions),
		TEST(test_guest_sva),
		TEST(test_enqcmd),
		{ "all answers", made_check_assert_kept, NULL, NULL,
		  (void *)(uintptr_t) "check_vfio" },
	};

	return cmocka_run_group_tests_name("tool_check_vfio", tests, made_check_keep, NULL);
}
