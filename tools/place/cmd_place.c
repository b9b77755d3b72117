// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid place: where a guest's PASID capability goes, and why there. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/info.h>

#include "cmd.h"
#include "facts/pasid.h"
#include "pci/arguments.h"
#include "pci/dump.h"
#include "place/place_report.h"
#include "place/request.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const char usage[] =
	"usage: vpasid place [OPTION]... BDF...\n"
	"       vpasid place [OPTION]... --file DUMP [BDF]...\n"
	"\n"
	"Finds a place in a function's config space for the PASID capability that a virtual\n"
	"machine gets to see, and says why there. Takes root, but for dumps.\n"
	"\n"
	"  --format FORMAT  text, json, or a VMM's option: qemu, cloud-hypervisor\n"
	"  --emit           print the config space that the guest sees, as lspci -xxxx does\n"
	"  --width N        for --emit: Max PASID Width, 1 to 20\n" PLACES_USAGE
	"  --help           print this\n"
	"\n"
	"Exit status: 0 all have a place, 2 usage, 3 error, or there is no place\n";

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_QEMU,
	FORMAT_CLOUD_HYPERVISOR,
	FORMATS
};

struct arguments {
	struct places_request request;
	enum format format;
	bool has_format;
	bool emit;
	unsigned int width;
};

static int set_format(void *context, const char *value)
{
	static const char *const names[FORMATS] = { "text", "json", "qemu", "cloud-hypervisor" };
	struct arguments *arguments = context;

	for (arguments->format = 0; arguments->format < FORMATS; arguments->format++) {
		if (!strcmp(value, names[arguments->format])) {
			arguments->has_format = true;
			return EXIT_OK;
		}
	}
	return usage_error("place", "--format %s: not text, json, qemu or cloud-hypervisor", value);
}

static int set_width(void *context, const char *value)
{
	struct arguments *arguments = context;

	return parse_width("place", value, &arguments->width);
}

static int print_qemu(const struct placement_report *place)
{
	const char *bdf = place->bdf.text;
	uint16_t offset;
	struct why why;
	int ret = place_for_qemu(place, &offset, &why);

	if (*why.text)
		complain("%s: %s", bdf, why.text);
	if (ret)
		return EXIT_ERROR;
	printf("x-vpasid-cap-offset=0x%x\n", offset);
	return EXIT_OK;
}

static int emit(struct function *function, const struct placement_report *place, unsigned int width)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct why note;
	int ret = function_read(function, FUNCTION_PASID, &note);

	if (!ret)
		ret = place_emit(place, pasid_registers(function), width, config, &note);
	if (*note.text)
		complain("%s", note.text);
	if (ret)
		return EXIT_ERROR;
	dump_write(&place->bdf, *place->name ? place->name : "as a guest sees it", config, stdout);
	return EXIT_OK;
}

static int show(struct function *function, const struct placement_report *place,
		const struct arguments *arguments)
{
	if (place->error)
		return EXIT_ERROR;
	if (arguments->emit)
		return emit(function, place, arguments->width);
	if (arguments->format == FORMAT_QEMU)
		return print_qemu(place);
	if (arguments->format == FORMAT_CLOUD_HYPERVISOR)
		return complain("%s: the place is 0x%03x, but Cloud Hypervisor (as of 53.0) has no "
				"option for it; QEMU has one: --format qemu",
				place->bdf.text, place->placement.offset);
	place_print(place, stdout);
	return EXIT_OK;
}

static int report(const struct places *places, const struct arguments *arguments)
{
	int status = places_complain(places);

	if (arguments->format == FORMAT_JSON) {
		print_json(place_to_json(places->reports, places->count));
		return status;
	}
	if (arguments->format != FORMAT_TEXT && places->count > 1)
		return usage_error("place",
				   "an option is for one function, and these are %zu: "
				   "name one of them",
				   places->count);
	for (size_t i = 0; i < places->count; i++) {
		int ret = show(places->functions[i], &places->reports[i], arguments);

		if (ret)
			status = ret;
	}
	return status;
}

int cmd_place(int argc, char **argv)
{
	struct arguments arguments = { .request.command = "place" };
	const struct command_option options[] = {
		{ "format", .take = set_format, .context = &arguments },
		{ "emit", .flag = &arguments.emit },
		{ "width", .take = set_width, .context = &arguments },
		PLACES_OPTIONS(&arguments.request),
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct places places;

	arguments.request.bdfs = argv + optind;
	arguments.request.bdf_count = (size_t)(argc - optind);
	if (!status && arguments.emit && arguments.has_format)
		return usage_error("place", "--emit and --format: it's one or the other");
	if (!status && arguments.width && !arguments.emit)
		return usage_error("place", "--width is for --emit");
	if (!status)
		status = places_load(&arguments.request, &places);
	if (status)
		return status;
	status = report(&places, &arguments);
	places_free(&places);
	return status;
}
