// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/chain.h on made records: what each link is judged by, and what follows from all. */
#include <errno.h>
#include <json-c/json.h>
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
#include "facts/pasid.h"

#define FUNCTION "0000:01:00.0"
#define VF	 "0000:01:00.1"
#define PORT	 "0000:00:1c.0"
#define ECAP	 (1ull << 43 | 1ull << 40 | 19ull << 35)

static struct host host;
static struct kernel kernel;
static struct iommu iommu;
static struct iommu_presence presence;
static struct function function, port, vf;
static struct function *hops[] = { &function, &port };
static const struct function *judged;
static struct chain chain;

static void set_hop(struct function *hop, const char *bdf, uint8_t type)
{
	*hop = (struct function){
		.host = &host,
		.pci.vendor = 0x1b36,
		.name = "",
		.size = 4096,
		.why = "",
		.path_why = "",
		.is_pcie = FACT_YES,
		.type = type,
		.devcap2 = 0x78,
		.tlp_prefix = FACT_YES,
		.multifunction = FACT_NO,
		.acs = { .there = FACT_NO },
		.pasid = { .there = FACT_NO },
	};
	assert_int_equal(bdf_parse(bdf, &hop->pci.bdf), 0);
}

/* Registers, and the width that they tell. */
static void set_iommu(enum iommu_kind kind, uint64_t registers, unsigned int width)
{
	iommu.kind = kind;
	iommu.has_registers = true;
	iommu.registers = registers;
	iommu.width = width;
}

static void set_no_iommu(void)
{
	function.is_covered = FACT_NO;
	function.iommu = NULL;
	function.presence = &presence;
	function.pci.iommu_group[0] = '\0';
	function.domain[0] = '\0';
}

static void hide_iommu(void)
{
	iommu.has_registers = false;
	iommu.registers = iommu.width = 0;
}

/* A function with PASID behind a root port, on a host that can. */
static void make_sound(void)
{
	host = (struct host){
		.kind = HOST_LIVE,
		.presence = &presence,
		.release = "6.12.0",
		.has_read_release = true,
	};
	kernel = (struct kernel){
		.release = "6.12.0",
		.config = "/proc/config.gz",
		.is_own_config = true,
		.pci_pasid = FACT_YES,
		.intel_on = FACT_YES,
		.intel_scalable = FACT_YES,
		.iommufd = FACT_NO,
		.command_line = { .is_known = true },
	};
	iommu = (struct iommu){ .name = "dmar0" };
	set_iommu(IOMMU_INTEL, ECAP, 20);
	presence = (struct iommu_presence){ 0 };
	set_hop(&function, FUNCTION, PCI_EXP_TYPE_ENDPOINT);
	function.holder = &function;
	function.hops = hops;
	function.hop_count = 2;
	function.pasid = (struct capability){ FACT_YES, 0x180, 20 << 8 | 6, PCI_PASID_CTRL_ENABLE };
	function.kernel = &kernel;
	function.is_covered = FACT_YES;
	function.iommu = &iommu;
	strcpy(function.pci.iommu_group, "5");
	strcpy(function.domain, "DMA-FQ");
	strcpy(function.pci.driver, "nvme");
	function.has_cdev = FACT_NO;
	function.has_iommufd = FACT_NO;
	set_hop(&port, PORT, PCI_EXP_TYPE_ROOT_PORT);
	port.acs = (struct capability){ FACT_YES, 0x148, 0x5f, 0x1d };
	judged = &function;
}

/* It, and not the function, which is its PF, is judged. */
static void make_vf(void)
{
	vf = function;
	assert_int_equal(bdf_parse(VF, &vf.pci.bdf), 0);
	vf.pci.kind = PCI_KIND_VF;
	vf.pci.pf = function.pci.bdf;
	vf.pasid = (struct capability){ .there = FACT_NO };
	vf.hops = NULL;
	vf.hop_count = 0;
	judged = &vf;
}

static void switch_off(void)
{
	function.pasid.control = 0;
}

static void judge(void)
{
	explain_judge(judged, &chain);
}

static const struct link *find_link(enum explain_what what, const char *bdf)
{
	for (size_t i = 0; i < chain.link_count; i++)
		if (chain.links[i].what == what && (!bdf || !strcmp(chain.links[i].bdf.text, bdf)))
			return &chain.links[i];
	fail_msg("there is no link %s of %s", explain_what_name(what), bdf ? bdf : "any");
	return NULL;
}

static void assert_link(enum explain_what what, const char *bdf, enum explain_verdict verdict,
			enum explain_certainty certainty)
{
	const struct link *link = find_link(what, bdf);

	if (link->verdict != verdict || link->certainty != certainty)
		fail_msg("%s is %s, %s: %s, %s", explain_what_name(what),
			 explain_verdict_name(link->verdict),
			 explain_certainty_name(link->certainty), link->found, link->doubt);
}

static void assert_width(bool (*get)(const struct function *function, unsigned int *width),
			 unsigned int expected)
{
	unsigned int width;

	assert_true(get(judged, &width));
	assert_int_equal(width, expected);
}

/* Off, and that link is named as the first that is broken. */
static void assert_broken(enum explain_what what, const char *bdf, enum explain_certainty certainty)
{
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.certainty, certainty);
	assert_non_null(chain.broken);
	if (chain.broken->what != what || strcmp(chain.broken->bdf.text, bdf) != 0 ||
	    chain.broken->certainty != certainty)
		fail_msg("named is %s of %s (%s): %s", explain_what_name(chain.broken->what),
			 chain.broken->bdf.text, explain_certainty_name(chain.broken->certainty),
			 chain.broken->found);
	assert_true(*chain.broken->found);
	assert_true(strstr(chain.summary, chain.broken->found) != NULL);
}

