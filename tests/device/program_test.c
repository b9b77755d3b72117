// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid-device as a process: its socket, its descriptors, and what is left when it ends. */
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "served_program.h"
#include "support/device_client.h"
#include "support/scratch.h"

static const char handed[] = "handed"; /* a socket that is passed to the program */

static off_t size_of_file(const char *name)
{
	struct stat status;

	return stat(name, &status) ? -1 : status.st_size;
}

/* If a standard stream is closed, no other file gets its number, which the worker replaces. */
static void test_without_streams(void **state)
{
	static const int streams[] = { STDIN_FILENO, STDERR_FILENO };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		unlink("log");
		program_without = streams[i];
		SERVE("--profile", dsa, "--log", "log");
		program_without = -1;
		end();
		assert_true(size_of_file("log") > 0);
	}
}

static rlim_t files_of(pid_t pid)
{
	struct rlimit limit;

	assert_int_equal(prlimit(pid, RLIMIT_NOFILE, NULL, &limit), 0);
	return limit.rlim_cur;
}

/* The limit is raised for the eventfds of all vectors, if that is allowed. */
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

/* Only the owner, or also a group, can connect. The socket is removed at the end. */
static void test_socket(void **state)
{
	const struct group *own = getgrgid(getegid());
	struct stat status;

	(void)state;
	assert_non_null(own);
	SERVE("--profile", dsa);
	assert_int_equal(stat(SOCKET, &status), 0);
	assert_int_equal(status.st_mode, S_IFSOCK | 0600);
	assert_int_equal(status.st_gid, getegid());
	assert_int_equal(access(SOCKET ".lock", F_OK), 0);
	assert_int_equal(program_end(&program, SIGINT), 0);
	assert_int_equal(access(SOCKET, F_OK), -1);
	assert_int_equal(access(SOCKET ".lock", F_OK), -1);
	end();

	SERVE("--profile", dsa, "--group", own->gr_name);
	assert_int_equal(stat(SOCKET, &status), 0);
	assert_int_equal(status.st_mode, S_IFSOCK | 0660);
	end();
}

/* A program that is killed leaves its socket, which the next one replaces. */
static void test_left_behind(void **state)
{
	struct program second;

	(void)state;
	SERVE("--profile", dsa);
	program_start(&second, (const char *const[]){ "--socket", SOCKET, "--profile", dsa, NULL });
	assert_int_equal(second.status, 3);
	assert_non_null(strstr(second.error, SOCKET ": another server"));
	assert_int_equal(program_end(&program, SIGKILL), 128 + SIGKILL);
	close(client);
	client = -1;
	assert_int_equal(access(SOCKET, F_OK), 0);
	SERVE("--profile", dsa);
	end();
	assert_int_equal(access(SOCKET, F_OK), -1);
}

/* If the path is another file at the end, the file stays. */
static void test_exchanged(void **state)
{
	(void)state;
	SERVE("--profile", dsa);
	assert_int_equal(unlink(SOCKET), 0);
	write_file(SOCKET, "mine");
	end();
	assert_int_equal(unlink(SOCKET), 0);
}

/* A socket that is passed to the program */

static int listen_at(int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	memcpy(address.sun_path, handed, strlen(handed));
	unlink(handed);
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
	client = client_connect(handed);
	assert_int_equal(client_agree(client), 0);
	end();
	/* the program doesn't remove it */
	assert_int_equal(access(handed, F_OK), 0);
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

int main(void)
{
#define TEST(function) cmocka_unit_test_teardown(function, end_anyway)
	const struct CMUnitTest tests[] = {
		TEST(test_socket),	TEST(test_left_behind), TEST(test_exchanged),
		TEST(test_fd),		TEST(test_wrong_fd),	TEST(test_without_streams),
		TEST(test_descriptors),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
