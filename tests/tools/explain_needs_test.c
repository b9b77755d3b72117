// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_needs.c: what a virtual machine needs in addition. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "made_chain.h"

/* Told of such devices alone; the host's own use of PASID isn't concerned. */
static void test_denylist(void **state)
{
	static const struct {
		enum fact disabled;
		bool on_vfio;
		enum explain_verdict verdict;
		const char *bind; /* what is to be done for a driver */
	} rows[] = {
		{ FACT_NO, false, EXPLAIN_BROKEN,
		  "first see denylist; then vpasid bind " FUNCTION },
		{ FACT_UNKNOWN, false, EXPLAIN_UNKNOWN,
		  "first see denylist; then vpasid bind " FUNCTION },
		{ FACT_YES, false, EXPLAIN_OK, "vpasid bind " FUNCTION },
		{ FACT_NO, true, EXPLAIN_OK, "" },
	};

	(void)state;
	make_sound();
	judge();
	for (size_t i = 0; i < chain.need_count; i++)
		assert_int_not_equal(chain.needs[i].what, NEED_DENYLIST);
	function.is_denylisted = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		function.denylist_disabled = rows[i].disabled;
		set_driver(rows[i].on_vfio ? "vfio-pci" : "idxd", rows[i].on_vfio);
		judge();
		assert_int_equal(find_need(NEED_DENYLIST)->verdict, rows[i].verdict);
		assert_string_equal(find_need(NEED_VFIO)->todo, rows[i].bind);
		assert_int_equal(
			rows[i].verdict != EXPLAIN_OK,
			!!strstr(find_need(NEED_DENYLIST)->todo, "`modprobe -r pasid_vfio_pci`"));
		assert_int_equal(chain.verdict, EXPLAIN_OK);
	}
}

static void test_needs(void **state)
{
	(void)state;
	make_sound();
	judge();
	assert_int_equal(find_need(NEED_VFIO)->verdict, EXPLAIN_BROKEN);
	assert_string_equal(find_need(NEED_VFIO)->todo, "vpasid bind " FUNCTION);
	assert_int_equal(find_need(NEED_REPORT)->verdict, EXPLAIN_BROKEN);
	assert_int_equal(find_need(NEED_GROUP)->verdict, EXPLAIN_OK);
	/* It would be refused. */
	function.pci.num_vfs = 1;
	judge();
	assert_string_equal(find_need(NEED_VFIO)->todo, "");
	function.pci.num_vfs = 0;
	function.pci.iommu_group[0] = '\0';
	judge();
	assert_string_equal(find_need(NEED_VFIO)->todo, "");
	strcpy(function.pci.iommu_group, "5");

	set_driver("", false);
	judge();
	assert_string_equal(find_need(NEED_VFIO)->found, "not bound to a driver");
	set_driver("pasid_vfio_pci", true);
	judge();
	assert_int_equal(find_need(NEED_VFIO)->verdict, EXPLAIN_OK);
	assert_int_equal(find_need(NEED_REPORT)->verdict, EXPLAIN_OK);
	assert_string_equal(find_need(NEED_REPORT)->todo, "");

	/* QEMU would refuse the option. */
	assert_int_equal(find_need(NEED_QEMU_IOMMUFD)->verdict, EXPLAIN_BROKEN);
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
	make_sound_for_qemu();
	judge();
	assert_non_null(strstr(find_need(NEED_VIOMMU)->todo,
			       "intel-iommu,intremap=on,scalable-mode=on,fsts=on,pasid-bits=20,"
			       "aw-bits=48,fs1gp=on,caching-mode=on"));
	assert_non_null(strstr(find_need(NEED_VIOMMU)->todo, "vpasid vm --for qemu " FUNCTION));

	/* Without PASID there is none to give. */
	function.pasid.there = FACT_NO;
	judge();
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
	function.pasid.there = FACT_YES;
	judge();

	/* They aren't links: the host's own verdict doesn't change. */
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	host.kind = HOST_DUMP;
	judge();
	assert_int_equal(chain.need_count, 0);
}

