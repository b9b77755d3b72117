// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid query: what the host says of the PASID of functions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "facts/subjects.h"
#include "pci/arguments.h"
#include "query/query.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "vfio/explain.h"

static const char usage[] =
	"usage: vpasid query [--json] [--vf-token UUID] BDF...\n"
	"\n"
	"Opens each function through VFIO and asks the host for its PASID. The functions\n"
	"must be bound to a VFIO driver, and unused; see vpasid bind. VFIO resets a\n"
	"function that it opens.\n"
	"\n"
	"  --json           print JSON instead of a table\n"
	"  --vf-token UUID  the VF token of a PF on VFIO and its VFs\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 all have PASIDs that can be used, 1 at least one has none, 2 usage,\n"
	"3 error\n";

struct arguments {
	bool json;
	const char *vf_token;
};

/* The table shows that there is no answer, stderr why. What the host lacks is said once. */
static void complain_of(const struct query *queries, size_t count)
{
	struct why host;

	if (vfio_check_host(&host))
		complain("%s", host.text);
	for (size_t i = 0; i < count; i++) {
		const struct query *query = &queries[i];

		if (query->error && query->error != -ENOSYS)
			complain("%s: %s", query->function->pci.bdf.text, query->why.text);
		else if (!query->error && *query->note.text)
			complain("%s: %s", query->function->pci.bdf.text, query->note.text);
	}
}

static int status_of(const struct query *queries, size_t count)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < count; i++) {
		if (queries[i].error)
			return EXIT_ERROR;
		if (!vpasid_info_usable_width(&queries[i].info))
			status = EXIT_NO_PASID;
	}
	return status;
}

static int query_and_report(struct query *queries, size_t count, const struct arguments *arguments)
{
	struct why names;

	query_all(queries, count, arguments->vf_token, &names);
	if (*names.text)
		complain("%s", names.text);

	complain_of(queries, count);
	if (arguments->json) {
		print_json(query_to_json(queries, count));
	} else if (query_print_table(queries, count, stdout, has_colours(stdout))) {
		return complain("out of memory");
	}
	return status_of(queries, count);
}

static int open_and_query(char *const *bdfs, size_t count, const struct arguments *arguments)
{
	struct query *queries = calloc(count, sizeof(*queries));
	int status = EXIT_OK;
	struct host host;

	if (!queries)
		return complain("out of memory");
	/* VFIO resets what it opens, so waking it does no more harm. */
	host_open(&host, HOST_SYSFS, "", true);
	for (size_t i = 0; i < count && !status; i++)
		status = subjects_find("query", &host, &bdfs[i], 1, &queries[i].function);
	if (!status)
		status = query_and_report(queries, count, arguments);
	host_close(&host);
	free(queries);
	return status;
}

int cmd_query(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		{ "json", .flag = &arguments.json },
		{ "vf-token", .text = &arguments.vf_token },
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	size_t count = (size_t)(argc - optind);
	struct why why;

	if (!status)
		status = check_vf_token("query", arguments.vf_token);
	if (status)
		return status;
	/* On a host without VFIO, naming a function wouldn't help. */
	if (!count && vfio_check_host(&why))
		return complain("%s", why.text);
	if (!count)
		return usage_error("query", "query needs the BDF of a function, as 0000:00:05.0");

	return open_and_query(argv + optind, count, &arguments);
}
