// SPDX-License-Identifier: GPL-2.0-or-later
/* show/show.h and show/show_report.c on made trees: what is found, and how it is printed. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/pasid.h"
#include "made_show.h"
#include "show/show.h"
#include "support/machine.h"
#include "support/tree.h"

/* More of a group aren't listed. */
#define MAX_SIBLINGS 64

static void assert_printed(const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	show_print(&show, stream, false);
	fclose(stream);
	assert_string_equal(text, expected);
	free(text);
}

static void test_pf(void **state)
{
	read_host(state, FUNCTION);
	assert_printed(
		"0000:01:00.0  A name\n"
		"  state       enabled\n"
		"  verdict     PASID is usable: enabled, 20 bits wide, of which the IOMMU supports 1\n"
		"              (for evidence and what to do: vpasid explain 0000:01:00.0)\n"
		"  ID          1234:5678, revision 21\n"
		"  subsystem   abcd:0001, A board\n"
		"  class       010802, A class\n"
		"  kind        PF, 4 of 8 VFs\n"
		"  driver      pasid_vfio_pci\n"
		"  override    pasid_vfio_pci\n"
		"  power       D0, active\n"
		"  type        endpoint\n"
		"  path        0000:01:00.0  endpoint   TLP prefixes     ACS at 0x100: 0x001d of 0x005f, ReqRedir+ UpstreamFwd+\n"
		"              0000:00:1c.0  root port  TLP prefixes     ACS at 0x100: 0x001d of 0x005f, ReqRedir+ UpstreamFwd+\n"
		"  IOMMU       dmar0, Intel VT-d\n"
		"  mode        scalable: the IOMMU supports it, and sm_on is on the command line\n"
		"  PASIDs      dmar0 supports PASIDs of 1 bit\n"
		"  group       7, domain DMA-FQ\n"
		"  siblings    0000:01:00.1 (no driver)\n"
		"  PASID       at 0x180: capability 0x1406, control 0x0007\n"
		"    enabled   yes\n"
		"    width     20 bits\n"
		"    EXEC      supported, enabled\n"
		"    PRIV      supported, enabled\n"
		"  ATS         at 0x280: capability 0x0025, control 0x8001\n"
		"    enabled   yes\n"
		"    STU       8192 bytes\n"
		"    queue     5 invalidations\n"
		"  PRI         at 0x2a0: control 0x0001, status 0x8000\n"
		"    enabled   yes\n"
		"    requests  512 outstanding at most, 32 allowed\n"
		"    answers   with PASID\n"
		"  VFIO        bound to pasid_vfio_pci\n"
		"    group     /dev/vfio/7\n"
		"    cdev      /dev/vfio/devices/vfio3\n"
		"    reporter  pasid_vfio_pci\n"
		"  iommufd     available\n"
		"  place       0xff8 for a virtual PASID: the highest gap\n");
}

/* ATS is its own; PASID, PRI and the way up are its PF's. */
static void test_vf(void **state)
{
	read_host(state, VF);
	assert_printed(
		"0000:01:00.1  A name\n"
		"  state       enabled\n"
		"  verdict     PASID is usable: enabled, 20 bits wide, of which the IOMMU supports 1\n"
		"              (for evidence and what to do: vpasid explain 0000:01:00.1)\n"
		"  ID          1234:5678, revision 21\n"
		"  class       000000, A class\n"
		"  kind        VF of 0000:01:00.0\n"
		"  driver      none\n"
		"  override    none\n"
		"  type        endpoint\n"
		"  path        0000:01:00.0  endpoint   TLP prefixes     ACS at 0x100: 0x001d of 0x005f, ReqRedir+ UpstreamFwd+\n"
		"              0000:00:1c.0  root port  TLP prefixes     ACS at 0x100: 0x001d of 0x005f, ReqRedir+ UpstreamFwd+\n"
		"  IOMMU       dmar0, Intel VT-d\n"
		"  mode        scalable: the IOMMU supports it, and sm_on is on the command line\n"
		"  PASIDs      dmar0 supports PASIDs of 1 bit\n"
		"  group       7, domain DMA-FQ\n"
		"  siblings    0000:01:00.0 (pasid_vfio_pci)\n"
		"  PASID       its PF's, at 0x180: capability 0x1406, control 0x0007\n"
		"    enabled   yes\n"
		"    width     20 bits\n"
		"    EXEC      supported, enabled\n"
		"    PRIV      supported, enabled\n"
		"  ATS         at 0x280: capability 0x0025, control 0x0000\n"
		"    enabled   no\n"
		"    STU       4096 bytes\n"
		"    queue     5 invalidations\n"
		"  PRI         its PF's, at 0x2a0: control 0x0001, status 0x8000\n"
		"    enabled   yes\n"
		"    requests  512 outstanding at most, 32 allowed\n"
		"    answers   with PASID\n"
		"  VFIO        not bound: vpasid bind 0000:01:00.1\n"
		"  iommufd     available\n"
		"  place       0xff8 for a virtual PASID: the highest gap\n");
}

