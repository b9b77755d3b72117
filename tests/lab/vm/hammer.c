// SPDX-License-Identifier: MIT
/*
 * hammer ROUNDS SEED PF PORTED OFF [STORM...]: 8 threads open, ask and close a PF, two of its
 * VFs, PORTED and OFF, functions behind root ports, while each storm disturbs these for
 * ROUNDS rounds, or seconds with an s behind the number. Progress goes to stderr.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "hammer.h"
#include "hammer_sysfs.h"
#include "tap.h"

#define PROGRESS_SECONDS 5
#define STUCK_SECONDS	 100

struct shared *shared;
/*
 * What a user may be told who opens a function that comes and goes. Nobody is told
 * anything on an open device but the answer.
 */
static const struct refusal {
	enum step step;
	int error;
} refusals[] = {
	/* no driver of VFIO's has it, or it is gone */
	{ OPEN_GROUP, ENOENT },
	/* it was removed at that moment */
	{ OPEN_GROUP, ENODEV },
	{ OPEN_GROUP, ENXIO },
	{ SET_CONTAINER, ENODEV },
	{ SET_CONTAINER, EINVAL }, /* VFIO_SET_IOMMU: the container lost its only group */
	{ GET_DEVICE, ENODEV },
	/* a VF whose PF was bound anew: nobody has opened that yet, and set the token */
	{ GET_DEVICE, EACCES },
	/* somebody else has the device locked, so VFIO can't reset it */
	{ GET_DEVICE, EAGAIN },
	/* the same by the character device */
	{ OPEN_CDEV, ENOENT },
	{ OPEN_CDEV, ENODEV },
	{ OPEN_CDEV, ENXIO },
	{ BIND_IOMMUFD, ENODEV },
	{ BIND_IOMMUFD, EACCES },
	{ BIND_IOMMUFD, EAGAIN },
	/* another user has it open: so it can be opened once only */
	{ BIND_IOMMUFD, EINVAL },
};

static const char *const steps[] = {
	[OPEN_GROUP] = "open of the group",	     [SET_CONTAINER] = "container",
	[GET_DEVICE] = "VFIO_GROUP_GET_DEVICE_FD",   [OPEN_CDEV] = "open of the character device",
	[BIND_IOMMUFD] = "VFIO_DEVICE_BIND_IOMMUFD",
};

static unsigned int lost_vfs;
static const struct storm *storm;
static unsigned int round_now, rounds;
static time_t seconds; /* instead of rounds, or 0 */
static const char *asked_rounds;

static char stuck[100]; /* what to say then */

static void on_alarm(int signal)
{
	(void)signal;
	if (write(STDOUT_FILENO, stuck, strlen(stuck)) < 0)
		_exit(2);
	_exit(3);
}

static void start_clock(void)
{
	snprintf(stuck, sizeof(stuck), "  %s: no end of round %u after %d seconds\n", storm->name,
		 round_now, STUCK_SECONDS);
	alarm(STUCK_SECONDS);
}

static void tell_progress(void)
{
	static time_t told;
	time_t now = time(NULL);

	if (now < told + PROGRESS_SECONDS && round_now != rounds)
		return;
	told = now;
	fprintf(stderr, "storm: %-9s  round %u, %lu calls\n", storm->name, round_now,
		shared->calls);
}

static bool run_rounds(void)
{
	time_t end = time(NULL) + seconds;
	bool ended = true;

	for (round_now = 0; seconds ? time(NULL) < end : round_now < rounds;) {
		start_clock();
		if (!storm->round(round_now)) {
			printf("  round %u: %s\n", round_now, why);
			ended = false;
			break;
		}
		/* so that the users have something to do, too */
		usleep(random_below(&chance_state, 30000));
		round_now++;
		tell_progress();
	}
	start_clock();
	return ended;
}

static bool may_be_refused(enum step step, int error)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (refusals[i].step == step && refusals[i].error == error)
			return true;
	return false;
}

static bool refused_rightly(void)
{
	bool rightly = true;

	for (int step = 0; step < STEPS; step++) {
		for (int error = 1; error < ERRNOS; error++) {
			if (!shared->refused[step][error] || may_be_refused(step, error))
				continue;
			printf("  %s: %s, %lu times\n", steps[step], strerrorname_np(error),
			       shared->refused[step][error]);
			rightly = false;
		}
	}
	return rightly;
}

/* The table that is printed at the end, and its last line */
static char *table;
static size_t table_size;
static FILE *table_file;
static struct {
	unsigned int rounds, seconds;
	unsigned long calls, wrong, opens;
} total;

