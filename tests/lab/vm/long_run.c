// SPDX-License-Identifier: MIT
/*
 * long_run SECONDS SEED GUARD COUNTS PF PORTED OFF: users (long_users.c) perform programs of random
 * calls while the functions are disturbed as by hammer, in any order; GUARD is 1 or 0. It loads the
 * module, checks all the time what must hold, prints its progress each minute on stderr, and
 * appends to the file COUNTS how often each call was made. Then the module is unloaded.
 *
 * long_run print SEED GENERATION PROCESS THREAD NUMBER: prints the calls of one program, as they
 * are with iommufd.
 * long_run replay SEED GENERATION PROCESS THREAD NUMBER PF PORTED OFF: makes only these calls, and
 * prints what each returns.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "hammer.h"
#include "hammer_cdev.h"
#include "hammer_sysfs.h"
#include "long.h"
#include "tap.h"

#define MINUTE	      60
#define STUCK_SECONDS 300

/* Bits of /proc/sys/kernel/tainted that are set by a fault, as in lab/run */
#define FAULT_TAINTS (1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 14)

struct shared *shared;
struct long_shared *long_shared;
uint64_t long_seed;
bool is_guarded;

/*
 * How often each of hammer's storms has a round, compared with others; and what its rounds' numbers
 * must be so that it requires no user's help.
 */
static const struct disturbance {
	const char *storm;
	unsigned int weight, set, clear;
} disturbances[] = {
	{ "vfs", 4, 0, 0 },    { "bind", 8, 0, 0 },   { "flr", 6, 0, 0 },
	{ "remove", 3, 0, 0 }, { "kill", 3, 0, 0 },   { "hot-reset", 3, 1, 0 },
	{ "sleep", 1, 1, 0 },  { "unload", 4, 0, 1 }, { "reload", 2, 0, 0 },
};

#define DISTURBANCES (sizeof(disturbances) / sizeof(*disturbances))

static unsigned int rounds_of[DISTURBANCES], rounds;
static char name[60]; /* of this run */

static const struct storm *storm_named(const char *storm)
{
	const struct storm *found = storms;

	while (strcmp(found->name, storm) != 0)
		found++;
	return found;
}

static size_t random_disturbance(void)
{
	unsigned int sum = 0, at;

	for (size_t i = 0; i < DISTURBANCES; i++)
		sum += disturbances[i].weight;
	at = random_below(&chance_state, sum);
	for (size_t i = 0;; i++) {
		if (at < disturbances[i].weight)
			return i;
		at -= disturbances[i].weight;
	}
}

/* A storm may leave fewer VFs, or a function unbound if it has failed. */
static bool is_set_up(void)
{
	return exists(functions[VF0].bdf) && exists(functions[VF1].bdf);
}

/* Users have no guard while a module that is apart from the driver is away. */
static void restore_after(const struct disturbance *disturbance)
{
	if (!is_apart() || !strstr("unload reload", disturbance->storm))
		return;
	usleep(20000);
	control_restore();
}

static bool disturb(void)
{
	size_t which = random_disturbance();
	const struct disturbance *disturbance = &disturbances[which];
	unsigned int number = (rounds_of[which] | disturbance->set) & ~disturbance->clear;
	bool well;

	/* without a driver of another's there is no module that can go by itself */
	if (!is_apart() && !strcmp(disturbance->storm, "reload"))
		return true;
	rounds++;
	rounds_of[which]++;
	well = (is_set_up() || set_up()) && storm_named(disturbance->storm)->round(number);
	restore_after(disturbance);
	return well;
}

/* Between two disturbances the kernel leaves PASID Control alone. */
static void look_at_control(void)
{
	unsigned int times = 1 + random_below(&chance_state, 20);

	for (; times; times--) {
		usleep(10000);
		for (int i = 0; i < FUNCTIONS; i++)
			control_look(i);
	}
}

static bool is_sound(void)
{
	return !(read_number("/proc/sys/kernel/tainted") & FAULT_TAINTS);
}

static void tell_progress(time_t start, time_t seconds)
{
	static time_t told;
	time_t now = time(NULL);

	if (told && now < told + MINUTE)
		return;
	told = now;
	fprintf(stderr,
		"long: %s: %ld of %ld s: %lu calls in %lu programs, %lu answers, %lu reads of "
		"zeros, %u disturbances, %lu wrong%s\n",
		name, (long)(now - start), (long)seconds, long_shared->calls, long_shared->programs,
		long_shared->answers, long_shared->hidden, rounds,
		shared->wrong + (is_guarded ? long_shared->changed : 0),
		is_sound() ? "" : ", and the kernel reports a fault");
}

static void on_alarm(int signal)
{
	static const char stuck[] = "  a disturbance doesn't end\n";

	(void)signal;
	if (write(STDOUT_FILENO, stuck, sizeof(stuck) - 1) < 0)
		_exit(2);
	_exit(3);
}

/* A failure is printed once, and what failed is set up again. */
static bool disturb_for(time_t seconds)
{
	time_t start = time(NULL);
	unsigned int failed = 0;

	signal(SIGALRM, on_alarm);
	while (time(NULL) < start + seconds) {
		alarm(STUCK_SECONDS);
		long_shared->disturbances++;
		if (!disturb()) {
			if (!failed++)
				printf("  disturbance %u: %s\n", rounds, why);
			set_up();
		}
		long_shared->disturbances++;
		look_at_control();
		tell_progress(start, seconds);
	}
	alarm(STUCK_SECONDS);
	if (failed)
		printf("  %u of %u disturbances failed\n", failed, rounds);
	return !failed;
}

