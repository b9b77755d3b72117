// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * replace_file.h: whole or not at all, never anything but a file, and nothing left behind.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/replace_file.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* What fails, once; 0: nothing does. */
static int fsync_errno, rename_errno, write_errno;
/* No more than that is taken by a write; 0: any number. */
static size_t write_size;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
ssize_t __real_write(int fd, const void *buffer, size_t size);
ssize_t __wrap_write(int fd, const void *buffer, size_t size);

static int fails(int *error)
{
	errno = *error;
	*error = 0;
	return errno;
}

int __wrap_fsync(int fd)
{
	return fails(&fsync_errno) ? -1 : __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to)
{
	/* Neither node_exporter nor NFD reads it before. */
	const char *slash = strrchr(from, '/'), *name = slash ? slash + 1 : from;

	assert_int_equal(*name, '.');
	assert_null(strstr(name + strlen(name) - 5, ".prom"));
	return fails(&rename_errno) ? -1 : __real_rename(from, to);
}

ssize_t __wrap_write(int fd, const void *buffer, size_t size)
{
	if (fails(&write_errno))
		return -1;
	return __real_write(fd, buffer, write_size && write_size < size ? write_size : size);
}

static int setup(void **state)
{
	fsync_errno = rename_errno = write_errno = 0;
	write_size = 0;
	return tree_setup(state);
}

static size_t count_entries(const char *root)
{
	DIR *directory = opendir(root);
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count - 2;
}

static int replace(const char *root, const char *name, const char *content, struct why *why)
{
	why->text[0] = '\0';
	return replace_file(path_of("%s/%s", root, name).text, content, strlen(content), why);
}

static void test_new_and_again(void **state)
{
	struct stat status;
	struct why why;
	mode_t mask = umask(0077);

	assert_int_equal(replace(*state, "vpasid.prom", "one\n", &why), 0);
	assert_string_equal(tree_read(*state, "vpasid.prom"), "one\n");
	assert_int_equal(replace(*state, "vpasid.prom", "and two\n", &why), 0);
	assert_string_equal(tree_read(*state, "vpasid.prom"), "and two\n");
	assert_int_equal(count_entries(*state), 1);
	/* whoever runs the reader, and whatever our umask is */
	assert_int_equal(stat(path_of("%s/vpasid.prom", (char *)*state).text, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644);
	umask(mask);
}

static void test_working_directory(void **state)
{
	struct why why;
	char former[4096];

	assert_non_null(getcwd(former, sizeof(former)));
	assert_int_equal(chdir(*state), 0);
	assert_int_equal(replace_file("vpasid", "x", 1, &why), 0);
	assert_int_equal(chdir(former), 0);
	assert_string_equal(tree_read(*state, "vpasid"), "x");
}

static void test_short_writes(void **state)
{
	struct why why;

	write_size = 3;
	write_errno = EINTR;
	assert_int_equal(replace(*state, "vpasid.prom", "0123456789", &why), 0);
	assert_string_equal(tree_read(*state, "vpasid.prom"), "0123456789");
}

static void check_failure(const char *root, int error)
{
	struct why why;

	assert_int_equal(replace(root, "vpasid.prom", "new\n", &why), -error);
	assert_non_null(strstr(why.text, "/vpasid.prom: can't write it: "));
	assert_non_null(strstr(why.text, strerror(error)));
	assert_string_equal(tree_read(root, "vpasid.prom"), "old\n");
	assert_int_equal(count_entries(root), 1);
}

static void test_failures(void **state)
{
	tree_file(*state, "vpasid.prom", "old\n");
	write_errno = ENOSPC;
	check_failure(*state, ENOSPC);
	fsync_errno = EIO;
	check_failure(*state, EIO);
	rename_errno = EROFS;
	check_failure(*state, EROFS);
}

static void check_refused(const char *root, const char *name, int error, const char *words)
{
	struct why why;
	size_t entries = count_entries(root);

	assert_int_equal(replace(root, name, "new\n", &why), -error);
	if (!strstr(why.text, words))
		fail_msg("%s", why.text);
	assert_int_equal(count_entries(root), entries);
}

/* As root, a rename would do it. */
static void test_no_file(void **state)
{
	const char *root = *state;

	tree_directory(root, "directory");
	check_refused(root, "directory", EISDIR, "/directory: it is a directory; name a file");
	check_refused(root, "directory/", EISDIR, "it is a directory");
	check_refused(root, "none/", EINVAL, "isn't the name of a file");
	check_refused(root, "", EISDIR, "it is a directory");
	assert_int_equal(mkfifo(path_of("%s/pipe", root).text, 0600), 0);
	check_refused(root, "pipe", ENOTSUP, "/pipe: it isn't a regular file; name a file");
	check_refused(root, "none/vpasid", ENOENT,
		      "/none/vpasid: can't create a file in its directory: No such file");
}

static void test_link(void **state)
{
	const char *root = *state;
	struct stat status;

	tree_file(root, "file", "old\n");
	tree_link(root, "link", "file");
	tree_link(root, "dangling", "nowhere");
	check_refused(root, "link", ELOOP, "/link: it is a symbolic link; name the file itself");
	check_refused(root, "dangling", ELOOP, "it is a symbolic link");
	assert_string_equal(tree_read(root, "file"), "old\n");
	assert_int_equal(lstat(path_of("%s/link", root).text, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
}

static void test_long_names(void **state)
{
	char name[256];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	/* itself it fits, but the hidden one doesn't */
	check_refused(*state, name, ENAMETOOLONG, strerror(ENAMETOOLONG));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new_and_again, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_working_directory, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_short_writes, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_failures, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_no_file, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_link, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_long_names, setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_replace_file", tests, NULL, NULL);
}
