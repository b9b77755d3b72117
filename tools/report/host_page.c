// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "report/frame.h"
#include "report/html.h"
#include "report/named.h"
#include "report/page.h"
#include "report/sections.h"
#include "support/plural.h"

static void put_top(FILE *stream, struct host *host, bool has_functions)
{
	const char *release = host_release(host);
	char name[256], title[sizeof(name) + 16], iommus[128];

	named_host(host, name, sizeof(name));
	named_iommus(host, iommus, sizeof(iommus));
	snprintf(title, sizeof(title), "PASID of %s", name);
	frame_begin(stream, title);
	html_put(stream,
		 "<header>\n<h1>%s</h1>\n"
		 "<p class=\"faint\">Linux %s, IOMMU %s, %zu PCI function%s%s%s%s</p>\n"
		 "<nav aria-label=\"Sections\"><ul>\n"
		 "<li><a href=\"#summary\">Summary</a></li>\n"
		 "<li><a href=\"#check\">The host</a></li>\n"
		 "<li><a href=\"#functions\">Functions</a></li>\n",
		 title, *release ? release : "of unknown release", iommus, host->function_count,
		 plural(host->function_count),
		 host->is_root || host->kind == HOST_TREE ? "" : ", not read as root",
		 host->recorded ? ", recorded " : "", host->recorded ? host->recorded : "");
	if (has_functions)
		html_put(stream, "<li><a href=\"#chains\">Links</a></li>\n"
				 "<li><a href=\"#maps\">Config spaces</a></li>\n");
	fputs("</ul></nav>\n</header>\n<main>\n", stream);
}

static void put_page(FILE *stream, struct host *host, const struct check *check,
		     const struct judge *judge, const struct judged *judged, size_t count)
{
	put_top(stream, host, judge->chains.count);
	put_summary(stream, check, judged, count);
	put_findings(stream, check);
	put_functions(stream, judged, count);
	put_chains(stream, &judge->chains, judged);
	put_maps(stream, &judge->maps, judged);
	fputs("</main>\n", stream);
	frame_end(stream);
}

static int judge_and_put(FILE *stream, struct host *host, const struct list *list,
			 const struct check *check, const struct page_options *options,
			 struct why *why)
{
	struct judge *judge = calloc(1, sizeof(*judge)); /* too large for a stack */
	struct judged *judged = NULL;
	int ret = 0;

	if (judge) {
		judge->purpose = options->explain;
		judge->quirks = options->quirks;
		judged = judge_functions(judge, list);
	}
	if (!judged || judge_is_short(judge))
		ret = because(why, -ENOMEM, "out of memory");
	else
		put_page(stream, host, check, judge, judged, list->count);
	free(judged);
	if (judge)
		judge_free(judge);
	free(judge);
	return ret;
}

int page_of_host(FILE *stream, struct host *host, const struct page_options *options,
		 struct why *why)
{
	const struct list_choice choice = { 0 };
	struct check check;
	struct list list;
	int ret = list_select(host, &choice, &list, why);

	if (ret)
		return ret;
	ret = check_host(host, options->check, &check, why);
	if (!ret)
		ret = judge_and_put(stream, host, &list, &check, options, why);
	check_free(&check);
	list_free(&list);
	return ret;
}
