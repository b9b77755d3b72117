// SPDX-License-Identifier: GPL-2.0-only
/* lab/topology: what a topology file may say, and where a planted capability goes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "chain.h"
#include "topology.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each is wrong, and for this reason. */
static const struct {
	const char *text, *message;
} wrong[] = {
	{ "nvmee 00:05.0", "t:1: 'nvmee': a line begins with iommu, intel, amd, port, nvme" },
	{ "\n# comment\nnvme", "t:3: '': write a function, such as 00:05.0" },
	{ "nvme 05.0", "t:1: '05.0': write a function, such as" },
	{ "nvme 00:20.0", "t:1: '00:20.0': write a function, such as" },
	{ "nvme 00:05.8", "t:1: '00:05.8': write a function, such as" },
	{ "nvme 00:05.0/", "t:1: '00:05.0/': write a function, such as" },
	{ "nvme 00:01.0/00.0/00.0/00.0/00.0", "t:1: '00:01.0/00.0/00.0/00.0/00.0': write" },
	{ "nvme 00:05.0 vfs=", "t:1: vfs=: write a number from 0 to 0x7f" },
	{ "nvme 00:05.0 vfs=-1", "t:1: vfs=-1: write a number" },
	{ "nvme 00:05.0 vfs=128", "t:1: vfs=128: write a number" },
	{ "nvme 00:05.0 4", "t:1: '4': nvme takes vfs=" },
	{ "nvme 00:05.0 vfss=4", "t:1: 'vfss=4': nvme takes vfs=" },
	{ "port 00:05.0 vfs=4", "t:1: 'vfs=4' is one word too many" },
	{ "nvme 00:1f.0", "t:1: 00:1f.0 belongs to the machine" },
	{ "nvme 00:1d.0", "t:1: 00:1d.0 belongs to the machine" },
	{ "nvme 00:05.0\nnvme 00:05.0", "t:2: another line already uses 00:05.0" },
	{ "nvme 00:05.0 vfs=4\nnvme 00:05.4", "t:2: 00:05.4 is a VF of another line" },
	{ "nvme 00:1e.0 vfs=16", "t:1: 16 VFs don't fit on the bus" },
	{ "nvme 00:1c.0/00.0", "t:1: write a line `port 00:1c.0` too" },
	{ "nvme 00:1c.0\nnvme 00:1c.0/00.0", "t:2: write a line `port 00:1c.0` too" },
	{ "port 00:1c.0\nnvme 00:1c.0/01.0", "t:2: behind a port there is slot 00 only" },
	{ "port 00:1c.0/00.0", "t:1: write a line `port 00:1c.0` too" },
	{ "port 00:1c.0\nport 00:1c.0/01.0", "t:2: behind a port there is slot 00 only" },
	{ "port 00:1c.0\nport 00:1c.0/00.0\nnvme 00:1c.0/00.0/00.0",
	  "t:3: behind a switch's upstream port there are its downstream ports only" },
	{ "port 00:1c.0\nport 00:1c.0/00.0\nport 00:1c.0/00.0/02.0\n"
	  "nvme 00:1c.0/00.0/02.0/01.0",
	  "t:4: behind a port there is slot 00 only" },
	{ "port 00:1c.0\nport 00:1c.0/00.0\nport 00:1c.0/00.0/02.0\n"
	  "port 00:1c.0/00.0/02.0/00.0",
	  "t:4: behind a switch's downstream port there is no further port" },
	{ "iommu", "t:1: '': write on, default, legacy, off or none" },
	{ "iommu modern", "t:1: 'modern': write on, default, legacy, off or none" },
	{ "iommu on off", "t:1: 'off' is one word too many" },
	{ "intel scalable=2", "t:1: scalable=2: write a number from 0 to 0x1" },
	{ "intel pasid-bits=21", "t:1: pasid-bits=21: write a number from 0 to 0x14" },
	{ "intel modern", "t:1: 'modern': intel takes scalable= pasid-bits= first-stage=" },
	{ "intel first-stage=2", "t:1: first-stage=2: write a number from 0 to 0x1" },
	{ "amd efr=0x10000000000000000",
	  "t:1: efr=0x10000000000000000: write a number from 0 to 0xffffffffffffffff" },
	{ "cmdline", "t:1: the value is missing" },
	{ "nvme 00:05.0\nplant 00:05.0", "t:2: '': write what to plant" },
	{ "nvme 00:05.0\nplant 00:05.0 flowers", "t:2: 'flowers': write what to plant" },
	{ "plant 00:05.0 pasid width=20", "t:1: there is no function 00:05.0" },
	{ "nvme 00:05.0 vfs=1\nplant 00:05.2 pasid width=20", "t:2: there is no function 00:05.2" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid", "t:2: pasid needs width=" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid width=32",
	  "t:2: width=32: write a number from 0 to 0x1f" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid width=20 x",
	  "t:2: 'x': pasid takes width= exec priv at=" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid width=20 at=0x182", "t:2: at=0x182: extended" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid width=20 at=0xfc", "t:2: at=0xfc: extended" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid width=20 at=0xffc", "t:2: 8 bytes at 0xffc reach" },
	{ "nvme 00:05.0\nplant 00:05.0 pasid width=1 exec=1", "t:2: 'exec=1': pasid takes" },
	{ "nvme 00:05.0\nplant 00:05.0 cap id=1 writable=1", "t:2: writable= is longer than" },
	{ "nvme 00:05.0\nplant 00:05.0 cap version=1", "t:2: cap needs id=" },
	{ "nvme 00:05.0\nplant 00:05.0 cap id=1 data=1,", "t:2: data=: write numbers of 32 bits" },
	{ "nvme 00:05.0\nplant 00:05.0 cap id=1 data=0x100000000", "t:2: data=0x100000000: write" },
	{ "nvme 00:05.0\nplant 00:05.0 bytes value=00", "t:2: bytes needs at=" },
	{ "nvme 00:05.0\nplant 00:05.0 bytes at=0", "t:2: bytes needs value=" },
	{ "nvme 00:05.0\nplant 00:05.0 bytes at=0 value=100", "t:2: value=100: write bytes" },
	{ "nvme 00:05.0\nplant 00:05.0 bytes at=0 value=1 writable=f,f",
	  "t:2: writable= is longer" },
	{ "nvme 00:05.0\nplant 00:05.0 bytes at=0xfff value=1,2", "t:2: 2 bytes at 0xfff reach" },
	{ "nvme 00:05.0\nplant 00:05.0 dump", "t:2: dump needs the name of a file" },
};

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct topology topology;

		if (topology_parse(&topology, "t", wrong[i].text) != -EINVAL)
			fail_msg("accepted: %s", wrong[i].text);
		if (strncmp(topology.message, wrong[i].message, strlen(wrong[i].message)) != 0)
			fail_msg("'%s' instead of '%s'", topology.message, wrong[i].message);
		topology_free(&topology);
	}
}

