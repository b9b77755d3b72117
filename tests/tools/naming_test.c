// SPDX-License-Identifier: GPL-2.0-or-later
/* functions_name(): functions with the same IDs are looked up once, and each gets its own names. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/host.h"
#include "pci/names.h"
#include "support/machine.h"
#include "support/transcript.h"

/* How many were looked up last */
static size_t requested;

int __real_names_look_up(const struct names_request *requests, size_t count, struct why *why);
int __wrap_names_look_up(const struct names_request *requests, size_t count, struct why *why);

int __wrap_names_look_up(const struct names_request *requests, size_t count, struct why *why)
{
	requested = count;
	return __real_names_look_up(requests, count, why);
}

#define MADE	"A Maker of Devices "
#define VIRTUAL "A Maker of Virtual Devices "
#define NVME	"Non-Volatile memory controller, NVM Express"

static const struct {
	uint16_t vendor, device, subsystem_vendor, subsystem_device;
	int class; /* -1: none */
	const char *name, *subsystem, *class_name;
} rows[] = {
	{ 0x1b36, 0x0010, 0x1b36, 0x1100, 0x010802, MADE "Express Controller", MADE "Device 1100",
	  NVME },
	{ 0x1b36, 0xfff0, 0x1b36, 0x1100, 0x010802, MADE "Accelerator", MADE "Board", NVME },
	{ 0x1b36, 0xfff0, 0x1b36, 0x1101, 0x010802, MADE "Accelerator", MADE "Device 1101", NVME },
	{ 0x1b36, 0xfff0, 0x1af4, 0x1100, 0x010802, MADE "Accelerator", VIRTUAL "Device 1100",
	  NVME },
	{ 0x1af4, 0xfff0, 0x1b36, 0x1100, 0x010802, VIRTUAL "Device fff0", MADE "Device 1100",
	  NVME },
	{ 0x1b36, 0xfff0, 0x1b36, 0x1100, 0x060400, MADE "Accelerator", MADE "Board",
	  "PCI bridge, Normal decode" },
	{ 0x1b36, 0xfff0, 0x1b36, 0x1100, -1, MADE "Accelerator", MADE "Board", "" },
	/* a VF's own IDs */
	{ 0xffff, 0xffff, 0, 0, 0x010802, "", "", NVME },
	{ 0, 0xfff0, 0, 0, -1, "", "", "" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct pci_function pci_of(size_t row)
{
	return (struct pci_function){
		.vendor = rows[row].vendor,
		.device = rows[row].device,
		.subsystem_vendor = rows[row].subsystem_vendor,
		.subsystem_device = rows[row].subsystem_device,
		.has_class = rows[row].class >= 0,
		/* without has_class, it doesn't count */
		.class = rows[row].class >= 0 ? (uint32_t)rows[row].class : 0x060400,
	};
}

/* Each row twice, in two orders */
static void make_functions(struct host *host, struct function **functions)
{
	char text[] = "0000:00:00.0";

	for (size_t i = 0; i < 2 * ROWS; i++) {
		struct bdf bdf;

		text[6] = (char)('0' + i / 10);
		text[9] = (char)('0' + i % 10);
		bdf = machine_bdf(text);
		functions[i] = host_function(host, &bdf);
		assert_non_null(functions[i]);
		functions[i]->pci = pci_of(i < ROWS ? i : 2 * ROWS - 1 - i);
		functions[i]->pci.bdf = bdf;
	}
}

static void test_names(void **state)
{
	struct function *functions[2 * ROWS];
	struct host host = { 0 };
	struct why why;

	(void)state;
	make_functions(&host, functions);
	assert_int_equal(functions_name(functions, 2 * ROWS, &why), 0);
	assert_int_equal(requested, ROWS);
	for (size_t i = 0; i < 2 * ROWS; i++) {
		size_t row = i < ROWS ? i : 2 * ROWS - 1 - i;

		assert_string_equal(functions[i]->name, rows[row].name);
		assert_string_equal(functions[i]->subsystem_name, rows[row].subsystem);
		assert_string_equal(functions[i]->class_name, rows[row].class_name);
	}
	host_close(&host);
}

/* Functions whose IDs differ in one bit have other names. */
static void test_bits(void **state)
{
	enum {
		BITS = 64
	};
	struct function *functions[BITS + 1];
	struct host host = { 0 };
	char text[] = "0000:00:00.0";
	struct why why;

	(void)state;
	for (unsigned int i = 0; i <= BITS; i++) {
		uint64_t ids = i < BITS ? 1ull << i : 0;
		struct bdf bdf;

		snprintf(text, sizeof(text), "0000:%02x:00.0", i);
		bdf = machine_bdf(text);
		functions[i] = host_function(&host, &bdf);
		assert_non_null(functions[i]);
		functions[i]->pci.vendor = (uint16_t)(ids >> 48);
		functions[i]->pci.device = (uint16_t)(ids >> 32);
		functions[i]->pci.subsystem_vendor = (uint16_t)(ids >> 16);
		functions[i]->pci.subsystem_device = (uint16_t)ids;
	}
	assert_int_equal(functions_name(functions, BITS + 1, &why), 0);
	assert_int_equal(requested, BITS + 1);
	host_close(&host);
}

static void test_none(void **state)
{
	struct function *functions[1] = { NULL };
	struct why why;

	(void)state;
	requested = 0;
	assert_int_equal(functions_name(functions, 0, &why), 0);
	assert_int_equal(requested, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_none),
	};

	names_file = TRANSCRIPTS "pci.ids";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
