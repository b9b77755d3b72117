/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Picks functions of a host for a list.
 */
#ifndef TOOLS_LIST_LIST_H
#define TOOLS_LIST_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/function.h"
#include "facts/pasid.h"
#include "support/why.h"

/* Which ones. Without @all those that have PASID, or share their PF's, or may. */
struct list_choice {
	bool all;
	const char *slot; /* as lspci -s has it, or NULL */
	const char *id;	  /* as lspci -d has it, or NULL */
};

struct list {
	struct function **functions; /* by BDF, and named */
	size_t count;
	size_t considered; /* that slot and id let pass, those without PASID, too */
	size_t total;	   /* of the host */
};

/*
 * Reads what a list tells of each function, and no more. Returns 0; -EINVAL with @why if
 * @choice's slot or id isn't one; or another negative errno with @why. @list is the caller's
 * to free, and points into @host.
 */
int list_select(struct host *host, const struct list_choice *choice, struct list *list,
		struct why *why);

void list_free(struct list *list);

/* How many are in @state; of PASID_UNKNOWN those with that @error, else 0. */
size_t list_count(const struct list *list, enum pasid_state state, int error);

/*
 * Tells on stderr of each function whose PASID isn't known, but for those that only root may
 * read.
 */
void list_complain(const struct list *list);

#endif /* TOOLS_LIST_LIST_H */
