// SPDX-License-Identifier: GPL-2.0-or-later
/* place/placement.h and place/place_report.h: where there is a place, and how it is reported. */
#include <errno.h>
#include <json-c/json.h>
#include <linux/pci_regs.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_space.h"
#include "pci/config_space.h"
#include "place/place_report.h"
#include "place/placement.h"
#include "support/schema.h"
#include "support/tree.h"

static void test_place(void **state)
{
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	place_find(&space, NULL, 0, 0, &place);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.caps[0].offset, 0xff8);
	assert_true(place_admits(&place, 0x200));
	assert_false(place_admits(&place, 0x104));
	place_free(&place);

	place_find(&space, NULL, 0x200, 0, &place);
	assert_int_equal(place.placement.caps[0].reason, VPASID_PLACE_EXPLICIT);
	place_free(&place);

	place_find(&space, NULL, 0x104, 0, &place);
	assert_int_equal(place.error, -EBUSY);
	assert_string_equal(place.why.text, "PASID can't be placed at 0x104");
	assert_int_equal(place.obstacle_count, 1);
	assert_non_null(strstr(place.obstacles[0], "ARI"));
	place_free(&place);

	memset(space.config + 0x108, 0x55, VPASID_CONFIG_SIZE - 0x108);
	place_find(&space, NULL, 0, 0, &place);
	assert_int_equal(place.error, -ENOSPC);
	assert_true(place.obstacle_count >= 2);
	place_free(&place);
	/* once more does nothing */
	place_free(&place);
}

/* If set, there is no memory for a set of quirks. */
static bool is_full;

struct vpasid_quirks *__real_vpasid_quirks_new(void);
struct vpasid_quirks *__wrap_vpasid_quirks_new(void);

struct vpasid_quirks *__wrap_vpasid_quirks_new(void)
{
	return is_full ? NULL : __real_vpasid_quirks_new();
}

static void test_no_memory(void **state)
{
	(void)state;
	is_full = true;
	assert_null(place_load_quirks(NULL, &why));
	is_full = false;
	assert_string_equal(why.text, "out of memory");
}

/* Quirks that can't be read take no memory for long. */
static void test_wrong_quirks(void **state)
{
	size_t before = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		/* by then, malloc()'s own lists of freed memory don't grow any more */
		if (i == 10)
			before = mallinfo2().uordblks;
		assert_null(place_load_quirks("/none", &why));
		assert_non_null(strstr(why.text, "/none"));
	}
	assert_int_equal(mallinfo2().uordblks, before);
}

/* A break, a loop, what a guest can't see, and a device that is gone. */
static void test_no_place(void **state)
{
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	put_header(space.config, 0x100, 0x0e, 0x40);
	place_find(&space, NULL, 0, 0, &place);
	assert_int_equal(place.error, -EPROTO);
	assert_non_null(strstr(place.why.text, "which is below 0x100"));
	place_free(&place);

	put_header(space.config, 0x100, 0x0e, 0x100);
	place_find(&space, NULL, 0, 0, &place);
	assert_int_equal(place.error, -ELOOP);
	assert_non_null(strstr(place.why.text, "the chain is a loop"));
	assert_true(place.has_layout);
	place_free(&place);
	place_find(&space, NULL, 0xff8, 0, &place);
	assert_int_equal(place.error, 0);
	place_free(&place);

	space.config[0x40] = PCI_CAP_ID_MSI;
	place_find(&space, NULL, 0xff8, 0, &place);
	assert_int_equal(place.error, -ENXIO);
	assert_true(place.has_layout);
	assert_string_equal(place.why.text, "it has no PCI Express Capability, so guests don't "
					    "look for extended capabilities");
	place_free(&place);
	space.config[0x40] = 0xff;
	place_find(&space, NULL, 0xff8, 0, &place);
	assert_int_equal(place.error, -ENXIO);
	assert_non_null(strstr(place.why.text, "its list of capabilities breaks off"));
	place_free(&place);

	memset(space.config, 0xff, sizeof(space.config));
	place_find(&space, NULL, 0, 0, &place);
	assert_int_equal(place.error, -EIO);
	assert_false(place.has_layout);
	place_free(&place);
}