static const struct link *find_need(enum explain_what what)
{
	for (size_t i = 0; i < chain.need_count; i++)
		if (chain.needs[i].what == what)
			return &chain.needs[i];
	fail_msg("there is no need of %s", explain_what_name(what));
	return NULL;
}

static char *print(bool colours)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	judge();
	explain_print(judged, &chain, stream, colours);
	fclose(stream);
	return text;
}

static void assert_begins(const char *text, const char *beginning)
{
	if (strncmp(text, beginning, strlen(beginning)) != 0)
		fail_msg("%s", text);
}

static void test_sound(void **state)
{
	static const enum explain_what order[] = {
		LINK_KERNEL,	 LINK_IOMMU,	  LINK_IOMMU_MODE, LINK_IOMMU_PASID,
		LINK_CAPABILITY, LINK_TLP_PREFIX, LINK_TLP_PREFIX, LINK_ACS,
		LINK_ACS,	 LINK_ENABLED,
	};

	(void)state;
	make_sound();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_null(chain.broken);
	assert_int_equal(chain.note_count, 0);
	assert_width(pasid_width, 20);
	assert_width(pasid_iommu_width, 20);
	assert_string_equal(chain.summary, "PASID is usable: enabled, 20 bits wide");
	assert_int_equal(chain.link_count, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < chain.link_count; i++) {
		assert_int_equal(chain.links[i].what, order[i]);
		assert_int_equal(chain.links[i].verdict, EXPLAIN_OK);
		assert_int_equal(chain.links[i].certainty, EXPLAIN_SURE);
	}
	set_iommu(IOMMU_INTEL, 1ull << 43 | 1ull << 40, 1);
	judge();
	assert_string_equal(chain.summary,
			    "PASID is usable: enabled, 20 bits wide, of which the IOMMU takes 1");
}

static void test_kernel(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	kernel.pci_pasid = FACT_NO;
	assert_broken(LINK_KERNEL, "", EXPLAIN_SURE);

	strcpy(kernel.config, "/boot/config-6.12.0");
	kernel.is_own_config = false;
	assert_broken(LINK_KERNEL, "", EXPLAIN_LIKELY);

	kernel.pci_pasid = FACT_UNKNOWN;
	judge();
	assert_link(LINK_KERNEL, NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	iommu.kind = IOMMU_SMMUV3;
	judge();
	assert_link(LINK_KERNEL, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
}

/* What the words name decides what there is to do. */
static void test_no_iommu(void **state)
{
	static const struct {
		enum fact driven, tables;
		enum iommu_table table;
		const char *found, *todo;
	} rows[] = {
		{ FACT_YES, FACT_YES, IOMMU_TABLE_DMAR, "none covers the function", "kernel log" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_DMAR, "ACPI table DMAR", "grep DMAR" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_IVRS, "ACPI table IVRS", "grep AMD-Vi" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_IORT, "ACPI table IORT", "kernel log" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_NONE, "tables describe none", "in the firmware" },
		{ FACT_UNKNOWN, FACT_UNKNOWN, IOMMU_TABLE_NONE, "uses no IOMMU",
		  "in the firmware" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		set_no_iommu();
		presence = (struct iommu_presence){ rows[i].driven, rows[i].tables, rows[i].table };
		assert_broken(LINK_IOMMU, FUNCTION, EXPLAIN_SURE);
		assert_non_null(strstr(chain.broken->found, rows[i].found));
		assert_non_null(strstr(chain.broken->todo, rows[i].todo));
		assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_NA, EXPLAIN_SURE);
		assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_NA, EXPLAIN_SURE);
	}
}

/* Why the kernel doesn't use the IOMMU that the firmware describes. */
static void test_unused_iommu(void **state)
{
	static const struct {
		enum iommu_table table;
		struct command_line line;
		enum fact has_driver, is_default;
		const char *found, *todo;
	} rows[] = {
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_ON, .iommu_off = true },
		  FACT_YES,
		  FACT_YES,
		  "iommu=off is on its command line",
		  "without iommu=off" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_OFF },
		  FACT_YES,
		  FACT_YES,
		  "intel_iommu=off is on",
		  "with intel_iommu=on instead" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true },
		  FACT_YES,
		  FACT_NO,
		  "uses none",
		  "boot with intel_iommu=on" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true },
		  FACT_UNKNOWN,
		  FACT_UNKNOWN,
		  "uses none",
		  "boot with intel_iommu=on" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true },
		  FACT_YES,
		  FACT_YES,
		  "is told to",
		  "see `dmesg" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_ON },
		  FACT_YES,
		  FACT_NO,
		  "is told to",
		  "see `dmesg" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_ON },
		  FACT_NO,
		  FACT_NO,
		  "without CONFIG_INTEL_IOMMU",
		  "CONFIG_INTEL_IOMMU" },
		{ IOMMU_TABLE_IVRS,
		  { .is_known = true, .iommu_off = true },
		  FACT_YES,
		  FACT_NO,
		  "iommu=off is on",
		  "without iommu=off" },
		{ IOMMU_TABLE_IVRS,
		  { .is_known = true, .amd_off = true },
		  FACT_YES,
		  FACT_NO,
		  "amd_iommu=off is on",
		  "without amd_iommu=off" },
		{ IOMMU_TABLE_IVRS,
		  { .is_known = true, .intel = SAID_OFF },
		  FACT_NO,
		  FACT_NO,
		  "without CONFIG_AMD_IOMMU",
		  "CONFIG_AMD_IOMMU" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		set_no_iommu();
		presence = (struct iommu_presence){ FACT_NO, FACT_YES, rows[i].table };
		kernel.command_line = rows[i].line;
		kernel.intel = kernel.amd = rows[i].has_driver;
		kernel.intel_on = rows[i].is_default;
		assert_broken(LINK_IOMMU, FUNCTION, EXPLAIN_SURE);
		if (!strstr(chain.broken->found, rows[i].found) ||
		    !strstr(chain.broken->todo, rows[i].todo))
			fail_msg("row %zu: %s; %s", i, chain.broken->found, chain.broken->todo);
	}
}

