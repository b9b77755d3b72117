// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/bdf.h: what is a BDF, and what isn't. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pci/bdf.h"
#include "support/sysfs.h"

static void test_bdf(void **state)
{
	static const struct {
		const char *text, *canonical;
		struct bdf bdf;
	} good[] = {
		{ "0000:00:05.0", "0000:00:05.0", { 0, 0, 5, 0 } },
		{ "00:05.0", "0000:00:05.0", { 0, 0, 5, 0 } },
		{ "fF:1F.7", "0000:ff:1f.7", { 0, 0xff, 0x1f, 7 } },
		{ "0:5.0", "0000:00:05.0", { 0, 0, 5, 0 } },
		{ "abcd:12:03.4", "abcd:12:03.4", { 0xabcd, 0x12, 3, 4 } },
		/* Intel's VMD makes domains above 16 bits */
		{ "10000:e1:00.0", "10000:e1:00.0", { 0x10000, 0xe1, 0, 0 } },
		{ "ffffffff:00:00.0", "ffffffff:00:00.0", { 0xffffffff, 0, 0, 0 } },
	};
	struct bdf bdf;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(bdf_parse(good[i].text, &bdf), 0);
		assert_string_equal(bdf.text, good[i].canonical);
		assert_int_equal(bdf.domain, good[i].bdf.domain);
		assert_int_equal(bdf.bus, good[i].bdf.bus);
		assert_int_equal(bdf.device, good[i].bdf.device);
		assert_int_equal(bdf.function, good[i].bdf.function);
	}
}

static void test_not_bdf(void **state)
{
	static const char *const bad[] = {
		"",
		"0",
		"00:05",
		"00:05.",
		"00:05.8",
		"00:20.0",
		"100:05.0",
		"00:005.0",
		"00:05.00",
		" 00:05.0",
		"00:05.0 ",
		"00:05.0\n",
		"-1:05.0",
		"+0:05.0",
		"0x0:05.0",
		"00:05:0",
		"00.05.0",
		"g0:05.0",
		"0000:00:05",
		"0000::05.0",
		":00:05.0",
		"0000:00:05.0:",
		"123456789:00:05.0",
		"../0000:00:05.0",
		"00:05.0/..",
		"0000:0000:00:05.0",
		"012:05.0",
		"0000:012:05.0",
		"0000:00:005.0",
		"0000:00:05.00",
	};
	struct bdf bdf;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bdf_parse(bad[i], &bdf), -EINVAL);
}

/* A name that has no room isn't cut, because that would be another file's. */
static void test_pci_name(void **state)
{
	static const char digits[] =
		"0123456789012345678901234567890123456789012345678901234567890";
	const struct bdf bdf = { .text = "0000:00:05.0" };
	const size_t room = sizeof(struct pci_name) - sizeof("0000:00:05.0/");
	const char *longest = digits + sizeof(digits) - 1 - room;

	(void)state;
	assert_string_equal(pci_name(&bdf, "config").text, "0000:00:05.0/config");
	assert_string_equal(pci_name(&bdf, "").text, "0000:00:05.0/");
	assert_string_equal(pci_name(&bdf, longest).text + sizeof("0000:00:05.0/") - 1, longest);
	assert_string_equal(pci_name(&bdf, longest - 1).text, "0000:00:05.0/");
}

static void test_pci_path(void **state)
{
	(void)state;
	assert_string_equal(pci_path("/x", "0000:00:05.0", "config").text,
			    "/x/bus/pci/devices/0000:00:05.0/config");
	assert_string_equal(pci_path("/x", "0000:00:05.0", "").text,
			    "/x/bus/pci/devices/0000:00:05.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bdf),
		cmocka_unit_test(test_not_bdf),
		cmocka_unit_test(test_pci_name),
		cmocka_unit_test(test_pci_path),
	};

	return cmocka_run_group_tests_name("tool_bdf", tests, NULL, NULL);
}
