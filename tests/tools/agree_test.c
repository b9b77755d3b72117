// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One function, one answer: list, export, show, explain, map and place are asked of the same
 * made machine, and so is the library; those that take dumps are asked of a dump of it, too.
 */
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/config.h>
#include <vpasid/place.h>
#include <vpasid/vfio_view.h>

#include "cmd.h"
#include "place/map.h"
#include "place/placement.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/tree.h"

#define DEVICE	  DEVICES PORT "/" FUNCTION "/"
#define VF_DEVICE DEVICES PORT "/" VF "/"
#define ABOVE	  DEVICES PORT "/"
#define DMAR	  "sys/class/iommu/dmar0/intel-iommu/"
#define SMTS	  "80000000000\n"     /* scalable mode without PASIDs */
#define PASIDS	  "97800000000\n"     /* both, 16 bits */
#define NO_SMTS	  "17800000000\n"     /* the reverse */
#define NOTHING	  "this is no file\n" /* there is a directory instead */

#define HEADER(id, next) ((id) | 1u << 16 | (uint32_t)(next) << 20)
#define ACS(next)	 0x100, HEADER(PCI_EXT_CAP_ID_ACS, next)
#define PASID(next)	 0x180, HEADER(PCI_EXT_CAP_ID_PASID, next)
#define WIDTH(width)	 0x184, (width) << 8 | 6 | 7 << 16

/* What all must say of a function, in the order of the members below. */
#define FUNCTION_IS(...) .bdf = FUNCTION, ANSWERS(__VA_ARGS__)
#define VF_IS(...)	 .bdf = VF, ANSWERS(__VA_ARGS__)
#define ANSWERS(s, w, i, u, v, p)                                                            \
	.state = (s), .width = (w), .iommu_width = (i), .usable_width = (u), .verdict = (v), \
	.place = (p)
#define ENABLED "enabled", "20", "16", "16", "usable", "4088"
#define UNKNOWN "unknown", "null", "16", "null", "unknown", "null"
#define NONE	"none", "null", "16", "null", "unusable", "null"

/*
 * What is different about the machine, and what all must say then; as JSON has it. The
 * function is enabled and 20 bits wide, its IOMMU takes 16.
 */