/* The command line says it, or the configuration. */
static void test_scalable_mode(void **state)
{
	static const struct {
		bool is_known;
		enum said said;
		enum fact is_default;
		enum explain_verdict verdict;
		const char *todo;
	} rows[] = {
		{ true, SAID_NOTHING, FACT_YES, EXPLAIN_OK, "" },
		{ true, SAID_NOTHING, FACT_NO, EXPLAIN_BROKEN, "with intel_iommu=on,sm_on" },
		{ true, SAID_NOTHING, FACT_UNKNOWN, EXPLAIN_UNKNOWN, "to be sure" },
		{ false, SAID_NOTHING, FACT_YES, EXPLAIN_UNKNOWN, "" },
		{ true, SAID_ON, FACT_NO, EXPLAIN_OK, "" },
		{ true, SAID_OFF, FACT_YES, EXPLAIN_BROKEN, "intel_iommu=on,sm_on instead" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		kernel.command_line.is_known = rows[i].is_known;
		kernel.command_line.intel_scalable = rows[i].said;
		kernel.intel_scalable = rows[i].is_default;
		judge();
		if (find_link(LINK_IOMMU_MODE, NULL)->verdict != rows[i].verdict)
			fail_msg("row %zu: %s", i, find_link(LINK_IOMMU_MODE, NULL)->found);
		assert_non_null(strstr(find_link(LINK_IOMMU_MODE, NULL)->todo, rows[i].todo));
		assert_int_equal(chain.broken->what, rows[i].verdict == EXPLAIN_BROKEN
							     ? LINK_IOMMU_MODE
							     : LINK_ENABLED);
	}
}

static void test_intel_registers(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 43), 0);
	assert_broken(LINK_IOMMU_MODE, "", EXPLAIN_SURE);
	/* PASID without scalable mode is of no use */
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_BROKEN, EXPLAIN_SURE);
	assert_non_null(strstr(find_link(LINK_IOMMU_PASID, NULL)->found, "in its present mode"));
	set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 40), 0);
	assert_broken(LINK_IOMMU_PASID, "", EXPLAIN_SURE);
	hide_iommu();
	judge();
	assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
}

#define EFR (1ull << 50 | 1ull << 48 | 15ull << 32 | 1u << 4 | 1u << 1)

static void make_amd(const char *release)
{
	make_sound();
	set_iommu(IOMMU_AMD, EFR, 15);
	snprintf(iommu.name, sizeof(iommu.name), "ivhd0");
	snprintf(host.release, sizeof(host.release), "%s", release);
	host.has_read_release = true;
	snprintf(kernel.release, sizeof(kernel.release), "%s", release);
}

/* AMD's enables PASID only if all of that is so, and in some domains. */
static void test_amd_mode(void **state)
{
	static const struct {
		const char *release;
		uint64_t lacks;
		struct command_line line;
		enum fact passthrough;
		const char *domain;
		bool on_vfio;
		enum explain_verdict verdict;
		const char *text;
	} rows[] = {
		{ "6.12.0",
		  1u << 4,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks GTSup, which" },
		{ "6.12.0",
		  1u << 1,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks PPRSup, which" },
		{ "7.3.4",
		  1ull << 50,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks EPHSup, which" },
		{ "7.3.4",
		  1ull << 48,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.12.0",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.1.0-9",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "before 6.2" },
		{ "6.8.0",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_UNKNOWN,
		  "6.12 and later" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_NO,
		  "DMA-FQ",
		  false,
		  EXPLAIN_BROKEN,
		  "force_isolation" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_UNKNOWN,
		  "DMA",
		  false,
		  EXPLAIN_BROKEN,
		  "force_isolation" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_YES,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true, .passthrough = SAID_OFF },
		  FACT_YES,
		  "DMA",
		  false,
		  EXPLAIN_BROKEN,
		  "force_isolation" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true, .passthrough = SAID_ON },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_v2 = SAID_ON },
		  FACT_NO,
		  "DMA",
		  false,
		  EXPLAIN_OK,
		  "page tables v2" },
		{ "6.12.0",
		  1ull << 48,
		  { .is_known = true, .amd_v2 = SAID_ON },
		  FACT_NO,
		  "DMA",
		  false,
		  EXPLAIN_BROKEN,
		  "page tables v1" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_v2 = SAID_OFF },
		  FACT_NO,
		  "DMA-FQ",
		  false,
		  EXPLAIN_BROKEN,
		  "page tables v1" },
		{ "7.3.4",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  true,
		  EXPLAIN_UNKNOWN,
		  "isn't shown" },
		{ "6.12.0",
		  0,
		  { .is_known = false },
		  FACT_NO,
		  "DMA",
		  false,
		  EXPLAIN_UNKNOWN,
		  "isn't known" },
		{ "6.12.0",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "",
		  false,
		  EXPLAIN_UNKNOWN,
		  "isn't known" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct link *link;

		make_amd(rows[i].release);
		iommu.registers &= ~rows[i].lacks;
		kernel.command_line = rows[i].line;
		kernel.passthrough = rows[i].passthrough;
		snprintf(function.domain, sizeof(function.domain), "%s", rows[i].domain);
		function.pci.on_vfio = rows[i].on_vfio;
		judge();
		link = find_link(LINK_IOMMU_MODE, NULL);
		if (link->verdict != rows[i].verdict ||
		    !strstr(link->verdict == EXPLAIN_UNKNOWN ? link->doubt : link->found,
			    rows[i].text))
			fail_msg("row %zu: %s%s", i, link->found, link->doubt);
		/* Nothing that could be done makes it usable. */
		for (size_t j = 0; j < chain.link_count; j++)
			assert_string_equal(chain.links[j].todo, "");
		for (size_t j = 0; chain.broken->decides && j < chain.need_count; j++)
			assert_string_equal(chain.needs[j].todo, "");
	}
}

