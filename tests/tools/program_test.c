// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/program.h: which program is found, what it is asked, and what counts of its answer. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/program.h"
#include "made_check.h"
#include "support/recording.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* The calls that fail as if there were no processes or descriptors left, or nothing came in time */
static struct {
	bool no_pipe, no_memory, no_process, no_answer;
	unsigned int interrupted; /* how many more calls of waitpid() are interrupted */
} faults;

/* How many processes were killed */
static unsigned int killed;

/* Below it are the only programs that there are, whatever the machine has. */
static const char *programs;

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);
int __real_posix_spawn_file_actions_init(void *actions);
int __wrap_posix_spawn_file_actions_init(void *actions);
int __real_poll(struct pollfd *fds, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *fds, nfds_t count, int milliseconds);
int __real_posix_spawn(pid_t *pid, const char *path, const void *actions, const void *attributes,
		       char *const *arguments, char *const *environment);
int __wrap_posix_spawn(pid_t *pid, const char *path, const void *actions, const void *attributes,
		       char *const *arguments, char *const *environment);
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);

int __wrap_access(const char *path, int mode)
{
	errno = ENOENT;
	return *path == '/' && strncmp(path, programs, strlen(programs)) != 0
		       ? -1
		       : __real_access(path, mode);
}

int __wrap_pipe2(int ends[2], int flags)
{
	errno = EMFILE;
	return faults.no_pipe ? -1 : __real_pipe2(ends, flags);
}

int __wrap_kill(pid_t pid, int number)
{
	assert_true(pid > 1);
	killed++;
	return __real_kill(pid, number);
}

int __wrap_posix_spawn_file_actions_init(void *actions)
{
	return faults.no_memory ? ENOMEM : __real_posix_spawn_file_actions_init(actions);
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
	return faults.no_answer ? 0 : __real_poll(fds, count, milliseconds);
}

int __wrap_posix_spawn(pid_t *pid, const char *path, const void *actions, const void *attributes,
		       char *const *arguments, char *const *environment)
{
	return faults.no_process
		       ? EAGAIN
		       : __real_posix_spawn(pid, path, actions, attributes, arguments, environment);
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	if (!faults.interrupted)
		return __real_waitpid(pid, status, options);
	faults.interrupted--;
	errno = EINTR;
	return -1;
}

static int setup(void **state)
{
	memset(&faults, 0, sizeof(faults));
	if (tree_setup(state))
		return -1;
	programs = *state;
	return 0;
}

/* @directories are below the root, with colons between them; no more than 3. */
static void set_path(const char *root, const char *directories)
{
	char first[64] = "", second[64] = "", third[64] = "";

	assert_true(sscanf(directories, "%63[^:]:%63[^:]:%63s", first, second, third) > 0);
	setenv("PATH", path_of("%s/%s:%s/%s:%s/%s", root, first, root, second, root, third).text,
	       1);
}

/* A program whose output is what the shell prints for @script. */
static void make_program(const char *root, const char *path, const char *script)
{
	tree_file(root, path, path_of("#!/bin/sh\n%s\n", script).text);
	assert_int_equal(chmod(path_of("%s/%s", root, path).text, 0755), 0);
}

static struct program find_libvirt(void)
{
	struct program program;

	program_find_libvirt(&program);
	return program;
}

static void assert_found(const char *root, const char *path)
{
	struct program program = find_libvirt();

	assert_int_equal(program.is_found, FACT_YES);
	assert_string_equal(program.path, path_of("%s/%s", root, path).text);
}

/* The first directory that has one of that name, and the first name that any of them has. */
static void test_order(void **state)
{
	const char *root = *state;

	set_path(root, "a:b:c");
	make_program(root, "c/libvirtd", "");
	assert_found(root, "c/libvirtd");
	make_program(root, "b/libvirtd", "");
	assert_found(root, "b/libvirtd");
	make_program(root, "c/virtqemud", "");
	assert_found(root, "c/virtqemud");

	/* neither is a program */
	tree_directory(root, "a/virtqemud");
	tree_file(root, "b/virtqemud", "");
	assert_found(root, "c/virtqemud");
	assert_int_equal(mkfifo(path_of("%s/a/libvirtd", root).text, 0755), 0);
	made_check_remove(root, "c/virtqemud");
	assert_found(root, "b/libvirtd");
}

