// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid explain: why a function's PASID can be used, or which link is missing. */
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

static const char usage[] =
	"usage: vpasid explain [OPTION]... BDF\n"
	"\n"
	"Follows what a function's PASID hangs on, in the order in which the kernel asks for\n"
	"it: the IOMMU, the capability, the ports on the way. Says which link is missing, how\n"
	"sure that is, and what to do. Changes nothing, opens nothing through VFIO, and wakes\n"
	"nothing that sleeps. Without root much of it can't be known.\n"
	"\n"
	"  --for PURPOSE    say whether it is usable for that; without, whether PASID is:\n" PURPOSE_USAGE
	"  --svg FILE       draw the way to FILE, or to stdout for \"-\"\n"
	"  --json           print JSON\n" HOST_USAGE "  --help           print this\n"
	"\n"
	"Exit status: 0 usable, 1 not, 2 usage, 3 it can't be known, or an error\n";

static int set_purpose(void *context, const char *value)
{
	return purpose_take("explain", value, context);
}

struct arguments {
	enum purpose purpose;
	const char *svg;
};

static int draw(const struct function *function, const struct chain *chain, const char *path)
{
	FILE *stream = svg_open(path);

	if (!stream)
		return EXIT_ERROR;
	explain_draw_document(function, chain, stream);
	return svg_close(stream, path);
}

static int explain(struct function *function, const struct arguments *arguments, bool json)
{
	static const int statuses[] = {
		[EXPLAIN_OK] = EXIT_OK,
		[EXPLAIN_BROKEN] = EXIT_NO_PASID,
		[EXPLAIN_UNKNOWN] = EXIT_ERROR,
	};
	struct chain *chain = calloc(1, sizeof(*chain)); /* too large for a stack */
	int status = EXIT_ERROR;
	struct why why;
	int ret;

	if (!chain)
		return complain("out of memory");
	ret = function_read(function, EXPLAIN_PARTS | FUNCTION_IDXD, &why);
	if (ret) {
		complain("%s: %s", function->pci.bdf.text, why.text);
	} else {
		functions_name(&function, 1, NULL);
		explain_judge_for(function, arguments->purpose, chain);
		status = statuses[chain->verdict];
	}
	if (json)
		print_json(explain_to_json(function, chain, ret ? why.text : NULL));
	else if (!ret && !arguments->svg)
		explain_print(function, chain, stdout, has_colours(stdout));
	else if (!ret && draw(function, chain, arguments->svg))
		status = EXIT_ERROR;
	free(chain);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	struct arguments arguments = { .purpose = PURPOSES };
	const struct command_option own[SUBJECTS_OWN] = {
		{ "for", .take = set_purpose, .context = &arguments.purpose },
		{ "svg", .text = &arguments.svg },
	};
	struct subjects subjects;
	int status = subjects_open("explain", argc, argv, usage, own, 1, &subjects);

	if (status)
		return status;
	if (arguments.svg && subjects.json)
		status = usage_error("explain", "--svg and --json: it's one or the other");
	else
		status = explain(subjects.functions[0], &arguments, subjects.json);
	subjects_close(&subjects);
	return status;
}