static void sum_up(unsigned int duration)
{
	fprintf(table_file, "  %-10s %7u %8u %10lu %10lu %8lu  ", storm->name, round_now, duration,
		shared->calls, shared->calls - shared->wrong, shared->opens);
	for (int error = 1; error < ERRNOS; error++) {
		unsigned long times = 0;

		for (int step = 0; step < STEPS; step++)
			times += shared->refused[step][error];
		if (times)
			fprintf(table_file, " %s %lu", strerrorname_np(error), times);
	}
	if (shared->missed)
		fprintf(table_file, "; VFs made again %u", shared->missed);
	if (shared->unloaded)
		fprintf(table_file, "; module unloaded %u", shared->unloaded);
	if (shared->off)
		fprintf(table_file, "; PASID off for a moment %lu", shared->off);
	fputc('\n', table_file);
	total.rounds += round_now;
	total.seconds += duration;
	total.calls += shared->calls;
	total.wrong += shared->wrong;
	total.opens += shared->opens;
}

static void print_table(void)
{
	fclose(table_file);
	printf("  %-10s %7s %8s %10s %10s %8s   %s\n%s", "storm", "rounds", "seconds", "calls",
	       "answered", "opens", "opens refused, by errno", table);
	printf("  %-10s %7u %8u %10lu %10lu %8lu\n", "all", total.rounds, total.seconds,
	       total.calls, total.calls - total.wrong, total.opens);
}

static bool references_are_gone(void)
{
	unsigned long long references;
	char path[80];

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", module);
	references = read_number(path);
	if (references)
		printf("  %llu references\n", references);
	return !references;
}

static void run_storm(void)
{
	time_t start = time(NULL);
	bool ended, stopped;

	lost_vfs += shared->missed;
	memset(shared, 0, sizeof(*shared));
	users = users_start(chance_state);
	ended = run_rounds();
	stopped = users_stop(users);

	tap(ended, "%s: %s%s: %s", storm->name, asked_rounds, seconds ? "" : " rounds",
	    storm->what);
	if (!tap(shared->calls && !shared->wrong,
		 "%s: each call on an open device gets the answer planted", storm->name))
		printf("  %lu of %lu were wrong; the first: %s\n", shared->wrong, shared->calls,
		       shared->first_wrong);
	tap(refused_rightly(), "%s: opening is refused for good reasons only", storm->name);
	tap(stopped && references_are_gone(),
	    "%s: the users end, and leave no reference to the module", storm->name);
	sum_up(time(NULL) - start);
}

static bool is_asked_for(const char *name, int count, char **names)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return !count;
}

static void read_rounds(const char *argument)
{
	char *end;

	asked_rounds = argument;
	rounds = strtoul(argument, &end, 10);
	seconds = *end == 's' ? (time_t)rounds : 0;
}

static void print_leaks(const char *when, const struct leaks *leaks)
{
	printf("  %s: VFIO devices numbered below %u, IOMMU groups below %u; allocated: %u PCI "
	       "devices, %u VFIO devices\n",
	       when, leaks->vfio_devices, leaks->groups, leaks->pci_devices, leaks->vfio_objects);
}

/*
 * A VF that doesn't answer when it is made is lost: pci_iov_add_virtfn(), of 6.12 at least, doesn't
 * free what it has allocated for it.
 */
static bool leaks_nothing(const struct leaks *before)
{
	struct leaks after;

	/* as many VFs as there were */
	if (!set_up())
		return false;
	leaks_measure(&after);
	print_leaks("before", before);
	print_leaks("after", &after);
	lost_vfs += shared->missed;
	return before->pci_devices && after.pci_devices >= before->pci_devices &&
	       after.pci_devices - before->pci_devices <= lost_vfs &&
	       after.vfio_devices == before->vfio_devices && after.groups == before->groups &&
	       after.vfio_objects == before->vfio_objects;
}

static bool nothing_is_left(void)
{
	return !entries("/sys/class/vfio") && !entries("/sys/class/vfio-dev") &&
	       entries("/dev/vfio") == 1;
}

static void run_storms(int count, char **names)
{
	table_file = open_memstream(&table, &table_size);
	if (!table_file)
		exit(2);
	for (storm = storms; storm->name; storm++)
		if (is_asked_for(storm->name, count, names) &&
		    (is_apart() || strcmp(storm->name, "reload") != 0))
			run_storm();
}

int main(int argc, char **argv)
{
	struct leaks before;

	if (argc < 6)
		return 2;
	read_rounds(argv[1]);
	chance_state = strtoul(argv[2], NULL, 0) | 1;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, on_alarm);
	functions_describe(argv + 3);

	if (!tap(set_up(), "the functions are bound, VFs are made"))
		printf("  %s\n", why);
	functions_find_vfs();
	leaks_measure(&before);
	printf("  seed %s\n", argv[2]);
	run_storms(argc - 6, argv + 6);

	tap(leaks_nothing(&before), "no PCI device, no VFIO device and no group leaks");
	if (!tap(take_down(), "all functions give way, the module is unloaded"))
		printf("  %s\n", why);
	tap(nothing_is_left(), "no VFIO device and no group is left");
	print_table();
	return tap_plan();
}
