// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests device/model.h and profile.h: what a function can be made of, and what is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model.h"
#include "profile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct model model;
static struct why why;

static int parse(const char *text)
{
	why.text[0] = '\0';
	return profile_parse(&model, text, strlen(text), "p", &why);
}

static void test_registers(void **state)
{
	static const uint8_t expected[] = { 0x36, 0x1b, 0xf0, 0xff, 0x04, 0x03, 0x02, 0x01, 0x99 };

	(void)state;
	assert_int_equal(parse("# a comment\n"
			       "\n"
			       "\t000 1b36 fff0\t01020304 99 # and one behind\r\n"
			       "02c 1af4 1100\n"
			       "ffc 0001001b"),
			 0);
	assert_memory_equal(model.source.config, expected, sizeof(expected));
	assert_int_equal(model.source.config[0xffc], 0x1b);
	assert_int_equal(model.source.device.vendor, 0x1b36);
	assert_int_equal(model.source.device.device, 0xfff0);
	assert_int_equal(model.source.device.revision, 0x99);
	assert_int_equal(model.source.device.subsystem_vendor, 0x1af4);
	assert_int_equal(model.source.device.subsystem_device, 0x1100);
	assert_int_equal(model.source.device.kind, VPASID_FUNCTION_PF);
}

static void test_settings(void **state)
{
	(void)state;
	assert_int_equal(
		parse("ids 8086:0b25\nvf\npasid 17,priv\npri 512,pasid\nbar 0=64K\nbar 4=1G\n"
		      "bar 5=000000032\n"),
		0);
	assert_int_equal(model.source.device.vendor, 0x8086);
	assert_int_equal(model.source.device.device, 0x0b25);
	assert_int_equal(model.source.config[2], 0x25);
	assert_int_equal(model.source.device.kind, VPASID_FUNCTION_VF);
	assert_int_equal(model.info.width, 17);
	assert_int_equal(model.info.capabilities, VPASID_CAP_PRIV);
	assert_int_equal(model.info.enabled, VPASID_CAP_PRIV);
	assert_int_equal(model.pri_capacity, 512);
	assert_true(model.pri_takes_pasid);
	assert_int_equal(model.bar_sizes[0], 65536);
	assert_int_equal(model.bar_sizes[4], 1 << 30);
	assert_int_equal(model.bar_sizes[5], 32);
	/* a setting counts more than the capability */
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(model.info.width, 17);
}

/* Values have up to 31 bytes. */
static void test_long_settings(void **state)
{
	(void)state;
	assert_int_equal(parse("pasid 000020,exec,exec,exec,exec,exec\n"
			       "pri 0000000000000000000000000000512"),
			 0);
	assert_int_equal(model.info.width, 20);
	assert_int_equal(model.pri_capacity, 512);
}

