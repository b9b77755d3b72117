/* SPDX-License-Identifier: MIT */
/*
 * Counts answers and disagreements, and of the latter keeps the simplest example of each kind.
 */
#ifndef AGREEMENT_REPORT_H
#define AGREEMENT_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "answers.h"
#include "random_host.h"

/* Compares all that was said about host @number, or about a dump of it. */
void report_compare(const struct answers *answers, const struct made_host *host, uint64_t number,
		    bool is_dump);

/* The most frequent disagreements' simplest hosts: at most @max numbers. Returns how many. */
size_t report_examples(uint64_t *numbers, size_t max);

/* Rows of TAP, one for each fact; below one that fails what disagrees, and where. */
void report_print(uint64_t hosts, FILE *stream);

/* Which answers disagree. */
void report_answers(const struct answers *answers, FILE *stream);

/* A host's functions and its tree. */
void report_host(const struct made_host *host, uint64_t number, FILE *stream);

/* Whether there is no disagreement. */
bool report_is_clean(void);

#endif /* AGREEMENT_REPORT_H */
