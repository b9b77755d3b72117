// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_chain.h on made facts: what each link is judged by, and what follows from all. */
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
#include "explain/report.h"

#define FUNCTION "0000:01:00.0"
#define PORT	 "0000:00:1c.0"
#define ECAP	 (1ull << 43 | 1ull << 40 | 19ull << 35)

static struct explain_facts facts;
static struct explain_chain chain;

static void set_hop(struct explain_hop *hop, const char *bdf, uint8_t type)
{
	*hop = (struct explain_hop){
		.vendor = 0x1b36,
		.size = 4096,
		.is_pcie = FACT_YES,
		.type = type,
		.devcap2 = 0x78,
		.tlp_prefix = FACT_YES,
		.multifunction = FACT_NO,
		.acs = { .there = FACT_NO },
		.pasid = { .there = FACT_NO },
	};
	assert_int_equal(bdf_parse(bdf, &hop->bdf), 0);
}

/* A function with PASID behind a root port, on a host that can. */
static void make_sound(void)
{
	facts = (struct explain_facts){
		.source = EXPLAIN_HOST,
		.origin = "",
		.has_pf = true,
		.hop_count = 2,
		.kernel = {
			.release = "6.12.0",
			.config = "/proc/config.gz",
			.pci_pasid = FACT_YES,
			.intel_on = FACT_YES,
			.intel_scalable = FACT_YES,
			.iommufd = FACT_NO,
			.has_command_line = true,
			.command_line = "quiet",
		},
		.iommu = {
			.covers = FACT_YES,
			.kind = EXPLAIN_IOMMU_INTEL,
			.name = "dmar0",
			.group = "5",
			.domain = "DMA-FQ",
			.has_registers = FACT_YES,
			.capabilities = ECAP,
		},
		.vfio = { .driver = "nvme", .has_cdev = FACT_NO, .has_iommufd = FACT_NO },
	};
	assert_int_equal(bdf_parse(FUNCTION, &facts.bdf), 0);
	set_hop(&facts.hops[0], FUNCTION, PCI_EXP_TYPE_ENDPOINT);
	facts.hops[0].pasid =
		(struct explain_capability){ FACT_YES, 0x180, 20 << 8 | 6, PCI_PASID_CTRL_ENABLE };
	set_hop(&facts.hops[1], PORT, PCI_EXP_TYPE_ROOT_PORT);
	facts.hops[1].acs = (struct explain_capability){ FACT_YES, 0x148, 0x5f, 0x1d };
}

static void switch_off(void)
{
	facts.hops[0].pasid.control = 0;
}

static void judge(void)
{
	explain_judge(&facts, &chain);
}

static const struct explain_link *find_link(const char *name, const char *bdf)
{
	for (size_t i = 0; i < chain.link_count; i++)
		if (!strcmp(chain.links[i].name, name) &&
		    (!bdf || !strcmp(chain.links[i].bdf.text, bdf)))
			return &chain.links[i];
	fail_msg("there is no link %s of %s", name, bdf ? bdf : "any");
	return NULL;
}

static void assert_link(const char *name, const char *bdf, enum explain_verdict verdict,
			enum explain_certainty certainty)
{
	const struct explain_link *link = find_link(name, bdf);

	if (link->verdict != verdict || link->certainty != certainty)
		fail_msg("%s is %s, %s: %s, %s", name, explain_verdict_name(link->verdict),
			 explain_certainty_name(link->certainty), link->found, link->doubt);
}

/* Off, and that link is named as the first that is broken. */
static void assert_broken(const char *name, const char *bdf, enum explain_certainty certainty)
{
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_non_null(chain.broken);
	if (strcmp(chain.broken->name, name) != 0 || strcmp(chain.broken->bdf.text, bdf) != 0 ||
	    chain.broken->certainty != certainty)
		fail_msg("named is %s of %s (%s): %s", chain.broken->name, chain.broken->bdf.text,
			 explain_certainty_name(chain.broken->certainty), chain.broken->found);
	assert_true(*chain.broken->found);
	assert_true(strstr(chain.summary, chain.broken->found) != NULL);
}

