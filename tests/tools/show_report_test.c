// SPDX-License-Identifier: GPL-2.0-or-later
/* show/show_report.c: each line, and JSON's member for it, of records whose facts are set here. */
#include <errno.h>
#include <json-c/json.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_show.h"
#include "show/show.h"
#include "support/machine.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void assert_printed(const char *lines)
{
	if (!is_printed(lines))
		fail_msg("isn't printed: %s", lines);
}

static void assert_not_printed(const char *part)
{
	if (is_printed(part))
		fail_msg("is printed: %s", part);
}

static void assert_shown_as(const char *pointer, const char *expected)
{
	const struct member member = { pointer, expected };

	assert_members(&member, 1);
}

static void test_ids(void **state)
{
	read_host(state, FUNCTION);
	function->subsystem_name = "";
	assert_printed("  subsystem   abcd:0001\n  class       010802, A class\n");
	function->pci.subsystem_vendor = 0;
	function->pci.has_class = false;
	assert_printed("revision 21\n  kind        PF");
	assert_shown_as("/subsystem_id", "null");
	assert_shown_as("/class", "null");
	function->pci.vendor = 0;
	function->why = "no reason";
	assert_printed("  ID          unknown: no reason\n");
	assert_shown_as("/id", "null");
	assert_shown_as("/revision", "null");
	function->name = "";
	assert_printed("0000:01:00.0\n  state ");
}

static void test_kind(void **state)
{
	read_host(state, FUNCTION);
	function->pci.kind = PCI_KIND_FUNCTION;
	assert_printed("  kind        function\n");
	read_host(state, VF);
	*function->pci.pf.text = '\0';
	assert_printed("  kind        VF of an unknown PF\n");
}

static void test_power(void **state)
{
	read_host(state, FUNCTION);
	*function->runtime_status = '\0';
	assert_printed("  power       D0\n");
	*function->power_state = '\0';
	assert_not_printed("  power ");
	strcpy(function->runtime_status, "active");
	assert_printed("  power       active\n");
}

static void test_acs(void **state)
{
	static const struct {
		struct capability acs;
		const char *text;
	} rows[] = {
		{ { .there = FACT_UNKNOWN }, "ACS unknown\n" },
		{ { .there = FACT_NO }, "no ACS\n" },
		{ { FACT_YES, 0x100, PCI_ACS_RR | PCI_ACS_UF, 0 },
		  "ACS at 0x100: 0x0000 of 0x0014, ReqRedir- UpstreamFwd-\n" },
		{ { FACT_YES, 0x104, 0, PCI_ACS_RR },
		  "ACS at 0x104: 0x0004 of 0x0000, ReqRedir+ UpstreamFwd-\n" },
		{ { FACT_YES, 0xffc, 1, PCI_ACS_UF },
		  "ACS at 0xffc: 0x0010 of 0x0001, ReqRedir- UpstreamFwd+\n" },
	};

	read_host(state, FUNCTION);
	for (size_t i = 0; i < COUNT(rows); i++) {
		function->acs = rows[i].acs;
		assert_printed(rows[i].text);
		assert_shown_as("/path/0/acs/offset",
				rows[i].acs.there == FACT_YES
					? path_of("%u", rows[i].acs.offset).text
					: "null");
	}
}

static void test_tlp_prefix(void **state)
{
	static const struct {
		enum fact there;
		const char *text, *json;
	} rows[] = {
		{ FACT_UNKNOWN, "endpoint   TLP prefixes unknown  ACS at", "null" },
		{ FACT_NO, "endpoint   no TLP prefixes  ACS at", "false" },
		{ FACT_YES, "endpoint   TLP prefixes     ACS at", "true" },
	};

	read_host(state, FUNCTION);
	for (size_t i = 0; i < COUNT(rows); i++) {
		function->tlp_prefix = rows[i].there;
		assert_printed(rows[i].text);
		assert_shown_as("/path/0/tlp_prefix", rows[i].json);
	}
}

