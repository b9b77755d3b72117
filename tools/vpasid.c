// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include <vpasid/version.h>

#include "cmd.h"
#include "support/options.h"
#include "support/output.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "list", cmd_list, "list the functions of this host that have PASID" },
	{ "show", cmd_show, "show all that is known of functions" },
	{ "query", cmd_query, "ask the host for the PASID of functions" },
	{ "try", cmd_try, "attach an address space to a PASID, and detach it" },
	{ "bind", cmd_bind, "give functions to a VFIO driver that reports PASID" },
	{ "unbind", cmd_unbind, "give them back to the driver they had before" },
	{ "bindings", cmd_bindings, "list what is bound, and kept over a reboot" },
	{ "explain", cmd_explain, "say which link is missing if a function has no PASID" },
	{ "check", cmd_check, "say whether this host is fit for it, and what to do" },
	{ "map", cmd_map, "draw a function's config space, and where PASID can go" },
	{ "place", cmd_place, "find a place for a virtual machine's PASID capability" },
	{ "vm", cmd_vm, "print what a virtual machine takes to have it" },
	{ "export", cmd_export, "tell Prometheus or Kubernetes what this host has" },
	{ "record", cmd_record, "put all that the others read of this host into a file" },
	{ "report", cmd_report, "write a page about this host, or about recordings" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(void)
{
	puts("usage: vpasid COMMAND [OPTION]... [BDF]...\n"
	     "\n"
	     "PASID of PCIe functions, for virtual machines.\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-9s  %s\n", commands[i].name, commands[i].what);
	puts("\n"
	     "  --help     print this; vpasid COMMAND --help prints more of a command\n"
	     "  --version  print the version\n"
	     "\n"
	     "The manual is vpasid(1).");
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return usage_error("", "a command is missing");
	if (!strcmp(argv[1], "--help")) {
		print_usage();
		return EXIT_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("vpasid %s\n", vpasid_version());
		return EXIT_OK;
	}
	if (argv[1][0] == '-')
		return usage_error("", "unknown option %s", argv[1]);

	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name)) {
			int status = commands[i].run(argc - 1, argv + 1);

			return status == OPTIONS_HELP ? EXIT_OK : status;
		}
	return usage_error("", "unknown command %s", argv[1]);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (fflush(stdout) || ferror(stdout))
		return complain("the output can't be written");
	return status;
}
