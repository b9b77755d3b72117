// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/sandbox.h: the order of the steps, that sandbox_enter() fails if a step fails, and what a
 * process can do afterwards. In sandbox_test.sh, an attacker controls the whole program.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sandbox.h"

/* Unless is_real, calls have no effect, and only add a letter to calls[]. */
static bool is_real;
static char calls[16];
static int failing;  /* the call with this index fails */
static long version; /* of Landlock; what the kernel answers is this or an error */
static struct {
	uint64_t files, net, scopes;
} ruleset;
static int ruleset_fd;
static struct why why;

static int call(char letter)
{
	size_t count = strlen(calls);

	assert_true(count < sizeof(calls) - 1);
	calls[count] = letter;
	errno = EPERM;
	return (int)count == failing ? -1 : 0;
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	const struct rlimit64 wide = { limit->rlim_cur, limit->rlim_max };

	if (is_real)
		return prlimit64(0, resource, &wide, NULL);
	assert_true(!limit->rlim_cur && !limit->rlim_max);
	return call('r');
}

int prctl(int option, ...)
{
	static int (*real)(int option, ...);
	unsigned long rest[4];
	va_list arguments;

	va_start(arguments, option);
	rest[0] = va_arg(arguments, unsigned long);
	rest[1] = va_arg(arguments, unsigned long);
	rest[2] = va_arg(arguments, unsigned long);
	rest[3] = va_arg(arguments, unsigned long);
	va_end(arguments);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "prctl");
	if (is_real || option != PR_SET_NO_NEW_PRIVS)
		return real(option, rest[0], rest[1], rest[2], rest[3]);
	assert_int_equal((int)rest[0], 1);
	return call('p');
}

static long create_ruleset(const void *attributes, size_t size, unsigned int flags)
{
	if (flags) {
		assert_true(!attributes && !size && flags == 1);
		return call('v') ? -1 : version;
	}
	assert_int_equal(size, sizeof(ruleset));
	memcpy(&ruleset, attributes, size);
	ruleset_fd = call('l') ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);
	return ruleset_fd;
}

static long set_capabilities(const struct __user_cap_header_struct *header,
			     const struct __user_cap_data_struct *data)
{
	assert_int_equal(header->version, _LINUX_CAPABILITY_VERSION_3);
	assert_int_equal(header->pid, 0);
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		assert_true(!data[i].effective && !data[i].permitted && !data[i].inheritable);
	return call('c');
}

long syscall(long number, ...)
{
	static long (*real)(long number, ...);
	long rest[6];
	va_list arguments;

	va_start(arguments, number);
	rest[0] = va_arg(arguments, long);
	rest[1] = va_arg(arguments, long);
	rest[2] = va_arg(arguments, long);
	rest[3] = va_arg(arguments, long);
	rest[4] = va_arg(arguments, long);
	rest[5] = va_arg(arguments, long);
	va_end(arguments);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (!is_real && number == SYS_capset)
		return set_capabilities((const void *)rest[0], (const void *)rest[1]);
	if (!is_real && number == SYS_landlock_create_ruleset)
		return create_ruleset((const void *)rest[0], (size_t)rest[1],
				      (unsigned int)rest[2]);
	if (!is_real && number == SYS_landlock_restrict_self) {
		assert_int_equal((int)rest[0], ruleset_fd);
		assert_int_equal((int)rest[1], 0);
		return call('L');
	}
	return real(number, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]);
}

int seccomp_load(const scmp_filter_ctx filter)
{
	static int (*real)(const scmp_filter_ctx filter);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "seccomp_load");
	return is_real ? real(filter) : call('s') ? -EPERM : 0;
}

static int setup(void **state)
{
	(void)state;
	is_real = false;
	memset(calls, 0, sizeof(calls));
	memset(&ruleset, 0, sizeof(ruleset));
	failing = -1;
	version = 6;
	why.text[0] = '\0';
	return 0;
}

static void test_order(void **state)
{
	static const char order[] = "rrrrpcvlLs";

	(void)state;
	assert_int_equal(sandbox_enter(&why), 0);
	assert_string_equal(calls, order);
	assert_int_equal(fcntl(ruleset_fd, F_GETFD), -1);
	for (int i = 0; order[i]; i++) {
		setup(NULL);
		failing = i;
		/* a kernel without Landlock is no error */
		if (order[i] == 'v') {
			assert_int_equal(sandbox_enter(&why), 0);
			assert_string_equal(calls, "rrrrpcvs");
			continue;
		}
		assert_int_equal(sandbox_enter(&why), -EPERM);
		assert_int_equal(strlen(calls), i + 1);
		assert_non_null(strstr(why.text, strerror(EPERM)));
		assert_int_equal(fcntl(ruleset_fd, F_GETFD), -1);
	}
}

static void test_first_descriptor(void **state)
{
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), ret;

	(void)state;
	close(STDIN_FILENO);
	ret = sandbox_enter(&why);
	dup2(kept, STDIN_FILENO);
	close(kept);
	assert_int_equal(ruleset_fd, STDIN_FILENO);
	assert_int_equal(ret, 0);
}

