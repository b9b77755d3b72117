// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * device/server.h: which clients are served, how long, and what ends the server. The server's
 * poll(2) runs the steps of a test: one step each time.
 */
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
#include "server.h"
#include "support/device_client.h"

#define EVENTS 3	      /* signals, the listener, the client */
#define WAIT   INT64_C(10000) /* CONNECTION_PATIENCE_S, in ms */

static void ignore(void *served)
{
	(void)served;
}

static const struct service service = { NULL, 0, ignore, ignore, NULL };
static struct listener listener;
static struct sockaddr_un address;
static socklen_t address_size = sizeof(address);
static struct patience patience;
static struct log log_;
static int log_pipe[2];
static struct server server;
static struct why why;

/* What happens next, and what the server waited for before */
typedef void step(void);
static step *const *steps;
static struct pollfd waited[EVENTS];
static int timeout_;
static int poll_error, accept_error;
static int64_t milliseconds;

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
	errno = accept_error;
	return -1;
}

static int setup(void **state)
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
	why.text[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(listener.fd);
	close(log_pipe[0]);
	close(log_pipe[1]);
	return 0;
}

/* Serves until the steps have ended it. */
static int serve(step *const *some)
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

/* What was logged since the last time */
static const char *logged(void)
{
	return read_log(log_pipe[0]);
}

/* Steps */

static int first, second;

static int join(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, address_size), 0);
	return fd;
}

/* The server has closed its end. */
static bool is_dropped(int fd)
{
	char byte;

	return !recv(fd, &byte, 1, MSG_DONTWAIT);
}

static void end(void)
{
	raise(SIGTERM);
}

static void end_by_interrupt(void)
{
	raise(SIGINT);
}

static void first_joins(void)
{
	assert_int_equal(waited[1].fd, listener.fd);
	assert_int_equal(waited[1].events, POLLIN);
	assert_int_equal(waited[2].fd, -1);
	assert_int_equal(timeout_, -1);
	first = join();
}

static void first_is_there(void)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "process %d of user %u", getpid(), getuid());
	assert_non_null(strstr(logged(), expected));
	assert_int_equal(waited[2].fd, server.client.fd);
	assert_int_equal(waited[2].events, POLLIN);
	assert_int_equal(timeout_, WAIT);
}

static void second_joins(void)
{
	first_is_there();
	second = join();
}

static void second_is_away(void)
{
	assert_true(is_dropped(second));
	assert_false(is_dropped(first));
	assert_non_null(strchr(logged(), '\n'));
	close(second);
}

static void first_agrees(void)
{
	const struct vfio_user_version version = { 0, 1 };
	static struct message message;

	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	assert_true(client_send(first, &message));
}

/* It may be silent now. */
static void first_has_agreed(void)
{
	static struct message reply;

	assert_true(client_receive(first, &reply));
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY);
	assert_int_equal(timeout_, -1);
	milliseconds += 10 * WAIT;
}

static void first_leaves(void)
{
	close(first);
}

static void nothing_for_long(void)
{
	assert_int_equal(timeout_, WAIT);
	milliseconds += WAIT - 1;
}

static void nothing_for_a_moment(void)
{
	assert_int_equal(timeout_, 1);
	assert_false(is_dropped(first));
	logged();
	milliseconds++;
}

static void first_is_dropped(void)
{
	assert_true(is_dropped(first));
	assert_non_null(strchr(logged(), '\n'));
	close(first);
	assert_int_equal(waited[2].fd, -1);
	assert_int_equal(timeout_, -1);
}

/* Tests */

static void test_ends(void **state)
{
	static step *const by_term[] = { end, NULL };
	static step *const by_interrupt[] = { end_by_interrupt, NULL };
	static step *const with_client[] = { first_joins, end, NULL };

	(void)state;
	assert_int_equal(serve(by_term), 0);
	assert_int_equal(serve(by_interrupt), 0);
	assert_int_equal(serve(with_client), 0);
	assert_true(is_dropped(first));
	close(first);
	/* SIGPIPE doesn't end the program */
	raise(SIGPIPE);
}

