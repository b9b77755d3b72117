// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "server.h"

#define RETRY_MS 1000

enum {
	SIGNALS,
	LISTENER,
	CLIENT,
	WAITING
};

struct server {
	const struct service *service;
	const struct listener *listener;
	struct log *log;
	struct connection client; /* its fd is -1 while there is none */
	bool is_full;		  /* there are no descriptors for another client, for now */
};

int server_take_signals(struct why *why)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN); /* a client's descriptors can't end the program */
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? because(why, -errno, "signalfd: %s", strerror(errno)) : fd;
}

static void welcome(struct server *server, int fd)
{
	struct ucred peer = { 0 };
	socklen_t length = sizeof(peer);

	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
	log_line(server->log, "client connected: process %d of user %u", peer.pid, peer.uid);
	connection_open(&server->client, fd, server->service, server->log);
}

/* A second client is turned away: it would wait for as long as the first one stays. */
static void accept_client(struct server *server)
{
	int fd = accept4(server->listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		server->is_full =
			errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
		return;
	}
	if (server->client.fd < 0) {
		welcome(server, fd);
		return;
	}
	log_line(server->log, "another client was turned away: there is one");
	close(fd);
}

/*
 * A client that can't be accepted for want of descriptors would wake poll(2) again and
 * again: it isn't looked at for a while.
 */
static int wait_for_events(struct server *server, int signals, struct pollfd *events)
{
	int timeout = server->is_full ? RETRY_MS : -1;

	events[SIGNALS] = (struct pollfd){ .fd = signals, .events = POLLIN };
	events[LISTENER] = (struct pollfd){ .fd = server->is_full ? -1 : server->listener->fd,
					    .events = POLLIN };
	events[CLIENT] = (struct pollfd){ .fd = server->client.fd };
	if (server->client.fd >= 0)
		events[CLIENT].events = connection_events(&server->client);
	server->is_full = false;
	log_flush(server->log);
	return poll(events, WAITING, timeout) < 0 && errno != EINTR ? -errno : 0;
}

int server_run(const struct service *service, const struct listener *listener, int signals,
	       struct log *log, struct why *why)
{
	static struct server server;
	struct pollfd events[WAITING];
	int ret;

	server = (struct server){ .service = service, .listener = listener, .log = log };
	server.client.fd = -1;
	while (!(ret = wait_for_events(&server, signals, events)) && !events[SIGNALS].revents) {
		if (events[CLIENT].revents && !connection_serve(&server.client))
			connection_close(&server.client);
		if (events[LISTENER].revents)
			accept_client(&server);
	}
	if (server.client.fd >= 0)
		connection_close(&server.client);
	return ret ? because(why, ret, "poll: %s", strerror(-ret)) : 0;
}
