/* SPDX-License-Identifier: GPL-2.0-only */
/* The statement `plant`: a function, and one of pasid, cap, bytes and dump. */
#ifndef LAB_PARSE_PLANT_H
#define LAB_PARSE_PLANT_H

#include "statement.h"

/* Parses what comes after the word `plant`. Returns 0 or a negative errno. */
int parse_plant(struct statement *statement, struct plant *plant);

#endif /* LAB_PARSE_PLANT_H */
