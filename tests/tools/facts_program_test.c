// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/program.h: where programs are looked for, what they are asked, and what recordings tell. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/program.h"
#include "support/recording.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define RECORDED "programs/libvirt"

/* Distributions' directories are those of the tree; what is in it is this machine's. */
static const char *root;
static int patience;
static bool is_silent;

static struct path in_tree(const char *path)
{
	return path_of("%s%s", strncmp(path, "/usr/", 5) ? "" : root, path);
}

int __real_stat64(const char *path, struct stat64 *status);
int __wrap_stat64(const char *path, struct stat64 *status);
int __wrap_stat64(const char *path, struct stat64 *status)
{
	return __real_stat64(in_tree(path).text, status);
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
	return __real_access(in_tree(path).text, mode);
}

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	patience = timeout;
	return is_silent ? 0 : __real_poll(fds, count, -1);
}

/* Nothing but a program that was started is killed. */
int __real_kill(pid_t pid, int signal);
int __wrap_kill(pid_t pid, int signal);
int __wrap_kill(pid_t pid, int signal)
{
	assert_true(pid > 1);
	return __real_kill(pid, signal);
}

static int setup(void **state)
{
	int ret = tree_setup(state);

	root = *state;
	is_silent = false;
	return ret;
}

/* A program that runs these commands of the shell. */
static void put_program(const char *path, const char *commands)
{
	tree_file(root, path, path_of("#!/bin/sh\n%s\n", commands).text);
	assert_int_equal(chmod(path_of("%s/%s", root, path).text, 0755), 0);
}

/* Looks for libvirt where PATH has these, of which a "%" stands for the tree. */
static void find_libvirt(const char *directories, struct program *program)
{
	char path[3 * PATH_MAX], *end = path;

	for (const char *at = directories; *at; at++)
		end += *at == '%' ? sprintf(end, "%s", root) : sprintf(end, "%c", *at);
	*end = '\0';
	assert_int_equal(setenv("PATH", path, 1), 0);
	program_find_libvirt(program);
}

static void assert_found(const char *directories, const char *path)
{
	struct program program;

	find_libvirt(directories, &program);
	assert_int_equal(program.is_found, path ? FACT_YES : FACT_NO);
	if (path)
		assert_string_equal(program.path,
				    *path == '/' ? path : path_of("%s/%s", root, path).text);
}

/* No file can have so long a path. */
static void assert_too_long(const char *path)
{
	char directories[2 * PATH_MAX];

	memset(directories, '/', PATH_MAX);
	snprintf(directories + PATH_MAX, PATH_MAX, ":%%/b");
	assert_found(directories, path);
}

static void test_places(void **state)
{
	(void)state;
	assert_found("%/a:%/b", NULL);
	put_program("b/libvirtd", "");
	assert_found("%/a:%/b", "b/libvirtd");
	assert_found("::%/b:", "b/libvirtd");
	assert_too_long("b/libvirtd");
	/* the directory that comes first, but its program can't be run, or isn't a file */
	put_program("a/libvirtd", "");
	assert_found("%/a:%/b", "a/libvirtd");
	assert_int_equal(chmod(path_of("%s/a/libvirtd", root).text, 0644), 0);
	assert_found("%/a:%/b", "b/libvirtd");
	tree_directory(root, "c/libvirtd");
	assert_found("%/c:%/b", "b/libvirtd");
	/* the name that comes first, wherever it is */
	put_program("c/virtqemud", "");
	assert_found("%/b:%/c", "c/virtqemud");
	/* a relative path would depend on where the user is */
	assert_int_equal(chdir(root), 0);
	assert_found("b:./b", NULL);
}

/* Daemons aren't in a user's PATH. Without PATH, there is /usr/bin. */
static void test_distributions(void **state)
{
	struct program program;

	(void)state;
	put_program("usr/libexec/libvirtd", "");
	assert_found("%/a", "/usr/libexec/libvirtd");
	put_program("usr/sbin/libvirtd", "");
	assert_found("%/a", "/usr/sbin/libvirtd");
	assert_int_equal(unsetenv("PATH"), 0);
	put_program("usr/bin/libvirtd", "");
	program_find_libvirt(&program);
	assert_string_equal(program.path, "/usr/bin/libvirtd");
	/* that path can't be run here */
	assert_false(program.has_version);
}

/* The number that the next file gets. Something that stays open would have it. */
static int next_descriptor(void)
{
	int fd = dup(STDOUT_FILENO);

	assert_int_equal(close(fd), 0);
	return fd;
}

