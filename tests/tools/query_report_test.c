// SPDX-License-Identifier: GPL-2.0-or-later
/* query_report.h: what the table shows, and the schema vpasid-query/1. */
#include <errno.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "query/query.h"
#include "support/schema.h"

/*
 * A PF, a VF of it without PRIV, a function read through sysfs, one without PASID, errors,
 * two sources that agree and that don't, an IOMMU with PASID 0 alone, and AMD's.
 */
static struct query queries[] = {
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:05.0",
							 .kind = PCI_KIND_PF,
							 .driver = "pasid_vfio_pci" },
						.name = "A name" },
		.exists = true,
		.info = { .width = 20,
			  .capabilities = VPASID_CAP_EXEC | VPASID_CAP_PRIV,
			  .enabled = VPASID_CAP_EXEC | VPASID_CAP_PRIV,
			  .iommu_width = 16,
			  .known = VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH,
			  .source = VPASID_SOURCE_VFIO_FEATURE },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:05.1",
							 .kind = PCI_KIND_VF,
							 .pf.text = "0000:00:05.0",
							 .driver = "pasid_vfio_pci" },
						.name = "" },
		.exists = true,
		.info = { .width = 5,
			  .capabilities = VPASID_CAP_EXEC,
			  .source = VPASID_SOURCE_VFIO_FEATURE_11 },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:06.0",
							 .kind = PCI_KIND_FUNCTION,
							 .driver = "vfio-pci" },
						.name = "" },
		.exists = true,
		.info = { .width = 10,
			  .capabilities = VPASID_CAP_EXEC | VPASID_CAP_PRIV,
			  .enabled = VPASID_CAP_PRIV,
			  .known = VPASID_KNOWN_ENABLED,
			  .source = VPASID_SOURCE_REGISTERS },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:07.0",
							 .kind = PCI_KIND_PF,
							 .driver = "pasid_vfio_pci" },
						.name = "" },
		.exists = true,
		.info = { .known = VPASID_KNOWN_ENABLED, .source = VPASID_SOURCE_VFIO_FEATURE },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:08.0",
							 .kind = PCI_KIND_FUNCTION,
							 .driver = "e\x1b[0m" },
						.name = "" },
		.exists = true,
		.error = -ENXIO,
		.why.text = "not \x1b bound",
	},
	{ .function = &(struct function){ .pci = { .bdf.text = "0000:00:09.0" }, .name = "" },
	  .error = -ENODEV,
	  .why.text = "absent" },
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:0a.0",
							 .kind = PCI_KIND_FUNCTION,
							 .driver = "pasid_vfio_pci" },
						.name = "" },
		.exists = true,
		.info = { .width = 20,
			  .iommu_width = 16,
			  .known = VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH,
			  .source = VPASID_SOURCE_VFIO_FEATURE,
			  .second = VPASID_SOURCE_IOMMUFD },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:0b.0",
							 .kind = PCI_KIND_FUNCTION,
							 .driver = "vfio-pci" },
						.name = "" },
		.exists = true,
		.info = { .width = 20,
			  .iommu_width = 16,
			  .known = VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH,
			  .source = VPASID_SOURCE_REGISTERS,
			  .second = VPASID_SOURCE_IOMMUFD,
			  .differs = VPASID_DIFFERS_ENABLED },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:0c.0",
							 .kind = PCI_KIND_FUNCTION,
							 .driver = "vfio-pci" },
						.name = "" },
		.exists = true,
		.info = { .width = 20,
			  .known = VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH,
			  .source = VPASID_SOURCE_VFIO_FEATURE },
	},
	{
		.function = &(struct function){ .pci = { .bdf.text = "0000:00:0d.0",
							 .kind = PCI_KIND_FUNCTION,
							 .driver = "vfio-pci" },
						.vfio_pasid = VFIO_PASID_ANSWERS,
						.name = "" },
		.exists = true,
		.iommu = { .argsz = sizeof(struct vpasid_iommu),
			   .type = VPASID_IOMMU_AMD,
			   .length = 16,
			   .data = { 0x12, [4] = 0x0f, [8] = 0x08 } },
		.info = { .width = 20,
			  .iommu_width = 15,
			  .known = VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH,
			  .source = VPASID_SOURCE_VFIO_FEATURE,
			  .second = VPASID_SOURCE_IOMMUFD,
			  .attach_refused = 1 },
	},
};

#define COUNT (sizeof(queries) / sizeof(queries[0]))

