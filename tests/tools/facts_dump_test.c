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
	assert_int_equal(host.devices.fd, -1);
	assert_int_equal(function_read((struct function *)(uintptr_t)facts, FUNCTION_IDXD, &why),
			 0);
	assert_int_equal(facts->idxd.is_driven, FACT_UNKNOWN);
	assert_string_equal(host.name, MACHINE_DUMP);
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

/* A function whose SR-IOV capability is at @offset, with that Control */
static void add_pf(struct dumped *dump, unsigned int offset, unsigned int control)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, 0x180, 4, PCI_EXT_CAP_ID_PASID | 1 << 16 | offset << 20);
	machine_put(config, offset, 4, PCI_EXT_CAP_ID_SRIOV | 1 << 16);
	machine_put(config, offset + PCI_SRIOV_CTRL, 2, control);
	machine_put(config, offset + PCI_SRIOV_TOTAL_VF, 2, 0x1234);
	machine_put(config, offset + PCI_SRIOV_NUM_VF, 2, 3);
	if (offset + PCI_SRIOV_VF_STRIDE + 2 <= sizeof(config))
		machine_put(config, offset + PCI_SRIOV_VF_OFFSET, 4, 1 | 1 << 16);
	dump_begin(dump);
	dump_add(dump, FUNCTION, config);
}

/* Number of VFs counts while VF Enable is set. All that is read of the capability must be there. */
static void test_dumped_pf(void **state)
{
	static const struct {
		unsigned int offset, control;
		enum pci_kind kind;
		unsigned int num_vfs;
	} rows[] = {
		{ 0x200, PCI_SRIOV_CTRL_VFE, PCI_KIND_PF, 3 },
		{ 0x200, 0xffff & ~PCI_SRIOV_CTRL_VFE, PCI_KIND_PF, 0 },
		{ 0xfe8, PCI_SRIOV_CTRL_VFE, PCI_KIND_PF, 3 },
		{ 0xfec, PCI_SRIOV_CTRL_VFE, PCI_KIND_FUNCTION, 0 },
	};
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add_pf(&dump, rows[i].offset, rows[i].control);
		assert_int_equal(read_dump(&dump, FUNCTION), 0);
		assert_int_equal(facts->pci.kind, rows[i].kind);
		assert_int_equal(facts->pci.num_vfs, rows[i].num_vfs);
		assert_int_equal(facts->pci.total_vfs, rows[i].kind == PCI_KIND_PF ? 0x1234 : 0);
		assert_int_equal(facts->pci.vendor, 0x1234);
		assert_int_equal(facts->pci.device, 0x5678);
		assert_true(facts->pci.has_class);
	}
}

/* Its VFs by First VF Offset and VF Stride, which may lead to the next bus, or to itself */
static void test_dumped_strides(void **state)
{
	static const struct {
		const char *bdf;
		uint16_t count, offset, stride;
		bool is_its;
	} rows[] = {
		{ "0000:01:00.1", 1, 1, 0, true },	{ "0000:01:00.2", 1, 1, 0, false },
		{ "0000:01:00.1", 2, 1, 0, true },	{ "0000:01:00.3", 3, 1, 1, true },
		{ "0000:01:00.4", 3, 1, 1, false },	{ "0000:02:00.0", 2, 0x100, 8, true },
		{ "0000:02:01.0", 2, 0x100, 8, true },	{ "0000:02:02.0", 2, 0x100, 8, false },
		{ "0000:01:1f.0", 2, 0x100, 8, false }, { "0000:00:1f.7", 2, 0x100, 8, false },
		{ "0000:01:00.1", 2, 0, 1, false },	{ "0000:00:1f.7", 2, 0xffff, 1, false },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		machine_fill_endpoint(config);
		machine_put(config, 0x200 + PCI_SRIOV_NUM_VF, 2, rows[i].count);
		machine_put(config, 0x200 + PCI_SRIOV_VF_OFFSET, 2, rows[i].offset);
		machine_put(config, 0x200 + PCI_SRIOV_VF_STRIDE, 2, rows[i].stride);
		dump_begin(&dump);
		dump_add(&dump, FUNCTION, config);
		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		dump_add(&dump, rows[i].bdf, config);
		assert_int_equal(read_dump(&dump, rows[i].bdf), 0);
		assert_int_equal(facts->pci.kind, rows[i].is_its ? PCI_KIND_VF : PCI_KIND_FUNCTION);
		assert_string_equal(facts->pci.pf.text, rows[i].is_its ? FUNCTION : "");
		assert_int_equal(facts->config->device.kind,
				 rows[i].is_its ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF);
	}
}

/* Of two PFs, each has its own VFs. */
static void test_dumped_pfs(void **state)
{
	static const char *const pfs[] = { "0000:01:00.0", "0000:02:00.0" };
	static const char *const vfs[] = { "0000:01:00.1", "0000:02:00.1" };
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct dumped dump;

		dump_begin(&dump);
		machine_fill_endpoint(config);
		dump_add(&dump, pfs[0], config);
		dump_add(&dump, pfs[1], config);
		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		dump_add(&dump, vfs[i], config);
		assert_int_equal(read_dump(&dump, vfs[i]), 0);
		assert_string_equal(facts->pci.pf.text, pfs[i]);
		assert_int_equal(host.dumped_pf_count, 2);
	}
}