static void test_qemu(void **state)
{
	const char *root = *state;
	struct program program;

	set_path(root, "bin");
	make_program(root, "bin/qemu-kvm", "echo 'QEMU emulator version 8.2.1 (made)'");
	program_find_qemu(&program);
	assert_int_equal(program.is_found, FACT_YES);
	assert_string_equal(program.path, path_of("%s/bin/qemu-kvm", root).text);
	assert_true(program.has_version);
	assert_int_equal(program.major, 8);
	assert_int_equal(program.minor, 2);

	made_check_qemu(root, "7.2.19");
	program_find_qemu(&program);
	assert_non_null(strstr(program.path, "/bin/qemu-system-"));
	assert_int_equal(program.major, 7);
}

/* Relative directories would depend on where the command runs. */
static void test_odd_paths(void **state)
{
	const char *root = *state;
	char directory[PATH_MAX];

	make_program(root, "bin/libvirtd", "");
	assert_non_null(getcwd(directory, sizeof(directory)));
	assert_int_equal(chdir(root), 0);
	setenv("PATH", "bin", 1);
	assert_int_equal(find_libvirt().is_found, FACT_NO);
	setenv("PATH", path_of("::bin:%s/bin:", root).text, 1);
	assert_found(root, "bin/libvirtd");
	assert_int_equal(chdir(directory), 0);
	setenv("PATH", "", 1);
	assert_int_equal(find_libvirt().is_found, FACT_NO);
	unsetenv("PATH");
	assert_int_equal(find_libvirt().is_found, FACT_NO);
}

/* A path of as many bytes as there is room for is found, but not one that is longer. */
static void test_long_paths(void **state)
{
	char directory[PATH_MAX];
	int length = PATH_MAX - 1 - (int)strlen("/libvirtd");

	/* "/./././." is the same directory as "/". */
	for (int more = 0; more < 2; more++) {
		int root = snprintf(directory, sizeof(directory), "%s", (const char *)*state);
		int end = length + more;

		for (int at = root; at < end; at++)
			directory[at] = (end - at) % 2 ? '.' : '/';
		if ((end - root) % 2)
			directory[root] = '/';
		directory[end] = '\0';
		setenv("PATH", directory, 1);
		make_program(*state, "libvirtd", "");
		/* what a path would lead to without its last character */
		make_program(*state, "libvirt", "");
		assert_int_equal(find_libvirt().is_found, more ? FACT_NO : FACT_YES);
	}
}

/* The first two numbers with a dot between them, in the first line */
static void test_versions(void **state)
{
	static const struct {
		const char *says;
		bool has_version;
		unsigned int major, minor;
	} rows[] = {
		{ "libvirtd (libvirt) 9.0.0", true, 9, 0 },
		{ "10.23", true, 10, 23 },
		{ "v1.2", true, 1, 2 },
		{ "3 is not 4.5", true, 4, 5 },
		{ "11. is not 0.6", true, 0, 6 },
		{ "1.2 and 3.4", true, 1, 2 },
		{ "no number", false, 0, 0 },
		{ "7", false, 7, 0 },
		{ "", false, 0, 0 },
		{ "first\n1.2", false, 0, 0 },
	};

	set_path(*state, "bin");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct program program;

		make_program(*state, "bin/libvirtd", path_of("echo '%s'", rows[i].says).text);
		program = find_libvirt();
		assert_int_equal(program.has_version, rows[i].has_version);
		if (!rows[i].has_version)
			continue;
		assert_int_equal(program.major, rows[i].major);
		assert_int_equal(program.minor, rows[i].minor);
	}
}

