// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_sva.c, and how a purpose changes the verdict. */
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

#include "explain/judge.h"
#include "made_chain.h"

static void assert_usable(enum purpose purpose)
{
	judge_for(purpose);
	if (chain.verdict != EXPLAIN_OK)
		fail_msg("%s (%s)", chain.summary, chain.doubt);
	assert_null(chain.broken);
	for (size_t i = 0; i < chain.need_count; i++)
		assert_false(*chain.needs[i].todo);
}

/* That is the cause, and what there is to do about it is @todo, or nothing if that is "". */
static void assert_unusable(enum purpose purpose, enum explain_what what, const char *found,
			    const char *todo)
{
	judge_for(purpose);
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	if (chain.broken->what != what || !strstr(chain.summary, found) ||
	    !strstr(chain.broken->found, found) ||
	    (*todo ? !strstr(chain.broken->todo, todo) : !explain_is_hopeless(&chain)))
		fail_msg("%s; to do: %s", chain.summary, chain.broken->todo);
}

static void assert_unknown(enum explain_what what, const char *doubt)
{
	judge_for(PURPOSE_SVA);
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_int_equal(find_need(what)->verdict, EXPLAIN_UNKNOWN);
	assert_non_null(strstr(chain.summary, explain_what_name(what)));
	assert_non_null(strstr(chain.doubt, doubt));
}

static void test_usable(void **state)
{
	(void)state;
	make_sound_for_sva();
	assert_usable(PURPOSE_SVA);
	assert_string_equal(chain.summary, "a process can share its address space with it");
	assert_usable(PURPOSE_PASID);
	assert_int_equal(chain.need_count, 0);
	assert_non_null(strstr(chain.summary, "PASID is usable"));

	make_sound_for_qemu();
	assert_usable(PURPOSE_PASID);
	judge_for(PURPOSE_VMM);
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_string_equal(chain.summary, "a virtual machine can use its PASID");
}

/* What a VMM lacks decides only for a purpose that needs it. */
static void test_vmm(void **state)
{
	(void)state;
	make_sound_for_qemu();
	set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 26), 20);
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_unusable(PURPOSE_VMM, NEED_QEMU_NESTING, "lacks NEST", "");
	make_sound_for_qemu();
	function.has_iommufd = FACT_NO;
	assert_unusable(PURPOSE_VMM, NEED_QEMU_IOMMUFD, "iommufd is missing", "modprobe iommufd");
	function.has_iommufd = FACT_UNKNOWN;
	judge_for(PURPOSE_VMM);
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	switch_off();
	judge_for(PURPOSE_VMM);
	assert_int_equal(chain.broken->what, LINK_ENABLED);
}

static void test_host(void **state)
{
	(void)state;
	make_sound_for_sva();
	kernel.intel_svm = FACT_NO;
	assert_unusable(PURPOSE_SVA, NEED_SVA_KERNEL, "CONFIG_INTEL_IOMMU_SVM is not set",
			"CONFIG_INTEL_IOMMU_SVM");
	kernel.intel_svm = FACT_UNKNOWN;
	assert_unknown(NEED_SVA_KERNEL, "can't be read");
	kernel.intel_svm = FACT_YES;
	strcpy(kernel.release, "6.12.0");
	assert_unknown(NEED_SVA_KERNEL, "refuse SVA on x86");
	assert_int_equal(find_need(NEED_SVA_KERNEL)->certainty, EXPLAIN_NOT_SURE);

	make_sound_for_sva();
	set_iommu(IOMMU_INTEL, SVA_ECAP & ~(1ull << 48), 20);
	assert_unusable(PURPOSE_SVA, NEED_SVA_IOMMU, "lacks SMPWCS", "");
	set_iommu(IOMMU_INTEL, SVA_ECAP, 20);
	set_iommu_cap(SVA_CAP & ~(1ull << 56));
	assert_unusable(PURPOSE_SVA, NEED_SVA_IOMMU, "pages of 1 GiB", "");
	kernel.cpu.has_1gib_pages = FACT_NO;
	assert_usable(PURPOSE_SVA);
	kernel.cpu.has_1gib_pages = FACT_UNKNOWN;
	assert_unknown(NEED_SVA_IOMMU, "is unknown");
	set_iommu_cap(SVA_CAP & ~(1ull << 60));
	kernel.cpu.has_1gib_pages = FACT_YES;
	assert_unusable(PURPOSE_SVA, NEED_SVA_IOMMU, "5 levels", "no5lvl");
	hide_iommu();
	judge_for(PURPOSE_SVA);
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
}

