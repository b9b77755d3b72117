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
#include "place/qemu.h"
#include "place/request.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const char usage[] =
	"usage: vpasid place [OPTION]... BDF...\n"
	"       vpasid place [OPTION]... --file DUMP [BDF]...\n"
	"\n"
	"Finds a place for the PASID capability that a virtual machine gets to see, in what\n"
	"VFIO shows of a function's config space, and says why there. Takes root, but for\n"
	"dumps.\n"
	"\n"
	"  --format FORMAT  text, json, or a VMM's option: qemu, cloud-hypervisor\n"
	"  --emit           print the config space that the guest sees, as lspci -xxxx does\n"
	"  --as WHO         for --emit: who puts it into the chain, libvpasid or qemu\n"
	"  --width N        for --emit: Max PASID Width, 1 to 20\n"
	"  --open           have VFIO show it, which resets the function\n"
	"  --vf-token UUID  for --open: the VF token of a PF on VFIO and its VFs\n" PLACES_USAGE
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
	enum emit_as as;
	bool has_as;
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

static int set_as(void *context, const char *value)
{
	struct arguments *arguments = context;

	arguments->has_as = true;
	arguments->as = strcmp(value, "qemu") != 0 ? EMIT_LIBVPASID : EMIT_QEMU;
	if (arguments->as == EMIT_QEMU || !strcmp(value, "libvpasid"))
		return EXIT_OK;
	return usage_error("place", "--as %s: not libvpasid or qemu", value);
}

static int set_width(void *context, const char *value)
{
	struct arguments *arguments = context;

	return parse_width("place", value, &arguments->width);
}

static int print_qemu(const struct placement_report *place)
{
	struct why why;

	if (place_for_qemu(place, &why))
		return complain("%s: %s", place->bdf.text, why.text);
	printf("x-vpasid-cap-offset=0x%x\n", place->placement.caps[0].offset);
	return EXIT_OK;
}

static int emit(struct function *function, const struct placement_report *place,
		const struct arguments *arguments)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	char title[256];
	struct why note;
	int ret = function_read(function, FUNCTION_PASID, &note);

	if (!ret)
		ret = place_emit(place, arguments->as, pasid_registers(function), arguments->width,
				 config, &note);
	if (*note.text)
		complain("%s", note.text);
	if (ret)
		return EXIT_ERROR;
	snprintf(title, sizeof(title), "%s%s[PASID as %s inserts it]", place->name,
		 *place->name ? " " : "", arguments->as == EMIT_QEMU ? "QEMU 11.1" : "libvpasid");
	dump_write(&place->bdf, title, config, stdout);
	return EXIT_OK;
}

static int show(struct function *function, const struct placement_report *place,
		const struct arguments *arguments)
{
	if (place->error)
		return EXIT_ERROR;
	if (arguments->emit)
		return emit(function, place, arguments);
	if (arguments->format == FORMAT_QEMU)
		return print_qemu(place);
	if (arguments->format == FORMAT_CLOUD_HYPERVISOR)
		return complain("%s: the place is 0x%03x, but Cloud Hypervisor (as of 53.0) has no "
				"option for it; QEMU has one: --format qemu",
				place->bdf.text, place->placement.caps[0].offset);
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
		{ "as", .take = set_as, .context = &arguments },
		{ "width", .take = set_width, .context = &arguments },
		{ "open", .flag = &arguments.request.options.opens },
		{ "vf-token", .text = &arguments.request.options.vf_token },
		PLACES_OPTIONS(&arguments.request),
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct places places;

	arguments.request.bdfs = argv + optind;
	arguments.request.bdf_count = (size_t)(argc - optind);
	if (!status && arguments.emit && arguments.has_format)
		return usage_error("place", "--emit and --format: it's one or the other");
	if (!status && arguments.has_as && !arguments.emit)
		return usage_error("place", "--as is for --emit");
	if (!status && arguments.request.options.is_emulated &&
	    (arguments.as == EMIT_QEMU ||
	     (arguments.has_format && arguments.format == FORMAT_QEMU)))
		return usage_error("place", "--emulated: QEMU passes a guest's writes on");
	if (!status && arguments.request.options.with && arguments.has_format &&
	    arguments.format == FORMAT_QEMU)
		return usage_error("place",
				   "--cap: QEMU has an option for the place of PASID alone");
	if (!status && arguments.request.options.with && arguments.as == EMIT_QEMU)
		return usage_error("place", "--cap: QEMU adds PASID alone");
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
