// SPDX-License-Identifier: GPL-2.0-or-later
/* vfio/modprobe_options.h: what of modprobe's configuration is read, besides its options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "filtered.h"
#include "support/parameter.h"
#include "support/sysfs.h"
#include "support/tree.h"
#include "vfio/modprobe_options.h"

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(module_name("vfio-pci").text, "vfio_pci");
	assert_string_equal(module_name("-a-b_c-").text, "_a_b_c_");
	assert_string_equal(module_name("").text, "");
}

static void test_words(void **state)
{
	static const struct {
		const char *word;
		bool is_read;
	} rows[] = {
		{ "vfio_pci.ids", true }, { "pasid-vfio-pci.x", true }, { "vfio_pci", false },
		{ "nvme.ids", false },	  { "x.vfio", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct parameter word = { .name = (char *)(uintptr_t)rows[i].word };

		assert_int_equal(modprobe_reads(&word), rows[i].is_read);
	}
}

/* Lines with options of VFIO's modules, with those that continue them */
static void test_filter(void **state)
{
	char line[128] = "options vfio";

	(void)state;
	assert_string_equal(filtered(modprobe_filter, "# options vfio x=1\noptions nvme x=1\n"
						      " options vfio-pci ids=1:2\noptions\n"
						      "softdep vfio-pci pre: x\n"
						      "options my_vfio \\\nx=1\ninstall x y\n"),
			    " options vfio-pci ids=1:2\noptions my_vfio x=1\n");
	/* the longest name of a module */
	memset(line + strlen(line), 'x', 63 - strlen("vfio"));
	stpcpy(line + strlen(line), " a=1\n");
	assert_string_equal(filtered(modprobe_filter, line), line);
}

/* Files end in .conf, and hidden ones don't count. */
static void test_files(void **state)
{
	static const struct {
		const char *name;
		enum fact value;
	} rows[] = {
		{ "x.conf", FACT_YES },	 { "a.b.conf", FACT_YES }, { ".conf", FACT_NO },
		{ ".x.conf", FACT_NO },	 { "xconf", FACT_NO },	   { "conf", FACT_NO },
		{ "x.conf~", FACT_NO },	 { "x.conf.d", FACT_NO },  { "x", FACT_NO },
		{ "x.config", FACT_NO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct path file = path_of("etc/modprobe.d/%s", rows[i].name);

		tree_file(*state, file.text, "options m on=1\n");
		assert_int_equal(modprobe_bool(*state, "m", "on"), rows[i].value);
		tree_file(*state, file.text, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_filter),
		cmocka_unit_test_setup_teardown(test_files, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
