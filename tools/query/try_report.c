// SPDX-License-Identifier: GPL-2.0-or-later

#include "query/try.h"
#include "support/json.h"
#include "support/output.h"
#include "support/table.h"
#include "support/wrap.h"

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
	[TRY_OK] = GREEN,
	[TRY_NOT_OK] = RED,
};

/* The reason why the last step failed is also the verdict's, and isn't printed twice. */
void try_print(const struct attempt *attempt, FILE *stream, bool colours)
{
	const char *bdf = attempt->query.function->pci.bdf.text;

	if (attempt->verdict != TRY_DONE)
		say_to(stream, "%s: PASID %u can't be attached: %s", bdf, attempt->pasid,
		       attempt->why.text);
	else
		say_to(stream, "%s: %s", bdf, attempt->why.text);

	for (int i = 0; i < TRY_STEPS; i++) {
		const struct try_step *step = &attempt->steps[i];
		const struct cell cells[] = {
			{ result_names[step->result], 6,
			  colours ? colours_of[step->result] : NULL },
			{ step_names[i], 8 },
			{ step->result == TRY_OK ? step->what.text : "as above" },
		};

		if (step->result == TRY_SKIPPED)
			continue;
		fputs("  ", stream);
		put_row(stream, 2, terminal_width(stream), cells, sizeof(cells) / sizeof(cells[0]),
			LAST_WRAPS);
	}
}

static struct json_object *steps_to_json(const struct attempt *attempt)
{
	struct json_object *array = json_object_new_array();

	for (int i = 0; i < TRY_STEPS; i++) {
		const struct try_step *step = &attempt->steps[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "step", step_names[i]);
		json_add_text(object, "result", result_names[step->result]);
		json_add_text(object, "what", step->what.text);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *device_to_json(const struct attempt *attempt)
{
	const struct query *query = &attempt->query;
	bool answered = attempt->steps[TRY_QUERY].result != TRY_SKIPPED && !query->error;
	struct json_object *object = json_object_new_object();

	json_add_text(object, "bdf", query->function->pci.bdf.text);
	json_add_text(object, "driver", query->function->pci.driver);
	json_add_number(object, "pasid", true, attempt->pasid);
	json_add_text(object, "verdict", verdict_names[attempt->verdict]);
	json_add_number(object, "usable_width", answered, vpasid_info_usable_width(&query->info));
	json_add(object, "steps", steps_to_json(attempt));
	json_add_text(object, "error", attempt->verdict == TRY_DONE ? NULL : attempt->why.text);
	return object;
}

struct json_object *try_to_json(const struct attempt *attempt)
{
	struct json_object *devices = json_object_new_array();

	json_object_array_add(devices, device_to_json(attempt));
	return json_report(TRY_SCHEMA, devices);
}