/* Each of these is wrong, for this reason. */
static void test_wrong(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "000", "p:1: 000: no values follow it" },
		{ "\n000 1b3", "p:2: 1b3: a value has 2, 4 or 8 hexadecimal digits" },
		{ "000 1b36fff001", "p:1: 1b36fff001: a value has" },
		{ "000 1g", "p:1: 1g: a value has" },
		{ "000 0x10", "p:1: 0x10: a value has" },
		{ "001 1b36", "p:1: 1b36: a register of 2 bytes can't be at 0x001" },
		{ "000 11 22223333", "p:1: 22223333: a register of 4 bytes can't be at 0x001" },
		{ "ffc 00000000 00", "p:1: 00: it is beyond config space" },
		{ "0000 11", "p:1: 0000: a line begins with" },
		{ "device 8086:0b25", "p:1: device: a line begins with" },
		{ "ids", "p:1: ids : write the vendor and device ID" },
		{ "ids 8086", "p:1: ids 8086: write" },
		{ "ids 8086:0b25x", "p:1: ids 8086:0b25x: write" },
		{ "ids 8086:0b251", "p:1: ids 8086:0b251: write" },
		{ "ids ffff:0b25", "p:1: ids ffff:0b25: write" },
		{ "ids -1:0b25", "p:1: ids -1:0b25: write" },
		{ "ids 8086:0b25 1", "p:1: ids has one value" },
		{ "pasid", "p:1: pasid : write Max PASID Width" },
		{ "pasid 0", "p:1: pasid 0: write" },
		{ "pasid 21", "p:1: pasid 21: write" },
		{ "pasid 20,", "p:1: pasid 20,: write" },
		{ "pasid 20,execute", "p:1: pasid 20,execute: write" },
		/* 32 bytes are too long, even if the first 31 were right */
		{ "pasid 000020,exec,exec,exec,exec,exec,", "p:1: pasid 000020,exec" },
		{ "pasid 20,exec,exec,exec,exec,exec,exec", "p:1: pasid 20,exec,exec" },
		{ "pri", "p:1: pri : write how many page requests may be outstanding" },
		{ "pri 0", "p:1: pri 0: write" },
		{ "pri 65536", "p:1: pri 65536: write" },
		{ "pri -1", "p:1: pri -1: write" },
		{ "pri 512,", "p:1: pri 512,: write" },
		{ "pri 512,exec", "p:1: pri 512,exec: write" },
		{ "pri 512,pasid,pasid", "p:1: pri 512,pasid,pasid: write" },
		{ "pri 00000000000000000000000000000512", "p:1: pri 0000" },
		{ "pri 0000000000000000000000000000512x", "p:1: pri 0000" },
		{ "bar 6=4K", "p:1: bar 6=4K: write a BAR, 0 to 5" },
		{ "bar /=4K", "p:1: bar /=4K: write" },
		{ "bar 0", "p:1: bar 0: write" },
		{ "bar 0=", "p:1: bar 0=: write" },
		{ "bar 0=0", "p:1: bar 0=0: write" },
		{ "bar 0=4T", "p:1: bar 0=4T: write" },
		{ "bar 0=4KB", "p:1: bar 0=4KB: write" },
		{ "bar 0=9999999999", "p:1: bar 0=9999999999: write" },
		{ "vf yes", "p:1: vf yes: vf has no value" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(parse(rows[i].text), -EINVAL);
		if (strncmp(why.text, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("\"%s\", not \"%s\"", why.text, rows[i].says);
	}
}

static void test_no_text(void **state)
{
	char line[300];

	(void)state;
	assert_int_equal(profile_parse(&model, "\0", 1, "p", &why), -EINVAL);
	memset(line, '#', sizeof(line));
	assert_int_equal(profile_parse(&model, line, sizeof(line), "p", &why), -EINVAL);
	assert_string_equal(why.text, "p:1: the line is longer than 255 bytes, or isn't text");
	assert_int_equal(profile_parse(&model, line, 256, "p", &why), -EINVAL);
	assert_int_equal(profile_parse(&model, line, 255, "p", &why), 0);
	assert_int_equal(profile_read(&model, "/nowhere/p.conf", &why), -ENOENT);
	assert_string_equal(why.text, "/nowhere/p.conf: No such file or directory");
	assert_int_equal(profile_read(&model, "/dev/zero", &why), -EINVAL);
}

/* A profile has at most 64 KiB. */
static void test_large_file(void **state)
{
	char path[] = "/tmp/device_model_test.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (int i = 0; i < 65536 / 8; i++)
		assert_int_equal(write(fd, "# long\n\n", 8), 8);
	assert_int_equal(profile_read(&model, path, &why), 0);
	assert_int_equal(write(fd, "\n", 1), 1);
	assert_int_equal(profile_read(&model, path, &why), -EINVAL);
	assert_non_null(strstr(why.text, "at most 65536 bytes"));
	close(fd);
	remove(path);
}

static void test_completion(void **state)
{
	(void)state;
	/* all that the capability offers is switched on */
	assert_int_equal(parse("ids 8086:0b25\n100 0001001b 0e02 0000"), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(model.info.width, 14);
	assert_int_equal(model.info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(model.info.enabled, VPASID_CAP_EXEC);
	/* it isn't an error to have no PASID */
	assert_int_equal(parse("ids 8086:0b25"), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(model.info.width, 0);
	assert_int_equal(model.info.source, VPASID_SOURCE_REGISTERS);
	/* the capability is invalid, unless there is a setting */
	assert_int_equal(parse("ids 8086:0b25\n100 0001001b 1f02 0000"), 0);
	assert_int_equal(model_complete(&model, &why), -EPROTO);
	assert_non_null(strstr(why.text, "at 0x100 is invalid: it reads as 1f02"));
	assert_int_equal(model_set(&model, "pasid", "20", &why), 0);
	assert_int_equal(model_complete(&model, &why), 0);
	assert_int_equal(parse("000 ffff ffff"), 0);
	assert_int_equal(model_complete(&model, &why), -EINVAL);
	assert_non_null(strstr(why.text, "--ids"));
}

static void test_dumps(void **state)
{
	struct bdf bdf;

	(void)state;
	assert_int_equal(model_read_dump(&model, DUMPS "/accelerator", NULL, &why), 0);
	assert_int_equal(model.source.device.device, 0xfff0);
	assert_int_equal(bdf_parse("00:06.0", &bdf), 0);
	assert_int_equal(model_read_dump(&model, DUMPS "/accelerator", &bdf, &why), -ENOENT);
	assert_non_null(
		strstr(why.text, "/accelerator: 0000:00:06.0: the dump has no such function"));
	assert_int_equal(model_read_dump(&model, DUMPS "/conventional", NULL, &why), -ENXIO);
	assert_int_equal(model_read_dump(&model, DUMPS "/cut-short", NULL, &why), -EINVAL);
}

/* Of a dump with many functions one has to be chosen. */
static void test_many(void **state)
{
	char path[] = "/tmp/device_model_test.XXXXXX";
	char command[256];
	struct bdf bdf;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	snprintf(command, sizeof(command),
		 "{ cat %s/accelerator; echo; sed 's/^0000:00:05.0/0000:00:06.0/' %s/bare; } >%s",
		 DUMPS, DUMPS, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(model_read_dump(&model, path, NULL, &why), -EINVAL);
	assert_non_null(strstr(why.text, "2 functions have an extended config space: select one "
					 "with --function"));
	assert_int_equal(bdf_parse("00:05.0", &bdf), 0);
	assert_int_equal(model_read_dump(&model, path, &bdf, &why), 0);
	assert_int_equal(model.source.device.device, 0xfff0);

	snprintf(command, sizeof(command), "cat %s/accelerator >>%s", DUMPS, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(model_read_dump(&model, path, &bdf, &why), -EINVAL);
	assert_non_null(strstr(why.text, ": 0000:00:05.0: the dump has it more than once"));
	remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registers),     cmocka_unit_test(test_settings),
		cmocka_unit_test(test_long_settings), cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_no_text),	      cmocka_unit_test(test_large_file),
		cmocka_unit_test(test_completion),    cmocka_unit_test(test_dumps),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
