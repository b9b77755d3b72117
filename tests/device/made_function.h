/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function that a test makes of a profile, and a guest's accesses to it. */
#ifndef TESTS_MADE_FUNCTION_H
#define TESTS_MADE_FUNCTION_H

#include <linux/pci_regs.h>
#include <stdint.h>

#include "function.h"
#include "model.h"

#define DSA PROFILES "/dsa.conf"
#define VF  PROFILES "/vf.conf"

#define ATS	0x220 /* of DSA */
#define PASID	0x230
#define CONTROL (PASID + PCI_PASID_CTRL)

extern struct model model;
extern struct function function;
extern struct function_options options;
extern struct log quiet;
extern struct why why;

/* The options are the defaults, without quirks: the directory of the test has none. */
int setup(void **state);
int teardown(void **state);

/* Makes the function of a profile, with the options. Returns what function_init() returns. */
int make(const char *profile);

uint32_t read_bytes(unsigned int offset, unsigned int length);
void write_bytes(unsigned int offset, unsigned int length, uint32_t value);

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

#endif /* TESTS_MADE_FUNCTION_H */
