// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/frame.h"
#include "report/html.h"
#include "report/problems.h"

/* What is found of a link reads as what is found of a host, as most of the latter is the former. */
static size_t add(struct pool *problems, enum check_verdict verdict, const char *name,
		  const char *found, const char *todo, size_t host)
{
	struct text text;
	bool is_new;
	size_t number;

	if (!pool_begin(problems, &text))
		return 0;
	fputs("<td class=\"sign\">", text.stream);
	frame_put_check(text.stream, verdict, check_verdict_name(verdict));
	html_put(text.stream, "</td><th scope=\"row\" class=\"what\"><code>%s</code></th><td>%s",
		 name, found);
	if (*todo || verdict == CHECK_FAIL)
		html_put(text.stream, "<p class=\"todo\">To do: %s</p>",
			 *todo ? todo : EXPLAIN_HOPELESS);
	fputs("</td>", text.stream);
	number = pool_end(problems, &text, host, &is_new);
	if (!problems->is_short)
		problems->blocks[number].rank = (int)verdict;
	return number;
}

size_t problem_of_finding(struct pool *problems, const struct finding *finding, size_t host)
{
	return add(problems, finding->verdict, check_name(finding->what), finding->found,
		   finding->todo, host);
}

size_t problem_of_link(struct pool *problems, const struct link *link, size_t host)
{
	char found[EXPLAIN_TEXT * 2];

	snprintf(found, sizeof(found), *link->doubt ? "%s (%s)" : "%s", link->found, link->doubt);
	return add(problems, CHECK_FAIL, explain_what_name(link->what), found, link->todo, host);
}
