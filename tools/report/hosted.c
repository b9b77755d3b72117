// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/frame.h"
#include "report/hosted.h"
#include "report/html.h"
#include "report/named.h"
#include "report/problems.h"

static void put_problems(FILE *stream, const struct check *check, struct judge *judge)
{
	bool is_open = false;

	for (size_t i = 0; i < check->count; i++) {
		const struct finding *finding = &check->findings[i];
		size_t number;

		if (finding->verdict == CHECK_PASS)
			continue;
		number = problem_of_finding(&judge->problems, finding, judge->host);
		if (!is_open)
			fputs("<ul>\n", stream);
		is_open = true;
		fputs("<li>", stream);
		frame_put_check(stream, finding->verdict, check_verdict_name(finding->verdict));
		html_put(stream, " <a href=\"#p%zu\">%s</a> %s</li>\n", number,
			 check_name(finding->what), finding->subject);
	}
	if (is_open)
		fputs("</ul>\n", stream);
}

/* The cells of a row of functions, besides their addresses */
static const enum list_column columns[] = { LIST_KIND,	 LIST_DRIVER, LIST_WIDTH,
					    LIST_USABLE, LIST_STATE,  LIST_NAME };
#define SHOWN (sizeof(columns) / sizeof(columns[0]))

static void put_cells(FILE *stream, const struct judged *judged)
{
	char cell[LIST_CELL_SIZE];

	for (size_t i = 0; i < SHOWN; i++)
		html_put(stream, "<td>%s</td>", list_cell(judged->function, columns[i], cell));
	fputs("<td>", stream);
	if (judged->error)
		html_put(stream, "%s", judged->error);
	else
		frame_put_link(stream, judged->verdict, explain_usable_name(judged->verdict));
	if (judged->is_broken)
		html_put(stream, " <a href=\"#p%zu\">%s</a>", judged->chain,
			 explain_what_name(judged->what));
	fputs("</td><td>", stream);
	if (!judged->error)
		html_put(stream, "<a href=\"#m%zu\">map</a>", judged->map);
	fputs("</td></tr>\n", stream);
}

/* In a row that many functions share */
#define ADDRESSES_NAMED 3

static void put_group(FILE *stream, const struct block *group, const struct judged *judged)
{
	size_t named = group->user_count < ADDRESSES_NAMED ? group->user_count : ADDRESSES_NAMED;

	fputs("<tr><th scope=\"row\">", stream);
	for (size_t i = 0; i < named; i++)
		html_put(stream, "%s<code>%s</code>", i ? "<br/>" : "",
			 judged[group->users[i]].function->pci.bdf.text);
	if (named < group->user_count)
		html_put(stream, "<br/>and %zu more", group->user_count - named);
	fputs("</th>", stream);
	fputs(group->html, stream);
}

/* Functions that differ only in their addresses share a row. */
static int put_functions(FILE *stream, const struct judged *judged, size_t count)
{
	struct pool groups = { 0 };
	struct text text;
	bool is_new;
	int ret;

	for (size_t i = 0; i < count && pool_begin(&groups, &text); i++) {
		put_cells(text.stream, &judged[i]);
		pool_end(&groups, &text, i, &is_new);
	}
	ret = groups.is_short ? -ENOMEM : 0;
	if (!ret && count) {
		frame_begin_wide(stream, "Functions");
		fputs("<table><thead><tr><th scope=\"col\">BDF</th>", stream);
		for (size_t i = 0; i < SHOWN; i++)
			html_put(stream, "<th scope=\"col\">%s</th>", list_header[columns[i]]);
		fputs("<th scope=\"col\">PASID</th><th scope=\"col\">MAP</th></tr></thead>\n<tbody>\n",
		      stream);
		for (size_t i = 0; i < groups.count; i++)
			put_group(stream, &groups.blocks[i], judged);
		fputs("</tbody></table>\n", stream);
		frame_end_wide(stream);
	}
	pool_free(&groups);
	return ret;
}

static int put_details(FILE *stream, const struct list *list, const struct check *check,
		       struct judge *judge, struct hosted *hosted)
{
	struct judged *judged = judge_functions(judge, list);
	int ret;

	if (!judged)
		return -ENOMEM;
	hosted->function_count = list->count;
	hosted->usable_count = judged_count(judged, list->count, EXPLAIN_OK);
	put_problems(stream, check, judge);
	ret = put_functions(stream, judged, list->count);
	free(judged);
	return ret;
}

static int keep(struct host *host, const struct list *list, const struct check *check,
		struct judge *judge, struct hosted *hosted)
{
	struct text text;
	int ret;

	snprintf(hosted->kernel, sizeof(hosted->kernel), "%s", host_release(host));
	snprintf(hosted->recorded, sizeof(hosted->recorded), "%s", host->recorded);
	named_iommus(host, hosted->iommus, sizeof(hosted->iommus));
	hosted->verdict = check_verdict(check);
	for (enum check_verdict verdict = CHECK_PASS; verdict < CHECK_VERDICTS; verdict++)
		hosted->findings[verdict] = check_count(check, CHECKS, verdict);
	if (!text_open(&text))
		return -ENOMEM;
	ret = put_details(text.stream, list, check, judge, hosted);
	if (!text_close(&text))
		ret = -ENOMEM;
	hosted->details = text.content;
	return ret;
}

static int fail(struct hosted *hosted, const struct why *why)
{
	hosted->error = strdup(why->text);
	return hosted->error ? 0 : -ENOMEM;
}

int hosted_read(const char *recording, bool wakes, enum purpose purpose, struct judge *judge,
		struct hosted *hosted)
{
	const struct list_choice choice = { 0 };
	struct list list = { 0 };
	struct check check = { 0 };
	struct host host;
	struct why why;
	int ret;

	named_host(&(struct host){ .name = recording }, hosted->name, sizeof(hosted->name));
	ret = host_open_recording(&host, recording, "", wakes, &why);
	if (ret)
		return fail(hosted, &why);
	ret = list_select(&host, &choice, &list, &why);
	if (!ret)
		ret = check_host(&host, purpose, &check, &why);
	ret = ret ? fail(hosted, &why) : keep(&host, &list, &check, judge, hosted);
	check_free(&check);
	list_free(&list);
	host_close(&host);
	return ret;
}

void hosted_free(struct hosted *hosted)
{
	free(hosted->error);
	free(hosted->details);
}
