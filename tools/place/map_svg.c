// SPDX-License-Identifier: GPL-2.0-or-later
/* The picture as SVG: rows of 256 bytes, four pixels for a byte, and a legend below. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "place/map.h"
#include "support/output.h"
#include "support/svg.h"

#define PIXELS_PER_BYTE 4
#define LEFT		64
#define TOP		104
#define ROW_HEIGHT	30
#define ROW_STEP	36
#define WIDTH		(LEFT + MAP_ROW * PIXELS_PER_BYTE + 32)
#define LEGEND_TOP	(TOP + VPASID_CONFIG_SIZE / MAP_ROW * ROW_STEP + 28)
#define LINE_STEP	20
#define LEGEND_COLUMNS	2
#define COLUMN_WIDTH	((WIDTH - LEFT - 32) / LEGEND_COLUMNS)
/* Widths of a monospaced character: in labels, and in the label of the place. */
#define LABEL_PIXELS	   6.7
#define SMALL_LABEL_PIXELS 5.6
/* How many characters fit into a line, a column of the legend, and the title. */
#define LINE_FITS   140
#define COLUMN_FITS 66
#define TITLE_FITS  94

/* Pale, so that black is legible on each; neighbours differ. */
static const char *const span_colours[] = { "#9ecae9", "#f9c784", "#a8d5a2", "#d9b8e3",
					    "#f4a6a0", "#b5c7d3", "#e6d690", "#93d5cb" };

static const struct look {
	const char *fill, *pattern, *label, *what;
} looks[MAP_KINDS] = {
	[MAP_HEADER] = { "#c9c9c6", NULL, "header", "the header" },
	[MAP_CONVENTIONAL] = { "#dededb", NULL, "conventional capabilities",
			       "conventional capabilities" },
	[MAP_SPAN] = { NULL, NULL, NULL, NULL },
	[MAP_REACH] = { NULL, "reach", NULL, "may belong to the preceding capability" },
	[MAP_HIDDEN] = { "#ffe08a", "hidden", "hidden", "hidden registers, from a quirk" },
	[MAP_NONZERO] = { "#7d7d7a", NULL, NULL, "not zero, in no capability" },
	[MAP_FREE] = { "#ffffff", NULL, NULL, "free" },
	[MAP_PLACE] = { "#1b7f3b", NULL, "PASID", NULL },
};

struct svg {
	const struct map *map;
	FILE *stream;
	unsigned int entry; /* the next entry of the legend */
};

static void put_box(FILE *stream, double x, double y, double width, double height, const char *fill)
{
	fprintf(stream,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y,
		width, height, fill);
}

static void put_filled(struct svg *svg, double x, double y, double width, double height,
		       unsigned int kind, unsigned int span)
{
	const size_t colours = sizeof(span_colours) / sizeof(span_colours[0]);
	const char *fill = looks[kind].fill;
	char pattern[sizeof("url(#hidden)")];

	if (kind == MAP_SPAN || kind == MAP_REACH)
		fill = span_colours[(size_t)(map_letter(svg->map, span) - 'A') % colours];
	put_box(svg->stream, x, y, width, height, fill);
	if (!looks[kind].pattern)
		return;
	snprintf(pattern, sizeof(pattern), "url(#%s)", looks[kind].pattern);
	put_box(svg->stream, x, y, width, height, pattern);
}

/* Prints the longest label that fits, if any does. */
static void put_label(struct svg *svg, const struct map_run *run, double x, double y, double width)
{
	const struct vpasid_span *span = &svg->map->place->layout.spans[run->span];
	const char *name = looks[run->kind].label;
	char text[MAP_TEXT_SIZE] = "";

	if (run->kind == MAP_SPAN)
		snprintf(text, sizeof(text), "%c %s", map_letter(svg->map, run->span),
			 vpasid_ext_cap_name(span->id) ? vpasid_ext_cap_name(span->id) : "");
	else if (name)
		snprintf(text, sizeof(text), "%s", name);
	if (run->kind == MAP_SPAN && (double)strlen(text) * LABEL_PIXELS > width - 4)
		text[1] = '\0';
	if (!*text ||
	    (double)strlen(text) * (run->kind == MAP_PLACE ? SMALL_LABEL_PIXELS : LABEL_PIXELS) >
		    width - 2)
		return;
	svg_text(svg->stream, x + width / 2, y + ROW_HEIGHT / 2.0 + 4,
		 run->kind == MAP_PLACE ? "label chosen" : "label", LINE_FITS, "%s", text);
}

static unsigned int row_top(unsigned int row)
{
	return TOP + row / MAP_ROW * ROW_STEP;
}