/* clang-format off */
static const struct row {
	const char *what;
	struct {
		unsigned int offset;
		uint32_t value;
	} pokes[2];	   /* into the function's config space */
	size_t size;	   /* that there is of it; 0: all */
	bool all_ones;	   /* it reads so */
	bool not_in_dumps; /* what is different is none of a dump's business */
	bool only_in_dumps;
	bool is_bridge; /* which the library doesn't ask */
	struct {
		const char *path, *content;
	} files[3], link;
	const char *bdf;
	const char *state, *width, *iommu_width, *usable_width;
	const char *verdict;
	const char *place; /* its offset */
} rows[] = {
	{ "a sound one", FUNCTION_IS(ENABLED) },
	{ "off", .pokes = { { 0x184, 20 << 8 | 6 } },
	  FUNCTION_IS("off", "20", "16", "0", "unusable", "4088") },
	{ "without PASID", .pokes = { { ACS(0x200) } },
	  FUNCTION_IS("none", "null", "16", "null", "unusable", "4088") },

	/* chains */
	{ "a pointer below 0x100 before PASID", .pokes = { { ACS(0x40) } }, FUNCTION_IS(UNKNOWN) },
	{ "a header of ones before PASID", .pokes = { { ACS(0x300) }, { 0x300, 0xffffffff } },
	  FUNCTION_IS(UNKNOWN) },
	{ "ones where the chain begins", .pokes = { { 0x100, 0xffffffff } },
	  FUNCTION_IS(UNKNOWN) },
	{ "a pointer below 0x100 behind PASID", .pokes = { { PASID(0x40) } },
	  FUNCTION_IS("enabled", "20", "16", "16", "usable", "null") },
	{ "a loop before PASID", .pokes = { { ACS(0x100) } }, FUNCTION_IS(NONE) },
	{ "a loop behind PASID", .pokes = { { PASID(0x100) } },
	  FUNCTION_IS("enabled", "20", "16", "16", "usable", "null") },
	{ "a pointer to zeros", .pokes = { { ACS(0x300) } },
	  FUNCTION_IS("none", "null", "16", "null", "unusable", "4088") },
	{ "PASID at the end, without room for registers",
	  .pokes = { { ACS(0xffc) }, { 0xffc, HEADER(PCI_EXT_CAP_ID_PASID, 0) } },
	  FUNCTION_IS("unknown", "null", "16", "null", "unknown", "4084") },
	{ "registers of ones", .pokes = { { 0x184, 0xffffffff } },
	  FUNCTION_IS("unknown", "null", "16", "null", "unknown", "4088") },

	/* widths */
	{ "21 bits", .pokes = { { WIDTH(21) } },
	  FUNCTION_IS("enabled", "null", "16", "null", "unusable", "4088") },
	{ "0 bits", .pokes = { { WIDTH(0) } },
	  FUNCTION_IS("enabled", "0", "16", "0", "unusable", "4088") },
	{ "fewer bits than the IOMMU's", .pokes = { { WIDTH(9) } },
	  FUNCTION_IS("enabled", "9", "16", "9", "usable", "4088") },
	{ "PASID without scalable mode", .files = { { DMAR "ecap", NO_SMTS } },
	  FUNCTION_IS("enabled", "20", "0", "0", "unusable", "4088") },
	{ "scalable mode without PASID", .files = { { DMAR "ecap", SMTS } },
	  FUNCTION_IS("enabled", "20", "0", "0", "unusable", "4088") },
	{ "an ecap of -1", .files = { { DMAR "ecap", "-1\n" } },
	  FUNCTION_IS("enabled", "20", "null", "null", "usable", "4088") },
	{ "an ecap that is no file", .files = { { DMAR "ecap", NOTHING } },
	  FUNCTION_IS("enabled", "20", "null", "null", "usable", "4088") },
	{ "a cap that is no file, beside a good ecap", .files = { { DMAR "cap", NOTHING } },
	  FUNCTION_IS(ENABLED) },

	/* power */
	{ "suspended in D3hot", .not_in_dumps = true,
	  .files = { { DEVICE "power/runtime_status", "suspended\n" },
		     { DEVICE "power_state", "D3hot\n" } },
	  FUNCTION_IS(ENABLED) },
	{ "suspended in D3cold", .not_in_dumps = true,
	  .files = { { DEVICE "power/runtime_status", "suspended\n" },
		     { DEVICE "power_state", "D3cold\n" } },
	  FUNCTION_IS("asleep", "null", "16", "null", "unknown", "null") },
	{ "suspended, nobody says how deep", .not_in_dumps = true,
	  .files = { { DEVICE "power/runtime_status", "suspended\n" } },
	  FUNCTION_IS("asleep", "null", "16", "null", "unknown", "null") },
	{ "below a suspended port", .not_in_dumps = true,
	  .files = { { ABOVE "power/runtime_status", "suspended\n" },
		     { ABOVE "power_state", "D3hot\n" },
		     { DEVICE "power_state", "D0\n" } },
	  FUNCTION_IS("asleep", "null", "16", "null", "unknown", "null") },
	{ "a VF that sleeps, whose PF doesn't", .not_in_dumps = true,
	  .files = { { VF_DEVICE "power_state", "D3cold\n" } },
	  VF_IS("enabled", "20", "16", "16", "usable", "null") },
	{ "a VF that doesn't sleep, whose PF does", .not_in_dumps = true,
	  .files = { { DEVICE "power_state", "D3cold\n" } },
	  VF_IS("asleep", "null", "16", "null", "unknown", "4088") },

	/* what can be read */
	{ "one that doesn't answer", .all_ones = true, FUNCTION_IS(UNKNOWN) },
	{ "64 bytes, as others than root read", .size = 64, FUNCTION_IS(UNKNOWN) },
	{ "252 bytes", .size = 252, .not_in_dumps = true, FUNCTION_IS(UNKNOWN) },
	{ "nothing", .files = { { DEVICE "config", "" } }, .not_in_dumps = true,
	  FUNCTION_IS(UNKNOWN) },
	{ "less than a header", .size = 60, .not_in_dumps = true, FUNCTION_IS(UNKNOWN) },
	{ "no file", .files = { { DEVICE "config", NOTHING } }, .not_in_dumps = true,
	  FUNCTION_IS(UNKNOWN) },
	{ "no extended config space", .size = 256, .not_in_dumps = true, FUNCTION_IS(NONE) },
	{ "the first 256 bytes", .size = 256, .only_in_dumps = true, FUNCTION_IS(UNKNOWN) },
	{ "256 bytes of a conventional one", .size = 256, .only_in_dumps = true,
	  .pokes = { { PCI_COMMAND, 0 } }, FUNCTION_IS(NONE) },
	{ "cut short before PASID", .size = 0x140, .not_in_dumps = true, FUNCTION_IS(UNKNOWN) },
	{ "cut short in PASID", .size = 0x184, .not_in_dumps = true, FUNCTION_IS(UNKNOWN) },
	{ "cut short behind PASID", .size = 0x300, .not_in_dumps = true,
	  FUNCTION_IS("enabled", "20", "16", "16", "usable", "null") },

	/* who it is */
	{ "no vendor ID", .files = { { DEVICE "vendor", "what\n" } }, .not_in_dumps = true,
	  FUNCTION_IS(ENABLED) },
	{ "no device ID", .files = { { DEVICE "device", NOTHING } }, .not_in_dumps = true,
	  FUNCTION_IS(ENABLED) },
	{ "an endpoint of a bridge's class", .not_in_dumps = true,
	  .files = { { DEVICE "class", "0x068000\n" } },
	  FUNCTION_IS("enabled", "20", "16", "16", "usable", "null") },
	{ "a bridge by its header", .is_bridge = true, .pokes = { { PCI_CACHE_LINE_SIZE, 0x00010000 } },
	  FUNCTION_IS("enabled", "20", "16", "16", "usable", "null") },
	{ "a root port", .is_bridge = true, .bdf = PORT,
	  ANSWERS("none", "null", "null", "null", "unusable", "null") },
	{ "an odd driver", .link = { DEVICE "driver", "../../.." }, .not_in_dumps = true,
	  FUNCTION_IS(ENABLED) },
	{ "an odd IOMMU group", .link = { DEVICE "iommu_group", "../x" }, .not_in_dumps = true,
	  FUNCTION_IS(ENABLED) },

	/* VFs have what their PFs have, and places of their own */
	{ "a VF", VF_IS("enabled", "20", "16", "16", "usable", "4088") },
	{ "a VF whose PF's chain breaks off", .pokes = { { ACS(0x40) } }, .not_in_dumps = true,
	  VF_IS("unknown", "null", "16", "null", "unknown", "4088") },
	{ "a VF whose PF has none", .pokes = { { ACS(0x200) } },
	  VF_IS("none", "null", "16", "null", "unusable", "4088") },
	{ "a VF whose PF isn't there", .link = { VF_DEVICE "physfn", "../0000:01:1f.0" },
	  .not_in_dumps = true,
	  VF_IS("unknown", "null", "16", "null", "unknown", "4088") },
	{ "a VF whose PF is a VF", .link = { DEVICE "physfn", "../0000:01:1f.0" },
	  .not_in_dumps = true,
	  VF_IS("unknown", "null", "16", "null", "unknown", "4088") },
	{ "a VF whose PF is nonsense", .link = { VF_DEVICE "physfn", "../nonsense" },
	  .not_in_dumps = true,
	  VF_IS("unknown", "null", "16", "null", "unknown", "4088") },
};

