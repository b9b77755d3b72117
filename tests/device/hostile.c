// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile PID SOCKET LOG KIB [ROUNDS]: attacks the server with that PID, vpasid-device or
 * examples/proxy, as a client. Each attack gets the protocol's error reply, or the client is
 * dropped. Afterwards the server has the descriptors that it had, no more than KIB of memory (0:
 * any amount), and serves the next client. ROUNDS is how many clients some attacks have, by
 * default 1000.
 *
 * hostile hold SOCKET: sends half a header, says so, and stays connected.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "support/device_client.h"

#define WAITS	  6000 /* of 10 ms: an emulated server on a busy machine takes its time */
#define EVERY_FD  253  /* SCM_MAX_FD */
#define FLOOD	  20000
#define HEADER	  sizeof(struct vfio_user_header)
#define CONFIG	  VFIO_PCI_CONFIG_REGION_INDEX
#define MSIX	  VFIO_PCI_MSIX_IRQ_INDEX
#define LOG_LINES 10000 /* the budget, which grows while the test runs */

static const char *pid, *path, *log_path;
static long max_kib;
static int rounds = 1000;
static int tests;
static struct message message, reply;

/* The descriptors of the server */

static int count_fds(void)
{
	char name[64];
	int count = 0;
	DIR *directory;

	snprintf(name, sizeof(name), "/proc/%s/fd", pid);
	directory = opendir(name);
	while (directory && readdir(directory))
		count++;
	if (directory)
		closedir(directory);
	return count;
}

static long read_kib(void)
{
	char name[64], line[256];
	long kib = -1;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%s/status", pid);
	file = fopen(name, "r");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "VmHWM: %ld", &kib);
	if (file)
		fclose(file);
	return kib;
}

static int base_fds;

/* The server may take a while to notice that a client is gone. */
static bool has_its_fds(void)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	for (int i = 0; i < WAITS; i++) {
		if (count_fds() == base_fds)
			return true;
		nanosleep(&pause, NULL);
	}
	printf("# it has %d descriptors, not %d\n", count_fds(), base_fds);
	return false;
}

static bool is_modest(void)
{
	long kib = read_kib();

	if (!max_kib || (kib > 0 && kib <= max_kib))
		return true;
	printf("# it has %ld KiB\n", kib);
	return false;
}

/* Connects as a good client. While a dropped one is still there, it may be rejected. */
static int join(void)
{
	for (int i = 0; i < WAITS; i++) {
		const struct timespec pause = { .tv_nsec = 10000000 };
		int fd = client_connect(path);

		if (fd >= 0 && !client_agree(fd))
			return fd;
		if (fd >= 0)
			close(fd);
		nanosleep(&pause, NULL);
	}
	return -1;
}

static bool answers(int fd)
{
	client_make_access(&message, CONFIG, 0, NULL, 4);
	return !client_call(fd, &message, &reply) && !memcmp(reply.body + 16, "\x36\x1b", 2);
}

static bool serves(void)
{
	int fd = join();
	bool good = fd >= 0 && answers(fd);

	if (fd >= 0)
		close(fd);
	return good && has_its_fds() && is_modest();
}

static void row(const char *name, bool (*attack)(void))
{
	bool good = attack();
	bool after = serves();

	printf("%sok %d - %s\n", good && after ? "" : "not ", ++tests, name);
	if (!good)
		printf("# it wasn't answered as it should be\n");
	if (!after)
		printf("# then the server wasn't as it should be\n");
	fflush(stdout);
}

/* Whether the server has closed the connection; replies may come before. */
static bool is_dropped(int fd)
{
	char bytes[4096];
	ssize_t count;

	do
		count = recv(fd, bytes, sizeof(bytes), 0);
	while (count > 0);
	close(fd);
	return !count || errno == ECONNRESET || errno == EPIPE;
}

static void send_bytes(int fd, const void *bytes, size_t length)
{
	send(fd, bytes, length, MSG_NOSIGNAL);
}

/* Attacks */

static bool noise(void)
{
	unsigned int seed = 1;
	char bytes[512];

	for (int round = 0; round < rounds; round++) {
		int fd = round % 2 ? join() : client_connect(path);
		size_t length = 1 + (size_t)rand_r(&seed) % sizeof(bytes);

		if (fd < 0)
			return false;
		for (size_t i = 0; i < length; i++)
			bytes[i] = (char)rand_r(&seed);
		send_bytes(fd, bytes, length);
		shutdown(fd, SHUT_WR);
		if (!is_dropped(fd))
			return false;
	}
	return true;
}

static bool cut_short(void)
{
	static const uint8_t data[8];

	for (size_t length = 0; length < HEADER + 24; length++) {
		int fd = join();

		if (fd < 0)
			return false;
		client_make_access(&message, CONFIG, 0, data, sizeof(data));
		send_bytes(fd, &message, length);
		close(fd);
	}
	return true;
}

