// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "pci/arguments.h"
#include "place/request.h"
#include "support/exit.h"
#include "support/options.h"
#include "support/output.h"
#include "support/sysfs.h"

int places_set_offset(void *context, const char *value)
{
	struct places_request *request = context;
	unsigned long offset;

	if (parse_number(value, VPASID_CONFIG_SIZE - 1, &offset) || !offset)
		return usage_error(request->command,
				   "--offset %s: not an offset in config space, as 0xff8", value);
	request->offset = (uint16_t)offset;
	return EXIT_OK;
}

static int check_request(const struct places_request *request)
{
	if (request->is_pf && request->is_vf)
		return usage_error(request->command, "--pf and --vf: it's one or the other");
	if (request->file && request->sysfs)
		return usage_error(request->command, "--file and --sysfs: it's one or the other");
	if ((request->is_pf || request->is_vf) && !request->file)
		return usage_error(request->command,
				   "--pf and --vf are for dumps: what a function of this host is, "
				   "is known");
	if (!request->bdf_count && !request->file)
		return usage_error(request->command,
				   "%s needs the BDF of a function, as 0000:00:05.0, or --file",
				   request->command);
	return EXIT_OK;
}

static int read_functions(const struct places_request *request, const struct bdf *bdfs,
			  struct config_sources *sources, struct why *why)
{
	const char *sysfs = request->sysfs ? request->sysfs : HOST_SYSFS;

	if (request->file)
		return config_sources_read_dump(request->file, bdfs, request->bdf_count, sources,
						why);
	return config_sources_read_host(sysfs, bdfs, request->bdf_count, sources, why);
}

static int read_sources(const struct places_request *request, struct config_sources *sources)
{
	struct bdf *bdfs = calloc(request->bdf_count + 1, sizeof(*bdfs));
	struct why why = { .text = "out of memory" };
	int status = EXIT_OK;
	int ret = -ENOMEM;

	for (size_t i = 0; bdfs && i < request->bdf_count && !status; i++)
		status = parse_bdf(request->command, request->bdfs[i], &bdfs[i]);
	if (bdfs && !status)
		ret = read_functions(request, bdfs, sources, &why);
	free(bdfs);
	if (!status && ret) {
		complain("%s", why.text);
		status = EXIT_ERROR;
	}
	return status;
}

static void set_kinds(const struct places_request *request, struct config_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (request->is_pf)
			sources->functions[i].device.kind = VPASID_FUNCTION_PF;
		if (request->is_vf)
			sources->functions[i].device.kind = VPASID_FUNCTION_VF;
	}
}

static int find_places(const struct places_request *request, struct places *places)
{
	struct why why;

	places->quirks = place_load_quirks(request->quirks, &why);
	if (!places->quirks) {
		complain("%s", why.text);
		return EXIT_ERROR;
	}
	places->places = calloc(places->sources.count + 1, sizeof(*places->places));
	if (!places->places) {
		complain("out of memory");
		return EXIT_ERROR;
	}
	for (size_t i = 0; i < places->sources.count; i++)
		place_find(&places->sources.functions[i], places->quirks, request->offset,
			   &places->places[i]);
	places->count = places->sources.count;
	return EXIT_OK;
}

int places_load(const struct places_request *request, struct places *places)
{
	int status = check_request(request);
	struct why why;

	*places = (struct places){ 0 };
	if (!status)
		status = read_sources(request, &places->sources);
	if (status)
		return status;
	set_kinds(request, &places->sources);
	if (config_sources_name(&places->sources, &why))
		complain("%s", why.text);
	status = find_places(request, places);
	if (status)
		places_free(places);
	return status;
}

int places_complain(const struct places *places)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < places->count; i++) {
		const struct place *place = &places->places[i];
		const char *bdf = place->source->bdf.text;

		if (place->has_layout && !config_source_has_ids(place->source))
			complain("%s: its IDs read as ones, as those of a VF: quirks can't be told",
				 bdf);
		if (!place->error)
			continue;
		complain("%s: %s", bdf, place->why.text);
		for (size_t j = 0; j < place->obstacle_count; j++)
			complain("%s: %s", bdf, place->obstacles[j]);
		status = EXIT_ERROR;
	}
	return status;
}

void places_free(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		place_free(&places->places[i]);
	free(places->places);
	vpasid_quirks_free(places->quirks);
	config_sources_free(&places->sources);
	*places = (struct places){ 0 };
}
