// SPDX-License-Identifier: GPL-2.0-or-later
/* A chain, from within its summary on: the verdict, what to do about it, and each link with what
 * was found. */
#include "explain/draw.h"
#include "report/blocks.h"
#include "report/frame.h"
#include "report/html.h"

static void put_link(FILE *stream, const struct link *link)
{
	bool is_unknown = link->verdict == EXPLAIN_UNKNOWN;

	fputs("<tr><td class=\"sign\">", stream);
	frame_put_link(stream, link->verdict, explain_verdict_name(link->verdict));
	if (!is_unknown)
		html_put(stream, " <span class=\"faint\">%s</span>",
			 explain_certainty_name(link->certainty));
	html_put(stream, "</td><th scope=\"row\" class=\"what\"><code>%s</code>",
		 explain_what_name(link->what));
	if (*link->bdf.text || *link->where)
		html_put(stream, "<br/><code class=\"faint\">%s%s%s</code>", link->bdf.text,
			 *link->bdf.text && *link->where ? " " : "", link->where);
	html_put(stream, "</th><td>%s", is_unknown ? "" : link->found);
	if (*link->doubt)
		html_put(stream, is_unknown ? "%s" : " (%s)", link->doubt);
	if (*link->todo && (is_unknown || link->verdict == EXPLAIN_BROKEN))
		html_put(stream, "<p class=\"todo\">To do: %s</p>", link->todo);
	fputs("</td></tr>\n", stream);
}

static void put_links(FILE *stream, const char *caption, const struct link *links, size_t count)
{
	if (!count)
		return;
	html_put(
		stream,
		"<table class=\"findings\"><caption>%s</caption>\n<thead><tr><th scope=\"col\">State</th>"
		"<th scope=\"col\">Link</th><th scope=\"col\">Found</th></tr></thead>\n<tbody>\n",
		caption);
	for (size_t i = 0; i < count; i++)
		put_link(stream, &links[i]);
	fputs("</tbody></table>\n", stream);
}

static void put_verdict(FILE *stream, const struct chain *chain)
{
	const struct link *broken = chain->broken;

	html_put(stream, "<p>%s <span class=\"faint\">(%s%s%s)</span></p>\n", chain->summary,
		 explain_certainty_name(chain->certainty),
		 *chain->doubt && chain->certainty != EXPLAIN_SURE ? ": " : "",
		 chain->certainty != EXPLAIN_SURE ? chain->doubt : "");
	if (broken && *broken->todo)
		html_put(stream, "<p class=\"todo\">To do: %s</p>\n", broken->todo);
	else if (broken && explain_is_hopeless(chain))
		html_put(stream, "<p class=\"todo\">To do: %s</p>\n", EXPLAIN_HOPELESS);
	for (size_t i = 0; i < chain->note_count; i++)
		html_put(stream, "<p class=\"faint\">Note: %s</p>\n", chain->notes[i]);
}

/* The picture says the same, so it is no part of what is compared. */
static void put_chain(FILE *stream, const struct function *function, const struct chain *chain,
		      bool has_picture)
{
	frame_put_link(stream, chain->verdict, explain_usable_name(chain->verdict));
	html_put(stream, " <code>%s</code> %s</summary>\n", function->pci.bdf.text, function->name);
	put_verdict(stream, chain);
	if (has_picture) {
		frame_begin_wide(stream, "Picture of the links");
		explain_draw(function, chain, stream);
		frame_end_wide(stream);
	}
	put_links(stream, "The links that its PASID depends on, in the kernel's order",
		  chain->links, chain->link_count);
	put_links(stream, explain_needs_heading(chain->purpose), chain->needs, chain->need_count);
}

size_t chain_block(struct pool *chains, const struct function *function, const struct chain *chain,
		   size_t user)
{
	struct text key, text;
	size_t number;
	bool is_new;

	if (!pool_begin(chains, &key))
		return 0;
	put_chain(key.stream, function, chain, false);
	number = pool_end(chains, &key, user, &is_new);
	if (!is_new || !pool_begin(chains, &text))
		return number;
	put_chain(text.stream, function, chain, true);
	chains->is_short |= !text_close(&text);
	free(chains->blocks[number].html);
	chains->blocks[number].html = text.content;
	return number;
}
