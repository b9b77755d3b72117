// SPDX-License-Identifier: GPL-2.0-or-later
#include <json-c/json.h>

#include "query/try_report.h"
#include "support/output.h"

#define NORMAL "\033[0m"

static const char *const step_names[TRY_STEPS] = {
	[TRY_OPEN] = "open",	 [TRY_QUERY] = "query",	   [TRY_SUPPORT] = "support",
	[TRY_SPACES] = "spaces", [TRY_ATTACH] = "attach",  [TRY_REPLACE] = "replace",
	[TRY_DETACH] = "detach", [TRY_CLEAN] = "clean-up",
};

static const char *const result_names[] = {
	[TRY_SKIPPED] = "skipped",
	[TRY_OK] = "ok",
	[TRY_NOT_OK] = "failed",
};

static const char *const verdict_names[] = {
	[TRY_DONE] = "done",
	[TRY_IMPOSSIBLE] = "impossible",
	[TRY_FAILED] = "failed",
};

static const char *const colours_of[] = {
	[TRY_OK] = "\033[32m",
	[TRY_NOT_OK] = "\033[31m",
};

static void print_line(FILE *stream, const char *text)
{
	char line[4 * sizeof(((struct why *)0)->text)];

	escape(line, sizeof(line), text);
	fprintf(stream, "%s\n", line);
}

/* What the last step failed for is the verdict's reason, and isn't told twice. */
void try_print(const struct attempt *attempt, FILE *stream, bool colours)
{
	fprintf(stream, "%s: ", attempt->query.bdf.text);
	if (attempt->verdict != TRY_DONE)
		fprintf(stream, "PASID %u can't be attached: ", attempt->pasid);
	print_line(stream, attempt->why.text);

	for (int i = 0; i < TRY_STEPS; i++) {
		const struct try_step *step = &attempt->steps[i];

		if (step->result == TRY_SKIPPED)
			continue;
		fprintf(stream, "  %s%-6s%s  %-8s  ", colours ? colours_of[step->result] : "",
			result_names[step->result], colours ? NORMAL : "", step_names[i]);
		print_line(stream, step->result == TRY_OK ? step->what.text : "as above");
	}
}

static struct json_object *text_or_null(const char *text)
{
	return json_text(*text ? text : NULL);
}

static struct json_object *steps_to_json(const struct attempt *attempt)
{
	struct json_object *array = json_object_new_array();

	for (int i = 0; i < TRY_STEPS; i++) {
		const struct try_step *step = &attempt->steps[i];
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "step", json_text(step_names[i]));
		json_object_object_add(object, "result", json_text(result_names[step->result]));
		json_object_object_add(object, "what", text_or_null(step->what.text));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *device_to_json(const struct attempt *attempt)
{
	const struct query *query = &attempt->query;
	bool answered = attempt->steps[TRY_QUERY].result != TRY_SKIPPED && !query->error;
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "bdf", json_text(query->bdf.text));
	json_object_object_add(object, "driver", text_or_null(query->function.driver));
	json_object_object_add(object, "pasid", json_object_new_int((int)attempt->pasid));
	json_object_object_add(object, "verdict", json_text(verdict_names[attempt->verdict]));
	json_object_object_add(
		object, "usable_width",
		answered ? json_object_new_int((int)vpasid_info_usable_width(&query->info)) : NULL);
	json_object_object_add(object, "steps", steps_to_json(attempt));
	json_object_object_add(object, "error",
			       attempt->verdict == TRY_DONE ? NULL
							    : text_or_null(attempt->why.text));
	return object;
}

struct json_object *try_to_json(const struct attempt *attempt)
{
	struct json_object *report = json_object_new_object();
	struct json_object *devices = json_object_new_array();

	json_object_array_add(devices, device_to_json(attempt));
	json_object_object_add(report, "schema", json_text(TRY_SCHEMA));
	json_object_object_add(report, "devices", devices);
	return report;
}
