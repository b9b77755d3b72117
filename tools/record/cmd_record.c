// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid record: what the other commands read of a host, as a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <vpasid/version.h>

#include "cmd.h"
#include "facts/recording_file.h"
#include "record/record.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "support/plural.h"
#include "support/sysfs.h"

static const struct usage usage = {
	.synopsis = "[OPTION]...\n[OPTION]... --list FILE",
	.about = "Records what vpasid reads of this host in a file. With --record, list, show, "
		 "explain, check, map, place, vm, export and report read the file instead of a "
		 "host, here or on another machine. The file also has the kernel's messages "
		 "about IOMMUs, PASID and VFIO. It omits serial numbers, and what vpasid "
		 "doesn't need of the kernel's command line and of other files. Changes nothing, "
		 "opens nothing through VFIO, and doesn't wake sleeping devices. "
		 "Without root, much is missing.",
	.statuses = "0 nothing is missing, 1 something is, 2 usage, 3 error",
};

#define MAX_COMPLAINTS 10

struct arguments {
	const char *output;
	const char *list;
	bool wakes;
	bool json;
};

/* What is in a recording */

static size_t count_entries(const struct recorded *recorded)
{
	const char *entry = NULL;
	size_t count = 0;

	while ((entry = recorded_next_entry(recorded, entry)))
		count++;
	return count;
}

static void say_item(const struct recorded *recorded)
{
	if (record_is_gap(recorded))
		say("   missing  /%s: %s", recorded->path, strerror(-recorded->error));
	else if (recorded->error)
		say("    absent  /%s", recorded->path);
	else if (recorded->kind == RECORDED_CONTENT)
		say("%10zu  /%s", recorded->length, recorded->path);
	else if (recorded->kind == RECORDED_TARGET)
		say("      link  /%s -> %s", recorded->path, recorded->data);
	else if (recorded->kind == RECORDED_ENTRIES)
		say(" directory  /%s: %zu %s", recorded->path, count_entries(recorded),
		    count_entries(recorded) == 1 ? "entry" : "entries");
	else
		say("   present  /%s", recorded->path);
}

static void say_list(const struct recording *recording, const struct recording_origin *origin,
		     const char *path)
{
	say("%s: made %s by vpasid %s, %s root%s", path, origin->date, origin->version,
	    origin->is_root ? "as" : "not as", origin->wakes ? ", with --wake" : "");
	for (size_t i = 0; i < recording->count; i++)
		say_item(recording->items[i]);
}

static struct json_object *item_to_json(const struct recorded *recorded)
{
	static const char *const kinds[RECORDED_KINDS] = {
		[RECORDED_CONTENT] = "file",
		[RECORDED_TARGET] = "link",
		[RECORDED_ENTRIES] = "directory",
	};
	const char *kind = kinds[recorded->kind] ? kinds[recorded->kind] : "present";
	struct json_object *object = json_object_new_object();
	bool is_there = !recorded->error;

	json_add_text(object, "path", path_of("/%s", recorded->path).text);
	json_add_text(object, "kind",
		      is_there ? kind : (record_is_gap(recorded) ? "missing" : "absent"));
	json_add_number(object, "size", is_there && recorded->kind == RECORDED_CONTENT,
			recorded->length);
	json_add_text(object, "target",
		      is_there && recorded->kind == RECORDED_TARGET ? recorded->data : NULL);
	json_add_text(object, "error", is_there ? NULL : strerror(-recorded->error));
	return object;
}

static struct json_object *list_to_json(const struct recording *recording,
					const struct recording_origin *origin, const char *path)
{
	struct json_object *report = json_object_new_object(), *items = json_object_new_array();

	json_add_text(report, "schema", RECORD_SCHEMA);
	json_add_text(report, "file", path);
	json_add_text(report, "date", origin->date);
	json_add_text(report, "version", origin->version);
	json_add_bool(report, "root", true, origin->is_root);
	json_add_bool(report, "wake", true, origin->wakes);
	json_add(report, "items", items);
	for (size_t i = 0; i < recording->count; i++)
		json_object_array_add(items, item_to_json(recording->items[i]));
	return report;
}

static int print_list(const char *path, bool json)
{
	struct recording_origin origin;
	struct recording recording;
	int status = EXIT_OK;
	struct why why;

	if (recording_load(path, &recording, &origin, &why))
		return complain("%s", why.text);
	if (json)
		print_json(list_to_json(&recording, &origin, path));
	else
		say_list(&recording, &origin, path);
	for (size_t i = 0; i < recording.count; i++)
		if (record_is_gap(recording.items[i]))
			status = EXIT_NO_PASID;
	recording_free(&recording);
	return status;
}

/* Making one */

