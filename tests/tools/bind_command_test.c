// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vpasid bind and vpasid unbind with functions that a test has made: in which order they check and
 * change them, what they print, and when they stop. bind_test.c has what is checked and changed.
 */
#include <errno.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/bind.h"
#include "bind/bind_lock.h"
#include "bind/modprobe.h"
#include "cmd.h"
#include "facts/function.h"
#include "facts/subjects.h"
#include "support/command.h"
#include "support/output.h"
#include "support/schema.h"

#define FIRST  "0000:00:05.0"
#define SECOND "0000:00:06.0"
#define THIRD  "0000:00:07.0"

static struct function first = { .pci.bdf.text = FIRST };
static struct function second = { .pci.bdf.text = SECOND };
static struct function third = { .pci.bdf.text = THIRD };

/* What the host answers */
static struct {
	size_t count; /* of the functions that the command line names */
	uid_t user;
	const char *refused; /* the functions for which a step fails; NULL for none */
	const char *failing;
	const char *not_kept;
	const char *interrupted; /* SIGTERM comes while this one is changed */
	enum bind_result before; /* what the check finds */
	bool is_kept, was_forgotten, is_kept_only, has_no_driver;
	int kept_error, lock_error, module_error;
} host;

static char steps[1024]; /* what the command did, in order */
static struct ran ran;
static volatile sig_atomic_t signals;

__attribute__((format(printf, 1, 2))) static void step(const char *format, ...)
{
	size_t length = strlen(steps);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(steps + length, sizeof(steps) - length, format, arguments);
	va_end(arguments);
}

static bool is(const char *name, const struct bind *bind)
{
	return name && !strcmp(name, bind->bdf.text);
}

static void set_driver(char *name, const char *driver)
{
	snprintf(name, DRIVER_NAME_SIZE, "%s", driver);
}

/* Only the last part of a BDF differs. */
static const char *short_name(const struct bind *bind)
{
	return bind->bdf.text + strlen("0000:00:");
}

uid_t __wrap_geteuid(void);
int __wrap_subjects_open(const struct host_options *options, const struct choice *choice,
			 char *const *bdfs, bool takes_all, struct subjects *subjects);
void __wrap_subjects_close(struct subjects *subjects);
int __wrap_bind_lock(const char *root, unsigned int seconds, struct why *why);
void __wrap_bind_repair(const char *root);
int __wrap_modprobe_driver(const char *driver, struct why *why);
int __wrap_kept_read(const char *root, const struct bdf *bdf, struct kept *kept);
int __wrap_bind_check(struct bind *bind, const struct bind_options *options);
int __wrap_unbind_check(struct bind *bind, const struct bind_options *options);
int __wrap_bind_act(struct bind *bind, const struct bind_options *options);
int __wrap_unbind_act(struct bind *bind, const struct bind_options *options);
int __wrap_bind_keep(struct bind *bind, const struct bind_options *options);
void __wrap_bind_release(struct bind *bind, const char *root, const char *driver);
void __wrap_bind_note_groups(struct bind *binds, size_t count, const struct bind_options *options);

uid_t __wrap_geteuid(void)
{
	return host.user;
}

int __wrap_subjects_open(const struct host_options *options, const struct choice *choice,
			 char *const *bdfs, bool takes_all, struct subjects *subjects)
{
	static struct function *chosen[] = { &first, &second, &third };

	assert_null(options->sysfs);
	assert_null(choice->slot);
	assert_string_equal(bdfs[0], FIRST);
	assert_false(takes_all);
	*subjects = (struct subjects){ .functions = chosen, .count = host.count };
	return EXIT_OK;
}

void __wrap_subjects_close(struct subjects *subjects)
{
	assert_int_equal(subjects->count, host.count);
}

int __wrap_bind_lock(const char *root, unsigned int seconds, struct why *why)
{
	assert_string_equal(root, "");
	assert_int_equal(seconds, BIND_LOCK_SECONDS);
	step("lock ");
	return because(why, host.lock_error, "another vpasid is at work");
}

void __wrap_bind_repair(const char *root)
{
	assert_string_equal(root, "");
	step("repair ");
}

int __wrap_modprobe_driver(const char *driver, struct why *why)
{
	step("modprobe:%s ", driver);
	return because(why, host.module_error, "there is no such module");
}

int __wrap_kept_read(const char *root, const struct bdf *bdf, struct kept *kept)
{
	const struct bind bind = { .bdf = *bdf };

	assert_string_equal(root, "");
	if (is(host.not_kept, &bind)) {
		kept->error = host.kept_error;
		return host.kept_error ? host.kept_error : -ENOENT;
	}
	*kept = (struct kept){ .keeper = KEEPER_UDEV, .driver = "vfio-pci" };
	return 0;
}

