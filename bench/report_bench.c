// SPDX-License-Identifier: MIT
/*
 * report_bench: what `vpasid report` costs. A page about a made host of 1,000 to 20,000 functions,
 * as the ratio to `vpasid list` of it; and a page about 10 to 1,000 recordings of one of 16.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cost.h"
#include "facts/recording_file.h"
#include "list/list.h"
#include "record/record.h"
#include "report/page.h"
#include "report/text.h"
#include "support/made_host.h"
#include "support/scratch.h"
#include "support/sysfs.h"

#define ROUNDS	     3
#define FUNCTIONS    16
#define MOST_RECORDS 1000

static struct page_options options = { PURPOSE_VMM, PURPOSES };
static struct scratch scratch;

/* What a child does, and tells its parent of by the size of the page. */
typedef size_t work(const struct path *made, size_t count);

struct cost {
	double seconds[ROUNDS];
	long kib; /* of memory, at most */
	size_t bytes;
};

static void fail(const char *what)
{
	fprintf(stderr, "report_bench: %s failed\n", what);
	exit(1);
}

static size_t list(const struct path *made, size_t count)
{
	struct host host;
	struct list chosen;

	(void)count;
	host_open(&host, path_of("%s/sys", made->text).text, made->text, false);
	if (list_select(&host, &(struct list_choice){ 0 }, &chosen, NULL))
		fail("list");
	list_free(&chosen);
	host_close(&host);
	return 0;
}

static size_t close_page(struct text *text)
{
	if (!text_close(text))
		fail("a page");
	free(text->content);
	return text->size;
}

static size_t report(const struct path *made, size_t count)
{
	struct host host;
	struct text text;

	(void)count;
	host_open(&host, path_of("%s/sys", made->text).text, made->text, false);
	if (!text_open(&text) || page_of_host(text.stream, &host, &options, NULL))
		fail("report");
	host_close(&host);
	return close_page(&text);
}

static size_t report_several(const struct path *made, size_t count)
{
	static const char *recordings[MOST_RECORDS];
	struct path recording = path_of("%s/recording", made->text);
	struct text text;
	size_t failed;

	for (size_t i = 0; i < count; i++)
		recordings[i] = recording.text;
	if (!text_open(&text) ||
	    page_of_several(text.stream, recordings, count, false, &options, &failed, NULL) ||
	    failed)
		fail("report of several");
	return close_page(&text);
}

/* Each in a process of its own, for its memory and the time of the processor. */
static void measure(work *run, const struct path *made, size_t count, int round, struct cost *cost)
{
	struct rusage usage;
	int status, ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		fail("pipe");
	child = fork();
	if (!child) {
		size_t size = run(made, count);

		_exit(write(ends[1], &size, sizeof(size)) != sizeof(size));
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &cost->bytes, sizeof(cost->bytes)) < 0 ||
	    wait4(child, &status, 0, &usage) < 0 || status)
		fail("a child");
	close(ends[0]);
	cost->seconds[round] = cost_seconds(&usage);
	cost->kib = usage.ru_maxrss;
}

static struct path make_host(size_t count)
{
	struct path made = path_of("%s/%zu", scratch.path, count);

	if (mkdir(made.text, 0755) || mkdir(path_of("%s/sys", made.text).text, 0755) ||
	    made_host(path_of("%s/sys", made.text).text, count))
		fail("making a host");
	return made;
}

static void try_host(size_t count)
{
	struct path made = make_host(count);
	struct cost listed, reported;
	double ratios[ROUNDS];

	/* Ratios are made within a round, so that a noisy machine slows both sides. */
	for (int round = 0; round < ROUNDS; round++) {
		measure(list, &made, count, round, &listed);
		measure(report, &made, count, round, &reported);
		ratios[round] = reported.seconds[round] / listed.seconds[round];
	}
	printf("%10zu functions  %8.1f  %10.1f  %10ld  %10zu\n", count, cost_median(ratios, ROUNDS),
	       cost_median(reported.seconds, ROUNDS) * 1e6 / (double)count, reported.kib,
	       reported.bytes);
	fflush(stdout);
}

static void record(const struct path *made)
{
	struct recording recording = { .root = made->text };
	struct recording_origin origin = { .is_root = true };
	struct record_gaps gaps;
	int fd = open(path_of("%s/recording", made->text).text,
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (record_host(&recording, false, &gaps, NULL) ||
	    recording_save(&recording, &origin, fd, NULL))
		fail("record");
	recording_free(&recording);
}

static void try_recordings(const struct path *made, size_t count)
{
	struct cost cost;

	for (int round = 0; round < ROUNDS; round++)
		measure(report_several, made, count, round, &cost);
	printf("%10zu recordings %8s  %10.1f  %10ld  %10zu\n", count, "",
	       cost_median(cost.seconds, ROUNDS) * 1e6 / (double)count, cost.kib, cost.bytes);
	fflush(stdout);
}

int main(void)
{
	static const size_t functions[] = { 1000, 5000, 20000 };
	static const size_t recordings[] = { 10, 100, MOST_RECORDS };
	struct path made;

	options.quirks = place_load_quirks(NULL, NULL);
	if (!options.quirks || scratch_make(&scratch))
		fail("starting");
	printf("%20s  %8s  %10s  %10s  %10s\n", "a page about", "to list", "us for each",
	       "KiB memory", "bytes");
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		try_host(functions[i]);
	made = make_host(FUNCTIONS);
	record(&made);
	for (size_t i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++)
		try_recordings(&made, recordings[i]);
	return scratch_remove(&scratch) ? 1 : 0;
}
