// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid bind and vpasid unbind: functions to a VFIO driver, and back. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bind/bind.h"
#include "bind/bind_state.h"
#include "bind/modprobe.h"
#include "cmd.h"
#include "facts/function.h"
#include "facts/subjects.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "vfio/vfio.h"

static const struct usage bind_usage = {
	.synopsis = "[OPTION]... BDF...",
	.about = "Takes each function from its driver and gives it to a VFIO driver, by "
		 "driver_override. vpasid unbind goes back.",
	.statuses = "0 done, 2 usage, 3 error",
};

static const struct usage unbind_usage = {
	.synopsis = "[OPTION]... BDF...",
	.about = "Takes each function from its VFIO driver, and gives it back the driver and the "
		 "driver_override that it had before vpasid bind.",
	.statuses = "0 done, 2 usage, 3 error",
};

/* How the two commands differ. */
struct verb {
	const char *name;
	const struct usage *usage;
	const char *force; /* what --force overrides */
	bool has_driver;   /* an option, --driver */
	int (*check)(struct bind *bind, const struct bind_options *options);
	int (*act)(struct bind *bind, const struct bind_options *options);
	void (*print)(const struct bind *bind, const struct bind_options *options);
	const char *done; /* in JSON */
};

struct arguments {
	struct bind_options options;
	struct choice choice;
	bool json;
};

static int parse_options(int argc, char **argv, const struct verb *verb,
			 struct arguments *arguments)
{
	struct bind_options *bind = &arguments->options;
	const struct command_option options[] = {
		{ "driver", 0, "NAME", "the VFIO driver (default: " PASID_DRIVER ")",
		  .text = &bind->driver },
		{ "force", 0, NULL, verb->force, .flag = &bind->force },
		{ "dry-run", 0, NULL, "say whether it can be done, and do nothing",
		  .flag = &bind->dry_run },
		CHOICE_OPTIONS(&arguments->choice),
		REPORT_OPTIONS(&arguments->json),
		{ 0 },
	};
	int status =
		take_options(argc, argv, verb->has_driver ? options : options + 1, verb->usage);

	bind->is_default = !bind->driver;
	if (bind->is_default)
		bind->driver = PASID_DRIVER;
	if (!status && verb->has_driver && !driver_name_is_valid(bind->driver))
		return usage_error("--driver %s: not a driver's name", bind->driver);
	return status;
}

/* Goes on after a failure, so that the user learns at once of everything that is wrong. */
static int check_all(struct bind *binds, size_t count, const struct verb *verb,
		     const struct arguments *arguments)
{
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		if (!verb->check(&binds[i], &arguments->options))
			continue;
		complain("%s: %s", binds[i].bdf.text, binds[i].why.text);
		failed++;
	}
	if (failed)
		complain("nothing was changed");
	return failed;
}

static int act_on_all(struct bind *binds, size_t count, const struct verb *verb,
		      const struct arguments *arguments)
{
	size_t left = count;

	for (size_t i = 0; i < count; i++, left--) {
		if (binds[i].result != BIND_UNTOUCHED || !verb->act(&binds[i], &arguments->options))
			continue;
		complain("%s: %s", binds[i].bdf.text, binds[i].why.text);
		if (left > 1)
			complain("stopped there; the %zu after it: not touched", left - 1);
		return -1;
	}
	return 0;
}

static int check_and_act(struct bind *binds, size_t count, const struct verb *verb,
			 const struct arguments *arguments)
{
	int ret = check_all(binds, count, verb, arguments);
	size_t left = 0;
	struct why why;

	if (arguments->options.dry_run && geteuid())
		complain("this takes root; without it, not all that uses a function can be seen, "
			 "either: run as root to be sure");
	if (ret || arguments->options.dry_run)
		return ret;
	for (size_t i = 0; i < count; i++)
		left += binds[i].result == BIND_UNTOUCHED;
	if (verb->has_driver && left && modprobe_driver(arguments->options.driver, &why)) {
		complain("%s; nothing was changed", why.text);
		return -1;
	}
	return act_on_all(binds, count, verb, arguments);
}

static int run_on_all(const struct subjects *subjects, const struct verb *verb,
		      const struct arguments *arguments)
{
	size_t count = subjects->count;
	struct bind *binds = calloc(count, sizeof(*binds));
	int status;

	if (!binds)
		return complain("out of memory");
	for (size_t i = 0; i < count; i++)
		binds[i].bdf = subjects->functions[i]->pci.bdf;
	status = check_and_act(binds, count, verb, arguments) ? EXIT_ERROR : EXIT_OK;
	if (arguments->json)
		print_json(bind_to_json(binds, count, verb->done));
	for (size_t i = 0; i < count && !arguments->json; i++)
		verb->print(&binds[i], &arguments->options);
	free(binds);
	return status;
}

static int run_verb(int argc, char **argv, const struct verb *verb)
{
	struct arguments arguments = { .options = { .root = "" } };
	const struct host_options host = { 0 };
	int status = parse_options(argc, argv, verb, &arguments);
	struct subjects subjects;

	if (!status)
		status = subjects_open(&host, &arguments.choice, argv + optind, false, &subjects);
	if (status)
		return status;
	status = run_on_all(&subjects, verb, &arguments);
	subjects_close(&subjects);
	return status;
}

int cmd_bind(int argc, char **argv)
{
	static const struct verb verb = {
		.name = "bind",
		.usage = &bind_usage,
		.force = "even if it is in use: mounted, swap, the default route, by VFIO; or if "
			 "there is a VFIO driver made for it",
		.has_driver = true,
		.check = bind_check,
		.act = bind_act,
		.print = bind_print,
		.done = "bound",
	};

	return run_verb(argc, argv, &verb);
}

int cmd_unbind(int argc, char **argv)
{
	static const struct verb verb = {
		.name = "unbind",
		.usage = &unbind_usage,
		.force = "even if it is in use by VFIO, or has VFs",
		.check = unbind_check,
		.act = unbind_act,
		.print = unbind_print,
		.done = "unbound",
	};

	return run_verb(argc, argv, &verb);
}