/* The columns are as wide as the types that are printed require. */
static void test_path(void **state)
{
	struct function *port;

	read_host(state, FUNCTION);
	port = function->hops[1];
	port->is_pcie = FACT_UNKNOWN;
	port->why = "it is away";
	assert_printed("  path        0000:01:00.0  endpoint  TLP prefixes     ACS");
	assert_printed("              0000:00:1c.0  unknown: it is away\n  IOMMU ");
	assert_shown_as("/path/1/type", "null");
	port->is_pcie = FACT_YES;
	function->path_why = "no more ports";
	assert_printed("              unknown: no more ports\n  IOMMU ");
	function->hop_count = 0;
	assert_printed("  path        unknown: no more ports\n  IOMMU ");
	assert_shown_as("/path", "[]");
	assert_shown_as("/path_error", "\"no more ports\"");
}

/* If its PF isn't known, a VF's own registers are. */
static void test_no_holder(void **state)
{
	read_host(state, VF);
	function->holder = NULL;
	function->path_why = "its PF is away";
	assert_printed("  type        endpoint\n"
		       "  path        unknown: its PF is away\n");
	assert_printed("  PASID       unknown: as above\n"
		       "  ATS         at 0x280: capability 0x0025, control 0x0000\n");
	assert_printed("  PRI         unknown: as above\n");
	assert_shown_as("/pasid/bdf", "null");
	assert_shown_as("/pasid/present", "null");
}

static void test_iommu(void **state)
{
	static const struct {
		enum iommu_kind kind;
		const char *line, *name, *mode;
	} rows[] = {
		{ IOMMU_OTHER, "  IOMMU       dmar0, unknown type\n", "\"other\"", "null" },
		{ IOMMU_INTEL, "  IOMMU       dmar0, Intel VT-d\n", "\"intel\"", "true" },
		{ IOMMU_AMD, "  IOMMU       dmar0, AMD-Vi\n", "\"amd\"", "null" },
		{ IOMMU_SMMU, "  IOMMU       dmar0, Arm SMMU before version 3\n", "\"smmu\"",
		  "null" },
		{ IOMMU_SMMUV3, "  IOMMU       dmar0, Arm SMMUv3\n", "\"smmuv3\"", "null" },
	};
	struct iommu iommu;

	read_host(state, FUNCTION);
	iommu = *function->iommu;
	function->iommu = &iommu;
	for (size_t i = 0; i < COUNT(rows); i++) {
		iommu.kind = rows[i].kind;
		assert_printed(rows[i].line);
		assert_shown_as("/iommu/kind", rows[i].name);
		assert_shown_as("/iommu/scalable_mode", rows[i].mode);
	}
}

static struct link *find_link(enum explain_what what)
{
	struct link *link = show.chain.links;

	while (link < show.chain.links + show.chain.link_count && link->what != what)
		link++;
	assert_int_equal(link->what, what);
	return link;
}

static void test_mode(void **state)
{
	struct link *mode;

	read_host(state, FUNCTION);
	mode = find_link(LINK_IOMMU_MODE);
	strcpy(mode->found, "what is found");
	strcpy(mode->doubt, "what is doubted");
	assert_printed("  mode        what is found (what is doubted)\n  PASIDs ");
	mode->verdict = EXPLAIN_BROKEN;
	assert_shown_as("/iommu/scalable_mode", "false");
	mode->verdict = EXPLAIN_UNKNOWN;
	assert_printed("  mode        unknown: what is doubted\n  PASIDs ");
	assert_shown_as("/iommu/scalable_mode", "null");
}

static void test_group(void **state)
{
	read_host(state, FUNCTION);
	*function->domain = '\0';
	function->sibling_count = 0;
	assert_printed("  group       7\n  PASID ");
	assert_shown_as("/siblings", "[]");
	*function->pci.iommu_group = '\0';
	assert_printed("  group       none\n");
	assert_printed("  VFIO        bound to pasid_vfio_pci\n    cdev ");
	assert_shown_as("/vfio/group", "null");
}

