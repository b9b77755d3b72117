/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Made hosts for check/: each is a tree, fit for all that vpasid check asks until a test changes
 * it.
 */
#ifndef TESTS_MADE_CHECK_H
#define TESTS_MADE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "check/check.h"
#include "support/machine.h"

#define RELEASE "7.3.0-test"

/* Where FUNCTION is in the tree */
#define MADE_CHECK_AT DEVICES PORT "/" FUNCTION

/* VT-d with scalable mode, PASIDs of 20 bits, nesting, interrupt remapping, ATS, SMPWCS */
#define CHECK_ECAP                                                                               \
	(1ull << 43 | 1ull << 40 | 19ull << 35 | 1ull << 26 | 1ull << 46 | 1ull << 47 | 1 << 3 | \
	 1 << 2 | 1ull << 48)
/* addresses of 48 bits by 4 levels, first-stage pages of 1 GiB and of 5 levels */
#define CHECK_CAP (47ull << 16 | 1ull << 10 | 1ull << 56 | 1ull << 60)

/* For cmocka: an Intel host. */
int made_check_setup(void **state);
int made_check_teardown(void **state);

/* The same host with an IOMMU of another kind. */
void made_check_amd(const char *root);
void made_check_arm(const char *root);

/* An endpoint's config space, with that PASID Control: as many bytes of it as there are to read. */
void made_check_write_endpoint(const char *root, const char *path, uint16_t control, size_t size);

void made_check_vtd(const char *root, uint64_t cap, uint64_t ecap);

/* Makes something of the tree disappear. */
void made_check_remove(const char *root, const char *path);

/* A program that prints that version. */
void made_check_program(const char *root, const char *name, const char *says);
void made_check_qemu(const char *root, const char *version);

/* What check_host() makes of it; the last one's. */
extern struct check check;
void made_check_ask(const char *root, enum purpose purpose);

/*
 * Asks what a VMM needs, and keeps only the answers to the questions from @first to @last, under
 * that title.
 */
void made_check_ask_about(const char *root, const char *title, enum check_what first,
			  enum check_what last);

/*
 * The setup of a group from which on all answers are kept, and its last test, which compares them
 * with the transcript that has the name.
 */
int made_check_keep(void **state);
void made_check_assert_kept(void **name);

/* The first finding of that question; fails if there is none. */
const struct finding *made_check_find(enum check_what what);

/* Fails unless the first finding of that question is so. */
void made_check_assert(enum check_what what, enum check_verdict verdict, const char *found);

/* How many findings that question has. */
size_t made_check_count(enum check_what what);

#endif /* TESTS_MADE_CHECK_H */
