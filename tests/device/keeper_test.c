// SPDX-License-Identifier: GPL-2.0-or-later
/* device/keeper.h: what a worker begins with, how it ends, and what happens if it hangs. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "keeper.h"

#define LOOKS 11 /* at the last one of these, a worker that hangs is killed */

/* What keeper and workers share */
static struct shared {
	struct patience patience;
	volatile int workers; /* how many have begun */
} * shared;

static struct keeper keeper;
static struct why why;
static int fork_error;
static bool is_orphan;
static int missed;		  /* so many waits end at once, without a signal */
static int looks;		  /* how often the keeper has waited */
static int forks, looks_at_start; /* of the last worker */
static int graces;		  /* how often the keeper has waited for a worker's end */
static bool is_endless;		  /* the worker doesn't end by SIGTERM */

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	const struct timespec limit = { timeout / 1000, 0 };

	looks++;
	assert_int_equal(timeout, 1000);
	if (!missed)
		return ppoll(fds, count, &limit, NULL);
	missed--;
	/* it is the first worker that hangs: it has to have begun */
	while (!shared->workers)
		sched_yield();
	return 0;
}

/* If the worker doesn't end: first another child has ended, then the time is over, at once. */
int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
		 const struct timespec *restrict timeout)
{
	(void)info;
	for (int signal = 1; signal < 32; signal++)
		assert_int_equal(sigismember(set, signal), signal == SIGCHLD);
	assert_true(!timeout->tv_sec && timeout->tv_nsec == 500000000);
	graces++;
	if (!is_endless)
		return sigwaitinfo(set, NULL);
	return graces > 1 ? -1 : SIGCHLD;
}

pid_t fork(void)
{
	errno = fork_error;
	forks++;
	looks_at_start = looks;
	return fork_error ? -1 : _Fork();
}

pid_t getppid(void)
{
	return is_orphan ? 1 : (pid_t)syscall(SYS_getppid);
}

static int setup(void **state)
{
	(void)state;
	if (!shared)
		shared = keeper_share(sizeof(*shared));
	if (!shared)
		return -1;
	memset(shared, 0, sizeof(*shared));
	keeper = (struct keeper){ .opaque = &keeper, .patience = &shared->patience };
	fork_error = missed = looks = forks = graces = 0;
	is_orphan = is_endless = false;
	why.text[0] = '\0';
	return keeper_init(&keeper, &why);
}

static int teardown(void **state)
{
	(void)state;
	close(keeper.signals);
	return 0;
}

static int serve(int (*work)(void *opaque))
{
	int ret;

	keeper.work = work;
	ret = keeper_start(&keeper, &why);
	assert_int_equal(ret, 0);
	ret = keeper_run(&keeper, &why);
	/* one that was killed isn't waited for */
	while (waitpid(-1, NULL, 0) > 0)
		;
	return ret;
}

static void test_signals(void **state)
{
	static const int taken[] = { SIGINT, SIGTERM, SIGCHLD };
	sigset_t blocked;

	(void)state;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int i = 0; i < 3; i++)
		assert_true(sigismember(&blocked, taken[i]));
	assert_false(sigismember(&blocked, SIGALRM));
	assert_int_equal(fcntl(keeper.signals, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(keeper.signals, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

static bool is_null(int fd)
{
	struct stat null, status;

	return !stat("/dev/null", &null) && !fstat(fd, &status) && status.st_rdev == null.st_rdev;
}

/* Returns 0 if the worker has what it should, otherwise the number of the first difference. */
static int look_around(void *opaque)
{
	int signal = 0;

	if (opaque != &keeper)
		return 1;
	if (!is_null(STDIN_FILENO) || !is_null(STDOUT_FILENO))
		return 2;
	if (fcntl(keeper.signals, F_GETFD) >= 0)
		return 3;
	if (prctl(PR_GET_PDEATHSIG, &signal) || signal != SIGKILL)
		return 4;
	/* no other descriptor is open */
	return fcntl(STDERR_FILENO, F_DUPFD, 0) > keeper.signals ? 5 : 0;
}

static void test_beginning(void **state)
{
	(void)state;
	assert_int_equal(serve(look_around), 0);
	assert_string_equal(why.text, "");
}

static int exit_with_7(void *opaque)
{
	(void)opaque;
	return 7;
}

static int be_killed(void *opaque)
{
	(void)opaque;
	return raise(SIGKILL);
}

static void test_ends(void **state)
{
	(void)state;
	assert_int_equal(serve(exit_with_7), -ECHILD);
	assert_non_null(strstr(why.text, "7"));
	assert_int_equal(serve(be_killed), -ECHILD);
	assert_non_null(strstr(why.text, "9"));
	assert_non_null(strstr(why.text, strsignal(SIGKILL)));
	/* the keeper ended before the worker asked the kernel to be ended with it */
	is_orphan = true;
	assert_int_equal(serve(look_around), -ECHILD);
}

static void test_no_process(void **state)
{
	(void)state;
	fork_error = EAGAIN;
	assert_int_equal(keeper_start(&keeper, &why), -EAGAIN);
	assert_non_null(strstr(why.text, strerror(EAGAIN)));
}

static int wait_for_term(void)
{
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigwait(&set, &signal);
	return 0;
}

/* The keeper gets a signal; the worker ends with status 0, or with an error. */
static int end_by_term(void *opaque)
{
	(void)opaque;
	kill(getppid(), SIGTERM);
	return wait_for_term();
}

static int end_by_interrupt(void *opaque)
{
	(void)opaque;
	kill(getppid(), SIGINT);
	wait_for_term();
	return 3;
}

static int end_never(void *opaque)
{
	(void)opaque;
	kill(getppid(), SIGTERM);
	while (pause())
		;
	return 0;
}

static void test_term(void **state)
{
	(void)state;
	assert_int_equal(serve(end_by_term), 0);
	assert_int_equal(serve(end_by_interrupt), -ECHILD);
	assert_non_null(strstr(why.text, "3"));
	is_endless = true;
	graces = 0;
	assert_int_equal(serve(end_never), 0);
	assert_int_equal(graces, 2);
}

static int hang_once(void *opaque)
{
	(void)opaque;
	if (!shared->workers++)
		while (pause())
			;
	return 0;
}

/* A worker that begins something, and doesn't end it, is killed, and another one begins. */
static void test_hang(void **state)
{
	(void)state;
	shared->patience = (struct patience){ .begun = 1 };
	missed = LOOKS;
	assert_int_equal(serve(hang_once), 0);
	assert_int_equal(shared->workers, 2);
	assert_int_equal(forks, 2);
	assert_int_equal(looks_at_start, LOOKS);
}

/* Descriptor 0 is as good as any. */
static void test_first_descriptor(void **state)
{
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), ret;
	struct keeper other;

	(void)state;
	close(STDIN_FILENO);
	ret = keeper_init(&other, &why);
	dup2(kept, STDIN_FILENO);
	close(kept);
	assert_int_equal(other.signals, STDIN_FILENO);
	assert_int_equal(ret, 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_signals),	     TEST(test_beginning), TEST(test_ends),
		TEST(test_no_process),	     TEST(test_term),	   TEST(test_hang),
		TEST(test_first_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
