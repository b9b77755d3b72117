/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of vpasid record: a made host stands for that of the commands, and its recording is
 * made/recording in its tree.
 */
#ifndef TESTS_MADE_RECORD_H
#define TESTS_MADE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "made_check.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define ENDPOINT DEVICES PORT "/" FUNCTION
#define SECRET	 "c0ffee42"

extern const char *root;
extern struct path recording;
extern struct ran live, recorded; /* what commands printed: of the host, of the recording */

/* test_NAME() with a host as support/machine.h has it */
#define RECORD_TEST(name) \
	cmocka_unit_test_setup_teardown(test_##name, made_record_setup, tree_teardown)
int made_record_setup(void **state);

/* With one that is fit for PASID, of which check asks much */
#define FIT_RECORD_TEST(name) \
	cmocka_unit_test_setup_teardown(test_##name, made_record_setup_fit, made_check_teardown)
int made_record_setup_fit(void **state);

/* Records the host, in place of the recording that there is; the command exits with @status. */
void record(int status);

/*
 * The command prints the same of the host and of the recording, and exits alike. @arguments ends
 * with NULL, and has room for two more.
 */
void assert_same(int (*command)(int argc, char **argv), const char **arguments);

#define SAME(command, ...) \
	assert_same(command, (const char *[10]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* So do all commands that read hosts. */
void assert_same_all(void);

/* The content of the recording, decompressed; the caller frees it. */
char *read_archive(size_t *length);

bool archive_has(const char *text);

#endif /* TESTS_MADE_RECORD_H */