/* No more than 255 bytes of its output are read, and the rest is not waited for. */
static void test_long_output(void **state)
{
	struct program program;

	set_path(*state, "bin");
	make_program(*state, "bin/libvirtd", "printf '%252s%s' '' 1.23; exec /bin/sleep 1000");
	program = find_libvirt();
	assert_true(program.has_version);
	assert_int_equal(program.minor, 2);
}

static unsigned int count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned int count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static void assert_no_version(unsigned int descriptors, bool is_started)
{
	struct program program;

	killed = 0;
	program = find_libvirt();
	assert_int_equal(killed, is_started);
	assert_int_equal(program.is_found, FACT_YES);
	assert_false(program.has_version);
	assert_int_equal(count_descriptors(), descriptors);
	assert_true(waitpid(-1, NULL, WNOHANG) <= 0);
}

/* Nothing stays of a program that has been asked, whether it ends by itself or not. */
static void test_leftovers(void **state)
{
	unsigned int descriptors = count_descriptors();

	set_path(*state, "bin");
	make_program(*state, "bin/libvirtd", "exec /bin/sleep 1000");
	faults.no_answer = true;
	assert_no_version(descriptors, true);
	faults.no_answer = false;
	make_program(*state, "bin/libvirtd", "exec /bin/sleep 1000 >&-");
	assert_no_version(descriptors, true);
	faults.no_process = true;
	assert_no_version(descriptors, false);
	faults.no_process = false;
	faults.no_memory = true;
	assert_no_version(descriptors, false);
	faults.no_memory = false;
	faults.no_pipe = true;
	assert_no_version(descriptors, false);
}

static void test_interrupted(void **state)
{
	set_path(*state, "bin");
	make_program(*state, "bin/libvirtd", "echo 1.2");
	faults.interrupted = 2;
	assert_true(find_libvirt().has_version);
	assert_int_equal(faults.interrupted, 0);
	assert_true(waitpid(-1, NULL, WNOHANG) <= 0);

	/* Where children aren't waited for, waiting fails. */
	signal(SIGCHLD, SIG_IGN);
	assert_true(find_libvirt().has_version);
	signal(SIGCHLD, SIG_DFL);
}

/* Returns the descriptor that @fd was, and makes it @instead. */
static int replace(int fd, int instead)
{
	int kept = dup(fd);

	assert_int_not_equal(kept, -1);
	assert_int_equal(dup2(instead, fd), fd);
	return kept;
}

static void restore(int fd, int kept)
{
	assert_int_equal(dup2(kept, fd), fd);
	close(kept);
}

/* The program reads nothing of the command's input, and its errors aren't the command's. */
static void test_streams(void **state)
{
	int input[2], errors[2], stdin_kept, stderr_kept;
	struct program program;
	char byte;

	assert_int_equal(pipe2(input, O_NONBLOCK), 0);
	assert_int_equal(pipe2(errors, O_NONBLOCK), 0);
	assert_int_equal(write(input[1], "5\n", 2), 2);
	set_path(*state, "bin");
	make_program(*state, "bin/libvirtd", "read -r x; echo error >&2; echo \"$# $1 of 1$x.7\"");
	stdin_kept = replace(STDIN_FILENO, input[0]);
	stderr_kept = replace(STDERR_FILENO, errors[1]);
	program = find_libvirt();
	restore(STDIN_FILENO, stdin_kept);
	restore(STDERR_FILENO, stderr_kept);
	assert_true(program.has_version);
	assert_int_equal(program.major, 1);
	assert_int_equal(read(errors[0], &byte, 1), -1);
	assert_int_equal(read(input[0], &byte, 1), 1);
	for (int i = 0; i < 2; i++) {
		close(input[i]);
		close(errors[i]);
	}
}

static void test_since(void **state)
{
	static const struct program program = { .major = 7, .minor = 2 };

	(void)state;
	assert_true(program_since(&program, 7, 2));
	assert_true(program_since(&program, 7, 1));
	assert_false(program_since(&program, 7, 3));
	assert_true(program_since(&program, 6, 9));
	assert_false(program_since(&program, 8, 0));
}