/* Up to 7.3, nothing can be attached, even if it is enabled. */
static void test_amd_attach(void **state)
{
	static const char *const old[] = { "6.1.0", "6.12.0", "7.3.4" };
	static const char *const other[] = { "", "7.4.0" };
	unsigned int width;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		make_amd(old[i]);
		strcpy(function.domain, "identity");
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
		assert_int_equal(chain.certainty, EXPLAIN_SURE);
		assert_int_equal(chain.broken->what, LINK_ATTACH);
		assert_int_equal(chain.note_count, 0);
		assert_true(pasid_usable_width(judged, &width));
		assert_int_equal(width, 0);
	}
	for (size_t i = 0; i < 2; i++) {
		make_amd(other[i]);
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
		assert_link(LINK_ATTACH, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
		assert_false(pasid_usable_width(judged, &width));
	}
	/* What is missing before comes before. */
	make_amd("6.12.0");
	strcpy(function.domain, "identity");
	function.pasid.there = FACT_NO;
	assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
	make_amd("6.12.0");
	strcpy(function.domain, "identity");
	set_iommu(IOMMU_AMD, EFR & ~(15ull << 32), 0);
	assert_broken(LINK_IOMMU_PASID, "", EXPLAIN_SURE);
}

/* SMMUv3's driver enables PASID without asking whether there are any. */
static void test_other_iommus(void **state)
{
	unsigned int width;

	(void)state;
	make_sound();
	hide_iommu();
	iommu.kind = IOMMU_SMMUV3;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_false(pasid_usable_width(judged, &width));
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
	assert_non_null(strstr(find_need(NEED_VIOMMU)->doubt, "arm-smmuv3"));
	switch_off();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	iommu.kind = IOMMU_SMMU;
	assert_broken(LINK_IOMMU_MODE, "", EXPLAIN_SURE);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_NA, EXPLAIN_SURE);
}

