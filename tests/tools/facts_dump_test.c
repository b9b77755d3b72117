// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/dump.c: what is found in dumps. */
#include <errno.h>
#include <linux/pci_regs.h>
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
#include "pci/dump.h"
#include "pci/function.h"
#include "read_facts.h"
#include "support/machine.h"

struct dumped {
	char *text;
	size_t size;
	FILE *stream;
};

static void dump_begin(struct dumped *dump)
{
	*dump = (struct dumped){ 0 };
	dump->stream = open_memstream(&dump->text, &dump->size);
	assert_non_null(dump->stream);
}

static void dump_add(struct dumped *dump, const char *address, const uint8_t *config)
{
	struct bdf bdf = machine_bdf(address);

	dump_write(&bdf, "A description", config, dump->stream);
}

/* Without root lspci prints 64 bytes. */
static void dump_add_header(struct dumped *dump, const char *address, const uint8_t *config)
{
	fprintf(dump->stream, "%s A description", address);
	for (unsigned int i = 0; i < VPASID_CONFIG_MIN; i++) {
		if (i % 16 == 0)
			fprintf(dump->stream, "\n%02x:", i);
		fprintf(dump->stream, " %02x", config[i]);
	}
	fputs("\n\n", dump->stream);
}

static int read_dump(struct dumped *dump, const char *address)
{
	host_close(&host);
	fclose(dump->stream);
	if (machine_open_dump(&host, dump->text, dump->size, &why))
		fail_msg("%s", why.text);
	free(dump->text);
	return read_function(address);
}

static int close_dump(void **state)
{
	(void)state;
	host_close(&host);
	return 0;
}

static void add_machine(struct dumped *dump)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	dump_add(dump, FUNCTION, config);
	machine_fill_port(config);
	dump_add(dump, PORT, config);
	/* ports elsewhere: another bus, another domain, one that is off */
	config[PCI_SECONDARY_BUS] = 5;
	config[PCI_SUBORDINATE_BUS] = 9;
	dump_add(dump, "0000:00:1d.0", config);
	config[PCI_SECONDARY_BUS] = 1;
	dump_add(dump, "0001:00:1c.0", config);
	config[PCI_SECONDARY_BUS] = 0;
	config[PCI_SUBORDINATE_BUS] = 0;
	dump_add(dump, "0000:00:1e.0", config);
}

/* What 64 bytes show: Multi-Function isn't part of the header's type. */
static void test_header(void **state)
{
	static const uint8_t types[] = { 0x00, 0x80, 0x01, 0x81 };
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		struct dumped dump;

		machine_fill_endpoint(config);
		machine_put(config, PCI_CLASS_REVISION, 4, 0x08810203);
		config[PCI_HEADER_TYPE] = types[i];
		dump_begin(&dump);
		dump_add(&dump, FUNCTION, config);
		assert_int_equal(read_dump(&dump, FUNCTION), 0);
		assert_int_equal(facts->pci.class, 0x088102);
		assert_int_equal(facts->pci.is_bridge, types[i] & 1);
	}
}

static void test_dump(void **state)
{
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	add_machine(&dump);
	assert_int_equal(read_dump(&dump, FUNCTION), 0);
	assert_int_equal(host.kind, HOST_DUMP);
	assert_int_equal(facts->pci.kind, PCI_KIND_PF);
	assert_hops();
	assert_int_equal(facts->is_covered, FACT_UNKNOWN);
	assert_string_equal(facts->kernel->release, "");
}

/* By the PF's offset 1 and stride 2: the VFs are functions 1, 3, 5 and 7. */
static void test_dumped_vfs(void **state)
{
	static const struct {
		const char *bdf;
		bool is_its;
	} rows[] = {
		{ "0000:01:00.1", true },  { "0000:01:00.3", true },  { "0000:01:00.7", true },
		{ "0000:01:00.2", false }, { "0000:01:01.1", false }, { "0001:01:00.1", false },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
		dump_begin(&dump);
		dump_add(&dump, rows[i].bdf, config);
		add_machine(&dump);
		assert_int_equal(read_dump(&dump, rows[i].bdf), 0);
		assert_int_equal(facts->pci.kind, PCI_KIND_VF);
		assert_int_equal(facts->holder != NULL, rows[i].is_its);
		if (rows[i].is_its)
			assert_hops();
		else
			assert_non_null(
				strstr(function_path_why(facts), "its PF isn't in the dump"));
	}
}