static void test_defaults(void **state)
{
	struct topology topology;

	(void)state;
	assert_int_equal(topology_parse(&topology, "t", ""), 0);
	assert_int_equal(topology.iommu, IOMMU_ON);
	assert_int_equal(topology.intel.scalable, 1);
	assert_int_equal(topology.intel.pasid_bits, 20);
	assert_int_equal(topology.intel.first_stage, 1);
	assert_int_equal(topology.amd.efr, 0x5000f000059d3);
	assert_int_equal(topology.function_count, 0);
	assert_int_equal(topology.plant_count, 0);
	topology_free(&topology);
}

static void test_functions(void **state)
{
	static const char text[] = "iommu legacy # comment\n"
				   "intel scalable=0 pasid-bits=9 first-stage=0\n"
				   "amd efr=0xfedcba9876543210\n"
				   "port\t00:1c.0\n"
				   "  nvme 0000:00:1c.0/00.0   vfs=4\r\n"
				   "nvme 00:05.0 # vfs=4\n"
				   "cmdline a=b c\n"
				   "cmdline d\n"
				   "qemu -smp 2";
	struct topology topology;

	(void)state;
	assert_int_equal(topology_parse(&topology, "t", text), 0);
	assert_int_equal(topology.iommu, IOMMU_LEGACY);
	assert_int_equal(topology.intel.scalable, 0);
	assert_int_equal(topology.intel.pasid_bits, 9);
	assert_int_equal(topology.intel.first_stage, 0);
	assert_int_equal(topology.amd.efr, 0xfedcba9876543210);

	assert_int_equal(topology.function_count, 3);
	assert_int_equal(topology.functions[0].kind, FUNCTION_PORT);
	assert_int_equal(topology.functions[1].kind, FUNCTION_NVME);
	assert_int_equal(topology.functions[1].line, 5);
	assert_int_equal(topology.functions[1].vfs, 4);
	assert_string_equal(path_format(&topology.functions[1].path).text, "00:1c.0/00.0");
	assert_int_equal(topology.functions[2].vfs, 0);

	assert_int_equal(topology.cmdline.count, 3);
	assert_string_equal(topology.cmdline.word[2], "d");
	assert_int_equal(topology.qemu.count, 2);
	assert_string_equal(topology.qemu.word[0], "-smp");
	topology_free(&topology);
}