static void test_pasid(void **state)
{
	static const struct {
		uint16_t capability, control;
		const char *lines, *json;
	} rows[] = {
		{ 0x0100, 0x0006,
		  "capability 0x0100, control 0x0006\n"
		  "    enabled   no\n"
		  "    width     1 bit\n"
		  "    EXEC      not supported\n"
		  "    PRIV      not supported\n",
		  "\"enabled\":false,\"width\":1,\"exec\":false,\"priv\":false,"
		  "\"exec_enabled\":true,\"priv_enabled\":true}" },
		{ 0x1402, 0x0001,
		  "capability 0x1402, control 0x0001\n"
		  "    enabled   yes\n"
		  "    width     20 bits\n"
		  "    EXEC      supported, disabled\n"
		  "    PRIV      not supported\n",
		  "\"enabled\":true,\"width\":20,\"exec\":true,\"priv\":false,"
		  "\"exec_enabled\":false,\"priv_enabled\":false}" },
		{ 0x1504, 0x0005,
		  "capability 0x1504, control 0x0005\n"
		  "    enabled   yes\n"
		  "    width     unknown: the register says 21 bits, but PCIe allows 20 at most\n"
		  "    EXEC      not supported\n"
		  "    PRIV      supported, enabled\n",
		  "\"enabled\":true,\"width\":null,\"exec\":false,\"priv\":true,"
		  "\"exec_enabled\":false,\"priv_enabled\":true}" },
	};
	struct json_object *object;
	char numbers[64];

	read_host(state, FUNCTION);
	for (size_t i = 0; i < COUNT(rows); i++) {
		function->pasid.capability = rows[i].capability;
		function->pasid.control = rows[i].control;
		assert_printed(rows[i].lines);
		object = show_to_json(&show, NULL);
		snprintf(numbers, sizeof(numbers), "\"capability\":%u,\"control\":%u,",
			 rows[i].capability, rows[i].control);
		assert_member(object, "/pasid",
			      path_of("{\"bdf\":\"" FUNCTION "\",\"present\":true,\"offset\":384,"
				      "%s%s",
				      numbers, rows[i].json)
				      .text);
		json_object_put(object);
	}
}

static void test_ats(void **state)
{
	read_host(state, FUNCTION);
	function->ats.capability = 1;
	function->ats.control = 0x0002;
	assert_printed("  ATS         at 0x280: capability 0x0001, control 0x0002\n"
		       "    enabled   no\n"
		       "    STU       16384 bytes\n"
		       "    queue     1 invalidation\n"
		       "  PRI ");
	assert_shown_as("/ats/enabled", "false");
	function->ats.there = FACT_NO;
	assert_printed("  ATS         none\n  PRI ");
	assert_shown_as("/ats", "{\"bdf\":\"" FUNCTION "\",\"present\":false,\"offset\":null,"
				"\"capability\":null,\"control\":null,\"enabled\":null,"
				"\"stu\":null,\"queue_depth\":null}");
}

static void test_pri(void **state)
{
	static const struct {
		uint16_t control, status;
		const char *enabled, *answers, *stopped;
	} rows[] = {
		{ 0, 0, "no\n", "without PASID\n", "false" },
		{ 1, PCI_PRI_STATUS_STOPPED, "yes, stopped\n", "without PASID\n", "true" },
		{ 0, PCI_PRI_STATUS_RF, "no, response failure\n", "without PASID\n", "false" },
		{ 2, PCI_PRI_STATUS_UPRGI, "no, unexpected page request group\n", "without PASID\n",
		  "false" },
		{ 3, PCI_PRI_STATUS_PASID, "yes\n", "with PASID\n", "false" },
		{ 1, 0xffff, "yes, stopped, response failure, unexpected page request group\n",
		  "with PASID\n", "true" },
	};

	read_host(state, FUNCTION);
	for (size_t i = 0; i < COUNT(rows); i++) {
		function->pri.control = rows[i].control;
		function->pri.status = rows[i].status;
		assert_printed(path_of("control 0x%04x, status 0x%04x\n    enabled   %s",
				       rows[i].control, rows[i].status, rows[i].enabled)
				       .text);
		assert_printed(path_of("    answers   %s", rows[i].answers).text);
		assert_shown_as("/pri/enabled", rows[i].control & 1 ? "true" : "false");
		assert_shown_as("/pri/stopped", rows[i].stopped);
		assert_shown_as("/pri/response_pasid",
				rows[i].status & PCI_PRI_STATUS_PASID ? "true" : "false");
	}
	function->pri.there = FACT_NO;
	assert_printed("  PRI         none\n  VFIO ");
	assert_shown_as("/pri", "{\"bdf\":\"" FUNCTION "\",\"present\":false,\"offset\":null,"
				"\"control\":null,\"status\":null,\"enabled\":null,"
				"\"stopped\":null,\"capacity\":null,\"allocation\":null,"
				"\"response_pasid\":null}");
}

