// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/function.h"
#include "facts/subjects.h"
#include "place/request.h"
#include "support/options.h"
#include "support/output.h"

static bool take_cap(char *word, unsigned int *with, bool *has_pasid)
{
	*has_pasid |= !strcmp(word, "pasid");
	if (!strcmp(word, "pri"))
		*with |= PLACE_WITH_PRI;
	else if (!strcmp(word, "ats"))
		*with |= PLACE_WITH_ATS;
	else
		return !strcmp(word, "pasid");
	return true;
}

int places_set_caps(void *context, const char *value)
{
	struct places_request *request = context;
	char words[32], *rest = words, *word;
	bool has_pasid = false, is_list = strlen(value) < sizeof(words);

	request->options.with = 0;
	snprintf(words, sizeof(words), "%s", value);
	while (is_list && (word = strsep(&rest, ",")))
		is_list = take_cap(word, &request->options.with, &has_pasid);
	if (is_list && has_pasid)
		return EXIT_OK;
	return usage_error(request->command, "--cap %s: not pasid, or pasid,pri,ats", value);
}

int places_set_offset(void *context, const char *value)
{
	struct places_request *request = context;
	unsigned long offset;

	if (parse_number(value, VPASID_CONFIG_SIZE - 1, &offset) || !offset)
		return usage_error(request->command,
				   "--offset %s: not an offset in config space, as 0xff8", value);
	request->options.offset = (uint16_t)offset;
	return EXIT_OK;
}

static int check_request(const struct places_request *request)
{
	if (request->is_pf && request->is_vf)
		return usage_error(request->command, "--pf and --vf: it's one or the other");
	if (host_options_check(request->command, &request->host))
		return EXIT_USAGE;
	if ((request->is_pf || request->is_vf) && !request->host.file)
		return usage_error(request->command,
				   "--pf and --vf are for dumps: what a function of this host is, "
				   "is known");
	if (request->options.opens &&
	    (request->host.file || request->host.sysfs || request->host.record))
		return usage_error(request->command, "--open: nothing but functions of this host "
						     "can be opened");
	if (request->options.vf_token && !request->options.opens)
		return usage_error(request->command, "--vf-token is for --open");
	if (!request->bdf_count && !request->host.file)
		return usage_error(request->command,
				   "%s needs the BDF of a function, as 0000:00:05.0, or --file",
				   request->command);
	return EXIT_OK;
}

/* Takes all functions of a dump that have an extended config space, in its order, each once. */
static int choose_dumped(const struct places_request *request, struct places *places)
{
	const struct dump *dump = &places->host.dump;

	for (size_t i = 0; i < dump->count; i++) {
		struct function *function = host_function(&places->host, &dump->functions[i].bdf);

		if (function && function->dumped == &dump->functions[i] &&
		    dump->functions[i].size == VPASID_CONFIG_SIZE)
			places->functions[places->count++] = function;
	}
	if (places->count)
		return EXIT_OK;
	return complain(
		"%s: no function in it has the %d bytes of an extended config space: make it "
		"again, lspci -xxxx as root",
		request->host.file, VPASID_CONFIG_SIZE);
}

static int choose_functions(const struct places_request *request, struct places *places)
{
	size_t room = request->bdf_count ? request->bdf_count : places->host.dump.count;

	places->functions = calloc(room + 1, sizeof(struct function *));
	places->reports = calloc(room + 1, sizeof(*places->reports));
	if (!places->functions || !places->reports)
		return complain("out of memory");
	if (!request->bdf_count)
		return choose_dumped(request, places);
	places->count = request->bdf_count;
	return subjects_find(request->command, &places->host, request->bdfs, request->bdf_count,
			     places->functions);
}

static void find_one(const struct places_request *request, const struct places *places,
		     struct function *function, struct placement_report *report)
{
	if ((request->is_pf || request->is_vf) &&
	    !function_read(function, FUNCTION_CONFIG | FUNCTION_VFS, NULL)) {
		function->pci.kind = request->is_vf ? PCI_KIND_VF : PCI_KIND_PF;
		function->config->device.kind =
			request->is_vf ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF;
	}
	place_for_vmm(function, &request->options, places->quirks, report);
}

static int find_places(const struct places_request *request, struct places *places)
{
	struct why why;

	places->quirks = place_load_quirks(request->quirks, &why);
	if (!places->quirks)
		return complain("%s", why.text);
	for (size_t i = 0; i < places->count; i++)
		function_read(places->functions[i], FUNCTION_IDENTITY, NULL);
	if (functions_name(places->functions, places->count, &why))
		complain("%s", why.text);
	for (size_t i = 0; i < places->count; i++)
		find_one(request, places, places->functions[i], &places->reports[i]);
	return EXIT_OK;
}

int places_load(const struct places_request *request, struct places *places)
{
	struct host_options host = request->host;
	int status = check_request(request);
	struct why why;

	/* VFIO resets what it opens, so waking it does no more harm. */
	host.wakes |= request->options.opens;
	*places = (struct places){ 0 };
	if (status)
		return status;
	if (host_options_open(&host, &places->host, &why))
		return complain("%s", why.text);
	status = choose_functions(request, places);
	if (!status)
		status = find_places(request, places);
	if (status)
		places_free(places);
	return status;
}

int places_complain(const struct places *places)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < places->count; i++) {
		const struct placement_report *report = &places->reports[i];
		const char *bdf = report->bdf.text;

		if (report->has_layout && !config_space_has_ids(report->space))
			complain("%s: its IDs %s: quirks can't be told", bdf,
				 report->space->device.vendor ? "read as ones, as those of a VF"
							      : "aren't known");
		if (!report->error)
			continue;
		complain("%s: %s%s", bdf, report->why.text,
			 report->error == -ELOOP ? "; --offset takes a place all the same" : "");
		for (size_t j = 0; j < report->obstacle_count; j++)
			complain("%s: %s", bdf, report->obstacles[j]);
		status = EXIT_ERROR;
	}
	return status;
}

void places_free(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		place_free(&places->reports[i]);
	free(places->reports);
	free(places->functions);
	vpasid_quirks_free(places->quirks);
	host_close(&places->host);
	*places = (struct places){ 0 };
}
