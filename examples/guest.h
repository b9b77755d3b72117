/* SPDX-License-Identifier: MIT */
/*
 * A guest to try a view of config space with: it does what Linux does when it finds the function.
 * A VMM has a real one.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct guest - a guest that has one function
 * @read: Reads config space for it, as the VMM does when a guest reads.
 * @write: Writes it.
 * @opaque: Handed to both.
 */
struct guest {
	int (*read)(void *opaque, size_t offset, void *data, size_t length);
	int (*write)(void *opaque, size_t offset, const void *data, size_t length);
	void *opaque;
};

/*
 * Walks the chain of extended capabilities as the guest's kernel does, tells what is there, and
 * enables PASID, ATS and PRI. Returns 0, or the negative errno of an access.
 */
int guest_boots(const struct guest *guest);

/*
 * Tells what in the function, or in the root port above it, keeps the guest's kernel from enabling
 * PASID, ATS or PRI behind an emulated VT-d; nothing if nothing does. Returns 0 or a negative
 * errno.
 */
int guest_check(const struct guest *guest);

#endif /* GUEST_H */