static void test_capability(void **state)
{
	struct capability *pasid = &function.pasid;

	(void)state;
	make_sound();
	pasid->there = FACT_NO;
	assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
	assert_link(LINK_ENABLED, FUNCTION, EXPLAIN_NA, EXPLAIN_SURE);
	make_vf();
	assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.broken->found, "its PF has no"));

	/* Linux enables these, though they can't be used. */
	make_sound();
	pasid->capability = 0;
	assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
	pasid->capability = 21 << 8;
	assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
	pasid->capability = 1 << 8;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_width(pasid_width, 1);

	make_sound();
	make_vf();
	vf.holder = NULL;
	vf.path_why = "no PF";
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_link(LINK_CAPABILITY, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_link(LINK_ENABLED, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
}

/* What can't have the capability isn't told of its data sheet. */
static void test_capability_remedy(void **state)
{
	static const struct {
		enum fact is_pcie;
		uint32_t class;
		uint8_t type;
		bool can_have;
	} rows[] = {
		{ FACT_YES, 0x010802, PCI_EXP_TYPE_ENDPOINT, true },
		{ FACT_YES, 0x088000, PCI_EXP_TYPE_RC_END, true },
		{ FACT_YES, 0x060000, PCI_EXP_TYPE_RC_END, false },
		{ FACT_YES, 0x060400, PCI_EXP_TYPE_ROOT_PORT, false },
		{ FACT_YES, 0, PCI_EXP_TYPE_ROOT_PORT, false },
		{ FACT_YES, 0x060400, PCI_EXP_TYPE_UPSTREAM, false },
		{ FACT_NO, 0x010802, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		function.pasid.there = FACT_NO;
		function.is_pcie = rows[i].is_pcie;
		function.type = rows[i].type;
		function.pci.has_class = rows[i].class;
		function.pci.class = rows[i].class;
		assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
		if (!*chain.broken->todo == rows[i].can_have)
			fail_msg("row %zu: %s", i, chain.broken->todo);
	}
}

static void test_prefixes(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	function.tlp_prefix = FACT_NO;
	assert_broken(LINK_TLP_PREFIX, FUNCTION, EXPLAIN_SURE);
	function.tlp_prefix = FACT_YES;
	port.tlp_prefix = FACT_NO;
	assert_broken(LINK_TLP_PREFIX, PORT, EXPLAIN_SURE);

	/* an integrated endpoint has nothing above it */
	make_sound();
	switch_off();
	function.hop_count = 1;
	function.type = PCI_EXP_TYPE_RC_END;
	judge();
	assert_int_equal(chain.broken->what, LINK_ENABLED);
	function.tlp_prefix = FACT_NO;
	assert_broken(LINK_TLP_PREFIX, FUNCTION, EXPLAIN_SURE);

	/* another must have a port above it */
	function.tlp_prefix = FACT_YES;
	function.type = PCI_EXP_TYPE_ENDPOINT;
	assert_broken(LINK_TLP_PREFIX, FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.broken->found, "on the root bus"));
	function.path_why = "lost";
	judge();
	assert_link(LINK_TLP_PREFIX, "", EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_link(LINK_ACS, "", EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
}

static void test_no_prefix_needed(void **state)
{
	static const struct {
		uint16_t vendor, device;
		uint8_t revision;
		bool exempt;
	} rows[] = {
		{ 0x19e5, 0xa250, 0x21, true },	 { 0x19e5, 0xa251, 0x30, true },
		{ 0x19e5, 0xa255, 0x21, true },	 { 0x19e5, 0xa256, 0x21, true },
		{ 0x19e5, 0xa258, 0x21, true },	 { 0x19e5, 0xa259, 0x30, true },
		{ 0x19e5, 0xa250, 0x22, false }, { 0x19e5, 0xa252, 0x21, false },
		{ 0x19e6, 0xa250, 0x21, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		function.pci.vendor = rows[i].vendor;
		function.pci.device = rows[i].device;
		function.revision = rows[i].revision;
		function.tlp_prefix = FACT_NO;
		judge();
		assert_int_equal(chain.broken->what,
				 rows[i].exempt ? LINK_ENABLED : LINK_TLP_PREFIX);
	}
}

/* Each type, alone and one of several, without ACS and with it: as pci_acs_enabled(). */
static void test_acs_types(void **state)
{
	enum {
		NEVER = -1,
		ASKED,
		IF_MANY,
		NOT_ASKED
	};
	static const struct {
		int type; /* -1: conventional PCI */
		int rule;
	} rows[] = {
		{ -1, NEVER },
		{ PCI_EXP_TYPE_PCI_BRIDGE, NEVER },
		{ PCI_EXP_TYPE_PCIE_BRIDGE, NEVER },
		{ PCI_EXP_TYPE_RC_EC, NEVER },
		{ PCI_EXP_TYPE_ROOT_PORT, ASKED },
		{ PCI_EXP_TYPE_DOWNSTREAM, ASKED },
		{ PCI_EXP_TYPE_ENDPOINT, IF_MANY },
		{ PCI_EXP_TYPE_LEG_END, IF_MANY },
		{ PCI_EXP_TYPE_UPSTREAM, IF_MANY },
		{ PCI_EXP_TYPE_RC_END, IF_MANY },
		{ 2, NOT_ASKED },
		{ 15, NOT_ASKED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) * 4; i++) {
		bool is_many = i & 1, has_acs = i & 2;
		int rule = rows[i / 4].rule;
		bool holds = rule == NOT_ASKED || (rule != NEVER && has_acs) ||
			     (rule == IF_MANY && !is_many);

		make_sound();
		switch_off();
		port.is_pcie = rows[i / 4].type < 0 ? FACT_NO : FACT_YES;
		port.type = rows[i / 4].type < 0 ? 0 : (uint8_t)rows[i / 4].type;
		port.multifunction = is_many ? FACT_YES : FACT_NO;
		port.acs.there = has_acs ? FACT_YES : FACT_NO;
		judge();
		if ((find_link(LINK_ACS, PORT)->verdict == EXPLAIN_OK) != holds)
			fail_msg("type %d, %d, %d: %s", rows[i / 4].type, is_many, has_acs,
				 find_link(LINK_ACS, PORT)->found);
	}
}

/* What isn't in the capability is taken to be on. */
static void test_acs_registers(void **state)
{
	static const struct {
		uint16_t capability, control;
		const char *lacks; /* NULL: nothing */
	} rows[] = {
		{ 0x14, 0x14, NULL },
		{ 0x5f, 0x1d, NULL },
		{ 0x00, 0x00, NULL },
		{ 0x04, 0x04, NULL },
		{ 0x10, 0x10, NULL },
		{ 0x0b, 0x00, NULL },
		{ 0x14, 0x10, "has P2P Request Redirect of" },
		{ 0x14, 0x04, "has Upstream Forwarding of" },
		{ 0x14, 0x00, "has P2P Request Redirect and Upstream Forwarding of" },
		{ 0x04, 0x10, "has P2P Request Redirect of" },
		{ 0x10, 0x04, "has Upstream Forwarding of" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		port.acs.capability = rows[i].capability;
		port.acs.control = rows[i].control;
		judge();
		if (!rows[i].lacks)
			assert_link(LINK_ACS, PORT, EXPLAIN_OK, EXPLAIN_SURE);
		else
			assert_non_null(strstr(find_link(LINK_ACS, PORT)->found, rows[i].lacks));
	}
}

/* Other ports are no help to the function that has no ACS itself. */
static void test_acs_remedies(void **state)
{
	const char *todo;

	(void)state;
	make_sound();
	switch_off();
	function.multifunction = FACT_YES;
	assert_broken(LINK_ACS, FUNCTION, EXPLAIN_SURE);
	assert_null(strstr(chain.broken->todo, "ports"));
	port.acs.there = FACT_NO;
	judge();
	assert_non_null(strstr(find_link(LINK_ACS, PORT)->todo, "below ports that have ACS"));

	make_sound();
	switch_off();
	function.is_pcie = FACT_NO;
	judge();
	todo = find_link(LINK_ACS, FUNCTION)->todo;
	assert_string_equal(todo, "");
	port.is_pcie = FACT_NO;
	judge();
	assert_non_null(strstr(find_link(LINK_ACS, PORT)->todo, "below PCIe ports"));
}

static void make_arm(const char *release, struct iommu_presence of)
{
	make_sound();
	switch_off();
	hide_iommu();
	iommu.kind = IOMMU_SMMUV3;
	presence = of;
	snprintf(host.release, sizeof(host.release), "%s", release);
	snprintf(kernel.release, sizeof(kernel.release), "%s", release);
}

static const struct iommu_presence by_device_tree = { .driven = FACT_YES, .is_device_tree = true };
static const struct iommu_presence by_acpi = { FACT_YES, FACT_YES, IOMMU_TABLE_IORT, false };

/* It has no driver, and no IOMMU that can be seen. */
static void make_unprobed(const char *release, struct iommu_presence of)
{
	make_arm(release, of);
	set_no_iommu();
	function.pci.driver[0] = '\0';
	function.is_covered = FACT_UNKNOWN;
}

/* Where the kernel is told of the IOMMU only when a driver is first offered a function. */
static void test_late_iommu(void **state)
{
	const struct iommu_presence *const presences[] = { &by_device_tree, &by_acpi };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		make_unprobed("6.14.9-arm64", *presences[i]);
		judge();
		assert_link(LINK_IOMMU, FUNCTION, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
		assert_non_null(
			strstr(find_link(LINK_IOMMU, NULL)->doubt, "no driver has had it yet"));
		assert_int_equal(find_need(NEED_GROUP)->verdict, EXPLAIN_UNKNOWN);
		assert_string_equal(find_need(NEED_GROUP)->todo, "vpasid bind " FUNCTION);
	}
}

/* Where the ports' ACS is off as the kernel asks for it too late, there is an option for that. */
static void test_device_tree(void **state)
{
	(void)state;
	make_arm("6.12.9-arm64", by_device_tree);
	port.acs.control = 0;
	assert_broken(LINK_ACS, PORT, EXPLAIN_SURE);
	assert_non_null(strstr(chain.broken->todo, "pci=config_acs=1111101@" PORT));
	make_arm("7.3.4-arm64", by_device_tree);
	port.acs.control = 0;
	assert_broken(LINK_ACS, PORT, EXPLAIN_SURE);
	assert_null(strstr(chain.broken->todo, "1111101"));
	make_arm("6.12.9-arm64", by_acpi);
	port.acs.control = 0;
	assert_broken(LINK_ACS, PORT, EXPLAIN_SURE);
	assert_null(strstr(chain.broken->todo, "1111101"));

	/* Neither is it told of Intel's options. */
	make_arm("7.3.4-arm64", by_device_tree);
	set_no_iommu();
	presence.driven = FACT_NO;
	assert_broken(LINK_IOMMU, FUNCTION, EXPLAIN_SURE);
	assert_string_equal(chain.broken->todo, "");
}

static void test_acs_exceptions(void **state)
{
	char *text;

	(void)state;
	make_sound();
	switch_off();
	port.acs.there = FACT_NO;
	assert_broken(LINK_ACS, PORT, EXPLAIN_SURE);
	port.pci.vendor = 0x8086;
	assert_broken(LINK_ACS, PORT, EXPLAIN_LIKELY);
	assert_non_null(strstr(chain.broken->doubt, "knows exceptions"));
	text = print(false);
	assert_begins(text, FUNCTION ": PASID is not usable: acs of " PORT ": the root port has "
				     "no ACS capability (likely: the kernel knows exceptions");
	assert_non_null(strstr(text, "\n  broken  acs, " PORT " (likely)\n"));
	free(text);
	port.acs.there = FACT_UNKNOWN;
	judge();
	assert_link(LINK_ACS, PORT, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);

	make_sound();
	switch_off();
	function.hop_count = 1;
	function.type = PCI_EXP_TYPE_RC_END;
	function.multifunction = FACT_YES;
	assert_broken(LINK_ACS, FUNCTION, EXPLAIN_SURE);
	function.pci.vendor = 0x8086;
	judge();
	assert_link(LINK_ACS, FUNCTION, EXPLAIN_OK, EXPLAIN_SURE);

	make_sound();
	port.acs.there = FACT_NO;
	snprintf(kernel.release, sizeof(kernel.release), "6.1.0-9");
	judge();
	assert_link(LINK_ACS, "", EXPLAIN_NA, EXPLAIN_SURE);
	assert_int_equal(chain.note_count, 0);
}

/* What the register says stands above what was made out; and is told. */
static void test_enabled_although(void **state)
{
	(void)state;
	make_sound();
	port.acs.there = FACT_NO;
	port.tlp_prefix = FACT_NO;
	kernel.pci_pasid = FACT_UNKNOWN;
	hide_iommu();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_null(chain.broken);
	assert_int_equal(chain.note_count, 2);
	assert_non_null(strstr(chain.notes[0], "although tlp-prefix of " PORT " looks broken"));
	assert_non_null(strstr(chain.notes[1], "although acs of " PORT " looks broken"));
	assert_link(LINK_ACS, PORT, EXPLAIN_BROKEN, EXPLAIN_LIKELY);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	for (size_t i = 0; i < chain.link_count; i++)
		assert_string_equal(chain.links[i].todo, "");

	make_sound();
	kernel.command_line.intel_scalable = SAID_OFF;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.note_count, 1);
}

/* Without what decides, the bit is a leftover. */
static void test_leftover(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		make_sound();
		if (i == 0)
			set_no_iommu();
		else if (i == 1)
			kernel.pci_pasid = FACT_NO;
		else if (i == 2)
			set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 40), 0);
		else
			set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 43), 0);
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
		assert_int_equal(chain.certainty, EXPLAIN_SURE);
		assert_true(chain.broken->decides);
		assert_int_equal(chain.note_count, 1);
		assert_non_null(strstr(chain.notes[0], "a leftover"));
	}
}

