// SPDX-License-Identifier: GPL-2.0-or-later
/* The functions as `vpasid list` has them, with what `vpasid explain` says of each. */
#include "report/frame.h"
#include "report/html.h"
#include "report/sections.h"

static void put_verdict(FILE *stream, const struct judged *judged)
{
	if (judged->error) {
		frame_put_link(stream, EXPLAIN_UNKNOWN, "unknown");
		html_put(stream, "</td><td>%s", judged->error);
		return;
	}
	frame_put_link(stream, judged->verdict, explain_usable_name(judged->verdict));
	fputs("</td><td>", stream);
	if (judged->is_broken)
		html_put(stream, "%s%s%s", explain_what_name(judged->what),
			 *judged->where.text ? " at " : "", judged->where.text);
}

static void put_function(FILE *stream, const struct judged *judged)
{
	const struct function *function = judged->function;
	char cell[LIST_CELL_SIZE];

	html_put(stream, "<tr><th scope=\"row\" id=\"f%s\"><code>%s</code></th><td>",
		 function->pci.bdf.text, function->pci.bdf.text);
	put_verdict(stream, judged);
	fputs("</td>", stream);
	if (judged->error)
		fputs("<td></td>", stream);
	else
		html_put(stream, "<td><a href=\"#c%zu\">links</a> <a href=\"#m%zu\">map</a></td>",
			 judged->chain, judged->map);
	for (int column = LIST_BDF + 1; column < LIST_COLUMNS; column++)
		html_put(stream, column == LIST_NAME ? "<td class=\"free\">%s</td>" : "<td>%s</td>",
			 list_cell(function, column, cell));
	fputs("</tr>\n", stream);
}

void put_functions(FILE *stream, const struct judged *judged, size_t count)
{
	html_put(stream, "<section id=\"functions\" aria-labelledby=\"h-functions\">\n"
			 "<h2 id=\"h-functions\">Functions</h2>\n");
	if (!count) {
		fputs("<p>None has PASID.</p>\n</section>\n", stream);
		return;
	}
	frame_begin_wide(stream, "Functions");
	html_put(stream,
		 "<table class=\"sortable\"><caption>The functions that have PASID, or may have "
		 "it, as <code>vpasid list</code> shows them</caption>\n<thead><tr><th "
		 "scope=\"col\">BDF</th><th scope=\"col\">PASID</th><th "
		 "scope=\"col\">BROKEN</th><th scope=\"col\">DETAILS</th>");
	for (int column = LIST_BDF + 1; column < LIST_COLUMNS; column++)
		html_put(stream, "<th scope=\"col\">%s</th>", list_header[column]);
	fputs("</tr></thead>\n<tbody>\n", stream);
	for (size_t i = 0; i < count; i++)
		put_function(stream, &judged[i]);
	fputs("</tbody></table>\n", stream);
	frame_end_wide(stream);
	fputs("</section>\n", stream);
}
