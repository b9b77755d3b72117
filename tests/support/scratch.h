/* SPDX-License-Identifier: MIT */
/*
 * A directory in memory that is removed when the test ends, even if it is killed.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

/* Removes a directory with all that is in it. Returns 0, or -1 with errno. */
int remove_tree(const char *path);

struct scratch {
	char path[64];
	int directory; /* open */
	int keeper;    /* the end of a pipe: when it is closed, the directory is removed */
	int pid;
};

/**
 * scratch_make() - make the directory
 * @scratch: Filled in.
 *
 * This starts a process that waits until the caller ends, and then removes the directory.
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
