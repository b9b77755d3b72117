/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether something leaves a descriptor open.
 */
#ifndef TESTS_DESCRIPTORS_H
#define TESTS_DESCRIPTORS_H

/* The lowest one that isn't open: it is another one after one has been left open. */
int descriptors_lowest(void);

#endif /* TESTS_DESCRIPTORS_H */
