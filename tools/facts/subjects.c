// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "facts/host_options.h"
#include "facts/subjects.h"
#include "pci/arguments.h"
#include "support/output.h"

int subjects_find(const char *command, struct host *host, char *const *bdfs, size_t count,
		  struct function **functions)
{
	for (size_t i = 0; i < count; i++) {
		struct bdf bdf;

		if (parse_bdf(command, bdfs[i], &bdf))
			return EXIT_USAGE;
		functions[i] = host_function(host, &bdf);
		if (!functions[i])
			return complain("out of memory");
	}
	return EXIT_OK;
}

int subjects_open(const char *command, int argc, char **argv, const char *usage,
		  const struct command_option *own, size_t limit, struct subjects *subjects)
{
	struct host_options host = { 0 };
	struct command_option options[HOST_OPTIONS_COUNT + SUBJECTS_OWN + 2] = {
		HOST_OPTIONS(&host),
		{ "json", .flag = &subjects->json },
	};
	struct why why;
	int status;

	*subjects = (struct subjects){ 0 };
	for (size_t i = 0; own && i < SUBJECTS_OWN; i++)
		options[HOST_OPTIONS_COUNT + 1 + i] = own[i];
	status = take_options(argc, argv, options, usage);
	if (!status)
		status = host_options_check(command, &host);
	if (status)
		return status;
	subjects->count = (size_t)(argc - optind);
	if (!subjects->count || subjects->count > limit)
		return usage_error(command, "%s needs the BDF of %s function, as 0000:00:05.0",
				   command, limit == 1 ? "one" : "a");
	if (host_options_open(&host, &subjects->host, &why))
		return complain("%s", why.text);
	subjects->functions = calloc(subjects->count, sizeof(struct function *));
	status = subjects->functions ? subjects_find(command, &subjects->host, argv + optind,
						     subjects->count, subjects->functions)
				     : complain("out of memory");
	if (status)
		subjects_close(subjects);
	return status;
}

void subjects_close(struct subjects *subjects)
{
	free(subjects->functions);
	host_close(&subjects->host);
}