/* The part of a run that lies in one row. */
static void put_part(struct svg *svg, const struct map_run *run, unsigned int row)
{
	unsigned int begin = run->offset > row ? run->offset : row;
	unsigned int end = (unsigned int)run->offset + run->length;
	double x = LEFT + (begin - row) * PIXELS_PER_BYTE;
	double y = row_top(row);
	double width;

	if (end > row + MAP_ROW)
		end = row + MAP_ROW;
	if (end <= begin)
		return;
	width = (end - begin) * PIXELS_PER_BYTE;
	put_filled(svg, x, y, width, ROW_HEIGHT, run->kind, run->span);
	fprintf(svg->stream, "<path d=\"M%.1f %.1fv%d\" class=\"edge\"/>\n", x, y, ROW_HEIGHT);
	put_label(svg, run, x, y, width);
}

static void put_row(struct svg *svg, unsigned int row)
{
	double y = row_top(row);

	svg_text(svg->stream, LEFT - 10, y + ROW_HEIGHT / 2.0 + 4, "offset", LINE_FITS, "0x%03x",
		 row);
	for (size_t i = 0; i < svg->map->count; i++)
		put_part(svg, &svg->map->runs[i], row);
	fprintf(svg->stream,
		"<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%d\" class=\"frame\"/>\n", LEFT, y,
		MAP_ROW * PIXELS_PER_BYTE, ROW_HEIGHT);
}

static void put_grid(struct svg *svg)
{
	for (unsigned int offset = 0; offset < MAP_ROW; offset += 0x20)
		svg_text(svg->stream, LEFT + offset * PIXELS_PER_BYTE, TOP - 8, "scale", LINE_FITS,
			 "+%02x", offset);
	for (unsigned int row = 0; row < VPASID_CONFIG_SIZE; row += MAP_ROW)
		put_row(svg, row);
}

/* Entries go down the first column, then down the next. */
static void __attribute__((format(printf, 5, 6)))
put_entry(struct svg *svg, unsigned int entries, unsigned int kind, unsigned int span,
	  const char *format, ...)
{
	unsigned int rows = (entries + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
	unsigned int column = svg->entry / rows, line = svg->entry % rows;
	unsigned int left = LEFT + column * COLUMN_WIDTH, top = LEGEND_TOP + line * LINE_STEP;
	double x = left, y = top;
	char text[OUTPUT_LINE];
	va_list arguments;

	svg->entry++;
	put_filled(svg, x, y, 22, 14, kind, span);
	fprintf(svg->stream,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"22\" height=\"14\" class=\"frame\"/>\n", x, y);
	if (kind == MAP_SPAN)
		svg_text(svg->stream, x + 11, y + 11, "label", 1, "%c", map_letter(svg->map, span));
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	svg_text(svg->stream, x + 30, y + 11, "text", COLUMN_FITS, "%s", text);
}

static unsigned int has_kind(const struct map *map, unsigned int kind)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->runs[i].kind == kind)
			return 1;
	return 0;
}

static unsigned int count_places(const struct placement_report *place)
{
	return place->error ? 0 : place->placement.cap_count;
}

static const uint8_t plain_kinds[] = { MAP_REACH, MAP_HIDDEN, MAP_NONZERO, MAP_FREE };
#define PLAIN_KINDS (sizeof(plain_kinds) / sizeof(plain_kinds[0]))

static void put_legend(struct svg *svg, unsigned int entries)
{
	const struct placement_report *place = svg->map->place;
	const struct vpasid_layout *layout = &place->layout;
	uint16_t order[VPASID_MAX_SPANS];
	char text[MAP_TEXT_SIZE];

	map_order(layout, order);
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[order[i]];

		map_describe_span(span, text);
		put_entry(svg, entries, MAP_SPAN, order[i], "%03x-%03x  %s", span->offset,
			  span->offset + span->length - 1, text);
	}
	for (unsigned int i = 0; i < count_places(place); i++) {
		const struct vpasid_cap *cap = &place->placement.caps[i];

		put_entry(svg, entries, MAP_PLACE, MAP_NO_SPAN, "%03x-%03x  %s goes here: %s",
			  cap->offset, cap->offset + cap->length - 1, place_cap_name(cap->id),
			  place_describe_reason(cap));
	}
	for (size_t i = 0; i < PLAIN_KINDS; i++)
		if (has_kind(svg->map, plain_kinds[i]))
			put_entry(svg, entries, plain_kinds[i], MAP_NO_SPAN, "%s",
				  looks[plain_kinds[i]].what);
}

/*
 * Notes below the legend, from @y on: what is wrong or odd, and which quirks apply. Returns where
 * they end; with a @stream of NULL, they aren't drawn.
 */