/* All ones: it didn't respond when the dump was made. */
static void test_dumped_silence(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	memset(config, 0xff, sizeof(config));
	dump_begin(&dump);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, FUNCTION), 0);
	assert_false(facts->pci.has_class);
	assert_int_equal(facts->pci.vendor, 0);
	assert_int_equal(facts->pci.subsystem_vendor, 0);
	assert_false(facts->pci.is_bridge);
}

/* Which bridges lead to bus 4 */
static void test_dumped_bridges(void **state)
{
	static const struct {
		const char *domain;
		uint8_t bus, secondary, subordinate, header;
		bool leads;
	} rows[] = {
		{ "0000", 0, 4, 4, PCI_HEADER_TYPE_BRIDGE, true },
		{ "0000", 0, 4, 9, PCI_HEADER_TYPE_BRIDGE, true },
		{ "0000", 0, 1, 4, PCI_HEADER_TYPE_BRIDGE, true },
		{ "0000", 3, 4, 4, PCI_HEADER_TYPE_BRIDGE | 0x80, true },
		{ "0000", 0, 5, 9, PCI_HEADER_TYPE_BRIDGE, false },
		{ "0000", 0, 1, 3, PCI_HEADER_TYPE_BRIDGE, false },
		{ "0000", 4, 4, 4, PCI_HEADER_TYPE_BRIDGE, false },
		{ "0000", 5, 4, 4, PCI_HEADER_TYPE_BRIDGE, false },
		{ "0000", 0, 4, 4, PCI_HEADER_TYPE_NORMAL, false },
		{ "0000", 0, 4, 4, PCI_HEADER_TYPE_CARDBUS, false },
		{ "0001", 0, 4, 4, PCI_HEADER_TYPE_BRIDGE, false },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;
	char bdf[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dump_begin(&dump);
		machine_fill(config, PCI_EXP_TYPE_ROOT_PORT, true);
		config[PCI_HEADER_TYPE] = rows[i].header;
		config[PCI_SECONDARY_BUS] = rows[i].secondary;
		config[PCI_SUBORDINATE_BUS] = rows[i].subordinate;
		snprintf(bdf, sizeof(bdf), "%s:%02x:01.0", rows[i].domain, rows[i].bus);
		dump_add(&dump, bdf, config);
		machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
		dump_add(&dump, "0000:04:00.0", config);
		assert_int_equal(read_dump(&dump, "0000:04:00.0"), 0);
		assert_int_equal(hop_count(), rows[i].leads ? 2 : 1);
		assert_string_equal(function_path_why(facts),
				    rows[i].leads ? ""
						  : "the port above 0000:04:00.0 isn't in the "
						    "dump: dump the whole machine");
	}
}

/* Of two that lead to the same bus, which can't be, the first one counts. */
static void test_dumped_twins(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	dump_begin(&dump);
	machine_fill_port(config);
	dump_add(&dump, "0000:00:01.0", config);
	dump_add(&dump, "0000:00:02.0", config);
	machine_fill_endpoint(config);
	dump_add(&dump, FUNCTION, config);
	assert_int_equal(read_dump(&dump, FUNCTION), 0);
	assert_int_equal(hop_count(), 2);
	assert_string_equal(hop(1)->pci.bdf.text, "0000:00:01.0");
}

/* Only some types of functions are on root buses of another number than 0. */
static void test_dumped_types(void **state)
{
	static const struct {
		unsigned int type;
		bool is_on_root_bus;
	} rows[] = {
		{ PCI_EXP_TYPE_ENDPOINT, false },   { PCI_EXP_TYPE_LEG_END, false },
		{ PCI_EXP_TYPE_ROOT_PORT, true },   { PCI_EXP_TYPE_UPSTREAM, false },
		{ PCI_EXP_TYPE_DOWNSTREAM, false }, { PCI_EXP_TYPE_PCI_BRIDGE, false },
		{ PCI_EXP_TYPE_RC_END, true },	    { PCI_EXP_TYPE_RC_EC, true },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dumped dump;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dump_begin(&dump);
		machine_fill(config, rows[i].type, false);
		dump_add(&dump, "0000:6a:00.0", config);
		assert_int_equal(read_dump(&dump, "0000:6a:00.0"), 0);
		assert_int_equal(!*function_path_why(facts), rows[i].is_on_root_bus);
	}
	/* without a PCIe capability; its device ID would be a root port's type */
	dump_begin(&dump);
	machine_put(config, PCI_STATUS, 2, 0);
	machine_put(config, PCI_DEVICE_ID, 2, PCI_EXP_TYPE_ROOT_PORT << 4);
	dump_add(&dump, "0000:6a:00.0", config);
	assert_int_equal(read_dump(&dump, "0000:6a:00.0"), 0);
	assert_true(*function_path_why(facts));
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
	assert_string_equal(function_path_why(facts),
			    "the dump has more than 32 ports above 0000:40:01.0");
}

#define DUMP_TEST(test) cmocka_unit_test_teardown(test, close_dump)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMP_TEST(test_dump),		DUMP_TEST(test_header),
		DUMP_TEST(test_dumped_vfs),	DUMP_TEST(test_dumped_subsystems),
		DUMP_TEST(test_dump_of_a_part), DUMP_TEST(test_dumped_switch),
		DUMP_TEST(test_dumped_circles), DUMP_TEST(test_dumped_pf),
		DUMP_TEST(test_dumped_strides), DUMP_TEST(test_dumped_pfs),
		DUMP_TEST(test_dumped_silence), DUMP_TEST(test_dumped_bridges),
		DUMP_TEST(test_dumped_types),	DUMP_TEST(test_dumped_twins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
