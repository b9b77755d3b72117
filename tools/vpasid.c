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
	{ "help", cmd_help, "say how to use a command" },
	{ "version", cmd_version, "print the version" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(void)
{
	size_t width = terminal_width(stdout);

	say("usage: vpasid COMMAND [OPTION]... [BDF]...");
	putchar('\n');
	say("PASID of PCIe functions, for virtual machines.");
	putchar('\n');
	for (size_t i = 0; i < COMMANDS; i++) {
		printf("  %-9s  ", commands[i].name);
		put_wrapped(stdout, 13, width, commands[i].what);
	}
	puts("\n"
	     "  -h, --help     print this\n"
	     "  -V, --version  print the version\n");
	say("vpasid help COMMAND prints more of a command. The manual is vpasid(1).");
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
		.about = "Says how to use vpasid, or a command of it.",
		.statuses = "0 said, 2 usage",
	};
	int status = take_options(argc, argv, &(struct command_option){ 0 }, &usage);
	char *const *rest = argv + optind;

	if (status)
		return status;
	if (!*rest) {
		print_usage();
		return EXIT_OK;
	}
	status = refuse_arguments(rest + 1, "it takes one command");
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
		status = refuse_arguments(argv + optind, "it takes none");
	if (!status)
		printf("vpasid %s\n", vpasid_version());
	return status;
}

/* The options of vpasid itself are other names of commands. */
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
		return complain("the output can't be written");
	return status == OPTIONS_DONE ? EXIT_OK : status;
}