/* The bytes that a line of a topology plants. */
static const struct {
	const char *line;
	enum plant_kind kind;
	unsigned int at;
	size_t length;
	uint8_t value[16], writable[16];
} planted[] = {
	{
		"pasid width=20 exec priv at=0x180",
		PLANT_CAPABILITY,
		0x180,
		8,
		{ 0x1b, 0, 1, 0, 0x06, 0x14, 0, 0 },
		{ 0, 0, 0, 0, 0, 0, 7, 0 },
	},
	{
		"pasid width=1 priv",
		PLANT_CAPABILITY,
		0,
		8,
		{ 0x1b, 0, 1, 0, 0x04, 0x01, 0, 0 },
		{ 0, 0, 0, 0, 0, 0, 5, 0 },
	},
	{
		"pasid width=0",
		PLANT_CAPABILITY,
		0,
		8,
		{ 0x1b, 0, 1, 0 },
		{ 0, 0, 0, 0, 0, 0, 1, 0 },
	},
	{
		"cap id=0x23 version=2 at=0x200 data=0x11223344,5 writable=0xff",
		PLANT_CAPABILITY,
		0x200,
		12,
		{ 0x23, 0, 2, 0, 0x44, 0x33, 0x22, 0x11, 5 },
		{ 0, 0, 0, 0, 0xff },
	},
	{ "cap id=0x1", PLANT_CAPABILITY, 0, 4, { 0x01, 0, 1, 0 }, { 0 } },
	{ "bytes at=0 value=86,80,ff", PLANT_BYTES, 0, 3, { 0x86, 0x80, 0xff }, { 0 } },
	{ "bytes at=0x3c value=0,b writable=f,f0",
	  PLANT_BYTES,
	  0x3c,
	  2,
	  { 0, 0xb },
	  { 0xf, 0xf0 } },
};

static void test_plants(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(planted); i++) {
		struct topology topology;
		const struct plant *plant;
		char text[128];

		snprintf(text, sizeof(text), "nvme 00:05.0 vfs=1\nplant 00:05.1 %s",
			 planted[i].line);
		assert_int_equal(topology_parse(&topology, "t", text), 0);
		assert_int_equal(topology.plant_count, 1);
		plant = &topology.plants[0];
		assert_int_equal(plant->kind, planted[i].kind);
		assert_int_equal(plant->at, planted[i].at);
		assert_int_equal(plant->length, planted[i].length);
		assert_memory_equal(plant->value, planted[i].value, sizeof(planted[i].value));
		assert_memory_equal(plant->writable, planted[i].writable,
				    sizeof(planted[i].writable));
		topology_free(&topology);
	}
}

