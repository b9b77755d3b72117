/* SPDX-License-Identifier: MIT */
/*
 * A guest that tries a view of config space: it does what Linux does when it finds the function.
 * A VMM has a real guest.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct guest - a guest that has one function
 * @read: What the VMM does when the guest reads config space.
 * @write: What the VMM does when the guest writes config space.
 * @opaque: The first argument of both.
 */
struct guest {
	int (*read)(void *opaque, size_t offset, void *data, size_t length);
	int (*write)(void *opaque, size_t offset, const void *data, size_t length);
	void *opaque;
};

/*
 * Walks the list of extended capabilities like the guest's kernel, prints them, and enables PASID,
 * ATS and PRI. Returns 0, or the negative errno of an access.
 */
int guest_boots(const struct guest *guest);

/*
 * Prints what in the function, or in the root port above it, prevents the guest's kernel from
 * enabling PASID, ATS or PRI behind an emulated VT-d. Returns 0 or a negative errno.
 */
int guest_check(const struct guest *guest);

#endif /* GUEST_H */
