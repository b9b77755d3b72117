/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of explain_judge(): each adds its links to the chain.
 */
#ifndef TOOLS_EXPLAIN_LINK_H
#define TOOLS_EXPLAIN_LINK_H

#include "explain/chain.h"

/*
 * Adds a link, of @hop unless it is NULL; unknown until one of those below is called, each
 * of which sets what was found.
 */
struct explain_link *explain_add(struct explain_chain *chain, const char *name,
				 const struct explain_hop *hop);

void explain_ok(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void explain_broken(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void explain_na(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Its words are why it can't be known. */
void explain_unknown(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void explain_where(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void explain_todo(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* It is but likely, because. */
void explain_doubt(struct explain_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void explain_note(struct explain_chain *chain, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The kernel and the IOMMU. */
void explain_judge_host(const struct explain_facts *facts, struct explain_chain *chain);

/* The function and the ports above it, but for whether PASID is enabled. */
void explain_judge_path(const struct explain_facts *facts, struct explain_chain *chain);

/* What a VMM needs. */
void explain_judge_needs(const struct explain_facts *facts, struct explain_chain *chain);

/* Whether the kernel is as new as that; unknown if its release is. */
enum fact explain_kernel_since(const struct explain_kernel *kernel, unsigned int major,
			       unsigned int minor);

#endif /* TOOLS_EXPLAIN_LINK_H */
