// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/command_line.h, by the lines of command_lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "facts/command_line.h"
#include "filtered.h"

#define TABLE	  "tests/tools/command_lines"
#define LINE_SIZE 256

/* The results in the order of the struct, as the table names them. */
static void print_results(const struct command_line *line, char *text, size_t size)
{
	static const char *const intel[] = { "", " on", " off" };
	static const char *const scalable[] = { "", " sm_on", " sm_off" };
	static const char *const tables[] = { "", " v2", " v1" };
	static const char *const passthrough[] = { "", " pt", " nopt" };

	snprintf(text, size, "%s%s%s%s%s%s%s", line->iommu_off ? " iommu_off" : "",
		 passthrough[line->passthrough], intel[line->intel], scalable[line->intel_scalable],
		 line->amd_off ? " amd_off" : "", tables[line->amd_v2],
		 line->amd_isolation ? " isolation" : "");
}

static void test_lines(void **state)
{
	char row[LINE_SIZE], wanted[LINE_SIZE + 1], got[LINE_SIZE];
	FILE *table = fopen(TABLE, "r");
	struct command_line line;
	unsigned int count = 0;

	(void)state;
	assert_non_null(table);
	while (fgets(row, sizeof(row), table)) {
		char *text = strchr(row, '|');

		if (*row == '#' || *row == '\n')
			continue;
		assert_non_null(text);
		*text++ = '\0';
		snprintf(wanted, sizeof(wanted), " %s", row);
		command_line_parse(text, &line);
		assert_true(line.is_known);
		print_results(&line, got, sizeof(got));
		assert_string_equal(*got ? got : " -", wanted);
		count++;
	}
	fclose(table);
	assert_true(count >= 40);
}

/* White space as the kernel has it: what no table shows. */
static void test_white_space(void **state)
{
	char tabs[] = "\tx\vintel_iommu=sm_off\fy\rintel_iommu=on\n";
	char no_break[] = "x\xa0intel_iommu=sm_off";
	struct command_line line;

	(void)state;
	command_line_parse(tabs, &line);
	assert_int_equal(line.intel_scalable, SAID_OFF);
	assert_int_equal(line.intel, SAID_ON);
	command_line_parse(no_break, &line);
	assert_int_equal(line.intel_scalable, SAID_OFF);
}

/* setup_irqremap() and setup_nointremap() of the kernel: the last word counts. */
static void test_remapping(void **state)
{
	static const struct {
		const char *text;
		enum said said;
	} rows[] = {
		{ "quiet", SAID_NOTHING },
		{ "intremap", SAID_NOTHING },
		{ "intremap=on", SAID_ON },
		{ "intremap=off", SAID_OFF },
		{ "intremap=nosid,off", SAID_OFF },
		{ "intremap=off,nopost,on", SAID_ON },
		{ "intremap=nopost", SAID_NOTHING },
		{ "nointremap", SAID_OFF },
		{ "nointremap=1", SAID_OFF },
		{ "nointremap intremap=on", SAID_ON },
		{ "intremap=on nointremap", SAID_OFF },
		{ "x -- nointremap", SAID_NOTHING },
	};
	struct command_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[LINE_SIZE];

		snprintf(text, sizeof(text), "%s", rows[i].text);
		command_line_parse(text, &line);
		if (line.remapping != rows[i].said)
			fail_msg("%s: %d", rows[i].text, line.remapping);
	}
}

static void test_lockdown(void **state)
{
	static const struct {
		const char *text;
		bool is_locked_down;
	} rows[] = {
		{ "lockdown=integrity", true }, { "lockdown=confidentiality", true },
		{ "lockdown=none", false },	{ "lockdown=integrityx", false },
		{ "lockdown", false },		{ "lockdown=integrity lockdown=none", true },
	};
	struct command_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[LINE_SIZE];

		snprintf(text, sizeof(text), "%s", rows[i].text);
		command_line_parse(text, &line);
		assert_int_equal(line.locked_down, rows[i].is_locked_down);
	}
}

/* What somebody reads is left as it was written, and other words are taken out. */
static void test_filter(void **state)
{
	static const struct {
		const char *text, *left;
	} rows[] = {
		{ "", "" },
		{ "quiet splash\n", "" },
		{ "quiet intel_iommu=on,sm_on x\n", "intel_iommu=on,sm_on " },
		{ "amd-iommu=off  intremap=off nointremap",
		  "amd-iommu=off  intremap=off nointremap" },
		{ "iommu=\"pt off\" \"iommu.passthrough=1\" lockdown=x",
		  "iommu=\"pt off\" \"iommu.passthrough=1\" lockdown=x" },
		{ "vfio-pci.ids=1:2 vfio iommux=1", "vfio-pci.ids=1:2 " },
		{ "x -- secret vfio_pci.disable_denylist=1", "-- vfio_pci.disable_denylist=1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(filtered(command_line_filter, rows[i].text), rows[i].left);
}

/* A line is as long as there is room for. */
static void test_long_line(void **state)
{
	char text[COMMAND_LINE_SIZE + 1];
	const char *left;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text + COMMAND_LINE_SIZE - 9, "iommu=ptx", 10);
	left = filtered(command_line_filter, text);
	assert_string_equal(left + strlen(left) - 8, "iommu=pt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),	  cmocka_unit_test(test_white_space),
		cmocka_unit_test(test_remapping), cmocka_unit_test(test_lockdown),
		cmocka_unit_test(test_filter),	  cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
