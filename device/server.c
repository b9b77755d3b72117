// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define RETRY_MS 1000

enum {
	SIGNALS,
	LISTENER,
	CLIENT,
	WAITING
};

int server_take_signals(struct why *why)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN); /* so that a client's descriptors can't end the program */
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

/* A second client is rejected, because it would have to wait until the first one disconnects. */
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
	log_line(server->log, "another client was rejected: only one is served at a time");
	close(fd);
}

/* The time until something must be done even without an event; -1: no limit */
static int time_left(const struct server *server)
{
	int left = server->client.fd < 0 ? -1 : connection_time_left(&server->client);

	return server->is_full && (left < 0 || left > RETRY_MS) ? RETRY_MS : left;
}

/*
 * If a client can't be accepted because there are no descriptors, poll(2) would return at once,
 * again and again. Therefore, the listener is left out for a while.
 */
static int wait_for_events(struct server *server, struct pollfd *events)
{
	events[SIGNALS] = (struct pollfd){ .fd = server->signals, .events = POLLIN };
	events[LISTENER] = (struct pollfd){ .fd = server->is_full ? -1 : server->listener->fd,
					    .events = POLLIN };
	events[CLIENT] = (struct pollfd){ .fd = server->client.fd };
	if (server->client.fd >= 0)
		events[CLIENT].events = connection_events(&server->client);
	if (poll(events, WAITING, time_left(server)) < 0 && errno != EINTR)
		return -errno;
	server->is_full = false;
	return 0;
}

static void serve_client(struct server *server, const struct pollfd *event)
{
	struct connection *client = &server->client;
	bool good = !event->revents || connection_serve(client);

	if (good && !connection_time_left(client)) {
		log_line(server->log, "client: no complete message, or an unread reply, for %d s",
			 CONNECTION_PATIENCE_S);
		good = false;
	}
	if (!good)
		connection_close(client);
}

int server_run(struct server *server, struct why *why)
{
	struct pollfd events[WAITING];
	int ret;

	server->client.fd = -1;
	server->is_full = false;
	while (!(ret = wait_for_events(server, events)) && !events[SIGNALS].revents) {
		patience_begin(server->patience);
		if (server->client.fd >= 0)
			serve_client(server, &events[CLIENT]);
		if (events[LISTENER].revents)
			accept_client(server);
		log_flush(server->log);
		patience_end(server->patience);
	}
	patience_begin(server->patience);
	if (server->client.fd >= 0)
		connection_close(&server->client);
	log_flush(server->log);
	patience_end(server->patience);
	return ret ? because(why, ret, "poll: %s", strerror(-ret)) : 0;
}
