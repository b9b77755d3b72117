// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid export: the PASID support of a host, for programs that manage a fleet. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "facts/host_options.h"
#include "list/list.h"
#include "support/options.h"
#include "support/output.h"
#include "support/plural.h"
#include "support/replace_file.h"

static const struct usage usage = {
	.synopsis = "--format FORMAT [OPTION]...",
	.about = "Prints what vpasid list shows, in a format for programs that manage many "
		 "hosts. Requires root: only root can read the capabilities.",
	.statuses = "0 exported, 2 usage, 3 error, or root is required",
};

/* A year, in seconds */
#define MAX_EXPIRE (366ul * 24 * 60 * 60)

enum format {
	FORMAT_NONE,
	FORMAT_PROMETHEUS,
	FORMAT_NFD,
	FORMATS
};

struct arguments {
	struct list_choice choice;
	enum format format;
	const char *output;
	unsigned long expire;
	enum purpose purpose; /* PURPOSES: vpasid check isn't asked */
	struct host_options host;
};

static int set_format(void *context, const char *value)
{
	static const char *const names[FORMATS] = {
		[FORMAT_PROMETHEUS] = "prometheus",
		[FORMAT_NFD] = "nfd",
	};
	struct arguments *arguments = context;

	for (enum format format = FORMAT_PROMETHEUS; format < FORMATS; format++) {
		if (!strcmp(value, names[format])) {
			arguments->format = format;
			return EXIT_OK;
		}
	}
	return usage_error("--format %s: not prometheus or nfd", value);
}

static int set_expire(void *context, const char *value)
{
	struct arguments *arguments = context;

	if (parse_number(value, MAX_EXPIRE, &arguments->expire) || !arguments->expire)
		return usage_error("--expire %s: not a number of seconds up to %lu", value,
				   MAX_EXPIRE);
	return EXIT_OK;
}

static int check_arguments(const struct arguments *arguments, char *const *rest)
{
	if (refuse_arguments(rest, "select functions by -s"))
		return EXIT_USAGE;
	if (arguments->format == FORMAT_NONE)
		return usage_error("--format is missing: give prometheus or nfd");
	if (arguments->expire && arguments->format != FORMAT_NFD)
		return usage_error("--expire requires --format nfd; node_exporter itself "
				   "exports the age of a file of metrics");
	if (arguments->purpose != PURPOSES && arguments->format != FORMAT_PROMETHEUS)
		return usage_error("--for requires --format prometheus");
	return host_options_check(&arguments->host);
}

static void write_all(const struct arguments *arguments, const struct list *list,
		      const struct check *check, FILE *stream)
{
	time_t expiry = arguments->expire ? time(NULL) + (time_t)arguments->expire : 0;

	if (arguments->format == FORMAT_NFD)
		export_nfd(list, expiry, stream);
	else
		export_prometheus(list, stream);
	if (check)
		export_check(check, stream);
}

/* Renders to memory, so that an output file is written whole or not at all. */
static int render(const struct arguments *arguments, const struct list *list,
		  const struct check *check, char **text, size_t *size, struct why *why)
{
	FILE *stream = open_memstream(text, size);

	if (stream)
		write_all(arguments, list, check, stream);
	if (!stream || fclose(stream))
		return because(why, -ENOMEM, "out of memory");
	if (arguments->format == FORMAT_NFD && *size > EXPORT_NFD_MAX)
		return because(why, -EFBIG,
			       "NFD doesn't read files of more than %d bytes, but the output "
			       "has %zu: select functions by -s or -d",
			       EXPORT_NFD_MAX, *size);
	return 0;
}

static int deliver(const struct arguments *arguments, const struct list *list,
		   const struct check *check)
{
	char *text = NULL;
	size_t size = 0;
	struct why why;
	int ret = render(arguments, list, check, &text, &size, &why);

	if (!ret && arguments->output)
		ret = replace_file(arguments->output, text, size, &why);
	else if (!ret)
		fputs(text, stdout);
	free(text);
	if (ret)
		complain("%s", why.text);
	return ret ? EXIT_ERROR : EXIT_OK;
}

/* A function that doesn't answer is a state of the host; missing permission is an error. */
static int complain_of_unknown(const struct list *list)
{
	size_t hidden = list_count(list, PASID_UNKNOWN, -EACCES);

	list_complain(list);
	if (!hidden)
		return EXIT_OK;
	complain("the PASID of %zu function%s is unknown: only root can read %s config space; "
		 "run as root, or with CAP_SYS_ADMIN",
		 hidden, plural(hidden), hidden == 1 ? "its" : "their");
	return EXIT_ERROR;
}

/* With what vpasid check finds, if it is to be asked. */
static int check_and_deliver(struct host *host, const struct arguments *arguments,
			     const struct list *list)
{
	struct check check;
	struct why why;
	int status;

	if (arguments->purpose == PURPOSES)
		return deliver(arguments, list, NULL);
	if (check_host(host, arguments->purpose, &check, &why))
		status = complain("%s", why.text);
	else
		status = deliver(arguments, list, &check);
	check_free(&check);
	return status;
}

static int select_and_export(struct host *host, const struct arguments *arguments)
{
	struct list list;
	struct why why;
	int status, unknown, ret = list_select(host, &arguments->choice, &list, &why);

	if (ret == -EINVAL)
		return usage_error("%s", why.text);
	if (ret)
		return complain("%s", why.text);
	unknown = complain_of_unknown(&list);
	status = check_and_deliver(host, arguments, &list);
	list_free(&list);
	return status ? status : unknown;
}

int cmd_export(int argc, char **argv)
{
	struct arguments arguments = { .purpose = PURPOSES };
	const struct command_option options[] = {
		{ "format", 0, "FORMAT",
		  "prometheus (metrics for node_exporter's textfile collector) or nfd (labels "
		  "for Kubernetes Node Feature Discovery)",
		  .take = set_format, .context = &arguments },
		{ "output", 0, "FILE", "write to FILE, atomically, instead of to stdout",
		  .text = &arguments.output },
		{ "expire", 0, "SECONDS", "nfd: the labels expire after SECONDS",
		  .take = set_expire, .context = &arguments },
		PURPOSE_OPTION(&arguments.purpose,
			       "prometheus: export the findings of vpasid check, too, for "),
		CHOICE_OPTIONS(&arguments.choice.these),
		LIVE_OPTIONS(&arguments.host),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct host host;
	struct why why;

	if (!status)
		status = check_arguments(&arguments, argv + optind);
	if (status)
		return status;
	if (host_options_open(&arguments.host, &host, &why))
		return complain("%s", why.text);
	status = select_and_export(&host, &arguments);
	host_close(&host);
	return status;
}
