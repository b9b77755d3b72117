/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function's config space as a sequence of runs, each of one kind. The pictures, in the
 * terminal and as SVG, and the JSON are made from it.
 */
#ifndef TOOLS_PLACE_MAP_H
#define TOOLS_PLACE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "place/placement.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define MAP_SCHEMA "vpasid-map/1"

#define MAP_UNIT  4 /* bytes; the smallest thing in the map */
#define MAP_UNITS (VPASID_CONFIG_SIZE / MAP_UNIT)
#define MAP_ROW	  0x100 /* bytes in a row of the pictures */

enum map_kind {
	MAP_HEADER,	  /* of a function, 0x00-0x3f */
	MAP_CONVENTIONAL, /* 0x40-0xff: conventional capabilities */
	MAP_SPAN,	  /* an extended capability */
	MAP_REACH,	  /* a capability of unknown length may reach here */
	MAP_HIDDEN,	  /* a quirk says that registers hide here */
	MAP_NONZERO,	  /* not zero, in no capability */
	MAP_FREE,	  /* zero, in no capability */
	MAP_PLACE,	  /* where the virtual PASID capability goes */
	MAP_KINDS,
};

/* The span of kinds that are no part of a capability */
#define MAP_NO_SPAN 0

struct map_run {
	uint16_t offset;
	uint16_t length;
	uint8_t kind;
	/* for MAP_SPAN and MAP_REACH: its index in the layout; for MAP_PLACE, in the placement */
	uint16_t span;
};

/* The runs are in order and cover the whole config space. */
struct map {
	const struct placement_report *place;
	size_t count;
	struct map_run runs[MAP_UNITS];
};

/* @place has a layout, and must outlive the map. */
void map_make(const struct placement_report *place, struct map *map);

/* The name of a kind, for JSON. */
const char *map_kind_name(unsigned int kind);

/* The letter of a span in the pictures: A to Z by offset, then A again. */
char map_letter(const struct map *map, unsigned int span);

/* Fills in @order with the spans by offset; the layout has them in the chain's order. */
void map_order(const struct vpasid_layout *layout, uint16_t order[VPASID_MAX_SPANS]);

#define MAP_TEXT_SIZE 96

/* A span in words, as "AER v2, unknown length". */
void map_describe_span(const struct vpasid_span *span, char text[MAP_TEXT_SIZE]);

struct map_style {
	bool utf8;    /* else ASCII */
	bool colours; /* with escape sequences for colours */
	size_t width; /* of the terminal; 0 for 80 columns */
};

/* A picture in 80 columns, or in fewer. */
void map_print(const struct map *map, const struct map_style *style, FILE *stream);

/* A picture as an SVG document. */
void map_print_svg(const struct map *map, FILE *stream);

/*
 * The same as an element of a document that has the style and the patterns once. The patterns are
 * in a <defs> element.
 */
void map_print_svg_element(const struct map *map, FILE *stream);
extern const char map_svg_style[], map_svg_patterns[];

/* The caller owns the returned object, and prints it. */
struct json_object *map_to_json(const struct placement_report *places, size_t count);

#endif /* TOOLS_PLACE_MAP_H */
