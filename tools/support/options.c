// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/version.h>

#include "support/options.h"
#include "support/wrap.h"

/* That of the program, until a command takes its options. */
static const char *current_command = "";

int usage_error(const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	complain("%s; try `%s %s%s--help`", text, output_program, current_command,
		 *current_command ? " " : "");
	return EXIT_USAGE;
}

int refuse_arguments(char *const *rest, const char *why)
{
	return *rest ? usage_error("%s: %s", *rest, why) : EXIT_OK;
}

int take_color(void *context, const char *value)
{
	static const char *const names[] = {
		[COLOURS_AUTO] = "auto",
		[COLOURS_ALWAYS] = "always",
		[COLOURS_NEVER] = "never",
	};

	(void)context;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(value, names[i])) {
			output_colours = (enum output_colours)i;
			return EXIT_OK;
		}
	}
	return usage_error("--color %s: not auto, always or never", value);
}

/* The most options in a table. */
#define MAX_OPTIONS 32

/* The base of what getopt_long() returns for long options; letters are below it. */
#define BY_NAME 256

/* Every table ends with these. */
enum {
	HELP,
	VERSION,
	COMMON_OPTIONS
};

static const struct command_option common[COMMON_OPTIONS] = {
	[HELP] = { "help", 'h', NULL, "print this help" },
	[VERSION] = { "version", 'V', NULL, "print the version" },
};

static bool is_option(const struct command_option *option)
{
	return option->name || option->letter;
}

/* Copies the table of a command, and adds those that all have. Returns how many there are. */
static int complete(const struct command_option *own, struct command_option *options)
{
	int count = 0;

	for (; is_option(own) && count < MAX_OPTIONS; own++)
		options[count++] = *own;
	memcpy(options + count, common, sizeof(common));
	return count + COMMON_OPTIONS;
}

/* The tables that getopt_long() wants. */
static void make_tables(const struct command_option *options, int count, struct option *names,
			char *letters)
{
	*letters++ = ':';
	for (int i = 0; i < count; i++) {
		bool has_value = options[i].text || options[i].take;

		if (options[i].name)
			*names++ = (struct option){ options[i].name, has_value, NULL, BY_NAME + i };
		if (!options[i].letter)
			continue;
		*letters++ = options[i].letter;
		if (has_value)
			*letters++ = ':';
	}
	*names = (struct option){ 0 };
	*letters = '\0';
}

static int complain_of_option(char **argv, int option)
{
	if (option == ':')
		return usage_error("%s requires a value", argv[optind - 1]);
	if (optopt >= BY_NAME)
		return usage_error("%s: this option has no value", argv[optind - 1]);
	if (optopt)
		return usage_error("unknown option -%c", optopt);
	return usage_error("unknown option %s", argv[optind - 1]);
}

static int find_option(const struct command_option *options, int option)
{
	int i = 0;

	if (option >= BY_NAME)
		return option - BY_NAME;
	while (options[i].letter != option)
		i++;
	return i;
}

static int take_option(const struct command_option *option)
{
	if (option->flag)
		*option->flag = true;
	else if (option->text)
		*option->text = optarg;
	else if (option->take)
		return option->take(option->context, optarg);
	return EXIT_OK;
}

/* Help */

/* Texts of options begin here, unless the option itself is longer. */
#define HELP_COLUMN 20
#define HELP_WIDTH  90

static void print_option(const struct command_option *option, size_t width)
{
	char form[64];
	int length = snprintf(form, sizeof(form), "  %s%.1s%s%s%s%s%s", option->letter ? "-" : "",
			      &option->letter, option->letter && option->name ? ", " : "",
			      option->name ? "--" : "", option->name ? option->name : "",
			      option->value ? " " : "", option->value ? option->value : "");

	if (length + 2 > HELP_COLUMN)
		printf("%s\n%*s", form, HELP_COLUMN, "");
	else
		printf("%-*s", HELP_COLUMN, form);
	put_wrapped(stdout, HELP_COLUMN, width, option->help ? option->help : "");
}

static void print_help(const struct command_option *options, int count, const struct usage *usage)
{
	size_t width = terminal_width(stdout);
	const char *line = usage->synopsis, *prefix = "usage:", *end;

	if (!width || width > HELP_WIDTH)
		width = HELP_WIDTH;
	do {
		end = strchrnul(line, '\n');
		say("%s %s%s%s%s%.*s", prefix, output_program, *current_command ? " " : "",
		    current_command, end > line ? " " : "", (int)(end - line), line);
		line = *end ? end + 1 : end;
		prefix = "      ";
	} while (*line);
	putchar('\n');
	put_paragraphs(stdout, width, usage->about);
	putchar('\n');
	for (int i = 0; i < count; i++)
		print_option(&options[i], width);
	if (!usage->statuses)
		return;
	fputs("\nExit status: ", stdout);
	put_wrapped(stdout, sizeof("Exit status: ") - 1, width, usage->statuses);
}

int take_options(int argc, char **argv, const struct command_option *own, const struct usage *usage)
{
	struct command_option options[MAX_OPTIONS + COMMON_OPTIONS];
	struct option names[MAX_OPTIONS + COMMON_OPTIONS + 1];
	char letters[2 * (MAX_OPTIONS + COMMON_OPTIONS) + 2];
	int count = complete(own, options), option, wanted = -1;

	current_command = argv[0];
	make_tables(options, count, names, letters);
	opterr = 0;
	while ((option = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		int i, status;

		if (option == ':' || option == '?')
			return complain_of_option(argv, option);
		i = find_option(options, option);
		if (i >= count - COMMON_OPTIONS && wanted < 0)
			wanted = i - (count - COMMON_OPTIONS);
		status = take_option(&options[i]);
		if (status)
			return status;
	}
	if (wanted == HELP)
		print_help(options, count, usage);
	else if (wanted == VERSION)
		printf("%s %s\n", output_program, vpasid_version());
	return wanted < 0 ? EXIT_OK : OPTIONS_DONE;
}

int parse_number(const char *text, unsigned long limit, unsigned long *number)
{
	bool is_hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	errno = 0;
	*number = strtoul(text, &end, is_hexadecimal ? 16 : 10);
	return errno || !isdigit((unsigned char)*text) || *end || *number > limit ? -EINVAL : 0;
}