/* What the processors' page tables have, or may have, and the IOMMU can walk */
static void test_walks(void **state)
{
	static const enum fact facts[] = { FACT_NO, FACT_YES, FACT_UNKNOWN };
	static const uint64_t fields[] = { 0, 1ull << 56, 1ull << 60, 1ull << 56 | 1ull << 60 };
	/* By 1 GiB and 5 levels: o for ok, G: lacks FS1GP, l: lacks FS5LP, u for unknown */
	static const char *const expected[] = { "oluGGGulu", "oluoluulu", "oouGGGuuu",
						"ooooooooo" };

	(void)state;
	make_sound_for_sva();
	for (size_t i = 0; i < (size_t)4 * 9; i++) {
		char of = expected[i / 9][i % 9];
		struct cpu cpu = { .has_1gib_pages = facts[i % 9 / 3],
				   .has_5_levels = facts[i % 3] };
		struct link link = { .what = NEED_SVA_IOMMU };

		set_iommu_cap(fields[i / 9]);
		explain_judge_sva_iommu(&iommu, &cpu, &link);
		if (link.verdict != (of == 'o'	 ? EXPLAIN_OK
				     : of == 'u' ? EXPLAIN_UNKNOWN
						 : EXPLAIN_BROKEN) ||
		    !!strstr(link.found, "lacks FS1GP") != (of == 'G') ||
		    !!strstr(link.found, "lacks FS5LP") != (of == 'l') ||
		    !!strstr(link.todo, "no5lvl") != (of == 'l'))
			fail_msg("%zu: %s%s", i, link.found, link.doubt);
	}
	/* Of CAP, nothing is known then. */
	iommu.has_cap = false;
	assert_unknown(NEED_SVA_IOMMU, "the kernel doesn't report what dmar0 supports");
}

static void test_ats(void **state)
{
	(void)state;
	make_sound_for_sva();
	assert_usable(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_ATS)->where, "0x226");
	function.ats.control = 0;
	assert_unusable(PURPOSE_SVA, NEED_ATS, "ATS is disabled", "pci=noats");
	assert_string_equal(find_need(NEED_ATS)->where, "0x226");
	function.ats = (struct capability){ FACT_NO };
	assert_unusable(PURPOSE_SVA, NEED_ATS, "has no ATS", "");
	function.ats.there = FACT_UNKNOWN;
	function.why = "it is a riddle";
	assert_unknown(NEED_ATS, "it is a riddle");
	make_sound_for_sva();
	set_iommu(IOMMU_INTEL, SVA_ECAP & ~(1ull << 2), 20);
	assert_unusable(PURPOSE_SVA, NEED_ATS, "lacks DT", "");
	function.ats.there = FACT_NO;
	assert_unusable(PURPOSE_SVA, NEED_ATS, "has no ATS", "");
	/* Without its registers, the IOMMU isn't in the way of what is enabled. */
	make_sound_for_sva();
	hide_iommu();
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_ATS)->verdict, EXPLAIN_OK);
	function.ats.there = FACT_NO;
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_ATS)->doubt,
			    "the kernel doesn't report what dmar0 supports");
}

