// SPDX-License-Identifier: MIT
/*
 * The users of the long run, in the place of hammer_users.c: processes with threads that perform
 * one program after another. Threads of a process also act on what their neighbour has open.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hammer.h"
#include "hammer_cdev.h"
#include "long.h"

#define PROCESSES 2
#define THREADS	  3

static struct user threads[THREADS];
static unsigned int this_process;
static bool has_iommufd;

static bool is_described(const struct call *call)
{
	return call >= calls && call < calls + calls_count;
}

/* All but those that close what is open at the end */
static void count(const struct call *call, long ret)
{
	struct counts *counts;

	if (!is_described(call))
		return;
	counts = &long_shared->counts[call - calls];
	counts->made++;
	counts->well += ret >= 0;
	long_shared->calls++;
}

static bool has_device(const struct user *user)
{
	for (unsigned int slot = 0; slot < SLOTS; slot++)
		if (user->slots[DEVICE_FD][slot].value >= 0)
			return true;
	return false;
}

/* It closes what it has opened, as unbinding waits for that. */
static void perform_program(struct user *user)
{
	static _Thread_local struct action actions[MAX_ACTIONS];
	unsigned int length = program_make(&user->id, has_iommufd, actions);

	for (unsigned int i = 0; i < length; i++) {
		/* a program that could not open a device only closes what is open */
		if (!actions[i].is_opening && is_described(actions[i].call) && !has_device(user))
			continue;
		count(actions[i].call, action_perform(user, &actions[i]));
	}
	long_shared->programs++;
}

static void *use(void *thread)
{
	unsigned int index = (unsigned int)(uintptr_t)thread;
	struct user *user = &threads[index];

	user->id = (struct program_id){ .seed = long_seed,
					.generation = long_shared->generation,
					.process = this_process,
					.thread = index };
	for (; !shared->stop; user->id.number++)
		perform_program(user);
	return NULL;
}

static void run_threads(void)
{
	pthread_t started[THREADS];

	has_iommufd = !access(IOMMUFD, F_OK);
	for (unsigned int i = 0; i < THREADS; i++) {
		threads[i].neighbour = &threads[(i + 1) % THREADS];
		if (!user_init(&threads[i]))
			_exit(1);
	}
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&started[i], NULL, use, (void *)i))
			_exit(1);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(started[i], NULL);
}

/*
 * Whoever kills the first process kills all. What programs do follows from the seed of the whole
 * run, not from this one.
 */
bool users_run(uint32_t seed)
{
	int status;
	bool well = true;

	(void)seed;
	long_shared->generation++;
	while (this_process + 1 < PROCESSES) {
		pid_t child = fork();

		if (child < 0)
			return false;
		if (child)
			break;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		this_process++;
	}
	run_threads();
	while (wait(&status) > 0)
		well &= !status;
	return well;
}

/* These users take no orders. */
int users_order(enum order order, int function)
{
	(void)order;
	(void)function;
	return -ENOSYS;
}
