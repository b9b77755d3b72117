/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made hosts for bind/: each is a tree with one function, BDF, which is on nvme and in an IOMMU
 * group. */
#ifndef TESTS_MADE_BIND_H
#define TESTS_MADE_BIND_H

#include "bind/bind.h"

#define BDF   "0000:00:05.0"
#define PCI   "sys/devices/pci0000:00/" BDF
#define STATE "run/vpasid/" BDF

extern const struct bdf bdf;

/* For cmocka: no process uses the function. */
int made_bind_setup(void **state);

/* Has that driver in the tree, and the function bound to it. */
void set_driver(const char *root, const char *driver);

/* What binds the function to pasid_vfio_pci */
struct bind_options options_for(void **state, bool force);

/* What bind_check() says of it: @why is part of its message. */
void assert_bind_check(void **state, bool force, int ret, enum bind_result result, const char *why);

/* Has the function bound to pasid_vfio_pci, and unbinds it. */
void assert_unbinds(void **state, struct bind *bind);

#endif /* TESTS_MADE_BIND_H */
