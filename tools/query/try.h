/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attaches an address space to a PASID of a function, and detaches it again: an end-to-end check of
 * whether a host supports it.
 */
#ifndef TOOLS_QUERY_TRY_H
#define TOOLS_QUERY_TRY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "query/query.h"
#include "support/why.h"
#include "vfio/vfio.h"

enum try_verdict {
	TRY_DONE,	/* attached, replaced and detached */
	TRY_IMPOSSIBLE, /* this host doesn't support it for this function */
	TRY_FAILED,	/* something else went wrong: whether it does is unknown */
};

enum try_result {
	TRY_SKIPPED, /* an earlier step was the last one */
	TRY_OK,
	TRY_NOT_OK,
};

enum {
	TRY_OPEN,    /* the function, through VFIO */
	TRY_QUERY,   /* its PASID */
	TRY_SUPPORT, /* iommufd, and a kernel and driver that attach PASIDs */
	TRY_SPACES,  /* two address spaces */
	TRY_ATTACH,
	TRY_REPLACE,
	TRY_DETACH,
	TRY_CLEAN, /* nothing is left behind */
	TRY_STEPS,
};

struct try_step {
	enum try_result result;
	struct why what; /* was done or found, or why it can't be */
};

struct attempt {
	struct query query; /* its function is set by the caller */
	uint32_t pasid;	    /* so is this */
	enum try_verdict verdict;
	struct why why; /* the verdict in words */
	struct try_step steps[TRY_STEPS];

	/* what it works with */
	const char *vf_token;
	struct vfio vfio;
	uint32_t ioas[2], hwpt[2]; /* 0 for none */
};

/* Tries. @vf_token may be NULL. */
void try_pasid(struct attempt *attempt, const char *vf_token);

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define TRY_SCHEMA "vpasid-try/1"

/*
 * Prints the verdict, and a line for each step that was taken. Not for TRY_FAILED, for which there
 * is a message on stderr instead.
 */
void try_print(const struct attempt *attempt, FILE *stream, bool colours);

/* The caller owns what it returns, and prints it. */
struct json_object *try_to_json(const struct attempt *attempt);

#endif /* TOOLS_QUERY_TRY_H */
