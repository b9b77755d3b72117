// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts/program.h"
#include "support/recording.h"
#include "support/sysfs.h"

/* Nothing that is asked for its version takes as long. */
#define PATIENCE_MS 10000

/* Where distributions put daemons and, of Red Hat's, QEMU. */
#define MORE_PATHS ":/usr/sbin:/usr/libexec"

static bool is_program(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISREG(status.st_mode) && !access(path, X_OK);
}

static bool find_in(const char *directories, const char *name, struct program *program)
{
	for (const char *at = directories; *at; at += *at == ':') {
		int length = (int)strcspn(at, ":");

		if (*at == '/' &&
		    snprintf(program->path, sizeof(program->path), "%.*s/%s", length, at, name) <
			    (int)sizeof(program->path) &&
		    is_program(program->path))
			return true;
		at += length;
	}
	return false;
}

static bool find(const char *const *names, struct program *program)
{
	const char *path = getenv("PATH");
	char *directories;
	bool is_found = false;

	if (asprintf(&directories, "%s" MORE_PATHS, path ? path : "/usr/bin") < 0)
		return false;
	for (; !is_found && *names; names++)
		is_found = find_in(directories, *names, program);
	free(directories);
	return is_found;
}

/* Starts it with what it says going to @out, and nothing to read. Returns its ID, 0 if it fails. */
static pid_t start(const char *path, int out)
{
	char *const arguments[] = { (char *)path, "--version", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int ret;

	if (posix_spawn_file_actions_init(&actions))
		return 0;
	ret = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!ret)
		ret = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!ret)
		ret = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						       O_WRONLY, 0);
	if (!ret)
		ret = posix_spawn(&pid, path, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret ? 0 : pid;
}

/* The first bytes that it says; "" if it says nothing in time. */
static void listen_to(int in, char *text, size_t size)
{
	struct pollfd poll_in = { .fd = in, .events = POLLIN };
	ssize_t length = 0;

	if (poll(&poll_in, 1, PATIENCE_MS) > 0)
		length = read(in, text, size - 1);
	text[length > 0 ? length : 0] = '\0';
}

/* If it can't be started, @text stays as it is. */
static void ask(const char *path, char *text, size_t size)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return;
	pid = start(path, ends[1]);
	close(ends[1]);
	if (pid > 0) {
		listen_to(ends[0], text, size);
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
}

/* "QEMU emulator version 7.2.19 (Debian ...)", "libvirtd (libvirt) 9.0.0" */
static void take_version(const char *text, struct program *program)
{
	while (*text && !program->has_version) {
		text += strcspn(text, "0123456789");
		program->has_version = sscanf(text, "%u.%u", &program->major, &program->minor) == 2;
		while (isdigit((unsigned char)*text))
			text++;
	}
}

/* A recording has two lines: where the program is, and what it says. */

static void take_recorded(const struct recorded *recorded, struct program *program)
{
	const char *end = recorded->error ? NULL : strchr(recorded->data, '\n');

	if (recorded->error == -ENOENT)
		program->is_found = FACT_NO;
	if (!end || (size_t)(end - recorded->data) >= sizeof(program->path))
		return;
	program->is_found = FACT_YES;
	memcpy(program->path, recorded->data, (size_t)(end - recorded->data));
	take_version(end, program);
}

static void record(struct recording *recording, const char *title, const struct program *program,
		   const char *says)
{
	struct path key = path_of(PROGRAM_DIRECTORY "/%s", title);
	char *text = NULL;
	int length = program->is_found == FACT_YES
			     ? asprintf(&text, "%s\n%s\n", program->path, says)
			     : 0;

	recording_add(recording, RECORDED_CONTENT, key.text, text ? 0 : -ENOENT, text,
		      (size_t)length);
}

static void take_from_host(const char *title, const char *const *names, struct program *program)
{
	struct recording *recording = recording_in_use();
	char says[256] = "";

	program->is_found = fact_of(find(names, program));
	if (program->is_found == FACT_YES)
		ask(program->path, says, sizeof(says));
	says[strcspn(says, "\n")] = '\0';
	take_version(says, program);
	if (recording)
		record(recording, title, program, says);
}

static void take(const char *title, const char *const *names, struct program *program)
{
	struct recording *recording = recording_in_use();

	*program = (struct program){ 0 };
	if (recording && !recording->is_made)
		take_recorded(
			recording_ask(recording, RECORDED_CONTENT,
				      path_of("%s/" PROGRAM_DIRECTORY "/%s", recording->root, title)
					      .text),
			program);
	else
		take_from_host(title, names, program);
}

void program_find_qemu(struct program *program)
{
	struct utsname machine;
	char name[sizeof("qemu-system-") + sizeof(machine.machine)];
	const char *const names[] = { name, "qemu-kvm", NULL };

	uname(&machine);
	snprintf(name, sizeof(name), "qemu-system-%s", machine.machine);
	take("qemu", names, program);
}

void program_find_libvirt(struct program *program)
{
	static const char *const names[] = { "virtqemud", "libvirtd", NULL };

	take("libvirt", names, program);
}

bool program_since(const struct program *program, unsigned int major, unsigned int minor)
{
	return program->major != major ? program->major > major : program->minor >= minor;
}
