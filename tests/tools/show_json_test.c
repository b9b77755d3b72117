// SPDX-License-Identifier: GPL-2.0-or-later
/* show/show_json.c on made trees. */
#include <errno.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_show.h"
#include "show/show.h"
#include "support/machine.h"

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
		{ "/place", "{\"offset\":4088,\"reason\":\"gap\",\"error\":null}" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_json_of_pf),
		TREE_TEST(test_json_of_vf),
		TREE_TEST(test_json_of_error),
	};

	return cmocka_run_group_tests(tests, new_quirks, free_quirks);
}