static void test_second_client(void **state)
{
	static step *const some[] = { first_joins,  second_joins, second_is_away,
				      first_leaves, first_joins,  end,
				      NULL };

	(void)state;
	assert_int_equal(serve(some), 0);
	close(first);
}

static void test_silence(void **state)
{
	static step *const before[] = { first_joins,
					nothing_for_long,
					nothing_for_a_moment,
					first_is_dropped,
					first_joins,
					end,
					NULL };
	static step *const after[] = { first_joins, first_agrees, first_has_agreed, end, NULL };

	(void)state;
	assert_int_equal(serve(before), 0);
	close(first);
	assert_int_equal(serve(after), 0);
	close(first);
}

/* Descriptor 0 is as good as any. */

static int kept;

static void first_joins_as_0(void)
{
	first_joins();
	kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	close(STDIN_FILENO);
}

static void first_is_0(void)
{
	assert_int_equal(server.client.fd, STDIN_FILENO);
	second_joins();
}

static void test_first_descriptor(void **state)
{
	static step *const silent[] = { first_joins_as_0,
					first_is_0,
					second_is_away,
					nothing_for_long,
					nothing_for_a_moment,
					first_is_dropped,
					end,
					NULL };
	static step *const there[] = { first_joins_as_0, end, NULL };

	(void)state;
	assert_int_equal(serve(silent), 0);
	dup2(kept, STDIN_FILENO);
	close(kept);
	assert_int_equal(serve(there), 0);
	assert_true(is_dropped(first));
	close(first);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

/* No descriptor is left for a client: the listener isn't polled for a second. */

static int full;

static void joins_in_vain(void)
{
	first_joins();
	accept_error = full;
}

static void is_not_looked_at(void)
{
	assert_int_equal(waited[1].fd, -1);
	assert_int_equal(timeout_, 1000);
	accept_error = 0;
}

static void is_looked_at_again(void)
{
	assert_int_equal(waited[1].fd, listener.fd);
	assert_int_equal(timeout_, -1);
	assert_string_equal(logged(), "");
}

static void second_joins_in_vain(void)
{
	second_joins();
	accept_error = full;
}

/* The first client now has less time than the listener is left out. */
static void time_goes_by(void)
{
	is_not_looked_at();
	milliseconds += WAIT - 999;
	accept_error = full;
}

static void still_time_left(void)
{
	assert_int_equal(timeout_, 999);
}

static void test_full(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOBUFS, ENOMEM };
	static step *const alone[] = {
		joins_in_vain, is_not_looked_at, is_looked_at_again, first_is_there, end, NULL
	};
	static step *const beside[] = { first_joins,
					second_joins_in_vain,
					time_goes_by,
					still_time_left,
					still_time_left,
					end,
					NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		full = errors[i];
		assert_int_equal(serve(alone), 0);
		close(first);
	}
	assert_int_equal(serve(beside), 0);
	accept_error = 0;
	close(first);
	close(second);
}

static void gave_up(void)
{
	assert_int_equal(waited[1].fd, listener.fd);
	assert_int_equal(timeout_, -1);
	accept_error = 0;
}

/* A client that has disconnected before it was accepted */
static void test_gave_up(void **state)
{
	static step *const some[] = { joins_in_vain, gave_up, end, NULL };

	(void)state;
	full = ECONNABORTED;
	assert_int_equal(serve(some), 0);
	close(first);
}

static void is_interrupted(void)
{
	poll_error = EINTR;
}

static void fails(void)
{
	poll_error = ENOMEM;
}

static void test_errors(void **state)
{
	static step *const interrupted[] = { is_interrupted, first_joins, is_interrupted, end,
					     NULL };
	static step *const failed[] = { first_joins, fails, NULL };

	(void)state;
	assert_int_equal(serve(interrupted), 0);
	assert_true(is_dropped(first));
	close(first);
	assert_int_equal(serve(failed), -ENOMEM);
	assert_non_null(strstr(why.text, strerror(ENOMEM)));
	assert_true(is_dropped(first));
	close(first);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_ends),    TEST(test_second_client),
		TEST(test_silence), TEST(test_first_descriptor),
		TEST(test_full),    TEST(test_gave_up),
		TEST(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