/* All that each version knows is forbidden: <linux/landlock.h> of Linux 6.12 has six. */
static void test_landlock(void **state)
{
	static const struct {
		long version;
		uint64_t files, net, scopes;
	} rows[] = {
		{ 1, 0x1fff, 0, 0 }, { 2, 0x3fff, 0, 0 }, { 3, 0x7fff, 0, 0 }, { 4, 0x7fff, 3, 0 },
		{ 5, 0xffff, 3, 0 }, { 6, 0xffff, 3, 3 }, { 7, 0xffff, 3, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup(NULL);
		version = rows[i].version;
		assert_int_equal(sandbox_enter(&why), 0);
		assert_int_equal(ruleset.files, rows[i].files);
		assert_int_equal(ruleset.net, rows[i].net);
		assert_int_equal(ruleset.scopes, rows[i].scopes);
	}
}

/* What the kernel says of a process in the sandbox */

static int ready[2], hold[2];
static pid_t parent;

/* A process that enters the sandbox, does @what, and exits with the errno of that */
static pid_t start(int (*what)(void))
{
	pid_t child;

	fflush(stdout);
	parent = getpid();
	child = fork();
	if (child)
		return child;
	is_real = true;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* if the test fails */
	signal(SIGSYS, SIG_DFL);	  /* cmocka has handlers */
	signal(SIGABRT, SIG_DFL);
	if (sandbox_enter(&why))
		_exit(255);
	_exit(what() < 0 ? errno : 0);
}

/* Stays in the sandbox until the parent has read what it needs. */
static int wait_for_parent(void)
{
	char byte = 0;

	return write(ready[1], &byte, 1) == 1 && read(hold[0], &byte, 1) == 1 ? 0 : -1;
}

static void find(const char *path, const char *const *lines)
{
	static char text[8192];
	FILE *file = fopen(path, "re");
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	for (; *lines; lines++)
		if (!strstr(text, *lines))
			fail_msg("%s: no \"%s\"", path, *lines);
}

static void test_status(void **state)
{
	static const char *const status[] = { "\nCapInh:\t0000000000000000\n",
					      "\nCapPrm:\t0000000000000000\n",
					      "\nCapEff:\t0000000000000000\n",
					      "\nNoNewPrivs:\t1\n",
					      "\nSeccomp:\t2\n",
					      NULL };
	static const char *const limits[] = {
		"\nMax core file size        0                    0  ",
		"\nMax processes             0                    0  ",
		"\nMax locked memory         0                    0  ",
		"\nMax msgqueue size         0                    0  ",
		NULL,
	};
	char path[64], byte;
	int ended = -1;
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(pipe2(hold, O_CLOEXEC), 0);
	child = start(wait_for_parent);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d/status", child);
	find(path, status);
	snprintf(path, sizeof(path), "/proc/%d/limits", child);
	find(path, limits);
	assert_int_equal(write(hold[1], "", 1), 1);
	assert_int_equal(waitpid(child, &ended, 0), child);
	assert_int_equal(ended, 0);
	close(ready[0]);
	close(hold[0]);
	close(hold[1]);
}

/* Calls of a process in the sandbox */

static int do_nothing(void)
{
	return 0;
}

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int use_memory(void)
{
	char *memory =
		mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED || mprotect(memory, 4096, PROT_READ) || munmap(memory, 1 << 20)
		       ? -1
		       : 0;
}

static int make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? -1
		       : 0;
}

static int turn_into_code(void)
{
	static _Alignas(4096) char page[4096];

	return mprotect(page, sizeof(page), PROT_READ | PROT_EXEC);
}

static int poll_nothing(void)
{
	return poll(NULL, 0, 0);
}

static int abort_itself(void)
{
	abort();
}

static int signal_thread(void)
{
	return (int)syscall(SYS_tgkill, parent, parent, 0);
}

static int signal_process(void)
{
	return kill(parent, 0);
}

static int make_process(void)
{
	return fork();
}

static int make_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int run_program(void)
{
	char *const arguments[] = { "true", NULL };

	return execv("/bin/true", arguments);
}

static int remove_file(void)
{
	return unlink("/none");
}

static int read_link(void)
{
	char name[16];

	return readlink("/none", name, sizeof(name)) < 0 ? -1 : 0;
}

static void test_calls(void **state)
{
	static const struct {
		int (*what)(void);
		int error;
		int signal;
	} rows[] = {
		{ do_nothing, 0, 0 },	      { open_file, EACCES, 0 },
		{ use_memory, 0, 0 },	      { poll_nothing, 0, 0 },
		{ read_link, ENOENT, 0 },     { abort_itself, 0, SIGABRT },
		{ make_code, 0, SIGSYS },     { turn_into_code, 0, SIGSYS },
		{ signal_thread, 0, SIGSYS }, { signal_process, 0, SIGSYS },
		{ make_process, 0, SIGSYS },  { make_socket, 0, SIGSYS },
		{ run_program, 0, SIGSYS },   { remove_file, 0, SIGSYS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status;

		assert_true(waitpid(start(rows[i].what), &status, 0) > 0);
		assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : 0, rows[i].signal);
		if (!rows[i].signal)
			assert_int_equal(WEXITSTATUS(status), rows[i].error);
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_order),    TEST(test_first_descriptor),
		TEST(test_landlock), TEST(test_status),
		TEST(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
