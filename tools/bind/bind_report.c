// SPDX-License-Identifier: GPL-2.0-or-later

#include "bind/bind.h"
#include "support/json.h"
#include "support/output.h"

static const char *driver_or_none(const char *driver)
{
	return *driver ? driver : "none";
}

void bind_print(const struct bind *bind, const struct bind_options *options)
{
	const char *bdf = bind->bdf.text, *former = driver_or_none(bind->function.driver);

	if (bind->result == BIND_DONE)
		say("%s: bound to %s (before: %s)", bdf, bind->driver, former);
	else if (bind->result == BIND_ALREADY)
		say("%s: already bound to %s", bdf, bind->driver);
	else if (bind->result == BIND_UNTOUCHED && options->dry_run)
		say("%s: can be bound to %s (now: %s)", bdf, options->driver, former);
}

void unbind_print(const struct bind *bind, const struct bind_options *options)
{
	const char *bdf = bind->bdf.text;

	if (bind->result == BIND_DONE && bind->was_forgotten)
		say("%s: given to %s, the kernel's choice: vpasid bind had not bound it to %s", bdf,
		    driver_or_none(bind->driver), bind->function.driver);
	else if (bind->result == BIND_DONE && !*bind->driver)
		say("%s: left without a driver, as it was before it was bound to %s", bdf,
		    driver_or_none(bind->function.driver));
	else if (bind->result == BIND_DONE)
		say("%s: given back to %s (before: %s)", bdf, bind->driver,
		    driver_or_none(bind->function.driver));
	else if (bind->result == BIND_UNTOUCHED && options->dry_run)
		say("%s: can be unbound from %s", bdf, driver_or_none(bind->driver));
}

struct json_object *bind_to_json(const struct bind *binds, size_t count, const char *done)
{
	const char *const results[] = {
		[BIND_UNTOUCHED] = "untouched",
		[BIND_ALREADY] = "already-bound",
		[BIND_DONE] = done,
		[BIND_REFUSED] = "refused",
		[BIND_FAILED] = "failed",
	};
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < count; i++) {
		struct json_object *device = json_object_new_object();

		json_add_text(device, "bdf", binds[i].bdf.text);
		json_add_text(device, "result", results[binds[i].result]);
		json_add_text(device, "driver", binds[i].driver);
		json_add_text(device, "former_driver", binds[i].function.driver);
		json_add_text(device, "error", binds[i].why.text);
		json_object_array_add(devices, device);
	}
	return json_report(BIND_SCHEMA, devices);
}
