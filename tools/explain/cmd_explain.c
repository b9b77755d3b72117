// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid explain: why a function's PASID can be used, or which link is broken. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "explain/chain.h"
#include "explain/draw.h"
#include "facts/function.h"
#include "facts/host_options.h"
#include "facts/subjects.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "support/svg.h"

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF...",
	.about = "Checks what a function's PASID depends on, in the order in which the kernel "
		 "checks it: the IOMMU, the capability, the ports above the function. Prints "
		 "which link is broken, how certain that is, and what to do. Changes nothing, "
		 "opens nothing through VFIO, and doesn't wake sleeping devices. Without root, "
		 "much of this can't be read.",
	.statuses = "0 all are usable, 1 one is not, 2 usage error, 3 unknown for one, or "
		    "another error",
};

struct arguments {
	enum purpose purpose;
	const char *svg;
	struct host_options host;
	struct choice choice;
	bool json;
};

static int draw(const struct function *function, const struct chain *chain, const char *path)
{
	FILE *stream = svg_open(path);

	if (!stream)
		return EXIT_ERROR;
	explain_draw_document(function, chain, stream);
	return svg_close(stream, path);
}

/* Returns the exit status. */
static int explain(struct function *function, const struct arguments *arguments,
		   struct chain *chain, struct json_object *devices)
{
	static const int statuses[] = {
		[EXPLAIN_OK] = EXIT_OK,
		[EXPLAIN_BROKEN] = EXIT_NO_PASID,
		[EXPLAIN_UNKNOWN] = EXIT_ERROR,
	};
	int status = EXIT_ERROR;
	struct why why;
	int ret = function_read(function, EXPLAIN_PARTS | FUNCTION_IDXD, &why);

	if (ret) {
		complain("%s: %s", function->pci.bdf.text, why.text);
	} else {
		explain_judge_for(function, arguments->purpose, chain);
		status = statuses[chain->verdict];
	}
	if (devices)
		json_object_array_add(devices,
				      explain_to_json(function, chain, ret ? why.text : NULL));
	else if (!ret && !arguments->svg)
		explain_print(function, chain, stdout, has_colours(stdout));
	else if (!ret && draw(function, chain, arguments->svg))
		status = EXIT_ERROR;
	return status;
}

/* If one is unknown, that outweighs that another is unusable. */
static int explain_all(const struct subjects *subjects, const struct arguments *arguments)
{
	struct json_object *devices = arguments->json ? json_object_new_array() : NULL;
	struct chain *chain = malloc(sizeof(*chain)); /* too large for a stack */
	int worst = chain ? EXIT_OK : complain("out of memory");

	for (size_t i = 0; i < subjects->count; i++)
		function_read(subjects->functions[i], FUNCTION_IDENTITY, NULL);
	functions_name(subjects->functions, subjects->count, NULL);
	for (size_t i = 0; chain && i < subjects->count; i++) {
		int status;

		*chain = (struct chain){ 0 };
		if (i && !arguments->json)
			putchar('\n');
		status = explain(subjects->functions[i], arguments, chain, devices);
		worst = status > worst ? status : worst;
	}
	free(chain);
	if (devices)
		print_json(json_report(EXPLAIN_SCHEMA, devices));
	return worst;
}

int cmd_explain(int argc, char **argv)
{
	struct arguments arguments = { .purpose = PURPOSES };
	const struct command_option options[] = {
		PURPOSE_OPTION(&arguments.purpose,
			       "judge the function for this purpose (default: whether PASID is "
			       "usable): "),
		{ "svg", 0, "FILE",
		  "draw the links of one function as SVG to FILE (-: standard output)",
		  .text = &arguments.svg },
		CHOICE_OPTIONS(&arguments.choice),
		HOST_OPTIONS(&arguments.host),
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	struct subjects subjects;
	int status = take_options(argc, argv, options, &usage);

	if (!status && arguments.svg && arguments.json)
		return usage_error("--svg and --json can't be used together");
	if (!status)
		status = subjects_open(&arguments.host, &arguments.choice, argv + optind, false,
				       &subjects);
	if (status)
		return status;
	if (arguments.svg)
		status = subjects_expect_one(&subjects, "--svg");
	if (!status)
		status = explain_all(&subjects, &arguments);
	subjects_close(&subjects);
	return status;
}
