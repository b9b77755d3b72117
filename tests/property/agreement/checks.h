/* SPDX-License-Identifier: MIT */
/*
 * Commands could all give the same wrong answer. So there are two more sources of answers:
 * what the generator has made, and the rules of the manual.
 */
#ifndef AGREEMENT_CHECKS_H
#define AGREEMENT_CHECKS_H

#include "answers.h"
#include "random_host.h"

/* Records what the generator knows, FROM_MAKER. */
void tell_made(struct answers *answers, const struct made_host *host);

/* The same for the functions in a dump, as far as a dump tells. */
void tell_made_dump(struct answers *answers, const struct made_host *host);

/* Records what follows from list --json by the manual, FROM_RULE, after all commands ran. */
void tell_rules(struct answers *answers, const struct made_host *host);
void tell_rules_of_dump(struct answers *answers);

#endif /* AGREEMENT_CHECKS_H */