static void hide(struct function *hop, const char *why)
{
	hop->pci.vendor = 0x8086;
	hop->pci.device = 0x1234;
	hop->size = 0;
	hop->why = why;
	hop->is_pcie = hop->tlp_prefix = hop->multifunction = FACT_UNKNOWN;
	hop->devcap2 = 0;
	hop->acs = hop->pasid = (struct capability){ FACT_UNKNOWN };
}

/* Without root, or asleep: no verdict but by what is broken elsewhere. */
static void test_unseen(void **state)
{
	(void)state;
	make_sound();
	hide(&function, "only root may");
	hide(&port, "only root may");
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_int_equal(chain.certainty, EXPLAIN_NOT_SURE);
	assert_null(chain.broken);
	assert_string_equal(chain.doubt,
			    "what can't be seen: capability, tlp-prefix, acs, enabled");
	assert_string_equal(find_link(LINK_CAPABILITY, NULL)->doubt, "only root may");
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_OK, EXPLAIN_SURE);

	set_iommu(IOMMU_INTEL, 0, 0);
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);

	/* a port that sleeps, and has no ACS as far as is known */
	make_sound();
	switch_off();
	hide(&port, "asleep");
	judge();
	assert_int_equal(chain.broken->what, LINK_ENABLED);
	assert_non_null(strstr(chain.doubt, "tlp-prefix, acs"));
}

