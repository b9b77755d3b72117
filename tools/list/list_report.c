// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <string.h>

#include "list/list_report.h"
#include "support/json.h"
#include "support/output.h"
#include "support/table.h"

#define UNKNOWN	  "-"
#define CELL_SIZE 256

/* The columns, in the order of -p, which never changes: new ones come behind. */
enum column {
	BDF,
	KIND,
	DRIVER,
	WIDTH,
	IOMMU_WIDTH,
	USABLE,
	EXEC,
	PRIV,
	STATE,
	NAME,
	COLUMNS,
};

static const char *const header[COLUMNS] = {
	[BDF] = "BDF",	   [KIND] = "KIND",	[DRIVER] = "DRIVER",
	[WIDTH] = "WIDTH", [USABLE] = "USABLE", [IOMMU_WIDTH] = "IOMMU WIDTH",
	[EXEC] = "EXEC",   [PRIV] = "PRIV",	[STATE] = "STATE",
	[NAME] = "NAME",
};

/* What is supported and, where that is known, enabled. */
static const char *permission(const struct inventory_function *function, unsigned int bit)
{
	if (!inventory_has_registers(function))
		return UNKNOWN;
	if (!(function->capability & bit))
		return "no";
	return function->control & bit ? "yes" : "off";
}

static void kind_of(const struct inventory_function *function, char *cell)
{
	if (function->is_vf && *function->pf.text)
		snprintf(cell, CELL_SIZE, "VF of %s", function->pf.text);
	else if (function->is_vf)
		snprintf(cell, CELL_SIZE, "VF");
	else
		snprintf(cell, CELL_SIZE, "%s", function->is_pf ? "PF" : "function");
}

static void number(char *cell, bool known, unsigned int value)
{
	if (known)
		snprintf(cell, CELL_SIZE, "%u", value);
	else
		snprintf(cell, CELL_SIZE, UNKNOWN);
}

static void text(char *cell, const char *value)
{
	snprintf(cell, CELL_SIZE, "%s", *value ? value : UNKNOWN);
}

static void fill_cell(const struct list_row *row, enum column column, char *cell)
{
	const struct inventory_function *function = row->function;
	bool registers = inventory_has_registers(function);

	switch (column) {
	case BDF:
		text(cell, function->bdf.text);
		break;
	case KIND:
		kind_of(function, cell);
		break;
	case DRIVER:
		text(cell, function->driver);
		break;
	case WIDTH:
		number(cell, registers, inventory_width(function));
		break;
	case IOMMU_WIDTH:
		number(cell, inventory_is_iommu_known(function), inventory_iommu_width(function));
		break;
	case USABLE:
		number(cell, inventory_is_usable_known(function), inventory_usable_width(function));
		break;
	case EXEC:
		text(cell, permission(function, PCI_PASID_CAP_EXEC));
		break;
	case PRIV:
		text(cell, permission(function, PCI_PASID_CAP_PRIV));
		break;
	case STATE:
		text(cell, pasid_state_name(function->state));
		break;
	default:
		text(cell, row->name);
	}
}

int list_print_table(const struct list *list, FILE *stream, bool colours)
{
	struct table table;
	char cell[CELL_SIZE];
	int ret;

	table_init(&table, COLUMNS, header);
	for (size_t i = 0; i < list->count; i++) {
		for (int column = 0; column < COLUMNS; column++) {
			fill_cell(&list->rows[i], column, cell);
			table_add(&table, cell);
		}
	}
	ret = table_print(&table, stream, colours);
	table_free(&table);
	return ret;
}

void list_print_columns(const struct list *list, FILE *stream)
{
	char cell[CELL_SIZE], escaped[4 * CELL_SIZE];

	for (size_t i = 0; i < list->count; i++) {
		for (int column = 0; column < COLUMNS; column++) {
			fill_cell(&list->rows[i], column, cell);
			escape(escaped, sizeof(escaped), cell);
			fprintf(stream, "%s%c", escaped, column + 1 < COLUMNS ? '\t' : '\n');
		}
	}
}

/* JSON */

static void add_pasid(struct json_object *object, const struct inventory_function *function)
{
	bool known = inventory_has_registers(function);

	json_add_text(object, "state", pasid_state_name(function->state));
	json_add_number(object, "width", known, inventory_width(function));
	json_add_number(object, "iommu_width", inventory_is_iommu_known(function),
			inventory_iommu_width(function));
	json_add_number(object, "usable_width", inventory_is_usable_known(function),
			inventory_usable_width(function));
	json_add_bool(object, "exec", known, function->capability & PCI_PASID_CAP_EXEC);
	json_add_bool(object, "priv", known, function->capability & PCI_PASID_CAP_PRIV);
	json_add_bool(object, "exec_enabled", known, function->control & PCI_PASID_CTRL_EXEC);
	json_add_bool(object, "priv_enabled", known, function->control & PCI_PASID_CTRL_PRIV);
}

static struct json_object *row_to_json(const struct list_row *row)
{
	const struct inventory_function *function = row->function;
	struct json_object *object = json_object_new_object();
	char ids[16] = "";

	if (function->vendor)
		snprintf(ids, sizeof(ids), "%04x:%04x", function->vendor, function->device);
	json_add_text(object, "bdf", function->bdf.text);
	json_add_text(object, "kind", inventory_kind_name(function));
	json_add_text(object, "pf", function->pf.text);
	json_add_text(object, "id", ids);
	json_add_text(object, "name", row->name);
	json_add_text(object, "driver", function->driver);
	json_add_text(object, "iommu", function->iommu ? function->iommu->name : "");
	add_pasid(object, function);
	return object;
}

struct json_object *list_to_json(const struct list *list)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(devices, row_to_json(&list->rows[i]));
	return json_report(LIST_SCHEMA, devices);
}