/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct ran ran;
static const struct row *row;

/* The machine */

static void put_vf(const char *root)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_add_function(root, PORT "/", VF, config, sizeof(config));
	tree_link(root, VF_DEVICE "physfn", "../" FUNCTION);
	tree_link(root, VF_DEVICE "iommu", "../../../virtual/iommu/dmar0");
}

static void put_file(const char *root, const char *path, const char *content)
{
	if (!strcmp(content, NOTHING)) {
		unlink(path_of("%s/%s", root, path).text);
		tree_directory(root, path);
	} else {
		tree_file(root, path, content);
	}
}

static void change(const char *root)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	for (size_t i = 0; i < 2; i++)
		if (row->pokes[i].offset)
			machine_put(config, row->pokes[i].offset, 4, row->pokes[i].value);
	if (row->all_ones)
		memset(config, 0xff, sizeof(config));
	machine_write_config(root, DEVICES PORT "/" FUNCTION, config,
			     row->size ? row->size : sizeof(config));
	for (size_t i = 0; i < 3 && row->files[i].path; i++)
		put_file(root, row->files[i].path, row->files[i].content);
	if (row->link.path)
		tree_link(root, row->link.path, row->link.content);
}

/* Answers */

static struct json_object *parse(void)
{
	struct json_object *report = json_tokener_parse(ran.out);

