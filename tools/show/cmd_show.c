// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid show: all that is known of functions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "pci/config_space.h"
#include "show/show.h"
#include "show/show_report.h"
#include "support/exit.h"
#include "support/options.h"
#include "support/json.h"
#include "support/output.h"
#include "support/sysfs.h"

static const char usage[] =
	"usage: vpasid show [OPTION]... BDF...\n"
	"\n"
	"Shows all that is known of a function: what it is, the ports above it, its IOMMU and\n"
	"group, its PASID, ATS and PRI registers in words, what VFIO has of it, and where a\n"
	"virtual machine's PASID capability goes. Changes nothing, opens nothing through VFIO,\n"
	"and wakes nothing that sleeps. Without root the registers can't be known.\n"
	"\n"
	"  --file DUMP  read what lspci -xxxx has printed of a machine, instead of this host\n"
	"  --sysfs DIR  read a recorded sysfs there, instead of /sys\n"
	"  --wake       read also what is asleep, which wakes it\n"
	"  --json       print JSON\n"
	"  --help       print this\n"
	"\n"
	"Exit status: 0 shown, 2 usage, 3 error\n";

struct arguments {
	const char *file;
	const char *sysfs;
	bool wakes;
	bool json;
	bool help;
};

static int check(const struct arguments *arguments, char *const *bdfs)
{
	struct bdf bdf;

	if (arguments->file && (arguments->sysfs || arguments->wakes))
		return usage_error("show", "--file doesn't go with --sysfs or --wake");
	if (!*bdfs)
		return usage_error("show", "show needs the BDF of a function, as 0000:00:05.0");
	for (; *bdfs; bdfs++)
		if (parse_bdf("show", *bdfs, &bdf))
			return EXIT_USAGE;
	return EXIT_OK;
}

static int parse_options(int argc, char **argv, struct arguments *arguments)
{
	const struct command_option options[] = {
		{ "file", .text = &arguments->file },  { "sysfs", .text = &arguments->sysfs },
		{ "wake", .flag = &arguments->wakes }, { "json", .flag = &arguments->json },
		{ "help", .flag = &arguments->help },  { 0 },
	};
	int status = take_options(argc, argv, options);

	return status || arguments->help ? status : check(arguments, argv + optind);
}

/* A reader of JSON may not look at why there are so many nulls. */
static void add_to_report(const struct show *show, const char *error, struct json_object *devices)
{
	const struct config_source *config = &show->facts.config;

	if (config->error == -EACCES || show->facts.own.is_asleep)
		complain("%s: %s", show->facts.bdf.text, config->why.text);
	json_object_array_add(devices, show_to_json(show, error));
}

/* A function that isn't there is a row of the report's, too. */
static int show_one(const struct show_source *source, const char *text, struct show *show,
		    struct json_object *devices)
{
	struct bdf bdf;
	struct why why;
	int ret;

	bdf_parse(text, &bdf);
	ret = show_read(source, &bdf, show, &why);
	if (ret)
		complain("%s: %s", bdf.text, why.text);
	if (devices)
		add_to_report(show, ret ? why.text : NULL, devices);
	else if (!ret)
		show_print(show, stdout, has_colours(stdout));
	show_free(show);
	return ret ? EXIT_ERROR : EXIT_OK;
}

static int show_all(const struct show_source *source, char *const *bdfs, bool json)
{
	struct json_object *devices = json ? json_object_new_array() : NULL;
	struct show *show = malloc(sizeof(*show)); /* too large for a stack */
	int status = EXIT_OK;

	if (!show) {
		complain("out of memory");
		return EXIT_ERROR;
	}
	for (char *const *bdf = bdfs; *bdf; bdf++) {
		if (bdf != bdfs && !json)
			putchar('\n');
		if (show_one(source, *bdf, show, devices))
			status = EXIT_ERROR;
	}
	free(show);
	if (json)
		print_json(json_report(SHOW_SCHEMA, devices));
	return status;
}

/* A dump may be a pipe: it is read once. */
static int load_and_show(const struct arguments *arguments, char *const *bdfs)
{
	struct show_source source = {
		.sysfs = arguments->sysfs ? arguments->sysfs : HOST_SYSFS,
		.root = arguments->sysfs ? NULL : "",
		.wakes = arguments->wakes,
		.dump_name = arguments->file,
	};
	struct config_sources dump = { 0 };
	struct vpasid_quirks *quirks;
	int status = EXIT_ERROR;
	struct why why;

	quirks = place_load_quirks(NULL, &why);
	source.quirks = quirks;
	if (!quirks ||
	    (arguments->file && config_sources_read_machine(arguments->file, &dump, &why))) {
		complain("%s", why.text);
	} else {
		source.dump = arguments->file ? &dump : NULL;
		status = show_all(&source, bdfs, arguments->json);
	}
	config_sources_free(&dump);
	vpasid_quirks_free(quirks);
	return status;
}

int cmd_show(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	int status = parse_options(argc, argv, &arguments);

	if (status)
		return status;
	if (arguments.help) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	return load_and_show(&arguments, argv + optind);
}
