/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures as SVG. Text from outside never gets into one unescaped. It is monospaced, so that
 * its width is known: a character takes SVG_COLUMN of the size of its font, and one that isn't
 * ASCII counts as many columns as it has bytes, which is at least as wide as it is drawn.
 */
#ifndef TOOLS_SUPPORT_SVG_H
#define TOOLS_SUPPORT_SVG_H

#include <stddef.h>
#include <stdio.h>

#define SVG_FONT   "font-family: 'DejaVu Sans Mono', 'Liberation Mono', monospace"
#define SVG_COLUMN 0.61

/* What comes before the element <svg> in a file of its own */
#define SVG_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* Begins the element. @attributes are further ones, each after a space. */
void svg_begin(FILE *stream, int width, int height, const char *attributes);

/* Prints text as the content of an element, and cuts it to so many columns. */
void svg_put(FILE *stream, size_t columns, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* An element <text>; @x and @y are the left end of its baseline, unless @class says otherwise. */
void svg_text(FILE *stream, double x, double y, const char *class, size_t columns,
	      const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Where text goes that takes several lines */
struct svg_block {
	double x, y; /* the baseline of the next line */
	double step; /* from one line to the next */
	size_t columns;
	const char *class;
};

/* Prints as many lines as it takes, or none with a @stream of NULL, and moves the block's y on. */
void svg_wrap(FILE *stream, struct svg_block *block, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Opens a picture's file, or stdout for "-". Returns NULL after a complaint. */
FILE *svg_open(const char *path);

/* Returns EXIT_OK, or EXIT_ERROR after a complaint if the picture could not be written. */
int svg_close(FILE *stream, const char *path);

#endif /* TOOLS_SUPPORT_SVG_H */
