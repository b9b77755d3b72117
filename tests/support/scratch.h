/* SPDX-License-Identifier: MIT */
/*
 * A directory in memory that is removed when the test ends, even if it is killed.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

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
 *
 * Return: 0 or a negative errno; -EIO if something of it couldn't be removed.
 */
int scratch_remove(struct scratch *scratch);

/*
 * A setup of cmocka that makes the directory and changes to it, so that names of files are
 * relative; and the teardown for it.
 */
int scratch_enter(void **state);
int scratch_leave(void **state);

#endif /* TESTS_SCRATCH_H */
