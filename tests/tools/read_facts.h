/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the record of a function from a made tree or dump. */
#ifndef TESTS_READ_FACTS_H
#define TESTS_READ_FACTS_H

#include "facts/function.h"
#include "facts/host.h"

/* The host that was opened last, and the record of it that was read. */
extern struct host host;
extern const struct function *facts;
extern struct why why;

int read_function(const char *bdf_text);

/*
 * Opens the host below @root, and reads the function. If @is_host, the host is a whole tree;
 * otherwise only its sysfs is there.
 */
int read_tree(const char *root, const char *bdf, bool is_host, bool wakes);

/* The same of a test's tree, which must succeed */
void read_host(void **state, const char *bdf);

/* Closes the host, and removes the test's tree. */
int facts_teardown(void **state);

/* The function whose registers count, and the ports above it. */
const struct function *hop(size_t index);
size_t hop_count(void);
void assert_hops(void);

#endif /* TESTS_READ_FACTS_H */