static void test_versions(void **state)
{
	static const struct {
		const char *says;
		bool has_version;
		unsigned int major, minor;
	} rows[] = {
		{ "echo libvirtd (libvirt) 9.0.0", true, 9, 0 },
		{ "echo QEMU emulator version 7.2.19 (Debian 1:7.2+dfsg-7)", true, 7, 2 },
		{ "echo 64 bits, 11.1", true, 11, 1 },
		{ "echo v10.20", true, 10, 20 },
		{ "echo 12", false, 12, 0 },
		{ "echo none", false, 0, 0 },
		{ "echo none; echo 7.2", false, 0, 0 },
		{ "echo 7.2; echo 8.3", true, 7, 2 },
		{ "echo 7.2 >&2", false, 0, 0 },
		{ "echo 7.2; exit 1", true, 7, 2 },
		{ ":", false, 0, 0 },
		/* it gets one argument, and nothing to read */
		{ "[ \"$*\" = --version ] && ! read -r line && echo 1.2", true, 1, 2 },
		/* only the beginning is read */
		{ "printf '%254s' 1.2", true, 1, 2 },
		{ "printf '%256s' 1.2", false, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct program program;
		char commands[256] = "", *end = commands;
		int before;

		/* parentheses mean something to the shell */
		for (const char *at = rows[i].says; *at; at++)
			end += sprintf(end, strchr("()", *at) ? "\\%c" : "%c", *at);
		put_program("a/libvirtd", commands);
		before = next_descriptor();
		find_libvirt("%/a:/bin", &program);
		assert_int_equal(next_descriptor(), before);
		if (program.has_version != rows[i].has_version || program.major != rows[i].major ||
		    program.minor != rows[i].minor)
			fail_msg("%s: %d %u.%u", rows[i].says, program.has_version, program.major,
				 program.minor);
	}
	assert_int_equal(patience, 10000);
}

/* What it complains of is nothing for the user of this command. */
static void test_messages(void **state)
{
	FILE *messages = tmpfile();
	int saved = dup(STDERR_FILENO);
	struct program program;

	(void)state;
	assert_non_null(messages);
	put_program("a/libvirtd", "echo 7.2; echo complaint >&2");
	assert_int_equal(dup2(fileno(messages), STDERR_FILENO), STDERR_FILENO);
	find_libvirt("%/a:/bin", &program);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	assert_true(program.has_version);
	assert_int_equal(lseek(fileno(messages), 0, SEEK_END), 0);
	fclose(messages);
}

/* A program that doesn't end is killed; one that says nothing is waited for no longer than that. */
static void test_patience(void **state)
{
	struct program program;

	(void)state;
	put_program("a/libvirtd", "echo 1.2; exec sleep 1000");
	find_libvirt("%/a:/bin", &program);
	assert_true(program.has_version);
	put_program("a/libvirtd", "exec sleep 1000");
	is_silent = true;
	find_libvirt("%/a:/bin", &program);
	assert_false(program.has_version);
}

static void test_since(void **state)
{
	const struct program program = { .has_version = true, .major = 11, .minor = 1 };

	(void)state;
	assert_true(program_since(&program, 11, 1));
	assert_true(program_since(&program, 11, 0));
	assert_true(program_since(&program, 10, 2));
	assert_false(program_since(&program, 11, 2));
	assert_false(program_since(&program, 12, 0));
}

/* What libvirt is by a recording that has this of it. */
static struct program recorded(int error, const char *text)
{
	struct recording recording = { .root = "" };
	struct program program;

	assert_int_equal(recording_add(&recording, RECORDED_CONTENT, RECORDED, error,
				       text ? strdup(text) : NULL, text ? strlen(text) : 0),
			 0);
	recording_use(&recording);
	program_find_libvirt(&program);
	recording_use(NULL);
	recording_free(&recording);
	return program;
}

static void test_recorded(void **state)
{
	char text[PATH_MAX + 16];
	struct program program = recorded(0, "/usr/sbin/libvirtd\nlibvirtd (libvirt) 9.1.2\n");

	(void)state;
	assert_int_equal(program.is_found, FACT_YES);
	assert_string_equal(program.path, "/usr/sbin/libvirtd");
	assert_true(program.has_version);
	assert_int_equal(program.major, 9);
	assert_int_equal(program.minor, 1);
	assert_int_equal(recorded(-ENOENT, NULL).is_found, FACT_NO);
	assert_int_equal(recorded(-EACCES, NULL).is_found, FACT_UNKNOWN);
	assert_int_equal(recorded(0, "/usr/sbin/libvirtd").is_found, FACT_UNKNOWN);
	/* as long as a path can be, and longer */
	memset(text, 'x', sizeof(text));
	snprintf(text + PATH_MAX - 1, 16, "\n1.2\n");
	program = recorded(0, text);
	assert_int_equal(program.is_found, FACT_YES);
	assert_int_equal(strlen(program.path), PATH_MAX - 1);
	assert_true(program.has_version);
	text[PATH_MAX - 1] = 'x';
	snprintf(text + PATH_MAX, 16, "\n1.2\n");
	program = recorded(0, text);
	assert_int_equal(program.is_found, FACT_UNKNOWN);
	assert_string_equal(program.path, "");
}

/* Records what is found in %/a. */
static void assert_records(int error, const char *text)
{
	struct recording recording = { .root = "", .is_made = true };
	struct program program;
	const struct recorded *recorded;

	recording_use(&recording);
	find_libvirt("%/a:/bin", &program);
	recording_use(NULL);
	recorded = recording_ask(&recording, RECORDED_CONTENT, "/" RECORDED);
	assert_int_equal(recorded->error, error);
	if (text) {
		assert_string_equal(recorded->data, text);
		assert_int_equal(recorded->length, strlen(text));
	}
	recording_free(&recording);
}

static void test_record(void **state)
{
	(void)state;
	assert_records(-ENOENT, NULL);
	put_program("a/libvirtd", "echo 'libvirtd (libvirt) 9.1.2'; echo more");
	assert_records(0, path_of("%s/a/libvirtd\nlibvirtd (libvirt) 9.1.2\n", root).text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_distributions, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_versions, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_messages, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_patience, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_record, setup, tree_teardown),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
