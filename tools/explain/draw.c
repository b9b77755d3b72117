// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything is laid out from the top down. A part with a frame is measured first: if the stream is
 * NULL, nothing is drawn.
 */
#include <stdio.h>
#include <string.h>

#include "explain/draw.h"
#include "explain/station.h"
#include "support/output.h"
#include "support/svg.h"

#define WIDTH  640
#define MARGIN 12
#define FONT   13 /* pixels; .title and .head have their own sizes */
#define COLUMN (FONT * SVG_COLUMN)
#define STEP   18 /* from line to line */

/* Where the signs and texts of a station are */
#define SIGN_X	(MARGIN + 20)
#define TEXT_X	(MARGIN + 40)
#define RIGHT	(WIDTH - MARGIN - 12)
#define COLUMNS ((size_t)((RIGHT - TEXT_X) / COLUMN))

/*
 * Left edges: of the texts above and below the stations, and of the names of the function and of a
 * station
 */
#define WIDE_COLUMNS  ((size_t)((WIDTH - 2 * MARGIN) / COLUMN))
#define TITLE_FONT    19
#define TITLE_COLUMNS ((size_t)((WIDTH - 2 * MARGIN) / (TITLE_FONT * SVG_COLUMN)))
#define HEAD_FONT     14
#define HEAD_COLUMNS  ((size_t)((RIGHT - MARGIN - 12) / (HEAD_FONT * SVG_COLUMN)))

#define GAP	32 /* between two stations */
#define PADDING 10

#define WHERE_SIZE (sizeof(((struct link *)NULL)->bdf.text) + sizeof(((struct link *)NULL)->where))

struct drawing {
	FILE *stream;
	const struct function *function;
	const struct chain *chain;
};

/* Words that a reader who doesn't know the JSON understands. */
static const char *const words[] = {
	[EXPLAIN_UNKNOWN] = "unknown",
	[EXPLAIN_OK] = "ok",
	[EXPLAIN_BROKEN] = "broken",
	[EXPLAIN_NA] = "not applicable",
};

static void put_sign(FILE *stream, double x, double y, enum explain_verdict verdict)
{
	/*
	 * Centred on the origin: a square with a question mark, a disc with a check mark, a diamond
	 * with a cross, a ring with a dash. They are drawn as paths because a font may lack the
	 * characters.
	 */
	static const char *const shapes[] = {
		[EXPLAIN_UNKNOWN] =
			"<path class=\"sign\" d=\"M-7.500-7.500h15v15h-15z\"/>"
			"<path class=\"mark\" d=\"M-2.600-2.200a2.600 2.600 0 1 1 3.900 2.300q-1.300 "
			".700-1.300 2M0 4.600v.300\"/>",
		[EXPLAIN_OK] = "<circle class=\"sign\" r=\"8\"/>"
			       "<path class=\"mark\" d=\"M-3.800.400l2.700 2.900 5-6\"/>",
		[EXPLAIN_BROKEN] = "<path class=\"sign\" d=\"M0-10l10 10-10 10-10-10z\"/>"
				   "<path class=\"mark\" d=\"M-3-3l6 6M-3 3l6-6\"/>",
		[EXPLAIN_NA] = "<circle class=\"sign\" r=\"7\"/>"
			       "<path class=\"mark\" d=\"M-3 0h6\"/>",
	};

	fprintf(stream, "<g class=\"%s\" transform=\"translate(%.1f %.1f)\">%s</g>\n",
		explain_verdict_name(verdict), x, y, shapes[verdict]);
}

/* The text beside a link's name; without the address if that is in the station's name. */
static void format_where(const struct station *station, const struct link *link, char *text,
			 size_t size)
{
	bool has_bdf = *link->bdf.text &&
		       (!station->hop || strcmp(link->bdf.text, station->hop->pci.bdf.text) != 0);

	snprintf(text, size, "%s%s%s", has_bdf ? link->bdf.text : "",
		 has_bdf && *link->where ? " " : "", link->where);
}

static void format_state(const struct drawing *drawing, const struct link *link, char *text,
			 size_t size)
{
	snprintf(text, size, "%s%s%s", words[link->verdict],
		 link->certainty == EXPLAIN_LIKELY ? ", likely" : "",
		 link == drawing->chain->broken ? ": the cause" : "");
}

