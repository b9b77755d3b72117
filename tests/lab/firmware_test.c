// SPDX-License-Identifier: GPL-2.0-only
/* lab/topology: the table of AMD's IOMMU, and the archive that it goes in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "amd_efr.h"
#include "cpio.h"
#include "ivrs.h"

/* Where the specification has them */
#define LENGTH	    4
#define IVINFO	    36
#define IVHD	    48
#define IVHD_LENGTH (IVHD + 2)
#define IVHD_EFR    (IVHD + 24)

static uint64_t number(const uint8_t *bytes, unsigned int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | bytes[count];
	return value;
}

static void test_ivrs(void **state)
{
	uint8_t table[IVRS_SIZE], sum = 0;

	(void)state;
	ivrs_make(0x0123456789abcdef, table);
	assert_memory_equal(table, "IVRS", 4);
	assert_int_equal(number(table + LENGTH, 4), sizeof(table));
	assert_int_equal(number(table + IVINFO, 4) & 1, 1);
	assert_int_equal(table[IVHD], 0x11);
	assert_int_equal(number(table + IVHD_LENGTH, 2), sizeof(table) - IVHD);
	assert_int_equal(number(table + IVHD_EFR, 8), 0x0123456789abcdef);
	for (size_t i = 0; i < sizeof(table); i++)
		sum += table[i];
	assert_int_equal(sum, 0);
}

/* The bits by the numbers that the kernel has for them */
static void test_efr(void **state)
{
	static const unsigned int asked_for[] = { 1, 4, 48, 50 };

	(void)state;
	for (size_t i = 0; i < sizeof(asked_for) / sizeof(*asked_for); i++)
		assert_int_equal(AMD_EFR >> asked_for[i] & 1, 1);
	assert_int_equal(AMD_EFR >> 32 & 0x1f, 15);
}

/* Of each length that is left over from a multiple of 4, cpio reads what was written. */
static void test_cpio(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 5; size++) {
		char name[] = "/tmp/firmware_test.XXXXXX", command[128], said[16] = "";
		FILE *archive, *cpio;
		size_t count;

		archive = fdopen(mkstemp(name), "w");
		assert_non_null(archive);
		cpio_print(archive, "a/name", "12345", size);
		assert_int_equal(ftell(archive) % 4, 0);
		assert_int_equal(fclose(archive), 0);

		snprintf(command, sizeof(command), "cpio --quiet -i --to-stdout a/name <%s", name);
		cpio = popen(command, "r");
		assert_non_null(cpio);
		count = fread(said, 1, sizeof(said), cpio);
		assert_int_equal(pclose(cpio), 0);
		remove(name);
		assert_int_equal(count, size);
		assert_memory_equal(said, "12345", size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ivrs),
		cmocka_unit_test(test_efr),
		cmocka_unit_test(test_cpio),
	};

	return cmocka_run_group_tests_name("firmware", tests, NULL, NULL);
}
