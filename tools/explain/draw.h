/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chain as a picture: the stations from the function up to the root, the IOMMU, the kernel,
 * and what is to use the function, each with its links. A sign, a word and a colour tell a link's
 * state, so that a reader who can't see one of them has the others.
 */
#ifndef TOOLS_EXPLAIN_DRAW_H
#define TOOLS_EXPLAIN_DRAW_H

#include <stdio.h>

#include "explain/chain.h"

/*
 * Prints the style that explain_draw() needs, without <style> around it. A page has it once.
 * All its rules are for what is below the class "vpasid-path".
 */
void explain_draw_style(FILE *stream);

/*
 * Prints an element <svg>. It has no id, so a page can have any number of them. @chain is what
 * explain_judge_for() has made of @function, and not a copy.
 */
void explain_draw(const struct function *function, const struct chain *chain, FILE *stream);

/* Prints both as a document. */
void explain_draw_document(const struct function *function, const struct chain *chain,
			   FILE *stream);

#endif /* TOOLS_EXPLAIN_DRAW_H */