/* The line with a link's name. What doesn't fit is on the next line. */
static void put_name(const struct drawing *drawing, const struct station *station,
		     const struct link *link, struct svg_block *block)
{
	const char *name = explain_what_name(link->what);
	char where[WHERE_SIZE], state[64];
	size_t column = strlen(name) + 2;
	bool fits;

	format_where(station, link, where, sizeof(where));
	format_state(drawing, link, state, sizeof(state));
	fits = column + strlen(where) + 2 + strlen(state) <= COLUMNS;
	if (drawing->stream) {
		put_sign(drawing->stream, SIGN_X, block->y - 4, link->verdict);
		svg_text(drawing->stream, TEXT_X, block->y, "name", COLUMNS, "%s", name);
		svg_text(drawing->stream, RIGHT, block->y, "state", COLUMNS, "%s", state);
		if (fits && *where)
			svg_text(drawing->stream, TEXT_X + (double)column * COLUMN, block->y,
				 "where", COLUMNS, "%s", where);
	}
	block->y += STEP;
	block->class = "where";
	if (!fits)
		svg_wrap(drawing->stream, block, "%s", where);
}

static void put_reason(const struct drawing *drawing, const struct link *link,
		       struct svg_block *block)
{
	block->class = "text";
	if (link->verdict == EXPLAIN_UNKNOWN)
		svg_wrap(drawing->stream, block, "%s", link->doubt);
	else
		svg_wrap(drawing->stream, block, *link->doubt ? "%s (%s)" : "%s", link->found,
			 link->doubt);
	block->class = "todo";
	if (*link->todo && (link->verdict == EXPLAIN_BROKEN || link->verdict == EXPLAIN_UNKNOWN))
		svg_wrap(drawing->stream, block, "to do: %s", link->todo);
}

/* From the top @y on. Returns the bottom. */
static double put_link_texts(const struct drawing *drawing, const struct station *station,
			     const struct link *link, double y)
{
	struct svg_block block = { .x = TEXT_X, .y = y + 20, .step = STEP, .columns = COLUMNS };

	put_name(drawing, station, link, &block);
	put_reason(drawing, link, &block);
	return block.y - STEP + 10;
}

static double put_link(const struct drawing *drawing, const struct station *station,
		       const struct link *link, double y)
{
	const struct drawing dry = { NULL, drawing->function, drawing->chain };
	double bottom = put_link_texts(&dry, station, link, y);
	FILE *stream = drawing->stream;

	if (!stream)
		return bottom;
	fprintf(stream, "<g class=\"link %s\" data-link=\"%s\" data-bdf=\"%s\"><title>",
		explain_verdict_name(link->verdict), explain_what_name(link->what), link->bdf.text);
	svg_put(stream, OUTPUT_LINE, "%s%s%s: %s", explain_what_name(link->what),
		*link->bdf.text ? " of " : "", link->bdf.text, words[link->verdict]);
	fputs("</title>\n", stream);
	if (link == drawing->chain->broken)
		fprintf(stream,
			"<rect class=\"cause\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" "
			"rx=\"4\"/>\n",
			MARGIN + 4, y, WIDTH - 2 * MARGIN - 8, bottom - y);
	put_link_texts(drawing, station, link, y);
	fputs("</g>\n", stream);
	return bottom;
}

static double put_station_texts(const struct drawing *drawing, const struct station *station,
				double y)
{
	const struct link *link;
	char name[OUTPUT_LINE];

	station_describe(station, drawing->function, name, sizeof(name));
	if (drawing->stream)
		svg_text(drawing->stream, MARGIN + 12, y + 23, "head", HEAD_COLUMNS, "%s", name);
	y += 32;
	for (size_t i = 0; (link = station_link(drawing->chain, i)); i++)
		if (station_has(station, drawing->function, link))
			y = put_link(drawing, station, link, y);
	return y + 5;
}

static double put_station(const struct drawing *drawing, const struct station *station, double y)
{
	const struct drawing dry = { NULL, drawing->function, drawing->chain };
	double bottom = put_station_texts(&dry, station, y);

	if (!drawing->stream)
		return bottom;
	fprintf(drawing->stream,
		"<g class=\"station\">\n"
		"<rect class=\"box\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" rx=\"6\"/>\n",
		MARGIN, y, WIDTH - 2 * MARGIN, bottom - y);
	put_station_texts(drawing, station, y);
	fputs("</g>\n", drawing->stream);
	return bottom;
}

/*
 * The line that leads up from a station whose top is at @y: an arrow if its links are fine.
 * Otherwise it has the sign of the worst link, and it ends there if that link is broken.
 */
static void put_way_up(FILE *stream, double y, enum explain_verdict verdict)
{
	const char *class = explain_verdict_name(verdict);
	int length = verdict == EXPLAIN_BROKEN ? GAP / 2 : GAP - 1;

	fprintf(stream, "<path class=\"way %s\" d=\"M%d %.1fv-%d\"/>\n", class, WIDTH / 2, y,
		length);
	if (verdict == EXPLAIN_BROKEN || verdict == EXPLAIN_UNKNOWN)
		put_sign(stream, WIDTH / 2.0, y - GAP / 2.0, verdict);
	else
		fprintf(stream, "<path class=\"way %s\" d=\"M%d %.1fm-5 6l5-6 5 6\"/>\n", class,
			WIDTH / 2, y - GAP + 1);
}

