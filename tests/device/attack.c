// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * attack NAME SOCKET: hands vpasid-device what could make it wait without end. The exit status is 0
 * once the server has answered, or has dropped this client, as it should; nothing else ends it.
 *
 * attack serves SOCKET: waits until the server serves a client.
 *
 * attack break-LETTER SOCKET: has a server that is broken into do that; the exit status is the
 * errno.
 *
 * attack two ROUNDS SERVER ARG...: starts that twice at the same time, again and again. One of the
 * two has to serve, and the other to say that it can't.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/device_client.h"

#define CONFIG	 VFIO_PCI_CONFIG_REGION_INDEX
#define HEADER	 sizeof(struct vfio_user_header)
#define EVERY_FD 253 /* SCM_MAX_FD */

static const char *path;
static struct message message, reply;

static int must(int ret, const char *what)
{
	if (ret < 0) {
		perror(what);
		exit(1);
	}
	return ret;
}

static int join(void)
{
	int fd = client_connect(path);

	if (fd < 0 || client_agree(fd)) {
		fprintf(stderr, "attack: there is no server for us\n");
		exit(1);
	}
	return fd;
}

/* Waits for as long as the server takes. Returns false if it has dropped the client. */
static bool receive(int fd)
{
	const struct timeval forever = { 0 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof(forever));
	return client_receive(fd, &reply);
}

static bool is_dropped(int fd)
{
	while (receive(fd))
		;
	return true;
}

/* Sends @length bytes with copies of one descriptor. */
static void send_with(int fd, const void *bytes, size_t length, int gift, size_t count)
{
	char control[CMSG_SPACE(EVERY_FD * sizeof(int))] = { 0 };
	struct iovec part = { (void *)bytes, length };
	struct msghdr header = { .msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	struct cmsghdr *fds = CMSG_FIRSTHDR(&header);

	fds->cmsg_level = SOL_SOCKET;
	fds->cmsg_type = SCM_RIGHTS;
	fds->cmsg_len = CMSG_LEN(count * sizeof(int));
	for (size_t i = 0; i < count; i++)
		memcpy(CMSG_DATA(fds) + i * sizeof(int), &gift, sizeof(gift));
	must((int)sendmsg(fd, &header, MSG_NOSIGNAL), "sendmsg");
}

static bool serves(void)
{
	for (;;) {
		int fd = client_connect(path);

		if (fd >= 0 && !client_agree(fd)) {
			client_make_access(&message, CONFIG, 0, NULL, 4);
			return !client_call(fd, &message, &reply);
		}
		if (fd >= 0)
			close(fd);
		poll(NULL, 0, 20);
	}
}

/* Eventfds */

static void make_irqs(uint32_t what, uint32_t count)
{
	const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = what | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.count = count,
	};

	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
}

/* Has the server signal an eventfd that has counted @before events already. */
static int signal_one(uint64_t before)
{
	int fd = join(), event = must(eventfd(0, EFD_CLOEXEC), "eventfd");

	if (before && write(event, &before, sizeof(before)) != sizeof(before))
		return -1;
	make_irqs(VFIO_IRQ_SET_DATA_EVENTFD, 1);
	message.fds[message.fd_count++] = event;
	if (client_call(fd, &message, &reply))
		return -1;
	make_irqs(VFIO_IRQ_SET_DATA_NONE, 1);
	if (!client_send(fd, &message) || !receive(fd))
		return -1;
	return (int)reply.header.error;
}

static bool full(void)
{
	return signal_one(UINT64_MAX - 1) == EAGAIN;
}

/* The server has race.so with it, which fills the eventfd at the worst moment. */
static bool raced(void)
{
	return signal_one(0) == EAGAIN;
}

/* Descriptors whose close waits */

