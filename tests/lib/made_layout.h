/* SPDX-License-Identifier: MIT */
/* A config space made by hand, and its layout, new for each test. */
#ifndef TESTS_MADE_LAYOUT_H
#define TESTS_MADE_LAYOUT_H

#include <stddef.h>

#include <vpasid/config.h>

#include "lib/made_config.h"

#define EXACT  VPASID_SPAN_EXACT
#define CUT    VPASID_SPAN_CUT
#define HIDDEN VPASID_SPAN_HIDDEN

/* Where the PCI Express Capability stands. */
#define EXPRESS 0x80

/* What read_layout() has read. */
extern struct vpasid_layout layout;

/* For cmocka: the config space is that of an endpoint of 16 lanes without capabilities. */
int layout_setup(void **state);

#define LAYOUT_TEST(test) cmocka_unit_test_setup(test, layout_setup)

/* Gives the function a PCI Express Capability of a type of port and a number of lanes. */
void put_express(unsigned int type, unsigned int lanes);

/* Returns what vpasid_layout_read() does. */
int read_layout(size_t size);

void expect_span(unsigned int i, unsigned int offset, unsigned int length, unsigned int flags);
void expect_finding(unsigned int i, unsigned int code, unsigned int offset, unsigned int value);

#endif /* TESTS_MADE_LAYOUT_H */