static void test_states(void **state)
{
	static const struct {
		unsigned int id, control;
		enum pasid_state state;
		const char *name;
	} rows[] = {
		{ PCI_EXT_CAP_ID_PASID, 7, PASID_ENABLED, "  state       enabled\n" },
		{ PCI_EXT_CAP_ID_PASID, 6, PASID_OFF, "  state       off\n" },
		{ PCI_EXT_CAP_ID_DSN, 0, PASID_NONE, "  state       none\n" },
	};
	uint8_t config[VPASID_CONFIG_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_fill_endpoint(config);
		machine_put(config, 0x180, 2, rows[i].id);
		machine_put(config, 0x186, 2, rows[i].control);
		machine_write_config(*state, DEVICE, config, sizeof(config));
		read_host(state, FUNCTION);
		assert_int_equal(pasid_state(function), rows[i].state);
		assert_true(is_printed(rows[i].name));
		assert_true(is_printed("  ATS         none\n"));
		assert_true(is_printed("  PRI         none\n"));
	}
}

/* What the kernel knows without reading the function is printed anyway. */
static void test_asleep(void **state)
{
	tree_file(*state, DEVICE "/power/runtime_status", "suspended\n");
	tree_file(*state, DEVICE "/power_state", "D3cold\n");
	tree_file(*state, DEVICES PORT "/power/runtime_status", "suspended\n");
	read_host(state, FUNCTION);
	assert_int_equal(config_reads, 0);
	assert_int_equal(pasid_state(function), PASID_ASLEEP);
	assert_true(is_printed("  state       asleep\n"));
	assert_true(is_printed("  ID          1234:5678, revision 21\n"));
	assert_true(is_printed("  subsystem   abcd:0001, A board\n"));
	assert_true(is_printed("  class       010802, A class\n"));
	assert_true(is_printed("  power       D3cold, suspended\n"));
	if (!geteuid())
		assert_true(is_printed("unknown: it is asleep: --wake wakes and reads it\n"));
	assert_true(is_printed("  PASID       unknown: as above\n"));
	assert_true(is_printed("  place       unknown: as above\n"));

	/* if another program wakes it, it still shows no more than 64 bytes */
	tree_drop_root(*state);
	read_host(state, FUNCTION);
	tree_regain_root();
	assert_true(is_printed("it is asleep: --wake, as root, wakes and reads it\n"));

	assert_int_equal(read_tree(*state, FUNCTION, true, true), 0);
	assert_true(config_reads > 0);
	assert_int_equal(pasid_state(function), PASID_ENABLED);
}

/* As others than root see it. */
static void test_public_part(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	static const struct member members[] = {
		{ "/id", "\"1234:5678\"" },
		{ "/class", "\"010802\"" },
		{ "/type", "null" },
		{ "/state", "\"unknown\"" },
		{ "/pasid/present", "null" },
		{ "/pasid/enabled", "null" },
		{ "/ats/present", "null" },
		{ "/pri/present", "null" },
		{ "/path/0/tlp_prefix", "null" },
		{ "/place/offset", "null" },
		{ "/iommu/name", "\"dmar0\"" },
	};

	machine_fill_endpoint(config);
	machine_write_config(*state, DEVICE, config, 64);
	read_host(state, FUNCTION);
	ASSERT_MEMBERS(members);
	assert_true(is_printed("  type        unknown: reading its config space"));
	assert_true(is_printed("  PASID       unknown: as above\n"));
}

/* Of a bridge, the rest of its config space wouldn't help. */
static void test_public_part_of_a_bridge(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_port(config);
	machine_write_config(*state, DEVICES PORT, config, 64);
	read_host(state, PORT);
	assert_true(is_printed("  PASID       unknown: as above\n"));
	assert_true(is_printed("  place       none: it is a bridge, and a bridge can't be assigned "
			       "to a virtual machine\n"));
}

