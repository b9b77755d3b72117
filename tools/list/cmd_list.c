// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid list: the functions of a host that have PASID. */
#include <errno.h>
#include <stdio.h>

#include "cmd.h"
#include "facts/host_options.h"
#include "list/list.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "support/plural.h"

static const struct usage usage = {
	.synopsis = "[OPTION]...",
	.about = "Lists the functions that have PASID, and the VFs that use their PF's. Changes "
		 "nothing, opens nothing through VFIO, and doesn't wake sleeping devices. "
		 "Requires root, except for dumps: only root can read the capabilities.",
	.statuses = "0 listed, 1 there are none, 2 usage, 3 error",
};

struct arguments {
	struct list_choice choice;
	struct host_options host;
	bool columns;
	bool json;
};

static int check(const struct arguments *arguments, char *const *rest)
{
	if (refuse_arguments(rest, "select functions by -s"))
		return EXIT_USAGE;
	if (arguments->json && arguments->columns)
		return usage_error("-p and --json can't be combined");
	return host_options_check(&arguments->host);
}

static int check_dump(const struct host *host)
{
	for (size_t i = 0; i < host->dump.count; i++)
		if (host->dump.functions[i].size == VPASID_CONFIG_SIZE)
			return EXIT_OK;
	return complain("%s: no function in it has the %d bytes of an extended config space: "
			"recreate it by `lspci -xxxx` as root",
			host->name, VPASID_CONFIG_SIZE);
}

/* Says what the columns can't show, and what would help. */
static void complain_of_unknown(const struct list *list, const struct host *host)
{
	size_t hidden = list_count(list, PASID_UNKNOWN, -EACCES);
	size_t asleep = list_count(list, PASID_ASLEEP, 0);

	if (hidden)
		complain("WIDTH, USABLE, EXEC, PRIV and STATE of %zu function%s are unknown: "
			 "only root can read %s config space",
			 hidden, plural(hidden), hidden == 1 ? "its" : "their");
	if (asleep)
		complain("%zu function%s read: %s wakes and reads %s", asleep,
			 asleep == 1 ? " is asleep, so its config space wasn't"
				     : "s are asleep, so their config spaces weren't",
			 host_wake_option(host), asleep == 1 ? "it" : "them");
	if (host->kind == HOST_DUMP && list->count)
		complain("a dump has no information about drivers and IOMMUs");
	list_complain(list);
}

static int report(const struct list *list, const struct arguments *arguments)
{
	if (arguments->json) {
		print_json(list_to_json(list));
	} else if (arguments->columns) {
		list_print_columns(list, stdout);
	} else if (list->count && list_print_table(list, stdout, has_colours(stdout))) {
		return complain("out of memory");
	}
	return list->count ? EXIT_OK : EXIT_NO_PASID;
}

static int list_and_report(struct host *host, const struct arguments *arguments)
{
	struct list list;
	struct why why;
	int status, ret = list_select(host, &arguments->choice, &list, &why);

	if (ret == -EINVAL)
		return usage_error("%s", why.text);
	if (ret)
		return complain("%s", why.text);
	complain_of_unknown(&list, host);
	if (!list.count)
		complain("none of %zu %sfunction%s has PASID", list.total,
			 arguments->choice.these.slot || arguments->choice.these.id ? "selected "
										    : "",
			 plural(list.total));
	status = report(&list, arguments);
	list_free(&list);
	return status;
}

int cmd_list(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		{ "all", 'a', NULL, "list functions without PASID, too",
		  .flag = &arguments.choice.all },
		CHOICE_OPTIONS(&arguments.choice.these),
		{ NULL, 'p', NULL, "print columns for scripts, separated by tabs, without a header",
		  .flag = &arguments.columns },
		HOST_OPTIONS(&arguments.host),
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct host host;
	struct why why;

	if (!status)
		status = check(&arguments, argv + optind);
	if (status)
		return status;
	if (host_options_open(&arguments.host, &host, &why))
		return complain("%s", why.text);
	if (arguments.host.file)
		status = check_dump(&host);
	if (!status)
		status = list_and_report(&host, &arguments);
	host_close(&host);
	return status;
}
