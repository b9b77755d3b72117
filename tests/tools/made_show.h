/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PF with ATS and PRI, and its VF, as a tree; and what `vpasid show` shows of one. */
#ifndef TESTS_MADE_SHOW_H
#define TESTS_MADE_SHOW_H

#include <json-c/json.h>

#include "show/show.h"
#include "support/machine.h"

#define DEVICE DEVICES PORT "/" FUNCTION

/* The host that was opened last, and the function of it that is shown. */
extern struct host host;
extern struct function *function;
extern struct show show;
extern struct why why;

/* Reads of config spaces; nothing else is read at an offset. */
extern int config_reads;

/* ATS behind the capability at @last, PRI behind that unless it is 0. */
void put_ats(uint8_t *config, unsigned int last, unsigned int pri);
int setup(void **state);
int close_host(void **state);
int teardown(void **state);
int new_quirks(void **state);
int free_quirks(void **state);
int read_function(const char *bdf_text);
int read_tree(const char *root, const char *bdf, bool is_host, bool wakes);
void read_host(void **state, const char *bdf);
bool is_printed(const char *part);

/* What JSON has at a path of it, as text; "-" for what isn't there. */
void assert_member(struct json_object *object, const char *pointer, const char *expected);

struct member {
	const char *pointer, *expected;
};

void assert_members(const struct member *members, size_t count);

#define ASSERT_MEMBERS(members) assert_members(members, sizeof(members) / sizeof((members)[0]))
#define TREE_TEST(test)		cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif /* TESTS_MADE_SHOW_H */
