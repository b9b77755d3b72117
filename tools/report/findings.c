// SPDX-License-Identifier: GPL-2.0-or-later
/* What `vpasid check` finds of a host. */
#include "report/frame.h"
#include "report/html.h"
#include "report/sections.h"

static const char *const purposes[PURPOSES] = {
	[PURPOSE_PASID] = "PASIDs that the host has enabled",
	[PURPOSE_VMM] = "a virtual machine that uses PASID",
	[PURPOSE_SVA] = "a process that shares its address space with a device",
	[PURPOSE_GUEST_SVA] = "a process of a virtual machine that shares its address space with a "
			      "device",
};

static void put_counts(FILE *stream, const struct check *check)
{
	const char *separator = "";

	for (enum check_verdict verdict = CHECK_VERDICTS; verdict-- > CHECK_PASS;) {
		size_t count = check_count(check, CHECKS, verdict);

		if (!count)
			continue;
		html_put(stream, "%s%zu %s", separator, count, check_verdict_name(verdict));
		separator = ", ";
	}
}

static bool asks_for_something(const struct finding *finding)
{
	return *finding->todo || finding->verdict == CHECK_FAIL;
}

static const char *todo_of(const struct finding *finding)
{
	return *finding->todo ? finding->todo : EXPLAIN_HOPELESS;
}

/* If several findings have the same to-do, it is printed once. */
static void put_todos(FILE *stream, const struct check *check, enum check_verdict verdict,
		      const char *heading)
{
	struct pool todos = { 0 };
	char key[EXPLAIN_TEXT + 64];
	bool is_new;

	for (size_t i = 0; i < check->count; i++) {
		const struct finding *finding = &check->findings[i];

		if (finding->verdict != verdict || !asks_for_something(finding))
			continue;
		snprintf(key, sizeof(key), "%s %s", check_name(finding->what), finding->todo);
		pool_use(&todos, key, i, &is_new);
	}
	if (todos.count)
		html_put(stream, "<h3>%s</h3>\n<ul>\n", heading);
	for (size_t i = 0; i < todos.count; i++) {
		const struct finding *finding = &check->findings[todos.blocks[i].users[0]];
		size_t more = todos.blocks[i].user_count - 1;
		char found[CHECK_TEXT];

		check_format_found(finding, found, sizeof(found));
		html_put(stream, "<li><code>%s</code>: %s", check_name(finding->what), found);
		if (more)
			html_put(stream, " <span class=\"faint\">and %zu more like it</span>",
				 more);
		html_put(stream, "<p class=\"todo\">To do: %s</p></li>\n", todo_of(finding));
	}
	if (todos.count)
		fputs("</ul>\n", stream);
	pool_free(&todos);
}

void put_summary(FILE *stream, const struct check *check, const struct judged *judged, size_t count)
{
	enum check_verdict verdict = check_verdict(check);
	size_t usable = judged_count(judged, count, EXPLAIN_OK);
	size_t unusable = judged_count(judged, count, EXPLAIN_BROKEN);

	html_put(stream, "<section id=\"summary\" aria-labelledby=\"h-summary\">\n"
			 "<h2 id=\"h-summary\">Summary</h2>\n<div class=\"card\">\n<p>");
	frame_put_check(stream, verdict, check_verdict_name(verdict));
	html_put(stream, " for %s <span class=\"faint\">(", purposes[check->purpose]);
	put_counts(stream, check);
	html_put(
		stream,
		")</span></p>\n<dl class=\"facts\">\n<div><dt>Functions that have PASID, or "
		"may have "
		"it</dt><dd>%zu</dd></div>\n<div><dt>usable</dt><dd>%zu</dd></div>\n<div><dt>not usable</dt><dd>%zu</dd></div>\n<div><dt>not known</dt><dd>%zu</dd></div>\n</dl>\n",
		count, usable, unusable, count - usable - unusable);
	put_todos(stream, check, CHECK_FAIL, "What fails, and what to do");
	put_todos(stream, check, CHECK_UNKNOWN, "What is unknown, and how to find out");
	put_todos(stream, check, CHECK_WARN, "What may be in the way");
	fputs("</div>\n</section>\n", stream);
}

static void put_finding(FILE *stream, const struct finding *finding)
{
	char found[CHECK_TEXT];

	check_format_found(finding, found, sizeof(found));
	fputs("<tr><td class=\"sign\">", stream);
	frame_put_check(stream, finding->verdict, check_verdict_name(finding->verdict));
	html_put(stream, "</td><th scope=\"row\" class=\"what\"><code>%s</code></th><td>%s",
		 check_name(finding->what), found);
	if (asks_for_something(finding))
		html_put(stream, "<p class=\"todo\">To do: %s</p>", todo_of(finding));
	fputs("</td></tr>\n", stream);
}

void put_findings(FILE *stream, const struct check *check)
{
	html_put(
		stream,
		"<section id=\"check\" aria-labelledby=\"h-check\">\n"
		"<h2 id=\"h-check\">The host</h2>\n"
		"<table class=\"findings\"><caption>What <code>vpasid check --for %s</code> asks</caption>\n"
		"<thead><tr><th scope=\"col\">State</th><th scope=\"col\">Question</th>"
		"<th scope=\"col\">Found</th></tr></thead>\n<tbody>\n",
		purpose_name(check->purpose));
	for (size_t i = 0; i < check->count; i++)
		put_finding(stream, &check->findings[i]);
	fputs("</tbody></table>\n</section>\n", stream);
}
