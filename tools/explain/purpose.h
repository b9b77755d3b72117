/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The purposes for which a host or a function can be judged. */
#ifndef TOOLS_EXPLAIN_PURPOSE_H
#define TOOLS_EXPLAIN_PURPOSE_H

#include <stdbool.h>

enum purpose {
	PURPOSE_PASID,	   /* the host has enabled PASID */
	PURPOSE_VMM,	   /* a guest that manages page tables for PASIDs */
	PURPOSE_SVA,	   /* a process on the host that shares its address space */
	PURPOSE_GUEST_SVA, /* a process in a guest that does */
	PURPOSES
};

/* "pasid", "vmm", "sva", "guest-sva" */
const char *purpose_name(enum purpose purpose);

/* Takes the value of --for: one of the names above, to an enum purpose. */
int take_purpose(void *context, const char *value);

#define PURPOSE_HELP                                                                             \
	"vmm (a virtual machine that uses PASID), sva (a process that shares its address space " \
	"with the device), guest-sva (a process in a virtual machine that does so), or pasid "   \
	"(only that the host has enabled PASID)"

/* For the table of a command; @what stands before the purposes in its help. */
#define PURPOSE_OPTION(purpose, what)                                                              \
	{                                                                                          \
		"for", 0, "PURPOSE", what PURPOSE_HELP, .take = take_purpose, .context = (purpose) \
	}

/* Whether it is for a virtual machine. */
static inline bool purpose_has_guest(enum purpose purpose)
{
	return purpose == PURPOSE_VMM || purpose == PURPOSE_GUEST_SVA;
}

#endif /* TOOLS_EXPLAIN_PURPOSE_H */
