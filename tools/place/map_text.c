// SPDX-License-Identifier: GPL-2.0-or-later
/* The picture in a terminal: one character for a unit, one line for 256 bytes. */
#include <stdio.h>
#include <string.h>

#include "place/map.h"
#include "support/output.h"
#include "support/wrap.h"

#define WIDTH	  80
#define GROUP	  0x40 /* bytes between two spaces */
#define KEY_WIDTH 3

/* The glyphs alone tell the kinds apart; colours only help. NULL: it depends on the span. */
static const struct look {
	const char *utf8, *ascii, *colour;
} looks[MAP_KINDS] = {
	[MAP_HEADER] = { "▓", "=", DIM },    [MAP_CONVENTIONAL] = { "▒", "-", DIM },
	[MAP_SPAN] = { NULL, NULL, NULL },   [MAP_REACH] = { "?", "?", NULL },
	[MAP_HIDDEN] = { "╳", "#", YELLOW }, [MAP_NONZERO] = { "■", "x", RED },
	[MAP_FREE] = { "·", ".", DIM },	     [MAP_PLACE] = { "◆", "@", BOLD GREEN },
};

struct printer {
	const struct map *map;
	const struct map_style *style;
	FILE *stream;
	size_t width;
	const char *colour; /* the current one; NULL for none */
};

static void set_colour(struct printer *printer, const char *colour)
{
	if (!printer->style->colours || colour == printer->colour)
		return;
	if (printer->colour)
		fputs(NORMAL, printer->stream);
	if (colour)
		fputs(colour, printer->stream);
	printer->colour = colour;
}

static void put_glyph(struct printer *printer, unsigned int kind, unsigned int span)
{
	/* Neighbours differ. */
	static const char *const colours[] = { CYAN, MAGENTA, BLUE };
	const struct look *look = &looks[kind];
	char letter = 0;

	if (kind == MAP_SPAN || kind == MAP_REACH)
		letter = map_letter(printer->map, span);
	set_colour(printer, letter ? colours[(letter - 'A') % 3] : look->colour);
	if (look->ascii)
		fputs(printer->style->utf8 ? look->utf8 : look->ascii, printer->stream);
	else
		fputc(letter, printer->stream);
}

/* Draws a row that begins in @run or behind it. Returns the run in which the row ends. */
static const struct map_run *print_row(struct printer *printer, const struct map_run *run,
				       unsigned int row, unsigned int size)
{
	fprintf(printer->stream, "%03x ", row);
	for (unsigned int offset = row; offset < row + size; offset += MAP_UNIT) {
		while (run->offset + run->length <= (int)offset)
			run++;
		if (!(offset % GROUP)) {
			set_colour(printer, NULL);
			fputc(' ', printer->stream);
		}
		put_glyph(printer, run->kind, run->span);
	}
	set_colour(printer, NULL);
	fputc('\n', printer->stream);
	return run;
}

/* Rows of 256 bytes, or of less on a narrow terminal. */
static void print_rows(struct printer *printer)
{
	const struct map_run *run = printer->map->runs;
	const size_t offset_width = strlen("000 ");
	unsigned int size = MAP_ROW;

	while (size > GROUP &&
	       offset_width + (size_t)(size / GROUP) * (GROUP / MAP_UNIT + 1) > printer->width)
		size /= 2;
	fputs("    ", printer->stream);
	for (unsigned int group = 0; group < size; group += GROUP)
		fprintf(printer->stream, group + GROUP < size ? " +%-15x" : " +%x", group);
	fputc('\n', printer->stream);
	for (unsigned int row = 0; row < VPASID_CONFIG_SIZE; row += size)
		run = print_row(printer, run, row, size);
}

static void put_key(struct printer *printer, unsigned int kind, unsigned int span)
{
	put_glyph(printer, kind, span);
	set_colour(printer, NULL);
	fprintf(printer->stream, "%*s", KEY_WIDTH - 1, "");
}

/* Behind a key, a range and its length */
#define TEXT_COLUMN (KEY_WIDTH + sizeof("000-fff  4096  ") - 1)

