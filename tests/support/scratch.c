// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch.h"

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static int remove_tree(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* It has a session of its own, so that a signal for all processes of the test doesn't end it. */
__attribute__((noreturn)) static void keep(const struct scratch *scratch, int maker)
{
	int nothing = open("/dev/null", O_RDWR);
	char byte;

	setsid();
	/* If the caller has no standard input or output, the pipe may have got one of their fds. */
	maker = fcntl(maker, F_DUPFD_CLOEXEC, 3);
	for (int fd = 0; fd < 3; fd++)
		dup2(nothing, fd);
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	while (read(maker, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(!!remove_tree(scratch->path));
}

int scratch_make(struct scratch *scratch)
{
	int ends[2];

	*scratch = (struct scratch){ .path = "/dev/shm/vpasid-XXXXXX" };
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	if (!mkdtemp(scratch->path))
		return -errno;
	fflush(NULL);
	scratch->pid = fork();
	if (!scratch->pid) {
		close(ends[1]);
		keep(scratch, ends[0]);
	}
	close(ends[0]);
	scratch->keeper = ends[1];
	scratch->directory = open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return scratch->pid < 0 || scratch->directory < 0 ? -errno : 0;
}

int scratch_remove(struct scratch *scratch)
{
	int status;

	close(scratch->directory);
	close(scratch->keeper);
	while (waitpid(scratch->pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status ? -EIO : 0;
}

static struct scratch entered;

int scratch_enter(void **state)
{
	(void)state;
	return scratch_make(&entered) || chdir(entered.path) ? -1 : 0;
}

int scratch_leave(void **state)
{
	(void)state;
	return chdir("/") || scratch_remove(&entered) ? -1 : 0;
}
