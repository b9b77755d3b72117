// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid map: a function's config space as a picture. */
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "place/map.h"
#include "place/request.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "support/svg.h"

static const char usage[] =
	"usage: vpasid map [OPTION]... BDF...\n"
	"       vpasid map [OPTION]... --file DUMP [BDF]...\n"
	"\n"
	"Draws the 4 KiB of a function's config space: which capability stands where, what\n"
	"is free, and where the PASID capability goes that a virtual machine gets to see.\n"
	"Takes root, but for dumps.\n"
	"\n"
	"  --svg FILE       draw to FILE, or to stdout for \"-\", of one function\n"
	"  --json           print JSON instead of a picture\n" PLACES_USAGE
	"  --help           print this\n"
	"\n"
	"Exit status: 0 drawn, 2 usage, 3 error, or the chain of capabilities is broken\n";

struct arguments {
	struct places_request request;
	const char *svg;
	bool json;
};

static int draw_svg(const struct places *places, const char *path)
{
	struct map map;
	FILE *file;

	if (places->count != 1)
		return usage_error("map",
				   "--svg draws one function, and these are %zu: name one "
				   "of them",
				   places->count);
	if (!places->reports[0].has_layout)
		return EXIT_OK;

	file = svg_open(path);
	if (!file)
		return EXIT_ERROR;
	map_make(&places->reports[0], &map);
	map_print_svg(&map, file);
	return svg_close(file, path);
}

static void draw(const struct places *places)
{
	struct map_style style = { .colours = has_colours(stdout) };
	const char *separator = "";
	struct map map;

	setlocale(LC_CTYPE, "");
	style.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	for (size_t i = 0; i < places->count; i++) {
		if (!places->reports[i].has_layout)
			continue;
		fputs(separator, stdout);
		separator = "\n";
		map_make(&places->reports[i], &map);
		map_print(&map, &style, stdout);
	}
}

/* A broken chain is an error. That there is no place for PASID isn't. */
static int status_of(const struct places *places)
{
	for (size_t i = 0; i < places->count; i++) {
		const struct placement_report *place = &places->reports[i];

		if (!place->has_layout || vpasid_layout_find_break(&place->layout))
			return EXIT_ERROR;
	}
	return EXIT_OK;
}

static int report(const struct places *places, const struct arguments *arguments)
{
	int status = EXIT_OK;

	if (arguments->svg)
		status = draw_svg(places, arguments->svg);
	else if (arguments->json)
		print_json(map_to_json(places->reports, places->count));
	else
		draw(places);
	places_complain(places);
	return status ? status : status_of(places);
}

int cmd_map(int argc, char **argv)
{
	struct arguments arguments = { .request.command = "map" };
	const struct command_option options[] = {
		{ "svg", .text = &arguments.svg },
		{ "json", .flag = &arguments.json },
		PLACES_OPTIONS(&arguments.request),
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct places places;

	arguments.request.bdfs = argv + optind;
	arguments.request.bdf_count = (size_t)(argc - optind);
	if (!status && arguments.svg && arguments.json)
		return usage_error("map", "--svg and --json: it's one or the other");
	if (!status)
		status = places_load(&arguments.request, &places);
	if (status)
		return status;
	status = report(&places, &arguments);
	places_free(&places);
	return status;
}
