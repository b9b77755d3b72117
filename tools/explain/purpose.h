/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host, or a function, is to be good for.
 */
#ifndef TOOLS_EXPLAIN_PURPOSE_H
#define TOOLS_EXPLAIN_PURPOSE_H

#include <stdbool.h>

enum purpose {
	PURPOSE_PASID,	   /* PASIDs that the host has enabled */
	PURPOSE_VMM,	   /* a guest that makes page tables for PASIDs */
	PURPOSE_SVA,	   /* a process of the host's that shares its address space */
	PURPOSE_GUEST_SVA, /* a process of a guest's that does */
	PURPOSES
};

/* "pasid", "vmm", "sva", "guest-sva" */
const char *purpose_name(enum purpose purpose);

/* Takes the value of --for: one of the names above, to an enum purpose. */
int take_purpose(void *context, const char *value);

#define PURPOSE_HELP                                                                                 \
	"vmm, a virtual machine that uses PASID; sva, a process that shares its address space with " \
	"it; guest-sva, a process of a virtual machine's that does; or pasid, PASIDs that the host " \
	"has enabled, and no more"

/* For the table of a command; @what stands before the purposes in its help. */
#define PURPOSE_OPTION(purpose, what)                                                              \
	{                                                                                          \
		"for", 0, "PURPOSE", what PURPOSE_HELP, .take = take_purpose, .context = (purpose) \
	}

/* Whether a virtual machine is to have it. */
static inline bool purpose_has_guest(enum purpose purpose)
{
	return purpose == PURPOSE_VMM || purpose == PURPOSE_GUEST_SVA;
}

#endif /* TOOLS_EXPLAIN_PURPOSE_H */
