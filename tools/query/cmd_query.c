// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid query: what the host reports about the PASID of functions. */
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

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF...",
	.about = "Opens each function through VFIO and asks the host for its PASID support. The "
		 "functions must be bound to a VFIO driver (see vpasid bind), and no process may "
		 "have them open. VFIO resets a function when it is opened.",
	.statuses = "0 all have usable PASIDs, 1 at least one has none, 2 usage, 3 error",
};

/*
 * The table shows that there is no answer, stderr says why. What the host lacks is reported once.
 */
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

static int query_and_report(const struct subjects *subjects, const char *vf_token, bool json)
{
	struct query *queries = calloc(subjects->count, sizeof(*queries));
	size_t count = subjects->count;
	struct why names;
	int status;

	if (!queries)
		return complain("out of memory");
	for (size_t i = 0; i < count; i++)
		queries[i].function = subjects->functions[i];
	query_all(queries, count, vf_token, &names);
	if (*names.text)
		complain("%s", names.text);

	complain_of(queries, count);
	status = status_of(queries, count);
	if (json)
		print_json(query_to_json(queries, count));
	else if (query_print_table(queries, count, stdout, has_colours(stdout)))
		status = complain("out of memory");
	free(queries);
	return status;
}

int cmd_query(int argc, char **argv)
{
	/* VFIO resets a function when it is opened, so waking it does no further harm. */
	const struct host_options host = { .wakes = true };
	const char *vf_token = NULL;
	struct choice choice = { 0 };
	bool json = false;
	const struct command_option options[] = {
		VF_TOKEN_OPTION(&vf_token),
		CHOICE_OPTIONS(&choice),
		REPORT_OPTIONS(&json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct subjects subjects;
	struct why why;

	if (status)
		return status;
	/* On a host without VFIO, naming other functions wouldn't help. */
	if (!argv[optind] && !choice.slot && !choice.id && vfio_check_host(&why))
		return complain("%s", why.text);
	status = subjects_open(&host, &choice, argv + optind, false, &subjects);
	if (status)
		return status;
	status = query_and_report(&subjects, vf_token, json);
	subjects_close(&subjects);
	return status;
}