static void test_sound(void **state)
{
	static const char *const order[] = { "kernel",	    "iommu",	  "iommu-mode",
					     "iommu-pasid", "capability", "tlp-prefix",
					     "tlp-prefix",  "acs",	  "acs",
					     "enabled" };

	(void)state;
	make_sound();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_null(chain.broken);
	assert_int_equal(chain.note_count, 0);
	assert_int_equal(chain.width, 20);
	assert_int_equal(chain.iommu_width, 20);
	assert_string_equal(chain.summary, "PASID is usable: enabled, 20 bits wide");
	assert_int_equal(chain.link_count, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < chain.link_count; i++) {
		assert_string_equal(chain.links[i].name, order[i]);
		assert_int_equal(chain.links[i].verdict, EXPLAIN_OK);
		assert_int_equal(chain.links[i].certainty, EXPLAIN_SURE);
	}
	facts.iommu.capabilities = 1ull << 43 | 1ull << 40;
	judge();
	assert_string_equal(chain.summary,
			    "PASID is usable: enabled, 20 bits wide, of which the IOMMU takes 1");
}

static void test_kernel(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	facts.kernel.pci_pasid = FACT_NO;
	assert_broken("kernel", "", EXPLAIN_SURE);

	snprintf(facts.kernel.config, sizeof(facts.kernel.config), "/boot/config-6.12.0");
	assert_broken("kernel", "", EXPLAIN_LIKELY);

	facts.kernel.pci_pasid = FACT_UNKNOWN;
	judge();
	assert_link("kernel", NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	facts.iommu.kind = EXPLAIN_IOMMU_SMMUV3;
	judge();
	assert_link("kernel", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
}

/* What the words name decides what there is to do. */
static void test_no_iommu(void **state)
{
	static const struct {
		enum fact others, tables;
		const char *table, *found, *todo;
	} rows[] = {
		{ FACT_YES, FACT_YES, "DMAR", "none covers the function", "kernel log" },
		{ FACT_NO, FACT_YES, "DMAR", "ACPI table DMAR", "intel_iommu=on" },
		{ FACT_NO, FACT_YES, "IVRS", "ACPI table IVRS", "amd_iommu=off" },
		{ FACT_NO, FACT_YES, "IORT", "ACPI table IORT", "kernel log" },
		{ FACT_NO, FACT_YES, NULL, "tables tell of none", "in the firmware" },
		{ FACT_UNKNOWN, FACT_UNKNOWN, NULL, "uses no IOMMU", "in the firmware" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		facts.iommu = (struct explain_iommu){
			.covers = FACT_NO,
			.others = rows[i].others,
			.tables = rows[i].tables,
			.table = rows[i].table,
		};
		assert_broken("iommu", FUNCTION, EXPLAIN_SURE);
		assert_non_null(strstr(chain.broken->found, rows[i].found));
		assert_non_null(strstr(chain.broken->todo, rows[i].todo));
		assert_link("iommu-mode", NULL, EXPLAIN_NA, EXPLAIN_SURE);
		assert_link("iommu-pasid", NULL, EXPLAIN_NA, EXPLAIN_SURE);
	}
}

/* As intel_iommu_setup() takes it: the last word counts, by its beginning. */
static void test_scalable_mode(void **state)
{
	static const struct {
		const char *command_line; /* NULL: unknown */
		enum fact is_default;
		enum explain_verdict verdict;
	} rows[] = {
		{ "", FACT_YES, EXPLAIN_OK },
		{ "", FACT_NO, EXPLAIN_BROKEN },
		{ "", FACT_UNKNOWN, EXPLAIN_UNKNOWN },
		{ NULL, FACT_YES, EXPLAIN_UNKNOWN },
		{ "intel_iommu=on", FACT_NO, EXPLAIN_BROKEN },
		{ "intel_iommu=on,sm_on", FACT_NO, EXPLAIN_OK },
		{ "intel_iommu=sm_on", FACT_NO, EXPLAIN_OK },
		{ "intel_iommu=on,sm_off", FACT_YES, EXPLAIN_BROKEN },
		{ "quiet intel_iommu=on,sm_off,strict splash", FACT_YES, EXPLAIN_BROKEN },
		{ "intel_iommu=sm_on,sm_off", FACT_YES, EXPLAIN_BROKEN },
		{ "intel_iommu=sm_off intel_iommu=sm_on", FACT_NO, EXPLAIN_OK },
		{ "intel_iommu=sm_on\tintel_iommu=sm_off\n", FACT_NO, EXPLAIN_BROKEN },
		{ "intel_iommu=sm_only", FACT_NO, EXPLAIN_OK },
		{ "xintel_iommu=sm_off", FACT_YES, EXPLAIN_OK },
		{ "intel_iommu= sm_off", FACT_YES, EXPLAIN_OK },
		{ "intel_iommu=sp_off,,sm_off", FACT_YES, EXPLAIN_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		facts.kernel.has_command_line = rows[i].command_line != NULL;
		snprintf(facts.kernel.command_line, sizeof(facts.kernel.command_line), "%s",
			 rows[i].command_line ? rows[i].command_line : "");
		facts.kernel.intel_scalable = rows[i].is_default;
		judge();
		if (find_link("iommu-mode", NULL)->verdict != rows[i].verdict)
			fail_msg("row %zu: %s", i, find_link("iommu-mode", NULL)->found);
		assert_string_equal(chain.broken->name,
				    rows[i].verdict == EXPLAIN_BROKEN ? "iommu-mode" : "enabled");
	}
}

static void test_intel_registers(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	facts.iommu.capabilities = ECAP & ~(1ull << 43);
	assert_broken("iommu-mode", "", EXPLAIN_SURE);
	facts.iommu.capabilities = ECAP & ~(1ull << 40);
	assert_broken("iommu-pasid", "", EXPLAIN_SURE);
	facts.iommu.has_registers = FACT_UNKNOWN;
	judge();
	assert_link("iommu-mode", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
	assert_link("iommu-pasid", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
}

/* AMD's enables PASID only in some domains. */
static void test_amd(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	facts.iommu.kind = EXPLAIN_IOMMU_AMD;
	facts.iommu.capabilities = 15ull << 32;
	assert_broken("iommu-mode", "", EXPLAIN_SURE);

	facts.iommu.capabilities |= 1u << 4;
	judge();
	assert_link("iommu-mode", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
	assert_link("iommu-pasid", NULL, EXPLAIN_OK, EXPLAIN_SURE);
	assert_int_equal(chain.iommu_width, 16);
	assert_string_equal(chain.broken->name, "enabled");
	assert_non_null(strstr(chain.doubt, "iommu-mode"));

	snprintf(facts.iommu.domain, sizeof(facts.iommu.domain), "identity");
	judge();
	assert_link("iommu-mode", NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	facts.iommu.domain[0] = '\0';
	snprintf(facts.kernel.command_line, sizeof(facts.kernel.command_line),
		 "amd_iommu=pgtbl_v2");
	judge();
	assert_link("iommu-mode", NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
}

static void test_other_iommus(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	facts.iommu.has_registers = FACT_UNKNOWN;
	facts.iommu.kind = EXPLAIN_IOMMU_SMMUV3;
	judge();
	assert_link("iommu-mode", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
	assert_link("iommu-pasid", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
	facts.iommu.kind = EXPLAIN_IOMMU_SMMU;
	assert_broken("iommu-mode", "", EXPLAIN_SURE);
	assert_link("iommu-pasid", NULL, EXPLAIN_NA, EXPLAIN_SURE);
}

static void test_capability(void **state)
{
	struct explain_capability *pasid = &facts.hops[0].pasid;

	(void)state;
	make_sound();
	pasid->there = FACT_NO;
	assert_broken("capability", FUNCTION, EXPLAIN_SURE);
	assert_link("enabled", FUNCTION, EXPLAIN_NA, EXPLAIN_SURE);
	facts.kind = PCI_KIND_VF;
	assert_broken("capability", FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.broken->found, "its PF has no"));

	/* Linux enables these, though they can't be used. */
	make_sound();
	pasid->capability = 0;
	assert_broken("capability", FUNCTION, EXPLAIN_SURE);
	pasid->capability = 21 << 8;
	assert_broken("capability", FUNCTION, EXPLAIN_SURE);
	pasid->capability = 1 << 8;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.width, 1);

	make_sound();
	facts.has_pf = false;
	facts.hop_count = 0;
	because(&facts.path, 0, "no PF");
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_link("capability", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
	assert_link("enabled", NULL, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
}

static void test_prefixes(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	facts.hops[0].tlp_prefix = FACT_NO;
	assert_broken("tlp-prefix", FUNCTION, EXPLAIN_SURE);
	facts.hops[0].tlp_prefix = FACT_YES;
	facts.hops[1].tlp_prefix = FACT_NO;
	assert_broken("tlp-prefix", PORT, EXPLAIN_SURE);

	/* an integrated endpoint has nothing above it */
	make_sound();
	switch_off();
	facts.hop_count = 1;
	facts.hops[0].type = PCI_EXP_TYPE_RC_END;
	judge();
	assert_string_equal(chain.broken->name, "enabled");
	facts.hops[0].tlp_prefix = FACT_NO;
	assert_broken("tlp-prefix", FUNCTION, EXPLAIN_SURE);

	/* another must have a port above it */
	facts.hops[0].tlp_prefix = FACT_YES;
	facts.hops[0].type = PCI_EXP_TYPE_ENDPOINT;
	assert_broken("tlp-prefix", FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.broken->found, "on the root bus"));
	because(&facts.path, 0, "lost");
	judge();
	assert_link("tlp-prefix", "", EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
	assert_link("acs", "", EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);
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
		facts.hops[0].vendor = rows[i].vendor;
		facts.hops[0].device = rows[i].device;
		facts.hops[0].revision = rows[i].revision;
		facts.hops[0].tlp_prefix = FACT_NO;
		judge();
		assert_string_equal(chain.broken->name, rows[i].exempt ? "enabled" : "tlp-prefix");
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
		facts.hops[1].is_pcie = rows[i / 4].type < 0 ? FACT_NO : FACT_YES;
		facts.hops[1].type = rows[i / 4].type < 0 ? 0 : (uint8_t)rows[i / 4].type;
		facts.hops[1].multifunction = is_many ? FACT_YES : FACT_NO;
		facts.hops[1].acs.there = has_acs ? FACT_YES : FACT_NO;
		judge();
		if ((find_link("acs", PORT)->verdict == EXPLAIN_OK) != holds)
			fail_msg("type %d, %d, %d: %s", rows[i / 4].type, is_many, has_acs,
				 find_link("acs", PORT)->found);
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
		facts.hops[1].acs.capability = rows[i].capability;
		facts.hops[1].acs.control = rows[i].control;
		judge();
		if (!rows[i].lacks)
			assert_link("acs", PORT, EXPLAIN_OK, EXPLAIN_SURE);
		else
			assert_non_null(strstr(find_link("acs", PORT)->found, rows[i].lacks));
	}
}

static void test_acs_exceptions(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	facts.hops[1].acs.there = FACT_NO;
	assert_broken("acs", PORT, EXPLAIN_SURE);
	facts.hops[1].vendor = 0x8086;
	assert_broken("acs", PORT, EXPLAIN_LIKELY);
	assert_non_null(strstr(chain.broken->doubt, "knows exceptions"));
	facts.hops[1].acs.there = FACT_UNKNOWN;
	judge();
	assert_link("acs", PORT, EXPLAIN_UNKNOWN, EXPLAIN_CANT_KNOW);

	make_sound();
	switch_off();
	facts.hop_count = 1;
	facts.hops[0].type = PCI_EXP_TYPE_RC_END;
	facts.hops[0].multifunction = FACT_YES;
	assert_broken("acs", FUNCTION, EXPLAIN_SURE);
	facts.hops[0].vendor = 0x8086;
	judge();
	assert_link("acs", FUNCTION, EXPLAIN_OK, EXPLAIN_SURE);

	make_sound();
	facts.hops[1].acs.there = FACT_NO;
	snprintf(facts.kernel.release, sizeof(facts.kernel.release), "6.1.0-9");
	judge();
	assert_link("acs", "", EXPLAIN_NA, EXPLAIN_SURE);
	assert_int_equal(chain.note_count, 0);
}

/* What the register says stands above what was made out; and is told. */
static void test_enabled_although(void **state)
{
	(void)state;
	make_sound();
	facts.hops[1].acs.there = FACT_NO;
	facts.hops[1].tlp_prefix = FACT_NO;
	facts.kernel.pci_pasid = FACT_UNKNOWN;
	facts.iommu.has_registers = FACT_UNKNOWN;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);
	assert_null(chain.broken);
	assert_int_equal(chain.note_count, 2);
	assert_non_null(strstr(chain.notes[0], "although tlp-prefix of " PORT " looks broken"));
	assert_non_null(strstr(chain.notes[1], "although acs of " PORT " looks broken"));
	assert_link("acs", PORT, EXPLAIN_BROKEN, EXPLAIN_SURE);
	assert_link("iommu-pasid", NULL, EXPLAIN_OK, EXPLAIN_LIKELY);

	make_sound();
	snprintf(facts.kernel.command_line, sizeof(facts.kernel.command_line),
		 "intel_iommu=sm_off");
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
			facts.iommu = (struct explain_iommu){ .covers = FACT_NO };
		else if (i == 1)
			facts.kernel.pci_pasid = FACT_NO;
		else if (i == 2)
			facts.iommu.capabilities &= ~(1ull << 40);
		else
			facts.iommu.capabilities &= ~(1ull << 43);
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
		assert_int_equal(chain.certainty, EXPLAIN_SURE);
		assert_true(chain.broken->decides);
		assert_int_equal(chain.note_count, 1);
		assert_non_null(strstr(chain.notes[0], "a leftover"));
	}
}

static void hide(struct explain_hop *hop, const char *why)
{
	struct bdf bdf = hop->bdf;

	*hop = (struct explain_hop){ .bdf = bdf, .vendor = 0x8086, .device = 0x1234 };
	because(&hop->why, 0, "%s", why);
}

/* Without root, or asleep: no verdict but by what is broken elsewhere. */
static void test_unseen(void **state)
{
	(void)state;
	make_sound();
	hide(&facts.hops[0], "only root may");
	hide(&facts.hops[1], "only root may");
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_int_equal(chain.certainty, EXPLAIN_CANT_KNOW);
	assert_null(chain.broken);
	assert_string_equal(chain.doubt,
			    "what can't be seen: capability, tlp-prefix, acs, enabled");
	assert_string_equal(find_link("capability", NULL)->doubt, "only root may");
	assert_link("iommu-pasid", NULL, EXPLAIN_OK, EXPLAIN_SURE);

	facts.iommu.capabilities = 0;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	assert_int_equal(chain.certainty, EXPLAIN_SURE);

	/* a port that sleeps, and has no ACS as far as is known */
	make_sound();
	switch_off();
	hide(&facts.hops[1], "asleep");
	judge();
	assert_string_equal(chain.broken->name, "enabled");
	assert_non_null(strstr(chain.doubt, "tlp-prefix, acs"));
}

/* Each link holds, and yet it is off. */
static void test_off_for_no_reason(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	assert_broken("enabled", FUNCTION, EXPLAIN_SURE);
	assert_non_null(strstr(chain.doubt, "no link is broken that could be the cause"));
}

static const struct explain_link *find_need(const char *name)
{
	for (size_t i = 0; i < chain.need_count; i++)
		if (!strcmp(chain.needs[i].name, name))
			return &chain.needs[i];
	fail_msg("there is no need of %s", name);
	return NULL;
}

static void set_driver(const char *driver, bool on_vfio)
{
	snprintf(facts.vfio.driver, sizeof(facts.vfio.driver), "%s", driver);
	facts.vfio.on_vfio = on_vfio;
}

static void test_needs(void **state)
{
	(void)state;
	make_sound();
	judge();
	assert_int_equal(find_need("vfio")->verdict, EXPLAIN_BROKEN);
	assert_string_equal(find_need("vfio")->todo, "vpasid bind " FUNCTION);
	assert_int_equal(find_need("report")->verdict, EXPLAIN_BROKEN);
	assert_int_equal(find_need("group")->verdict, EXPLAIN_OK);
	assert_non_null(strstr(find_need("viommu")->todo, "scalable-mode=on,pasid-bits=20"));

	set_driver("", false);
	judge();
	assert_string_equal(find_need("vfio")->found, "bound to no driver");
	set_driver("pasid_vfio_pci", true);
	judge();
	assert_int_equal(find_need("vfio")->verdict, EXPLAIN_OK);
	assert_int_equal(find_need("report")->verdict, EXPLAIN_OK);

	/* They are no links: the host's own verdict stands. */
	assert_int_equal(chain.verdict, EXPLAIN_OK);
	facts.source = EXPLAIN_DUMP;
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
		snprintf(facts.kernel.release, sizeof(facts.kernel.release), "%s", rows[i].release);
		facts.kernel.iommufd = rows[i].iommufd;
		facts.vfio.has_cdev = rows[i].cdev;
		facts.vfio.has_iommufd = rows[i].misc;
		judge();
		if (find_need("report")->verdict != rows[i].verdict)
			fail_msg("row %zu: %s", i, find_need("report")->found);
	}
}

static void test_group(void **state)
{
	(void)state;
	make_sound();
	facts.vfio.sibling_count = 2;
	snprintf(facts.vfio.siblings[0], sizeof(facts.vfio.siblings[0]), "0000:01:00.1 (e1000e)");
	snprintf(facts.vfio.siblings[1], sizeof(facts.vfio.siblings[1]), "0000:01:00.2 (ahci)");
	judge();
	assert_string_equal(find_need("group")->found,
			    "the host uses 2 more of IOMMU group 5: 0000:01:00.1 (e1000e) "
			    "0000:01:00.2 (ahci)");
	facts.iommu.group[0] = '\0';
	judge();
	assert_int_equal(find_need("group")->verdict, EXPLAIN_BROKEN);
}

static char *print(bool colours)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	judge();
	explain_print(&facts, &chain, stream, colours);
	fclose(stream);
	return text;
}

static void assert_begins(const char *text, const char *beginning)
{
	if (strncmp(text, beginning, strlen(beginning)) != 0)
		fail_msg("%s", text);
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
	facts.hops[1].tlp_prefix = FACT_NO;
	text = print(false);
	assert_begins(text, FUNCTION
		      ": PASID is not usable: tlp-prefix of " PORT
		      ": the root port takes no end-to-end TLP prefixes (sure)\n"
		      "  broken  tlp-prefix, " PORT " 0x078 bit 21 (sure)\n"
		      "  found   the root port takes no end-to-end TLP prefixes\n"
		      "  to do   put the device into a slot whose ports take them, or look for it "
		      "in the firmware\n"
		      "\n");
	free(text);

	hide(&facts.hops[0], "only root may");
	hide(&facts.hops[1], "only root may");
	text = print(false);
	assert_begins(text, FUNCTION ": it can't be known whether PASID is usable (can't know: "
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
	snprintf(facts.iommu.name, sizeof(facts.iommu.name), "dmar\033[2J");
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
	static const char *const keys[] = { "name", "doubt", "links", "needs", "notes", "summary" };
	struct json_object *report, *devices, *device, *broken;

	(void)state;
	make_sound();
	switch_off();
	facts.hops[1].acs.there = FACT_NO;
	judge();
	report = explain_to_json(&facts, &chain);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_no_iommu),
		cmocka_unit_test(test_scalable_mode),
		cmocka_unit_test(test_intel_registers),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_other_iommus),
		cmocka_unit_test(test_capability),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_no_prefix_needed),
		cmocka_unit_test(test_acs_types),
		cmocka_unit_test(test_acs_registers),
		cmocka_unit_test(test_acs_exceptions),
		cmocka_unit_test(test_enabled_although),
		cmocka_unit_test(test_leftover),
		cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_off_for_no_reason),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_iommufd),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_odd_text),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