	if (!report)
		fail_msg("%s: no JSON: %s%s", row->what, ran.out, ran.err);
	return report;
}

static void assert_member(struct json_object *report, const char *who, const char *pointer,
			  const char *expected)
{
	struct json_object *value;
	const char *text = "absent";

	if (!json_pointer_get(report, path_of("/devices/0/%s", pointer).text, &value))
		text = json_object_is_type(value, json_type_string)
			       ? json_object_get_string(value)
			       : json_object_to_json_string(value);
	if (strcmp(text, expected) != 0)
		fail_msg("%s: %s says that %s is %s, not %s\n%s", row->what, who, pointer, text,
			 expected, ran.err);
}

struct member {
	const char *pointer, *expected;
};

static void assert_members(const char *who, const struct member *members, size_t count)
{
	struct json_object *report = parse();

	for (size_t i = 0; i < count; i++)
		assert_member(report, who, members[i].pointer, members[i].expected);
	json_object_put(report);
}

#define ASSERT_MEMBERS(who, members) \
	assert_members(who, members, sizeof(members) / sizeof((members)[0]))

/* A dump says nothing about the IOMMU: only that nothing is usable can be known. */
static void assert_list(const char *option, const char *where, bool is_dump)
{
	bool is_useless = !strcmp(row->state, "off") || !strcmp(row->width, "0");
	const struct member members[] = {
		{ "bdf", row->bdf },
		{ "state", row->state },
		{ "width", row->width },
		{ "iommu_width", is_dump ? "null" : row->iommu_width },
		{ "usable_width", is_dump && !is_useless ? "null" : row->usable_width },
	};

	command_run(&ran, cmd_list, "--all", "--json", "-s", row->bdf, option, where, NULL);
	ASSERT_MEMBERS("list", members);
}

static void assert_show(const char *option, const char *where, bool is_dump)
{
	const struct member members[] = {
		{ "state", row->state },
		{ "verdict", row->verdict },
		{ "pasid/width", row->width },
		{ "iommu/width", is_dump ? "null" : row->iommu_width },
		{ "place/offset", row->place },
	};
	const struct member dumped[] = { members[0], members[2], members[3], members[4] };

	command_run(&ran, cmd_show, "--json", option, where, row->bdf, NULL);
	if (is_dump)
		ASSERT_MEMBERS("show", dumped);
	else
		ASSERT_MEMBERS("show", members);
}

static void assert_explain(const char *option, const char *where, bool is_dump)
{
	const struct member members[] = {
		{ "width", row->width },
		{ "iommu_width", is_dump ? "null" : row->iommu_width },
		{ "verdict", row->verdict },
	};

	command_run(&ran, cmd_explain, "--json", option, where, row->bdf, NULL);
	assert_members("explain", members, is_dump ? 2 : 3);
}

static void assert_places(const char *root, const char *option, const char *where)
{
	const struct member members[] = { { "offset", row->place } };
	bool has_place = strcmp(row->place, "null") != 0;

	command_run(&ran, cmd_place, "--format", "json", "--quirks", root, option, where, row->bdf,
		    NULL);
	ASSERT_MEMBERS("place", members);
	assert_int_equal(ran.status, has_place ? EXIT_OK : EXIT_ERROR);
	command_run(&ran, cmd_map, "--json", "--quirks", root, option, where, row->bdf, NULL);
	ASSERT_MEMBERS("map", members);
}

/* Whether a line is printed if, and only if, @is_there. */
static void assert_line(const char *line, bool is_there)
{
	bool found = strstr(ran.out, line);

	if (found != is_there)
		fail_msg("%s: export has %s%s:\n%s", row->what, found ? "" : "not ", line, ran.out);
}

