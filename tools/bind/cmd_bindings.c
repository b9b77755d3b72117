// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid bindings: what is bound, and kept. */
#include "bind/bindings.h"
#include "cmd.h"
#include "facts/host_options.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const struct usage usage = {
	.synopsis = "[OPTION]...",
	.about = "Lists the functions that vpasid bind has bound and those that are bound again at "
		 "each boot: what binds them at boot, whether the binding is in effect now and, if "
		 "not, why.",
	.statuses = "0 all are in effect, 1 some aren't, 2 usage, 3 error",
};

int cmd_bindings(int argc, char **argv)
{
	struct bindings bindings;
	struct host host;
	struct why why;
	bool json = false;
	const struct command_option options[] = { REPORT_OPTIONS(&json), { 0 } };
	int status = take_options(argc, argv, options, &usage);

	if (!status)
		status = refuse_arguments(argv + optind, "it lists all functions that are bound");
	if (status)
		return status;
	/* Reports drop domain 0000 where this host has no other. */
	if (host_options_open(&(struct host_options){ 0 }, &host, &why))
		return complain("%s", why.text);
	host_close(&host);
	if (bindings_find("", &bindings))
		return complain("out of memory");
	for (size_t i = 0; i < bindings.count; i++)
		if (bindings.bindings[i].state != BINDING_IN_EFFECT)
			status = EXIT_NO_PASID;
	if (json)
		print_json(bindings_to_json("", &bindings));
	else if (bindings_print(&bindings))
		status = complain("out of memory");
	bindings_free(&bindings);
	return status;
}
