// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid bind and vpasid unbind: functions to a VFIO driver, and back. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bind/bind.h"
#include "bind/bind_lock.h"
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
	.about = "Unbinds each function from its driver and binds it to a VFIO driver, by "
		 "driver_override. vpasid unbind reverses this.",
	.statuses = "0 done, 2 usage, 3 error",
};

static const struct usage unbind_usage = {
	.synopsis = "[OPTION]... BDF...",
	.about = "Unbinds each function from its VFIO driver, and restores the driver and the "
		 "driver_override that it had before vpasid bind. A persistent binding is removed, "
		 "too.",
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
		{ "persist", 0, NULL, "bind it again at each boot: see vpasid bindings",
		  .flag = &bind->persist },
		{ "kept", 0, NULL,
		  "bind a function with a persistent binding now, to the driver of that binding",
		  .flag = &bind->kept },
		{ "force", 0, NULL, verb->force, .flag = &bind->force },
		{ "dry-run", 0, NULL, "say whether this can be done, but change nothing",
		  .flag = &bind->dry_run },
		CHOICE_OPTIONS(&arguments->choice),
		REPORT_OPTIONS(&arguments->json),
		{ 0 },
	};
	int status =
		take_options(argc, argv, verb->has_driver ? options : options + 3, verb->usage);

	if (!status && bind->kept && (bind->driver || bind->persist))
		return usage_error("--kept can't be combined with --%s",
				   bind->driver ? "driver" : "persist");
	bind->is_default = !bind->driver;
	if (bind->is_default)
		bind->driver = PASID_DRIVER;
	if (!status && verb->has_driver && !driver_name_is_valid(bind->driver))
		return usage_error("--driver %s: not a valid driver name", bind->driver);
	return status;
}

/* Continues after a failure, so that the user learns of all problems at once. */
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

static int act_on(struct bind *bind, const struct verb *verb, const struct arguments *arguments)
{
	int ret = 0;

	if (bind->result == BIND_UNTOUCHED)
		ret = verb->act(bind, &arguments->options);
	if (!ret && arguments->options.persist)
		ret = bind_keep(bind, &arguments->options);
	return ret;
}

/* Signals that would end us wait until the current function has a driver; then we stop. */
static sigset_t terminating(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGQUIT);
	return signals;
}

static bool is_interrupted(void)
{
	const sigset_t signals = terminating();
	sigset_t pending;

	sigpending(&pending);
	for (int i = 1; i < NSIG; i++)
		if (sigismember(&signals, i) == 1 && sigismember(&pending, i) == 1)
			return true;
	return false;
}

static int act_on_all(struct bind *binds, size_t count, const struct verb *verb,
		      const struct arguments *arguments)
{
	size_t left = count;

	for (size_t i = 0; i < count; i++, left--) {
		if (!act_on(&binds[i], verb, arguments) && (left == 1 || !is_interrupted()))
			continue;
		if (*binds[i].why.text)
			complain("%s: %s", binds[i].bdf.text, binds[i].why.text);
		if (left > 1)
			complain("stopped there; functions not changed: %zu", left - 1);
		return -1;
	}
	return 0;
}

static void complain_of_notes(const struct bind *binds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (*binds[i].note.text)
			complain("%s: note: %s", binds[i].bdf.text, binds[i].note.text);
}

static int act_on_checked(struct bind *binds, size_t count, const struct verb *verb,
			  const struct arguments *arguments)
{
	size_t left = 0;
	struct why why;

	for (size_t i = 0; i < count; i++)
		left += binds[i].result == BIND_UNTOUCHED;
	if (verb->has_driver && left && modprobe_driver(arguments->options.driver, &why)) {
		complain("%s; nothing was changed", why.text);
		return -1;
	}
	return act_on_all(binds, count, verb, arguments);
}

static int check_and_act(struct bind *binds, size_t count, const struct verb *verb,
			 const struct arguments *arguments)
{
	const struct bind_options *options = &arguments->options;
	int ret = check_all(binds, count, verb, arguments);

	if (options->dry_run && geteuid())
		complain("binding requires root, and without root not every use of a function is "
			 "visible: run as root to be sure");
	if (!ret && !options->dry_run)
		ret = act_on_checked(binds, count, verb, arguments);
	if (verb->has_driver) {
		bind_note_groups(binds, count, options);
		complain_of_notes(binds, count);
	}
	return ret;
}

/* Binds each function to the driver of its persistent binding */
static int bind_kept(struct bind *binds, size_t count, const struct verb *verb,
		     const struct arguments *arguments)
{
	struct arguments own = *arguments;
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		struct bind *bind = &binds[i];

		if (kept_read(own.options.root, &bind->bdf, &bind->kept)) {
			bind->result = BIND_REFUSED;
			because(&bind->why, -ENOENT,
				"it has no persistent binding%s: `vpasid bind --persist %s` %s",
				bind->kept.error ? " in a file of vpasid's format" : "",
				bind->bdf.text, bind->kept.error ? "rewrites it" : "makes one");
			complain("%s: %s", bind->bdf.text, bind->why.text);
			failed++;
			continue;
		}
		own.options.driver = bind->kept.driver;
		if (!check_and_act(bind, 1, verb, &own))
			continue;
		failed++;
		if (own.options.dry_run)
			continue;
		bind_release(bind, own.options.root, own.options.driver);
		if (*bind->driver && !*bind->function.driver)
			complain("%s: bound to %s instead", bind->bdf.text, bind->driver);
	}
	return failed;
}

/* All changes are made with the lock held. If we may not take it, the checks say so. */
static int run_locked(struct bind *binds, size_t count, const struct verb *verb,
		      const struct arguments *arguments)
{
	const struct bind_options *options = &arguments->options;
	const sigset_t signals = terminating();
	struct why why;

	if (!options->dry_run && !geteuid()) {
		if (bind_lock(options->root, BIND_LOCK_SECONDS, &why)) {
			complain("%s; nothing was changed", why.text);
			return -1;
		}
		sigprocmask(SIG_BLOCK, &signals, NULL);
		bind_repair(options->root);
	}
	return (options->kept ? bind_kept : check_and_act)(binds, count, verb, arguments);
}

static int run_on_all(const struct subjects *subjects, const struct verb *verb,
		      const struct arguments *arguments)
{
	const sigset_t signals = terminating();
	size_t count = subjects->count;
	struct bind *binds = calloc(count, sizeof(*binds));
	int status;

	if (!binds)
		return complain("out of memory");
	for (size_t i = 0; i < count; i++)
		binds[i].bdf = subjects->functions[i]->pci.bdf;
	status = run_locked(binds, count, verb, arguments) ? EXIT_ERROR : EXIT_OK;
	if (arguments->json)
		print_json(bind_to_json(binds, count, verb->done));
	for (size_t i = 0; i < count && !arguments->json; i++)
		verb->print(&binds[i], &arguments->options);
	free(binds);
	fflush(stdout);
	/* A pending signal ends us here. */
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
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
		.force = "even if it is in use (mounted, swap, default route, VFIO), or if there "
			 "is a VFIO driver made for it",
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
