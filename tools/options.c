// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bdf.h"
#include "cmd.h"
#include "options.h"
#include "output.h"

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

int next_option(int argc, char **argv, const struct option *options)
{
	return next_short_option(argc, argv, ":", options);
}

int next_short_option(int argc, char **argv, const char *shorts, const struct option *options)
{
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, shorts, options, NULL);
	if (option == ':') {
		usage_error(argv[0], "%s needs a value", argv[optind - 1]);
		return '?';
	}
	if (option == '?' && optopt && optopt < 256)
		usage_error(argv[0], "unknown option -%c", optopt);
	else if (option == '?')
		usage_error(argv[0], "unknown option %s", argv[optind - 1]);
	return option;
}

int parse_number(const char *text, unsigned long limit, unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 0);
	return errno || !isdigit((unsigned char)*text) || *end || *number > limit ? -EINVAL : 0;
}

int parse_bdf(const char *command, const char *text, struct bdf *bdf)
{
	if (bdf_parse(text, bdf))
		return usage_error(command, "%s is not a BDF, as 0000:00:05.0", text);
	return EXIT_OK;
}
