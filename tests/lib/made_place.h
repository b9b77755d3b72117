/* SPDX-License-Identifier: MIT */
/*
 * A config space made by hand, what is asked and known of it, and the placement: new for each
 * test.
 */
#ifndef TESTS_MADE_PLACE_H
#define TESTS_MADE_PLACE_H

#include <vpasid/place.h>

#include "lib/made_config.h"

#define EXPRESS	      0x40   /* where the PCI Express Capability stands */
#define UNKNOWN_ID    0x1234 /* in no specification, so its length can't be known */
#define MAX_OBSTACLES 16
#define MAX_QUIRKS    2

extern struct vpasid_quirk quirks[MAX_QUIRKS];
extern const struct vpasid_quirk *const known[MAX_QUIRKS];
extern struct vpasid_cap wanted; /* the list: PASID */
extern struct vpasid_place_request request;
extern struct vpasid_placement placement;

/* What stood in the way since the last expect_place() or expect_taken(). */
extern struct vpasid_obstacle obstacles[MAX_OBSTACLES];
extern unsigned int obstacle_count;

/* For cmocka: a PCI Express function that has DSN at 0x100; no quirks. */
int place_setup(void **state);

#define PLACE_TEST(test) cmocka_unit_test_setup(test, place_setup)

/* Fills these bytes, the last included, with what isn't zero. */
void fill(unsigned int first, unsigned int last);

/* What a quirk says, for the rest of the test. */
void hide(unsigned int quirk, const struct vpasid_range *range);
void extend(unsigned int quirk, const struct vpasid_range *range);
void prescribe(unsigned int quirk, unsigned int offset);

/* The placement is this, and holds when it is verified. No offset is asked for after that. */
void expect_place(unsigned int offset, unsigned int reason);

void expect_error(int error);
void expect_obstacle(unsigned int i, unsigned int code, unsigned int offset, unsigned int length);

/* Asked for @offset, it is refused, because of this obstacle alone. */
void expect_taken(unsigned int offset, unsigned int code, unsigned int start, unsigned int length);

#endif /* TESTS_MADE_PLACE_H */
