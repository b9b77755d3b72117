// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_log.h"
#include "made_server.h"

static void ignore(void *served)
{
	(void)served;
}

static const struct service service = { NULL, 0, ignore, ignore, NULL };
struct listener listener;
static struct sockaddr_un address;
static socklen_t address_size = sizeof(address);
static struct patience patience;
static struct log log_;
static int log_pipe[2];
struct server server;
struct why why;

static step *const *steps;
struct pollfd waited[EVENTS];
int timeout_;
int poll_error, accept_error;
int64_t milliseconds, accept_time;

int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000 };
	return 0;
}

/* The server polls three descriptors, the log one. */
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	static const struct timespec none;

	if (count == EVENTS) {
		memcpy(waited, fds, sizeof(waited));
		timeout_ = timeout;
		assert_int_equal(patience.begun, patience.ended);
		assert_non_null(*steps);
		(*steps++)();
	}
	if (poll_error) {
		errno = poll_error;
		poll_error = 0;
		return -1;
	}
	return ppoll(fds, count, &none, NULL);
}

int accept4(int fd, struct sockaddr *restrict of, socklen_t *restrict size, int flags)
{
	if (!accept_error)
		return (int)syscall(SYS_accept4, fd, of, size, flags);
	milliseconds += accept_time;
	errno = accept_error;
	return -1;
}

int setup(void **state)
{
	(void)state;
	listener = (struct listener){ .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) };
	address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	address_size = sizeof(address);
	/* The kernel chooses a name, which isn't one of a file. */
	if (pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK) ||
	    bind(listener.fd, (struct sockaddr *)&address, sizeof(address.sun_family)) ||
	    getsockname(listener.fd, (struct sockaddr *)&address, &address_size) ||
	    listen(listener.fd, 8))
		return -1;
	log_init(&log_, log_pipe[1]);
	patience_init(&patience);
	poll_error = accept_error = 0;
	accept_time = 0;
	why.text[0] = '\0';
	return 0;
}

int teardown(void **state)
{
	(void)state;
	close(listener.fd);
	close(log_pipe[0]);
	close(log_pipe[1]);
	return 0;
}

int serve(step *const *some)
{
	struct signalfd_siginfo info;
	int ret;

	steps = some;
	server = (struct server){ .service = &service,
				  .listener = &listener,
				  .signals = server_take_signals(&why),
				  .log = &log_,
				  .patience = &patience };
	assert_true(server.signals > 0);
	ret = server_run(&server, &why);
	/* the signal is still there */
	assert_int_equal(read(server.signals, &info, sizeof(info)),
			 ret ? -1 : (ssize_t)sizeof(info));
	close(server.signals);
	assert_null(*steps);
	assert_int_equal(server.client.fd, -1);
	assert_int_equal(patience.begun, patience.ended);
	return ret;
}

const char *logged(void)
{
	return read_log(log_pipe[0]);
}

/* Steps */

int first, second;

static int join(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, address_size), 0);
	return fd;
}

bool is_dropped(int fd)
{
	char byte;

	return !recv(fd, &byte, 1, MSG_DONTWAIT);
}

void end(void)
{
	raise(SIGTERM);
}

void first_joins(void)
{
	assert_int_equal(waited[1].fd, listener.fd);
	assert_int_equal(waited[1].events, POLLIN);
	assert_int_equal(waited[2].fd, -1);
	assert_int_equal(timeout_, -1);
	first = join();
}

void first_is_there(void)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "process %d of user %u", getpid(), getuid());
	assert_non_null(strstr(logged(), expected));
	assert_int_equal(waited[2].fd, server.client.fd);
	assert_int_equal(waited[2].events, POLLIN);
	assert_int_equal(timeout_, WAIT);
}

void second_joins(void)
{
	first_is_there();
	second = join();
}