static int check(struct bind *bind, const char *driver)
{
	step("check:%s ", short_name(bind));
	set_driver(bind->function.driver, driver);
	if (host.is_kept)
		bind->kept.keeper = KEEPER_UDEV;
	bind->is_kept_only = host.is_kept_only;
	if (is(host.refused, bind)) {
		bind->result = BIND_REFUSED;
		return because(&bind->why, -EBUSY, "it is in use");
	}
	bind->result = host.before;
	return 0;
}

int __wrap_bind_check(struct bind *bind, const struct bind_options *options)
{
	int ret = check(bind, "nvme");

	if (host.before == BIND_ALREADY)
		set_driver(bind->driver, options->driver);
	return ret;
}

int __wrap_unbind_check(struct bind *bind, const struct bind_options *options)
{
	(void)options;
	set_driver(bind->driver, "vfio-pci");
	return check(bind, "vfio-pci");
}

static int act(struct bind *bind, const char *driver)
{
	step("act:%s ", short_name(bind));
	if (is(host.interrupted, bind))
		raise(SIGTERM);
	if (is(host.failing, bind)) {
		bind->result = BIND_FAILED;
		set_driver(bind->driver, "uio");
		bind->function.driver[0] = '\0';
		return because(&bind->why, -EIO, "the kernel refuses");
	}
	bind->result = BIND_DONE;
	set_driver(bind->driver, host.has_no_driver ? "" : driver);
	return 0;
}

int __wrap_bind_act(struct bind *bind, const struct bind_options *options)
{
	return act(bind, options->driver);
}

int __wrap_unbind_act(struct bind *bind, const struct bind_options *options)
{
	(void)options;
	bind->was_forgotten = host.was_forgotten;
	return act(bind, "nvme");
}

int __wrap_bind_keep(struct bind *bind, const struct bind_options *options)
{
	assert_true(options->persist);
	step("keep:%s ", short_name(bind));
	if (is(host.not_kept, bind)) {
		bind->result = BIND_FAILED;
		return because(&bind->why, -EIO, "it is bound, but not at boot");
	}
	bind->kept.keeper = KEEPER_UDEV;
	return 0;
}

void __wrap_bind_release(struct bind *bind, const char *root, const char *driver)
{
	assert_string_equal(root, "");
	step("release:%s:%s ", short_name(bind), driver);
}

void __wrap_bind_note_groups(struct bind *binds, size_t count, const struct bind_options *options)
{
	(void)options;
	step("note ");
	because(&binds[count - 1].note, 0, "the host uses others of its group");
}

/* The command is vpasid COMMAND ARGUMENT... */
#define RUN(command, ...) command_run(&ran, command, __VA_ARGS__, (char *)NULL)

#define ASSERT_RAN(exit_status, expected_steps, expected_out, expected_err) \
	do {                                                                \
		assert_int_equal(ran.status, exit_status);                  \
		assert_string_equal(steps, expected_steps);                 \
		assert_string_equal(ran.out, expected_out);                 \
		assert_string_equal(ran.err, expected_err);                 \
	} while (0)

#define SAYS(bdf, text) "vpasid: " bdf ": " text "\n"
#define NOTE(bdf)	SAYS(bdf, "note: the host uses others of its group")

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	host.count = 1;
	steps[0] = '\0';
	signals = 0;
	signal(SIGTERM, count_signal);
	return 0;
}

/* All are checked before the first is changed, with the lock held. */
static void test_order(void **state)
{
	(void)state;
	host.count = 2;
	RUN(cmd_bind, FIRST, SECOND);
	ASSERT_RAN(
		EXIT_OK,
		"lock repair check:05.0 check:06.0 modprobe:pasid_vfio_pci act:05.0 act:06.0 note ",
		FIRST ": bound to pasid_vfio_pci (before: nvme)\n" SECOND
		      ": bound to pasid_vfio_pci (before: nvme)\n",
		NOTE(SECOND));
}

static void test_driver(void **state)
{
	(void)state;
	RUN(cmd_bind, "--driver", "vfio-pci", FIRST);
	ASSERT_RAN(EXIT_OK, "lock repair check:05.0 modprobe:vfio-pci act:05.0 note ",
		   FIRST ": bound to vfio-pci (before: nvme)\n", NOTE(FIRST));
}

