// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_qemu.c: each gate of QEMU's, and what of it the host shows. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "made_chain.h"

static const enum explain_what gates[] = {
	NEED_QEMU_IOMMUFD, NEED_QEMU_KERNEL, NEED_QEMU_NESTING, NEED_QEMU_PASID_BITS,
	NEED_QEMU_AW_BITS, NEED_QEMU_FS1GP,  NEED_QEMU_BUS,
};

#define GATES (sizeof(gates) / sizeof(gates[0]))

static void assert_need(enum explain_what what, enum explain_verdict verdict, const char *text)
{
	const struct link *need = find_need(what);
	const char *said = verdict == EXPLAIN_UNKNOWN ? need->doubt : need->found;

	if (need->verdict != verdict || !strstr(said, text))
		fail_msg("%s is %s: %s", explain_what_name(what),
			 explain_verdict_name(need->verdict), said);
}

/* Judges, and fails if another gate than that one is shut. */
static void assert_only(enum explain_what what, enum explain_verdict verdict, const char *text)
{
	judge();
	for (size_t i = 0; i < GATES; i++)
		if (gates[i] != what)
			assert_need(gates[i], EXPLAIN_OK, "");
	assert_need(what, verdict, text);
}

static void test_sound(void **state)
{
	(void)state;
	make_sound_for_qemu();
	judge();
	for (size_t i = 0; i < GATES; i++)
		assert_need(gates[i], EXPLAIN_OK, "");
	assert_need(NEED_QEMU_IOMMUFD, EXPLAIN_OK, "vfio0");
	assert_need(NEED_QEMU_PASID_BITS, EXPLAIN_OK, "pasid-bits=20");
	assert_need(NEED_QEMU_AW_BITS, EXPLAIN_OK, "aw-bits=48");
	assert_need(NEED_QEMU_FS1GP, EXPLAIN_OK, "fs1gp=on");
	assert_need(NEED_QEMU_BUS, EXPLAIN_OK, "the endpoint belongs behind a root port");
	assert_int_equal(chain.verdict, EXPLAIN_OK);
}

static void test_iommufd(void **state)
{
	(void)state;
	make_sound_for_qemu();
	function.has_cdev = FACT_NO;
	assert_only(NEED_QEMU_IOMMUFD, EXPLAIN_BROKEN, "VFIO has no character device");

	/* A function gets that with its driver. */
	set_driver("nvme", false);
	function.cdev[0] = '\0';
	assert_only(NEED_QEMU_IOMMUFD, EXPLAIN_OK, "iommufd is available");

	function.has_iommufd = FACT_NO;
	assert_only(NEED_QEMU_IOMMUFD, EXPLAIN_BROKEN, "iommufd is missing");
	assert_non_null(strstr(find_need(NEED_QEMU_IOMMUFD)->todo, "modprobe iommufd"));
	kernel.iommufd = FACT_NO;
	assert_only(NEED_QEMU_IOMMUFD, EXPLAIN_BROKEN, "built without CONFIG_IOMMUFD");
	function.has_iommufd = FACT_UNKNOWN;
	assert_only(NEED_QEMU_IOMMUFD, EXPLAIN_UNKNOWN, "the recorded sysfs");
}