static void test_dump_name(void **state)
{
	static const struct {
		const char *topology, *file, *name;
	} names[] = {
		{ "t", "d", "d" },
		{ "a/b/t", "d", "a/b/d" },
		{ "/a/t", "../d", "/a/../d" },
		{ "/a/t", "/d", "/d" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct topology topology;
		char text[64];

		snprintf(text, sizeof(text), "nvme 00:05.0\nplant 00:05.0 dump %s", names[i].file);
		assert_int_equal(topology_parse(&topology, names[i].topology, text), 0);
		assert_string_equal(topology.plants[0].file, names[i].name);
		topology_free(&topology);
	}
}

static void set_header(uint8_t *config, unsigned int at, uint32_t header)
{
	for (unsigned int i = 0; i < 4; i++)
		config[at + i] = header >> (8 * i);
}

/* ARI at 0x100, SR-IOV at 0x120: as QEMU's NVMe has them. */
static void nvme_chain(uint8_t *config)
{
	memset(config, 0, CONFIG_SIZE);
	set_header(config, 0x100, 0x1201000e);
	set_header(config, 0x120, 0x00010010);
}

static void test_chain_end(void **state)
{
	uint8_t config[CONFIG_SIZE];
	struct chain_place place;

	(void)state;
	nvme_chain(config);
	assert_null(chain_append(config, 0x180, 8, &place));
	assert_int_equal(place.at, 0x180);
	assert_int_equal(place.link, 0x120);
	assert_int_equal(place.header, 0x18010010);

	assert_null(chain_append(config, 0, 8, &place));
	assert_int_equal(place.at, 0x160);

	/* the last of the chain need not be the last in space */
	set_header(config, 0x100, 0x2001000e);
	set_header(config, 0x200, 0x12010003);
	assert_null(chain_append(config, 0, 8, &place));
	assert_int_equal(place.at, 0x20c);
	assert_int_equal(place.link, 0x120);
}

static void test_chain_head(void **state)
{
	uint8_t config[CONFIG_SIZE] = { 0 };
	struct chain_place place;

	(void)state;
	assert_null(chain_append(config, 0, 8, &place));
	assert_int_equal(place.at, 0x100);
	assert_int_equal(place.link, 0);

	assert_null(chain_append(config, 0x200, 8, &place));
	assert_int_equal(place.at, 0x200);
	assert_int_equal(place.link, 0x100);
	assert_int_equal(place.header, 0x20000000);
}

static void test_chain_refuses(void **state)
{
	uint8_t config[CONFIG_SIZE];
	struct chain_place place;

	(void)state;
	nvme_chain(config);
	assert_non_null(chain_append(config, 0x120, 8, &place));

	/* no place is known behind a capability of unknown length, or at the end of space */
	set_header(config, 0x120, 0x0001002a);
	assert_non_null(chain_append(config, 0, 8, &place));
	assert_null(chain_append(config, 0x180, 8, &place));
	set_header(config, 0x100, 0xffc1000e);
	set_header(config, 0xffc, 0x00010000);
	assert_non_null(chain_append(config, 0, 8, &place));

	/* a loop */
	set_header(config, 0xffc, 0x10010000);
	assert_non_null(chain_append(config, 0x180, 8, &place));

	/* no extended config space */
	memset(config, 0xff, sizeof(config));
	assert_non_null(chain_append(config, 0x180, 8, &place));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),	   cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_functions),  cmocka_unit_test(test_plants),
		cmocka_unit_test(test_dump_name),  cmocka_unit_test(test_chain_end),
		cmocka_unit_test(test_chain_head), cmocka_unit_test(test_chain_refuses),
	};

	return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