static void assert_sample(const char *metric, const char *value)
{
	bool is_known = strcmp(value, "null") != 0;

	assert_line(path_of("\n%s %s\n", metric, is_known ? value : "").text, is_known);
	assert_line(path_of("\n%s ", metric).text, is_known);
}

/* Of a function without PASID there is nothing but the count. */
static void assert_exports(const char *sysfs)
{
	bool is_listed = strcmp(row->state, "none") != 0;
	bool is_enabled = !strcmp(row->state, "enabled");
	bool is_known = is_enabled || !is_listed || !strcmp(row->state, "off");

	command_run(&ran, cmd_export, "--format", "prometheus", "-s", row->bdf, "--sysfs", sysfs,
		    NULL);
	assert_line(path_of("\nvpasid_functions{state=\"%s\"} 1\n", row->state).text, true);
	assert_line(path_of("{bdf=\"%s\",state=\"%s\"} 1\n", row->bdf, row->state).text, is_listed);
	assert_sample(path_of("vpasid_function_max_pasid_width{bdf=\"%s\"}", row->bdf).text,
		      row->width);
	assert_sample(path_of("vpasid_function_usable_pasid_width{bdf=\"%s\"}", row->bdf).text,
		      row->usable_width);
	assert_sample("vpasid_iommu_max_pasid_width{iommu=\"dmar0\"}",
		      is_listed ? row->iommu_width : "null");

	command_run(&ran, cmd_export, "--format", "nfd", "-s", row->bdf, "--sysfs", sysfs, NULL);
	assert_line("/vpasid.enabled=true\n", is_enabled);
	assert_line("/vpasid.enabled=false\n", is_known && !is_enabled);
	assert_line(path_of("/vpasid.width=%s\n", row->width).text,
		    is_enabled && strcmp(row->width, "null") != 0);
	assert_line(path_of("/vpasid.usable-width=%s\n", row->usable_width).text,
		    is_enabled && strcmp(row->usable_width, "null") != 0);
}

/* Bytes of a function's config space, and how many they are */
static size_t read_config(const char *root, const char *bdf, uint8_t *config)
{
	FILE *file = fopen(path_of("%s/sys/bus/pci/devices/%s/config", root, bdf).text, "r");
	size_t size;

	assert_non_null(file);
	size = fread(config, 1, VPASID_CONFIG_SIZE, file);
	fclose(file);
	return size;
}

/*
 * The library is asked as a VMM asks it, with what VFIO shows. A break that VFIO hides is known
 * only to a command that has read the function's own config space.
 */
static void assert_library(const char *root)
{
	uint8_t config[VPASID_CONFIG_SIZE], view[VPASID_CONFIG_SIZE];
	const struct vpasid_vfio_view_request own = {
		.argsz = sizeof(own),
		.config = config,
		.size = read_config(root, row->bdf, config),
	};
	const struct vpasid_place_request request = { .argsz = sizeof(request),
						      .config = view,
						      .size = sizeof(view) };
	struct vpasid_placement placement;
	struct vpasid_layout layout;
	int ret = vpasid_layout_read(config, own.size, &layout);

	if (ret >= 0)
		ret = vpasid_vfio_view(&own, view);
	if (!ret)
		ret = layout.broken || layout.loops ? -EPROTO : vpasid_place(&request, &placement);
	assert_string_equal(ret ? "null" : path_of("%u", placement.caps[0].offset).text,
			    row->place);
}

static void make_dump(const char *root, const char *path)
{
	static const char *const bdfs[] = { VF, FUNCTION, PORT };
	uint8_t config[VPASID_CONFIG_SIZE];
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (size_t i = 0; i < sizeof(bdfs) / sizeof(bdfs[0]); i++) {
		size_t size = read_config(root, bdfs[i], config);

		fprintf(file, "%s a function", bdfs[i]);
		for (size_t at = 0; at < size; at++) {
			if (at % 16 == 0)
				fprintf(file, "\n%02zx:", at);
			fprintf(file, " %02x", config[at]);
		}
		fputs("\n\n", file);
	}
	fclose(file);
}

