// SPDX-License-Identifier: MIT
/*
 * agreement_property [COUNT [SEED [DIRECTORY]]]: makes random hosts, and asks all commands that
 * take --sysfs about their functions. All must give the same answers, in text, in JSON and in
 * both exports; if it is known how a function was made, that must be the answer. For some hosts
 * the same is done with --file and a dump.
 *
 * query and try are left out: they open functions through VFIO, which isn't possible here.
 *
 * Run it from the project's root, where the schemas are.
 *
 * Host N of seed S is host 0 of seed S + N. With DIRECTORY, the first host is also written
 * there, and stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vpasid/quirks.h>

#include "agreement/ask.h"
#include "agreement/checks.h"
#include "agreement/report.h"
#include "pci/names.h"
#include "support/schema.h"
#include "support/scratch.h"

#define DEFAULT_COUNT 2500
#define EXAMPLES      3
#define DUMPED	      8	  /* one host in so many is also dumped */
#define CHECKED	      100 /* the JSON of one host in so many is checked against the schemas */

static struct random rng;
static struct made_host host;
static struct answers answers, of_dump;
static struct scratch scratch;
static FILE *checker;
static uint64_t number;
static uint64_t seed = 1;

/* Stand-ins for what takes long, or differs from machine to machine */

int __wrap_names_look_up(struct names_request *requests, size_t count, struct why *why);
int __wrap_vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error);

/* Without pci.ids. */
int __wrap_names_look_up(struct names_request *requests, size_t count, struct why *why)
{
	(void)why;
	for (size_t i = 0; i < count; i++) {
		struct names_request *request = &requests[i];

		if (request->name)
			snprintf(request->name, NAMES_SIZE, "device %04x:%04x", request->vendor,
				 request->device);
		if (request->subsystem_name)
			snprintf(request->subsystem_name, NAMES_SIZE, "subsystem %04x:%04x",
				 request->subsystem_vendor, request->subsystem_device);
		if (request->class_name)
			snprintf(request->class_name, NAMES_SIZE, "class %06x", request->class);
	}
	return 0;
}

/* Without the quirks of this machine. */
int __wrap_vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error)
{
	static const char text[] = "device 8086:a250\nsource \"made\"\nhidden 0xf00-0xfff\n"
				   "device 1234:a250\nsource \"made\"\noffset 0x800\n";

	return vpasid_quirks_parse(quirks, text, strlen(text), "made", error);
}

/* If a command crashes or hangs */

static int own_stdout;
static char which_host[96]; /* for the message */

static void print_end(int signal_number)
{
	const char *command = ask_running;

	if (write(own_stdout, which_host, strlen(which_host)) < 0 ||
	    write(own_stdout, command, strlen(command)) < 0 || write(own_stdout, "\n", 1) < 0)
		_exit(1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS,	 SIGABRT, SIGFPE,
				       SIGILL,	SIGTERM, SIGINT,  SIGALRM };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], print_end);
}

static void must_write(int directory)
{
	int ret = made_tree_write(&host.tree, directory);

	if (!ret)
		return;
	printf("Bail out! host %" PRIu64 " of seed %" PRIu64 " can't be written: %s\n", number,
	       seed, strerror(-ret));
	exit(1);
}

/* This takes as long as the tree, so it isn't done for all hosts. */
static void ask_about_dump(void)
{
	FILE *dump;

	answers_clear(&of_dump);
	if (random_below(&rng, DUMPED) || !has_dump(&host))
		return;
	tell_made_dump(&of_dump, &host);
	dump = fopen("dump", "w");
	if (!dump) {
		perror("dump");
		abort();
	}
	random_host_dump(&host, dump);
	fclose(dump);
	ask_dump(&of_dump, "dump", &rng);
	tell_rules_of_dump(&of_dump);
	unlink("dump");
}

/* Makes a host and collects the answers about it. */
static void ask_about(uint64_t which)
{
	number = which;
	snprintf(which_host, sizeof(which_host),
		 "Bail out! it ends in host %" PRIu64 " of seed %" PRIu64 ": ", number, seed);
	/* each host has a seed of its own, so that it can be looked at alone */
	random_seed(&rng, seed + which);
	random_host(&rng, &host);
	must_write(scratch.directory);
	ask_checker = which % CHECKED ? NULL : checker;
	answers_clear(&answers);
	tell_made(&answers, &host);
	ask_sysfs(&answers, &host, &rng);
	tell_rules(&answers, &host);
	made_tree_remove(&host.tree, scratch.directory);
	ask_about_dump();
}

static void write_first(const char *path)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY);

	if (directory < 0) {
		perror(path);
		exit(2);
	}
	random_seed(&rng, seed);
	random_host(&rng, &host);
	must_write(directory);
	close(directory);
}

static void print_examples(void)
{
	uint64_t numbers[EXAMPLES];
	size_t count = report_examples(numbers, EXAMPLES);

	for (size_t i = 0; i < count; i++) {
		ask_about(numbers[i]);
		report_host(&host, number, stdout);
		report_answers(&answers, stdout);
		if (of_dump.count)
			fputs("# Of its dump:\n", stdout);
		report_answers(&of_dump, stdout);
	}
	printf("# Host N alone: agreement_property 1 $((%" PRIu64 " + N)) [DIRECTORY]\n", seed);
}

static void show_progress(uint64_t count)
{
	if (number % 100 == 0)
		fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " hosts", number, count);
	if (number + 1 == count)
		fputs("\r\033[K", stderr);
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 0) : DEFAULT_COUNT;
	bool is_watched = isatty(STDERR_FILENO), is_valid;
	int ret;

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	if (argc > 3)
		write_first(argv[3]);
	ret = scratch_make(&scratch);
	/* Not before: the process that looks after the directory would keep its pipe open. */
	checker = schema_check_begin();
	/* As ".", the tree has shorter paths, which saves time. */
	if (!ret && fchdir(scratch.directory))
		ret = -errno;
	if (ret) {
		printf("Bail out! /dev/shm: %s\n", strerror(-ret));
		return 1;
	}
	own_stdout = dup(STDOUT_FILENO);
	catch_signals();
	for (uint64_t i = 0; i < count; i++) {
		alarm(60);
		ask_about(i);
		report_compare(&answers, &host, i, false);
		report_compare(&of_dump, &host, i, true);
		if (is_watched)
			show_progress(count);
	}
	alarm(0);
	is_valid = schema_check_end(checker);
	checker = NULL;
	report_print(count, is_valid, stdout);
	if (!report_is_clean())
		print_examples();
	scratch_remove(&scratch);
	return !report_is_clean() || !is_valid;
}
