// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid explain: why a function's PASID can be used, or which link is missing. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "explain/chain.h"
#include "facts/function.h"
#include "facts/host_options.h"
#include "pci/arguments.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const char usage[] =
	"usage: vpasid explain [OPTION]... BDF\n"
	"\n"
	"Follows what a function's PASID hangs on, in the order in which the kernel asks for\n"
	"it: the IOMMU, the capability, the ports on the way. Says which link is missing, how\n"
	"sure that is, and what to do. Changes nothing, opens nothing through VFIO, and wakes\n"
	"nothing that sleeps. Without root much of it can't be known.\n"
	"\n"
	"  --json           print JSON\n" HOST_USAGE "  --help           print this\n"
	"\n"
	"Exit status: 0 usable, 1 not, 2 usage, 3 it can't be known, or an error\n";

struct arguments {
	struct host_options host;
	bool json;
};

static int check(const struct arguments *arguments, char *const *rest, struct bdf *bdf)
{
	if (host_options_check("explain", &arguments->host))
		return EXIT_USAGE;
	if (!*rest || rest[1])
		return usage_error("explain",
				   "explain needs the BDF of one function, as 0000:00:05.0");
	return parse_bdf("explain", *rest, bdf);
}

static int explain(const struct arguments *arguments, struct function *function)
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

	if (!chain || !function) {
		complain("out of memory");
		free(chain);
		return EXIT_ERROR;
	}
	ret = function_read(function, EXPLAIN_PARTS, &why);
	if (ret) {
		complain("%s: %s", function->pci.bdf.text, why.text);
	} else {
		functions_name(&function, 1, NULL);
		explain_judge(function, chain);
		status = statuses[chain->verdict];
	}
	if (arguments->json)
		print_json(explain_to_json(function, chain, ret ? why.text : NULL));
	else if (!ret)
		explain_print(function, chain, stdout, has_colours(stdout));
	free(chain);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command_option options[] = {
		HOST_OPTIONS(&arguments.host),
		{ "json", .flag = &arguments.json },
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct host host;
	struct bdf bdf;
	struct why why;

	if (!status)
		status = check(&arguments, argv + optind, &bdf);
	if (status)
		return status;
	if (host_options_open(&arguments.host, &host, &why))
		return complain("%s: %s", bdf.text, why.text);
	status = explain(&arguments, host_function(&host, &bdf));
	host_close(&host);
	return status;
}
