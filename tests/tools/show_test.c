// SPDX-License-Identifier: GPL-2.0-or-later
/* show.h and show_report.h on made trees and dumps: what is found, and how it is told. */
#include <errno.h>
#include <json-c/json.h>
#include <json-c/json_pointer.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/pasid.h"
#include "pci/dump.h"
#include "show/show.h"
#include "support/machine.h"
#include "support/tree.h"

#define DEVICE	  DEVICES PORT "/" FUNCTION
#define VF_DEVICE DEVICES PORT "/" VF

/* More of a group aren't told. */
#define MAX_SIBLINGS 64

/* The host that was opened last, and the function of it that is shown. */
static struct host host;
static struct path sysfs;
static struct function *function;
static struct show show;
static struct vpasid_quirks *quirks;
static struct why why;

/* Reads of config spaces; nothing else is read at an offset. */
static int config_reads;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	config_reads++;
	return __real_pread64(fd, buffer, size, offset);
}

/* ATS behind the capability at @last, PRI behind that unless it is 0. */
static void put_ats(uint8_t *config, unsigned int last, unsigned int pri)
{
	machine_put(config, last + 2, 2, 1 | 0x280 << 4);
	machine_put(config, 0x280, 4, PCI_EXT_CAP_ID_ATS | 1 << 16 | pri << 20);
	machine_put(config, 0x284, 4, 0x0025 | 0x8001u << 16);
	if (!pri)
		return;
	machine_put(config, pri, 4, PCI_EXT_CAP_ID_PRI | 1 << 16);
	machine_put(config, pri + 4, 4, 0x0001 | 0x8000u << 16);
	machine_put(config, pri + 8, 4, 512);
	machine_put(config, pri + 12, 4, 32);
}

static void make_pf(const char *root, const uint8_t *config)
{
	machine_write_config(root, DEVICE, config, VPASID_CONFIG_SIZE);
	tree_file(root, DEVICE "/class", "0x010802\n");
	tree_file(root, DEVICE "/revision", "0x21\n");
	tree_file(root, DEVICE "/subsystem_vendor", "0xabcd\n");
	tree_file(root, DEVICE "/subsystem_device", "0x0001\n");
	tree_file(root, DEVICE "/sriov_totalvfs", "8\n");
	tree_file(root, DEVICE "/sriov_numvfs", "4\n");
	tree_file(root, DEVICE "/driver_override", "pasid_vfio_pci\n");
	tree_file(root, DEVICE "/power_state", "D0\n");
	tree_file(root, DEVICE "/power/runtime_status", "active\n");
	tree_link(root, DEVICE "/driver", "../../../../bus/pci/drivers/pasid_vfio_pci");
	tree_file(root, DEVICE "/vfio-dev/vfio3/dev", "511:3\n");
	tree_directory(root, "sys/class/misc/iommu");
	tree_file(root, "dev/vfio/7", "");
}

static void make_vf(const char *root)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct path vf;

	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ARI | 1 << 16);
	put_ats(config, 0x100, 0);
	machine_put(config, 0x286, 2, 0);
	vf = machine_add_function(root, PORT "/", VF, config, sizeof(config));
	tree_link(root, path_of("%s/physfn", vf.text).text, "../" FUNCTION);
	tree_link(root, VF_DEVICE "/iommu", "../../../virtual/iommu/dmar0");
	tree_link(root, VF_DEVICE "/iommu_group", "../../../../kernel/iommu_groups/7");
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" FUNCTION);
	tree_directory(root, "sys/kernel/iommu_groups/7/devices/" VF);
}

static int setup(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	if (machine_setup(state))
		return -1;
	machine_fill_endpoint(config);
	put_ats(config, 0x200, 0x2a0);
	make_pf(*state, config);
	make_vf(*state);
	config_reads = 0;
	return 0;
}

static int close_host(void **state)
{
	(void)state;
	place_free(&show.place);
	host_close(&host);
	return 0;
}

static int teardown(void **state)
{
	close_host(state);
	return tree_teardown(state);
}

static int new_quirks(void **state)
{
	(void)state;
	quirks = vpasid_quirks_new();
	return quirks ? 0 : -1;
}

static int free_quirks(void **state)
{
	(void)state;
	vpasid_quirks_free(quirks);
	return 0;
}

