// SPDX-License-Identifier: GPL-2.0-or-later
/* show/ on dumps. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "made_show.h"
#include "pci/dump.h"
#include "support/machine.h"

static void read_dump(const char *bdf)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct bdf pf = machine_bdf(FUNCTION), vf = machine_bdf(VF), port = machine_bdf(PORT);
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	machine_fill_endpoint(config);
	config[PCI_CLASS_DEVICE] = 0x80;
	config[PCI_CLASS_DEVICE + 1] = 0x08;
	machine_put(config, 0x200 + PCI_SRIOV_TOTAL_VF, 2, 16);
	put_ats(config, 0x200, 0x2a0);
	dump_write(&pf, "A description", config, stream);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_put(config, 0x180, 2, PCI_EXT_CAP_ID_DSN);
	dump_write(&vf, "A description", config, stream);
	machine_fill_port(config);
	config[PCI_CLASS_DEVICE + 1] = 0x06; /* a bridge */
	dump_write(&port, "A description", config, stream);
	fclose(stream);
	close_host(NULL);
	assert_int_equal(machine_open_dump(&host, text, size, &why), 0);
	free(text);
	assert_int_equal(read_function(bdf), 0);
}

static void test_no_place_in_a_bridge(void **state)
{
	(void)state;
	read_dump(PORT);
	assert_true(is_printed("  place       none: it is a bridge, and a bridge can't be assigned "
			       "to a virtual machine\n"));
}

static void test_dump(void **state)
{
	static const struct member members[] = {
		{ "/kind", "\"pf\"" },
		{ "/num_vfs", "4" },
		{ "/total_vfs", "16" },
		{ "/class", "\"088000\"" },
		{ "/driver", "null" },
		{ "/runtime_status", "null" },
		{ "/state", "\"enabled\"" },
		{ "/path/1/bdf", "\"0000:00:1c.0\"" },
		{ "/iommu", "{\"covers\":null,\"name\":null,\"kind\":null,\"width\":null,"
			    "\"scalable_mode\":null,\"group\":null,\"domain\":null}" },
		{ "/siblings", "[]" },
		{ "/vfio",
		  "{\"bound\":null,\"group\":null,\"cdev\":null,\"reporter\":null,\"denylisted\":false,\"iommufd\":null}" },
		{ "/place/offset", "4088" },
	};

	(void)state;
	read_dump(FUNCTION);
	ASSERT_MEMBERS(members);
	assert_true(is_printed("  kind        PF, 4 of 16 VFs\n"));
	assert_true(is_printed("  driver      unknown: a dump has no information about drivers"));
	assert_false(is_printed("VFIO  "));
}

static void test_dumped_vf(void **state)
{
	static const struct member members[] = {
		{ "/kind", "\"vf\"" },
		{ "/pf", "\"0000:01:00.0\"" },
		{ "/id", "null" },
		{ "/num_vfs", "null" },
		{ "/state", "\"enabled\"" },
		{ "/ats/bdf", "\"0000:01:00.1\"" },
		{ "/pasid/bdf", "\"0000:01:00.0\"" },
		{ "/place/offset", "4088" },
	};

	(void)state;
	read_dump(VF);
	ASSERT_MEMBERS(members);
	assert_true(is_printed("  ID          unknown: a VF's IDs read as ones\n"));
}

#define DUMP_TEST(test) cmocka_unit_test_teardown(test, close_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMP_TEST(test_no_place_in_a_bridge),
		DUMP_TEST(test_dump),
		DUMP_TEST(test_dumped_vf),
	};

	return cmocka_run_group_tests(tests, new_quirks, free_quirks);
}