/* The node is looked for beside the host's own /sys alone. */
static void test_group_node(void **state)
{
	assert_int_equal(unlink(path_of("%s/dev/vfio/7", (char *)*state).text), 0);
	read_host(state, FUNCTION);
	assert_int_equal(function->has_group_node, FACT_NO);
	assert_true(is_printed("    group     /dev/vfio/7 (missing)\n"));
	assert_int_equal(read_tree(*state, FUNCTION, false, false), 0);
	assert_int_equal(function->has_group_node, FACT_UNKNOWN);
	assert_true(is_printed("    group     /dev/vfio/7\n"));
}

static void test_many_siblings(void **state)
{
	struct bdf bdf;
	char text[sizeof(bdf.text)];

	for (unsigned int i = 0; i < MAX_SIBLINGS + 5; i++) {
		snprintf(text, sizeof(text), "0000:05:%02x.%x", i / 8, i % 8);
		tree_function(*state, text);
		tree_directory(*state, path_of("sys/kernel/iommu_groups/7/devices/%s", text).text);
	}
	read_host(state, FUNCTION);
	assert_int_equal(function->sibling_count, MAX_SIBLINGS + 6);
	assert_true(is_printed("              and 6 more\n"));
}

/* As many as are named */
static void test_last_sibling(void **state)
{
	struct bdf bdf;
	char text[sizeof(bdf.text)];

	for (unsigned int i = 0; i < MAX_SIBLINGS - 1; i++) {
		snprintf(text, sizeof(text), "0000:05:%02x.%x", i / 8, i % 8);
		tree_function(*state, text);
		tree_directory(*state, path_of("sys/kernel/iommu_groups/7/devices/%s", text).text);
	}
	read_host(state, FUNCTION);
	assert_int_equal(function->sibling_count, MAX_SIBLINGS);
	assert_true(is_printed("              0000:05:07.6 (no driver)\n"));
	assert_false(is_printed(" more\n"));
}

static void test_odd_links(void **state)
{
	assert_int_equal(unlink(path_of("%s/" DEVICE "/iommu_group", (char *)*state).text), 0);
	tree_link(*state, DEVICE "/iommu_group", "../../../../kernel/iommu_groups/x");
	assert_int_equal(unlink(path_of("%s/" DEVICE "/driver", (char *)*state).text), 0);
	tree_link(*state, DEVICE "/driver", "..");
	read_host(state, FUNCTION);
	assert_true(is_printed("  driver      unknown: the link to it can't be parsed\n"));
	assert_true(is_printed("  group       unknown: as above\n"));
}

/* Names are others' words. */
static void test_odd_names(void **state)
{
	tree_link(*state, DEVICE "/driver", "../e\x1b[2J");
	tree_file(*state, DEVICE "/driver_override", "x\ny\n");
	tree_file(*state, DEVICE "/power_state", "\x1b]0;t\a\n");
	read_host(state, FUNCTION);
	assert_true(is_printed("  driver      e\\x1b[2J\n"));
	assert_true(is_printed("  override    x\\x0ay\n"));
	assert_true(is_printed("  power       \\x1b]0;t\\x07, active\n"));
}

static void test_ats_registers(void **state)
{
	static const struct {
		uint16_t capability, control;
		unsigned int depth;
		unsigned long long unit;
	} rows[] = {
		{ 0x0000, 0x0000, 32, 4096 },
		{ 0x0060, 0x8000, 32, 4096 },
		{ 0x001f, 0x0001, 31, 8192 },
		{ 0xffe1, 0x7fff, 1, 1ull << 43 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct capability ats = { .capability = rows[i].capability,
						.control = rows[i].control };

		assert_int_equal(show_ats_depth(&ats), rows[i].depth);
		assert_true(show_ats_unit(&ats) == rows[i].unit);
	}
}

/* The chain points to where its 16 bytes don't fit. */
static void test_pri_at_the_end(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	put_ats(config, 0x200, 0xff8);
	machine_write_config(*state, DEVICE, config, sizeof(config));
	read_host(state, FUNCTION);
	assert_int_equal(function->pri.there, FACT_UNKNOWN);
	assert_int_equal(function->ats.there, FACT_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_pf),
		TREE_TEST(test_vf),
		TREE_TEST(test_states),
		TREE_TEST(test_asleep),
		TREE_TEST(test_public_part),
		TREE_TEST(test_public_part_of_a_bridge),
		TREE_TEST(test_group_node),
		TREE_TEST(test_many_siblings),
		TREE_TEST(test_last_sibling),
		TREE_TEST(test_odd_links),
		TREE_TEST(test_odd_names),
		TREE_TEST(test_pri_at_the_end),
		cmocka_unit_test(test_ats_registers),
	};

	return cmocka_run_group_tests(tests, new_quirks, free_quirks);
}
