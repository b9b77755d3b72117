/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The links that a function's PASID hangs on, in the order in which Linux asks for them,
 * judged by facts alone. What each follows is named where it is judged.
 */
#ifndef TOOLS_EXPLAIN_CHAIN_H
#define TOOLS_EXPLAIN_CHAIN_H

#include "facts/facts.h"

#define EXPLAIN_TEXT	  384
#define EXPLAIN_MAX_LINKS (8 + 2 * (1 + EXPLAIN_MAX_PORTS))
#define EXPLAIN_MAX_NEEDS 4
#define EXPLAIN_MAX_NOTES 8

enum explain_verdict {
	EXPLAIN_UNKNOWN,
	EXPLAIN_OK,
	EXPLAIN_BROKEN,
	EXPLAIN_NA, /* nobody asks for it here */
};

enum explain_certainty {
	EXPLAIN_CANT_KNOW,
	EXPLAIN_LIKELY,
	EXPLAIN_SURE,
};

/* A link; or what a VMM needs on top. Texts are "" where there is nothing to say. */
struct explain_link {
	const char *name;
	struct bdf bdf; /* whose it is; its text is "" if it is no function's */
	char where[96]; /* the register or file */
	enum explain_verdict verdict;
	enum explain_certainty certainty;
	bool decides; /* broken, it stays so even if PASID Control says enabled */
	char found[EXPLAIN_TEXT];
	char doubt[EXPLAIN_TEXT]; /* why it isn't sure */
	char todo[EXPLAIN_TEXT];
};

struct explain_chain {
	struct explain_link links[EXPLAIN_MAX_LINKS];
	size_t link_count;
	struct explain_link needs[EXPLAIN_MAX_NEEDS];
	size_t need_count;
	/* of all: OK for usable */
	enum explain_verdict verdict;
	enum explain_certainty certainty;
	const struct explain_link *broken; /* the first; NULL without one */
	char summary[EXPLAIN_TEXT + 128];
	char doubt[EXPLAIN_TEXT];
	char notes[EXPLAIN_MAX_NOTES][EXPLAIN_TEXT + 128];
	size_t note_count;
	unsigned int width, iommu_width; /* in bits; 0 if unknown */
};

void explain_judge(const struct explain_facts *facts, struct explain_chain *chain);

const char *explain_verdict_name(enum explain_verdict verdict);
const char *explain_certainty_name(enum explain_certainty certainty);

#endif /* TOOLS_EXPLAIN_CHAIN_H */
