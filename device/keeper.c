// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keeper.h"

/* A worker hangs if so many consecutive looks have found no progress. */
#define LOOK_MS	  1000
#define MAX_LOOKS 10

/* How much time a worker has to end by itself. */
#define GRACE_MS 500

void *keeper_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

int keeper_init(struct keeper *keeper, struct why *why)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	keeper->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return keeper->signals < 0 ? because(why, -errno, "signalfd: %s", strerror(errno)) : 0;
}

/* The worker keeps standard error, which may be the log, but no other stream of the keeper. */
static void begin_work(const struct keeper *keeper, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		exit(EXIT_FAILURE);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	close(null);
	close(keeper->signals);
}

int keeper_start(struct keeper *keeper, struct why *why)
{
	pid_t self = getpid();

	keeper->watch = (struct patience_watch){ 0 };
	keeper->worker = fork();
	if (keeper->worker < 0)
		return because(why, -errno, "fork: %s", strerror(errno));
	if (!keeper->worker) {
		begin_work(keeper, self);
		exit(keeper->work(keeper->opaque));
	}
	return 0;
}

/* Returns the signal that has arrived, or 0 if none has within @timeout ms. */
static int wait_for_signal(const struct keeper *keeper, int timeout)
{
	struct pollfd state = { .fd = keeper->signals, .events = POLLIN };
	struct signalfd_siginfo info;

	if (poll(&state, 1, timeout) != 1 ||
	    read(keeper->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

/*
 * Reaps children that have ended. Returns whether the worker is among them, with its status. An
 * earlier worker that was killed may end later.
 */
static bool has_ended(const struct keeper *keeper, int *status)
{
	bool ended = false;
	int of_child;
	pid_t child;

	while ((child = waitpid(-1, &of_child, WNOHANG)) > 0) {
		if (child != keeper->worker)
			continue;
		ended = true;
		*status = of_child;
	}
	return ended;
}

static int judge(int status, struct why *why)
{
	if (WIFSIGNALED(status))
		return because(why, -ECHILD,
			       "the process that serves clients was ended by signal "
			       "%d (%s)",
			       WTERMSIG(status), strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status) ? because(why, -ECHILD,
					     "the process that serves clients ended with status %d",
					     WEXITSTATUS(status))
				   : 0;
}

/* Repeated SIGTERMs don't prolong the wait. */
static bool wait_for_child(void)
{
	const struct timespec grace = { .tv_nsec = GRACE_MS * 1000000L };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return sigtimedwait(&set, NULL, &grace) == SIGCHLD;
}

/* If a worker doesn't end by itself in time, it is killed, and the keeper doesn't wait for it. */
static int end_worker(const struct keeper *keeper, struct why *why)
{
	int status;

	kill(keeper->worker, SIGTERM);
	while (!has_ended(keeper, &status)) {
		if (wait_for_child())
			continue;
		kill(keeper->worker, SIGKILL);
		return 0;
	}
	return judge(status, why);
}

int keeper_run(struct keeper *keeper, struct why *why)
{
	int status, ret = 0;

	while (!ret) {
		int signal = wait_for_signal(keeper, LOOK_MS);

		if (signal == SIGINT || signal == SIGTERM)
			return end_worker(keeper, why);
		if (has_ended(keeper, &status))
			return judge(status, why);
		if (!signal && patience_look(&keeper->watch, keeper->patience) > MAX_LOOKS) {
			kill(keeper->worker, SIGKILL);
			ret = keeper_start(keeper, why);
		}
	}
	return ret;
}
