// SPDX-License-Identifier: GPL-2.0-or-later

#include <string.h>

#include "query/query.h"
#include "support/json.h"
#include "support/sysfs.h"
#include "support/table.h"

#define UNKNOWN "-"

static const char *const header[] = {
	"BDF",	"KIND",	   "DRIVER",	  "WIDTH",  "EXEC",
	"PRIV", "ENABLED", "IOMMU WIDTH", "SOURCE", "NAME",
};

#define COLUMNS (sizeof(header) / sizeof(header[0]))

static void add_kind(struct table *table, const struct query *query)
{
	if (!query->exists)
		table_add(table, UNKNOWN);
	else if (query->function->pci.kind == PCI_KIND_VF)
		table_add(table, path_of("VF of %s", query->function->pci.pf.text).text);
	else
		table_add(table, query->function->pci.kind == PCI_KIND_PF ? "PF" : "function");
}

static void add_permission(struct table *table, const struct vpasid_info *info, unsigned int bit)
{
	if (!(info->capabilities & bit))
		table_add(table, "no");
	else if ((info->known & VPASID_KNOWN_ENABLED) && !(info->enabled & bit))
		table_add(table, "off");
	else
		table_add(table, "yes");
}

static void add_number(struct table *table, unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	table_add(table, text);
}

/* Who answered VFIO_DEVICE_FEATURE; "" for another source. */
static const char *answerer(const struct query *query)
{
	unsigned int source = query->info.source;

	if (source != VPASID_SOURCE_VFIO_FEATURE && source != VPASID_SOURCE_VFIO_FEATURE_11)
		return "";
	return query->function->vfio_pasid == VFIO_PASID_ANSWERS ? "vfio_pasid"
								 : query->function->pci.driver;
}

static void add_source(struct table *table, const struct query *query)
{
	const struct vpasid_info *info = &query->info;
	const char *by = answerer(query);
	struct path first = path_of("%s", query_source_name(info->source));

	if (strcmp(by, query->function->pci.driver) != 0 && *by)
		first = path_of("%s by %s", query_source_name(info->source), by);
	if (!info->second)
		table_add(table, first.text);
	else
		table_add(table, path_of("%s, %s%s", first.text, info->differs ? "but not " : "",
					 query_source_name(info->second))
					 .text);
}

static void add_answer(struct table *table, const struct query *query)
{
	const struct vpasid_info *info = &query->info;

	add_number(table, info->width);
	add_permission(table, info, VPASID_CAP_EXEC);
	add_permission(table, info, VPASID_CAP_PRIV);
	table_add(table, info->width ? "yes" : "no");
	if (info->known & VPASID_KNOWN_IOMMU_WIDTH)
		add_number(table, info->iommu_width);
	else
		table_add(table, UNKNOWN);
	add_source(table, query);
}

static void add_row(struct table *table, const struct query *query)
{
	table_add(table, query->function->pci.bdf.text);
	add_kind(table, query);
	table_add(table, *query->function->pci.driver ? query->function->pci.driver : UNKNOWN);
	if (query->error)
		for (int column = 3; column < 9; column++)
			table_add(table, UNKNOWN);
	else
		add_answer(table, query);
	table_add(table, *query->function->name ? query->function->name : UNKNOWN);
}

int query_print_table(const struct query *queries, size_t count, FILE *stream, bool colours)
{
	struct table table;
	int ret;

	table_init(&table, COLUMNS, header);
	for (size_t i = 0; i < count; i++)
		add_row(&table, &queries[i]);
	ret = table_print(&table, stream, colours);
	table_free(&table);
	return ret;
}

