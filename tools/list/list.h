/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Picks functions of an inventory for a list, and names them.
 */
#ifndef TOOLS_LIST_LIST_H
#define TOOLS_LIST_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "list/inventory.h"
#include "support/why.h"

/* Which ones. Without @all those that have PASID, or share their PF's, or may. */
struct list_choice {
	bool all;
	const char *slot; /* as lspci -s has it, or NULL */
	const char *id;	  /* as lspci -d has it, or NULL */
};

struct list_row {
	const struct inventory_function *function;
	char name[128]; /* from pci.ids, or the IDs; "" if these aren't known */
};

struct list {
	struct list_row *rows;
	size_t count;
	size_t considered; /* functions that slot and id let pass, those without PASID, too */
};

/*
 * Returns 0; -EINVAL with @why if @choice's slot or id isn't one; or another negative
 * errno with @why. @list is the caller's to free, and points into @inventory.
 */
int list_select(const struct inventory *inventory, const struct list_choice *choice,
		struct list *list, struct why *why);

void list_free(struct list *list);

/* How many rows are in @state; of PASID_UNKNOWN those with that @error, else 0. */
size_t list_count(const struct list *list, enum pasid_state state, int error);

/*
 * Tells on stderr of each row of @inventory whose config space can't be read, but for
 * those that only root may read, and for the VFs of a dump.
 */
void list_complain(const struct list *list, const struct inventory *inventory);

#endif /* TOOLS_LIST_LIST_H */
