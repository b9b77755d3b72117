// SPDX-License-Identifier: MIT
/*
 * record_bench [FUNCTIONS...]: what `vpasid record` costs on made hosts of 1,000 to 20,000
 * functions, or of so many, and `vpasid list` of the recording, as ratios to `vpasid list` of the
 * host itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cost.h"
#include "facts/recording_file.h"
#include "list/list.h"
#include "record/record.h"
#include "support/made_host.h"
#include "support/scratch.h"
#include "support/sysfs.h"

#define ROUNDS 3

enum contender {
	LIST,
	RECORD,
	READ,
	CONTENDERS
};

/* One made host, and what it has cost. */
struct made {
	const char *path;
	size_t count;
	double seconds[CONTENDERS][ROUNDS];
	long kib[CONTENDERS]; /* of memory, at most */
};

static struct path recording_of(const struct made *made)
{
	return path_of("%s/recording", made->path);
}

static int list(struct host *host)
{
	struct list chosen;
	int ret = list_select(host, &(struct list_choice){ 0 }, &chosen, NULL);

	if (!ret)
		list_free(&chosen);
	host_close(host);
	return ret;
}

static int list_host(const struct made *made)
{
	struct path sysfs = path_of("%s/sys", made->path);
	struct host host;

	host_open(&host, sysfs.text, made->path, false);
	return list(&host);
}

static int list_recording(const struct made *made)
{
	struct host host;
	int ret = host_open_recording(&host, recording_of(made).text, "", false, NULL);

	return ret ? ret : list(&host);
}

static int record(const struct made *made)
{
	struct recording recording = { .root = made->path };
	struct recording_origin origin = { .is_root = true };
	struct record_gaps gaps;
	int ret = record_host(&recording, false, &gaps, NULL);

	if (!ret)
		ret = recording_save(&recording, &origin,
				     open(recording_of(made).text,
					  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
				     NULL);
	recording_free(&recording);
	return ret;
}

static int (*const contenders[CONTENDERS])(const struct made *made) = {
	[LIST] = list_host,
	[RECORD] = record,
	[READ] = list_recording,
};

/* Each in a process of its own, for its memory, and its processor's time: others don't count. */
static void measure(enum contender contender, struct made *made, int round)
{
	struct rusage usage;
	pid_t child = fork();
	int status;

	if (!child)
		_exit(contenders[contender](made) ? 1 : 0);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status) {
		fprintf(stderr, "record_bench: contender %d failed\n", contender);
		exit(1);
	}
	made->seconds[contender][round] = cost_seconds(&usage);
	made->kib[contender] = usage.ru_maxrss;
}

/* Made within a round, so that a noisy machine slows both sides. */
static double ratio(const struct made *made, enum contender contender)
{
	double ratios[ROUNDS];

	for (int round = 0; round < ROUNDS; round++)
		ratios[round] = made->seconds[contender][round] / made->seconds[LIST][round];
	return cost_median(ratios, ROUNDS);
}

static void report(struct made *made)
{
	double to_record = ratio(made, RECORD), to_read = ratio(made, READ);
	struct stat status;

	if (stat(recording_of(made).text, &status))
		exit(1);
	printf("%9zu  %11.1f  %8.1f  %8.1f  %10ld  %10ld  %10ld\n", made->count,
	       cost_median(made->seconds[RECORD], ROUNDS) * 1e6 / (double)made->count, to_record,
	       to_read, made->kib[RECORD], made->kib[READ], (long)status.st_size);
	fflush(stdout);
}

static void try_host(struct made *made)
{
	struct scratch scratch;
	struct path sysfs;

	if (scratch_make(&scratch)) {
		perror("scratch");
		exit(1);
	}
	made->path = scratch.path;
	sysfs = path_of("%s/sys", made->path);
	if (mkdir(sysfs.text, 0755) || made_host(sysfs.text, made->count)) {
		perror(made->path);
		exit(1);
	}
	for (int round = 0; round < ROUNDS; round++)
		for (int contender = 0; contender < CONTENDERS; contender++)
			measure(contender, made, round);
	report(made);
	scratch_remove(&scratch);
}

int main(int argc, char **argv)
{
	static struct made hosts[] = { { .count = 1000 }, { .count = 5000 }, { .count = 20000 } };

	printf("%9s  %11s  %8s  %8s  %10s  %10s  %10s\n", "functions", "us for each", "record",
	       "read it", "KiB memory", "KiB memory", "bytes");
	printf("%9s  %11s  %8s  %8s  %10s  %10s  %10s\n", "", "to record", "to list", "to list",
	       "to record", "to read", "of file");
	for (int i = 1; i < argc; i++)
		try_host(&(struct made){ .count = strtoul(argv[i], NULL, 10) });
	for (size_t i = 0; argc == 1 && i < sizeof(hosts) / sizeof(hosts[0]); i++)
		try_host(&hosts[i]);
	return 0;
}