/* Users that were killed may still be closing what they had open. */
static bool ends_well(void)
{
	bool well = users_stop(users);

	if (!well)
		snprintf(why, sizeof(why), "a process of users ended badly");
	for (int tries = 100; well && !take_down();) {
		usleep(100000);
		well = --tries;
	}
	return well;
}

static void judge_control(void)
{
	const char *first = long_shared->first_change;

	if (is_guarded)
		tap(long_shared->looks && !long_shared->changed,
		    "%s: PASID Control of the hardware stays as it is", name);
	printf("  %s: PASID Control was another in %lu of %lu looks%s%s\n", name,
	       long_shared->changed, long_shared->looks, *first ? "; the first: " : "", first);
}

static void judge_answers(void)
{
	if (!tap(long_shared->answers && (!is_guarded || long_shared->hidden) && !shared->wrong,
		 "%s: each answer is the one planted%s", name,
		 is_guarded ? ", the PASID capability reads as zeros" : ""))
		printf("  %lu wrong, of %lu answers and %lu reads; the first: %s\n", shared->wrong,
		       long_shared->answers, long_shared->hidden, shared->first_wrong);
}

static void sum_up(void)
{
	printf("  %s: %lu calls in %lu programs of %u generations, %lu answers, %lu reads of zeros, "
	       "%lu devices opened;",
	       name, long_shared->calls, long_shared->programs, long_shared->generation,
	       long_shared->answers, long_shared->hidden, shared->opens);
	for (size_t i = 0; i < DISTURBANCES; i++)
		printf(" %s %u", disturbances[i].storm, rounds_of[i]);
	printf("; %u times unloaded, %u times a BAR was lost\n", shared->unloaded,
	       shared->lost_bars);
}

static bool append_counts(const char *path)
{
	FILE *file = fopen(path, "a");

	if (!file)
		return false;
	for (unsigned int i = 0; i < calls_count; i++)
		fprintf(file, "%lu %lu %s\n", long_shared->counts[i].made,
			long_shared->counts[i].well, calls[i].name);
	return !fclose(file);
}

static void *share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(2);
	return memory;
}

static void share_all(void)
{
	shared = share(sizeof(*shared));
	long_shared = share(sizeof(*long_shared) + calls_count * sizeof(struct counts));
}

static int run(char **argv)
{
	time_t seconds = strtol(argv[1], NULL, 0);
	bool ended;

	long_seed = strtoull(argv[2], NULL, 0);
	/* seeds that are neighbours shall have nothing in common */
	chance_state = (uint32_t)(long_seed * 2654435761U) | 1;
	is_guarded = *argv[3] == '1';
	module_parameter = is_guarded ? NULL : "guard=0";
	functions_describe(argv + 5);
	snprintf(name, sizeof(name), "%s, guard=%d", driver, is_guarded);
	if (!tap(set_up(), "%s: the functions are bound, VFs are made", name))
		printf("  %s\n", why);
	functions_find_vfs();
	control_find();

	users = users_start(0);
	tap(disturb_for(seconds), "%s: seed %s, %ld seconds: all that disturbs users succeeds",
	    name, argv[2], (long)seconds);
	ended = ends_well();
	judge_answers();
	judge_control();
	if (!tap(ended, "%s: the users end, the module is unloaded", name))
		printf("  %s\n", why);
	tap(is_sound(), "%s: the kernel reports no fault", name);
	sum_up();
	if (!append_counts(argv[4]))
		return 2;
	return tap_plan();
}

static struct program_id program_of(char **argv)
{
	return (struct program_id){ .seed = strtoull(argv[0], NULL, 0),
				    .generation = (unsigned int)strtoul(argv[1], NULL, 0),
				    .process = (unsigned int)strtoul(argv[2], NULL, 0),
				    .thread = (unsigned int)strtoul(argv[3], NULL, 0),
				    .number = (unsigned int)strtoul(argv[4], NULL, 0) };
}

static int print_program(char **argv)
{
	struct program_id id = program_of(argv);
	struct action actions[MAX_ACTIONS];
	unsigned int count = program_make(&id, true, actions);

	for (unsigned int i = 0; i < count; i++)
		action_print(&actions[i]);
	return 0;
}

static int replay_program(char **argv)
{
	struct program_id id = program_of(argv);
	struct user user = { .neighbour = &user, .id = id };
	struct action actions[MAX_ACTIONS];
	unsigned int count = program_make(&id, !access(IOMMUFD, F_OK), actions);

	functions_describe(argv + 5);
	if (!set_up() || !user_init(&user)) {
		fprintf(stderr, "long_run: %s\n", why);
		return 2;
	}
	functions_find_vfs();
	control_find();
	is_guarded = true;
	for (unsigned int i = 0; i < count; i++) {
		long ret = action_perform(&user, &actions[i]);

		printf("%s%ld\t", ret < 0 ? "" : " ", ret);
		action_print(&actions[i]);
	}
	printf("%s\n", shared->wrong ? shared->first_wrong : "nothing is wrong");
	return shared->wrong != 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	share_all();
	if (argc == 7 && !strcmp(argv[1], "print"))
		return print_program(argv + 2);
	if (argc == 10 && !strcmp(argv[1], "replay"))
		return replay_program(argv + 2);
	return argc == 8 ? run(argv) : 2;
}
