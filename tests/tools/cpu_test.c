// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/cpu.h: the flags that the kernel shows of a processor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "facts/cpu.h"
#include "filtered.h"
#include "support/tree.h"

static struct cpu read_cpu(const char *root)
{
	struct cpu cpu;

	cpu_read(root, &cpu);
	return cpu;
}

static void test_flags(void **state)
{
	static const struct {
		const char *cpuinfo;
		enum fact enqcmd, pages, levels;
	} rows[] = {
		{ "flags\t\t: fpu enqcmd la57\n", FACT_YES, FACT_NO, FACT_YES },
		{ "processor\t: 0\nflags\t\t: pdpe1gb\nbugs\t\t: la57\n", FACT_NO, FACT_YES,
		  FACT_NO },
		{ "flags\t\t: xla57 la57x enqcmd_x\n", FACT_NO, FACT_NO, FACT_NO },
		{ "flags\t\t: la57x la57 x\n", FACT_NO, FACT_NO, FACT_YES },
		{ "flags\t\t:\n", FACT_NO, FACT_NO, FACT_NO },
		{ "flags\t\t: la57", FACT_NO, FACT_NO, FACT_YES },
		{ "flags\t\t: enqcmd\nflags\t\t: la57\n", FACT_YES, FACT_NO, FACT_NO },
		{ "flags : la57\n", FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN },
		{ "vmx flags\t: la57\nFeatures\t: fp\n", FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN },
		{ "", FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN },
	};

	assert_int_equal(read_cpu(*state).enqcmd, FACT_UNKNOWN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cpu cpu;

		tree_file(*state, "proc/cpuinfo", rows[i].cpuinfo);
		cpu = read_cpu(*state);
		assert_int_equal(cpu.enqcmd, rows[i].enqcmd);
		assert_int_equal(cpu.has_1gib_pages, rows[i].pages);
		assert_int_equal(cpu.has_5_levels, rows[i].levels);
	}
}

static void test_filter(void **state)
{
	(void)state;
	assert_string_equal(filtered(cpu_filter, "model name\t: x\nflags\t\t: fpu la57 x enqcmd\n"
						 "flags\t\t: pdpe1gb\n"),
			    "flags\t\t: enqcmd la57\n");
	assert_string_equal(filtered(cpu_filter, "flags\t\t: fpu\n"), "flags\t\t:\n");
	assert_string_equal(filtered(cpu_filter, "Features\t: fp\n"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_flags, tree_setup, tree_teardown),
		cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
