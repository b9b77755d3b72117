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

#include "check/check.h"
#include "facts/function.h"
#include "facts/pasid.h"
#include "facts/subjects.h"
#include "support/why.h"

/* Which functions to list. Without @all: those that have PASID, share their PF's, or may. */
struct list_choice {
	bool all;
	struct choice these;
};

struct list {
	struct function **functions; /* by BDF, and named */
	size_t count;
	size_t considered; /* that were chosen, including those without PASID */
	size_t total;	   /* on the host */
};

/*
 * Reads only what a list shows of each function. Returns 0; -EINVAL with @why if
 * @choice's -s or -d is malformed; or another negative errno with @why. The caller frees
 * @list, which points into @host.
 */
int list_select(struct host *host, const struct list_choice *choice, struct list *list,
		struct why *why);

void list_free(struct list *list);

/* How many are in @state; for PASID_UNKNOWN only those with that @error, otherwise 0. */
size_t list_count(const struct list *list, enum pasid_state state, int error);

/*
 * Complains on stderr about each function whose PASID isn't known, except those that only root
 * may read.
 */
void list_complain(const struct list *list);

/* The list for people, for scripts and for programs. */

/* The columns in the order of -p, which never changes: new columns are added at the end. */
enum list_column {
	LIST_BDF,
	LIST_KIND,
	LIST_DRIVER,
	LIST_WIDTH,
	LIST_IOMMU_WIDTH,
	LIST_USABLE,
	LIST_EXEC,
	LIST_PRIV,
	LIST_STATE,
	LIST_NAME,
	LIST_COLUMNS,
};

#define LIST_CELL_SIZE 256

extern const char *const list_header[LIST_COLUMNS];

/*
 * The text of a cell, for people: those that VFIO refuses are marked. It isn't escaped, and may be
 * in the LIST_CELL_SIZE bytes at @cell.
 */
const char *list_cell(const struct function *function, enum list_column column, char *cell);

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define LIST_SCHEMA "vpasid-list/1"

/* Returns 0 or -ENOMEM. */
int list_print_table(const struct list *list, FILE *stream, bool colours);

/* One line for each function, tabs between columns, no header. */
void list_print_columns(const struct list *list, FILE *stream);

/* The caller owns the returned object, and prints it. */
struct json_object *list_to_json(const struct list *list);

/*
 * The PASID support of a host, for programs that monitor a fleet or place work in it. The
 * names are documented in vpasid(1); so are the rules for changes.
 */

/* NFD doesn't read a larger file of features: its MaxFeatureFileSize */
#define EXPORT_NFD_MAX 65536

/* Prometheus's text format, 0.0.4, as node_exporter's textfile collector reads it. */
void export_prometheus(const struct list *list, FILE *stream);

/* What vpasid check finds, in the same format. */
void export_check(const struct check *check, FILE *stream);

/*
 * Labels of a node, in the format of the local source of Kubernetes's Node Feature Discovery.
 * They expire at @expiry; 0: never.
 */
void export_nfd(const struct list *list, time_t expiry, FILE *stream);

#endif /* TOOLS_LIST_LIST_H */