static double put_stations(const struct drawing *drawing, double y)
{
	struct station stations[STATIONS_MAX];
	size_t count = stations_find(drawing->function, drawing->chain, stations);

	for (size_t i = 0; i < count; i++) {
		if (i && drawing->stream)
			put_way_up(
				drawing->stream, y + GAP,
				station_verdict(&stations[i], drawing->function, drawing->chain));
		y = put_station(drawing, &stations[i], i ? y + GAP : y);
	}
	return y;
}

static const char *what_for(enum purpose purpose)
{
	switch (purpose) {
	case PURPOSE_PASID:
		return "What its PASID depends on";
	case PURPOSE_SVA:
		return "What its PASID depends on, for a process that shares its address space";
	case PURPOSE_GUEST_SVA:
		return "What its PASID depends on, for a process in a virtual machine";
	case PURPOSE_VMM:
		return "What its PASID depends on, for a virtual machine";
	case PURPOSES:
		break;
	}
	return "What its PASID depends on, and what a virtual machine needs besides";
}

static double put_verdict(const struct drawing *drawing, double y)
{
	const struct chain *chain = drawing->chain;
	struct svg_block block = {
		.x = MARGIN + 28,
		.y = y,
		.step = STEP,
		.columns = WIDE_COLUMNS - 4,
		.class = "verdict",
	};

	if (drawing->stream)
		put_sign(drawing->stream, MARGIN + 10, y - 4, chain->verdict);
	svg_wrap(drawing->stream, &block, chain->verdict == EXPLAIN_UNKNOWN ? "%s" : "%s (%s)",
		 chain->summary, explain_certainty_name(chain->certainty));
	block.class = "text";
	if (chain->certainty != EXPLAIN_SURE)
		svg_wrap(drawing->stream, &block, "%s", chain->doubt);
	for (size_t i = 0; i < chain->note_count; i++)
		svg_wrap(drawing->stream, &block, "note: %s", chain->notes[i]);
	block.class = "todo";
	if (explain_is_hopeless(chain))
		svg_wrap(drawing->stream, &block, "to do: %s", EXPLAIN_HOPELESS);
	return block.y;
}

static double put_header(const struct drawing *drawing)
{
	const struct function *function = drawing->function;
	struct svg_block block = {
		.x = MARGIN,
		.y = 54,
		.step = STEP,
		.columns = WIDE_COLUMNS,
		.class = "text",
	};

	if (drawing->stream)
		svg_text(drawing->stream, MARGIN, 30, "title", TITLE_COLUMNS, "%s",
			 function->pci.bdf.text);
	svg_wrap(drawing->stream, &block, "%s", function->name);
	block.class = "where";
	svg_wrap(drawing->stream, &block, "%s", what_for(drawing->chain->purpose));
	return put_verdict(drawing, block.y + 6);
}

static void put_legend(FILE *stream, double y)
{
	static const enum explain_verdict order[] = { EXPLAIN_OK, EXPLAIN_BROKEN, EXPLAIN_UNKNOWN,
						      EXPLAIN_NA };
	double x = MARGIN + 10;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		put_sign(stream, x, y - 4, order[i]);
		svg_text(stream, x + 18, y, "where", WIDE_COLUMNS, "%s", words[order[i]]);
		x += 18 + (double)(strlen(words[order[i]]) + 4) * COLUMN;
	}
}

/* Returns the height. */
static int draw(const struct drawing *drawing)
{
	double y = put_stations(drawing, put_header(drawing) + 2) + 28;

	if (drawing->stream)
		put_legend(drawing->stream, y);
	return (int)y + 16;
}

static void draw_element(const struct drawing *drawing, bool has_style)
{
	const struct drawing dry = { NULL, drawing->function, drawing->chain };
	FILE *stream = drawing->stream;

	svg_begin(stream, WIDTH, draw(&dry), " class=\"vpasid-path\"");
	fputs("<title>", stream);
	svg_put(stream, OUTPUT_LINE, "%s: %s", drawing->function->pci.bdf.text,
		what_for(drawing->chain->purpose));
	fputs("</title>\n<desc>", stream);
	svg_put(stream, OUTPUT_LINE, "%s", drawing->chain->summary);
	fputs("</desc>\n", stream);
	if (has_style) {
		fputs("<style>\n", stream);
		explain_draw_style(stream);
		fputs("</style>\n", stream);
	}
	fputs("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", stream);
	draw(drawing);
	fputs("</svg>\n", stream);
}

void explain_draw(const struct function *function, const struct chain *chain, FILE *stream)
{
	const struct drawing drawing = { stream, function, chain };

	draw_element(&drawing, false);
}

void explain_draw_document(const struct function *function, const struct chain *chain, FILE *stream)
{
	const struct drawing drawing = { stream, function, chain };

	fputs(SVG_DECLARATION, stream);
	draw_element(&drawing, true);
}