static int read_function(const char *bdf_text)
{
	struct bdf bdf = machine_bdf(bdf_text);

	function = host_function(&host, &bdf);
	assert_non_null(function);
	return show_read(function, quirks, &show, &why);
}

static int read_tree(const char *root, const char *bdf, bool is_host, bool wakes)
{
	close_host(NULL);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, wakes);
	return read_function(bdf);
}

static void rename_as(const char **name, const char *other)
{
	if (**name)
		*name = other;
}

static void read_host(void **state, const char *bdf)
{
	if (read_tree(*state, bdf, true, false))
		fail_msg("%s", why.text);
	/* Names are those of whichever pci.ids there is. */
	rename_as(&function->name, "A name");
	rename_as(&function->subsystem_name, "A board");
	rename_as(&function->class_name, "A class");
}

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

static bool is_printed(const char *part)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	bool found;

	assert_non_null(stream);
	show_print(&show, stream, false);
	fclose(stream);
	found = strstr(text, part);
	free(text);
	return found;
}

static void test_pf(void **state)
{
	read_host(state, FUNCTION);
	assert_printed(
		"0000:01:00.0  A name\n"
		"  state       enabled\n"
		"  verdict     PASID is usable: enabled, 20 bits wide, of which the IOMMU takes 1\n"
		"              (how that is known, and what to do: vpasid explain 0000:01:00.0)\n"
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
		"  PASIDs      dmar0 takes PASIDs of 1 bit\n"
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
		"  iommufd     there\n"
		"  place       0x180 for a virtual PASID: where the function's own PASID stands\n");
}

/* ATS is its own; PASID, PRI and the way up are its PF's. */
static void test_vf(void **state)
{
	read_host(state, VF);
	assert_printed(
		"0000:01:00.1  A name\n"
		"  state       enabled\n"
		"  verdict     PASID is usable: enabled, 20 bits wide, of which the IOMMU takes 1\n"
		"              (how that is known, and what to do: vpasid explain 0000:01:00.1)\n"
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
		"  PASIDs      dmar0 takes PASIDs of 1 bit\n"
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
		"  iommufd     there\n"
		"  place       0xff8 for a virtual PASID: the highest gap\n");
}

