// SPDX-License-Identifier: GPL-2.0-or-later

#include "bind/bind.h"
#include "support/json.h"
#include "support/output.h"

static const char *driver_or_none(const char *driver)
{
	return *driver ? driver : "none";
}

/* " by driverctl, /etc/driverctl.d/pci-0000:00:05.0" */
static struct path by_whom(const struct bind *bind, const struct bind_options *options)
{
	return path_of("by %s, %s", keeper_name(bind->kept.keeper),
		       kept_path(options->root, bind->kept.keeper, &bind->bdf).text);
}

/* The end of the line about bind's result. */
static struct path say_kept(const struct bind *bind, const struct bind_options *options)
{
	if (options->persist && options->dry_run)
		return path_of(", and at each boot by %s",
			       keeper_name(keeper_of_host(options->root)));
	if (!options->persist || bind->kept.keeper == KEEPER_NONE)
		return path_of("%s", "");
	return path_of(", and at each boot %s", by_whom(bind, options).text);
}

void bind_print(const struct bind *bind, const struct bind_options *options)
{
	const char *bdf = bind->bdf.text, *former = driver_or_none(bind->function.driver);
	struct path kept = say_kept(bind, options);

	if (bind->result == BIND_DONE)
		say("%s: bound to %s (before: %s)%s", bdf, bind->driver, former, kept.text);
	else if (bind->result == BIND_ALREADY)
		say("%s: already bound to %s%s", bdf, bind->driver, kept.text);
	else if (bind->result == BIND_UNTOUCHED && options->dry_run)
		say("%s: can be bound to %s (now: %s)%s", bdf, options->driver, former, kept.text);
}

void unbind_print(const struct bind *bind, const struct bind_options *options)
{
	const char *bdf = bind->bdf.text, *kept = "";
	struct path no_more;

	if (bind->kept.keeper != KEEPER_NONE) {
		no_more = path_of(", and no longer bound at boot %s", by_whom(bind, options).text);
		kept = no_more.text;
	}
	if (bind->result == BIND_UNTOUCHED && options->dry_run && bind->is_kept_only)
		say("%s: not bound; its persistent binding %s can be removed", bdf,
		    by_whom(bind, options).text);
	else if (bind->result == BIND_UNTOUCHED && options->dry_run)
		say("%s: can be unbound from %s%s", bdf, driver_or_none(bind->driver), kept);
	else if (bind->result != BIND_DONE)
		return;
	else if (bind->is_kept_only)
		say("%s: not bound (it has %s)%s", bdf, driver_or_none(bind->driver), kept);
	else if (bind->was_forgotten)
		say("%s: bound to %s, chosen by the kernel: vpasid bind had not bound it to %s%s",
		    bdf, driver_or_none(bind->driver), bind->function.driver, kept);
	else if (!*bind->driver)
		say("%s: left without a driver, as before it was bound to %s%s", bdf,
		    driver_or_none(bind->function.driver), kept);
	else
		say("%s: returned to %s (before: %s)%s", bdf, bind->driver,
		    driver_or_none(bind->function.driver), kept);
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
		json_add_text(device, "kept_by", keeper_name(binds[i].kept.keeper));
		json_add_text(device, "note", binds[i].note.text);
		json_add_text(device, "error", binds[i].why.text);
		json_object_array_add(devices, device);
	}
	return json_report(BIND_SCHEMA, devices);
}
