// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vpasid-device, broken into: main.c is compiled to serve this in place of client_service(). With
 * DEVICE_RESET a client has the server do what its first byte says, and gets the errno.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

struct service broken_service(struct client *client);

static int connect_to_port(void)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_port = htons(9),
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? fd : connect(fd, (const struct sockaddr *)&address, sizeof(address));
}

static int attempt(uint8_t what)
{
	char *const arguments[] = { "true", NULL };

	switch (what) {
	case 'r': /* what is allowed */
		return (int)read(-1, NULL, 0);
	case 'o':
		return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	case 'w':
		return open("/tmp/vpasid-device.broken", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	case 'c':
		return connect_to_port();
	case 'e':
		return execv("/bin/true", arguments);
	case 'f':
		return fork();
	case 'k':
		return kill(getppid(), SIGKILL);
	case 'u':
		return unlink("/etc/none");
	case 'x':
		return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
			       ? -1
			       : 0;
	default:
		errno = ENOSYS;
		return -1;
	}
}

static int break_in(void *served, struct message *message, struct message *reply)
{
	(void)served;
	(void)reply;
	return attempt(message->body[0]) < 0 ? -errno : 0;
}

struct service broken_service(struct client *client)
{
	static struct command commands[VFIO_USER_DEVICE_RESET + 1];
	struct service service = client_service(client);

	memcpy(commands, service.commands, sizeof(commands));
	commands[VFIO_USER_DEVICE_RESET] = (struct command){ "BREAK_IN", 1, 1, 0, break_in };
	service.commands = commands;
	service.command_count = VFIO_USER_DEVICE_RESET + 1;
	return service;
}
