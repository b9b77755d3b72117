// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of vpasid-device: what they change for a client, and which are refused. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <vpasid/config.h>

#include "served_program.h"
#include "support/bytes.h"
#include "support/command.h"
#include "support/device_client.h"
#include "support/scratch.h"

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX

static const char vf[] = PROFILES "/vf.conf";
static struct message message, reply;

static void append_file(FILE *out, const char *name, const char *bdf)
{
	FILE *in = fopen(name, "re");
	char line[256];

	assert_non_null(in);
	/* the first line begins with the function's address */
	assert_non_null(fgets(line, sizeof(line), in));
	fprintf(out, "%s a function\n", bdf);
	while (fgets(line, sizeof(line), in))
		fputs(line, out);
	fputs("\n", out);
	fclose(in);
}

/* A dump with two functions of different IDs */
static void write_dump(void)
{
	FILE *out = fopen("dump", "we");

	assert_non_null(out);
	append_file(out, DUMPS "/accelerator", "00:05.0");
	append_file(out, DUMPS "/bare", "00:07.0");
	fclose(out);
}

static int setup_all(void **state)
{
	if (scratch_enter(state))
		return -1;
	mkdir("quirks", 0700);
	write_dump();
	write_file("quirks/made.conf", "device 1234:5678\n"
				       "\toffset 0x400\n"
				       "\tsource \"made up\"\n");
	return 0;
}

static uint32_t read_config(unsigned int at)
{
	client_make_access(&message, CONFIG, at, NULL, 4);
	assert_int_equal(client_call(client, &message, &reply), 0);
	return get32(reply.body + sizeof(struct vfio_user_region_access));
}

static uint64_t size_of(unsigned int region)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = region };

	client_make(&message, VFIO_USER_DEVICE_GET_REGION_INFO, &info, sizeof(info));
	assert_int_equal(client_call(client, &message, &reply), 0);
	memcpy(&info, reply.body, sizeof(info));
	return info.size;
}

static void test_function(void **state)
{
	(void)state;
	SERVE("--dump", "dump", "--function", "00:05.0", "--vpasid", "none");
	assert_int_equal(read_config(PCI_VENDOR_ID), 0xfff01b36);
	end();
	SERVE("--dump", "dump", "--function", "00:07.0", "--pasid", "17,exec");
	assert_int_equal(read_config(PCI_VENDOR_ID), 0xfff11b36);
	assert_non_null(strstr(program.says, "17 bits, EXEC"));
	end();
}

static void test_bars(void **state)
{
	(void)state;
	SERVE("--profile", dsa);
	assert_int_equal(size_of(0), 64 << 10);
	assert_int_equal(size_of(4), 0);
	end();
	SERVE("--profile", dsa, "--bar", "0=128K", "--bar", "4=1M");
	assert_int_equal(size_of(0), 128 << 10);
	assert_int_equal(size_of(2), 128 << 10);
	assert_int_equal(size_of(4), 1 << 20);
	end();
}

/* A VF's quirks are found by --ids, because the IDs in its config space read as ones. */
static void test_quirks(void **state)
{
	(void)state;
	SERVE("--profile", vf, "--quirks", "quirks");
	assert_non_null(strstr(program.says, "PASID at 0xff8"));
	end();
	SERVE("--profile", vf, "--quirks", "quirks", "--ids", "1234:5678");
	assert_int_equal(read_config(PCI_VENDOR_ID), 0x56781234);
	assert_int_equal(read_config(0x400) & 0xffff, VPASID_EXT_CAP_PASID);
	assert_memory_equal(program.says, "serving 1234:5678 at ", 21);
	assert_non_null(strstr(program.says, "PASID at 0x400"));
	end();
}

static void test_capabilities(void **state)
{
	(void)state;
	SERVE("--profile", vf, "--pasid", "16,priv", "--pri", "7", "--vpasid", "0xabc");
	assert_int_equal(read_config(0xabc) & 0xffff, VPASID_EXT_CAP_PASID);
	assert_int_equal(read_config(0xabc + 4) & 0xffff, 0x1004);
	assert_non_null(strstr(program.says, "0xabc"));
	assert_non_null(strstr(program.says, "16 bits, PRIV"));
	assert_null(strstr(program.says, "EXEC"));
	end();
	SERVE("--profile", dsa, "--width", "9", "--vpasid", "auto");
	assert_int_equal(read_config(0x230 + 4) & 0xffff, 0x0904);
	end();
	SERVE("--profile", dsa, "--vpasid", "none");
	assert_non_null(strstr(program.says, "without PASID"));
	assert_int_equal(read_config(0x230), 0);
	end();
}

/* The number of page requests is in the PRI capability. */
static void test_pri(void **state)
{
	unsigned int at = 0x100;

	(void)state;
	SERVE("--profile", vf, "--pri", "7");
	while (at && (read_config(at) & 0xffff) != VPASID_EXT_CAP_PRI)
		at = read_config(at) >> 20;
	assert_true(at >= 0x100);
	assert_int_equal(read_config(at + PCI_PRI_MAX_REQ), 7);
	end();
}