/* All errors are reported, and nothing is changed. */
static void test_refused(void **state)
{
	(void)state;
	host.count = 3;
	host.refused = SECOND;
	RUN(cmd_bind, FIRST, SECOND, THIRD);
	ASSERT_RAN(EXIT_ERROR, "lock repair check:05.0 check:06.0 check:07.0 note ", "",
		   SAYS(SECOND, "it is in use") "vpasid: nothing was changed\n" NOTE(THIRD));
}

static void test_already(void **state)
{
	(void)state;
	host.before = BIND_ALREADY;
	RUN(cmd_bind, FIRST);
	ASSERT_RAN(EXIT_OK, "lock repair check:05.0 note ",
		   FIRST ": already bound to pasid_vfio_pci\n", NOTE(FIRST));
}

static void test_stops(void **state)
{
	(void)state;
	host.count = 3;
	host.failing = SECOND;
	RUN(cmd_bind, FIRST, SECOND, THIRD);
	ASSERT_RAN(
		EXIT_ERROR,
		"lock repair check:05.0 check:06.0 check:07.0 modprobe:pasid_vfio_pci act:05.0 "
		"act:06.0 note ",
		FIRST ": bound to pasid_vfio_pci (before: nvme)\n",
		SAYS(SECOND, "the kernel refuses") "vpasid: stopped there; functions not changed: 1\n" NOTE(
			THIRD));
}

/* A function that is being changed still gets its driver, and the signal comes at the end. */
static void test_interrupted(void **state)
{
	(void)state;
	host.count = 3;
	host.interrupted = SECOND;
	RUN(cmd_bind, FIRST, SECOND, THIRD);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_non_null(strstr(steps, "act:06.0 note "));
	assert_string_equal(ran.out, FIRST ": bound to pasid_vfio_pci (before: nvme)\n" SECOND
					   ": bound to pasid_vfio_pci (before: nvme)\n");
	assert_non_null(strstr(ran.err, "stopped there; functions not changed: 1\n"));
	assert_int_equal(signals, 1);
}

static void test_interrupted_at_the_last(void **state)
{
	(void)state;
	host.interrupted = FIRST;
	RUN(cmd_bind, FIRST);
	assert_int_equal(ran.status, EXIT_OK);
	assert_int_equal(signals, 1);
}

static void test_no_lock(void **state)
{
	(void)state;
	host.lock_error = -EBUSY;
	RUN(cmd_bind, FIRST);
	ASSERT_RAN(EXIT_ERROR, "lock ", "",
		   "vpasid: another vpasid is at work; nothing was changed\n");
}

static void test_no_module(void **state)
{
	(void)state;
	host.module_error = -ENOENT;
	RUN(cmd_bind, FIRST);
	ASSERT_RAN(EXIT_ERROR, "lock repair check:05.0 modprobe:pasid_vfio_pci note ", "",
		   "vpasid: there is no such module; nothing was changed\n" NOTE(FIRST));
}

static void test_dry_run(void **state)
{
	(void)state;
	RUN(cmd_bind, "--dry-run", FIRST);
	ASSERT_RAN(EXIT_OK, "check:05.0 note ",
		   FIRST ": can be bound to pasid_vfio_pci (now: nvme)\n", NOTE(FIRST));
	setup(state);
	host.user = 1000;
	RUN(cmd_unbind, "--dry-run", FIRST);
	ASSERT_RAN(EXIT_OK, "check:05.0 ", FIRST ": can be unbound from vfio-pci\n",
		   "vpasid: binding requires root, and without root not every use of a function is "
		   "visible: run as root to be sure\n");
	setup(state);
	host.is_kept = host.is_kept_only = true;
	RUN(cmd_unbind, "--dry-run", FIRST);
	ASSERT_RAN(EXIT_OK, "check:05.0 ",
		   FIRST ": not bound; its persistent binding by udev, "
			 "/etc/udev/rules.d/05-vpasid-" FIRST ".rules can be removed\n",
		   "");
}

