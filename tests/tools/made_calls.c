// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_calls.h"

#define DIRECTORIES 100

static const struct call *first, *next;

/* For each descriptor of a directory the entry that was read last; its address is the DIR. */
static struct dirent entries[DIRECTORIES];

static const char *const names[] = {
	[NO_CALL] = "the end",	    [CALL_OPEN] = "open",	[CALL_OPENAT] = "openat",
	[CALL_READ] = "read",	    [CALL_PREAD] = "pread",	[CALL_CLOSE] = "close",
	[CALL_IOCTL] = "ioctl",	    [CALL_STAT] = "stat",	[CALL_FSTATAT] = "fstatat",
	[CALL_OPENDIR] = "opendir", [CALL_READDIR] = "readdir", [CALL_CLOSEDIR] = "closedir",
	[CALL_ACCESS] = "access",   [CALL_GETEUID] = "geteuid", [CALL_SPAWN] = "posix_spawnp",
	[CALL_WAIT] = "waitpid",
};

void calls_expect(const struct call *calls)
{
	first = next = calls;
}

void calls_end(void)
{
	if (next->name != NO_CALL)
		fail_msg("call %td, %s, has not come", next - first, names[next->name]);
}

/* The next call, which must be this one. @path may be NULL. */
static const struct call *take(enum call_name name, const char *path, int fd)
{
	const struct call *call = next;

	if (call->name != name || (path && strcmp(path, call->path) != 0))
		fail_msg("call %td is %s %s instead of %s %s", call - first, names[name],
			 path ? path : "", names[call->name], call->path ? call->path : "");
	if (call->fd != fd)
		fail_msg("call %td, %s, is of %d instead of %d", call - first, names[name], fd,
			 call->fd);
	next++;
	return call;
}

static long answer(const struct call *call)
{
	errno = call->error;
	return call->error ? -1 : call->result;
}

int __wrap_open64(const char *path, int flags, ...);
int __wrap_openat64(int directory, const char *path, int flags, ...);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
ssize_t __wrap_pread64(int fd, void *bytes, size_t size, off_t offset);
int __wrap_close(int fd);
int __wrap_ioctl(int fd, unsigned long request, void *argument);
int __wrap_stat64(const char *path, struct stat *status);
int __wrap_fstatat64(int directory, const char *path, struct stat *status, int flags);
DIR *__wrap_opendir(const char *path);
struct dirent *__wrap_readdir64(DIR *directory);
int __wrap_closedir(DIR *directory);
int __wrap_dirfd(DIR *directory);
int __wrap_access(const char *path, int mode);
int __wrap_faccessat(int directory, const char *path, int mode, int flags);
uid_t __wrap_geteuid(void);
int __wrap_posix_spawnp(pid_t *pid, const char *file, const void *actions,
			const posix_spawnattr_t *attributes, char *const *arguments,
			char *const *environment);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);

int __wrap_open64(const char *path, int flags, ...)
{
	assert_int_equal(flags, O_RDWR | O_CLOEXEC);
	return (int)answer(take(CALL_OPEN, path, 0));
}

int __wrap_openat64(int directory, const char *path, int flags, ...)
{
	assert_int_equal(directory, AT_FDCWD);
	assert_int_equal(flags & (O_ACCMODE | O_CLOEXEC), O_RDONLY | O_CLOEXEC);
	return (int)answer(take(CALL_OPENAT, path, 0));
}

static ssize_t give_bytes(const struct call *call, void *bytes, size_t size)
{
	assert_true(call->size <= size);
	if (call->gives)
		memcpy(bytes, call->gives, call->size);
	return answer(call);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
	return give_bytes(take(CALL_READ, NULL, fd), bytes, size);
}

ssize_t __wrap_pread64(int fd, void *bytes, size_t size, off_t offset)
{
	const struct call *call = take(CALL_PREAD, NULL, fd);

	assert_int_equal(size, call->size);
	assert_int_equal(offset, call->number);
	return give_bytes(call, bytes, size);
}

int __wrap_close(int fd)
{
	return (int)answer(take(CALL_CLOSE, NULL, fd));
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	const struct call *call = take(CALL_IOCTL, NULL, fd);

	if (request != call->number)
		fail_msg("call %td is ioctl %#lx instead of %#lx", call - first, request,
			 call->number);
	if (call->answer)
		call->answer(argument);
	else if (call->wants)
		assert_memory_equal(argument, call->wants, call->size);
	else
		assert_int_equal((uintptr_t)argument, call->value);
	if (call->gives)
		memcpy(argument, call->gives, call->size);
	return (int)answer(call);
}

static int give_status(const struct call *call, struct stat *status)
{
	*status = (struct stat){ .st_mode = (mode_t)call->number, .st_rdev = call->device };
	return (int)answer(call);
}

int __wrap_stat64(const char *path, struct stat *status)
{
	return give_status(take(CALL_STAT, path, 0), status);
}

int __wrap_fstatat64(int directory, const char *path, struct stat *status, int flags)
{
	assert_int_equal(flags, 0);
	return give_status(take(CALL_FSTATAT, path, directory), status);
}

int __wrap_dirfd(DIR *directory)
{
	return (int)((struct dirent *)directory - entries);
}

DIR *__wrap_opendir(const char *path)
{
	long fd = answer(take(CALL_OPENDIR, path, 0));

	return fd < 0 ? NULL : (DIR *)&entries[fd];
}

struct dirent *__wrap_readdir64(DIR *directory)
{
	const struct call *call = take(CALL_READDIR, NULL, __wrap_dirfd(directory));
	struct dirent *entry = (struct dirent *)directory;

	if (!call->path)
		return NULL;
	snprintf(entry->d_name, sizeof(entry->d_name), "%s", call->path);
	return entry;
}

int __wrap_closedir(DIR *directory)
{
	return (int)answer(take(CALL_CLOSEDIR, NULL, __wrap_dirfd(directory)));
}

int __wrap_access(const char *path, int mode)
{
	const struct call *call = take(CALL_ACCESS, path, 0);

	assert_int_equal(mode, call->value);
	return (int)answer(call);
}

int __wrap_faccessat(int directory, const char *path, int mode, int flags)
{
	assert_int_equal(directory, AT_FDCWD);
	assert_int_equal(mode, F_OK);
	assert_int_equal(flags, 0);
	return (int)answer(take(CALL_ACCESS, path, 0));
}

uid_t __wrap_geteuid(void)
{
	return (uid_t)answer(take(CALL_GETEUID, NULL, 0));
}

/* Returns the error, unlike the others. */
int __wrap_posix_spawnp(pid_t *pid, const char *file, const void *actions,
			const posix_spawnattr_t *attributes, char *const *arguments,
			char *const *environment)
{
	char text[256] = "";
	const struct call *call;
	short flags = 0;

	for (size_t i = 0; arguments[i]; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			 arguments[i]);
	call = take(CALL_SPAWN, text, 0);
	assert_string_equal(file, arguments[0]);
	assert_null(actions);
	assert_int_equal(posix_spawnattr_getflags(attributes, &flags), 0);
	assert_int_equal(flags, POSIX_SPAWN_SETSIGMASK);
	assert_ptr_equal(environment, environ);
	*pid = (pid_t)call->result;
	return call->error;
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	const struct call *call = take(CALL_WAIT, NULL, pid);

	assert_int_equal(options, 0);
	*status = (int)call->value;
	return (pid_t)(call->error ? answer(call) : pid);
}