/* 6.12 reports the width since 6.12.32, but attaches nothing. */
static void test_kernel(void **state)
{
	static const struct {
		const char *release;
		enum explain_verdict verdict;
	} rows[] = {
		{ "6.15.0", EXPLAIN_OK },
		{ "6.14.11", EXPLAIN_BROKEN },
		{ "6.12.117+deb12-amd64", EXPLAIN_BROKEN },
		{ "", EXPLAIN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound_for_qemu();
		snprintf(kernel.release, sizeof(kernel.release), "%s", rows[i].release);
		assert_only(NEED_QEMU_KERNEL, rows[i].verdict, "6.15");
	}
}

/* The bits are those of the VT-d specification, 11.4.2 and 11.4.3. */
static void test_registers(void **state)
{
	static const struct {
		uint64_t ecap, cap;
		enum explain_what what;
		enum explain_verdict verdict;
		const char *text;
	} rows[] = {
		{ ECAP & ~(1ull << 26), CAP, NEED_QEMU_NESTING, EXPLAIN_BROKEN, "lacks NEST" },
		{ ECAP & ~(1ull << 47), CAP, NEED_QEMU_NESTING, EXPLAIN_BROKEN, "lacks FSTS" },
		{ ECAP & ~(1ull << 46), CAP, NEED_QEMU_NESTING, EXPLAIN_BROKEN, "lacks SSTS" },
		{ ECAP, CAP & ~(1ull << 56), NEED_QEMU_FS1GP, EXPLAIN_OK, "fs1gp=off" },
		{ ECAP, 38ull << 16 | 1 << 10, NEED_QEMU_AW_BITS, EXPLAIN_BROKEN, "of 39 bits" },
		{ ECAP, 46ull << 16 | 1 << 10, NEED_QEMU_AW_BITS, EXPLAIN_BROKEN, "of 47 bits" },
		{ ECAP, 56ull << 16 | 1 << 9, NEED_QEMU_AW_BITS, EXPLAIN_BROKEN, "of 39 bits" },
		{ ECAP, 56ull << 16 | 1 << 10, NEED_QEMU_AW_BITS, EXPLAIN_OK, "of 48 bits" },
		{ ECAP, 56ull << 16 | 6 << 9, NEED_QEMU_AW_BITS, EXPLAIN_OK, "of 57 bits" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound_for_qemu();
		set_iommu(IOMMU_INTEL, rows[i].ecap, 20);
		set_iommu_cap(rows[i].cap);
		assert_only(rows[i].what, rows[i].verdict, rows[i].text);
	}
}

static void test_widths(void **state)
{
	(void)state;
	make_sound_for_qemu();
	iommu.width = 16;
	assert_only(NEED_QEMU_PASID_BITS, EXPLAIN_OK, "pasid-bits=16");
	assert_non_null(strstr(find_need(NEED_VIOMMU)->todo, "pasid-bits=16,"));
	/* the field has room for more than there can be */
	iommu.width = 32;
	assert_only(NEED_QEMU_PASID_BITS, EXPLAIN_OK, "pasid-bits=20");
	iommu.width = 0;
	assert_only(NEED_QEMU_PASID_BITS, EXPLAIN_BROKEN, "doesn't support PASIDs");
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
}

/* fs1gp=off is always taken. */
static void test_hidden(void **state)
{
	(void)state;
	make_sound_for_qemu();
	iommu.has_cap = false;
	assert_only(NEED_QEMU_AW_BITS, EXPLAIN_UNKNOWN, "doesn't report");
	assert_need(NEED_QEMU_FS1GP, EXPLAIN_OK, "fs1gp=off");
	hide_iommu();
	judge();
	assert_need(NEED_QEMU_NESTING, EXPLAIN_UNKNOWN, "doesn't report what dmar0 supports");
	assert_need(NEED_QEMU_PASID_BITS, EXPLAIN_UNKNOWN, "doesn't report what dmar0 supports");
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
}

static void test_bus(void **state)
{
	static const struct {
		uint8_t type;
		enum explain_verdict verdict;
		const char *text;
	} rows[] = {
		{ PCI_EXP_TYPE_ENDPOINT, EXPLAIN_OK, "behind a root port" },
		{ PCI_EXP_TYPE_LEG_END, EXPLAIN_OK, "behind a root port" },
		{ PCI_EXP_TYPE_RC_END, EXPLAIN_OK, "on the guest's root bus" },
		{ PCI_EXP_TYPE_RC_EC, EXPLAIN_BROKEN, "only PCIe endpoints" },
		{ PCI_EXP_TYPE_UPSTREAM, EXPLAIN_BROKEN, "only PCIe endpoints" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound_for_qemu();
		function.type = rows[i].type;
		assert_only(NEED_QEMU_BUS, rows[i].verdict, rows[i].text);
	}
	function.is_pcie = FACT_NO;
	assert_only(NEED_QEMU_BUS, EXPLAIN_BROKEN, "only PCIe endpoints");
	function.is_pcie = FACT_UNKNOWN;
	function.why = "it is asleep";
	assert_only(NEED_QEMU_BUS, EXPLAIN_UNKNOWN, "it is asleep");
}

static void test_vf_token(void **state)
{
	(void)state;
	make_sound_for_qemu();
	judge();
	assert_null(explain_find_link(&chain, NEED_QEMU_VF_TOKEN));

	function.pci.kind = PCI_KIND_VF;
	function.pci.pf_on_vfio = true;
	snprintf(function.pci.pf.text, sizeof(function.pci.pf.text), "0000:01:00.0");
	assert_only(NEED_QEMU_VF_TOKEN, EXPLAIN_BROKEN, "0000:01:00.0 is bound to a VFIO driver");
	assert_non_null(
		strstr(find_need(NEED_QEMU_VF_TOKEN)->todo, "vpasid unbind --force 0000:01:00.0"));

	snprintf(kernel.release, sizeof(kernel.release), "6.16.1");
	assert_only(NEED_QEMU_VF_TOKEN, EXPLAIN_UNKNOWN, "maybe in this kernel");
}

static void test_smmuv3(void **state)
{
	(void)state;
	make_sound_for_qemu();
	hide_iommu();
	iommu.kind = IOMMU_SMMUV3;
	judge();
	assert_need(NEED_QEMU_IOMMUFD, EXPLAIN_OK, "vfio0");
	assert_need(NEED_QEMU_KERNEL, EXPLAIN_OK, "7.3.4");
	assert_need(NEED_QEMU_NESTING, EXPLAIN_UNKNOWN, "doesn't report");
	assert_non_null(strstr(find_need(NEED_QEMU_NESTING)->todo, "vpasid query --json"));
	assert_need(NEED_QEMU_BUS, EXPLAIN_OK, "");
	assert_need(NEED_VIOMMU, EXPLAIN_UNKNOWN, "requires KVM");
	for (size_t i = 0; i < chain.need_count; i++)
		assert_true(chain.needs[i].what != NEED_QEMU_PASID_BITS &&
			    chain.needs[i].what != NEED_QEMU_AW_BITS &&
			    chain.needs[i].what != NEED_QEMU_FS1GP);
	kernel.smmuv3_iommufd = FACT_NO;
	judge();
	assert_need(NEED_QEMU_KERNEL, EXPLAIN_BROKEN, "CONFIG_ARM_SMMU_V3_IOMMUFD");
	kernel.smmuv3_iommufd = FACT_YES;
	judge();
	assert_need(NEED_QEMU_KERNEL, EXPLAIN_OK, "7.3.4");
}

/* For those there is nothing that QEMU could ask for. */
static void test_others(void **state)
{
	static const enum iommu_kind kinds[] = { IOMMU_AMD, IOMMU_SMMU, IOMMU_OTHER };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		make_sound_for_qemu();
		set_iommu(kinds[i], 1ull << 4, 16);
		judge();
		assert_need(NEED_VIOMMU, EXPLAIN_BROKEN, "no VMM has");
		for (size_t j = 0; j < chain.need_count; j++)
			assert_true(chain.needs[j].what < NEED_QEMU_IOMMUFD ||
				    chain.needs[j].what == NEED_VIOMMU);
	}
	make_sound_for_qemu();
	set_no_iommu();
	judge();
	assert_need(NEED_VIOMMU, EXPLAIN_UNKNOWN, "depends on the VMM");
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_iommufd),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_bus),
		cmocka_unit_test(test_vf_token),
		cmocka_unit_test(test_smmuv3),
		cmocka_unit_test(test_others),
		ALL_JUDGED("qemu"),
	};

	return cmocka_run_group_tests(tests, keep_judged, NULL);
}
