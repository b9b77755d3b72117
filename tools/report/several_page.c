// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A page about several hosts: each problem and each picture is there once, and hosts refer to
 * them. So it grows by little with each host.
 */
#include <errno.h>
#include <stdlib.h>

#include "report/frame.h"
#include "report/hosted.h"
#include "report/html.h"
#include "report/page.h"

static void put_top(FILE *stream, const struct hosted *hosts, size_t count)
{
	size_t of[CHECK_VERDICTS] = { 0 }, failed = 0, functions = 0, usable = 0;

	for (size_t i = 0; i < count; i++) {
		if (hosts[i].error)
			failed++;
		else
			of[hosts[i].verdict]++;
		functions += hosts[i].function_count;
		usable += hosts[i].usable_count;
	}
	frame_begin(stream, "PASID of several hosts");
	html_put(stream,
		 "<header>\n<h1>PASID of %zu hosts</h1>\n"
		 "<nav aria-label=\"Sections\"><ul>\n"
		 "<li><a href=\"#summary\">Hosts</a></li>\n"
		 "<li><a href=\"#problems\">Problems</a></li>\n"
		 "<li><a href=\"#details\">Each host</a></li>\n"
		 "<li><a href=\"#maps\">Config spaces</a></li>\n"
		 "</ul></nav>\n</header>\n<main>\n"
		 "<section id=\"summary\" aria-labelledby=\"h-summary\">\n"
		 "<h2 id=\"h-summary\">Hosts</h2>\n<dl class=\"facts card\">\n",
		 count);
	for (enum check_verdict verdict = CHECK_PASS; verdict < CHECK_VERDICTS; verdict++) {
		fputs("<div><dt>", stream);
		frame_put_check(stream, verdict, check_verdict_name(verdict));
		html_put(stream, "</dt><dd>%zu</dd></div>\n", of[verdict]);
	}
	if (failed)
		html_put(stream, "<div><dt>can't be read</dt><dd>%zu</dd></div>\n", failed);
	html_put(stream,
		 "<div><dt>functions that can use PASID</dt><dd>%zu of %zu</dd></div>\n</dl>\n",
		 usable, functions);
}

static void put_row(FILE *stream, const struct hosted *host, size_t number)
{
	html_put(stream, "<tr><th scope=\"row\"><a href=\"#h%zu\">%s</a></th>", number, host->name);
	if (host->error) {
		html_put(stream,
			 "<td>can't be read</td><td colspan=\"8\" class=\"free\">%s</td></tr>\n",
			 host->error);
		return;
	}
	html_put(stream, "<td data-key=\"%u\">", (unsigned int)host->verdict);
	frame_put_check(stream, host->verdict, check_verdict_name(host->verdict));
	html_put(stream, "</td><td>%s</td><td>%s</td><td>%zu</td><td>%zu</td>", host->kernel,
		 host->iommus, host->function_count, host->usable_count);
	for (enum check_verdict verdict = CHECK_VERDICTS; verdict-- > CHECK_WARN;)
		html_put(stream, "<td>%zu</td>", host->findings[verdict]);
	html_put(stream, "<td>%s</td></tr>\n", host->recorded);
}

