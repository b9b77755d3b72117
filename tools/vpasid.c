// SPDX-License-Identifier: GPL-2.0-or-later
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/version.h>

#include "cmd.h"
#include "support/options.h"
#include "support/output.h"
#include "support/wrap.h"

static int cmd_help(int argc, char **argv);
static int cmd_version(int argc, char **argv);

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "list", cmd_list, "list the functions of this host that have the PASID capability" },
	{ "show", cmd_show, "show everything that is known about functions" },
	{ "query", cmd_query, "query the PASID support of functions through VFIO" },
	{ "try", cmd_try, "attach an address space to a PASID, and detach it" },
	{ "bind", cmd_bind, "bind functions to a VFIO driver that reports PASID" },
	{ "unbind", cmd_unbind, "return them to the driver that they had before" },
	{ "bindings", cmd_bindings, "list the functions that are bound, now or at each boot" },
	{ "explain", cmd_explain, "explain what is missing if a function has no PASID" },
	{ "check", cmd_check, "check whether this host is set up for PASID, and say what to do" },
	{ "map", cmd_map, "draw a function's config space, with a free place for PASID" },
	{ "place", cmd_place, "find an offset for a guest's virtual PASID capability" },
	{ "vm", cmd_vm, "print the options that a virtual machine needs for PASID" },
	{ "export", cmd_export, "export PASID support to Prometheus or Kubernetes" },
	{ "record", cmd_record, "record everything that the other commands read of this host" },
	{ "report", cmd_report, "write an HTML page about this host, or about recordings" },
	{ "help", cmd_help, "print how to use a command" },
	{ "version", cmd_version, "print the version" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(void)
{
	size_t width = terminal_width(stdout);

	say("usage: vpasid COMMAND [OPTION]... [BDF]...");
	putchar('\n');
	say("Reports and sets up PASID of PCIe functions for virtual machines.");
	putchar('\n');
	for (size_t i = 0; i < COMMANDS; i++) {
		printf("  %-9s  ", commands[i].name);
		put_wrapped(stdout, 13, width, commands[i].what);
	}
	puts("\n"
	     "  -h, --help     print this\n"
	     "  -V, --version  print the version\n");
	say("vpasid help COMMAND describes a command. The manual is vpasid(1).");
}

static int run_command(int argc, char **argv)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[0], commands[i].name))
			return commands[i].run(argc, argv);
	return usage_error("unknown command %s", argv[0]);
}

static int cmd_help(int argc, char **argv)
{
	static const struct usage usage = {
		.synopsis = "[COMMAND]",
		.about = "Prints how to use vpasid, or one of its commands.",
		.statuses = "0 printed, 2 usage",
	};
	int status = take_options(argc, argv, &(struct command_option){ 0 }, &usage);
	char *const *rest = argv + optind;

	if (status)
		return status;
	if (!*rest) {
		print_usage();
		return EXIT_OK;
	}
	status = refuse_arguments(rest + 1, "give at most one command");
	if (status)
		return status;
	optind = 0; /* getopt() begins anew */
	return run_command(2, (char *[]){ *rest, "--help", NULL });
}

static int cmd_version(int argc, char **argv)
{
	static const struct usage usage = {
		.synopsis = "",
		.about = "Prints the version.",
		.statuses = "0 printed, 2 usage",
	};
	int status = take_options(argc, argv, &(struct command_option){ 0 }, &usage);

	if (!status)
		status = refuse_arguments(argv + optind, "this command has no arguments");
	if (!status)
		printf("vpasid %s\n", vpasid_version());
	return status;
}

/* The options of vpasid itself are aliases of commands. */
static int run(int argc, char **argv)
{
	const char *word = argv[1];

	if (argc < 2)
		return usage_error("a command is missing");
	if (!strcmp(word, "-h") || !strcmp(word, "--help"))
		argv[1] = "help";
	else if (!strcmp(word, "-V") || !strcmp(word, "--version"))
		argv[1] = "version";
	else if (*word == '-')
		return usage_error("unknown option %s", word);
	return run_command(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int status;

	setlocale(LC_CTYPE, "");
	status = run(argc, argv);
	if (fflush(stdout) || ferror(stdout))
		return complain("can't write the output");
	return status == OPTIONS_DONE ? EXIT_OK : status;
}
