// SPDX-License-Identifier: MIT
/*
 * agreement_property [COUNT [SEED [DIRECTORY]]]: made hosts, and what every command that
 * looks at a recorded sysfs says of their functions: it must be the same, in text, in JSON
 * and in both exports; and where the maker of a host knows the answer, it must be that one.
 *
 * query and try are left out: they open functions through VFIO, which a tree hasn't.
 *
 * Host N of seed S is host 0 of seed S + N. With a DIRECTORY the first host is written
 * there, to be looked at, and stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <pci/pci.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vpasid/quirks.h>

#include "agreement/checks.h"
#include "agreement/command.h"
#include "agreement/readers.h"
#include "agreement/report.h"
#include "cmd.h"
#include "support/scratch.h"

#define DEFAULT_COUNT 10000
#define EXAMPLES      3

static struct random rng;
static struct made_host host;
static struct answers answers;
static struct scratch scratch;
static uint64_t number;
static uint64_t seed = 1;

/* What takes long, and what differs from machine to machine */

static char ids_path[32];

struct pci_access *__real_pci_alloc(void);
struct pci_access *__wrap_pci_alloc(void);
int __wrap_vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error);

/* A pci.ids of one device: all of it would be parsed anew for each command. */
static void make_ids(void)
{
	static const char ids[] = "1234  Made\n\t5678  Made device\n";
	int file = memfd_create("pci.ids", MFD_CLOEXEC);

	if (file < 0 || write(file, ids, strlen(ids)) < 0) {
		perror("pci.ids");
		exit(1);
	}
	snprintf(ids_path, sizeof(ids_path), "/proc/self/fd/%d", file);
}

struct pci_access *__wrap_pci_alloc(void)
{
	struct pci_access *access = __real_pci_alloc();

	pci_set_name_list_path(access, ids_path, 0);
	return access;
}

/* Instead of those that are installed. */
int __wrap_vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error)
{
	static const char text[] = "device 8086:a250\nsource \"made\"\nhidden 0xf00-0xfff\n"
				   "device 1234:a250\nsource \"made\"\noffset 0x800\n";

	return vpasid_quirks_parse(quirks, text, strlen(text), "made", error);
}

/* How it ends if it doesn't come to its end */

static int own_stdout;
static char which_host[96]; /* a line's beginning */