/* Where the kernel finds them: a host bridge has the header of an endpoint. */
static void test_dumped_subsystems(void **state)
{
	static const struct {
		uint8_t header, base_class;
		unsigned int at;
	} rows[] = {
		{ PCI_HEADER_TYPE_NORMAL, 0x01, PCI_SUBSYSTEM_VENDOR_ID },
		{ PCI_HEADER_TYPE_NORMAL, 0x06, PCI_SUBSYSTEM_VENDOR_ID },
		{ PCI_HEADER_TYPE_BRIDGE, 0x06, 0x80 + PCI_SSVID_VENDOR_ID },
		{ PCI_HEADER_TYPE_CARDBUS, 0x06, PCI_CB_SUBSYSTEM_VENDOR_ID },
		{ PCI_HEADER_TYPE_BRIDGE, 0x06, 0 },
		{ 0x7e, 0x06, 0 },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(config, 0, sizeof(config));
		machine_put(config, PCI_VENDOR_ID, 4, 0x56781234);
		machine_put(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
		config[PCI_HEADER_TYPE] = rows[i].header;
		config[PCI_CLASS_DEVICE + 1] = rows[i].base_class;
		config[PCI_CAPABILITY_LIST] = 0x80;
		config[0x80] = rows[i].at > 0x80 ? PCI_CAP_ID_SSVID : PCI_CAP_ID_PM;
		if (rows[i].at)
			machine_put(config, rows[i].at, 4, 0x0001abcd);
		dump_begin(&dump);
		dump_add(&dump, FUNCTION, config);
		assert_int_equal(read_dump(&dump, FUNCTION), 0);
		assert_int_equal(facts->pci.subsystem_vendor, rows[i].at ? 0xabcd : 0);
		assert_int_equal(facts->pci.subsystem_device, rows[i].at ? 0x0001 : 0);
		assert_int_equal(facts->config->is_bridge, rows[i].base_class == 0x06);
	}
}

static void test_dump_of_a_part(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	machine_fill_endpoint(config);
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, FUNCTION), 0);
	assert_int_equal(hop_count(), 1);
	assert_non_null(
		strstr(function_path_why(facts), "the port above " FUNCTION " isn't in the dump"));

	/* Bus 0 has none above it, and what is integrated neither. */
	dump_begin(&dump);
	dump_add(&dump, "0000:00:05.0", config);
	assert_int_equal(read_dump(&dump, "0000:00:05.0"), 0);
	assert_string_equal(function_path_why(facts), "");
	machine_fill(config, PCI_EXP_TYPE_RC_END, false);
	dump_begin(&dump);
	dump_add(&dump, "0000:6a:01.0", config);
	assert_int_equal(read_dump(&dump, "0000:6a:01.0"), 0);
	assert_string_equal(function_path_why(facts), "");

	/* What leads out of the bytes that there are isn't looked for in the next function's. */
	config[PCI_CAPABILITY_LIST] = VPASID_CONFIG_MIN;
	dump_begin(&dump);
	dump_add_header(&dump, "0000:6a:01.0", config);
	memset(config + VPASID_CONFIG_MIN, PCI_EXP_TYPE_RC_END << 4, (size_t)2 * VPASID_CONFIG_MIN);
	dump_add(&dump, "0000:6a:02.0", config);
	assert_int_equal(read_dump(&dump, "0000:6a:01.0"), 0);
	assert_non_null(
		strstr(function_path_why(facts), "the port above 0000:6a:01.0 isn't in the dump"));

	machine_fill(config, PCI_EXP_TYPE_RC_END, false);
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, VF), -ENODEV);
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, FUNCTION), -EINVAL);
	assert_non_null(strstr(why.text, "more than once"));
}

/* The narrowest range has the bridge that is next. */
static void test_dumped_switch(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	machine_fill_port(config);
	config[PCI_SUBORDINATE_BUS] = 9;
	dump_add(&dump, PORT, config);
	machine_fill(config, PCI_EXP_TYPE_UPSTREAM, true);
	config[PCI_SECONDARY_BUS] = 2;
	config[PCI_SUBORDINATE_BUS] = 9;
	dump_add(&dump, "0000:01:00.0", config);
	machine_fill(config, PCI_EXP_TYPE_DOWNSTREAM, true);
	config[PCI_SECONDARY_BUS] = 3;
	config[PCI_SUBORDINATE_BUS] = 4;
	dump_add(&dump, "0000:02:01.0", config);
	machine_fill_endpoint(config);
	dump_add(&dump, "0000:03:00.0", config);
	assert_int_equal(read_dump(&dump, "0000:03:00.0"), 0);
	assert_int_equal(hop_count(), 4);
	assert_string_equal(hop(1)->pci.bdf.text, "0000:02:01.0");
	assert_string_equal(hop(2)->pci.bdf.text, "0000:01:00.0");
	assert_string_equal(hop(3)->pci.bdf.text, PORT);
	assert_string_equal(function_path_why(facts), "");
}

/* Bridges that lead to each other's bus, or to their own, end somewhere. */
static void test_dumped_circles(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	char bdf[] = "0000:00:00.0";
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	for (unsigned int bus = 0; bus < 64; bus++) {
		machine_fill(config, PCI_EXP_TYPE_UPSTREAM, true);
		config[PCI_SECONDARY_BUS] = (uint8_t)(bus + 1);
		config[PCI_SUBORDINATE_BUS] = 0xff;
		snprintf(bdf, sizeof(bdf), "0000:%02x:00.0", bus);
		dump_add(&dump, bdf, config);
	}
	config[PCI_SECONDARY_BUS] = 0x40;
	dump_add(&dump, "0000:40:01.0", config);
	assert_int_equal(read_dump(&dump, "0000:40:01.0"), 0);
	assert_int_equal(hop_count(), 1 + FUNCTION_MAX_PORTS);
	assert_true(*function_path_why(facts));
}

#define DUMP_TEST(test) cmocka_unit_test_teardown(test, close_dump)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMP_TEST(test_dump),		DUMP_TEST(test_header),
		DUMP_TEST(test_dumped_vfs),	DUMP_TEST(test_dumped_subsystems),
		DUMP_TEST(test_dump_of_a_part), DUMP_TEST(test_dumped_switch),
		DUMP_TEST(test_dumped_circles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
