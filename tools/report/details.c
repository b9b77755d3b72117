// SPDX-License-Identifier: GPL-2.0-or-later
/* The blocks that functions share: the chains, and the pictures of config spaces. */
#include "report/html.h"
#include "report/sections.h"

/* More than these would be tiresome to close. */
#define OPEN_AT_FIRST 3

static void put_others(FILE *stream, const struct block *block, const struct judged *judged)
{
	if (block->user_count < 2)
		return;
	fputs("<p class=\"faint\">The same holds, except for addresses, for", stream);
	for (size_t i = 1; i < block->user_count; i++)
		html_put(stream, "%s <code>%s</code>", i > 1 ? "," : "",
			 judged[block->users[i]].function->pci.bdf.text);
	fputs(".</p>\n", stream);
}

static void put_blocks(FILE *stream, const char *prefix, const struct pool *pool,
		       const struct judged *judged)
{
	for (size_t i = 0; i < pool->count; i++) {
		const struct block *block = &pool->blocks[i];

		html_put(stream, "<details id=\"%s%zu\"", prefix, i);
		fputs(pool->count <= OPEN_AT_FIRST ? " open=\"open\"><summary>" : "><summary>",
		      stream);
		if (block->user_count > 1)
			html_put(stream, "%zu × ", block->user_count);
		fputs(block->html, stream);
		put_others(stream, block, judged);
		fputs("</details>\n", stream);
	}
}

void put_chains(FILE *stream, const struct pool *chains, const struct judged *judged)
{
	if (!chains->count)
		return;
	html_put(stream, "<section id=\"chains\" aria-labelledby=\"h-chains\">\n"
			 "<h2 id=\"h-chains\">What their PASID depends on</h2>\n");
	put_blocks(stream, "c", chains, judged);
	fputs("</section>\n", stream);
}

void put_maps(FILE *stream, const struct pool *maps, const struct judged *judged)
{
	if (!maps->count)
		return;
	html_put(stream, "<section id=\"maps\" aria-labelledby=\"h-maps\">\n"
			 "<h2 id=\"h-maps\">Their config spaces</h2>\n");
	put_blocks(stream, "m", maps, judged);
	fputs("</section>\n", stream);
}
