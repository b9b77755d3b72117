/* SPDX-License-Identifier: MIT */
/*
 * A directory in memory that is gone when its maker is, whatever way that ends.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

struct scratch {
	char path[64];
	int directory; /* open */
	int keeper;    /* a pipe's end: closed, the directory goes */
	int pid;
};

/**
 * scratch_make() - make the directory
 * @scratch: Filled in.
 *
 * Another process waits for this one's end, and removes it with all that is in it.
 *
 * Return: 0 or a negative errno.
 */
int scratch_make(struct scratch *scratch);

/**
 * scratch_remove() - remove it now, and wait until that is done
 * @scratch: From scratch_make().
 */
void scratch_remove(struct scratch *scratch);

#endif /* TESTS_SCRATCH_H */
