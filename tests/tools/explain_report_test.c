// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/report.c: how a chain is printed, as text and as JSON. */
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "support/json.h"
#include "made_chain.h"

static void test_text(void **state)
{
	char *text;

	(void)state;
	make_sound();
	text = print_chain(false);
	assert_begins(text, FUNCTION ": PASID is usable: enabled, 20 bits wide (sure)\n"
				     "\n"
				     "  ok       sure    kernel       /proc/config.gz");
	assert_non_null(strstr(text, "\n  ok       sure    tlp-prefix   " PORT " 0x078 bit 21"
				     "  the root port supports end-to-end TLP prefixes\n"));
	assert_null(strchr(text, '\033'));
	free(text);

	switch_off();
	port.tlp_prefix = FACT_NO;
	text = print_chain(false);
	assert_begins(text, FUNCTION
		      ": PASID is not usable: tlp-prefix of " PORT
		      ": the root port doesn't support end-to-end TLP prefixes (sure)\n"
		      "  broken  tlp-prefix, " PORT " 0x078 bit 21 (sure)\n"
		      "  found   the root port doesn't support end-to-end TLP prefixes\n"
		      "  to do   put the device into a slot whose ports support them, or look "
		      "for a setting in the firmware\n"
		      "\n");
	free(text);

	hide_hop(&function, "only root may");
	hide_hop(&port, "only root may");
	text = print_chain(false);
	assert_begins(text, FUNCTION
		      ": can't tell whether PASID is usable (unknown: "
		      "these links can't be judged: capability, tlp-prefix, acs, enabled)\n");
	assert_non_null(strstr(text, "  only root may\n"));
	assert_non_null(strstr(text, "  as above\n"));
	free(text);
}

/* The first link, or the first need, decides how wide a column is. */
static void test_columns(void **state)
{
	static const char *const wheres[] = { "", "here" };
	static const char *const texts[] = {
		FUNCTION ": it works (sure)\n"
			 "\n"
			 "  ok       sure    kernel         fine\n"
			 "  ok       sure    iommu          too\n"
			 "\n"
			 "For a process to share its address space with it:\n"
			 "  ok       group  there\n"
			 "  ok       ats    as well\n",
		FUNCTION ": it works (sure)\n"
			 "\n"
			 "  ok       sure    kernel       here  fine\n"
			 "  ok       sure    iommu              too\n"
			 "\n"
			 "For a process to share its address space with it:\n"
			 "  ok       group  there\n"
			 "  ok       ats    as well\n",
	};

	(void)state;
	make_sound();
	for (size_t i = 0; i < 2; i++) {
		char *text = NULL;
		size_t size;
		FILE *stream = open_memstream(&text, &size);

		chain = (struct chain){ .purpose = PURPOSE_SVA,
					.verdict = EXPLAIN_OK,
					.certainty = EXPLAIN_SURE,
					.summary = "it works",
					.link_count = 2,
					.need_count = 2 };
		chain.links[0] = (struct link){ .what = LINK_KERNEL,
						.verdict = EXPLAIN_OK,
						.certainty = EXPLAIN_SURE,
						.found = "fine" };
		snprintf(chain.links[0].where, sizeof(chain.links[0].where), "%s", wheres[i]);
		chain.links[1] = (struct link){ .what = LINK_IOMMU,
						.verdict = EXPLAIN_OK,
						.certainty = EXPLAIN_SURE,
						.found = "too" };
		chain.needs[0] = (struct link){ .what = NEED_GROUP,
						.verdict = EXPLAIN_OK,
						.found = "there" };
		chain.needs[1] = (struct link){ .what = NEED_ATS,
						.verdict = EXPLAIN_OK,
						.found = "as well" };
		explain_print(judged, &chain, stream, false);
		assert_int_equal(fclose(stream), 0);
		assert_string_equal(text, texts[i]);
		free(text);
	}
}

/* Names are from outside. */
static void test_odd_text(void **state)
{
	char *text;

	(void)state;
	make_sound();
	strcpy(iommu.name, "dmar\033[2J");
	set_driver("a\nb", false);
	text = print_chain(false);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "covered by dmar\\x1b[2J"));
	assert_non_null(strstr(text, "bound to a\\x0ab,"));
	free(text);

	text = print_chain(true);
	assert_non_null(strstr(text, "\033[32mok\033[0m  "));
	assert_null(strstr(text, "dmar\033"));
	free(text);
}

static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, key, &value));
	return value ? json_object_get_string(value) : NULL;
}

/* As the command prints it */
static struct json_object *report_of(const char *error)
{
	struct json_object *devices = json_object_new_array();

	json_object_array_add(devices, explain_to_json(judged, &chain, error));
	return json_report(EXPLAIN_SCHEMA, devices);
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
	report = report_of(NULL);
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
		report = report_of(NULL);
		device = only_device(report);
		shown = member(device, "width");
		assert_string_equal(shown ? shown : "null", rows[i].shown ? rows[i].shown : "null");
		shown = member(device, "iommu_width");
		assert_string_equal(shown ? shown : "null",
				    rows[i].iommu_shown ? rows[i].iommu_shown : "null");
		json_object_put(report);
	}
}

static void test_notes_in_json(void **state)
{
	struct json_object *report, *notes;

	(void)state;
	make_sound();
	port.acs.there = FACT_NO; /* although PASID is enabled */
	judge();
	assert_int_not_equal(chain.note_count, 0);
	report = report_of(NULL);
	assert_true(json_object_object_get_ex(only_device(report), "notes", &notes));
	assert_int_equal(json_object_array_length(notes), chain.note_count);
	for (size_t i = 0; i < chain.note_count; i++)
		assert_string_equal(json_object_get_string(json_object_array_get_idx(notes, i)),
				    chain.notes[i]);
	json_object_put(report);
}

/* Of a function that isn't there, there is nothing but the address and why. */
static void test_json_of_error(void **state)
{
	struct json_object *known, *missing;

	(void)state;
	make_sound();
	judge();
	known = report_of(NULL);
	missing = report_of("it is gone");
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
		cmocka_unit_test(test_text),	       cmocka_unit_test(test_columns),
		cmocka_unit_test(test_odd_text),       cmocka_unit_test(test_json),
		cmocka_unit_test(test_widths_in_json), cmocka_unit_test(test_notes_in_json),
		cmocka_unit_test(test_json_of_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