static void test_iommufd(void **state)
{
	static const struct {
		const char *release;
		enum fact iommufd, cdev, misc;
		enum explain_verdict verdict;
	} rows[] = {
		{ "6.15.0", FACT_YES, FACT_YES, FACT_YES, EXPLAIN_OK },
		{ "7.3.4", FACT_UNKNOWN, FACT_YES, FACT_YES, EXPLAIN_OK },
		{ "6.14.9", FACT_YES, FACT_YES, FACT_YES, EXPLAIN_BROKEN },
		{ "6.12.31", FACT_YES, FACT_YES, FACT_YES, EXPLAIN_BROKEN },
		{ "6.12.32+deb12-amd64", FACT_YES, FACT_YES, FACT_YES, EXPLAIN_OK },
		{ "7.3.4", FACT_NO, FACT_YES, FACT_YES, EXPLAIN_BROKEN },
		{ "7.3.4", FACT_YES, FACT_NO, FACT_YES, EXPLAIN_BROKEN },
		{ "7.3.4", FACT_YES, FACT_YES, FACT_NO, EXPLAIN_UNKNOWN },
		{ "", FACT_YES, FACT_YES, FACT_YES, EXPLAIN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		set_driver("vfio-pci", true);
		snprintf(kernel.release, sizeof(kernel.release), "%s", rows[i].release);
		kernel.iommufd = rows[i].iommufd;
		function.has_cdev = rows[i].cdev;
		function.has_iommufd = rows[i].misc;
		judge();
		if (find_need(NEED_REPORT)->verdict != rows[i].verdict)
			fail_msg("row %zu: %s", i, find_need(NEED_REPORT)->found);
		assert_int_equal(!*find_need(NEED_REPORT)->todo, rows[i].verdict == EXPLAIN_OK);
	}
}

/* Of the others of its group those count that the host uses, by a driver that is in the way. */
static void test_group(void **state)
{
	static const struct {
		const char *bdf, *driver;
		bool on_vfio;
	} rows[] = {
		{ "0000:01:00.1", "e1000e", false },   { "0000:01:00.2", "ahci", false },
		{ "0000:01:00.3", "vfio-pci", true },  { "0000:01:00.4", "pci-stub", false },
		{ "0000:01:00.5", "pcieport", false }, { "0000:01:00.6", "", false },
	};

	(void)state;
	make_sound();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct function *sibling = add_sibling(rows[i].bdf);

		snprintf(sibling->pci.driver, sizeof(sibling->pci.driver), "%s", rows[i].driver);
		sibling->pci.on_vfio = rows[i].on_vfio;
	}
	judge();
	assert_string_equal(find_need(NEED_GROUP)->found,
			    "the host uses 2 other functions in IOMMU group 5: 0000:01:00.1 "
			    "(e1000e) 0000:01:00.2 (ahci)");
	function.pci.iommu_group[0] = '\0';
	judge();
	assert_int_equal(find_need(NEED_GROUP)->verdict, EXPLAIN_BROKEN);
}

/* As many others as don't fit into a text */
static void test_large_group(void **state)
{
	const char *found;

	(void)state;
	make_sound();
	for (unsigned int i = 0; i < SIBLINGS; i++) {
		char bdf[16];

		snprintf(bdf, sizeof(bdf), "0000:02:%02x.%x", i / 8, i % 8);
		strcpy(add_sibling(bdf)->pci.driver, "e1000e");
	}
	judge();
	found = find_need(NEED_GROUP)->found;
	assert_begins(found, "the host uses 64 other functions in IOMMU group 5: 0000:02:00.0 "
			     "(e1000e) 0000:02:00.1 (e1000e) ");
	assert_int_equal(strlen(found), sizeof(find_need(NEED_GROUP)->found) - 1);
}

