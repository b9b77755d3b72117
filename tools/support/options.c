// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/options.h"
#include "support/output.h"

int usage_error(const char *command, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	complain("%s; try `%s %s%s--help`", text, output_program, command, *command ? " " : "");
	return EXIT_USAGE;
}

/* No table has more. */
#define MAX_OPTIONS 24

/* What getopt_long() returns for an option by its name; its letter is below. */
#define BY_NAME 256
#define HELP	(BY_NAME + MAX_OPTIONS)

/* The tables that getopt_long() wants. */
static void make_tables(const struct command_option *options, struct option *names, char *letters)
{
	*letters++ = ':';
	for (int i = 0; i < MAX_OPTIONS && (options[i].name || options[i].letter); i++) {
		int has_value = options[i].flag ? no_argument : required_argument;

		if (options[i].name)
			*names++ = (struct option){ options[i].name, has_value, NULL, BY_NAME + i };
		if (!options[i].letter)
			continue;
		*letters++ = options[i].letter;
		if (has_value)
			*letters++ = ':';
	}
	*names++ = (struct option){ "help", no_argument, NULL, HELP };
	*names = (struct option){ 0 };
	*letters = '\0';
}

static int complain_of_option(char **argv, int option)
{
	if (option == ':')
		return usage_error(argv[0], "%s needs a value", argv[optind - 1]);
	if (optopt >= BY_NAME)
		return usage_error(argv[0], "%s: that option has no value", argv[optind - 1]);
	if (optopt)
		return usage_error(argv[0], "unknown option -%c", optopt);
	return usage_error(argv[0], "unknown option %s", argv[optind - 1]);
}

static const struct command_option *find_option(const struct command_option *options, int option)
{
	if (option >= BY_NAME)
		return &options[option - BY_NAME];
	while (options->letter != option)
		options++;
	return options;
}

static int take_option(const struct command_option *option)
{
	if (option->flag)
		*option->flag = true;
	else if (option->text)
		*option->text = optarg;
	else
		return option->take(option->context, optarg);
	return EXIT_OK;
}

int take_options(int argc, char **argv, const struct command_option *options, const char *usage)
{
	struct option names[MAX_OPTIONS + 2];
	char letters[2 * MAX_OPTIONS + 2];
	int option, status = EXIT_OK;
	bool wants_help = false;

	make_tables(options, names, letters);
	opterr = 0;
	while (!status && (option = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (option == ':' || option == '?')
			status = complain_of_option(argv, option);
		else if (option == HELP)
			wants_help = true;
		else
			status = take_option(find_option(options, option));
	}
	if (status || !wants_help)
		return status;
	fputs(usage, stdout);
	return OPTIONS_HELP;
}

int parse_number(const char *text, unsigned long limit, unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 0);
	return errno || !isdigit((unsigned char)*text) || *end || *number > limit ? -EINVAL : 0;
}
