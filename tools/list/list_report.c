// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <string.h>

#include "list/list.h"
#include "support/json.h"
#include "support/output.h"
#include "support/table.h"
#include "vfio/denylist.h"

#define UNKNOWN "-"

const char *const list_header[LIST_COLUMNS] = {
	[LIST_BDF] = "BDF",	[LIST_KIND] = "KIND",	  [LIST_DRIVER] = "DRIVER",
	[LIST_WIDTH] = "WIDTH", [LIST_USABLE] = "USABLE", [LIST_IOMMU_WIDTH] = "IOMMU WIDTH",
	[LIST_EXEC] = "EXEC",	[LIST_PRIV] = "PRIV",	  [LIST_STATE] = "STATE",
	[LIST_NAME] = "NAME",
};

/* Whether the permission is supported and, where that is known, enabled. */
static const char *permission(const struct function *function, unsigned int bit)
{
	const struct capability *pasid = pasid_registers(function);

	if (!pasid)
		return UNKNOWN;
	if (!(pasid->capability & bit))
		return "no";
	return pasid->control & bit ? "yes" : "off";
}

static const char *kind_of(const struct pci_function *pci, char *cell)
{
	if (pci->kind == PCI_KIND_PF)
		return "PF";
	if (pci->kind == PCI_KIND_FUNCTION)
		return "function";
	snprintf(cell, LIST_CELL_SIZE, *pci->pf.text ? "VF of %s" : "VF", pci->pf.text);
	return cell;
}

/* One of the widths of facts/pasid.h. */
typedef bool get_width(const struct function *function, unsigned int *width);

static const char *width_of(const struct function *function, get_width *get, char *cell)
{
	unsigned int width;

	if (!get(function, &width))
		return UNKNOWN;
	snprintf(cell, LIST_CELL_SIZE, "%u", width);
	return cell;
}

/* Returns the text of a cell. It may use the LIST_CELL_SIZE bytes at @cell for it. */
static const char *cell_of(const struct function *function, enum list_column column, char *cell)
{
	const char *text;

	switch (column) {
	case LIST_BDF:
		return function->pci.bdf.text;
	case LIST_KIND:
		return kind_of(&function->pci, cell);
	case LIST_DRIVER:
		text = function->pci.driver;
		break;
	case LIST_WIDTH:
		return width_of(function, pasid_width, cell);
	case LIST_IOMMU_WIDTH:
		return width_of(function, pasid_iommu_width, cell);
	case LIST_USABLE:
		return width_of(function, pasid_usable_width, cell);
	case LIST_EXEC:
		return permission(function, PCI_PASID_CAP_EXEC);
	case LIST_PRIV:
		return permission(function, PCI_PASID_CAP_PRIV);
	case LIST_STATE:
		return pasid_state_name(pasid_state(function));
	default:
		text = function->name;
	}
	return *text ? text : UNKNOWN;
}

const char *list_cell(const struct function *function, enum list_column column, char *cell)
{
	if (column != LIST_NAME || !denylist_has(function->pci.vendor, function->pci.device))
		return cell_of(function, column, cell);
	snprintf(cell, LIST_CELL_SIZE, "%s, on VFIO's denylist", function->name);
	return cell;
}

int list_print_table(const struct list *list, FILE *stream, bool colours)
{
	struct table table;
	char cell[LIST_CELL_SIZE];
	int ret;

	table_init(&table, LIST_COLUMNS, list_header);
	for (size_t i = 0; i < list->count; i++)
		for (int column = 0; column < LIST_COLUMNS; column++)
			table_add(&table, list_cell(list->functions[i], column, cell));
	ret = table_print(&table, stream, colours);
	table_free(&table);
	return ret;
}

void list_print_columns(const struct list *list, FILE *stream)
{
	char cell[LIST_CELL_SIZE], escaped[4 * LIST_CELL_SIZE];

	for (size_t i = 0; i < list->count; i++) {
		for (int column = 0; column < LIST_COLUMNS; column++) {
			escape(escaped, sizeof(escaped), cell_of(list->functions[i], column, cell));
			fputs(escaped, stream);
			putc(column + 1 < LIST_COLUMNS ? '\t' : '\n', stream);
		}
	}
}

/* JSON */

static void add_width(struct json_object *object, const char *key, get_width *get,
		      const struct function *function)
{
	unsigned int width;
	bool is_known = get(function, &width);

	json_add_number(object, key, is_known, width);
}

static void add_pasid(struct json_object *object, const struct function *function)
{
	const struct capability *pasid = pasid_registers(function);
	static const struct capability none;
	const struct capability *shown = pasid ? pasid : &none;

	json_add_text(object, "state", pasid_state_name(pasid_state(function)));
	add_width(object, "width", pasid_width, function);
	add_width(object, "iommu_width", pasid_iommu_width, function);
	add_width(object, "usable_width", pasid_usable_width, function);
	json_add_bool(object, "exec", pasid, shown->capability & PCI_PASID_CAP_EXEC);
	json_add_bool(object, "priv", pasid, shown->capability & PCI_PASID_CAP_PRIV);
	json_add_bool(object, "exec_enabled", pasid, shown->control & PCI_PASID_CTRL_EXEC);
	json_add_bool(object, "priv_enabled", pasid, shown->control & PCI_PASID_CTRL_PRIV);
}

static struct json_object *row_to_json(const struct function *function)
{
	struct json_object *object = json_object_new_object();
	char ids[sizeof("1b36:fff0")] = "";

	if (function_has_ids(function))
		snprintf(ids, sizeof(ids), "%04x:%04x", function->pci.vendor, function->pci.device);
	json_add_text(object, "bdf", function->pci.bdf.text);
	json_add_text(object, "kind", pci_kind_name(function->pci.kind));
	json_add_text(object, "pf", function->pci.pf.text);
	json_add_text(object, "id", ids);
	json_add_text(object, "name", function->name);
	json_add_text(object, "driver", function->pci.driver);
	json_add_bool(object, "denylisted", *ids,
		      denylist_has(function->pci.vendor, function->pci.device));
	json_add_text(object, "iommu", function->iommu ? function->iommu->name : "");
	add_pasid(object, function);
	return object;
}

struct json_object *list_to_json(const struct list *list)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(devices, row_to_json(list->functions[i]));
	return json_report(LIST_SCHEMA, devices);
}
