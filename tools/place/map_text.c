// SPDX-License-Identifier: GPL-2.0-or-later
/* The picture in a terminal: one character for a unit, one line for 256 bytes. */
#include <stdlib.h>
#include <string.h>

#include "place/map.h"
#include "support/output.h"

#define WIDTH	   80
#define NAME_WIDTH (WIDTH - 16)
#define GROUP	   0x40 /* bytes between two spaces */
#define KEY_WIDTH  3

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
				       unsigned int row)
{
	fprintf(printer->stream, "%03x ", row);
	for (unsigned int offset = row; offset < row + MAP_ROW; offset += MAP_UNIT) {
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

static void put_key(struct printer *printer, unsigned int kind, unsigned int span)
{
	put_glyph(printer, kind, span);
	set_colour(printer, NULL);
	fprintf(printer->stream, "%*s", KEY_WIDTH - 1, "");
}

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
		fprintf(printer->stream, "%03x-%03x %5d  %s\n", span->offset,
			span->offset + span->length - 1, span->length, text);
	}
}

/* Prints all runs of a kind, in lines of at most WIDTH columns. */
static void print_runs(struct printer *printer, enum map_kind kind, const char *what)
{
	const size_t width = strlen(" 000-000");
	size_t column = 0;

	for (size_t i = 0; i < printer->map->count; i++) {
		const struct map_run *run = &printer->map->runs[i];

		if (run->kind != kind)
			continue;
		if (!column) {
			put_key(printer, kind, 0);
			column = KEY_WIDTH + (size_t)fprintf(printer->stream, "%s:", what);
		} else if (column + width > WIDTH) {
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

		put_key(printer, MAP_PLACE, 0);
		fprintf(printer->stream, "%03x-%03x %5d  %s goes here: %s\n", cap->offset,
			cap->offset + cap->length - 1, cap->length, place_cap_name(cap->id),
			place_describe_reason(cap));
	}
}

static void print_quirks(struct printer *printer)
{
	const struct placement_report *place = printer->map->place;
	char source[256], file[256];

	for (size_t i = 0; i < place->quirk_count; i++) {
		escape(source, sizeof(source), place->quirks[i]->source);
		escape(file, sizeof(file), place->quirks[i]->file);
		fprintf(printer->stream, "quirk: %s\n       (%s:%u)\n", source, file,
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
		fprintf(printer->stream, "note: %s\n", text);
	}
}

void map_print(const struct map *map, const struct map_style *style, FILE *stream)
{
	struct printer printer = { .map = map, .style = style, .stream = stream };
	const struct placement_report *place = map->place;
	const struct map_run *run = map->runs;
	char name[NAME_WIDTH + 1];

	escape(name, sizeof(name), place->name);
	fprintf(stream, "%s%s%s\n", place->bdf.text, *name ? "  " : "", name);
	/* spaced by GROUP */
	fputs("     +0               +40              +80              +c0\n", stream);
	for (unsigned int row = 0; row < VPASID_CONFIG_SIZE; row += MAP_ROW)
		run = print_row(&printer, run, row);
	fputc('\n', stream);
	print_place(&printer);
	print_spans(&printer);
	print_runs(&printer, MAP_REACH, "may belong to the capability before it");
	print_runs(&printer, MAP_HIDDEN, "hidden registers, by a quirk");
	print_runs(&printer, MAP_NONZERO, "not zero, in no capability");
	print_runs(&printer, MAP_FREE, "free");
	print_runs(&printer, MAP_HEADER, "the header");
	print_runs(&printer, MAP_CONVENTIONAL, "conventional capabilities");
	print_quirks(&printer);
	print_findings(&printer);
}