/* What JSON has at a path of it, as text; "-" for what isn't there. */
static void assert_member(struct json_object *object, const char *pointer, const char *expected)
{
	struct json_object *value;
	const char *text = "-";

	if (!json_pointer_get(object, pointer, &value))
		text = json_object_to_json_string_ext(
			value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (strcmp(text, expected) != 0)
		fail_msg("%s is %s, not %s", pointer, text, expected);
}

struct member {
	const char *pointer, *expected;
};

static void assert_members(const struct member *members, size_t count)
{
	struct json_object *object = show_to_json(&show, NULL);

	for (size_t i = 0; i < count; i++)
		assert_member(object, members[i].pointer, members[i].expected);
	json_object_put(object);
}

#define ASSERT_MEMBERS(members) assert_members(members, sizeof(members) / sizeof((members)[0]))

static void test_json_of_pf(void **state)
{
	static const struct member members[] = {
		{ "/bdf", "\"0000:01:00.0\"" },
		{ "/error", "null" },
		{ "/id", "\"1234:5678\"" },
		{ "/revision", "33" },
		{ "/subsystem_id", "\"abcd:0001\"" },
		{ "/class", "\"010802\"" },
		{ "/kind", "\"pf\"" },
		{ "/pf", "null" },
		{ "/num_vfs", "4" },
		{ "/total_vfs", "8" },
		{ "/driver", "\"pasid_vfio_pci\"" },
		{ "/driver_override", "\"pasid_vfio_pci\"" },
		{ "/power_state", "\"D0\"" },
		{ "/runtime_status", "\"active\"" },
		{ "/state", "\"enabled\"" },
		{ "/verdict", "\"usable\"" },
		{ "/certainty", "\"sure\"" },
		{ "/type", "\"endpoint\"" },
		{ "/path/1", "{\"bdf\":\"0000:00:1c.0\",\"type\":\"root port\",\"asleep\":false,"
			     "\"tlp_prefix\":true,\"acs\":{\"bdf\":\"0000:00:1c.0\","
			     "\"present\":true,\"offset\":256,\"capability\":95,\"control\":29},"
			     "\"error\":null}" },
		{ "/path/2", "-" },
		{ "/path_error", "null" },
		{ "/config_error", "null" },
		{ "/iommu", "{\"covers\":true,\"name\":\"dmar0\",\"kind\":\"intel\",\"width\":1,"
			    "\"scalable_mode\":true,\"group\":\"7\",\"domain\":\"DMA-FQ\"}" },
		{ "/siblings", "[{\"bdf\":\"0000:01:00.1\",\"driver\":null}]" },
		{ "/pasid", "{\"bdf\":\"0000:01:00.0\",\"present\":true,\"offset\":384,"
			    "\"capability\":5126,\"control\":7,\"enabled\":true,\"width\":20,"
			    "\"exec\":true,\"priv\":true,\"exec_enabled\":true,"
			    "\"priv_enabled\":true}" },
		{ "/ats", "{\"bdf\":\"0000:01:00.0\",\"present\":true,\"offset\":640,"
			  "\"capability\":37,\"control\":32769,\"enabled\":true,\"stu\":8192,"
			  "\"queue_depth\":5}" },
		{ "/pri", "{\"bdf\":\"0000:01:00.0\",\"present\":true,\"offset\":672,"
			  "\"control\":1,\"status\":32768,\"enabled\":true,\"stopped\":false,"
			  "\"capacity\":512,\"allocation\":32,\"response_pasid\":true}" },
		{ "/vfio",
		  "{\"bound\":true,\"group\":\"/dev/vfio/7\","
		  "\"cdev\":\"/dev/vfio/devices/vfio3\",\"reporter\":\"pasid_vfio_pci\",\"denylisted\":false,\"iommufd\":true}" },
		{ "/place", "{\"offset\":384,\"reason\":\"physical\",\"error\":null}" },
	};

	read_host(state, FUNCTION);
	ASSERT_MEMBERS(members);
}

static void test_json_of_vf(void **state)
{
	static const struct member members[] = {
		{ "/kind", "\"vf\"" },
		{ "/pf", "\"0000:01:00.0\"" },
		{ "/num_vfs", "null" },
		{ "/driver", "null" },
		{ "/pasid/bdf", "\"0000:01:00.0\"" },
		{ "/pri/bdf", "\"0000:01:00.0\"" },
		{ "/ats/bdf", "\"0000:01:00.1\"" },
		{ "/ats/control", "0" },
		{ "/vfio",
		  "{\"bound\":false,\"group\":null,\"cdev\":null,\"reporter\":null,\"denylisted\":false,\"iommufd\":true}" },
		{ "/place", "{\"offset\":4088,\"reason\":\"gap\",\"error\":null}" },
	};

	read_host(state, VF);
	ASSERT_MEMBERS(members);
}

/* One that isn't there has all members that others have. */
static void test_json_of_error(void **state)
{
	struct json_object *known, *missing;
	size_t nulls = 0;

	read_host(state, FUNCTION);
	known = show_to_json(&show, NULL);
	assert_int_equal(read_tree(*state, "0000:02:00.0", true, false), -ENODEV);
	missing = show_to_json(&show, why.text);
	assert_member(missing, "/bdf", "\"0000:02:00.0\"");
	assert_non_null(strstr(json_object_get_string(json_object_object_get(missing, "error")),
			       "no such PCI function"));
	assert_int_equal(json_object_object_length(missing), json_object_object_length(known));
	json_object_object_foreach(known, key, value)
	{
		struct json_object *other;

		(void)value;
		assert_true(json_object_object_get_ex(missing, key, &other));
		nulls += !other;
	}
	assert_int_equal(nulls, json_object_object_length(known) - 2);
	json_object_put(known);
	json_object_put(missing);
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

/* What the kernel knows of it without looking at it is told all the same. */
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
	assert_true(is_printed("can't know: it is asleep: --wake reads it nevertheless\n"));
	assert_true(is_printed("  PASID       can't know: as above\n"));
	assert_true(is_printed("  place       can't know: as above\n"));

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
	assert_true(is_printed("  type        can't know: only root may read its config space"));
	assert_true(is_printed("  PASID       can't know: as above\n"));
}

/* Of a bridge, the rest of its config space wouldn't help. */
static void test_public_part_of_a_bridge(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_port(config);
	machine_write_config(*state, DEVICES PORT, config, 64);
	read_host(state, PORT);
	assert_true(is_printed("  PASID       can't know: as above\n"));
	assert_true(is_printed("  place       none: it is a bridge, and no virtual machine is "
			       "given one\n"));
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

/* Dumps */

static void read_dump(const char *bdf)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct bdf pf = machine_bdf(FUNCTION), vf = machine_bdf(VF), port = machine_bdf(PORT);
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	machine_fill_endpoint(config);
	config[PCI_CLASS_DEVICE] = 0x80;
	config[PCI_CLASS_DEVICE + 1] = 0x08;
	machine_put(config, 0x200 + PCI_SRIOV_TOTAL_VF, 2, 16);
	put_ats(config, 0x200, 0x2a0);
	dump_write(&pf, "A description", config, stream);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_put(config, 0x180, 2, PCI_EXT_CAP_ID_DSN);
	dump_write(&vf, "A description", config, stream);
	machine_fill_port(config);
	config[PCI_CLASS_DEVICE + 1] = 0x06; /* a bridge */
	dump_write(&port, "A description", config, stream);
	fclose(stream);
	close_host(NULL);
	assert_int_equal(machine_open_dump(&host, text, size, &why), 0);
	free(text);
	assert_int_equal(read_function(bdf), 0);
}

static void test_no_place_in_a_bridge(void **state)
{
	(void)state;
	read_dump(PORT);
	assert_true(is_printed("  place       none: it is a bridge, and no virtual machine is "
			       "given one\n"));
}

static void test_dump(void **state)
{
	static const struct member members[] = {
		{ "/kind", "\"pf\"" },
		{ "/num_vfs", "4" },
		{ "/total_vfs", "16" },
		{ "/class", "\"088000\"" },
		{ "/driver", "null" },
		{ "/runtime_status", "null" },
		{ "/state", "\"enabled\"" },
		{ "/path/1/bdf", "\"0000:00:1c.0\"" },
		{ "/iommu", "{\"covers\":null,\"name\":null,\"kind\":null,\"width\":null,"
			    "\"scalable_mode\":null,\"group\":null,\"domain\":null}" },
		{ "/siblings", "[]" },
		{ "/vfio",
		  "{\"bound\":null,\"group\":null,\"cdev\":null,\"reporter\":null,\"denylisted\":false,\"iommufd\":null}" },
		{ "/place/offset", "384" },
	};

	(void)state;
	read_dump(FUNCTION);
	ASSERT_MEMBERS(members);
	assert_true(is_printed("  kind        PF, 4 of 16 VFs\n"));
	assert_true(is_printed("  driver      can't know: a dump says nothing about drivers"));
	assert_false(is_printed("VFIO  "));
}

static void test_dumped_vf(void **state)
{
	static const struct member members[] = {
		{ "/kind", "\"vf\"" },
		{ "/pf", "\"0000:01:00.0\"" },
		{ "/id", "null" },
		{ "/num_vfs", "null" },
		{ "/state", "\"enabled\"" },
		{ "/ats/bdf", "\"0000:01:00.1\"" },
		{ "/pasid/bdf", "\"0000:01:00.0\"" },
		{ "/place/offset", "4088" },
	};

	(void)state;
	read_dump(VF);
	ASSERT_MEMBERS(members);
	assert_true(is_printed("  ID          can't know: a VF's reads as ones\n"));
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define DUMP_TEST(test) cmocka_unit_test_teardown(test, close_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_pf),
		TREE_TEST(test_vf),
		TREE_TEST(test_json_of_pf),
		TREE_TEST(test_json_of_vf),
		TREE_TEST(test_json_of_error),
		TREE_TEST(test_states),
		TREE_TEST(test_asleep),
		TREE_TEST(test_public_part),
		TREE_TEST(test_public_part_of_a_bridge),
		TREE_TEST(test_group_node),
		TREE_TEST(test_many_siblings),
		TREE_TEST(test_odd_names),
		TREE_TEST(test_pri_at_the_end),
		cmocka_unit_test(test_ats_registers),
		DUMP_TEST(test_no_place_in_a_bridge),
		DUMP_TEST(test_dump),
		DUMP_TEST(test_dumped_vf),
	};

	return cmocka_run_group_tests(tests, new_quirks, free_quirks);
}