/* Each link holds, and yet it is off. */
static void test_off_for_no_reason(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	assert_broken(LINK_ENABLED, FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.doubt, "none of the other links is broken"));
}

static void set_driver(const char *driver, bool on_vfio)
{
	snprintf(function.pci.driver, sizeof(function.pci.driver), "%s", driver);
	function.pci.on_vfio = on_vfio;
}

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
	assert_non_null(strstr(find_need(NEED_VIOMMU)->todo, "scalable-mode=on,pasid-bits=20"));

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
	assert_string_equal(find_need(NEED_VFIO)->found, "bound to no driver");
	set_driver("pasid_vfio_pci", true);
	judge();
	assert_int_equal(find_need(NEED_VFIO)->verdict, EXPLAIN_OK);
	assert_int_equal(find_need(NEED_REPORT)->verdict, EXPLAIN_OK);
	assert_string_equal(find_need(NEED_REPORT)->todo, "");

	/* Without PASID there is none to give. */
	function.pasid.there = FACT_NO;
	judge();
	assert_string_equal(find_need(NEED_VIOMMU)->todo, "");
	function.pasid.there = FACT_YES;
	judge();

	/* They are no links: the host's own verdict stands. */
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
	struct function *siblings[sizeof(rows) / sizeof(rows[0])];

	(void)state;
	make_sound();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct function *sibling = malloc(sizeof(*sibling));

		assert_non_null(sibling);
		set_hop(sibling, rows[i].bdf, PCI_EXP_TYPE_ENDPOINT);
		snprintf(sibling->pci.driver, sizeof(sibling->pci.driver), "%s", rows[i].driver);
		sibling->pci.on_vfio = rows[i].on_vfio;
		siblings[i] = sibling;
	}
	function.siblings = siblings;
	function.sibling_count = sizeof(rows) / sizeof(rows[0]);
	judge();
	assert_string_equal(find_need(NEED_GROUP)->found,
			    "the host uses 2 more of IOMMU group 5: 0000:01:00.1 (e1000e) "
			    "0000:01:00.2 (ahci)");
	function.pci.iommu_group[0] = '\0';
	judge();
	assert_int_equal(find_need(NEED_GROUP)->verdict, EXPLAIN_BROKEN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		free(siblings[i]);
}

/* Links that can't be understood leave open what they tell of. */
static void test_odd_links(void **state)
{
	static struct function other;
	static struct function *siblings[] = { &other };

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
	set_hop(&other, "0000:01:00.1", PCI_EXP_TYPE_ENDPOINT);
	other.pci.driver_error = -EPROTO;
	function.siblings = siblings;
	function.sibling_count = 1;
	judge();
	assert_string_equal(find_need(NEED_GROUP)->found,
			    "the host uses 1 more of IOMMU group 5: 0000:01:00.1 (unknown)");
}

static void test_text(void **state)
{
	char *text;

	(void)state;
	make_sound();
	text = print(false);
	assert_begins(text, FUNCTION ": PASID is usable: enabled, 20 bits wide (sure)\n"
				     "\n"
				     "  ok       sure    kernel       /proc/config.gz");
	assert_non_null(strstr(text, "\n  ok       sure    tlp-prefix   " PORT " 0x078 bit 21"
				     "  the root port takes end-to-end TLP prefixes\n"));
	assert_null(strchr(text, '\033'));
	free(text);

	switch_off();
	port.tlp_prefix = FACT_NO;
	text = print(false);
	assert_begins(text, FUNCTION
		      ": PASID is not usable: tlp-prefix of " PORT
		      ": the root port takes no end-to-end TLP prefixes (sure)\n"
		      "  broken  tlp-prefix, " PORT " 0x078 bit 21 (sure)\n"
		      "  found   the root port takes no end-to-end TLP prefixes\n"
		      "  to do   put the device into a slot whose ports take them, or look for a "
		      "setting in the firmware\n"
		      "\n");
	free(text);

	hide(&function, "only root may");
	hide(&port, "only root may");
	text = print(false);
	assert_begins(text, FUNCTION ": it can't be known whether PASID is usable (unknown: "
				     "what can't be seen: capability, tlp-prefix, acs, enabled)\n");
	assert_non_null(strstr(text, "can't know: only root may\n"));
	assert_non_null(strstr(text, "can't know: as above\n"));
	free(text);
}