static void test_pri(void **state)
{
	static const struct {
		const char *release;
		enum explain_verdict none, off;
	} rows[] = {
		{ "6.1.0", EXPLAIN_BROKEN, EXPLAIN_OK }, { "6.8.0", EXPLAIN_UNKNOWN, EXPLAIN_OK },
		{ "6.12.0", EXPLAIN_OK, EXPLAIN_OK },	 { "6.17.0", EXPLAIN_OK, EXPLAIN_UNKNOWN },
		{ "7.3.0", EXPLAIN_OK, EXPLAIN_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound_for_sva();
		snprintf(kernel.release, sizeof(kernel.release), "%s", rows[i].release);
		judge_for(PURPOSE_SVA);
		assert_int_equal(find_need(NEED_PRI)->verdict, EXPLAIN_OK);
		function.pri.control = 0;
		judge_for(PURPOSE_SVA);
		assert_int_equal(find_need(NEED_PRI)->verdict, rows[i].off);
		/* The IOMMU has no page requests, so the kernel doesn't enable the function's. */
		set_iommu(IOMMU_INTEL, SVA_ECAP & ~(1ull << 29), 20);
		judge_for(PURPOSE_SVA);
		assert_int_equal(find_need(NEED_PRI)->verdict, rows[i].none);
		function.pri.there = FACT_NO;
		judge_for(PURPOSE_SVA);
		assert_int_equal(find_need(NEED_PRI)->verdict, rows[i].none);
	}
	/* Nor does it if the IOMMU can't drain them. */
	make_sound_for_sva();
	set_iommu(IOMMU_INTEL, SVA_ECAP & ~(1ull << 42), 20);
	judge_for(PURPOSE_SVA);
	assert_non_null(strstr(find_need(NEED_PRI)->found, "no PRI that the IOMMU supports"));
	hide_iommu();
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_PRI)->doubt, "PRI, or the IOMMU, can't be read");
	make_sound_for_sva();
	function.holder = NULL;
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_PRI)->doubt, "PRI, or the IOMMU, can't be read");
	make_sound_for_sva();
	function.pri.control = function.pri.status = 0;
	assert_unusable(PURPOSE_SVA, NEED_PRI, "have no PASID", "");
	function.pri.there = FACT_UNKNOWN;
	function.why = "it is a riddle";
	assert_unknown(NEED_PRI, "it is a riddle");
}

static void test_siblings(void **state)
{
	struct function *sibling;

	(void)state;
	make_sound_for_sva();
	sibling = add_sibling("0000:01:00.1");
	assert_usable(PURPOSE_SVA);
	strcpy(kernel.release, "6.14.0");
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_UNKNOWN);
	assert_non_null(strstr(find_need(NEED_GROUP_PASID)->doubt, "0000:01:00.1"));
	sibling->pasid = function.pasid;
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_OK);
	strcpy(kernel.release, "6.1.0");
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_BROKEN);
	function.sibling_count = 0;
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_OK);
	/* Beyond the count, there is nothing to look at. */
	strcpy(kernel.release, "6.14.0");
	sibling->pasid.there = FACT_NO;
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_OK);
}

static void test_driver(void **state)
{
	static const char *const sharing[] = { "idxd", "hisi_zip", "hisi_hpre", "hisi_sec2",
					       "amdxdna" };

	(void)state;
	make_sound_for_sva();
	for (size_t i = 0; i < sizeof(sharing) / sizeof(sharing[0]); i++) {
		set_driver(sharing[i], false);
		judge_for(PURPOSE_SVA);
		assert_int_equal(find_need(NEED_DRIVER)->verdict, EXPLAIN_OK);
	}
	set_driver("vfio-pci", true);
	assert_unusable(PURPOSE_SVA, NEED_DRIVER, "bound to vfio-pci", "vpasid unbind " FUNCTION);
	set_driver("", false);
	assert_unusable(PURPOSE_SVA, NEED_DRIVER, "not bound to a driver", "drivers_probe");
	function.pci.driver_error = -EPROTO;
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_DRIVER)->doubt,
			    "whether address spaces can be shared depends on its driver");
	function.pci.driver_error = 0;
	/* What a driver does isn't known, and isn't in the way. */
	set_driver("nvme", false);
	judge_for(PURPOSE_SVA);
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(find_need(NEED_DRIVER)->verdict, EXPLAIN_UNKNOWN);
}

