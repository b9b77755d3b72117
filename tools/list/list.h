/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Picks functions of a host for a list.
 */
#ifndef TOOLS_LIST_LIST_H
#define TOOLS_LIST_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

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

/* The list for people, for scripts and for programs. */

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define LIST_SCHEMA "vpasid-list/1"

/* Returns 0 or -ENOMEM. */
int list_print_table(const struct list *list, FILE *stream, bool colours);

/* A line for each, a tab between columns; no header. */
void list_print_columns(const struct list *list, FILE *stream);

/* The caller owns what it returns, and prints it. */
struct json_object *list_to_json(const struct list *list);

/*
 * What a host has of PASID, for those who watch a fleet, and for those who place work in
 * one. The names are documented in vpasid(1); so are the rules for changes.
 */

/* A larger file of features NFD doesn't read: its MaxFeatureFileSize. */
#define EXPORT_NFD_MAX 65536

/* Prometheus's text format, 0.0.4, as node_exporter's textfile collector reads it. */
void export_prometheus(const struct list *list, FILE *stream);

/*
 * Labels of a node, as the local source of Kubernetes's Node Feature Discovery reads
 * them. From @expiry on it takes them for gone; 0: never.
 */
void export_nfd(const struct list *list, time_t expiry, FILE *stream);

#endif /* TOOLS_LIST_LIST_H */
