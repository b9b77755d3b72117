// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid show: all that is known about functions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "facts/host_options.h"
#include "pci/arguments.h"
#include "show/show.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const char usage[] =
	"usage: vpasid show [OPTION]... BDF...\n"
	"\n"
	"Shows all that is known of a function: what it is, the ports above it, its IOMMU and\n"
	"group, its PASID, ATS and PRI registers in words, what VFIO has of it, and where a\n"
	"virtual machine's PASID capability goes. Changes nothing, opens nothing through VFIO,\n"
	"and wakes nothing that sleeps. Without root the registers can't be known.\n"
	"\n"
	"  --json           print JSON\n" HOST_USAGE "  --help           print this\n"
	"\n"
	"Exit status: 0 shown, 2 usage, 3 error\n";

struct arguments {
	struct host_options host;
	bool json;
};

static int check(const struct arguments *arguments, char *const *bdfs)
{
	struct bdf bdf;

	if (host_options_check("show", &arguments->host))
		return EXIT_USAGE;
	if (!*bdfs)
		return usage_error("show", "show needs the BDF of a function, as 0000:00:05.0");
	for (; *bdfs; bdfs++)
		if (parse_bdf("show", *bdfs, &bdf))
			return EXIT_USAGE;
	return EXIT_OK;
}

/* A function that doesn't exist has a row in the report, too. */
static int show_one(struct function *function, const struct vpasid_quirks *quirks,
		    struct show *show, struct json_object *devices)
{
	struct why why;
	int ret = show_read(function, quirks, show, &why);
	const struct config_space *config = function->config;

	if (ret)
		complain("%s: %s", function->pci.bdf.text, why.text);
	if (devices) {
		/* Whoever reads the JSON may not notice why it has so many nulls. */
		if (config && (config->error == -EACCES || function->is_asleep))
			complain("%s: %s", function->pci.bdf.text, config->why.text);
		json_object_array_add(devices, show_to_json(show, ret ? why.text : NULL));
	} else if (!ret) {
		show_print(show, stdout, has_colours(stdout));
	}
	place_free(&show->place);
	return ret ? EXIT_ERROR : EXIT_OK;
}

static int show_all(struct host *host, const struct vpasid_quirks *quirks, char *const *bdfs,
		    bool json)
{
	struct json_object *devices = json ? json_object_new_array() : NULL;
	struct show *show = malloc(sizeof(*show)); /* too large for a stack */
	int status = show ? EXIT_OK : EXIT_ERROR;

	for (char *const *text = bdfs; show && *text; text++) {
		struct function *function;
		struct bdf bdf;

		bdf_parse(*text, &bdf);
		function = host_function(host, &bdf);
		if (!function) {
			status = EXIT_ERROR;
			break;
		}
		if (text != bdfs && !json)
			putchar('\n');
		if (show_one(function, quirks, show, devices))
			status = EXIT_ERROR;
	}
	free(show);
	if (json)
		print_json(json_report(SHOW_SCHEMA, devices));
	return status;
}

int cmd_show(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		HOST_OPTIONS(&arguments.host),
		{ "json", .flag = &arguments.json },
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct vpasid_quirks *quirks;
	struct host host;
	struct why why;

	if (!status)
		status = check(&arguments, argv + optind);
	if (status)
		return status;
	quirks = place_load_quirks(NULL, &why);
	if (!quirks)
		return complain("%s", why.text);
	if (host_options_open(&arguments.host, &host, &why)) {
		status = complain("%s", why.text);
	} else {
		status = show_all(&host, quirks, argv + optind, arguments.json);
		host_close(&host);
	}
	vpasid_quirks_free(quirks);
	return status;
}