/* Names are from outside. */
static void test_odd_text(void **state)
{
	char *text;

	(void)state;
	make_sound();
	strcpy(iommu.name, "dmar\033[2J");
	set_driver("a\nb", false);
	text = print(false);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "dmar\\x1b[2J covers it"));
	assert_non_null(strstr(text, "bound to a\\x0ab,"));
	free(text);

	text = print(true);
	assert_non_null(strstr(text, "\033[32mok     \033[0m"));
	assert_null(strstr(text, "dmar\033"));
	free(text);
}

static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, key, &value));
	return value ? json_object_get_string(value) : NULL;
}

static void test_json(void **state)
{
	static const char *const keys[] = { "name",  "doubt", "links",	"needs",
					    "notes", "error", "summary" };
	struct json_object *report, *devices, *device, *broken;

	(void)state;
	make_sound();
	switch_off();
	port.acs.there = FACT_NO;
	judge();
	report = explain_to_json(judged, &chain, NULL);
	assert_string_equal(member(report, "schema"), "vpasid-explain/1");
	assert_true(json_object_object_get_ex(report, "devices", &devices));
	assert_int_equal(json_object_array_length(devices), 1);
	device = json_object_array_get_idx(devices, 0);
	assert_string_equal(member(device, "bdf"), FUNCTION);
	assert_string_equal(member(device, "kind"), "function");
	assert_null(member(device, "pf"));
	assert_string_equal(member(device, "verdict"), "unusable");
	assert_string_equal(member(device, "certainty"), "sure");
	assert_string_equal(member(device, "width"), "20");
	assert_string_equal(member(device, "iommu_width"), "20");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		member(device, keys[i]);
	assert_true(json_object_object_get_ex(device, "broken", &broken));
	assert_string_equal(member(broken, "link"), "acs");
	assert_string_equal(member(broken, "bdf"), PORT);
	assert_string_equal(member(broken, "verdict"), "broken");
	assert_null(member(broken, "doubt"));
	json_object_put(report);
}

static struct json_object *only_device(struct json_object *report)
{
	struct json_object *devices;

	assert_true(json_object_object_get_ex(report, "devices", &devices));
	assert_int_equal(json_object_array_length(devices), 1);
	return json_object_array_get_idx(devices, 0);
}

/* A width that is 0 is known to be 0. */
static void test_widths_in_json(void **state)
{
	static const struct {
		unsigned int width;
		int iommu_width; /* -1: unknown */
		const char *shown, *iommu_shown;
	} rows[] = {
		{ 20, 0, "20", "0" },
		{ 0, 16, "0", "16" },
		{ 21, -1, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *report, *device;
		const char *shown;

		make_sound();
		function.pasid.capability = (uint16_t)(rows[i].width << 8);
		if (rows[i].iommu_width < 0)
			hide_iommu();
		else
			iommu.width = (unsigned int)rows[i].iommu_width;
		judge();
		report = explain_to_json(judged, &chain, NULL);
		device = only_device(report);
		shown = member(device, "width");
		assert_string_equal(shown ? shown : "null", rows[i].shown ? rows[i].shown : "null");
		shown = member(device, "iommu_width");
		assert_string_equal(shown ? shown : "null",
				    rows[i].iommu_shown ? rows[i].iommu_shown : "null");
		json_object_put(report);
	}
}

/* Of a function that isn't there, there is nothing but the address and why. */
static void test_json_of_error(void **state)
{
	struct json_object *known, *missing;

	(void)state;
	make_sound();
	judge();
	known = explain_to_json(judged, &chain, NULL);
	missing = explain_to_json(judged, &chain, "it is gone");
	json_object_object_foreach(only_device(known), key, value)
	{
		(void)value;
		if (!strcmp(key, "bdf"))
			assert_string_equal(member(only_device(missing), key), FUNCTION);
		else if (!strcmp(key, "error"))
			assert_string_equal(member(only_device(missing), key), "it is gone");
		else
			assert_null(member(only_device(missing), key));
	}
	assert_int_equal(json_object_object_length(only_device(missing)),
			 json_object_object_length(only_device(known)));
	json_object_put(known);
	json_object_put(missing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_no_iommu),
		cmocka_unit_test(test_unused_iommu),
		cmocka_unit_test(test_scalable_mode),
		cmocka_unit_test(test_intel_registers),
		cmocka_unit_test(test_amd_mode),
		cmocka_unit_test(test_amd_attach),
		cmocka_unit_test(test_other_iommus),
		cmocka_unit_test(test_capability),
		cmocka_unit_test(test_capability_remedy),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_no_prefix_needed),
		cmocka_unit_test(test_acs_types),
		cmocka_unit_test(test_acs_registers),
		cmocka_unit_test(test_acs_remedies),
		cmocka_unit_test(test_late_iommu),
		cmocka_unit_test(test_device_tree),
		cmocka_unit_test(test_acs_exceptions),
		cmocka_unit_test(test_enabled_although),
		cmocka_unit_test(test_leftover),
		cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_off_for_no_reason),
		cmocka_unit_test(test_denylist),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_iommufd),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_odd_links),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_odd_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_widths_in_json),
		cmocka_unit_test(test_json_of_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
