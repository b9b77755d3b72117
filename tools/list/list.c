// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list/list.h"
#include "pci/libpci.h"
#include "support/output.h"
#include "support/sysfs.h"

/* PCI Code and ID Assignment Specification, 1.6 */
#define BRIDGE_CLASS 0x06

/* What is done while libpci's tables are open. */
struct selection {
	const struct inventory *inventory;
	const struct list_choice *choice;
	struct list *list;
	struct why *why;
	int error;
};

/* The strings are libpci's to change. */
static int parse_filter(struct pci_access *access, const struct selection *selection,
			struct pci_filter *filter)
{
	const struct list_choice *choice = selection->choice;
	char text[64];
	const char *error;

	pci_filter_init(access, filter);
	if (choice->slot) {
		snprintf(text, sizeof(text), "%s", choice->slot);
		error = pci_filter_parse_slot(filter, text);
		if (error)
			return because(selection->why, -EINVAL, "-s %s: %s", choice->slot, error);
	}
	if (choice->id) {
		snprintf(text, sizeof(text), "%s", choice->id);
		error = pci_filter_parse_id(filter, text);
		if (error)
			return because(selection->why, -EINVAL, "-d %s: %s", choice->id, error);
	}
	return 0;
}

/* libpci matches its own kind of function; all that it asks of one is given. */
static bool is_filtered_in(struct pci_access *access, struct pci_filter *filter,
			   const struct inventory_function *function)
{
	const struct bdf *bdf = &function->bdf;
	struct pci_dev *device =
		pci_get_dev(access, (int)bdf->domain, bdf->bus, bdf->device, bdf->function);
	bool matches;

	device->vendor_id = function->vendor;
	device->device_id = function->device;
	device->device_class = function->class >> 8;
	device->prog_if = function->class & 0xff;
	device->known_fields = PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_CLASS_EXT;
	matches = pci_filter_match(filter, device);
	pci_free_dev(device);
	return matches;
}

/* Bridges have no PASID; where config space can't be read, they aren't worth a line. */
static bool may_have_pasid(const struct inventory_function *function)
{
	if (function->state == PASID_UNKNOWN || function->state == PASID_ASLEEP)
		return function->class >> 16 != BRIDGE_CLASS;
	return function->state != PASID_NONE;
}

static void name_row(struct pci_access *access, struct list_row *row)
{
	const struct inventory_function *function = row->function;

	if (!function->vendor)
		return;
	pci_lookup_name(access, row->name, sizeof(row->name), PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
			function->vendor, function->device);
}

static void select_rows(struct pci_access *access, void *opaque)
{
	struct selection *selection = opaque;
	const struct inventory *inventory = selection->inventory;
	const struct list_choice *choice = selection->choice;
	struct list *list = selection->list;
	struct pci_filter filter;

	selection->error = parse_filter(access, selection, &filter);
	if (selection->error)
		return;
	for (size_t i = 0; i < inventory->count; i++) {
		const struct inventory_function *function = &inventory->functions[i];

		if ((choice->slot || choice->id) && !is_filtered_in(access, &filter, function))
			continue;
		list->considered++;
		if (!choice->all && !may_have_pasid(function))
			continue;
		list->rows[list->count].function = function;
		name_row(access, &list->rows[list->count++]);
	}
}

int list_select(const struct inventory *inventory, const struct list_choice *choice,
		struct list *list, struct why *why)
{
	struct selection selection = {
		.inventory = inventory, .choice = choice, .list = list, .why = why
	};
	int ret;

	*list = (struct list){ .rows = calloc(inventory->count + 1, sizeof(*list->rows)) };
	if (!list->rows)
		return because(why, -ENOMEM, "out of memory");
	ret = libpci_run(PCI_ACCESS_DUMP, "dump.name", "/dev/null", select_rows, &selection, why);
	if (!ret)
		ret = selection.error;
	if (ret)
		list_free(list);
	return ret;
}

void list_free(struct list *list)
{
	free(list->rows);
	*list = (struct list){ 0 };
}

size_t list_count(const struct list *list, enum pasid_state state, int error)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->rows[i].function->state == state &&
			 list->rows[i].function->error == error;
	return count;
}

void list_complain(const struct list *list, const struct inventory *inventory)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct inventory_function *function = list->rows[i].function;

		if (function->state == PASID_UNKNOWN && function->error != -EACCES &&
		    !(function->is_vf && inventory->is_dump))
			complain("%s: its config space can't be read: %s", function->bdf.text,
				 function->error == -EIO ? "no answer"
							 : sysfs_strerror(function->error));
	}
}
