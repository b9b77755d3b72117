// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "made_program.h"

#define MAX_ARGUMENTS 32

int program_without = -1;
const struct rlimit *program_files;

__attribute__((noreturn)) static void run(const char *const *arguments, int out, int err)
{
	static const int signals[] = { SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS };
	char *argv[MAX_ARGUMENTS + 2] = { "vpasid-device" };
	int argc = 1;

	prctl(PR_SET_PDEATHSIG, SIGTERM); /* if the test fails */
	/* cmocka would go on with the next test. */
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	for (; argc <= MAX_ARGUMENTS && arguments[argc - 1]; argc++)
		argv[argc] = strdup(arguments[argc - 1]);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	optind = 0; /* getopt() begins anew */
	if (program_files)
		setrlimit(RLIMIT_NOFILE, program_files);
	if (program_without >= 0)
		close(program_without);
	exit(device_main(argc, argv));
}

/* Reads up to @end, or until nobody can write any more. */
static void read_until(int fd, char end, char *text, size_t size)
{
	size_t length = 0;

	while (length < size - 1 && read(fd, text + length, 1) == 1 && text[length] != end)
		length++;
	text[length] = '\0';
}

static void wait_for_end(struct program *program)
{
	int status;

	read_until(program->errors, '\0', program->error, sizeof(program->error));
	close(program->errors);
	waitpid(program->pid, &status, 0);
	program->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void program_start(struct program *program, const char *const *arguments)
{
	int out[2], err[2];

	*program = (struct program){ .status = -1 };
	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		abort();
	fflush(stdout);
	program->pid = fork();
	if (program->pid < 0)
		abort();
	if (!program->pid) {
		close(out[0]);
		close(err[0]);
		run(arguments, out[1], err[1]);
	}
	close(out[1]);
	close(err[1]);
	program->errors = err[0];
	read_until(out[0], '\n', program->says, sizeof(program->says));
	close(out[0]);
	if (!program->says[0])
		wait_for_end(program);
}

int program_end(struct program *program, int signal)
{
	if (program->status < 0) {
		kill(program->pid, signal);
		wait_for_end(program);
	}
	return program->status;
}
