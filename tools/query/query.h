/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queries the host about the PASID of functions.
 */
#ifndef TOOLS_QUERY_QUERY_H
#define TOOLS_QUERY_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <vpasid/info.h>
#include <vpasid/iommu.h>

#include "facts/function.h"
#include "support/why.h"
#include "vfio/vfio.h"

/* The answer for one function. */
struct query {
	struct function *function; /* its record; set by the caller */
	bool exists;
	int error; /* 0, or a negative errno with @why: then @info has no answer */
	struct vpasid_info info;
	struct vpasid_iommu iommu; /* of type 0 if it wasn't queried, or didn't answer */
	struct why why;
	struct why note; /* what else the user should know about the answer, or "" */
};

/* Reads what a query needs to know about the function. Returns 0 or a negative errno with @why. */
int query_identify(struct query *query, struct why *why);

/*
 * Queries each. @vf_token may be NULL; then a PF that is queried together with its own VFs gets a
 * token that we make up, which also opens those. @names says why there are no names, or is "".
 */
void query_all(struct query *queries, size_t count, const char *vf_token, struct why *names);

/*
 * Queries one that is open, after query_identify(). Fills in info, why and note. Returns 0 or a
 * negative errno.
 */
int query_opened(const struct vfio *vfio, struct query *query);

/* Of enum vpasid_source, for people and for JSON. */
const char *query_source_name(unsigned int source);

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define QUERY_SCHEMA "vpasid-query/1"

/* Returns 0 or -ENOMEM. */
int query_print_table(const struct query *queries, size_t count, FILE *stream, bool colours);

/* The caller owns what it returns, and prints it. */
struct json_object *query_to_json(const struct query *queries, size_t count);

#endif /* TOOLS_QUERY_QUERY_H */