static void test_table(void **state)
{
	static const char expected[] =
		"BDF           KIND                DRIVER          WIDTH  EXEC  PRIV  ENABLED  IOMMU WIDTH  SOURCE                               NAME\n"
		"0000:00:05.0  PF                  pasid_vfio_pci  20     yes   yes   yes      16           vfio-feature                         A name\n"
		"0000:00:05.1  VF of 0000:00:05.0  pasid_vfio_pci  5      yes   no    yes      -            vfio-feature-11                      -\n"
		"0000:00:06.0  function            vfio-pci        10     off   yes   yes      -            sysfs                                -\n"
		"0000:00:07.0  PF                  pasid_vfio_pci  0      no    no    no       -            vfio-feature                         -\n"
		"0000:00:08.0  function            e\\x1b[0m        -      -     -     -        -            -                                    -\n"
		"0000:00:09.0  -                   -               -      -     -     -        -            -                                    -\n"
		"0000:00:0a.0  function            pasid_vfio_pci  20     no    no    yes      16           vfio-feature, iommufd                -\n"
		"0000:00:0b.0  function            vfio-pci        20     no    no    yes      16           sysfs, but not iommufd               -\n"
		"0000:00:0c.0  function            vfio-pci        20     no    no    yes      0            vfio-feature                         -\n"
		"0000:00:0d.0  function            vfio-pci        20     no    no    yes      15           vfio-feature by vfio_pasid, iommufd  -\n";
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(query_print_table(queries, COUNT, stream, false), 0);
	fclose(stream);
	assert_string_equal(text, expected);
	free(text);
}

#define FIELD(name, value) "\"" name "\":" value ","
#define AMD                                                                                        \
	"{\"type\":\"amd\",\"hw_info_type\":4,\"pasid_width\":15,\"output_width\":null,"           \
	"\"stage1\":true,\"stage2\":true,\"nested\":false,"                                        \
	"\"registers\":{\"EFR\":\"0x0000000f00000012\",\"EFR2\":\"0x0000000000000008\"},"          \
	"\"fields\":{" FIELD("PreFSup", "0") FIELD("PPRSup", "1") FIELD("XTSup", "0") FIELD(       \
		"NXSup", "0") FIELD("GTSup", "1") FIELD("IASup", "0") FIELD("GASup", "0")          \
		FIELD("HESup", "0") FIELD("PCSup", "0") FIELD("HATS", "0") FIELD("GATS", "0")      \
			FIELD("GLXSup", "0") FIELD("GAMSup", "0") FIELD("PASmax", "15")            \
				FIELD("USSup", "0") FIELD("PPRAutoRspSup", "0")                    \
					FIELD("BlkStopMrkSup", "0") FIELD("GIoSup", "0")           \
						FIELD("HASup", "0") FIELD("EPHSup",                \
									  "0") FIELD("HDSup", "0") \
							FIELD("SNPSup", "0") "\"GCR3TRPMode\":1}}"

