// SPDX-License-Identifier: GPL-2.0-or-later
#include <json-c/json.h>
#include <stdarg.h>
#include <string.h>

#include "explain/report.h"
#include "support/output.h"

#define NORMAL "\033[0m"

/* Longer than all texts of a link together. */
#define LINE_SIZE 1024

struct printer {
	FILE *stream;
	bool colours;
	int where_width;	  /* of the widest such column */
	char doubt[EXPLAIN_TEXT]; /* the last one printed */
};

static void print_line(const struct printer *printer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print_line(const struct printer *printer, const char *format, ...)
{
	char raw[LINE_SIZE], line[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	escape(line, sizeof(line), raw);
	fprintf(printer->stream, "%s\n", line);
}

const char *explain_colour(enum explain_verdict verdict)
{
	static const char *const colours[] = {
		[EXPLAIN_UNKNOWN] = "\033[33m",
		[EXPLAIN_OK] = "\033[32m",
		[EXPLAIN_BROKEN] = "\033[31m",
		[EXPLAIN_NA] = "\033[2m",
	};

	return colours[verdict];
}

/* "0000:00:1c.0 0x078 bit 21" */
static int format_where(const struct explain_link *link, char *text, size_t size)
{
	return snprintf(text, size, "%s%s%s", link->bdf.text,
			*link->bdf.text && *link->where ? " " : "", link->where);
}

static int widest_where(const struct explain_chain *chain)
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

/* What was found, or why it isn't known; a reason is told once. */
static void format_found(struct printer *printer, const struct explain_link *link, char *text,
			 size_t size)
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

static void print_link(struct printer *printer, const struct explain_link *link)
{
	char where[LINE_SIZE], found[LINE_SIZE];

	format_where(link, where, sizeof(where));
	format_found(printer, link, found, sizeof(found));
	fprintf(printer->stream, "  %s%-7s%s  ",
		printer->colours ? explain_colour(link->verdict) : "",
		explain_verdict_name(link->verdict), printer->colours ? NORMAL : "");
	print_line(printer, "%-6s  %-11s  %-*s  %s",
		   link->verdict == EXPLAIN_UNKNOWN ? "" : explain_certainty_name(link->certainty),
		   link->name, printer->where_width, where, found);
}

static void print_todo(const struct printer *printer, const struct explain_link *link)
{
	if (*link->todo && (link->verdict == EXPLAIN_BROKEN || link->verdict == EXPLAIN_UNKNOWN))
		print_line(printer, "           to do: %s", link->todo);
}

static void print_verdict(const struct printer *printer, const struct explain_facts *facts,
			  const struct explain_chain *chain)
{
	bool has_doubt = *chain->doubt && chain->certainty != EXPLAIN_SURE;

	if (printer->colours)
		fputs(explain_colour(chain->verdict), printer->stream);
	print_line(printer, "%s: %s (%s%s%s)", facts->bdf.text, chain->summary,
		   explain_certainty_name(chain->certainty), has_doubt ? ": " : "",
		   has_doubt ? chain->doubt : "");
	if (printer->colours)
		fputs(NORMAL, printer->stream);
}

static void print_broken(const struct printer *printer, const struct explain_chain *chain)
{
	const struct explain_link *link = chain->broken;
	char where[LINE_SIZE];

	if (!link)
		return;
	format_where(link, where, sizeof(where));
	print_line(printer, "  broken  %s%s%s (%s)", link->name, *where ? ", " : "", where,
		   explain_certainty_name(link->certainty));
	print_line(printer, "  found   %s", link->found);
	if (*link->doubt)
		print_line(printer, "  doubt   %s", link->doubt);
	else if (*chain->doubt)
		print_line(printer, "  doubt   %s", chain->doubt);
	if (*link->todo)
		print_line(printer, "  to do   %s", link->todo);
}

static void print_needs(struct printer *printer, const struct explain_chain *chain)
{
	if (!chain->need_count)
		return;
	print_line(printer, "%s", "");
	print_line(printer, "To give it to a virtual machine with PASID:");
	printer->where_width = 0;
	for (size_t i = 0; i < chain->need_count; i++) {
		const struct explain_link *need = &chain->needs[i];

		fprintf(printer->stream, "  %s%-7s%s  ",
			printer->colours ? explain_colour(need->verdict) : "",
			explain_verdict_name(need->verdict), printer->colours ? NORMAL : "");
		print_line(printer, "%-6s  %s", need->name,
			   need->verdict == EXPLAIN_UNKNOWN ? need->doubt : need->found);
		print_todo(printer, need);
	}
}

void explain_print(const struct explain_facts *facts, const struct explain_chain *chain,
		   FILE *stream, bool colours)
{
	struct printer printer = {
		.stream = stream,
		.colours = colours,
		.where_width = widest_where(chain),
	};

	print_verdict(&printer, facts, chain);
	print_broken(&printer, chain);
	for (size_t i = 0; i < chain->note_count; i++)
		print_line(&printer, "  note    %s", chain->notes[i]);
	print_line(&printer, "%s", "");
	for (size_t i = 0; i < chain->link_count; i++) {
		print_link(&printer, &chain->links[i]);
		if (&chain->links[i] != chain->broken)
			print_todo(&printer, &chain->links[i]);
	}
	print_needs(&printer, chain);
}

static struct json_object *text_or_null(const char *text)
{
	return json_text(*text ? text : NULL);
}

static struct json_object *link_to_json(const struct explain_link *link)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "link", json_text(link->name));
	json_object_object_add(object, "bdf", text_or_null(link->bdf.text));
	json_object_object_add(object, "where", text_or_null(link->where));
	json_object_object_add(object, "verdict", json_text(explain_verdict_name(link->verdict)));
	json_object_object_add(object, "certainty",
			       json_text(explain_certainty_name(link->certainty)));
	json_object_object_add(object, "found", text_or_null(link->found));
	json_object_object_add(object, "doubt", text_or_null(link->doubt));
	json_object_object_add(object, "todo", text_or_null(link->todo));
	return object;
}