static void test_persist(void **state)
{
	(void)state;
	RUN(cmd_bind, "--persist", FIRST);
	ASSERT_RAN(EXIT_OK,
		   "lock repair check:05.0 modprobe:pasid_vfio_pci act:05.0 keep:05.0 note ",
		   FIRST ": bound to pasid_vfio_pci (before: nvme), and at each boot by udev, "
			 "/etc/udev/rules.d/05-vpasid-" FIRST ".rules\n",
		   NOTE(FIRST));
	setup(state);
	host.not_kept = FIRST;
	host.before = BIND_ALREADY;
	host.count = 2;
	RUN(cmd_bind, "--persist", FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(steps, "lock repair check:05.0 check:06.0 keep:05.0 note ");
	assert_non_null(strstr(ran.err, SAYS(FIRST, "it is bound, but not at boot")));
}

/* Each function by itself: udev has a rule for each. */
static void test_kept(void **state)
{
	(void)state;
	host.count = 3;
	host.failing = SECOND;
	host.not_kept = THIRD;
	RUN(cmd_bind, "--kept", FIRST, SECOND, THIRD);
	ASSERT_RAN(EXIT_ERROR,
		   "lock repair check:05.0 modprobe:vfio-pci act:05.0 note check:06.0 "
		   "modprobe:vfio-pci act:06.0 note release:06.0:vfio-pci ",
		   FIRST ": bound to vfio-pci (before: nvme)\n",
		   NOTE(FIRST) SAYS(SECOND, "the kernel refuses") NOTE(SECOND)
			   SAYS(SECOND, "bound to uio instead")
				   SAYS(THIRD, "it has no persistent binding: `vpasid bind "
					       "--persist " THIRD "` makes one"));
}

static void test_kept_that_is_no_more(void **state)
{
	(void)state;
	host.not_kept = FIRST;
	host.kept_error = -EPROTO;
	RUN(cmd_bind, "--kept", FIRST);
	ASSERT_RAN(EXIT_ERROR, "lock repair ", "",
		   SAYS(FIRST, "it has no persistent binding in a file of vpasid's format: `vpasid "
			       "bind --persist " FIRST "` rewrites it"));
	setup(state);
	host.refused = FIRST;
	RUN(cmd_bind, "--kept", "--dry-run", FIRST);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(steps, "check:05.0 note ");
}

static void test_unbind(void **state)
{
	(void)state;
	RUN(cmd_unbind, FIRST);
	ASSERT_RAN(EXIT_OK, "lock repair check:05.0 act:05.0 ",
		   FIRST ": returned to nvme (before: vfio-pci)\n", "");
	setup(state);
	host.has_no_driver = host.is_kept = true;
	RUN(cmd_unbind, FIRST);
	assert_string_equal(ran.out,
			    FIRST ": left without a driver, as before it was bound to vfio-pci, "
				  "and no longer bound at boot by udev, "
				  "/etc/udev/rules.d/05-vpasid-" FIRST ".rules\n");
	setup(state);
	host.was_forgotten = true;
	RUN(cmd_unbind, FIRST);
	assert_string_equal(ran.out, FIRST ": bound to nvme, chosen by the kernel: vpasid bind had "
					   "not bound it to vfio-pci\n");
	setup(state);
	host.is_kept = host.is_kept_only = true;
	RUN(cmd_unbind, FIRST);
	assert_string_equal(ran.out,
			    FIRST ": not bound (it has nvme), and no longer bound at boot "
				  "by udev, /etc/udev/rules.d/05-vpasid-" FIRST ".rules\n");
}

static void test_json(void **state)
{
	struct json_object *report;

	(void)state;
	host.count = 2;
	host.refused = SECOND;
	RUN(cmd_bind, "--json", FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_ERROR);
	report = json_tokener_parse(ran.out);
	assert_non_null(report);
	assert_true(schema_is_met(report));
	json_object_put(report);
	assert_non_null(strstr(ran.out, "\"untouched\""));
	assert_non_null(strstr(ran.out, "\"refused\""));
	setup(state);
	RUN(cmd_unbind, "--json", FIRST);
	assert_non_null(strstr(ran.out, "\"unbound\""));
}

static void test_wrong_options(void **state)
{
	(void)state;
	RUN(cmd_bind, "--kept", "--persist", FIRST);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--kept can't be combined with --persist"));
	RUN(cmd_bind, "--kept", "--driver", "vfio-pci", FIRST);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--kept can't be combined with --driver"));
	RUN(cmd_bind, "--driver", "../vfio-pci", FIRST);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--driver ../vfio-pci: not a valid driver name"));
	RUN(cmd_unbind, "--persist", FIRST);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_string_equal(steps, "");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order),
		TEST(test_driver),
		TEST(test_refused),
		TEST(test_already),
		TEST(test_stops),
		TEST(test_interrupted),
		TEST(test_interrupted_at_the_last),
		TEST(test_no_lock),
		TEST(test_no_module),
		TEST(test_dry_run),
		TEST(test_persist),
		TEST(test_kept),
		TEST(test_kept_that_is_no_more),
		TEST(test_unbind),
		TEST(test_json),
		TEST(test_wrong_options),
	};

	return cmocka_run_group_tests_name("tool_bind_command", tests, NULL, NULL);
}