static double put_notes(const struct map *map, double y, FILE *stream)
{
	const struct placement_report *place = map->place;
	const struct vpasid_layout *layout = &place->layout;
	struct svg_block block = {
		.x = LEFT,
		.y = y,
		.step = LINE_STEP,
		.columns = LINE_FITS,
		.class = "text error",
	};
	char text[VPASID_FINDING_TEXT];

	if (place->error)
		svg_wrap(stream, &block, "no place: %s", place->why.text);
	block.class = "text";
	for (size_t i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		/* this is in the legend */
		if (layout->findings[i].code == VPASID_FINDING_INEXACT)
			continue;
		vpasid_finding_describe(&layout->findings[i], text, sizeof(text));
		svg_wrap(stream, &block, "note: %s", text);
	}
	for (size_t i = 0; i < place->quirk_count; i++)
		svg_wrap(stream, &block, "quirk: %s", place->quirks[i]->source);
	return block.y;
}

static void put_title(struct svg *svg)
{
	const struct placement_report *place = svg->map->place;
	const struct config_space *source = place->space;

	fputs("<title>", svg->stream);
	svg_put(svg->stream, TITLE_FITS, "%s: config space", place->bdf.text);
	fputs("</title>\n", svg->stream);
	put_box(svg->stream, 0, 0, WIDTH, 10000, "#f6f6f3");
	svg_text(svg->stream, LEFT, 40, "title", TITLE_FITS, "%s  %s", place->bdf.text,
		 place->name);
	svg_text(svg->stream, LEFT, 64, "text", LINE_FITS,
		 "Config space of %s %04x:%04x, %d bytes. Digest of the layout: %016llx",
		 place->kind == PCI_KIND_VF   ? "VF"
		 : place->kind == PCI_KIND_PF ? "PF"
					      : "function",
		 source->device.vendor, source->device.device, VPASID_CONFIG_SIZE,
		 (unsigned long long)vpasid_layout_digest(&place->layout));
}

const char map_svg_style[] =
	".vpasid-map text { " SVG_FONT "; fill: #222 }\n"
	".vpasid-map .title { font-size: 18px; font-weight: bold }\n"
	".vpasid-map .text { font-size: 12px }\n"
	".vpasid-map .error { fill: #a01010; font-weight: bold }\n"
	".vpasid-map .label { font-size: 11px; text-anchor: middle }\n"
	".vpasid-map .chosen { font-size: 9px; font-weight: bold; fill: #fff }\n"
	".vpasid-map .offset { font-size: 11px; text-anchor: end; fill: #555 }\n"
	".vpasid-map .scale { font-size: 10px; fill: #555 }\n"
	".vpasid-map .frame { fill: none; stroke: #8a8a86; stroke-width: 1 }\n"
	".vpasid-map .edge { stroke: #8a8a86; stroke-width: 1 }\n";

const char map_svg_patterns[] =
	"<defs>\n"
	"<pattern id=\"reach\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"8\" height=\"8\" fill=\"#fff\" fill-opacity=\"0.55\"/>"
	"<path d=\"M-2 10L10 -2M-2 2L2 -2M6 10L10 6\" stroke=\"#777\"/></pattern>\n"
	"<pattern id=\"hidden\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
	"<path d=\"M0 0L8 8M8 0L0 8\" stroke=\"#b8860b\" stroke-opacity=\"0.4\"/></pattern>\n"
	"</defs>\n";

static void put_svg(const struct map *map, FILE *stream, bool is_document)
{
	struct svg svg = { .map = map, .stream = stream };
	unsigned int entries = map->place->layout.span_count + count_places(map->place), rows;
	int notes, height;

	for (size_t i = 0; i < PLAIN_KINDS; i++)
		entries += has_kind(map, plain_kinds[i]);
	rows = (entries + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
	notes = LEGEND_TOP + (int)(rows * LINE_STEP) + LINE_STEP;
	height = (int)put_notes(map, notes, NULL) + 8;
	svg_begin(stream, WIDTH, height, " class=\"vpasid-map\"");
	if (is_document)
		fprintf(stream, "<style>\n%s</style>\n%s", map_svg_style, map_svg_patterns);
	put_title(&svg);
	put_grid(&svg);
	put_legend(&svg, entries);
	put_notes(map, notes, stream);
	fputs("</svg>\n", stream);
}

void map_print_svg(const struct map *map, FILE *stream)
{
	fputs(SVG_DECLARATION, stream);
	put_svg(map, stream, true);
}

void map_print_svg_element(const struct map *map, FILE *stream)
{
	put_svg(map, stream, false);
}
