// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "bind/bindings.h"
#include "support/json.h"
#include "support/output.h"
#include "support/table.h"
#include "support/wrap.h"

static const char *const states[] = {
	[BINDING_IN_EFFECT] = "in effect",
	[BINDING_NOT_IN_EFFECT] = "not in effect",
	[BINDING_INTERRUPTED] = "interrupted",
};

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

/* driverctl identifies a function by its address alone. */
static struct path device_of(const struct kept *kept)
{
	return kept->vendor ? path_of("%04x:%04x", kept->vendor, kept->device) : path_of("%s", "");
}

static void add_row(struct table *table, const struct binding *binding)
{
	const char *keeper = keeper_name(binding->kept.keeper);

	table_add(table, binding->kept.bdf.text);
	table_add(table, or_dash(device_of(&binding->kept).text));
	table_add(table, or_dash(binding->kept.driver));
	table_add(table, keeper ? keeper : "nobody");
	table_add(table, or_dash(binding->driver));
	table_add(table, states[binding->state]);
}

static void print_why(const struct binding *binding)
{
	char text[OUTPUT_LINE];

	snprintf(text, sizeof(text), "%s: %s", binding->kept.bdf.text, binding->why.text);
	put_hanging(stdout, 0, SMALL_INDENT, terminal_width(stdout), text);
}

int bindings_print(const struct bindings *bindings)
{
	static const char *const header[] = {
		"BDF", "DEVICE", "DRIVER", "KEPT BY", "NOW", "STATE"
	};
	struct table table;
	int ret;

	if (!bindings->count) {
		say("vpasid has bound no function, and none is bound persistently");
		return 0;
	}
	table_init(&table, sizeof(header) / sizeof(header[0]), header);
	for (size_t i = 0; i < bindings->count; i++)
		add_row(&table, &bindings->bindings[i]);
	ret = table_print(&table, stdout, has_colours(stdout));
	table_free(&table);
	for (size_t i = 0; i < bindings->count; i++)
		if (bindings->bindings[i].state != BINDING_IN_EFFECT)
			print_why(&bindings->bindings[i]);
	return ret;
}

static struct json_object *to_json(const char *root, const struct binding *binding)
{
	static const char *const names[] = {
		[BINDING_IN_EFFECT] = "in-effect",
		[BINDING_NOT_IN_EFFECT] = "not-in-effect",
		[BINDING_INTERRUPTED] = "interrupted",
	};
	struct json_object *device = json_object_new_object();
	const struct kept *kept = &binding->kept;

	json_add_text(device, "bdf", kept->bdf.text);
	json_add_text(device, "device", device_of(kept).text);
	json_add_text(device, "bound_to", kept->driver);
	json_add_text(device, "kept_by", keeper_name(kept->keeper));
	json_add_text(device, "file",
		      kept->keeper == KEEPER_NONE ? NULL
						  : kept_path(root, kept->keeper, &kept->bdf).text);
	json_add_text(device, "driver", binding->driver);
	json_add_text(device, "state", names[binding->state]);
	json_add_text(device, "error",
		      binding->state == BINDING_IN_EFFECT ? NULL : binding->why.text);
	return device;
}

struct json_object *bindings_to_json(const char *root, const struct bindings *bindings)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < bindings->count; i++)
		json_object_array_add(devices, to_json(root, &bindings->bindings[i]));
	return json_report(BINDINGS_SCHEMA, devices);
}
