// SPDX-License-Identifier: GPL-2.0-or-later
/* device/socket.h: whose the socket is, what it replaces, and what stays when it is closed. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "socket.h"
#include "support/scratch.h"

static const char path[] = "socket", lock_path[] = "socket.lock", other[] = "other";
static const struct owner own = { (uid_t)-1, (gid_t)-1 };
static struct why why;

/* The owner that the socket gets, which only root could set; and errors of calls */
static uid_t given_user;
static gid_t given_group;
static int chown_error;
static int listen_error;

int fchownat(int fd, const char *name, uid_t user, gid_t group, int flags)
{
	struct stat status;

	assert_int_equal(flags, AT_EMPTY_PATH);
	assert_string_equal(name, "");
	assert_int_equal(fstat(fd, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	given_user = user;
	given_group = group;
	errno = chown_error;
	return chown_error ? -1 : 0;
}

/* What another process does between bind(2) and the owner's change */
static int (*after_bind)(void);

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	int ret = (int)syscall(SYS_bind, fd, address, size);

	return ret || !after_bind ? ret : after_bind();
}

int listen(int fd, int backlog)
{
	errno = listen_error;
	return listen_error ? -1 : (int)syscall(SYS_listen, fd, backlog);
}

static int setup(void **state)
{
	(void)state;
	chown_error = listen_error = 0;
	after_bind = NULL;
	given_user = 0;
	why.text[0] = '\0';
	return 0;
}

static struct sockaddr_un address_of(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memcpy(address.sun_path, name, strlen(name));
	return address;
}

static int make(int type, const char *name)
{
	const struct sockaddr_un address = address_of(name);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int join(const char *name)
{
	const struct sockaddr_un address = address_of(name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (!connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -errno;
}

static bool is_there(const char *name)
{
	struct stat status;

	return !lstat(name, &status);
}

static mode_t mode_of(const char *name)
{
	struct stat status;

	assert_int_equal(lstat(name, &status), 0);
	return status.st_mode;
}

/* For its owner alone, or for a group, whatever the process' umask */
static void test_modes(void **state)
{
	const struct owner group = { (uid_t)-1, 7 }, both = { 8, 9 };
	struct listener listener;
	mode_t mask = umask(0);

	(void)state;
	assert_int_equal(listener_open(&listener, path, &own, &why), 0);
	assert_int_equal(mode_of(path), S_IFSOCK | 0600);
	assert_int_equal(given_user, (uid_t)-1);
	assert_int_equal(given_group, (gid_t)-1);
	assert_int_equal(fcntl(listener.fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(fcntl(listener.fd, F_GETFD), FD_CLOEXEC);
	listener_close(&listener);
	assert_false(is_there(path) || is_there(lock_path));
	assert_int_equal(listener.fd, -1);

	assert_int_equal(listener_open(&listener, path, &group, &why), 0);
	assert_int_equal(mode_of(path), S_IFSOCK | 0660);
	assert_int_equal(given_group, 7);
	listener_close(&listener);
	assert_int_equal(listener_open(&listener, path, &both, &why), 0);
	assert_int_equal(given_user, 8);
	assert_int_equal(given_group, 9);
	listener_close(&listener);
	assert_int_equal(umask(mask), 0);
}

/* While one client is served, eight more can connect and wait. */
static void test_clients(void **state)
{
	struct listener listener;
	int clients[9];

	(void)state;
	assert_int_equal(listener_open(&listener, path, &own, &why), 0);
	for (int i = 0; i < 9; i++) {
		clients[i] = join(path);
		assert_true(clients[i] >= 0);
	}
	for (int i = 0; i < 9; i++)
		close(clients[i]);
	listener_close(&listener);
}

static void check_refused(int error, const char *says)
{
	struct listener listener;

	assert_int_equal(listener_open(&listener, path, &own, &why), error);
	assert_int_equal(listener.fd, -1);
	assert_false(is_there(lock_path));
	assert_memory_equal(why.text, path, strlen(path));
	if (says)
		assert_non_null(strstr(why.text, says));
}

static void test_leftover(void **state)
{
	struct listener listener;
	int fd = make(SOCK_STREAM, path);

	(void)state;
	/* for a client, a server that doesn't listen yet is like one that has ended */
	close(fd);
	assert_int_equal(listener_open(&listener, path, &own, &why), 0);
	close(join(path));
	listener_close(&listener);
}

static void test_served(void **state)
{
	int fd = make(SOCK_STREAM, path), clients[2];

	(void)state;
	assert_int_equal(listen(fd, 0), 0);
	check_refused(-EADDRINUSE, NULL);
	/* also if it accepts no more clients */
	for (int i = 0; i < 2; i++)
		clients[i] = join(path);
	check_refused(-EADDRINUSE, NULL);
	assert_true(is_there(path));
	for (int i = 0; i < 2; i++)
		if (clients[i] >= 0)
			close(clients[i]);
	close(fd);
	unlink(path);

	/* a socket of another type also has an owner */
	fd = make(SOCK_DGRAM, path);
	check_refused(-EADDRINUSE, NULL);
	assert_true(is_there(path));
	close(fd);
	unlink(path);
}

static void test_others(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	check_refused(-EEXIST, NULL);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink(other, path), 0);
	check_refused(-EEXIST, NULL);
	assert_int_equal(unlink(path), 0);
}

static void test_names(void **state)
{
	struct listener listener;
	char name[120];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[108] = '\0';
	assert_int_equal(listener_open(&listener, name, &own, &why), -ENAMETOOLONG);
	assert_non_null(strstr(why.text, "107"));
	assert_int_equal(listener.fd, -1);
	assert_int_equal(listener_open(&listener, "", &own, &why), -ENAMETOOLONG);
	name[107] = '\0';
	assert_int_equal(listener_open(&listener, name, &own, &why), 0);
	assert_true(is_there(name));
	listener_close(&listener);
	assert_false(is_there(name));
}

/* An error after the socket was created leaves no file. */
static void test_errors(void **state)
{
	(void)state;
	chown_error = EPERM;
	check_refused(-EPERM, strerror(EPERM));
	assert_false(is_there(path));
	chown_error = 0;
	listen_error = ENOBUFS;
	check_refused(-ENOBUFS, strerror(ENOBUFS));
	assert_false(is_there(path));
}

static int replace_by_file(void)
{
	int fd;

	assert_int_equal(unlink(path), 0);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	return fd < 0 ? -1 : close(fd);
}

/* Another user's socket, whose owner must not change. */
static int replace_by_link(void)
{
	assert_int_equal(unlink(path), 0);
	return link(other, path);
}

/* A file that isn't the socket that was created gets no other owner, and stays. */
static void test_replaced(void **state)
{
	static int (*const rows[])(void) = { replace_by_file, replace_by_link };
	int fd = make(SOCK_STREAM, other);

	(void)state;
	given_user = 1;
	for (size_t i = 0; i < 2; i++) {
		after_bind = rows[i];
		check_refused(-EEXIST, NULL);
		assert_true(is_there(path));
		unlink(path);
	}
	assert_int_equal(given_user, 1);
	after_bind = NULL;
	close(fd);
	unlink(other);
}

/* The path stays if it is another file by now; path and lock stay if another process has them. */
static void test_close(void **state)
{
	struct listener listener, shared;
	int fd;

	(void)state;
	assert_int_equal(listener_open(&listener, path, &own, &why), 0);
	assert_int_equal(rename(path, other), 0);
	fd = make(SOCK_STREAM, path);
	listener_close(&listener);
	assert_true(is_there(path) && is_there(other));
	assert_false(is_there(lock_path));
	close(fd);
	unlink(path);
	unlink(other);

	assert_int_equal(listener_open(&listener, path, &own, &why), 0);
	shared = listener;
	shared.fd = dup(listener.fd);
	shared.lock.fd = dup(listener.lock.fd);
	listener_share(&shared);
	assert_int_equal(shared.lock.fd, -1);
	listener_close(&shared);
	assert_true(is_there(path) && is_there(lock_path));
	listener_close(&listener);
	assert_false(is_there(path) || is_there(lock_path));
}

/* Descriptor 0 is as good as any. */
static void test_first_descriptor(void **state)
{
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	struct listener listener;

	(void)state;
	close(STDIN_FILENO);
	assert_int_equal(listener_open(&listener, path, &own, &why), 0);
	assert_int_equal(listener.lock.fd, STDIN_FILENO);
	listener_close(&listener);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	assert_false(is_there(lock_path));

	listener = (struct listener){ .fd = socket(AF_UNIX, SOCK_STREAM, 0), .lock.fd = -1 };
	assert_int_equal(listener.fd, STDIN_FILENO);
	listener_close(&listener);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);

	listener = (struct listener){ .fd = -1, .lock.fd = open("/dev/null", O_RDONLY) };
	assert_int_equal(listener.lock.fd, STDIN_FILENO);
	listener_share(&listener);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void test_adopt(void **state)
{
	struct listener listener;
	int fd = make(SOCK_STREAM, path);

	(void)state;
	assert_int_equal(listen(fd, 1), 0);
	fcntl(fd, F_SETFD, 0);
	assert_int_equal(listener_adopt(&listener, fd, &why), 0);
	assert_int_equal(listener.fd, fd);
	assert_int_equal(listener.lock.fd, -1);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	listener_close(&listener);
	/* the path belongs to the process that created it */
	assert_true(is_there(path));
	unlink(path);
}

/* The number of a standard stream is left for the worker's own, even if others of them are free. */
static void test_adopt_stream(void **state)
{
	struct listener listener;
	int copies[3];

	(void)state;
	for (int number = 0; number < 3; number++) {
		int fd = make(SOCK_STREAM, path);

		assert_int_equal(listen(fd, 1), 0);
		for (int i = 0; i < 3; i++) {
			copies[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
			close(i);
		}
		dup2(fd, number);
		assert_int_equal(listener_adopt(&listener, number, &why), 0);
		for (int i = 0; i < 3; i++) {
			dup2(copies[i], i);
			close(copies[i]);
		}
		assert_true(listener.fd > STDERR_FILENO);
		close(join(path));
		listener_close(&listener);
		close(fd);
		unlink(path);
	}
}

static void test_wrong_adoption(void **state)
{
	struct listener listener;
	char number[16];
	int fds[4];

	(void)state;
	fds[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
	fds[1] = make(SOCK_STREAM, path);
	fds[2] = make(SOCK_SEQPACKET, other);
	assert_int_equal(listen(fds[2], 1), 0);
	fds[3] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(listen(fds[3], 1), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(listener_adopt(&listener, fds[i], &why), -EINVAL);
		snprintf(number, sizeof(number), "%d", fds[i]);
		assert_non_null(strstr(why.text, number));
		close(fds[i]);
	}
	unlink(path);
	unlink(other);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_modes),	   TEST(test_clients),	    TEST(test_leftover),
		TEST(test_served),	   TEST(test_others),	    TEST(test_names),
		TEST(test_errors),	   TEST(test_replaced),	    TEST(test_close),
		TEST(test_adopt),	   TEST(test_adopt_stream), TEST(test_first_descriptor),
		TEST(test_wrong_adoption),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
