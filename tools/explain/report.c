// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "support/json.h"
#include "support/output.h"
#include "support/table.h"
#include "support/wrap.h"

/* Longer than all texts of a link together */
#define LINE_SIZE 1024

struct printer {
	FILE *stream;
	bool colours;
	size_t width;		  /* of the terminal, or 0 */
	size_t where_width;	  /* of the widest such column */
	char doubt[EXPLAIN_TEXT]; /* the last one printed */
};

const char *explain_colour(enum explain_verdict verdict)
{
	static const char *const colours[] = {
		[EXPLAIN_UNKNOWN] = YELLOW,
		[EXPLAIN_OK] = GREEN,
		[EXPLAIN_BROKEN] = RED,
		[EXPLAIN_NA] = DIM,
	};

	return colours[verdict];
}

/* "0000:00:1c.0 0x078 bit 21" */
static size_t format_where(const struct link *link, char *text, size_t size)
{
	char raw[LINE_SIZE];

	snprintf(raw, sizeof(raw), "%s%s%s", link->bdf.text,
		 *link->bdf.text && *link->where ? " " : "", link->where);
	return escape_shown(text, size, raw);
}

static size_t widest_where(const struct chain *chain)
{
	char where[LINE_SIZE];
	size_t widest = 0;

	for (size_t i = 0; i < chain->link_count; i++) {
		size_t width = format_where(&chain->links[i], where, sizeof(where));

		if (width > widest)
			widest = width;
	}
	return widest;
}

/* What was found, or why it isn't known. A reason is not repeated from link to link. */
static void format_found(struct printer *printer, const struct link *link, char *text, size_t size)
{
	const char *doubt = link->doubt;

	if (*doubt && !strcmp(doubt, printer->doubt))
		doubt = "as above";
	else
		snprintf(printer->doubt, sizeof(printer->doubt), "%s", doubt);
	if (link->verdict == EXPLAIN_UNKNOWN)
		snprintf(text, size, "%s", doubt);
	else
		snprintf(text, size, *doubt ? "%s (%s)" : "%s", link->found, doubt);
}

/* The first column of links and of needs */
#define VERDICT_WIDTH (sizeof("unknown") - 1)
#define TODO	      "to do: "

static struct cell verdict_cell(const struct printer *printer, enum explain_verdict verdict)
{
	return (struct cell){
		.text = explain_verdict_name(verdict),
		.width = VERDICT_WIDTH,
		.colour = printer->colours ? explain_colour(verdict) : NULL,
	};
}

/* A line of a row's, behind two spaces. */
static void print_cells(const struct printer *printer, const struct cell *cells, size_t count)
{
	fputs("  ", printer->stream);
	put_row(printer->stream, 2, printer->width, cells, count, LAST_WRAPS);
}

static void print_link(struct printer *printer, const struct link *link)
{
	char where[LINE_SIZE], found[LINE_SIZE];
	bool is_unknown = link->verdict == EXPLAIN_UNKNOWN;
	const struct cell cells[] = {
		verdict_cell(printer, link->verdict),
		{ is_unknown ? "" : explain_certainty_name(link->certainty), 6 },
		{ explain_what_name(link->what), 11 },
		{ where, printer->where_width },
		{ found },
	};

	format_where(link, where, sizeof(where));
	format_found(printer, link, found, sizeof(found));
	print_cells(printer, cells, sizeof(cells) / sizeof(cells[0]));
}

static void print_todo(const struct printer *printer, const struct link *link)
{
	const size_t indent = VERDICT_WIDTH + 4;

	if (!*link->todo || (link->verdict != EXPLAIN_BROKEN && link->verdict != EXPLAIN_UNKNOWN))
		return;
	fprintf(printer->stream, "%*s" TODO, (int)indent, "");
	put_wrapped(printer->stream, indent + sizeof(TODO) - 1, printer->width, link->todo);
}

static void print_verdict(const struct printer *printer, const struct function *function,
			  const struct chain *chain)
{
	bool has_doubt = *chain->doubt && chain->certainty != EXPLAIN_SURE;

	if (printer->colours)
		fputs(explain_colour(chain->verdict), printer->stream);
	say_to(printer->stream, "%s: %s (%s%s%s)", function->pci.bdf.text, chain->summary,
	       explain_certainty_name(chain->certainty), has_doubt ? ": " : "",
	       has_doubt ? chain->doubt : "");
	if (printer->colours)
		fputs(NORMAL, printer->stream);
}

/* "  found   " and a text */
static void print_labelled(const struct printer *printer, const char *label, const char *text)
{
	fprintf(printer->stream, "  %-6s  ", label);
	put_wrapped(printer->stream, 10, printer->width, text);
}

static void print_broken(const struct printer *printer, const struct chain *chain)
{
	const struct link *link = chain->broken;
	char where[LINE_SIZE], text[2 * LINE_SIZE];

	if (!link)
		return;
	format_where(link, where, sizeof(where));
	snprintf(text, sizeof(text), "%s%s%s (%s)", explain_what_name(link->what),
		 *where ? ", " : "", where, explain_certainty_name(link->certainty));
	print_labelled(printer, "broken", text);
	print_labelled(printer, "found", link->found);
	if (*link->doubt)
		print_labelled(printer, "doubt", link->doubt);
	else if (*chain->doubt)
		print_labelled(printer, "doubt", chain->doubt);
	if (*link->todo)
		print_labelled(printer, "to do", link->todo);
	else if (explain_is_hopeless(chain))
		print_labelled(printer, "to do", EXPLAIN_HOPELESS);
}