static void print_end(int signal_number)
{
	const char *command = command_running;

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

/* Commands */

#define RUN(output, command, ...) \
	command_run(command, (const char *const[]){ __VA_ARGS__, NULL }, output)

static const char *wake(void)
{
	return host.wakes ? "--wake" : NULL;
}

/* With --wake, if that is due, and the BDFs of all functions behind the options. */
static void run_for_all(int (*command)(int argc, char **argv), const char *const *options,
			struct output *output)
{
	const char *arguments[8 + MAX_FUNCTIONS] = { NULL };
	int count = 0;

	for (; options[count]; count++)
		arguments[count] = options[count];
	if (wake())
		arguments[count++] = wake();
	for (int i = 0; i < host.count; i++)
		arguments[count++] = host.functions[i].bdf;
	if (host.wakes)
		arguments[count++] = "--wake";
	command_run(command, arguments, output);
}

#define RUN_FOR_ALL(output, command, ...) \
	run_for_all(command, (const char *const[]){ __VA_ARGS__, NULL }, output)

static void read_json(const char *text,
		      void (*read)(struct answers *answers, struct json_object *report))
{
	struct json_object *report = json_tokener_parse(text);

	read(&answers, report);
	json_object_put(report);
}

static void run_list(void)
{
	struct output output;

	RUN(&output, cmd_list, "list", "--sysfs", ".", "-a", "-p", wake());
	read_list(&answers, FROM_LIST, output.out);
	RUN(&output, cmd_list, "list", "--sysfs", ".", "-a", "--json", wake());
	read_json(output.out, read_list_json);
	RUN(&output, cmd_list, "list", "--sysfs", ".", "-p", wake());
	read_list(&answers, FROM_SHORT_LIST, output.out);
}

static void run_show(void)
{
	struct output output;

	RUN_FOR_ALL(&output, cmd_show, "show", "--sysfs", ".");
	read_show(&answers, output.out);
	RUN_FOR_ALL(&output, cmd_show, "show", "--sysfs", ".", "--json");
	read_json(output.out, read_show_json);
}

/* Of one function only in text, too: explain reads all of the path up from each. */
static void run_explain(void)
{
	int in_text = (int)random_below(&rng, (unsigned int)host.count);
	struct output output;

	for (int i = 0; i < host.count; i++) {
		struct subject *subject = &answers.subjects[i];

		RUN(&output, cmd_explain, "explain", "--sysfs", ".", subject->name, "--json",
		    wake());
		read_json(output.out, read_explain_json);
		read_explain_status(&answers, subject, output.status);
		if (i != in_text)
			continue;
		RUN(&output, cmd_explain, "explain", "--sysfs", ".", subject->name, wake());
		read_explain(&answers, subject, output.out);
	}
}

static void run_place(void)
{
	struct output output;

	RUN_FOR_ALL(&output, cmd_map, "map", "--sysfs", ".");
	read_map(&answers, output.out);
	RUN_FOR_ALL(&output, cmd_map, "map", "--sysfs", ".", "--json");
	read_json(output.out, read_map_json);
	RUN_FOR_ALL(&output, cmd_place, "place", "--sysfs", ".");
	read_place(&answers, output.out);
	RUN_FOR_ALL(&output, cmd_place, "place", "--sysfs", ".", "--format", "json");
	read_json(output.out, read_place_json);
}

static void run_export(void)
{
	struct output output;

	RUN(&output, cmd_export, "export", "--sysfs", ".", "--format", "prometheus", wake());
	read_prometheus(&answers, output.out);
	RUN(&output, cmd_export, "export", "--sysfs", ".", "--format", "nfd", wake());
	read_nfd(&answers, output.out);
}

/* What a command leaves out, it doesn't tell. */
static void tell_left_out(void)
{
	static const enum source sources[] = { FROM_LIST, FROM_LIST_JSON, FROM_SHOW, FROM_SHOW_JSON,
					       FROM_EXPLAIN_JSON };

	for (int i = 0; i < host.count; i++)
		for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++)
			tell_bool(&answers, &answers.subjects[i], FACT_TOLD, sources[s], false);
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

/* Makes a host, asks every command, and leaves the answers. */
static void ask_about(uint64_t which)
{
	number = which;
	snprintf(which_host, sizeof(which_host),
		 "Bail out! it ends in host %" PRIu64 " of seed %" PRIu64 ": ", number, seed);
	/* each by its own number, so that one can be looked at alone */
	random_seed(&rng, seed + which);
	random_host(&rng, &host);
	must_write(scratch.directory);
	answers_clear(&answers);
	tell_made(&answers, &host);
	run_list();
	run_show();
	run_explain();
	run_place();
	run_export();
	tell_left_out();
	tell_rules(&answers, &host);
	made_tree_remove(&host.tree, scratch.directory);
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
		report_host(&answers, &host, number, stdout);
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
	bool is_watched = isatty(STDERR_FILENO);
	int ret;

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	if (argc > 3)
		write_first(argv[3]);
	ret = scratch_make(&scratch);
	/* With "." for the tree, all its paths are shorter by a third. */
	if (!ret && fchdir(scratch.directory))
		ret = -errno;
	if (ret) {
		printf("Bail out! /dev/shm: %s\n", strerror(-ret));
		return 1;
	}
	make_ids();
	own_stdout = dup(STDOUT_FILENO);
	catch_signals();
	for (uint64_t i = 0; i < count; i++) {
		alarm(60);
		ask_about(i);
		report_compare(&answers, &host, i);
		if (is_watched)
			show_progress(count);
	}
	alarm(0);
	report_print(count, stdout);
	if (!report_is_clean())
		print_examples();
	scratch_remove(&scratch);
	return !report_is_clean();
}
