// SPDX-License-Identifier: MIT
/*
 * list_bench VPASID: what `vpasid list` costs on made hosts of 100 to 20,000 functions,
 * as ratios to opening, reading and closing the same files, and to lspci -vv.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cost.h"
#include "support/made_host.h"
#include "support/scratch.h"

#define ROUNDS 7

enum contender {
	BARE,
	LIST,
	LSPCI,
	CONTENDERS
};

/* One made host, and what it has cost. */
struct host {
	const char *path;
	size_t count;
	double seconds[CONTENDERS][ROUNDS];
	long kib[CONTENDERS]; /* of memory, at most */
};

static const char *vpasid;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The floor: a program that reads the same files, and looks at nothing. */

static bool read_file(const char *devices, const char *bdf, const char *name)
{
	char path[PATH_MAX], buffer[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", devices, bdf, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, buffer, sizeof(buffer)) < 0)
		exit(1);
	close(fd);
	return true;
}

static bool has_link(const char *devices, const char *bdf, const char *name)
{
	char path[PATH_MAX], target[256];

	snprintf(path, sizeof(path), "%s/%s/%s", devices, bdf, name);
	return readlink(path, target, sizeof(target)) > 0;
}

static void read_bare(const char *sysfs)
{
	char devices[128];
	const struct dirent *entry;
	DIR *directory;

	snprintf(devices, sizeof(devices), "%.63s/bus/pci/devices", sysfs);
	directory = opendir(devices);
	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		read_file(devices, entry->d_name, "uevent");
		if (has_link(devices, entry->d_name, "physfn"))
			continue;
		read_file(devices, entry->d_name, "power_state");
		read_file(devices, entry->d_name, "config");
	}
	if (directory)
		closedir(directory);
}

static void run(enum contender contender, const struct host *host)
{
	char path[128];
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	switch (contender) {
	case BARE:
		execl("/proc/self/exe", "list_bench", "--bare", host->path, NULL);
		break;
	case LIST:
		execl(vpasid, "vpasid", "list", "-p", "--sysfs", host->path, NULL);
		break;
	default:
		snprintf(path, sizeof(path), "sysfs.path=%.63s/bus/pci", host->path);
		execlp("lspci", "lspci", "-vv", "-O", path, NULL);
	}
	_exit(127);
}

static void measure(enum contender contender, struct host *host, int round)
{
	double start = now();
	struct rusage usage;
	pid_t child = fork();
	int status;

	if (!child)
		run(contender, host);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status) {
		fprintf(stderr, "list_bench: contender %d failed\n", contender);
		exit(1);
	}
	host->seconds[contender][round] = now() - start;
	host->kib[contender] = usage.ru_maxrss;
}

/* Ratios are made within a round, so that a noisy machine slows both sides. */

static double ratio(const struct host *host, enum contender a, enum contender b)
{
	double ratios[ROUNDS];

	for (int round = 0; round < ROUNDS; round++)
		ratios[round] = host->seconds[a][round] / host->seconds[b][round];
	return cost_median(ratios, ROUNDS);
}

static void report(const struct host *host)
{
	printf("%9zu  %11.1f  %10.2f  %13.2f  %10ld\n", host->count,
	       cost_median(host->seconds[LIST], ROUNDS) * 1e6 / (double)host->count,
	       ratio(host, LIST, BARE), ratio(host, LSPCI, LIST), host->kib[LIST]);
}

static void try_host(struct host *host)
{
	struct scratch scratch;

	if (scratch_make(&scratch) || made_host(scratch.path, host->count)) {
		perror("making a host");
		exit(1);
	}
	host->path = scratch.path;
	for (int round = 0; round < ROUNDS; round++) {
		for (int contender = 0; contender < CONTENDERS; contender++)
			measure(contender, host, round);
	}
	report(host);
	fflush(stdout);
	scratch_remove(&scratch);
}

int main(int argc, char **argv)
{
	static struct host hosts[] = { { .count = 100 }, { .count = 1000 }, { .count = 20000 } };

	if (argc == 3 && !strcmp(argv[1], "--bare")) {
		read_bare(argv[2]);
		return 0;
	}
	if (argc != 2)
		return 2;
	vpasid = argv[1];
	printf("%9s  %11s  %10s  %13s  %10s\n", "functions", "us for each", "to reading",
	       "faster than", "KiB memory");
	printf("%9s  %11s  %10s  %13s\n", "", "", "the files", "lspci -vv");
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		try_host(&hosts[i]);
	return 0;
}
