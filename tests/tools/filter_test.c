// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/filter.h: as libpci matches functions that it has an access to. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pci/pci.h>

#include "pci/filter.h"

static const struct function {
	const char *bdf;
	uint16_t vendor, device;
	uint32_t class;
} functions[] = {
	{ "0000:00:00.0", 0x8086, 0x1572, 0x020000 }, { "0000:00:1f.7", 0x8086, 0x0b25, 0x088000 },
	{ "0000:e1:05.0", 0x144d, 0xa80a, 0x010802 }, { "10000:e1:05.0", 0x144d, 0xa80b, 0x010801 },
	{ "ffff:ff:1f.7", 0xffff, 0xffff, 0xffffff }, { "0001:00:05.1", 0x0000, 0x0000, 0x000000 },
};

#define COUNT (sizeof(functions) / sizeof(functions[0]))

/* What libpci says of a function of its own. */
static bool libpci_matches(struct pci_access *access, const char *slot, const char *id,
			   const struct function *function)
{
	struct pci_filter filter;
	struct pci_dev *device;
	char text[64];
	struct bdf bdf;
	bool matches;

	pci_filter_init(access, &filter);
	snprintf(text, sizeof(text), "%s", slot ? slot : "");
	assert_null(pci_filter_parse_slot(&filter, text));
	snprintf(text, sizeof(text), "%s", id ? id : ":");
	assert_null(pci_filter_parse_id(&filter, text));
	assert_int_equal(bdf_parse(function->bdf, &bdf), 0);
	device = pci_get_dev(access, (int)bdf.domain, bdf.bus, bdf.device, bdf.function);
	device->vendor_id = function->vendor;
	device->device_id = function->device;
	device->device_class = (uint16_t)(function->class >> 8);
	device->prog_if = (uint8_t)function->class;
	device->known_fields = PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_CLASS_EXT;
	matches = pci_filter_match(&filter, device);
	pci_free_dev(device);
	return matches;
}

static void test_matches(void **state)
{
	static const char *const slots[] = { NULL,	"",	   "0:",    "e1:",  ":05",
					     "00:00.0", "05.0",	   ".7",    "1f.*", "*",
					     "0000::",	"10000::", "1:0:5", "*:*:*" };
	static const char *const ids[] = { NULL,     ":",	  "8086:",     ":1572",
					   "8086:*", "144d:a80a", "::0108",    "::0108:02",
					   "::xx00", "::02xx",	  "ffff::ffff" };
	struct pci_access *access = pci_alloc();
	unsigned int matching = 0;

	(void)state;
	access->method = PCI_ACCESS_DUMP;
	pci_set_param(access, (char *)"dump.name", (char *)"/dev/null");
	pci_init(access);
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++) {
			struct filter filter;

			assert_int_equal(filter_parse(slots[i], ids[j], &filter, NULL), 0);
			for (size_t k = 0; k < COUNT; k++) {
				const struct function *function = &functions[k];
				struct bdf bdf;
				bool matches;

				assert_int_equal(bdf_parse(function->bdf, &bdf), 0);
				matches = filter_matches(&filter, &bdf, function->vendor,
							 function->device, function->class);
				assert_int_equal(matches, libpci_matches(access, slots[i], ids[j],
									 function));
				matching += matches;
			}
		}
	}
	pci_cleanup(access);
	assert_in_range(matching, 100,
			sizeof(slots) / sizeof(slots[0]) * sizeof(ids) / sizeof(ids[0]) * COUNT /
				2);
}

static void test_errors(void **state)
{
	struct filter filter;
	struct why why;

	(void)state;
	assert_int_equal(filter_parse("what", NULL, &filter, &why), -EINVAL);
	assert_memory_equal(why.text, "-s what: ", strlen("-s what: "));
	assert_int_equal(filter_parse("00:05.0", "x", &filter, &why), -EINVAL);
	assert_memory_equal(why.text, "-d x: ", strlen("-d x: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
