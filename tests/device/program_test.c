// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid-device as a whole: what its options change for a client, and how it begins and ends. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/config.h>

#include "made_program.h"
#include "support/bytes.h"
#include "support/command.h"
#include "support/device_client.h"
#include "support/scratch.h"

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX

static const char dsa[] = PROFILES "/dsa.conf", vf[] = PROFILES "/vf.conf";
static struct scratch scratch;
static char path[128]; /* of in_scratch() */
static char socket_path[128], handed_path[128], dump_path[128], log_path[128], quirks_path[128];
static struct program program;
static struct message message, reply;
static int client = -1;

static const char *in_scratch(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", scratch.path, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_scratch(name), "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

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
	FILE *out = fopen(in_scratch("dump"), "we");

	assert_non_null(out);
	append_file(out, DUMPS "/accelerator", "00:05.0");
	append_file(out, DUMPS "/bare", "00:07.0");
	fclose(out);
}

static int setup_all(void **state)
{
	(void)state;
	if (scratch_make(&scratch))
		return -1;
	snprintf(socket_path, sizeof(socket_path), "%s/socket", scratch.path);
	snprintf(handed_path, sizeof(handed_path), "%s/handed", scratch.path);
	snprintf(dump_path, sizeof(dump_path), "%s/dump", scratch.path);
	snprintf(log_path, sizeof(log_path), "%s/log", scratch.path);
	snprintf(quirks_path, sizeof(quirks_path), "%s/quirks", scratch.path);
	mkdir(in_scratch("no-quirks"), 0700);
	mkdir(in_scratch("quirks"), 0700);
	write_dump();
	write_file("quirks/made.conf", "device 1234:5678\n"
				       "\toffset 0x400\n"
				       "\tsource \"made up\"\n");
	return 0;
}

static int teardown_all(void **state)
{
	(void)state;
	return scratch_remove(&scratch);
}

static int teardown(void **state)
{
	(void)state;
	if (client >= 0)
		close(client);
	client = -1;
	if (program.pid && program.status < 0)
		program_end(&program, SIGTERM);
	return 0;
}

/* A client of the program that serves with these arguments, and --socket */
static void serve(const char *const *arguments)
{
	const char *all[32] = { "--socket", socket_path };
	size_t count = 2;

	while (*arguments)
		all[count++] = *arguments++;
	program_start(&program, all);
	if (program.status >= 0)
		fail_msg("status %d: %s", program.status, program.error);
	client = client_connect(socket_path);
	assert_true(client >= 0);
	assert_int_equal(client_agree(client), 0);
}

static void end(void)
{
	close(client);
	client = -1;
	assert_int_equal(program_end(&program, SIGTERM), 0);
}

static uint32_t read_config(unsigned int at)
{
	client_make_access(&message, CONFIG, at, NULL, 4);
	assert_int_equal(client_call(client, &message, &reply), 0);
	return get32(reply.body + sizeof(struct vfio_user_region_access));
}

static off_t size_of_file(const char *name)
{
	struct stat status;

	return stat(name, &status) ? -1 : status.st_size;
}

static uint64_t size_of(unsigned int region)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = region };

	client_make(&message, VFIO_USER_DEVICE_GET_REGION_INFO, &info, sizeof(info));
	assert_int_equal(client_call(client, &message, &reply), 0);
	memcpy(&info, reply.body, sizeof(info));
	return info.size;
}

#define SERVE(...) serve((const char *const[]){ __VA_ARGS__, NULL })

static void test_function(void **state)
{
	(void)state;
	SERVE("--dump", dump_path, "--function", "00:05.0", "--vpasid", "none");
	assert_int_equal(read_config(PCI_VENDOR_ID), 0xfff01b36);
	end();
	SERVE("--dump", dump_path, "--function", "00:07.0", "--pasid", "17,exec");
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

/* A VF's quirks are found by --ids, as its config space has none. */
static void test_quirks(void **state)
{
	(void)state;
	SERVE("--profile", vf, "--quirks", quirks_path);
	assert_non_null(strstr(program.says, "PASID at 0xff8"));
	end();
	SERVE("--profile", vf, "--quirks", quirks_path, "--ids", "1234:5678");
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

/* The page requests that a function has are written into its PRI capability. */
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
	SERVE("--profile", dsa, "--log", log_path);
	end();
	assert_string_equal(program.error, "");
	log = fopen(log_path, "re");
	assert_non_null(log);
	assert_true(fread(text, 1, sizeof(text) - 1, log) > 0);
	fclose(log);
	assert_memory_equal(text, "before\nclient connected: ", 24);

	SERVE("--profile", dsa);
	end();
	assert_memory_equal(program.error, "client connected: ", 18);
}

/* Without a standard stream no other file gets its number, which the worker uses for its own. */
static void test_without_streams(void **state)
{
	static const int streams[] = { STDIN_FILENO, STDERR_FILENO };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		unlink(log_path);
		program_without = streams[i];
		SERVE("--profile", dsa, "--log", log_path);
		program_without = -1;
		end();
		assert_true(size_of_file(log_path) > 0);
	}
}

