// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_path.c: the capability, and the ports above the function. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "made_chain.h"

#define VF "0000:01:00.1"

/* Makes a VF of the function, to be judged instead of it. */
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

/* If the function can't have the capability, its data sheet isn't suggested. */
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

static void test_texts_of_the_capability(void **state)
{
	static const struct {
		uint16_t capability;
		const char *found, *todo;
	} rows[] = {
		{ 20 << 8 | 6, "20 bits, EXEC, PRIV", "" },
		{ 16 << 8 | 2, "16 bits, EXEC", "" },
		{ 2 << 8 | 4, "2 bits, PRIV", "" },
		{ 1 << 8, "1 bit", "" },
		{ 0, "its PASID capability is 0 bits wide: it supports only PASID 0",
		  OTHER_DEVICE },
		{ 21 << 8, "its PASID capability reports 21 bits, but PCIe allows 20 at most",
		  OTHER_DEVICE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		function.pasid.capability = rows[i].capability;
		judge();
		assert_says(LINK_CAPABILITY, FUNCTION, "0x180", rows[i].found, rows[i].todo);
	}
	make_sound();
	make_vf();
	judge();
	assert_says(LINK_CAPABILITY, FUNCTION, "0x180", "its PF's: 20 bits, EXEC, PRIV", "");
	function.pasid.there = FACT_NO;
	judge();
	assert_says(LINK_CAPABILITY, FUNCTION, "",
		    "its PF has no PASID capability, and a VF uses its PF's",
		    "see the data sheet: it may have to be enabled in the device's or the "
		    "machine's firmware");
	judged = &function;
	judge();
	assert_string_equal(find_link(LINK_CAPABILITY, FUNCTION)->found,
			    "it has no PASID capability");
	function.pasid.there = FACT_UNKNOWN;
	function.why = "its registers can't be read";
	judge();
	assert_doubt(LINK_CAPABILITY, FUNCTION, "its registers can't be read");
}

static void test_texts_of_the_prefixes(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	judge();
	assert_says(LINK_TLP_PREFIX, PORT, "0x078 bit 21",
		    "the root port supports end-to-end TLP prefixes", "");
	port.tlp_prefix = FACT_NO;
	judge();
	assert_says(LINK_TLP_PREFIX, PORT, "0x078 bit 21",
		    "the root port doesn't support end-to-end TLP prefixes",
		    "put the device into a slot whose ports support them, or look for a setting in "
		    "the firmware");
	port.devcap2 = 0;
	judge();
	assert_says(LINK_TLP_PREFIX, PORT, "",
		    "the root port doesn't support end-to-end TLP prefixes, and has no Device "
		    "Capabilities 2",
		    "put the device into a slot whose ports support them, or look for a setting in "
		    "the firmware");
	port.tlp_prefix = FACT_UNKNOWN;
	port.why = "it is asleep";
	judge();
	assert_doubt(LINK_TLP_PREFIX, PORT, "it is asleep");

	function.tlp_prefix = FACT_NO;
	judge();
	assert_says(LINK_TLP_PREFIX, FUNCTION, "0x078 bit 21",
		    "the endpoint doesn't support end-to-end TLP prefixes", OTHER_DEVICE);
	function.is_pcie = FACT_NO;
	function.devcap2 = 0;
	judge();
	assert_says(LINK_TLP_PREFIX, FUNCTION, "",
		    "the conventional PCI function doesn't support end-to-end TLP prefixes",
		    OTHER_DEVICE);

	make_sound();
	switch_off();
	function.pci.vendor = 0x19e5;
	function.pci.device = 0xa250;
	function.revision = 0x21;
	judge();
	assert_says(LINK_TLP_PREFIX, FUNCTION, "",
		    "the kernel knows that this device doesn't need them", "");
}

/* A function on the root bus */
static void test_texts_without_a_root_port(void **state)
{
	size_t count = 0;

	(void)state;
	make_sound();
	switch_off();
	function.hop_count = 1;
	judge();
	for (size_t i = 0; i < chain.link_count; i++)
		if (chain.links[i].what == LINK_TLP_PREFIX && ++count == 2) {
			assert_string_equal(
				chain.links[i].found,
				"the endpoint is on the root bus: the kernel requires a "
				"root port above it");
			assert_string_equal(chain.links[i].todo,
					    "in a virtual machine, put it behind a root port");
		}
	assert_int_equal(count, 2);

	/* For conventional PCI, another finding says so already. */
	function.is_pcie = FACT_NO;
	function.tlp_prefix = FACT_NO;
	judge();
	count = 0;
	for (size_t i = 0; i < chain.link_count; i++)
		count += chain.links[i].what == LINK_TLP_PREFIX;
	assert_int_equal(count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capability),
		cmocka_unit_test(test_capability_remedy),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_no_prefix_needed),
		cmocka_unit_test(test_texts_of_the_capability),
		cmocka_unit_test(test_texts_of_the_prefixes),
		cmocka_unit_test(test_texts_without_a_root_port),
		ALL_JUDGED("path"),
	};

	return cmocka_run_group_tests(tests, keep_judged, NULL);
}