static void put_hosts(FILE *stream, const struct hosted *hosts, size_t count)
{
	frame_begin_wide(stream, "Hosts");
	html_put(
		stream,
		"<table class=\"sortable\"><caption>The recordings, with what <code>vpasid check"
		"</code> finds</caption>\n<thead><tr>"
		"<th scope=\"col\">HOST</th><th scope=\"col\">STATE</th>"
		"<th scope=\"col\">LINUX</th><th scope=\"col\">IOMMU</th>"
		"<th scope=\"col\">FUNCTIONS</th><th scope=\"col\">USABLE</th>"
		"<th scope=\"col\">FAIL</th><th scope=\"col\">UNKNOWN</th>"
		"<th scope=\"col\">WARN</th><th scope=\"col\">RECORDED</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count; i++)
		put_row(stream, &hosts[i], i);
	fputs("</tbody></table>\n", stream);
	frame_end_wide(stream);
	fputs("</section>\n", stream);
}

/* With one in many places, naming all of them would say less. */
#define HOSTS_NAMED 12

static void put_users(FILE *stream, const struct block *block, const struct hosted *hosts)
{
	size_t named = block->user_count < HOSTS_NAMED ? block->user_count : HOSTS_NAMED;

	for (size_t i = 0; i < named; i++)
		html_put(stream, "%s<a href=\"#h%zu\">%s</a>", i ? ", " : "", block->users[i],
			 hosts[block->users[i]].name);
	if (named < block->user_count)
		html_put(stream, " and %zu more", block->user_count - named);
}

struct order {
	size_t number;
	int rank;
	size_t users;
};

/* The worst first, and of those that on most hosts */
static int by_weight(const void *left, const void *right)
{
	const struct order *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (a->users != b->users)
		return a->users > b->users ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

static struct order *order_of(const struct pool *pool)
{
	struct order *order = calloc(pool->count + 1, sizeof(*order));

	for (size_t i = 0; order && i < pool->count; i++)
		order[i] = (struct order){ i, pool->blocks[i].rank, pool->blocks[i].user_count };
	if (order)
		qsort(order, pool->count, sizeof(*order), by_weight);
	return order;
}

static int put_problems(FILE *stream, const struct pool *problems, const struct hosted *hosts)
{
	struct order *order = order_of(problems);

	if (!order)
		return -ENOMEM;
	html_put(stream, "<section id=\"problems\" aria-labelledby=\"h-problems\">\n<h2 "
			 "id=\"h-problems\">Problems</h2>\n<table class=\"findings "
			 "sortable\"><caption>What is wrong or unknown, the worst "
			 "first</caption>\n<thead><tr><th scope=\"col\">State</th><th "
			 "scope=\"col\">Question</th><th scope=\"col\">Found</th><th "
			 "scope=\"col\">Hosts</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < problems->count; i++) {
		const struct block *block = &problems->blocks[order[i].number];

		html_put(stream, "<tr id=\"p%zu\">", order[i].number);
		fputs(block->html, stream);
		html_put(stream, "<td data-key=\"%zu\">%zu: ", block->user_count,
			 block->user_count);
		put_users(stream, block, hosts);
		fputs("</td></tr>\n", stream);
	}
	fputs("</tbody></table>\n</section>\n", stream);
	free(order);
	return 0;
}

static void put_details(FILE *stream, const struct hosted *hosts, size_t count)
{
	html_put(stream, "<section id=\"details\" aria-labelledby=\"h-details\">\n"
			 "<h2 id=\"h-details\">Each host</h2>\n<p class=\"faint\">A page about one "
			 "recording has all links of each function.</p>\n");
	for (size_t i = 0; i < count; i++) {
		html_put(stream, "<details id=\"h%zu\"><summary>", i);
		if (!hosts[i].error)
			frame_put_check(stream, hosts[i].verdict,
					check_verdict_name(hosts[i].verdict));
		html_put(stream, " %s</summary>\n", hosts[i].name);
		if (hosts[i].error)
			html_put(stream, "<p>%s</p>\n", hosts[i].error);
		else
			fputs(hosts[i].details, stream);
		fputs("</details>\n", stream);
	}
	fputs("</section>\n", stream);
}

static void put_pictures(FILE *stream, const struct pool *maps, const struct hosted *hosts)
{
	html_put(stream, "<section id=\"maps\" aria-labelledby=\"h-maps\">\n"
			 "<h2 id=\"h-maps\">Config spaces</h2>\n");
	if (!maps->count)
		fputs("<p>No function has PASID.</p>\n", stream);
	for (size_t i = 0; i < maps->count; i++) {
		const struct block *block = &maps->blocks[i];

		html_put(stream, "<details id=\"m%zu\"><summary>", i);
		fputs(block->html, stream);
		fputs("<p class=\"faint\">On ", stream);
		put_users(stream, block, hosts);
		fputs(".</p>\n</details>\n", stream);
	}
	fputs("</section>\n", stream);
}

static int put_page(FILE *stream, const struct judge *judge, const struct hosted *hosts,
		    size_t count)
{
	int ret;

	put_top(stream, hosts, count);
	put_hosts(stream, hosts, count);
	ret = put_problems(stream, &judge->problems, hosts);
	put_details(stream, hosts, count);
	put_pictures(stream, &judge->maps, hosts);
	fputs("</main>\n", stream);
	frame_end(stream);
	return ret;
}

int page_of_several(FILE *stream, const char *const *recordings, size_t count, bool wakes,
		    const struct page_options *options, size_t *failed, struct why *why)
{
	struct hosted *hosts = calloc(count, sizeof(*hosts));
	struct judge *judge = calloc(1, sizeof(*judge)); /* too large for a stack */
	int ret = hosts && judge ? 0 : -ENOMEM;

	*failed = 0;
	if (judge) {
		judge->purpose = options->explain;
		judge->quirks = options->quirks;
		judge->is_of_several = true;
	}
	for (size_t i = 0; i < count && !ret; i++) {
		judge->host = i;
		ret = hosted_read(recordings[i], wakes, options->check, judge, &hosts[i]);
		*failed += !!hosts[i].error;
	}
	if (!ret && !judge_is_short(judge))
		ret = put_page(stream, judge, hosts, count);
	else
		ret = -ENOMEM;
	for (size_t i = 0; hosts && i < count; i++)
		hosted_free(&hosts[i]);
	free(hosts);
	if (judge)
		judge_free(judge);
	free(judge);
	return ret ? because(why, ret, "out of memory") : 0;
}
