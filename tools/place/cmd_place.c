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

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF...\n[OPTION]... --file DUMP [BDF]...",
	.about = "Finds a place for the PASID capability that a virtual machine sees, in the "
		 "function's config space as VFIO shows it, and says why it was chosen. Requires "
		 "root, except for dumps.",
	.statuses = "0 all have a place, 2 usage, 3 error, or no place found",
};

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
	bool json;
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
	return usage_error("--format %s: not text, json, qemu or cloud-hypervisor", value);
}

static int set_as(void *context, const char *value)
{
	struct arguments *arguments = context;

	arguments->has_as = true;
	arguments->as = strcmp(value, "qemu") != 0 ? EMIT_LIBVPASID : EMIT_QEMU;
	if (arguments->as == EMIT_QEMU || !strcmp(value, "libvpasid"))
		return EXIT_OK;
	return usage_error("--as %s: not libvpasid or qemu", value);
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
	char title[OUTPUT_LINE];
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
				"option for it; QEMU does: --format qemu",
				place->bdf.text, place->placement.caps[0].offset);
	place_print(place, stdout);
	return EXIT_OK;
}

static int report(const struct places *places, const struct arguments *arguments)
{
	int status = places_complain(places);

	if (arguments->format == FORMAT_JSON) {
		print_json(place_to_json(places->reports, places->subjects.count));
		return status;
	}
	if (arguments->format != FORMAT_TEXT &&
	    subjects_expect_one(&places->subjects, "an option of a VMM"))
		return EXIT_USAGE;
	for (size_t i = 0; i < places->subjects.count; i++) {
		int ret = show(places->subjects.functions[i], &places->reports[i], arguments);

		if (ret)
			status = ret;
	}
	return status;
}

/* --json is another name of --format json. */
static int check(struct arguments *arguments)
{
	const struct place_options *place = &arguments->request.options;
	bool is_qemu;

	if (arguments->json && arguments->has_format && arguments->format != FORMAT_JSON)
		return usage_error("--json and --format can't be combined");
	if (arguments->json)
		arguments->format = FORMAT_JSON;
	arguments->has_format |= arguments->json;
	is_qemu = arguments->has_format && arguments->format == FORMAT_QEMU;
	if (arguments->emit && arguments->has_format)
		return usage_error("--emit and --%s can't be combined",
				   arguments->json ? "json" : "format");
	if (arguments->has_as && !arguments->emit)
		return usage_error("--as requires --emit");
	if (place->is_emulated && (arguments->as == EMIT_QEMU || is_qemu))
		return usage_error("--emulated: QEMU passes a guest's writes to the device");
	if (place->with && is_qemu)
		return usage_error("--cap: QEMU has an option only for the place of PASID");
	if (place->with && arguments->as == EMIT_QEMU)
		return usage_error("--cap: QEMU adds only PASID");
	if (arguments->width && !arguments->emit)
		return usage_error("--width requires --emit");
	return EXIT_OK;
}

int cmd_place(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		{ "format", 0, "FORMAT",
		  "print text, json, or the option of a VMM: qemu, cloud-hypervisor",
		  .take = set_format, .context = &arguments },
		{ "emit", 0, NULL,
		  "print the config space that the guest sees, in the form of lspci -xxxx",
		  .flag = &arguments.emit },
		{ "as", 0, "WHO", "for --emit: who adds it to the chain, libvpasid or qemu",
		  .take = set_as, .context = &arguments },
		{ "width", 0, "N", "for --emit: Max PASID Width, 1 to 20", .take = take_width,
		  .context = &arguments.width },
		{ "open", 0, NULL,
		  "open the function through VFIO, which resets it, and use what VFIO shows",
		  .flag = &arguments.request.options.opens },
		VF_TOKEN_OPTION(&arguments.request.options.vf_token),
		PLACES_OPTIONS(&arguments.request),
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct places places;

	arguments.request.bdfs = argv + optind;
	if (!status)
		status = check(&arguments);
	if (!status)
		status = places_load(&arguments.request, &places);
	if (status)
		return status;
	status = report(&places, &arguments);
	places_free(&places);
	return status;
}
