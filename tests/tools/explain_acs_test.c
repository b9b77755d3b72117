// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_path.c: ACS of the function and the ports above it, also with a device tree. */
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
#include "made_chain.h"

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

/* What the capability doesn't support counts as enabled, as in the kernel. */
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
		{ 0x14, 0x10, "has ACS P2P Request Redirect disabled" },
		{ 0x14, 0x04, "has ACS Upstream Forwarding disabled" },
		{ 0x14, 0x00, "has ACS P2P Request Redirect and Upstream Forwarding disabled" },
		{ 0x04, 0x10, "has ACS P2P Request Redirect disabled" },
		{ 0x10, 0x04, "has ACS Upstream Forwarding disabled" },
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

/* If the function itself has no ACS, other ports wouldn't help. */
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
	assert_non_null(strstr(find_link(LINK_ACS, PORT)->todo, "below ports that support ACS"));

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

/* A function without a driver, on a host whose IOMMU isn't visible */
static void make_unprobed(const char *release, struct iommu_presence of)
{
	make_arm(release, of);
	set_no_iommu();
	function.pci.driver[0] = '\0';
	function.is_covered = FACT_UNKNOWN;
}

/* With ACPI's IORT or a device tree, a function gets its IOMMU when a driver first probes it. */
static void test_late_iommu(void **state)
{
	const struct iommu_presence *const presences[] = { &by_device_tree, &by_acpi };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		make_unprobed("6.14.9-arm64", *presences[i]);
		judge();
		assert_link(LINK_IOMMU, FUNCTION, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
		assert_non_null(strstr(find_link(LINK_IOMMU, NULL)->doubt, "hasn't happened yet"));
		assert_int_equal(find_need(NEED_GROUP)->verdict, EXPLAIN_UNKNOWN);
		assert_string_equal(find_need(NEED_GROUP)->todo, "vpasid bind " FUNCTION);
	}
}

/* Before 6.15, a kernel with a device tree enables ACS too late; an option helps. */
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

	/* Intel's options aren't suggested. */
	make_arm("7.3.4-arm64", by_device_tree);
	set_no_iommu();
	presence.driven = FACT_NO;
	assert_broken(LINK_IOMMU, FUNCTION, EXPLAIN_SURE);
	assert_string_equal(chain.broken->todo, "boot with a device tree that describes one");
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
	assert_non_null(strstr(chain.broken->doubt, "makes exceptions"));
	text = print_chain(false);
	assert_begins(text, FUNCTION ": PASID is not usable: acs of " PORT ": the root port has "
				     "no ACS capability (likely: the kernel makes exceptions");
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

/* Vendors of pci_dev_acs_enabled[] in Linux 6.12, and vendor IDs next to theirs. */
static void test_acs_vendors(void **state)
{
	static const uint16_t listed[] = {
		0x0014, 0x1002, 0x1022, 0x10df, 0x10e8, 0x14e4, 0x177d, 0x17cb, 0x1924,
		0x1957, 0x19a2, 0x1c36, 0x1d17, 0x1dbf, 0x1def, 0x8086, 0x8088,
	};
	size_t exempt = 0;

	(void)state;
	make_sound();
	switch_off();
	port.acs.there = FACT_NO;
	for (unsigned int vendor = 0; vendor <= UINT16_MAX; vendor++) {
		port.pci.vendor = (uint16_t)vendor;
		judge();
		if (!*find_link(LINK_ACS, PORT)->doubt)
			continue;
		assert_true(exempt < sizeof(listed) / sizeof(listed[0]));
		assert_int_equal(vendor, listed[exempt++]);
	}
	assert_int_equal(exempt, sizeof(listed) / sizeof(listed[0]));
}

static void test_texts_of_acs(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	judge();
	assert_says(LINK_ACS, PORT, "0x148", "the root port has the required ACS enabled", "");
	assert_says(LINK_ACS, FUNCTION, "",
		    "the endpoint needs no ACS, because its device has no other function", "");
	port.acs.control = 0;
	judge();
	assert_says(LINK_ACS, PORT, "0x148",
		    "the root port has ACS P2P Request Redirect and Upstream Forwarding "
		    "disabled",
		    "the kernel enables it if it uses an IOMMU: look for "
		    "pci=disable_acs_redir= and config_acs= on its command line");
	port.acs.there = FACT_NO;
	judge();
	assert_says(LINK_ACS, PORT, "", "the root port has no ACS capability",
		    "put the device below ports that support ACS");
	port.multifunction = FACT_YES;
	judge();
	assert_says(LINK_ACS, PORT, "",
		    "the root port, one of several functions, has no ACS capability",
		    "put the device below ports that support ACS");
	function.multifunction = FACT_YES;
	judge();
	assert_says(LINK_ACS, FUNCTION, "",
		    "the endpoint, one of several functions, has no ACS capability", OTHER_DEVICE);
	function.multifunction = FACT_UNKNOWN;
	function.why = "its siblings aren't known";
	judge();
	assert_doubt(LINK_ACS, FUNCTION, "its siblings aren't known");
	port.type = 15;
	judge();
	assert_says(LINK_ACS, PORT, "",
		    "the kernel doesn't require ACS of the function of a reserved type", "");
	port.is_pcie = FACT_NO;
	judge();
	assert_says(LINK_ACS, PORT, "", "the conventional PCI function can't have ACS",
		    "put the device below PCIe ports that support ACS");
	port.is_pcie = FACT_UNKNOWN;
	port.why = "it is gone";
	judge();
	assert_doubt(LINK_ACS, PORT, "it is gone");

	/* Intel's other endpoints require ACS, too. */
	function.multifunction = FACT_YES;
	function.pci.vendor = 0x8086;
	judge();
	assert_int_equal(find_link(LINK_ACS, FUNCTION)->verdict, EXPLAIN_BROKEN);
	function.type = PCI_EXP_TYPE_RC_END;
	judge();
	assert_says(LINK_ACS, FUNCTION, "",
		    "the root complex integrated endpoint is made by Intel and needs no ACS", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acs_types),    cmocka_unit_test(test_acs_registers),
		cmocka_unit_test(test_acs_remedies), cmocka_unit_test(test_device_tree),
		cmocka_unit_test(test_late_iommu),   cmocka_unit_test(test_acs_exceptions),
		cmocka_unit_test(test_acs_vendors),  cmocka_unit_test(test_texts_of_acs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
