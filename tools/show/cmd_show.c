// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid show: all that is known about functions. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "facts/host_options.h"
#include "facts/subjects.h"
#include "show/show.h"
#include "support/json.h"
#include "support/output.h"

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF...",
	.about = "Shows everything that is known about a function: what it is, the ports above it, "
		 "its IOMMU and group, its PASID, ATS and PRI registers decoded, its state in "
		 "VFIO, and the place for a guest's PASID capability. Changes nothing, opens "
		 "nothing through VFIO, and doesn't wake sleeping devices. Reading the registers "
		 "requires root.",
	.statuses = "0 shown, 2 usage, 3 error",
};

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

static int show_all(const struct subjects *subjects, const struct vpasid_quirks *quirks, bool json)
{
	struct json_object *devices = json ? json_object_new_array() : NULL;
	struct show *show = malloc(sizeof(*show)); /* too large for a stack */
	int status = show ? EXIT_OK : complain("out of memory");

	for (size_t i = 0; show && i < subjects->count; i++) {
		if (i && !json)
			putchar('\n');
		if (show_one(subjects->functions[i], quirks, show, devices))
			status = EXIT_ERROR;
	}
	free(show);
	if (json)
		print_json(json_report(SHOW_SCHEMA, devices));
	return status;
}

int cmd_show(int argc, char **argv)
{
	struct host_options host = { 0 };
	struct choice choice = { 0 };
	bool json = false;
	const struct command_option options[] = {
		CHOICE_OPTIONS(&choice),
		HOST_OPTIONS(&host),
		REPORT_OPTIONS(&json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct vpasid_quirks *quirks;
	struct subjects subjects;
	struct why why;

	if (!status)
		status = subjects_open(&host, &choice, argv + optind, false, &subjects);
	if (status)
		return status;
	quirks = place_load_quirks(NULL, &why);
	status = quirks ? show_all(&subjects, quirks, json) : complain("%s", why.text);
	vpasid_quirks_free(quirks);
	subjects_close(&subjects);
	return status;
}