/* What reports PASID, by each driver; and what can attach something to one. */
static void test_drivers(void **state)
{
	static const struct {
		const char *driver, *release;
		enum vfio_pasid answers;
		enum explain_verdict attaches; /* NA: nothing is said of that */
	} rows[] = {
		{ "", "7.3.4", VFIO_PASID_NOT_LOADED, EXPLAIN_NA },
		{ "vfio-pci", "7.3.4", VFIO_PASID_NOT_LOADED, EXPLAIN_NA },
		{ "pasid_vfio_pci", "7.3.4", VFIO_PASID_NOT_LOADED, EXPLAIN_NA },
		{ "mlx5_vfio_pci", "7.3.4", VFIO_PASID_NOT_LOADED, EXPLAIN_BROKEN },
		{ "mlx5_vfio_pci", "7.3.4", VFIO_PASID_ANSWERS, EXPLAIN_BROKEN },
		{ "mlx5_vfio_pci", "7.4.0", VFIO_PASID_ANSWERS, EXPLAIN_UNKNOWN },
		{ "mlx5_vfio_pci", "6.6.0", VFIO_PASID_ANSWERS, EXPLAIN_BROKEN },
		{ "mlx5_vfio_pci", "", VFIO_PASID_NOT_LOADED, EXPLAIN_UNKNOWN },
		{ "other_vfio_pci", "7.3.4", VFIO_PASID_NOT_LOADED, EXPLAIN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct link *need;

		make_sound_for_qemu();
		set_driver(rows[i].driver, true);
		function.vfio_pasid = rows[i].answers;
		snprintf(kernel.release, sizeof(kernel.release), "%s", rows[i].release);
		judge();
		need = explain_find_link(&chain, NEED_VFIO_ATTACH);
		if ((need ? need->verdict : EXPLAIN_NA) != rows[i].attaches)
			fail_msg("row %zu: %s", i, need ? need->found : "no need");
	}
	/* While it isn't on VFIO, its driver's name doesn't matter. */
	set_driver("mlx5_vfio_pci", false);
	judge();
	assert_null(explain_find_link(&chain, NEED_VFIO_ATTACH));
}

/* If a gate of QEMU's rules out the virtual IOMMU, no option for it is printed. */
static void test_refused_by_qemu(void **state)
{
	(void)state;
	make_sound_for_qemu();
	function.pci.kind = PCI_KIND_VF;
	function.pci.pf_on_vfio = true;
	strcpy(function.pci.pf.text, "0000:01:00.0");
	judge();
	assert_int_equal(find_need(NEED_QEMU_VF_TOKEN)->verdict, EXPLAIN_BROKEN);
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
	make_sound_for_qemu();
	kernel.iommufd = FACT_NO;
	function.has_iommufd = FACT_NO;
	judge();
	assert_int_equal(find_need(NEED_QEMU_IOMMUFD)->verdict, EXPLAIN_BROKEN);
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
	/* What isn't broken, but unknown, isn't refused. */
	function.has_iommufd = FACT_UNKNOWN;
	judge();
	assert_string_not_equal(find_need(NEED_VIOMMU)->todo, "");
}

/* Links that can't be understood leave their facts unknown. */
static void test_odd_links(void **state)
{
	(void)state;
	make_sound();
	set_driver("", false);
	function.pci.driver_error = -EPROTO;
	function.pci.iommu_group[0] = '\0';
	function.pci.group_error = -EPROTO;
	judge();
	assert_int_equal(find_need(NEED_VFIO)->verdict, EXPLAIN_UNKNOWN);
	assert_int_equal(find_need(NEED_GROUP)->verdict, EXPLAIN_UNKNOWN);
	assert_int_equal(chain.verdict, EXPLAIN_OK);

	make_sound();
	add_sibling("0000:01:00.1")->pci.driver_error = -EPROTO;
	judge();
	assert_string_equal(find_need(NEED_GROUP)->found,
			    "the host uses 1 other function in IOMMU group 5: 0000:01:00.1 "
			    "(unknown)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_denylist),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_iommufd),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_large_group),
		cmocka_unit_test(test_drivers),
		cmocka_unit_test(test_refused_by_qemu),
		cmocka_unit_test(test_odd_links),
		ALL_JUDGED("needs"),
	};

	return cmocka_run_group_tests(tests, keep_judged, NULL);
}
