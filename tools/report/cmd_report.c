// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid report: a page about a host, or about several. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "facts/host_options.h"
#include "report/page.h"
#include "report/text.h"
#include "support/options.h"
#include "support/output.h"
#include "support/replace_file.h"

static const struct usage usage = {
	.synopsis = "--html FILE [OPTION]...\n--html FILE [OPTION]... --record RECORDING...",
	.about = "Writes an HTML page: whether this host is set up for PASID, and what to do; "
		 "its functions, what the PASID of each depends on, and their config spaces. The "
		 "page shows what check, list, explain and map print. For several recordings, it "
		 "shows a table of the hosts, and their problems; each argument is a recording. "
		 "The page is a single file, and loads nothing else.",
	.statuses = "0 written, 2 usage, 3 error, or a recording couldn't be read",
};

struct arguments {
	struct page_options page;
	struct host_options host;
	const char *html;
	const char *quirks;
	const char **recordings; /* as many as there are arguments at most */
	size_t count;
};

static int set_purpose(void *context, const char *value)
{
	struct page_options *page = context;
	int status = take_purpose(&page->check, value);

	page->explain = page->check;
	return status;
}

static int add_recording(void *context, const char *value)
{
	struct arguments *arguments = context;

	arguments->recordings[arguments->count++] = value;
	return EXIT_OK;
}

static int write_page(const struct text *text, const char *path)
{
	struct why why;

	if (!strcmp(path, "-"))
		fwrite(text->content, 1, text->size, stdout);
	else if (replace_file(path, text->content, text->size, &why))
		return complain("%s", why.text);
	return EXIT_OK;
}

static int make_page(FILE *stream, const struct arguments *arguments, size_t *failed,
		     struct why *why)
{
	struct host_options options = arguments->host;
	struct host host;
	int ret;

	if (arguments->count > 1)
		return page_of_several(stream, arguments->recordings, arguments->count,
				       options.wakes, &arguments->page, failed, why);
	options.record = arguments->count ? arguments->recordings[0] : NULL;
	ret = host_options_open(&options, &host, why);
	if (ret)
		return ret;
	ret = page_of_host(stream, &host, &arguments->page, why);
	host_close(&host);
	return ret;
}

static int report(struct arguments *arguments)
{
	struct vpasid_quirks *quirks;
	size_t failed = 0;
	struct text text;
	struct why why;
	int status;

	quirks = place_load_quirks(arguments->quirks, &why);
	if (!quirks)
		return complain("%s", why.text);
	arguments->page.quirks = quirks;
	if (!text_open(&text)) {
		vpasid_quirks_free(quirks);
		return complain("out of memory");
	}
	status = make_page(text.stream, arguments, &failed, &why) ? complain("%s", why.text)
								  : EXIT_OK;
	if (!text_close(&text) && !status)
		status = complain("out of memory");
	if (!status)
		status = write_page(&text, arguments->html);
	free(text.content);
	vpasid_quirks_free(quirks);
	return status || !failed ? status : EXIT_ERROR;
}

static int check_arguments(const struct arguments *arguments)
{
	if (!arguments->html)
		return usage_error("--html FILE is missing");
	if (arguments->host.sysfs && arguments->count)
		return usage_error("--record and --sysfs can't be combined");
	return EXIT_OK;
}

int cmd_report(int argc, char **argv)
{
	struct arguments arguments = { .page = { PURPOSE_VMM, PURPOSES } };
	const struct command_option options[] = {
		{ "html", 0, "FILE", "write the page to FILE (-: standard output)",
		  .text = &arguments.html },
		{ "for", 0, "PURPOSE",
		  "judge for this purpose: " PURPOSE_HELP
		  "; default: those of vpasid check and vpasid explain",
		  .take = set_purpose, .context = &arguments.page },
		{ "record", 0, "FILE", "read a recording of vpasid record instead of this host",
		  .take = add_recording, .context = &arguments },
		{ "sysfs", 0, "DIR", "read a recorded sysfs in DIR instead of /sys",
		  .text = &arguments.host.sysfs },
		{ "quirks", 0, "DIR", "read quirks from DIR instead of this host's",
		  .text = &arguments.quirks },
		{ "wake", 0, NULL, "wake functions that are asleep, and read them, too",
		  .flag = &arguments.host.wakes },
		{ 0 },
	};
	int status;

	arguments.recordings = calloc((size_t)argc + 1, sizeof(*arguments.recordings));
	if (!arguments.recordings)
		return complain("out of memory");
	status = take_options(argc, argv, options, &usage);
	for (int i = optind; !status && i < argc; i++)
		status = add_recording(&arguments, argv[i]);
	if (!status)
		status = check_arguments(&arguments);
	if (!status)
		status = report(&arguments);
	free(arguments.recordings);
	return status;
}