/* A TCP socket that waits at its end, for ten minutes, until its data are taken. */
static int make_lingering(void)
{
	static const char data[65536];
	const struct linger linger = { 1, 600 };
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	must(bind(listener, (struct sockaddr *)&address, length), "bind");
	must(listen(listener, 1), "listen");
	must(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
	must(connect(fd, (struct sockaddr *)&address, length), "connect");
	must(accept(listener, NULL, NULL), "accept");
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), "SO_LINGER");
	while (send(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	return fd;
}

static void make_map(void)
{
	const struct vfio_user_dma_map map = { 32, 3, 0, 0x1000, 0x1000 };

	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
}

/*
 * The server reads nothing more until its replies are taken. Meanwhile this process can close what
 * it has handed over: the last one to do so has to wait, and that is to be the server.
 */
#define HELD 100

static void hold_up(int fd)
{
	for (int i = 0; i < HELD; i++) {
		client_make_access(&message, CONFIG, 0, NULL, 4096);
		client_send(fd, &message);
	}
}

static bool let_go(int fd)
{
	for (int i = 0; i < HELD; i++)
		if (!receive(fd))
			return false;
	return true;
}

static bool linger(void)
{
	int fd = join(), gift = make_lingering();

	hold_up(fd);
	make_map();
	send_with(fd, &message, message.header.size, gift, 1);
	close(gift);
	return let_go(fd) && receive(fd) && !reply.header.error;
}

static bool linger_many(void)
{
	int fd = join();

	hold_up(fd);
	make_irqs(VFIO_IRQ_SET_DATA_EVENTFD, MESSAGE_MAX_FDS);
	for (size_t i = 0; i < MESSAGE_MAX_FDS; i++)
		message.fds[message.fd_count++] = make_lingering();
	if (!client_send(fd, &message))
		return false;
	message_close_fds(&message);
	return let_go(fd) && receive(fd) && reply.header.error == EINVAL;
}

/* More than the server takes: the kernel closes what is left, on the server's behalf. */
static bool linger_truncated(void)
{
	int fd = join(), gift = make_lingering();

	hold_up(fd);
	make_map();
	send_with(fd, &message, message.header.size, gift, EVERY_FD);
	close(gift);
	return let_go(fd) && receive(fd) && reply.header.error == EMFILE && is_dropped(fd);
}

/* The server drops this client, and has yet to read the message with the descriptor. */
static bool linger_unread(void)
{
	int fd = join(), gift = make_lingering();

	hold_up(fd);
	client_make(&message, VFIO_USER_DEVICE_RESET, NULL, 0);
	message.header.flags = VFIO_USER_TYPE;
	client_send(fd, &message);
	make_map();
	send_with(fd, &message, message.header.size, gift, 1);
	close(gift);
	return is_dropped(fd);
}

/* A file system whose only file can be opened, but whose close isn't answered. */
static void be_file_system(int device)
{
	static char ask[1 << 17];
	const struct fuse_in_header *in = (const void *)ask;

	while (read(device, ask, sizeof(ask)) > 0) {
		struct {
			struct fuse_out_header head;
			union {
				struct fuse_init_out init;
				struct fuse_open_out open;
				struct fuse_attr_out attributes;
			};
		} out = { .head.unique = in->unique, .head.len = sizeof(out.head) };

		if (in->opcode == FUSE_INIT) {
			out.init.major = FUSE_KERNEL_VERSION;
			out.init.minor = FUSE_KERNEL_MINOR_VERSION;
			out.init.max_write = 4096;
			out.head.len += sizeof(out.init);
		} else if (in->opcode == FUSE_OPEN) {
			out.head.len += sizeof(out.open);
		} else if (in->opcode == FUSE_GETATTR) {
			out.attributes.attr.ino = FUSE_ROOT_ID;
			out.attributes.attr.mode = S_IFREG | 0600;
			out.head.len += sizeof(out.attributes);
		}
		if (in->opcode != FUSE_FLUSH && in->opcode != FUSE_INTERRUPT)
			must((int)write(device, &out, out.head.len), "the answer of fuse");
	}
}

/* Opens that file. The file system ends with the process *@server, and so do all waits for it. */
static int open_unkillable(pid_t *server)
{
	static char file[] = "/tmp/attack.XXXXXX";
	int device = must(open("/dev/fuse", O_RDWR | O_CLOEXEC), "/dev/fuse"), fd;
	char options[64];

	close(must(mkstemp(file), file));
	snprintf(options, sizeof(options), "fd=%d,rootmode=100600,user_id=0,group_id=0", device);
	must(mount("attack", file, "fuse", MS_NOSUID | MS_NODEV, options), "mount");
	*server = must(fork(), "fork");
	if (!*server) {
		be_file_system(device);
		_exit(0);
	}
	close(device);
	fd = must(open(file, O_RDWR | O_CLOEXEC), file);
	must(umount2(file, MNT_DETACH), "umount");
	unlink(file);
	return fd;
}

/* No signal ends that wait, not even SIGKILL; so the client isn't told that it is dropped. */
static bool unkillable(void)
{
	int fd = join();
	pid_t server;
	int gift = open_unkillable(&server);
	bool good;

	make_map();
	send_with(fd, &message, message.header.size, gift, 1);
	good = serves();
	kill(server, SIGKILL);
	return good;
}

/* Clients that keep the server from others */

static bool silent(void)
{
	return is_dropped(must(client_connect(path), "connect"));
}

static bool half(void)
{
	int fd = join();

	make_map();
	send(fd, &message, message.header.size - 1, MSG_NOSIGNAL);
	return is_dropped(fd);
}

/* The server also has the client's end of the connection, so the connection never ends. */
static bool own_end(void)
{
	int fd = join();

	make_map();
	send_with(fd, &message, HEADER - 1, fd, 1);
	return true;
}

/* The same, but the descriptor waits behind replies that nobody takes. */
static bool own_end_unread(void)
{
	int fd = join();

	hold_up(fd);
	make_map();
	send_with(fd, &message, message.header.size, fd, 1);
	return true;
}

static bool refused(void)
{
	int fd = join();

	for (int i = 0; i < 20000; i++) {
		client_make(&message, 999, NULL, 0);
		if (!client_send(fd, &message) || !receive(fd) || reply.header.error != EOPNOTSUPP)
			return false;
	}
	return true;
}

/* Connects until no more fit, says so, and stays. */
static bool backlog(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	for (;;) {
		int fd = must(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

		if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
			break;
	}
	puts("full");
	fflush(stdout);
	return !pause();
}

/* Two servers */

struct started {
	pid_t pid;
	int output;
};

static struct started start(char **arguments)
{
	posix_spawn_file_actions_t actions;
	struct started started;
	int ends[2];

	must(pipe2(ends, O_CLOEXEC), "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&started.pid, arguments[0], &actions, NULL, arguments, environ))
		exit(1);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	started.output = ends[0];
	return started;
}

/* Returns whether it serves; if it doesn't, it has ended. */
static bool has_begun(const struct started *started)
{
	char byte;

	return read(started->output, &byte, 1) == 1;
}

static int end(const struct started *started)
{
	int status;

	kill(started->pid, SIGTERM);
	waitpid(started->pid, &status, 0);
	close(started->output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int two(int rounds, char **arguments)
{
	for (int i = 0; i < rounds; i++) {
		struct started one = start(arguments), other = start(arguments);
		int served = has_begun(&one) + has_begun(&other);
		int statuses = end(&one) + end(&other);

		if (served != 1 || statuses != 3) {
			printf("round %d: %d serve, exit statuses: %d\n", i, served, statuses);
			return 1;
		}
	}
	return 0;
}

/* Of tests/device/broken_into.c. Returns the errno, or 255 if there is no answer. */
static int break_in(char what)
{
	int fd = join();

	client_make(&message, VFIO_USER_DEVICE_RESET, &what, 1);
	return client_send(fd, &message) && receive(fd) ? (int)reply.header.error : 255;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*attack)(void);
	} attacks[] = {
		{ "serves", serves },
		{ "full", full },
		{ "raced", raced },
		{ "linger", linger },
		{ "linger-many", linger_many },
		{ "linger-truncated", linger_truncated },
		{ "linger-unread", linger_unread },
		{ "unkillable", unkillable },
		{ "silent", silent },
		{ "half", half },
		{ "own-end", own_end },
		{ "own-end-unread", own_end_unread },
		{ "refused", refused },
		{ "backlog", backlog },
	};

	if (argc > 3 && !strcmp(argv[1], "two"))
		return two(atoi(argv[2]), argv + 3);
	path = argv[2];
	if (argc == 3 && !strncmp(argv[1], "break-", 6))
		return break_in(argv[1][6]);
	for (size_t i = 0; argc == 3 && i < sizeof(attacks) / sizeof(attacks[0]); i++)
		if (!strcmp(argv[1], attacks[i].name))
			return !attacks[i].attack();
	return 2;
}
