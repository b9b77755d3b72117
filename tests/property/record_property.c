// SPDX-License-Identifier: MIT
/*
 * record_property [COUNT [SEED]]: makes random hosts, records each, and asks the commands about it
 * and about its recording. What they print must be the same to the byte.
 *
 * Host N of seed S is host 0 of seed S + N.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vpasid/quirks.h>

#include "agreement/random_host.h"
#include "cmd.h"
#include "facts/host.h"
#include "pci/names.h"
#include "record/record.h"
#include "support/command.h"
#include "support/output.h"
#include "support/scratch.h"
#include "support/sysfs.h"

#define DEFAULT_COUNT 1000
#define MAX_ARGUMENTS (MAX_FUNCTIONS + 8)
#define MAX_DIFFERENT 10

static struct random rng;
static struct made_host made;
static struct scratch scratch;
static struct path sysfs, recording;
static struct ran live, recorded;
static uint64_t questions, different;
static const char *function; /* that is asked about */

/* Stand-ins: the made host for this one, and for what takes long or differs between machines */

void __real_host_open(struct host *host, const char *at, const char *root, bool wakes);
void __wrap_host_open(struct host *host, const char *at, const char *root, bool wakes);
int __real_host_open_recording(struct host *host, const char *path, const char *root, bool wakes,
			       struct why *why);
int __wrap_host_open_recording(struct host *host, const char *path, const char *root, bool wakes,
			       struct why *why);
int __wrap_names_look_up(struct names_request *requests, size_t count, struct why *why);
int __wrap_vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error);
int __real_record_host(struct recording *recording, bool wakes, struct record_gaps *gaps,
		       struct why *why);
int __wrap_record_host(struct recording *recording, bool wakes, struct record_gaps *gaps,
		       struct why *why);

void __wrap_host_open(struct host *host, const char *at, const char *root, bool wakes)
{
	if (root && !*root)
		__real_host_open(host, sysfs.text, scratch.path, wakes);
	else
		__real_host_open(host, at, root, wakes);
}

int __wrap_host_open_recording(struct host *host, const char *path, const char *root, bool wakes,
			       struct why *why)
{
	(void)root;
	return __real_host_open_recording(host, path, scratch.path, wakes, why);
}

int __wrap_record_host(struct recording *to, bool wakes, struct record_gaps *gaps, struct why *why)
{
	to->root = scratch.path;
	return __real_record_host(to, wakes, gaps, why);
}

int __wrap_names_look_up(struct names_request *requests, size_t count, struct why *why)
{
	(void)requests;
	(void)count;
	(void)why;
	return 0;
}

int __wrap_vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error)
{
	(void)quirks;
	(void)error;
	return 0;
}

static const char *differing(void)
{
	if (strcmp(live.out, recorded.out) != 0)
		return "standard output";
	if (strcmp(live.err, recorded.err) != 0)
		return "standard error";
	return live.status != recorded.status ? "exit status" : NULL;
}

/* The first line that differs */
static void tell(const char *what, const char *one, const char *other)
{
	while (*one && *one == *other) {
		one++;
		other++;
	}
	printf("#   %s: \"%.*s\" is \"%.*s\"\n", what, (int)strcspn(one, "\n"), one,
	       (int)strcspn(other, "\n"), other);
}

static void compare(uint64_t host, const char *name, int (*command)(int argc, char **argv),
		    const char **arguments)
{
	size_t count = 0;
	const char *what;

	while (arguments[count])
		count++;
	command_run_array(&live, command, arguments);
	arguments[count] = "--record";
	arguments[count + 1] = recording.text;
	command_run_array(&recorded, command, arguments);
	arguments[count] = NULL;
	questions++;
	what = differing();
	if (!what || ++different > MAX_DIFFERENT)
		return;
	printf("# host %" PRIu64 ", %s %s: another %s\n", host, name, function, what);
	tell("standard output", live.out, recorded.out);
	tell("standard error", live.err, recorded.err);
}

#define COMPARE(host, name, ...) \
	compare(host, #name, cmd_##name, (const char *[MAX_ARGUMENTS]){ __VA_ARGS__, NULL })

static void compare_all(uint64_t host)
{
	const char *wakes = made.wakes ? "--wake" : NULL;

	function = "";
	COMPARE(host, list, "--all", wakes);
	COMPARE(host, list, "--all", "--json", wakes);
	COMPARE(host, export, "--format", "prometheus", "--for", "vmm", wakes);
	COMPARE(host, check, "--for", "vmm", wakes);
	COMPARE(host, check, "--for", "sva", "--json", wakes);
	for (int i = 0; i < made.count; i++) {
		function = made.functions[i].bdf;
		COMPARE(host, show, function, wakes);
		COMPARE(host, show, "--json", function, wakes);
		COMPARE(host, explain, function, wakes);
		COMPARE(host, explain, "--for", "guest-sva", "--json", function, wakes);
		COMPARE(host, map, "--json", function, wakes);
		COMPARE(host, place, "--format", "json", "--cap", "pasid,pri,ats", function, wakes);
		COMPARE(host, vm, "--for", "qemu", "--json", function, wakes);
	}
}

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path_of("%s/%s", scratch.path, path).text, "we");

	if (!file)
		return -errno;
	fputs(text, file);
	return fclose(file) ? -errno : 0;
}

static void ask_about(uint64_t which, uint64_t seed)
{
	int directory = open(sysfs.text, O_RDONLY | O_DIRECTORY);

	random_seed(&rng, seed + which);
	random_host(&rng, &made);
	if (directory < 0 || made_tree_write(&made.tree, directory)) {
		printf("Bail out! host %" PRIu64 " can't be written\n", which);
		exit(1);
	}
	if (made.wakes)
		command_run(&live, cmd_record, "--wake", "-o", recording.text, NULL);
	else
		command_run(&live, cmd_record, "-o", recording.text, NULL);
	if (live.status != EXIT_ERROR)
		compare_all(which);
	else if (made.count)
		printf("# host %" PRIu64 ": %s", which, live.err);
	unlink(recording.text);
	made_tree_remove(&made.tree, directory);
	close(directory);
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 0) : DEFAULT_COUNT;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	int ret = scratch_make(&scratch);

	/* Programs of this machine aren't run thousands of times. */
	setenv("PATH", "/dev/null", 1);
	sysfs = path_of("%s/sys", scratch.path);
	recording = path_of("%s/recording", scratch.path);
	if (ret || mkdir(sysfs.text, 0755) || mkdir(path_of("%s/proc", scratch.path).text, 0755) ||
	    write_file("proc/cmdline", "quiet intel_iommu=on,sm_on\n")) {
		printf("Bail out! /dev/shm: %s\n", strerror(ret ? -ret : errno));
		return 1;
	}
	for (uint64_t i = 0; i < count; i++)
		ask_about(i, seed);
	printf("%sok 1 - %" PRIu64 " hosts, %" PRIu64 " questions, %" PRIu64
	       " with another answer by the recording\n1..1\n",
	       different || questions < count ? "not " : "", count, questions, different);
	scratch_remove(&scratch);
	return different || questions < count;
}