static bool byte_by_byte(void)
{
	int fd = join();
	bool good;

	client_make_access(&message, CONFIG, 0, NULL, 4);
	for (size_t i = 0; i < message.header.size; i++)
		send_bytes(fd, (uint8_t *)&message + i, 1);
	good = client_receive(fd, &reply) && !(reply.header.flags & VFIO_USER_ERROR) &&
	       reply.header.size == HEADER + 16 + 4;
	close(fd);
	return good;
}

/* The header makes no sense: there is an error reply, and the connection ends. */
static bool is_refused(uint32_t size, uint32_t flags, uint32_t error)
{
	const struct vfio_user_header header = { 7, VFIO_USER_DEVICE_RESET, size, flags, 0 };
	int fd = join();
	bool good;

	send_bytes(fd, &header, sizeof(header));
	good = client_receive(fd, &reply) && reply.header.id == 7 &&
	       reply.header.flags == (VFIO_USER_REPLY | VFIO_USER_ERROR) &&
	       reply.header.error == error;
	return is_dropped(fd) && good;
}

static bool wrong_headers(void)
{
	for (uint32_t size = 0; size < HEADER; size++)
		if (!is_refused(size, 0, EINVAL))
			return false;
	for (uint32_t type = 1; type < 16; type++)
		if (!is_refused(HEADER, type, EINVAL))
			return false;
	return is_refused(HEADER + MESSAGE_MAX_BODY + 1, 0, EMSGSIZE) &&
	       is_refused(1 << 30, 0, EMSGSIZE) && is_refused(UINT32_MAX, 0, EMSGSIZE);
}

static bool no_version(void)
{
	int fd = client_connect(path);
	bool good;

	client_make_access(&message, CONFIG, 0, NULL, 4);
	good = client_call(fd, &message, &reply) == EINVAL;
	return is_dropped(fd) && good;
}

static bool other_version(void)
{
	static const struct vfio_user_version version = { 1, 0 };
	int fd = client_connect(path);
	bool good;

	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	good = client_call(fd, &message, &reply) == EPROTONOSUPPORT;
	return is_dropped(fd) && good;
}

static bool deep_json(void)
{
	int fd = client_connect(path);
	bool good;

	client_make(&message, VFIO_USER_VERSION, NULL, MESSAGE_MAX_BODY);
	memset(message.body + 4, '[', MESSAGE_MAX_BODY - 5);
	good = client_call(fd, &message, &reply) == EINVAL;
	return is_dropped(fd) && good;
}

/* Sends @count descriptors with @length bytes of a message. */
static bool send_fds(int fd, size_t count, const void *bytes, size_t length)
{
	char control[CMSG_SPACE(EVERY_FD * sizeof(int))] = { 0 };
	struct iovec part = { (void *)bytes, length };
	struct msghdr header = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = CMSG_SPACE(count * sizeof(int)),
	};
	struct cmsghdr *fds = CMSG_FIRSTHDR(&header);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	bool sent;

	fds->cmsg_level = SOL_SOCKET;
	fds->cmsg_type = SCM_RIGHTS;
	fds->cmsg_len = CMSG_LEN(count * sizeof(int));
	for (size_t i = 0; i < count; i++)
		memcpy(CMSG_DATA(fds) + i * sizeof(int), &null, sizeof(int));
	sent = sendmsg(fd, &header, MSG_NOSIGNAL) == (ssize_t)length;
	close(null);
	return sent;
}

static bool too_many_fds(void)
{
	static const size_t counts[] = { MESSAGE_MAX_FDS + 1, 64, EVERY_FD };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int fd = join();

		client_make(&message, VFIO_USER_DEVICE_SET_IRQS, NULL, 20);
		if (!send_fds(fd, counts[i], &message, message.header.size) ||
		    !client_receive(fd, &reply) || reply.header.error != EMFILE || !is_dropped(fd))
			return false;
	}
	return true;
}

static bool fds_with_each_byte(void)
{
	int fd = join();

	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, NULL, 20);
	for (size_t i = 0; i < message.header.size; i++)
		if (!send_fds(fd, 1, (uint8_t *)&message + i, 1))
			break;
	return is_dropped(fd);
}

/* The descriptors come with half a message, and the other half never comes. */
static bool fds_without_message(void)
{
	for (int round = 0; round < rounds; round++) {
		int fd = join();

		client_make(&message, VFIO_USER_DEVICE_SET_IRQS, NULL, 20);
		if (!send_fds(fd, MESSAGE_MAX_FDS, &message, 8))
			return false;
		close(fd);
	}
	return true;
}

static bool fds_where_none_belong(void)
{
	int fd = join();
	bool good;

	client_make(&message, VFIO_USER_DEVICE_RESET, NULL, 0);
	good = send_fds(fd, 3, &message, message.header.size) && client_receive(fd, &reply) &&
	       reply.header.error == EINVAL;
	return is_dropped(fd) && good;
}

