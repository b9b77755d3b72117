// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device_bench VPASID_DEVICE PROFILE: what an access of config space costs through
 * vpasid-device, as a ratio to the same exchange with a server that looks at nothing: it
 * takes as many bytes and sends as many, over the same kind of socket.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "support/device_client.h"

#define CALLS	   200
#define CONFIG	   VFIO_PCI_CONFIG_REGION_INDEX
#define CAPABILITY 0x234 /* of the profile's PASID */
#define CONTROL	   0x236
#define MAX_SIZE   (sizeof(struct vfio_user_header) + MESSAGE_MAX_BODY)

/* One exchange: what is sent, and how long the reply is. */
struct exchange {
	struct message message;
	size_t reply_size;
	int device, echo;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void receive(int fd, size_t size)
{
	static uint8_t bytes[MAX_SIZE];

	if (recv(fd, bytes, size, MSG_WAITALL) != (ssize_t)size)
		die("recv");
}

static void exchange(int fd, struct exchange *exchange)
{
	/* what a toggle writes changes each time */
	if (exchange->message.header.command == VFIO_USER_REGION_WRITE)
		exchange->message.body[sizeof(struct vfio_user_region_access)] ^= 1;
	if (!client_send(fd, &exchange->message))
		die("send");
	receive(fd, exchange->reply_size);
}

static void echo_call(const void *argument)
{
	exchange(((const struct exchange *)argument)->echo, (struct exchange *)argument);
}

static void device_call(const void *argument)
{
	exchange(((const struct exchange *)argument)->device, (struct exchange *)argument);
}

/* Of this exchange alone, until the other side is gone */
static void echo(int fd, size_t request, size_t reply)
{
	static uint8_t bytes[MAX_SIZE];

	while (recv(fd, bytes, request, MSG_WAITALL) == (ssize_t)request)
		if (send(fd, bytes, reply, MSG_NOSIGNAL) != (ssize_t)reply)
			break;
	_exit(0);
}

static int start_echo(const struct exchange *exchange)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		die("socketpair");
	switch (fork()) {
	case -1:
		die("fork");
		break;
	case 0:
		close(fds[0]);
		echo(fds[1], exchange->message.header.size, exchange->reply_size);
	}
	close(fds[1]);
	return fds[0];
}

static pid_t start_device(const char *program, const char *profile, const char *path)
{
	pid_t child;
	char line[8];
	int fds[2];

	if (pipe(fds))
		die("pipe");
	child = fork();
	if (!child) {
		dup2(fds[1], STDOUT_FILENO);
		execl(program, program, "--socket", path, "--profile", profile, "--log",
		      "/dev/null", NULL);
		_exit(127);
	}
	close(fds[1]);
	/* it says when it is ready */
	if (child < 0 || read(fds[0], line, sizeof(line)) <= 0)
		die(program);
	close(fds[0]);
	return child;
}

/*
 * Client and servers take turns: so they may as well on one processor. On two, what is
 * measured is which of the two was asleep.
 */
static void stay_here(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	if (sched_setaffinity(0, sizeof(here), &here))
		die("sched_setaffinity");
}

static int compare(int device, const char *name, const void *data, size_t offset, size_t length)
{
	static struct exchange exchange;
	struct message reply;
	char title[64];
	int ret;

	exchange.device = device;
	client_make_access(&exchange.message, CONFIG, offset, data, length);
	if (client_call(device, &exchange.message, &reply))
		die(name);
	exchange.reply_size = reply.header.size;
	exchange.echo = start_echo(&exchange);
	snprintf(title, sizeof(title), "echo of as many bytes (the floor)");
	ret = measure((const struct contender[]){ { title, echo_call, &exchange },
						  { name, device_call, &exchange } },
		      2, CALLS);
	close(exchange.echo);
	wait(NULL);
	return ret;
}

int main(int argc, char **argv)
{
	static const uint8_t toggle[2];
	char directory[] = "/tmp/device_bench.XXXXXX", path[64];
	pid_t server;
	int device, ret = 0;

	if (argc != 3)
		return 2;
	stay_here();
	if (!mkdtemp(directory))
		die(directory);
	snprintf(path, sizeof(path), "%s/socket", directory);
	server = start_device(argv[1], argv[2], path);
	device = client_connect(path);
	if (device < 0 || client_agree(device))
		die(path);

	ret |= compare(device, "read of PASID's Capability", NULL, CAPABILITY, 2);
	ret |= compare(device, "write of PASID's Control, toggling Enable", toggle, CONTROL, 2);
	ret |= compare(device, "read of all of config space", NULL, 0, 4096);
	close(device);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	rmdir(directory);
	return ret != 0;
}