/* One of several has no PASID: the first of those is named. */
static void test_large_group(void **state)
{
	struct function *others[3];

	(void)state;
	make_sound_for_sva();
	strcpy(kernel.release, "6.14.0");
	for (unsigned int i = 0; i < 3; i++) {
		char bdf[16];

		snprintf(bdf, sizeof(bdf), "0000:01:00.%u", i + 1);
		others[i] = add_sibling(bdf);
	}
	others[0]->pasid = function.pasid;
	judge_for(PURPOSE_SVA);
	assert_begins(find_need(NEED_GROUP_PASID)->doubt, "0000:01:00.2 in the same");
	others[1]->pasid = others[2]->pasid = function.pasid;
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_OK);
	function.pci.iommu_group[0] = '\0';
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_GROUP_PASID)->verdict, EXPLAIN_NA);
}

/* Without a queue there is something to do, although the function is usable. */
static void test_idxd(void **state)
{
	(void)state;
	make_sound_for_sva();
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_WORK_QUEUES)->found,
			    "2 work queues are for user space, 1 of them shared");
	function.idxd.queues = 1;
	kernel.cpu.enqcmd = FACT_UNKNOWN;
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_WORK_QUEUES)->found,
			    "1 work queue is for user space, 1 of them shared");
	assert_string_equal(find_need(NEED_ENQCMD)->doubt, "/proc/cpuinfo can't be read");
	kernel.cpu.enqcmd = FACT_NO;
	judge_for(PURPOSE_SVA);
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(find_need(NEED_ENQCMD)->verdict, EXPLAIN_BROKEN);
	function.idxd.shared = 0;
	judge_for(PURPOSE_SVA);
	assert_null(explain_find_link(&chain, NEED_ENQCMD));
	function.idxd.queues = 0;
	judge_for(PURPOSE_SVA);
	assert_non_null(strstr(find_need(NEED_WORK_QUEUES)->todo, "accel-config"));
	function.idxd.pasid_enabled = FACT_NO;
	judge_for(PURPOSE_SVA);
	assert_non_null(strstr(find_need(NEED_WORK_QUEUES)->found, "pasid_enabled is 0"));
	function.idxd.is_driven = FACT_NO;
	judge_for(PURPOSE_SVA);
	assert_null(explain_find_link(&chain, NEED_WORK_QUEUES));
}

/* AMD's driver attaches a process's address space if its domain supports PASIDs. */
static void test_amd(void **state)
{
	(void)state;
	make_sound_for_sva();
	set_iommu(IOMMU_AMD, 0x5000f000059d3ull, 16);
	strcpy(iommu.name, "ivhd0");
	strcpy(function.domain, "identity");
	assert_usable(PURPOSE_SVA);
	assert_null(explain_find_link(&chain, LINK_ATTACH));
	assert_unusable(PURPOSE_VMM, LINK_ATTACH, "only for SVA", "");
	strcpy(function.domain, "DMA-FQ");
	switch_off();
	assert_unusable(PURPOSE_SVA, LINK_IOMMU_MODE, "v1 page tables", "iommu=pt");
	assert_unusable(PURPOSE_VMM, LINK_ATTACH, "only for SVA", "");
	strcpy(kernel.release, "6.8.0");
	judge_for(PURPOSE_SVA);
	assert_int_equal(find_need(NEED_SVA_KERNEL)->verdict, EXPLAIN_BROKEN);
}

