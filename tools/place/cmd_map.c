// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid map: a function's config space as a picture. */
#include <errno.h>
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
#include "support/wrap.h"

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF...\n[OPTION]... --file DUMP [BDF]...",
	.about = "Draws the 4 KiB of a function's config space: where each capability is, what is "
		 "free, and where the PASID capability that a virtual machine sees is placed. "
		 "Requires root, except for dumps.",
	.statuses = "0 drawn, 2 usage, 3 error, or a broken chain of capabilities",
};

struct arguments {
	struct places_request request;
	const char *svg;
	bool json;
};

static int draw_svg(const struct places *places, const char *path)
{
	int status = subjects_expect_one(&places->subjects, "--svg");
	struct map map;
	FILE *file;

	if (status)
		return status;
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
	const struct map_style style = {
		.utf8 = output_is_utf8(),
		.colours = has_colours(stdout),
		.width = terminal_width(stdout),
	};
	const char *separator = "";
	struct map map;

	for (size_t i = 0; i < places->subjects.count; i++) {
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
	for (size_t i = 0; i < places->subjects.count; i++) {
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
		print_json(map_to_json(places->reports, places->subjects.count));
	else
		draw(places);
	places_complain(places);
	return status ? status : status_of(places);
}

int cmd_map(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		{ "svg", 0, "FILE", "draw one function, as SVG, to FILE", .text = &arguments.svg },
		PLACES_OPTIONS(&arguments.request),
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct places places;

	arguments.request.bdfs = argv + optind;
	if (!status && arguments.svg && arguments.json)
		return usage_error("--svg and --json can't be combined");
	if (!status)
		status = places_load(&arguments.request, &places);
	if (status)
		return status;
	status = report(&places, &arguments);
	places_free(&places);
	return status;
}