/* No VM gets one, whatever is asked for; the message also says that its chain breaks off. */
static void test_bridge(void **state)
{
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	space.is_bridge = true;
	for (unsigned int offset = 0; offset <= 0x200; offset += 0x200) {
		place_find(&space, NULL, (uint16_t)offset, 0, &place);
		assert_int_equal(place.error, -ENXIO);
		assert_string_equal(place.why.text,
				    "it is a bridge, and a bridge can't be assigned to a virtual "
				    "machine");
		assert_true(place.has_layout);
		place_free(&place);
	}
	put_header(space.config, 0x100, 0x0e, 0x40);
	place_find(&space, NULL, 0, 0, &place);
	assert_int_equal(place.error, -ENXIO);
	assert_non_null(strstr(place.why.text, "it is a bridge"));
	assert_non_null(strstr(place.why.text, "which is below 0x100"));
	place_free(&place);
}

/* PASID comes first, and the capabilities after it don't move it. */
static void test_with(void **state)
{
	struct placement_report place;
	struct config_space space;

	(void)state;
	fill_space(&space);
	place_find(&space, NULL, 0, PLACE_WITH_PRI | PLACE_WITH_ATS, &place);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.cap_count, 3);
	assert_int_equal(place.placement.caps[0].offset, 0xff8);
	assert_int_equal(place.placement.caps[1].id, VPASID_EXT_CAP_PRI);
	assert_int_equal(place.placement.caps[1].offset, 0xfe8);
	assert_int_equal(place.placement.caps[2].id, VPASID_EXT_CAP_ATS);
	assert_string_equal(place_describe_reason(&place.placement.caps[1]), "the highest gap");
	place_free(&place);
}

/* Keys are in this order, none is ever left out, and unknown is null. */
static void test_json(void **state)
{
	static const char expected[] =
		"{\"schema\":\"vpasid-place/1\",\"devices\":["
		"{\"bdf\":\"0000:00:05.0\",\"name\":\"e\\\\x1b\",\"kind\":\"vf\",\"offset\":4088,"
		"\"reason\":\"gap\",\"capabilities\":[{\"name\":\"PASID\",\"id\":27,"
		"\"offset\":4088,\"length\":8,\"reason\":\"gap\"}],\"digest\":\"%016llx\",\"quirks\":["
		"{\"source\":\"a document\",\"file\":\"a.conf\",\"line\":1}],\"obstacles\":[],"
		"\"error\":null},"
		"{\"bdf\":\"0000:00:06.0\",\"name\":null,\"kind\":null,\"offset\":null,"
		"\"reason\":null,\"capabilities\":null,\"digest\":null,\"quirks\":[],\"obstacles\":[],"
		"\"error\":\"it is gone\"}]}";
	static const char quirk[] = "device 8086:*\nhidden 0x800-0x8ff\nsource \"a document\"\n";
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	struct placement_report places[2] = {
		[1] = { .bdf.text = "0000:00:06.0",
			.name = "",
			.error = -EIO,
			.why.text = "it is gone" },
	};
	struct config_space space;
	struct json_object *report;
	char text[1024];

	(void)state;
	assert_int_equal(vpasid_quirks_parse(quirks, quirk, strlen(quirk), "a.conf", NULL), 0);
	fill_space(&space);
	place_find(&space, quirks, 0, 0, &places[0]);
	places[0].name = "e\x1b";
	places[0].kind = PCI_KIND_VF;
	snprintf(text, sizeof(text), expected, (unsigned long long)places[0].placement.digest);
	report = place_to_json(places, 2);
	assert_string_equal(
		json_object_to_json_string_ext(report, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE),
		text);
	assert_true(schema_is_met(report));
	json_object_put(report);
	place_free(&places[0]);
	place_free(&places[1]);
	vpasid_quirks_free(quirks);
}

static void test_quirks_directory(void **state)
{
	struct vpasid_quirks *quirks;
	struct config_space space;
	struct placement_report place;

	tree_file(*state, "a.conf", "device 8086:0b25\nhidden 0xf00-0xfff\nsource \"x\"\n");
	quirks = place_load_quirks(*state, &why);
	assert_non_null(quirks);
	fill_space(&space);
	place_find(&space, quirks, 0, 0, &place);
	assert_int_equal(place.placement.caps[0].offset, 0xef8);
	place_free(&place);
	space.device.vendor = 0xffff;
	place_find(&space, quirks, 0, 0, &place);
	assert_int_equal(place.placement.caps[0].offset, 0xff8);
	place_free(&place);
	vpasid_quirks_free(quirks);

	tree_file(*state, "b.conf", "nonsense\n");
	assert_null(place_load_quirks(*state, &why));
	assert_non_null(strstr(why.text, "b.conf:1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_wrong_quirks),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_with),
		cmocka_unit_test(test_json),
		cmocka_unit_test_setup_teardown(test_quirks_directory, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_place", tests, NULL, NULL);
}
