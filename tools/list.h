/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Picks functions of an inventory for a list, and names them.
 */
#ifndef TOOLS_LIST_H
#define TOOLS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "inventory.h"
#include "why.h"

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
};

/*
 * Returns 0; -EINVAL with @why if @choice's slot or id isn't one; or another negative
 * errno with @why. @list is the caller's to free, and points into @inventory.
 */
int list_select(const struct inventory *inventory, const struct list_choice *choice,
		struct list *list, struct why *why);

void list_free(struct list *list);

#endif /* TOOLS_LIST_H */
