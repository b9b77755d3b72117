/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was read of a host's files. While a recording is in use, support/sysfs.c answers from it:
 * one that is being made is filled from this host as it is asked, so whatever a reader asks gets
 * in, and nothing else; of one that is complete, nothing of this host is read.
 */
#ifndef TOOLS_SUPPORT_RECORDING_H
#define TOOLS_SUPPORT_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The largest file that a reader reads whole, and the most that a filter leaves of a larger one */
#define RECORDED_MAX_SIZE ((size_t)1 << 20)

/* Copies what is read of a file. */
typedef void recording_filter_fn(FILE *in, FILE *out);

/* What was asked of a file, and the data that is the answer: */
enum recorded_kind {
	RECORDED_CONTENT,  /* its content */
	RECORDED_TARGET,   /* of a link: the text */
	RECORDED_ENTRIES,  /* of a directory: a RECORDED_IS_... and a name each, which ends in '\0'
			    */
	RECORDED_PRESENCE, /* whether it is there: a RECORDED_IS_..., not of a link itself */
	RECORDED_KINDS
};

#define RECORDED_IS_DIRECTORY 'd'
#define RECORDED_IS_LINK      'l'
#define RECORDED_IS_OTHER     '-'

struct recorded {
	enum recorded_kind kind;
	int error;	  /* 0 or a negative errno; then there is no data */
	const char *path; /* without the '/' at its beginning */
	char *data;	  /* a '\0' is behind it */
	size_t length;
};

struct recording {
	bool is_made; /* what isn't in it yet is read from this host */
	/*
	 * For one that is made: the filter of a file that may be long, and is filtered as it is
	 * read; or NULL.
	 */
	recording_filter_fn *(*filter_of_long)(const char *path);
	/* The directory that stands for the root of the recorded host; "" for the root itself. */
	const char *root;
	bool was_root; /* who made it was root */
	struct recorded **items;
	size_t count;
	size_t unknown_count; /* how often something was asked for that isn't in it, ... */
	char *unknown;	      /* and for what first */

	/* private to recording.c */
	size_t room;
	void *tree;
};

/* All zeros is an empty one. */
void recording_free(struct recording *recording);

/* Has support/sysfs.c answer from @recording; NULL: from this host again. */
void recording_use(struct recording *recording);

/* NULL if none is. */
struct recording *recording_in_use(void);

/*
 * Adds an answer. Takes @data, which may be NULL, from malloc(). Returns 0, -EEXIST if there is
 * one to the same question, or -ENOMEM; then it has freed @data.
 */
int recording_add(struct recording *recording, enum recorded_kind kind, const char *path, int error,
		  char *data, size_t length);

/*
 * The answer to a question about the absolute @path. One that has none has the error -ENODATA;
 * but what isn't among the entries of its directory doesn't exist.
 */
const struct recorded *recording_ask(struct recording *recording, enum recorded_kind kind,
				     const char *path);

/* The next of the entries, the first for NULL; NULL at the end. */
const char *recorded_next_entry(const struct recorded *entries, const char *entry);

/* Whether @fd is a regular file, as all that is read of a host is. Returns 0 or a negative errno.
 */
int check_regular(int fd);

#endif /* TOOLS_SUPPORT_RECORDING_H */
