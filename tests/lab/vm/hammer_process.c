// SPDX-License-Identifier: MIT
/*
 * The process of the users: those of hammer (hammer_users.c), or of the long run (long_users.c).
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hammer.h"

int users_start(uint32_t seed)
{
	int process;

	shared->stop = false;
	shared->spared = 0;
	shared->done = shared->ordered;
	process = fork();
	if (process)
		return process;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* on one CPU, the disturbing process has priority */
	if (nice(5) < 0)
		_exit(1);
	_exit(!users_run(seed));
}

bool users_stop(int process)
{
	int status;

	shared->stop = true;
	return waitpid(process, &status, 0) == process && !status;
}
