// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each command's answer to --help, which support/options.h makes from the table of its options, and
 * to a line that names no function.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd.h"
#include "support/command.h"
#include "support/options.h"

static struct ran ran;

/* "  --name", or "  -x, --name" or "  -x" with a letter: what an option's line begins with */
static bool is_option(const char *line)
{
	if (strncmp(line, "  -", 3) != 0)
		return true; /* it is the rest of a text */
	line += 3;
	if (*line != '-')
		return isalpha((unsigned char)*line) &&
		       (line[1] == ' ' || !strncmp(line + 1, ", --", 4));
	return islower((unsigned char)line[1]);
}

static void test_help(void **state)
{
	static int (*const commands[])(int argc, char **argv) = {
		cmd_list,   cmd_show,	  cmd_query,   cmd_try,	   cmd_bind,
		cmd_unbind, cmd_bindings, cmd_explain, cmd_check,  cmd_map,
		cmd_place,  cmd_vm,	  cmd_export,  cmd_record, cmd_report,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char *rest = ran.out, *line;
		unsigned int options = 0;

		command_run(&ran, commands[i], "--help", NULL);
		assert_int_equal(ran.status, OPTIONS_DONE);
		while ((line = strsep(&rest, "\n"))) {
			if (!is_option(line))
				fail_msg("%s", line);
			options += !strncmp(line, "  -", 3);
			for (; *line; line++)
				assert_false(iscntrl((unsigned char)*line));
		}
		/* --help and --version are among them */
		assert_true(options > 2);
	}
}

/* Commands that concern a function ask for one. query first looks for VFIO on the host. */
static void test_no_function(void **state)
{
	static int (*const commands[])(int argc, char **argv) = {
		cmd_show, cmd_try, cmd_bind, cmd_unbind, cmd_explain, cmd_map, cmd_place,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		command_run(&ran, commands[i], NULL);
		assert_int_equal(ran.status, EXIT_USAGE);
		assert_non_null(strstr(ran.err, "name one by its BDF"));
		assert_string_equal(ran.out, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_no_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