static void test_log(void **state)
{
	char text[1024] = "";
	FILE *log;

	(void)state;
	write_file("log", "before\n");
	SERVE("--profile", dsa, "--log", "log");
	end();
	assert_string_equal(program.error, "");
	log = fopen("log", "re");
	assert_non_null(log);
	assert_true(fread(text, 1, sizeof(text) - 1, log) > 0);
	fclose(log);
	assert_memory_equal(text, "before\nclient connected: ", 24);

	SERVE("--profile", dsa);
	end();
	assert_memory_equal(program.error, "client connected: ", 18);
}

/* What is refused, and by which status */
static void test_refusals(void **state)
{
	static const struct {
		const char *arguments[10];
		int status;
		const char *says;
	} rows[] = {
		{ { "--profile", dsa }, 2, "--socket" },
		{ { "--socket", "/none/s", "--fd", "0", "--profile", dsa }, 2, "--fd" },
		{ { "--fd", "0", "--group", "root", "--profile", dsa }, 2, "--group" },
		{ { "--socket", "/none/s" }, 2, "--profile" },
		{ { "--socket", "/none/s", "--profile", dsa, "--dump", "d" }, 2, "--dump" },
		{ { "--socket", "/none/s", "--profile", dsa, "--function", "00:05.0" },
		  2,
		  "--function" },
		{ { "--socket", "/none/s", "--profile", dsa, "--vpasid", "none", "--width", "9" },
		  2,
		  "--width" },
		{ { "--socket", "/none/s", "--profile", dsa, "--vpasid", "x" }, 2, "--vpasid" },
		{ { "--fd", "2147483648", "--profile", dsa }, 2, "--fd" },
		{ { "--fd", "2147483647", "--profile", dsa }, 3, "2147483647" },
		{ { "--socket", "/none/s", "--profile", dsa, "more" }, 2, "more" },
		{ { "--socket", "/none/s", "--profile", dsa }, 3, "/none/s" },
		{ { "--socket", "/none/s", "--profile", dsa, "--log", "/none/log" },
		  3,
		  "/none/log" },
		{ { "--socket", "/none/s", "--profile", "none" }, 3, "none" },
		{ { "--socket", "/none/s", "--profile", dsa, "--user", "no.such" }, 3, "no.such" },
		{ { "--socket", "/none/s", "--profile", dsa, "--group", "no.such" }, 3, "no.such" },
		{ { "--socket", "/none/s", "--profile", dsa, "--ids", "1" }, 3, "/dsa.conf: 1: " },
		{ { "--socket", "/none/s", "--profile", dsa, "--pasid", "0" },
		  3,
		  "/dsa.conf: 0: " },
		{ { "--socket", "/none/s", "--profile", dsa, "--pri", "0" }, 3, "/dsa.conf: 0: " },
		{ { "--socket", "/none/s", "--profile", dsa, "--bar", "7" }, 3, "/dsa.conf: 7: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		program_start(&program, rows[i].arguments);
		assert_int_equal(program.status, rows[i].status);
		assert_memory_equal(program.error, "vpasid-device: ", 15);
		if (!strstr(program.error, rows[i].says))
			fail_msg("\"%s\", without \"%s\"", program.error, rows[i].says);
	}
}

/* A function has six BARs. */
static void test_many_bars(void **state)
{
	const char *arguments[] = { "--socket", "/none/s", "--profile", dsa,	 "--bar",
				    "0=64K",	"--bar",   "0=64K",	"--bar", "0=64K",
				    "--bar",	"0=64K",   "--bar",	"0=64K", "--bar",
				    "0=64K",	NULL,	   NULL,	NULL };

	(void)state;
	program_start(&program, arguments);
	assert_int_equal(program.status, 3);
	arguments[16] = "--bar";
	arguments[17] = "0=64K";
	program_start(&program, arguments);
	assert_int_equal(program.status, 2);
}

/* Each option is in --help by its name, and has no letter. */
static void test_help(void **state)
{
	static const char *const names[] = { "socket", "fd",  "user", "group",	"profile",
					     "dump",   "ids", "pri",  "width",	"function",
					     "pasid",  "bar", "log",  "vpasid", "quirks" };
	static struct ran ran;

	(void)state;
	command_run(&ran, device_main, "--help", NULL);
	assert_int_equal(ran.status, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char line[32];

		snprintf(line, sizeof(line), "\n  --%s ", names[i]);
		assert_non_null(strstr(ran.out, line));
	}
	for (const char *at = ran.out; *at; at++)
		assert_true(*at == '\n' || (unsigned char)*at >= ' ');
}

int main(void)
{
#define TEST(function) cmocka_unit_test_teardown(function, end_anyway)
	const struct CMUnitTest tests[] = {
		TEST(test_function),	 TEST(test_bars),      TEST(test_quirks),
		TEST(test_capabilities), TEST(test_pri),       TEST(test_log),
		TEST(test_refusals),	 TEST(test_many_bars), TEST(test_help),
	};

	return cmocka_run_group_tests(tests, setup_all, scratch_leave);
}
