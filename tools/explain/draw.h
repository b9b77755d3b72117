/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chain as a picture: the stations from the function up to the root, the IOMMU, the kernel, and
 * the user of the function, each with its links. A link's state is shown by a sign, a word and a
 * colour, so that a reader who can't see one of them has the others.
 */
#ifndef TOOLS_EXPLAIN_DRAW_H
#define TOOLS_EXPLAIN_DRAW_H

#include <stdio.h>

#include "explain/chain.h"

/*
 * Prints the style that explain_draw() needs, without <style> around it. A page has it once. All
 * its rules are limited to the class "vpasid-path".
 */
void explain_draw_style(FILE *stream);

/*
 * Prints an element <svg>. It has no id, so a page can have any number of them. @chain must be the
 * one that explain_judge_for() filled in for @function, not a copy.
 */
void explain_draw(const struct function *function, const struct chain *chain, FILE *stream);

/* Prints both as a document. */
void explain_draw_document(const struct function *function, const struct chain *chain,
			   FILE *stream);

#endif /* TOOLS_EXPLAIN_DRAW_H */