/* Reads all of config space again and again, and takes no reply until no more can be sent. */
static bool flood(void)
{
	int fd = join(), flags = fcntl(fd, F_GETFL);
	size_t sent = 0, received = 0;
	bool good = true;

	client_make_access(&message, CONFIG, 0, NULL, 4096);
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	for (int idle = 0; idle < 20;) {
		const struct timespec pause = { .tv_nsec = 10000000 };

		if (client_send(fd, &message)) {
			sent++;
			idle = 0;
		} else {
			nanosleep(&pause, NULL);
			idle++;
		}
	}
	fcntl(fd, F_SETFL, flags);
	while (received < sent && good) {
		good = client_receive(fd, &reply) && reply.header.size == HEADER + 16 + 4096;
		received++;
	}
	close(fd);
	printf("# %zu messages before the first reply was taken\n", sent);
	return good && sent > 10;
}

static bool goes_while_answered(void)
{
	for (int round = 0; round < rounds; round++) {
		int fd = join();

		client_make_access(&message, CONFIG, 0, NULL, 4096);
		for (int i = 0; i < 8; i++)
			client_send(fd, &message);
		close(fd);
	}
	return true;
}

static bool others_knock(void)
{
	int fd = join();
	bool good = fd >= 0;

	for (int round = 0; round < rounds && good; round++) {
		int other = client_connect(path);

		good = other >= 0 && is_dropped(other) && (round % 100 || answers(fd));
	}
	close(fd);
	return good;
}

/* Leaves behind all that a client can leave. */
static bool leaves_things(void)
{
	static const struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = MSIX,
		.count = 9,
	};
	int event = eventfd(0, EFD_CLOEXEC), memory = memfd_create("memory", MFD_CLOEXEC);

	if (ftruncate(memory, 0x1000))
		return false;
	for (int round = 0; round < rounds; round++) {
		struct vfio_user_dma_map map = { 32, 3, 0, 0x1000, 0x1000 };
		int fd = join();

		client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
		for (unsigned int i = 0; i < set.count; i++)
			message.fds[message.fd_count++] = event;
		if (client_call(fd, &message, &reply))
			return false;
		client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
		message.fds[message.fd_count++] = memory;
		if (client_call(fd, &message, &reply))
			return false;
		close(fd);
	}
	close(memory);
	close(event);
	return true;
}

static bool maps_all(void)
{
	struct vfio_user_dma_map map = { 32, 3, 0, 0, 0x1000 };
	int fd = join(), ret = 0;

	for (unsigned int i = 0; i < 70000 && !ret; i++) {
		map.address = (uint64_t)(70000 - i) << 12;
		client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
		ret = client_call(fd, &message, &reply);
	}
	close(fd);
	return ret == ENOSPC;
}

static bool fills_log(void)
{
	int fd = join();
	struct stat status;
	size_t lines = 0;
	FILE *file;
	bool good = true;

	for (int i = 0; i < FLOOD && good; i++) {
		client_make(&message, 999, NULL, 0);
		good = client_call(fd, &message, &reply) == EOPNOTSUPP;
	}
	close(fd);
	file = fopen(log_path, "r");
	for (int c; file && (c = getc(file)) != EOF;)
		lines += c == '\n';
	if (file)
		fclose(file);
	good &= !stat(log_path, &status);
	printf("# the log has %zu lines\n", lines);
	return good && lines > 100 && lines < LOG_LINES + FLOOD / 10;
}

static int hold(const char *socket)
{
	int fd = client_connect(socket);

	if (fd < 0 || send(fd, "half a h", 8, MSG_NOSIGNAL) != 8)
		return 1;
	puts("sent");
	fflush(stdout);
	return pause();
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "hold"))
		return hold(argv[2]);
	if (argc != 5 && argc != 6)
		return 2;
	pid = argv[1];
	path = argv[2];
	log_path = argv[3];
	max_kib = atol(argv[4]);
	if (argc == 6)
		rounds = atoi(argv[5]);
	base_fds = count_fds();

	row("noise", noise);
	row("a message cut short at each byte", cut_short);
	row("a message byte by byte: is answered", byte_by_byte);
	row("headers that can't be: EINVAL or EMSGSIZE, and dropped", wrong_headers);
	row("no version first: EINVAL, and dropped", no_version);
	row("another major version: EPROTONOSUPPORT, and dropped", other_version);
	row("deep JSON: EINVAL, and dropped", deep_json);
	row("too many descriptors: EMFILE, and dropped", too_many_fds);
	row("descriptors with each byte: dropped", fds_with_each_byte);
	row("descriptors without a message", fds_without_message);
	row("descriptors where none belong: EINVAL, and dropped", fds_where_none_belong);
	row("a flood: is held back, then answered to the last", flood);
	row("gone while it is answered", goes_while_answered);
	row("others connect while one is served: rejected", others_knock);
	row("eventfds and mappings left behind", leaves_things);
	row("as many mappings as there can be: ENOSPC", maps_all);
	row("a log that is filled: has its bounds", fills_log);
	printf("1..%d\n", tests);
	return 0;
}
