// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

int run(char *const *command)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execvp(*command, command);
		perror(*command);
		_exit(2);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		perror("fork");
		return 2;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