static void add_info(struct json_object *object, const struct query *query)
{
	const struct vpasid_info *info = &query->info;
	bool answered = !query->error;
	bool permissions = answered && (info->known & VPASID_KNOWN_ENABLED);

	json_add_number(object, "width", answered, info->width);
	json_add_bool(object, "exec", answered, info->capabilities & VPASID_CAP_EXEC);
	json_add_bool(object, "priv", answered, info->capabilities & VPASID_CAP_PRIV);
	json_add_bool(object, "enabled", answered, info->width);
	json_add_bool(object, "exec_enabled", permissions, info->enabled & VPASID_CAP_EXEC);
	json_add_bool(object, "priv_enabled", permissions, info->enabled & VPASID_CAP_PRIV);
	json_add_number(object, "iommu_width", answered && (info->known & VPASID_KNOWN_IOMMU_WIDTH),
			info->iommu_width);
	json_add_number(object, "usable_width", answered, vpasid_info_usable_width(info));
	json_add_bool(object, "attach_refused", answered && info->attach_refused, true);
	json_add_text(object, "source", answered ? query_source_name(info->source) : NULL);
	json_add_text(object, "answered_by", answered ? answerer(query) : NULL);
	json_add_text(object, "second_source",
		      answered && info->second ? query_source_name(info->second) : NULL);
	json_add_bool(object, "agree", answered && info->second, !info->differs);
}

#define MAX_FIELDS 64

static struct json_object *registers_to_json(const struct vpasid_iommu *iommu)
{
	struct json_object *object = json_object_new_object();
	struct vpasid_iommu_field registers[MAX_FIELDS];
	size_t count = vpasid_iommu_registers(iommu, registers, MAX_FIELDS);

	for (size_t i = 0; i < count && i < MAX_FIELDS; i++)
		json_add_text(object, registers[i].reg,
			      path_of("0x%0*llx", registers[i].bits / 4,
				      (unsigned long long)registers[i].value)
				      .text);
	return object;
}

static struct json_object *fields_to_json(const struct vpasid_iommu *iommu)
{
	struct json_object *object = json_object_new_object();
	struct vpasid_iommu_field fields[MAX_FIELDS];
	size_t count = vpasid_iommu_fields(iommu, fields, MAX_FIELDS);

	for (size_t i = 0; i < count && i < MAX_FIELDS; i++)
		json_add_number(object, fields[i].name, true, fields[i].value);
	return object;
}

/* If the type isn't known, only its number is printed. */
static struct json_object *iommu_to_json(const struct vpasid_iommu *iommu)
{
	struct json_object *object = json_object_new_object();
	struct vpasid_iommu_abilities abilities;
	bool known = !vpasid_iommu_decode(iommu, &abilities);

	json_add_text(object, "type", vpasid_iommu_type_name(iommu->type));
	json_add_number(object, "hw_info_type", true, iommu->type);
	json_add_number(object, "pasid_width", known, abilities.pasid_width);
	json_add_number(object, "output_width", known && abilities.output_width,
			abilities.output_width);
	json_add_bool(object, "stage1", known, abilities.stage1);
	json_add_bool(object, "stage2", known, abilities.stage2);
	json_add_bool(object, "nested", known, abilities.nested);
	json_add(object, "registers", known ? registers_to_json(iommu) : NULL);
	json_add(object, "fields", known ? fields_to_json(iommu) : NULL);
	return object;
}

static struct json_object *device_to_json(const struct query *query)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "bdf", query->function->pci.bdf.text);
	json_add_text(object, "kind",
		      query->exists ? pci_kind_name(query->function->pci.kind) : NULL);
	json_add_text(object, "pf", query->function->pci.pf.text);
	json_add_text(object, "driver", query->function->pci.driver);
	json_add_text(object, "name", query->function->name);
	add_info(object, query);
	json_add(object, "iommu", query->iommu.type ? iommu_to_json(&query->iommu) : NULL);
	json_add_text(object, "error", query->error ? query->why.text : NULL);
	return object;
}

struct json_object *query_to_json(const struct query *queries, size_t count)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(devices, device_to_json(&queries[i]));
	return json_report(QUERY_SCHEMA, devices);
}