static struct json_object *links_to_json(const struct explain_link *links, size_t count)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, link_to_json(&links[i]));
	return array;
}

static struct json_object *notes_to_json(const struct explain_chain *chain)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < chain->note_count; i++)
		json_object_array_add(array, json_text(chain->notes[i]));
	return array;
}

static struct json_object *width_to_json(unsigned int width)
{
	return width ? json_object_new_int((int)width) : NULL;
}

const char *explain_usable_name(const struct explain_chain *chain)
{
	switch (chain->verdict) {
	case EXPLAIN_OK:
		return "usable";
	case EXPLAIN_BROKEN:
		return "unusable";
	default:
		return "unknown";
	}
}

static struct json_object *device_to_json(const struct explain_facts *facts,
					  const struct explain_chain *chain)
{
	struct json_object *object = json_object_new_object();
	bool is_vf = facts->kind == PCI_KIND_VF && facts->has_pf;

	json_object_object_add(object, "bdf", json_text(facts->bdf.text));
	json_object_object_add(object, "name", text_or_null(facts->name));
	json_object_object_add(object, "kind", json_text(pci_kind_name(facts->kind)));
	json_object_object_add(object, "pf", is_vf ? json_text(facts->hops[0].bdf.text) : NULL);
	json_object_object_add(object, "verdict", json_text(explain_usable_name(chain)));
	json_object_object_add(object, "certainty",
			       json_text(explain_certainty_name(chain->certainty)));
	json_object_object_add(object, "summary", json_text(chain->summary));
	json_object_object_add(object, "doubt", text_or_null(chain->doubt));
	json_object_object_add(object, "width", width_to_json(chain->width));
	json_object_object_add(object, "iommu_width", width_to_json(chain->iommu_width));
	json_object_object_add(object, "broken",
			       chain->broken ? link_to_json(chain->broken) : NULL);
	json_object_object_add(object, "links", links_to_json(chain->links, chain->link_count));
	json_object_object_add(object, "needs", links_to_json(chain->needs, chain->need_count));
	json_object_object_add(object, "notes", notes_to_json(chain));
	return object;
}

struct json_object *explain_to_json(const struct explain_facts *facts,
				    const struct explain_chain *chain)
{
	struct json_object *report = json_object_new_object();
	struct json_object *devices = json_object_new_array();

	json_object_array_add(devices, device_to_json(facts, chain));
	json_object_object_add(report, "schema", json_text(EXPLAIN_SCHEMA));
	json_object_object_add(report, "devices", devices);
	return report;
}
