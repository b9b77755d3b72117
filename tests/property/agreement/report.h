/* SPDX-License-Identifier: MIT */
/*
 * Counts answers and disagreements, and keeps the simplest example of each kind of those.
 */
#ifndef AGREEMENT_REPORT_H
#define AGREEMENT_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "answers.h"
#include "random_host.h"

/* Compares the answers about host @number, or about a dump of it. */
void report_compare(const struct answers *answers, const struct made_host *host, uint64_t number,
		    bool is_dump);

/* Gives the hosts that are examples of the most frequent disagreements. Returns how many. */
size_t report_examples(uint64_t *numbers, size_t max);

/*
 * Prints a row of TAP for each fact, and below those that fail the disagreements; and one that says
 * whether JSON was valid by its schema.
 */
void report_print(uint64_t hosts, bool is_valid, FILE *stream);

/* Prints the answers that disagree. */
void report_answers(const struct answers *answers, FILE *stream);

/* Prints the functions and the tree of a host. */
void report_host(const struct made_host *host, uint64_t number, FILE *stream);

/* Whether all answers agree. */
bool report_is_clean(void);

#endif /* AGREEMENT_REPORT_H */
