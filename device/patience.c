// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

#include "patience.h"

#define INTERVAL_US 10000

/* The signal only has to interrupt a call. */
static void ignore(int signal)
{
	(void)signal;
}

void patience_init(struct patience *patience)
{
	const struct sigaction action = { .sa_handler = ignore }; /* without SA_RESTART */
	sigset_t set;

	patience->begun = patience->ended = 0;
	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Periodically, because a signal that arrives before the call doesn't interrupt it. */
static void set_timer(long microseconds)
{
	const struct timeval interval = { .tv_usec = microseconds };
	const struct itimerval timer = { interval, interval };

	setitimer(ITIMER_REAL, &timer, NULL);
}

void patience_begin(struct patience *patience)
{
	patience->begun++;
	set_timer(INTERVAL_US);
}

void patience_end(struct patience *patience)
{
	set_timer(0);
	patience->ended = patience->begun;
}

unsigned int patience_look(struct patience_watch *watch, const struct patience *patience)
{
	unsigned int ended = patience->ended, begun = patience->begun;

	if (begun != watch->begun || begun == ended)
		watch->looks = 0;
	watch->begun = begun;
	if (begun != ended)
		watch->looks++;
	return watch->looks;
}