static void print_spans(struct printer *printer)
{
	const struct vpasid_layout *layout = &printer->map->place->layout;
	uint16_t order[VPASID_MAX_SPANS];

	map_order(layout, order);
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[order[i]];
		char text[MAP_TEXT_SIZE];

		map_describe_span(span, text);
		put_key(printer, MAP_SPAN, order[i]);
		fprintf(printer->stream, "%03x-%03x %5d  ", span->offset,
			span->offset + span->length - 1, span->length);
		put_wrapped(printer->stream, TEXT_COLUMN, printer->width, text);
	}
}

/* Prints all runs of a kind. */
static void print_runs(struct printer *printer, enum map_kind kind, const char *what)
{
	const size_t width = strlen(" 000-000");
	size_t column = 0;

	for (size_t i = 0; i < printer->map->count; i++) {
		const struct map_run *run = &printer->map->runs[i];

		if (run->kind != kind)
			continue;
		if (!column) {
			put_key(printer, kind, MAP_NO_SPAN);
			column = KEY_WIDTH + (size_t)fprintf(printer->stream, "%s:", what);
		} else if (column + width > printer->width) {
			column = (size_t)fprintf(printer->stream, "\n%*s", KEY_WIDTH - 1, "") - 1;
		}
		column += (size_t)fprintf(printer->stream, " %03x-%03x", run->offset,
					  run->offset + run->length - 1);
	}
	if (column)
		fputc('\n', printer->stream);
}

static void print_place(struct printer *printer)
{
	const struct placement_report *place = printer->map->place;

	for (unsigned int i = 0; !place->error && i < place->placement.cap_count; i++) {
		const struct vpasid_cap *cap = &place->placement.caps[i];

		char text[OUTPUT_LINE];

		snprintf(text, sizeof(text), "%s goes here: %s", place_cap_name(cap->id),
			 place_describe_reason(cap));
		put_key(printer, MAP_PLACE, MAP_NO_SPAN);
		fprintf(printer->stream, "%03x-%03x %5d  ", cap->offset,
			cap->offset + cap->length - 1, cap->length);
		put_wrapped(printer->stream, TEXT_COLUMN, printer->width, text);
	}
}

static void print_quirks(struct printer *printer)
{
	const struct placement_report *place = printer->map->place;

	for (size_t i = 0; i < place->quirk_count; i++) {
		say_to(printer->stream, "quirk: %s", place->quirks[i]->source);
		say_to(printer->stream, "       (%s:%u)", place->quirks[i]->file,
		       place->quirks[i]->line);
	}
}

/* Prints what the picture itself doesn't show. */
static void print_findings(struct printer *printer)
{
	const struct vpasid_layout *layout = &printer->map->place->layout;
	char text[VPASID_FINDING_TEXT];

	for (size_t i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		if (layout->findings[i].code == VPASID_FINDING_INEXACT)
			continue;
		vpasid_finding_describe(&layout->findings[i], text, sizeof(text));
		say_to(printer->stream, "note: %s", text);
	}
}

void map_print(const struct map *map, const struct map_style *style, FILE *stream)
{
	struct printer printer = {
		.map = map,
		.style = style,
		.stream = stream,
		.width = style->width && style->width < WIDTH ? style->width : WIDTH,
	};
	char heading[OUTPUT_LINE];

	snprintf(heading, sizeof(heading), "%s%s%s", map->place->bdf.text,
		 *map->place->name ? "  " : "", map->place->name);
	put_hanging(stream, 0, SMALL_INDENT, printer.width, heading);
	print_rows(&printer);
	fputc('\n', stream);
	print_place(&printer);
	print_spans(&printer);
	print_runs(&printer, MAP_REACH, "may belong to the preceding capability");
	print_runs(&printer, MAP_HIDDEN, "hidden registers, from a quirk");
	print_runs(&printer, MAP_NONZERO, "not zero, in no capability");
	print_runs(&printer, MAP_FREE, "free");
	print_runs(&printer, MAP_HEADER, "the header");
	print_runs(&printer, MAP_CONVENTIONAL, "conventional capabilities");
	print_quirks(&printer);
	print_findings(&printer);
}
