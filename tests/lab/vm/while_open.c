// SPDX-License-Identifier: MIT
/*
 * while_open BDF VF_TOKEN COMMAND ARG...: runs a command while a user of VFIO has the function
 * open. VF_TOKEN may be "". Ends with the command's status.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 4)
		return 2;
	open_device(argv[1], *argv[2] ? argv[2] : NULL);

	pid = fork();
	if (!pid) {
		execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(2);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		perror("while_open");
		return 2;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
