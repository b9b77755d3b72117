// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/function.h"
#include "pci/arguments.h"
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
	return usage_error("--cap %s: neither pasid nor pasid,pri,ats", value);
}

int places_set_offset(void *context, const char *value)
{
	struct places_request *request = context;
	unsigned int offset = 0;
	int status = parse_offset("--offset", value, &offset);

	request->options.offset = (uint16_t)offset;
	return status;
}

static int check_request(const struct places_request *request)
{
	if (request->is_pf && request->is_vf)
		return usage_error("--pf and --vf can't be combined");
	if (host_options_check(&request->host))
		return EXIT_USAGE;
	if ((request->is_pf || request->is_vf) && !request->host.file)
		return usage_error("--pf and --vf are for dumps only: whether a function of this "
				   "host is a PF or VF is known");
	if (request->options.opens &&
	    (request->host.file || request->host.sysfs || request->host.record))
		return usage_error("--open: only functions of this host can be opened");
	if (request->options.vf_token && !request->options.opens)
		return usage_error("--vf-token requires --open");
	return EXIT_OK;
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
	struct subjects *subjects = &places->subjects;
	struct why why;

	places->quirks = place_load_quirks(request->quirks, &why);
	if (!places->quirks)
		return complain("%s", why.text);
	places->reports = calloc(subjects->count, sizeof(*places->reports));
	if (!places->reports)
		return complain("out of memory");
	for (size_t i = 0; i < subjects->count; i++)
		function_read(subjects->functions[i], FUNCTION_IDENTITY, NULL);
	if (functions_name(subjects->functions, subjects->count, &why))
		complain("%s", why.text);
	for (size_t i = 0; i < subjects->count; i++)
		find_one(request, places, subjects->functions[i], &places->reports[i]);
	return EXIT_OK;
}

int places_load(const struct places_request *request, struct places *places)
{
	struct host_options host = request->host;
	int status = check_request(request);

	/* VFIO resets what it opens, so waking it does no more harm. */
	host.wakes |= request->options.opens;
	*places = (struct places){ 0 };
	if (!status)
		status = subjects_open(&host, &request->choice, request->bdfs, true,
				       &places->subjects);
	if (!status)
		status = find_places(request, places);
	if (status)
		places_free(places);
	return status;
}

int places_complain(const struct places *places)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < places->subjects.count; i++) {
		const struct placement_report *report = &places->reports[i];
		const char *bdf = report->bdf.text;

		if (report->has_layout && !config_space_has_ids(report->space))
			complain("%s: its IDs %s: quirks can't be looked up", bdf,
				 report->space->device.vendor ? "read as ones, like a VF's"
							      : "are unknown");
		if (!report->error)
			continue;
		complain("%s: %s%s", bdf, report->why.text,
			 report->error == -ELOOP ? "; --offset accepts a place anyway" : "");
		for (size_t j = 0; j < report->obstacle_count; j++)
			complain("%s: %s", bdf, report->obstacles[j]);
		status = EXIT_ERROR;
	}
	return status;
}

void places_free(struct places *places)
{
	for (size_t i = 0; places->reports && i < places->subjects.count; i++)
		place_free(&places->reports[i]);
	free(places->reports);
	vpasid_quirks_free(places->quirks);
	subjects_close(&places->subjects);
	*places = (struct places){ 0 };
}