static void test_smmuv3(void **state)
{
	(void)state;
	make_sound_for_sva();
	hide_iommu();
	iommu.kind = IOMMU_SMMUV3;
	kernel.smmuv3_sva = FACT_NO;
	judge_for(PURPOSE_SVA);
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.broken->what, NEED_SVA_KERNEL);
	assert_int_equal(find_need(NEED_ATS)->verdict, EXPLAIN_NA);
	assert_int_equal(find_need(NEED_PRI)->verdict, EXPLAIN_NA);
	assert_int_equal(find_need(NEED_SVA_IOMMU)->verdict, EXPLAIN_UNKNOWN);
	judge_for(PURPOSE_GUEST_SVA);
	assert_string_equal(find_need(NEED_VIOMMU_SVA)->doubt,
			    "can't tell whether Linux in the guest can share address spaces "
			    "through the virtual IOMMU");
	assert_null(explain_find_link(&chain, NEED_SHARED_QUEUES));

	/* Older ones share nothing. */
	iommu.kind = IOMMU_SMMU;
	judge_for(PURPOSE_SVA);
	assert_string_equal(find_need(NEED_SVA_KERNEL)->found,
			    "the driver of dmar0 doesn't support SVA");
	judge_for(PURPOSE_GUEST_SVA);
	assert_string_equal(find_need(NEED_VIOMMU_SVA)->found,
			    "no VMM has a virtual IOMMU of this host's kind that supports PASIDs");
	set_no_iommu();
	judge_for(PURPOSE_SVA);
	assert_null(explain_find_link(&chain, NEED_SVA_IOMMU));
	judge_for(PURPOSE_GUEST_SVA);
}

/* If nothing can be done, explain says so. */
static void test_guest(void **state)
{
	(void)state;
	make_sound_for_sva();
	function.has_iommufd = FACT_YES;
	function.has_cdev = FACT_YES;
	kernel.iommufd = FACT_YES;
	set_driver("vfio-pci", true);
	assert_unusable(PURPOSE_GUEST_SVA, NEED_VIOMMU_SVA, "Page-walk Coherency", "");
	assert_int_equal(find_need(NEED_SHARED_QUEUES)->verdict, EXPLAIN_BROKEN);
	assert_int_equal(find_need(NEED_ATS)->verdict, EXPLAIN_OK);
	for (size_t i = 0; i < chain.need_count; i++)
		assert_false(*chain.needs[i].todo);
	function.ats.there = FACT_NO;
	judge_for(PURPOSE_GUEST_SVA);
	assert_int_equal(find_need(NEED_ATS)->verdict, EXPLAIN_BROKEN);
	function.ats.there = FACT_YES;
	/* It comes before what there is something to do about. */
	set_driver("idxd", false);
	assert_unusable(PURPOSE_GUEST_SVA, NEED_VIOMMU_SVA, "Page-walk Coherency", "");
}

static void test_print(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	make_sound_for_sva();
	function.ats = (struct capability){ FACT_NO };
	judge_for(PURPOSE_SVA);
	explain_print(&function, &chain, stream, false);
	fclose(stream);
	assert_non_null(strstr(text, "no process can share its address space with it: ats: "));
	assert_non_null(strstr(text, "  broken  ats (sure)\n"));
	assert_non_null(strstr(text, "  to do   this can't be fixed on the host\n"));
	assert_non_null(strstr(text, "\nFor a process to share its address space with it:\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usable),
		cmocka_unit_test(test_vmm),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_ats),
		cmocka_unit_test(test_pri),
		cmocka_unit_test(test_siblings),
		cmocka_unit_test(test_large_group),
		cmocka_unit_test(test_driver),
		cmocka_unit_test(test_idxd),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_smmuv3),
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_print),
		ALL_JUDGED("sva"),
	};

	return cmocka_run_group_tests_name("tool_explain_sva", tests, keep_judged, NULL);
}
