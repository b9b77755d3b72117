// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For attack_test.sh, by LD_PRELOAD: whenever the server has asked whether an eventfd takes events,
 * it is filled before the server gets the answer. A client can do so by trying often enough.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void fill(int fd)
{
	static const char eventfd[] = "anon_inode:[eventfd]";
	const uint64_t most = UINT64_MAX - 1;
	char path[32], name[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (readlink(path, name, sizeof(name) - 1) > 0 && !strcmp(name, eventfd) &&
	    write(fd, &most, sizeof(most)) < 0)
		perror("race");
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int ret = (int)syscall(SYS_poll, fds, count, timeout);

	if (ret == 1 && count == 1 && fds->revents & POLLOUT)
		fill(fds->fd);
	return ret;
}
