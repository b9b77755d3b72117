/* SPDX-License-Identifier: MIT */
/*
 * What must hold beside that commands agree, as answers of two more: of the maker of the
 * host, and of the manual.
 */
#ifndef AGREEMENT_CHECKS_H
#define AGREEMENT_CHECKS_H

#include "answers.h"
#include "random_host.h"

/* What the maker knows, FROM_MAKER. */
void tell_made(struct answers *answers, const struct made_host *host);

/* The same of the functions that a dump has, and of what it has of them. */
void tell_made_dump(struct answers *answers, const struct made_host *host);

/* What follows from list --json by the manual, FROM_RULE; when all commands are read. */
void tell_rules(struct answers *answers, const struct made_host *host);
void tell_rules_of_dump(struct answers *answers);

#endif /* AGREEMENT_CHECKS_H */
