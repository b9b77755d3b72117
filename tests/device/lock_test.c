// SPDX-License-Identifier: GPL-2.0-or-later
/* device/lock.h: only one process at a time has the lock, and its file isn't a removed one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "lock.h"
#include "support/scratch.h"

static const char served[] = "socket", path[] = "socket.lock";
static struct why why;
static int (*before_flock)(void);
static int flocks;

/* What another process does between open() and flock() */
int flock(int fd, int operation)
{
	int ret = before_flock ? before_flock() : 0;

	flocks++;
	return ret ? ret : (int)syscall(SYS_flock, fd, operation);
}

static int setup(void **state)
{
	(void)state;
	before_flock = NULL;
	flocks = 0;
	why.text[0] = '\0';
	return 0;
}

static void make_file(void)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void test_one(void **state)
{
	struct lock first, second;
	struct stat status;
	int next; /* the number of the next descriptor */

	(void)state;
	assert_int_equal(lock_take(&first, served, &why), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0600);
	assert_int_equal(fcntl(first.fd, F_GETFD), FD_CLOEXEC);

	next = fcntl(first.fd, F_DUPFD_CLOEXEC, 0);
	close(next);
	assert_int_equal(lock_take(&second, served, &why), -EADDRINUSE);
	assert_memory_equal(why.text, served, strlen(served));
	assert_int_equal(second.fd, -1);
	assert_int_equal(fcntl(next, F_GETFD), -1);
	/* a lock that wasn't taken isn't removed */
	lock_release(&second);
	assert_int_equal(access(path, F_OK), 0);

	lock_release(&first);
	assert_int_equal(first.fd, -1);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(lock_take(&second, served, &why), 0);
	/* to release it again changes nothing */
	lock_release(&first);
	assert_int_equal(access(path, F_OK), 0);
	lock_release(&second);
}

/* A file that a killed server has left behind */
static void test_left(void **state)
{
	struct lock lock;

	(void)state;
	make_file();
	assert_int_equal(lock_take(&lock, served, &why), 0);
	assert_int_equal(flocks, 1);
	lock_release(&lock);
}

static int remove_once(void)
{
	return flocks ? 0 : unlink(path);
}

static int replace_once(void)
{
	if (flocks)
		return 0;
	if (rename(path, served))
		return -1;
	make_file();
	return 0;
}

/* The former owner removes the file, and maybe a next one makes it, before we have the lock. */
static void test_race(void **state)
{
	static int (*const others[])(void) = { remove_once, replace_once };
	struct lock lock;
	struct stat opened = { 0 }, named = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		setup(NULL);
		make_file();
		before_flock = others[i];
		assert_int_equal(lock_take(&lock, served, &why), 0);
		assert_int_equal(flocks, 2);
		assert_int_equal(fstat(lock.fd, &opened), 0);
		assert_int_equal(stat(path, &named), 0);
		assert_int_equal(opened.st_ino, named.st_ino);
		lock_release(&lock);
		unlink(served);
	}
}

static int refuse(void)
{
	errno = ENOLCK;
	return -1;
}

static void test_error(void **state)
{
	struct lock lock;

	(void)state;
	before_flock = refuse;
	assert_int_equal(lock_take(&lock, served, &why), -ENOLCK);
	assert_memory_equal(why.text, path, strlen(path));
	assert_non_null(strstr(why.text, strerror(ENOLCK)));
	assert_int_equal(lock.fd, -1);
	assert_int_equal(unlink(path), 0);
}

/* What isn't a file isn't opened, waited for, followed or removed. */
static void test_others(void **state)
{
	struct lock lock;
	struct stat status;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(lock_take(&lock, served, &why), -EEXIST);
	assert_memory_equal(why.text, path, strlen(path));
	assert_int_equal(lock.fd, -1);
	assert_int_equal(unlink(path), 0);

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(lock_take(&lock, served, &why), -EISDIR);
	assert_int_equal(rmdir(path), 0);

	assert_int_equal(symlink("target", path), 0);
	assert_int_equal(lock_take(&lock, served, &why), -ELOOP);
	assert_non_null(strstr(why.text, strerror(ELOOP)));
	assert_int_equal(lstat(path, &status), 0);
	assert_int_equal(unlink(path), 0);

	assert_int_equal(lock_take(&lock, "/none/socket", &why), -ENOENT);
	assert_memory_equal(why.text, "/none/socket.lock: ", 19);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_one),	  TEST(test_left),   TEST(test_race),
		TEST(test_error), TEST(test_others),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