static void test_reporter(void **state)
{
	struct kernel kernel;

	read_host(state, FUNCTION);
	kernel = *function->kernel;
	function->kernel = &kernel;
	strcpy(kernel.release, "7.3.4");
	kernel.iommufd = FACT_YES;
	strcpy(function->pci.driver, "vfio-pci");
	function->vfio_pasid = VFIO_PASID_ANSWERS;
	assert_printed("    reporter  vfio_pasid\n");
	function->vfio_pasid = VFIO_PASID_NOT_LOADED;
	function->has_cdev = FACT_NO;
	*function->cdev = '\0';
	assert_printed("    cdev      none\n"
		       "    reporter  none; see vpasid explain " FUNCTION "\n");
	assert_shown_as("/vfio/cdev", "null");
	function->has_cdev = FACT_YES;
	function->has_iommufd = FACT_UNKNOWN;
	assert_printed(
		"    reporter  unknown: it is unknown whether this kernel's iommufd reports it\n"
		"  iommufd     unknown: the recorded sysfs has no information about it\n");
	assert_shown_as("/vfio/iommufd", "null");
	function->has_iommufd = FACT_NO;
	assert_printed("  iommufd     none\n");
	assert_shown_as("/vfio/iommufd", "false");
}

static void test_not_bound(void **state)
{
	read_host(state, FUNCTION);
	function->pci.on_vfio = false;
	assert_not_printed("    group ");
	assert_not_printed("    reporter ");
	assert_shown_as("/vfio/bound", "false");
	assert_shown_as("/vfio/group", "null");
	assert_shown_as("/vfio/reporter", "null");
	show.chain.need_count = 0;
	assert_printed("  VFIO        not bound\n");
	assert_shown_as("/vfio/denylisted", "false");
}

static void test_denylist(void **state)
{
	read_host(state, FUNCTION);
	function->pci.vendor = 0x8086; /* QAT: the first of the kernel's list */
	function->pci.device = 0x0435;
	assert_printed("  denylist    on the denylist of VFIO's drivers: known errata");
	assert_shown_as("/vfio/denylisted", "true");
}

/* It is known that there is none if more of the config space would change nothing. */
static void test_place(void **state)
{
	static const struct {
		int error;
		bool has_layout, is_bridge, is_dumped;
		const char *line;
	} rows[] = {
		{ -ENXIO, false, false, false, "  place       none: a reason\n" },
		{ -ENXIO, false, false, true, "  place       unknown: a reason\n" },
		{ -ENXIO, false, true, true, "  place       none: a reason\n" },
		{ -EACCES, false, true, false, "  place       unknown: a reason\n" },
		{ -EACCES, false, false, false, "  place       unknown: a reason\n" },
		{ -EACCES, true, false, true, "  place       none: a reason\n" },
	};
	struct config_space space;

	read_host(state, FUNCTION);
	space = *show.place.space;
	show.place.space = &space;
	strcpy(show.place.why.text, "a reason");
	for (size_t i = 0; i < COUNT(rows); i++) {
		show.place.error = rows[i].error;
		show.place.has_layout = rows[i].has_layout;
		space.is_bridge = rows[i].is_bridge;
		space.is_dumped = rows[i].is_dumped;
		assert_printed(rows[i].line);
		assert_shown_as("/place",
				"{\"offset\":null,\"reason\":null,\"error\":\"a reason\"}");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_ids),	   TREE_TEST(test_kind),       TREE_TEST(test_power),
		TREE_TEST(test_acs),	   TREE_TEST(test_tlp_prefix), TREE_TEST(test_path),
		TREE_TEST(test_no_holder), TREE_TEST(test_iommu),      TREE_TEST(test_mode),
		TREE_TEST(test_group),	   TREE_TEST(test_pasid),      TREE_TEST(test_ats),
		TREE_TEST(test_pri),	   TREE_TEST(test_reporter),   TREE_TEST(test_not_bound),
		TREE_TEST(test_denylist),  TREE_TEST(test_place),
	};

	return cmocka_run_group_tests(tests, new_quirks, free_quirks);
}
