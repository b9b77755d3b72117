/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of explain_judge(): each adds its links to the chain.
 */
#ifndef TOOLS_EXPLAIN_LINK_H
#define TOOLS_EXPLAIN_LINK_H

#include "explain/chain.h"

/*
 * Adds a link, which belongs to @hop unless that is NULL. It is unknown until one of the functions
 * below sets what was found.
 */
struct link *explain_add(struct chain *chain, enum explain_what what, const struct function *hop);

/* The same for what a VMM needs. */
struct link *explain_add_need(struct chain *chain, enum explain_what what);

void explain_ok(struct link *link, const char *format, ...) __attribute__((format(printf, 2, 3)));
void explain_broken(struct link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void explain_na(struct link *link, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text says why it can't be known. */
void explain_unknown(struct link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void explain_where(struct link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void explain_todo(struct link *link, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What was found is likely, but not certain; the text says why. */
void explain_doubt(struct link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void explain_note(struct chain *chain, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The kernel and the IOMMU. */
void explain_judge_host(const struct function *function, struct chain *chain);

/* The function and the ports above it, except whether PASID is enabled. */
void explain_judge_path(const struct function *function, struct chain *chain);

/*
 * Parts of these: what AMD's driver requires; and then, if that returns true, whether the
 * function's domain supports PASIDs.
 */
bool explain_judge_amd(const struct iommu *iommu, const struct kernel *kernel, const char *domain,
		       struct link *link);
void explain_judge_amd_domain(const struct function *function, struct link *link);

/* What a VMM needs, judged after the verdict; a part of it is what QEMU requires. */
void explain_judge_needs(const struct function *function, struct chain *chain);
void explain_judge_qemu(const struct function *function, struct chain *chain);

/* What a process on the host needs to share its address space, and what one in a guest needs. */
void explain_judge_sva(const struct function *function, struct chain *chain);
void explain_judge_guest_sva(const struct function *function, struct chain *chain);

#endif /* TOOLS_EXPLAIN_LINK_H */