/* Keys are in this order, none is ever left out, and unknown is null. */
static void test_json(void **state)
{
	static const char *const devices[] = {
		"{\"bdf\":\"0000:00:05.0\",\"kind\":\"pf\",\"pf\":null,\"driver\":\"pasid_vfio_pci\","
		"\"name\":\"A name\",\"width\":20,\"exec\":true,\"priv\":true,\"enabled\":true,"
		"\"exec_enabled\":true,\"priv_enabled\":true,\"iommu_width\":16,\"usable_width\":16,\"attach_refused\":null,"
		"\"source\":\"vfio-feature\",\"answered_by\":\"pasid_vfio_pci\",\"second_source\":null,\"agree\":null,\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:05.1\",\"kind\":\"vf\",\"pf\":\"0000:00:05.0\","
		"\"driver\":\"pasid_vfio_pci\",\"name\":null,\"width\":5,\"exec\":true,"
		"\"priv\":false,\"enabled\":true,\"exec_enabled\":null,\"priv_enabled\":null,"
		"\"iommu_width\":null,\"usable_width\":5,\"attach_refused\":null,\"source\":\"vfio-feature-11\",\"answered_by\":\"pasid_vfio_pci\",\"second_source\":null,\"agree\":null,"
		"\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:06.0\",\"kind\":\"function\",\"pf\":null,\"driver\":\"vfio-pci\","
		"\"name\":null,\"width\":10,\"exec\":true,\"priv\":true,\"enabled\":true,"
		"\"exec_enabled\":false,\"priv_enabled\":true,\"iommu_width\":null,"
		"\"usable_width\":10,\"attach_refused\":null,\"source\":\"sysfs\",\"answered_by\":null,\"second_source\":null,\"agree\":null,\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:07.0\",\"kind\":\"pf\",\"pf\":null,\"driver\":\"pasid_vfio_pci\","
		"\"name\":null,\"width\":0,\"exec\":false,\"priv\":false,\"enabled\":false,"
		"\"exec_enabled\":false,\"priv_enabled\":false,\"iommu_width\":null,"
		"\"usable_width\":0,\"attach_refused\":null,\"source\":\"vfio-feature\",\"answered_by\":\"pasid_vfio_pci\",\"second_source\":null,\"agree\":null,\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:08.0\",\"kind\":\"function\",\"pf\":null,"
		"\"driver\":\"e\\\\x1b[0m\",\"name\":null,\"width\":null,\"exec\":null,"
		"\"priv\":null,\"enabled\":null,\"exec_enabled\":null,\"priv_enabled\":null,"
		"\"iommu_width\":null,\"usable_width\":null,\"attach_refused\":null,\"source\":null,\"answered_by\":null,\"second_source\":null,\"agree\":null,"
		"\"iommu\":null,\"error\":\"not \\\\x1b bound\"}",
		"{\"bdf\":\"0000:00:09.0\",\"kind\":null,\"pf\":null,\"driver\":null,\"name\":null,"
		"\"width\":null,\"exec\":null,\"priv\":null,\"enabled\":null,\"exec_enabled\":null,"
		"\"priv_enabled\":null,\"iommu_width\":null,\"usable_width\":null,\"attach_refused\":null,\"source\":null,\"answered_by\":null,\"second_source\":null,\"agree\":null,"
		"\"iommu\":null,\"error\":\"absent\"}",
		"{\"bdf\":\"0000:00:0a.0\",\"kind\":\"function\",\"pf\":null,\"driver\":\"pasid_vfio_pci\","
		"\"name\":null,\"width\":20,\"exec\":false,\"priv\":false,\"enabled\":true,"
		"\"exec_enabled\":false,\"priv_enabled\":false,\"iommu_width\":16,"
		"\"usable_width\":16,\"attach_refused\":null,\"source\":\"vfio-feature\",\"answered_by\":\"pasid_vfio_pci\",\"second_source\":\"iommufd\","
		"\"agree\":true,\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:0b.0\",\"kind\":\"function\",\"pf\":null,\"driver\":\"vfio-pci\","
		"\"name\":null,\"width\":20,\"exec\":false,\"priv\":false,\"enabled\":true,"
		"\"exec_enabled\":false,\"priv_enabled\":false,\"iommu_width\":16,"
		"\"usable_width\":16,\"attach_refused\":null,\"source\":\"sysfs\",\"answered_by\":null,\"second_source\":\"iommufd\","
		"\"agree\":false,\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:0c.0\",\"kind\":\"function\",\"pf\":null,\"driver\":\"vfio-pci\","
		"\"name\":null,\"width\":20,\"exec\":false,\"priv\":false,\"enabled\":true,"
		"\"exec_enabled\":false,\"priv_enabled\":false,\"iommu_width\":0,"
		"\"usable_width\":0,\"attach_refused\":null,\"source\":\"vfio-feature\",\"answered_by\":\"vfio-pci\",\"second_source\":null,"
		"\"agree\":null,\"iommu\":null,\"error\":null}",
		"{\"bdf\":\"0000:00:0d.0\",\"kind\":\"function\",\"pf\":null,\"driver\":\"vfio-pci\","
		"\"name\":null,\"width\":20,\"exec\":false,\"priv\":false,\"enabled\":true,"
		"\"exec_enabled\":false,\"priv_enabled\":false,\"iommu_width\":15,"
		"\"usable_width\":0,\"attach_refused\":true,\"source\":\"vfio-feature\",\"answered_by\":\"vfio_pasid\","
		"\"second_source\":\"iommufd\",\"agree\":true,\"iommu\":" AMD ",\"error\":null}",
	};
	struct json_object *report = query_to_json(queries, COUNT), *value;

	(void)state;
	assert_int_equal(json_object_object_length(report), 2);
	assert_true(schema_is_met(report));
	assert_true(json_object_object_get_ex(report, "schema", &value));
	assert_string_equal(json_object_get_string(value), "vpasid-query/1");
	assert_true(json_object_object_get_ex(report, "devices", &value));
	assert_int_equal(json_object_array_length(value), COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_string_equal(
			json_object_to_json_string_ext(json_object_array_get_idx(value, i),
						       JSON_C_TO_STRING_PLAIN),
			devices[i]);
	json_object_put(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests_name("tool_query_report", tests, NULL, NULL);
}
