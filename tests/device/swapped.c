// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For sandbox_test.sh, by LD_PRELOAD: as soon as the server has made its socket, the name is that
 * of the file VICTIM. Whoever can write to the directory can do so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	const char *name = ((const struct sockaddr_un *)address)->sun_path;
	const char *victim = getenv("VICTIM");
	int ret = (int)syscall(SYS_bind, fd, address, length);

	if (ret || !victim || unlink(name) || link(victim, name))
		perror("swapped");
	return ret;
}
