// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "support/json.h"
#include "support/output.h"

/* Longer than all texts of a link together */
#define LINE_SIZE 1024

struct printer {
	FILE *stream;
	bool colours;
	int where_width;	  /* of the widest such column */
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
static int format_where(const struct link *link, char *text, size_t size)
{
	return snprintf(text, size, "%s%s%s", link->bdf.text,
			*link->bdf.text && *link->where ? " " : "", link->where);
}

static int widest_where(const struct chain *chain)
{
	char where[LINE_SIZE];
	int widest = 0;

	for (size_t i = 0; i < chain->link_count; i++) {
		int width = format_where(&chain->links[i], where, sizeof(where));

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
		snprintf(text, size, "can't know: %s", doubt);
	else
		snprintf(text, size, *doubt ? "%s (%s)" : "%s", link->found, doubt);
}

static void print_verdict_name(const struct printer *printer, enum explain_verdict verdict)
{
	fputs("  ", printer->stream);
	put_coloured(printer->stream, printer->colours ? explain_colour(verdict) : NULL, "%-7s",
		     explain_verdict_name(verdict));
}

static void print_link(struct printer *printer, const struct link *link)
{
	char where[LINE_SIZE], found[LINE_SIZE];

	format_where(link, where, sizeof(where));
	format_found(printer, link, found, sizeof(found));
	print_verdict_name(printer, link->verdict);
	say_to(printer->stream, "  %-6s  %-11s  %-*s  %s",
	       link->verdict == EXPLAIN_UNKNOWN ? "" : explain_certainty_name(link->certainty),
	       explain_what_name(link->what), printer->where_width, where, found);
}

static void print_todo(const struct printer *printer, const struct link *link)
{
	if (*link->todo && (link->verdict == EXPLAIN_BROKEN || link->verdict == EXPLAIN_UNKNOWN))
		say_to(printer->stream, "           to do: %s", link->todo);
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

static void print_broken(const struct printer *printer, const struct chain *chain)
{
	const struct link *link = chain->broken;
	char where[LINE_SIZE];

	if (!link)
		return;
	format_where(link, where, sizeof(where));
	say_to(printer->stream, "  broken  %s%s%s (%s)", explain_what_name(link->what),
	       *where ? ", " : "", where, explain_certainty_name(link->certainty));
	say_to(printer->stream, "  found   %s", link->found);
	if (*link->doubt)
		say_to(printer->stream, "  doubt   %s", link->doubt);
	else if (*chain->doubt)
		say_to(printer->stream, "  doubt   %s", chain->doubt);
	if (*link->todo)
		say_to(printer->stream, "  to do   %s", link->todo);
	else if (explain_is_hopeless(chain))
		say_to(printer->stream, "  to do   %s", EXPLAIN_HOPELESS);
}

static int widest_need(const struct chain *chain)
{
	size_t widest = 0;

	for (size_t i = 0; i < chain->need_count; i++) {
		size_t width = strlen(explain_what_name(chain->needs[i].what));

		if (width > widest)
			widest = width;
	}
	return (int)widest;
}

const char *explain_needs_heading(enum purpose purpose)
{
	switch (purpose) {
	case PURPOSE_SVA:
		return "For a process to share its address space with it:";
	case PURPOSE_GUEST_SVA:
		return "For a process of a virtual machine to share its address space with it:";
	default:
		return "To give it to a virtual machine with PASID:";
	}
}

static void print_needs(struct printer *printer, const struct chain *chain)
{
	int width = widest_need(chain);

	if (!chain->need_count)
		return;
	say_to(printer->stream, "%s", "");
	say_to(printer->stream, "%s", explain_needs_heading(chain->purpose));
	for (size_t i = 0; i < chain->need_count; i++) {
		const struct link *need = &chain->needs[i];

		print_verdict_name(printer, need->verdict);
		say_to(printer->stream, "  %-*s  %s", width, explain_what_name(need->what),
		       need->verdict == EXPLAIN_UNKNOWN ? need->doubt : need->found);
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
		.where_width = widest_where(chain),
	};

	print_verdict(&printer, function, chain);
	print_broken(&printer, chain);
	for (size_t i = 0; i < chain->note_count; i++)
		say_to(stream, "  note    %s", chain->notes[i]);
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
	struct json_object *devices = json_object_new_array();
	struct json_object *device = known_to_json(function, chain);

	if (error)
		json_make_error(device, function->pci.bdf.text, error);
	json_object_array_add(devices, device);
	return json_report(EXPLAIN_SCHEMA, devices);
}
