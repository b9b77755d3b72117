// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/registers.c: what a config space alone says. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/source.h"
#include "read_facts.h"
#include "support/machine.h"

static struct function taken;

/* As in a dump, of a function @behind_link or on a root bus. */
static void take(const uint8_t *config, size_t size, const char *bdf, bool behind_link)
{
	struct dump_function dumped = { machine_bdf(bdf), config, size };
	static struct config_space space;

	config_space_take(&dumped, &space);
	taken = (struct function){
		.pci.bdf = dumped.bdf,
		.config = &space,
		.why = "",
		.hop_count = behind_link ? 2 : 1,
	};
	function_take_registers(&taken);
}

static void test_multifunction(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	take(config, sizeof(config), "0000:01:00.0", true);
	assert_int_equal(taken.multifunction, FACT_NO);
	take(config, sizeof(config), "0000:01:00.1", true);
	assert_int_equal(taken.multifunction, FACT_YES);
	/* ARI: function 8 */
	take(config, sizeof(config), "0000:01:01.0", true);
	assert_int_equal(taken.multifunction, FACT_YES);
	take(config, sizeof(config), "0000:00:01.0", false);
	assert_int_equal(taken.multifunction, FACT_NO);
	config[PCI_HEADER_TYPE] |= 0x80;
	take(config, sizeof(config), "0000:01:00.0", true);
	assert_int_equal(taken.multifunction, FACT_YES);
}

static void test_conventional_capabilities(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	/* version 1 has no Device Capabilities 2: the bytes there are something else */
	machine_fill_endpoint(config);
	config[0x42] = 0x01;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_YES);
	assert_int_equal(taken.tlp_prefix, FACT_NO);
	assert_int_equal(taken.devcap2, 0);

	/* its registers would reach beyond the space */
	machine_fill_endpoint(config);
	config[0xc1] = 0xf0;
	machine_put(config, 0xf0, 4, PCI_CAP_ID_EXP | 2u << 16);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_YES);
	assert_int_equal(taken.tlp_prefix, FACT_NO);

	/* a chain in a circle, one that ends in all ones, and none */
	config[0xc1] = 0xc0;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	config[0xc0] = 0xff;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	config[0xc0] = PCI_CAP_ID_PM;
	config[0xc1] = 0x3c;
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
	machine_fill_endpoint(config);
	machine_put(config, PCI_STATUS, 2, 0);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.is_pcie, FACT_NO);
}

static void test_broken_extended_chain(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16 | 0x40u << 20);
	take(config, sizeof(config), FUNCTION, true);
	assert_int_equal(taken.acs.there, FACT_YES);
	assert_int_equal(taken.pasid.there, FACT_UNKNOWN);
	assert_int_equal(taken.pasid_error, -EPROTO);

	/* a dump of 256 bytes says nothing about the rest */
	machine_fill_endpoint(config);
	take(config, 256, FUNCTION, true);
	assert_int_equal(taken.tlp_prefix, FACT_YES);
	assert_int_equal(taken.pasid.there, FACT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_multifunction),
		cmocka_unit_test(test_conventional_capabilities),
		cmocka_unit_test(test_broken_extended_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