/* What is recorded of programs that are there, and of one that isn't. */
static void test_recording(void **state)
{
	struct recording recording = { .is_made = true, .root = "" };
	const struct recorded *recorded;

	set_path(*state, "bin");
	make_program(*state, "bin/libvirtd", "echo libvirtd 9.0; echo more");
	recording_use(&recording);
	assert_int_equal(find_libvirt().minor, 0);
	recorded = recording_ask(&recording, RECORDED_CONTENT, "/programs/libvirt");
	assert_int_equal(recorded->error, 0);
	assert_string_equal(recorded->data,
			    path_of("%s/bin/libvirtd\nlibvirtd 9.0\n", (const char *)*state).text);
	assert_int_equal(recorded->length, strlen(recorded->data));
	recording_free(&recording);

	recording = (struct recording){ .is_made = true, .root = "" };
	recording_use(&recording);
	make_program(*state, "bin/libvirtd", "printf 9");
	assert_false(find_libvirt().has_version);
	recorded = recording_ask(&recording, RECORDED_CONTENT, "/programs/libvirt");
	assert_string_equal(recorded->data,
			    path_of("%s/bin/libvirtd\n9\n", (const char *)*state).text);
	recording_free(&recording);

	recording = (struct recording){ .is_made = true, .root = "" };
	recording_use(&recording);
	made_check_remove(*state, "bin/libvirtd");
	assert_int_equal(find_libvirt().is_found, FACT_NO);
	recorded = recording_ask(&recording, RECORDED_CONTENT, "/programs/libvirt");
	assert_int_equal(recorded->error, -ENOENT);
	assert_int_equal(recorded->length, 0);
	recording_free(&recording);
	recording_use(NULL);
}

/* What the recording in use says, in @data or by @error */
static struct program find_recorded(int error, const char *data)
{
	struct recording recording = { .root = "/made" };
	struct program program;

	assert_int_equal(recording_add(&recording, RECORDED_CONTENT, "programs/libvirt", error,
				       data ? strdup(data) : NULL, data ? strlen(data) : 0),
			 0);
	recording_use(&recording);
	program = find_libvirt();
	recording_use(NULL);
	recording_free(&recording);
	return program;
}

static void test_recorded(void **state)
{
	char text[PATH_MAX + 8];
	struct program program;

	(void)state;
	assert_int_equal(find_recorded(-ENOENT, NULL).is_found, FACT_NO);
	assert_int_equal(find_recorded(-EACCES, NULL).is_found, FACT_UNKNOWN);
	assert_int_equal(find_recorded(0, "/bin/libvirtd").is_found, FACT_UNKNOWN);
	program = find_recorded(0, "/bin/1.2\nlibvirtd 9.1\n");
	assert_int_equal(program.is_found, FACT_YES);
	assert_string_equal(program.path, "/bin/1.2");
	assert_int_equal(program.major, 9);
	assert_int_equal(program.minor, 1);

	/* a path of as many bytes as there is room for, and one that is longer */
	memset(text, 'x', sizeof(text));
	stpcpy(text + PATH_MAX - 1, "\n1.2\n");
	assert_int_equal(find_recorded(0, text).is_found, FACT_YES);
	stpcpy(text + PATH_MAX - 1, "x\n1.2\n");
	assert_int_equal(find_recorded(0, text).is_found, FACT_UNKNOWN);
}

#define PROGRAM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROGRAM_TEST(test_order),     PROGRAM_TEST(test_qemu),
		PROGRAM_TEST(test_odd_paths), PROGRAM_TEST(test_long_paths),
		PROGRAM_TEST(test_versions),  PROGRAM_TEST(test_long_output),
		PROGRAM_TEST(test_leftovers), PROGRAM_TEST(test_interrupted),
		PROGRAM_TEST(test_streams),   PROGRAM_TEST(test_since),
		PROGRAM_TEST(test_recording), PROGRAM_TEST(test_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
