// SPDX-License-Identifier: MIT
/*
 * as_user COMMAND ARG...: runs it as a user with no privileges and no groups; busybox has
 * nothing for that.
 */
#include <grp.h>
#include <stdio.h>
#include <unistd.h>

#define NOBODY 1000

int main(int argc, char **argv)
{
	if (argc < 2 || setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY)) {
		perror("as_user");
		return 125;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
