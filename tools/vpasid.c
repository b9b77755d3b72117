// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include <vpasid/version.h>

#include "cmd.h"
#include "options.h"
#include "output.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "query", cmd_query },
	{ "bind", cmd_bind },
	{ "unbind", cmd_unbind },
	{ "map", cmd_map },
	{ "place", cmd_place },
};

static const char usage[] =
	"usage: vpasid COMMAND [OPTION]... BDF...\n"
	"\n"
	"PASID of PCIe functions, for virtual machines.\n"
	"\n"
	"  query      ask the host for the PASID of functions\n"
	"  bind       give functions to a VFIO driver that reports PASID\n"
	"  unbind     give them back to the driver they had before\n"
	"  map        draw what is where in a function's config space\n"
	"  place      find a place for the PASID capability that a guest sees\n"
	"\n"
	"  --help     print this; vpasid COMMAND --help prints more of a command\n"
	"  --version  print the version\n"
	"\n"
	"The manual is vpasid(1).\n";

static int run(int argc, char **argv)
{
	if (argc < 2)
		return usage_error("", "a command is missing");
	if (!strcmp(argv[1], "--help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("vpasid %s\n", vpasid_version());
		return EXIT_OK;
	}
	if (argv[1][0] == '-')
		return usage_error("", "unknown option %s", argv[1]);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return usage_error("", "unknown command %s", argv[1]);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		complain("the output can't be written");
		return EXIT_ERROR;
	}
	return status;
}
