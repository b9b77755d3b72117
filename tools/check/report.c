// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "check/check.h"
#include "support/json.h"
#include "support/output.h"
#include "support/table.h"
#include "support/wrap.h"

static const char *colour_of(enum check_verdict verdict)
{
	static const char *const colours[CHECK_VERDICTS] = {
		[CHECK_PASS] = GREEN,
		[CHECK_WARN] = YELLOW,
		[CHECK_UNKNOWN] = YELLOW,
		[CHECK_FAIL] = RED,
	};

	return colours[verdict];
}

static size_t widest_name(const struct check *check)
{
	size_t widest = 0;

	for (size_t i = 0; i < check->count; i++) {
		size_t width = strlen(check_name(check->findings[i].what));

		if (width > widest)
			widest = width;
	}
	return widest;
}

void check_format_found(const struct finding *finding, char *text, size_t size)
{
	if (!*finding->subject || strstr(finding->found, finding->subject))
		snprintf(text, size, "%s", finding->found);
	else
		snprintf(text, size, "%s: %s", finding->subject, finding->found);
}

static void print_finding(const struct finding *finding, size_t name_width, FILE *stream,
			  bool colours, size_t width)
{
	size_t indent = fit_indent(sizeof("UNKNOWN  ") - 1 + name_width + 2, width);
	char text[OUTPUT_LINE];
	const struct cell cells[] = {
		{ check_verdict_name(finding->verdict), sizeof("UNKNOWN") - 1,
		  colours ? colour_of(finding->verdict) : NULL },
		{ check_name(finding->what), name_width },
		{ text },
	};

	check_format_found(finding, text, sizeof(text));
	put_row(stream, 0, width, cells, sizeof(cells) / sizeof(cells[0]), LAST_WRAPS);
	if (!*finding->todo && finding->verdict != CHECK_FAIL)
		return;
	fprintf(stream, "%*sto do: ", (int)indent, "");
	put_wrapped(stream, indent + sizeof("to do: ") - 1, width,
		    *finding->todo ? finding->todo : EXPLAIN_HOPELESS);
}

/* "vmm: FAIL (2 FAIL, 1 WARN, 12 PASS)" */
static void print_summary(const struct check *check, FILE *stream, bool colours)
{
	enum check_verdict worst = check_verdict(check);
	const char *separator = "";

	fprintf(stream, "\n%s: ", purpose_name(check->purpose));
	put_coloured(stream, colours ? colour_of(worst) : NULL, "%s", check_verdict_name(worst));
	fputs(" (", stream);
	for (enum check_verdict verdict = CHECK_VERDICTS; verdict-- > CHECK_PASS;) {
		size_t count = check_count(check, CHECKS, verdict);

		if (!count)
			continue;
		fprintf(stream, "%s%zu %s", separator, count, check_verdict_name(verdict));
		separator = ", ";
	}
	fputs(")\n", stream);
}

void check_print(const struct check *check, FILE *stream, bool colours, size_t width)
{
	size_t name_width = widest_name(check);

	for (size_t i = 0; i < check->count; i++)
		print_finding(&check->findings[i], name_width, stream, colours, width);
	print_summary(check, stream, colours);
}

struct json_object *check_to_json(const struct check *check)
{
	struct json_object *report = json_object_new_object();
	struct json_object *findings = json_object_new_array();

	json_add_text(report, "schema", CHECK_SCHEMA);
	json_add_text(report, "for", purpose_name(check->purpose));
	json_add_text(report, "verdict", check_verdict_name(check_verdict(check)));
	json_add(report, "findings", findings);
	for (size_t i = 0; i < check->count; i++) {
		const struct finding *finding = &check->findings[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "question", check_name(finding->what));
		json_add_text(object, "subject", finding->subject);
		json_add_text(object, "verdict", check_verdict_name(finding->verdict));
		json_add_text(object, "found", finding->found);
		json_add_text(object, "todo", finding->todo);
		json_object_array_add(findings, object);
	}
	return report;
}
