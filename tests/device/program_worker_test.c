// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process of vpasid-device that serves clients, its worker: what it has, and that another one
 * replaces it if it hangs.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "keeper.h"
#include "served_program.h"
#include "support/bytes.h"
#include "support/device_client.h"
#include "support/scratch.h"

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX

static struct message message, reply;

#define LOOKS 12 /* at the last one of these, the keeper kills a worker that hangs */

/* What the test shares with keeper and worker */
static struct shared {
	atomic_bool hangs; /* the next accept4(2) doesn't return */
	atomic_int looks;  /* so many looks of the keeper are 10 ms apart, instead of a second */
	atomic_uint owner; /* of the socket */
	atomic_uint user, group;
} * shared;

int accept4(int fd, struct sockaddr *restrict of, socklen_t *restrict size, int flags)
{
	if (atomic_exchange(&shared->hangs, false)) {
		atomic_store(&shared->looks, LOOKS);
		for (;;)
			ppoll(NULL, 0, NULL, NULL);
	}
	return (int)syscall(SYS_accept4, fd, of, size, flags);
}

/* The keeper polls one descriptor. */
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec limit = { timeout / 1000, timeout % 1000 * 1000000L };

	if (count == 1 && timeout == 1000 && atomic_load(&shared->looks)) {
		atomic_fetch_sub(&shared->looks, 1);
		limit = (struct timespec){ .tv_nsec = 10000000 };
	}
	return ppoll(fds, count, timeout < 0 ? NULL : &limit, NULL);
}

/* What only root could do */

struct passwd *getpwnam(const char *name)
{
	static struct passwd entry = { .pw_uid = 11, .pw_gid = 22 };

	return strcmp(name, "user") ? NULL : &entry;
}

uid_t geteuid(void)
{
	return 0;
}

int fchownat(int fd, const char *name, uid_t user, gid_t group, int flags)
{
	(void)fd;
	(void)name;
	(void)group;
	(void)flags;
	atomic_store(&shared->owner, user);
	return 0;
}

int setgroups(size_t size, const gid_t *list)
{
	(void)size;
	(void)list;
	return 0;
}

int setresgid(gid_t real, gid_t of_effect, gid_t saved)
{
	(void)real;
	(void)saved;
	atomic_store(&shared->group, of_effect);
	return 0;
}

int setresuid(uid_t real, uid_t of_effect, uid_t saved)
{
	(void)real;
	(void)saved;
	atomic_store(&shared->user, of_effect);
	return 0;
}

static int setup_all(void **state)
{
	shared = keeper_share(sizeof(*shared));
	return shared ? scratch_enter(state) : -1;
}

static FILE *open_proc(pid_t pid, const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	assert_non_null(file);
	return file;
}

/* The only child of the program */
static pid_t find_worker(void)
{
	char name[32], pid[16] = "";
	FILE *file;

	snprintf(name, sizeof(name), "task/%d/children", program.pid);
	file = open_proc(program.pid, name);
	assert_non_null(fgets(pid, sizeof(pid), file));
	fclose(file);
	return (pid_t)strtol(pid, NULL, 10);
}

/* identity_test.c tests the calls. */
static void test_user(void **state)
{
	(void)state;
	SERVE("--profile", dsa, "--user", "user");
	assert_int_equal(atomic_load(&shared->owner), 11);
	assert_int_equal(atomic_load(&shared->user), 11);
	assert_int_equal(atomic_load(&shared->group), 22);
	end();
}

/* sandbox_test.sh tests what the sandbox prevents. */
static void test_sandbox(void **state)
{
	struct rlimit limit;

	(void)state;
	SERVE("--profile", dsa);
	assert_int_equal(prlimit(find_worker(), RLIMIT_NPROC, NULL, &limit), 0);
	assert_int_equal(limit.rlim_max, 0);
	end();
}

/* The signal that interrupts a call that waits for a client must not end the worker. */
static void test_signal(void **state)
{
	unsigned long long caught = 0;
	char line[128];
	FILE *status;

	(void)state;
	SERVE("--profile", dsa);
	status = open_proc(find_worker(), "status");
	while (fgets(line, sizeof(line), status))
		if (!strncmp(line, "SigCgt:", 7))
			caught = strtoull(line + 7, NULL, 16);
	fclose(status);
	assert_true(caught & 1u << (SIGALRM - 1));
	end();
}

struct link {
	char target[256];
};

static struct link read_link(pid_t pid, int fd)
{
	struct link link = { "" };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	if (readlink(path, link.target, sizeof(link.target) - 1) < 0)
		link.target[0] = '\0';
	return link;
}

/* How many descriptors of the process are of this file */
static int count_files(pid_t pid, const char *file)
{
	int count = 0;

	for (int fd = 0; fd < 64; fd++) {
		struct link link = read_link(pid, fd);

		if (link.target[0] && !strncmp(link.target, file, strlen(file)))
			count++;
	}
	return count;
}

/* The worker has no other file that a client could use, or keep locked, if it breaks in. */
static void test_files(void **state)
{
	int left_open = fcntl(STDIN_FILENO, F_DUPFD, 20);
	pid_t worker;

	(void)state;
	assert_int_not_equal(left_open, -1);
	SERVE("--profile", dsa);
	close(left_open);
	worker = find_worker();
	assert_int_equal(count_files(worker, "/dev/null"), 2);
	assert_int_equal(count_files(worker, "pipe:"), 1); /* standard error */
	assert_int_equal(count_files(worker, "anon_inode:[signalfd]"), 1);
	assert_int_equal(count_files(worker, "socket:"), 2); /* the listener, the client */
	assert_int_equal(count_files(worker, ""), 6);
	end();
}

static uint16_t read_command(void)
{
	client_make_access(&message, CONFIG, PCI_COMMAND, NULL, 2);
	assert_int_equal(client_call(client, &message, &reply), 0);
	return get16(reply.body + sizeof(struct vfio_user_region_access));
}

static void check_log(void)
{
	char text[1024] = "", *line;
	FILE *log = fopen("log", "re");

	assert_non_null(log);
	assert_true(fread(text, 1, sizeof(text) - 1, log) > 0);
	fclose(log);
	assert_memory_equal(text, "client connected: ", 18);
	line = strstr(text, "the server hung because of a client's descriptor");
	assert_non_null(line);
	assert_memory_equal(strchr(line, '\n'), "\nclient connected: ", 19);
	assert_null(strstr(line + 1, "the server hung"));
}

/* The new worker serves the client that waits, with the function as after power-on. */
static void test_hang(void **state)
{
	static const uint8_t memory[] = { PCI_COMMAND_MEMORY, 0 };
	char byte;
	int next;

	(void)state;
	SERVE("--profile", dsa, "--log", "log");
	client_make_access(&message, CONFIG, PCI_COMMAND, memory, 2);
	assert_int_equal(client_call(client, &message, &reply), 0);
	assert_int_equal(read_command(), PCI_COMMAND_MEMORY);
	atomic_store(&shared->hangs, true);
	next = client_connect(SOCKET);
	assert_int_equal(recv(client, &byte, 1, 0), 0);
	close(client);
	client = next;
	assert_int_equal(client_agree(client), 0);
	assert_int_equal(read_command(), 0);
	end();
	check_log();
}

int main(void)
{
#define TEST(function) cmocka_unit_test_teardown(function, end_anyway)
	const struct CMUnitTest tests[] = {
		TEST(test_user),  TEST(test_sandbox), TEST(test_signal),
		TEST(test_files), TEST(test_hang),
	};

	return cmocka_run_group_tests(tests, setup_all, scratch_leave);
}