static rlim_t files_of(pid_t pid)
{
	struct rlimit limit;

	assert_int_equal(prlimit(pid, RLIMIT_NOFILE, NULL, &limit), 0);
	return limit.rlim_cur;
}

/* It can take the eventfds of all vectors, unless that isn't allowed. */
static void test_descriptors(void **state)
{
	const struct rlimit limits[] = { { 256, 8192 }, { 5000, 8192 }, { 256, 1000 } };
	static const rlim_t expected[] = { 4096, 5000, 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		program_files = &limits[i];
		SERVE("--profile", dsa);
		program_files = NULL;
		assert_int_equal(files_of(program.pid), expected[i]);
		end();
	}
}

/* The socket is its owner's, unless a group may connect; it is gone at the end. */
static void test_socket(void **state)
{
	const struct group *own = getgrgid(getegid());
	struct stat status;

	(void)state;
	assert_non_null(own);
	SERVE("--profile", dsa);
	assert_int_equal(stat(socket_path, &status), 0);
	assert_int_equal(status.st_mode, S_IFSOCK | 0600);
	assert_int_equal(status.st_gid, getegid());
	assert_int_equal(access(in_scratch("socket.lock"), F_OK), 0);
	assert_int_equal(program_end(&program, SIGINT), 0);
	assert_int_equal(access(socket_path, F_OK), -1);
	assert_int_equal(access(in_scratch("socket.lock"), F_OK), -1);
	end();

	SERVE("--profile", dsa, "--group", own->gr_name);
	assert_int_equal(stat(socket_path, &status), 0);
	assert_int_equal(status.st_mode, S_IFSOCK | 0660);
	end();
}

/* One that is killed leaves its socket behind, which the next one takes. */
static void test_left_behind(void **state)
{
	struct program second;

	(void)state;
	SERVE("--profile", dsa);
	program_start(&second,
		      (const char *const[]){ "--socket", socket_path, "--profile", dsa, NULL });
	assert_int_equal(second.status, 3);
	assert_non_null(strstr(second.error, socket_path));
	assert_int_equal(program_end(&program, SIGKILL), 128 + SIGKILL);
	close(client);
	client = -1;
	assert_int_equal(access(socket_path, F_OK), 0);
	SERVE("--profile", dsa);
	end();
	assert_int_equal(access(socket_path, F_OK), -1);
}

/* Another file that has the socket's name at the end stays. */
static void test_exchanged(void **state)
{
	(void)state;
	SERVE("--profile", dsa);
	assert_int_equal(unlink(socket_path), 0);
	write_file("socket", "mine");
	end();
	assert_int_equal(unlink(socket_path), 0);
}

/* A socket that is handed over */

static int listen_at(int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	memcpy(address.sun_path, handed_path, strlen(handed_path));
	unlink(handed_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void start_with(int fd)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	program_start(&program, (const char *const[]){ "--fd", number, "--profile", dsa, NULL });
}

static void test_fd(void **state)
{
	char expected[32];
	int fd;

	(void)state;
	fd = listen_at(SOCK_STREAM);
	assert_int_equal(listen(fd, 1), 0);
	start_with(fd);
	snprintf(expected, sizeof(expected), " at descriptor %d, ", fd);
	assert_non_null(strstr(program.says, expected));
	client = client_connect(handed_path);
	assert_int_equal(client_agree(client), 0);
	end();
	/* it isn't the program's to remove */
	assert_int_equal(access(handed_path, F_OK), 0);
	close(fd);
}

static void test_wrong_fd(void **state)
{
	int fds[4];

	(void)state;
	fds[0] = open("/dev/null", O_RDWR);
	fds[1] = listen_at(SOCK_STREAM); /* it doesn't listen */
	fds[2] = listen_at(SOCK_SEQPACKET);
	assert_int_equal(listen(fds[2], 1), 0);
	fds[3] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(listen(fds[3], 1), 0);
	for (size_t i = 0; i < 4; i++) {
		start_with(fds[i]);
		assert_int_equal(program.status, 3);
		assert_non_null(strstr(program.error, "descriptor"));
		close(fds[i]);
	}
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
#define TEST(function) cmocka_unit_test_teardown(function, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_function),	 TEST(test_bars),	 TEST(test_quirks),
		TEST(test_capabilities), TEST(test_pri),	 TEST(test_log),
		TEST(test_socket),	 TEST(test_left_behind), TEST(test_exchanged),
		TEST(test_fd),		 TEST(test_wrong_fd),	 TEST(test_refusals),
		TEST(test_many_bars),	 TEST(test_help),	 TEST(test_without_streams),
		TEST(test_descriptors),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