static void *tree;

static int setup(void **state)
{
	row = *state;
	if (machine_setup(&tree))
		return -1;
	tree_file(tree, DMAR "ecap", PASIDS);
	put_vf(tree);
	change(tree);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return tree_teardown(&tree);
}

static void test_row(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)tree),
		    dump = path_of("%s/dump", (char *)tree);

	(void)state;
	if (!row->only_in_dumps) {
		assert_list("--sysfs", sysfs.text, false);
		assert_exports(sysfs.text);
		assert_show("--sysfs", sysfs.text, false);
		assert_explain("--sysfs", sysfs.text, false);
		assert_places(tree, "--sysfs", sysfs.text);
	}
	if (!row->not_in_dumps) {
		make_dump(tree, dump.text);
		assert_list("--file", dump.text, true);
		assert_show("--file", dump.text, true);
		assert_explain("--file", dump.text, true);
		assert_places(tree, "--file", dump.text);
	}
	if (!row->not_in_dumps && !row->size && !row->is_bridge)
		assert_library(tree);
}

/* Where the map shows room there is a place, and nowhere else: also by a quirk's word. */
static void assert_map(const char *extent, unsigned int end)
{
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	struct config_space space = {
		.device = { .vendor = 0x1234, .device = 0x5678 },
		.size = VPASID_CONFIG_SIZE,
	};
	struct path text = path_of("device 1234:5678\n%s%s\nsource \"x\"\n",
				   *extent ? "extent " : "offset 0x800", extent);
	struct placement_report place;
	struct map map;
	uint8_t kinds[MAP_UNITS + 1] = { 0 };

	assert_non_null(quirks);
	assert_int_equal(vpasid_quirks_parse(quirks, text.text, strlen(text.text), "q", NULL), 0);
	machine_fill(space.config, PCI_EXP_TYPE_ENDPOINT, false);
	/* of a length that isn't known, and the next one */
	machine_put(space.config, 0x180, 4, HEADER(0x7777, 0x200));
	machine_put(space.config, 0x200, 4, HEADER(PCI_EXT_CAP_ID_LTR, 0));
	place_find(&space, quirks, 0, 0, &place);
	assert_int_equal(place.quirk_count, 1);
	map_make(&place, &map);
	for (size_t i = 0, unit = 0; i < map.count; i++)
		for (unsigned int left = map.runs[i].length; left; left -= MAP_UNIT)
			kinds[unit++] = map.runs[i].kind;
	kinds[MAP_UNITS] = MAP_NONZERO;
	for (unsigned int unit = 0x100 / MAP_UNIT; unit < MAP_UNITS; unit++) {
		bool is_room = (kinds[unit] == MAP_FREE || kinds[unit] == MAP_PLACE) &&
			       (kinds[unit + 1] == MAP_FREE || kinds[unit + 1] == MAP_PLACE);

		if (place_admits(&place, (uint16_t)(unit * MAP_UNIT)) != is_room)
			fail_msg("%s: 0x%03x is %s in the map", extent, unit * MAP_UNIT,
				 map_kind_name(kinds[unit]));
	}
	assert_int_equal(kinds[end / MAP_UNIT - 1] == MAP_FREE, false);
	assert_int_equal(kinds[end / MAP_UNIT], end == 0x200 ? MAP_SPAN : MAP_FREE);
	place_free(&place);
	vpasid_quirks_free(quirks);
}

static void test_extents(void **state)
{
	(void)state;
	assert_map("", 0x200);
	assert_map("0x180-0x18f", 0x190);
	assert_map("0x180-0x1ff", 0x200);
	/* what reaches beyond the next header doesn't count */
	assert_map("0x180-0x20f", 0x200);
	/* nor what begins elsewhere */
	assert_map("0x184-0x18f", 0x200);
}

int main(void)
{
	struct CMUnitTest tests[ROWS + 1];

	for (size_t i = 0; i < ROWS; i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].what,
			.test_func = test_row,
			.setup_func = setup,
			.teardown_func = teardown,
			.initial_state = (void *)&rows[i],
		};
	tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(test_extents);
	return cmocka_run_group_tests_name("agree", tests, NULL, NULL);
}
