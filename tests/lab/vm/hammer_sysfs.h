/* SPDX-License-Identifier: MIT */
/*
 * Functions and drivers by the kernel's own sysfs files. All return 0 or the negative
 * errno, except those that say otherwise.
 */
#ifndef TESTS_LAB_HAMMER_SYSFS_H
#define TESTS_LAB_HAMMER_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#define PCI "/sys/bus/pci/"

/* Writes to a file, or to one of a function. */
int put(const char *path, const char *text);
int put_of(const char *bdf, const char *file, const char *text);

/* The first word of a file of a function; "" if there is none. */
void get_of(const char *bdf, const char *file, char *word, size_t size);

/* The last part of what a link of a function leads to, as its driver; "" if there is none. */
void link_of(const char *bdf, const char *link, char *name, size_t size);

bool exists(const char *bdf);

/* Whether the hardware's first BAR has another address than the kernel has assigned to it. */
bool has_lost_bar(const char *bdf);

int unbind(const char *bdf);

/* Takes the function from its driver, gives it to another. */
int bind_to(const char *bdf, const char *driver);

/*
 * N VFs, and none before. QEMU 7.2's NVMe drops its VFs when the PF is reset and doesn't
 * bring them back; VFIO resets what it opens. So, no resets of the PF.
 */
int make_vfs(const char *pf, unsigned int n);

/* Entries of a directory, hidden ones aside; 0 if there is none. */
unsigned int entries(const char *path);

#endif /* TESTS_LAB_HAMMER_SYSFS_H */