static size_t widest_need(const struct chain *chain)
{
	size_t widest = 0;

	for (size_t i = 0; i < chain->need_count; i++) {
		size_t width = strlen(explain_what_name(chain->needs[i].what));

		if (width > widest)
			widest = width;
	}
	return widest;
}

const char *explain_needs_heading(enum purpose purpose)
{
	switch (purpose) {
	case PURPOSE_SVA:
		return "For a process to share its address space with it:";
	case PURPOSE_GUEST_SVA:
		return "For a process in a virtual machine to share its address space with it:";
	default:
		return "To assign it to a virtual machine with PASID:";
	}
}

static void print_needs(struct printer *printer, const struct chain *chain)
{
	size_t width = widest_need(chain);

	if (!chain->need_count)
		return;
	say_to(printer->stream, "%s", "");
	say_to(printer->stream, "%s", explain_needs_heading(chain->purpose));
	for (size_t i = 0; i < chain->need_count; i++) {
		const struct link *need = &chain->needs[i];
		const struct cell cells[] = {
			verdict_cell(printer, need->verdict),
			{ explain_what_name(need->what), width },
			{ need->verdict == EXPLAIN_UNKNOWN ? need->doubt : need->found },
		};

		print_cells(printer, cells, sizeof(cells) / sizeof(cells[0]));
		if (need != chain->broken)
			print_todo(printer, need);
	}
}

void explain_print(const struct function *function, const struct chain *chain, FILE *stream,
		   bool colours)
{
	struct printer printer = {
		.stream = stream,
		.colours = colours,
		.width = terminal_width(stream),
		.where_width = widest_where(chain),
	};

	print_verdict(&printer, function, chain);
	print_broken(&printer, chain);
	for (size_t i = 0; i < chain->note_count; i++)
		print_labelled(&printer, "note", chain->notes[i]);
	say_to(stream, "%s", "");
	for (size_t i = 0; i < chain->link_count; i++) {
		print_link(&printer, &chain->links[i]);
		if (&chain->links[i] != chain->broken)
			print_todo(&printer, &chain->links[i]);
	}
	print_needs(&printer, chain);
}

static struct json_object *link_to_json(const struct link *link)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "link", explain_what_name(link->what));
	json_add_text(object, "bdf", link->bdf.text);
	json_add_text(object, "where", link->where);
	json_add_text(object, "verdict", explain_verdict_name(link->verdict));
	json_add_text(object, "certainty", explain_certainty_name(link->certainty));
	json_add_text(object, "found", link->found);
	json_add_text(object, "doubt", link->doubt);
	json_add_text(object, "todo", link->todo);
	return object;
}

static struct json_object *links_to_json(const struct link *links, size_t count)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, link_to_json(&links[i]));
	return array;
}

const char *explain_usable_name(enum explain_verdict verdict)
{
	switch (verdict) {
	case EXPLAIN_OK:
		return "usable";
	case EXPLAIN_BROKEN:
		return "unusable";
	default:
		return "unknown";
	}
}

static struct json_object *known_to_json(const struct function *function, const struct chain *chain)
{
	struct json_object *object = json_object_new_object(), *notes = json_object_new_array();
	unsigned int width, iommu_width;
	bool has_width = pasid_width(function, &width);
	bool has_iommu_width = pasid_iommu_width(function, &iommu_width);

	json_add_text(object, "bdf", function->pci.bdf.text);
	json_add_text(object, "error", NULL);
	json_add_text(object, "name", function->name);
	json_add_text(object, "kind", pci_kind_name(function->pci.kind));
	json_add_text(object, "pf", function->pci.pf.text);
	json_add_text(object, "for",
		      chain->purpose == PURPOSES ? NULL : purpose_name(chain->purpose));
	json_add_text(object, "verdict", explain_usable_name(chain->verdict));
	json_add_text(object, "certainty", explain_certainty_name(chain->certainty));
	json_add_text(object, "summary", chain->summary);
	json_add_text(object, "doubt", chain->doubt);
	json_add_number(object, "width", has_width, width);
	json_add_number(object, "iommu_width", has_iommu_width, iommu_width);
	json_add(object, "broken", chain->broken ? link_to_json(chain->broken) : NULL);
	json_add(object, "links", links_to_json(chain->links, chain->link_count));
	json_add(object, "needs", links_to_json(chain->needs, chain->need_count));
	json_add(object, "notes", notes);
	for (size_t i = 0; i < chain->note_count; i++)
		json_object_array_add(notes, json_text(chain->notes[i]));
	return object;
}

struct json_object *explain_to_json(const struct function *function, const struct chain *chain,
				    const char *error)
{
	struct json_object *device = known_to_json(function, chain);

	if (error)
		json_make_error(device, function->pci.bdf.text, error);
	return device;
}