static int check(const struct arguments *arguments, char *const *rest)
{
	if (refuse_arguments(rest, "all functions are recorded; -o FILE names the file to write"))
		return EXIT_USAGE;
	if (arguments->list && (arguments->output || arguments->wakes))
		return usage_error("--list can't be combined with -o or --wake");
	if (arguments->output && !strcmp(arguments->output, "-") && isatty(STDOUT_FILENO))
		return usage_error("-o -: an archive can't be written to a terminal");
	if (arguments->output && !strcmp(arguments->output, "-") && arguments->json)
		return usage_error("-o - and --json can't be combined: both write to the "
				   "standard output");
	return EXIT_OK;
}

static struct recording_origin make_origin(bool wakes, time_t now)
{
	struct recording_origin origin = { .is_root = !geteuid(), .wakes = wakes };
	struct tm utc;

	gmtime_r(&now, &utc);
	snprintf(origin.version, sizeof(origin.version), "%s", vpasid_version());
	strftime(origin.date, sizeof(origin.date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return origin;
}

/* Returns a descriptor or a negative errno with @why. */
static int open_output(const char *path, struct why *why)
{
	int fd = strcmp(path, "-") != 0
			 ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)
			 : dup(STDOUT_FILENO);

	if (fd >= 0)
		return fd;
	return because(why, -errno, "%s: %s%s", path, strerror(errno),
		       errno == EEXIST ? "; it isn't overwritten: name another file by -o" : "");
}

static int save(struct recording *recording, const struct recording_origin *origin,
		const char *path, struct why *why)
{
	int fd = open_output(path, why), ret;
	struct why what;

	if (fd < 0)
		return fd;
	ret = recording_save(recording, origin, fd, &what);
	if (!ret)
		return 0;
	if (strcmp(path, "-") != 0)
		unlink(path);
	return because(why, ret, "%s: can't write it: %s", path, what.text);
}

/* On standard error, since the recording may go to the standard output. */
static int complain_of_gaps(const struct recording *recording, const struct record_gaps *gaps)
{
	size_t complaints = 0;

	if (gaps->cut)
		complain("missing: the config space%s of %zu function%s beyond the first 64 "
			 "bytes: only root can read more",
			 plural(gaps->cut), gaps->cut, plural(gaps->cut));
	if (gaps->asleep)
		complain("missing: the config space%s of %zu function%s asleep: --wake wakes and "
			 "reads %s",
			 plural(gaps->asleep), gaps->asleep,
			 gaps->asleep == 1 ? " that is" : "s that are",
			 gaps->asleep == 1 ? "it" : "them");
	for (size_t i = 0; i < recording->count && complaints < MAX_COMPLAINTS; i++)
		if (record_is_gap(recording->items[i]) && complaints++ < MAX_COMPLAINTS)
			complain("missing: /%s: %s", recording->items[i]->path,
				 strerror(-recording->items[i]->error));
	if (gaps->errors > complaints)
		complain("%zu more file%s missing, see `vpasid record --list`",
			 gaps->errors - complaints,
			 gaps->errors - complaints == 1 ? " is" : "s are");
	return gaps->cut || gaps->asleep || gaps->errors ? EXIT_NO_PASID : EXIT_OK;
}

static int make(const struct arguments *arguments)
{
	time_t now = time(NULL);
	struct recording_origin origin = make_origin(arguments->wakes, now);
	struct recording recording = { .root = "" };
	struct record_gaps gaps;
	char name[64];
	const char *path = arguments->output ? arguments->output : name;
	struct why why;
	int ret, status;

	strftime(name, sizeof(name), "vpasid-record-%Y%m%d.tar.gz", gmtime(&now));
	ret = record_host(&recording, arguments->wakes, &gaps, &why);
	if (!ret)
		ret = save(&recording, &origin, path, &why);
	status = ret ? complain("%s", why.text) : complain_of_gaps(&recording, &gaps);
	/* Not all that was read is in the file. */
	if (!ret && arguments->json)
		print_list(path, true);
	else if (!ret && strcmp(path, "-") != 0)
		say("%s: written; `vpasid record --list %s` lists what it contains", path, path);
	recording_free(&recording);
	return status;
}

int cmd_record(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		{ NULL, 'o', "FILE",
		  "write to FILE (-: standard output) instead of vpasid-record-DATE.tar.gz; no "
		  "file is overwritten",
		  .text = &arguments.output },
		{ "wake", 0, NULL, "wake functions that are asleep, and read them, too",
		  .flag = &arguments.wakes },
		{ "list", 0, "FILE", "list what a recording contains, and what is missing in it",
		  .text = &arguments.list },
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);

	if (!status)
		status = check(&arguments, argv + optind);
	if (status)
		return status;
	return arguments.list ? print_list(arguments.list, arguments.json) : make(&arguments);
}
