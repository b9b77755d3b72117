/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel, for tests: the ordered list of the system calls that must come, with their arguments,
 * and its answers. A call that isn't the next of the list fails the test. What real kernels answer
 * is tested in the lab.
 */
#ifndef TESTS_MADE_CALLS_H
#define TESTS_MADE_CALLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum call_name {
	NO_CALL, /* the end of a list */
	CALL_OPEN,
	CALL_OPENAT,
	CALL_READ,
	CALL_PREAD,
	CALL_CLOSE,
	CALL_IOCTL,
	CALL_STAT,
	CALL_FSTATAT,
	CALL_OPENDIR,
	CALL_READDIR,
	CALL_CLOSEDIR,
	CALL_ACCESS,
	CALL_GETEUID,
	CALL_SPAWN,
	CALL_WAIT,
};

struct call {
	enum call_name name;
	const char *path;     /* or the name of an entry, or a program and its arguments */
	int fd;		      /* what is asked; a program's process */
	int error;	      /* the answer: an errno, or 0 and */
	long result;	      /* what the call returns, */
	unsigned long number; /* ioctl()'s request; where pread() begins; a file's mode */
	dev_t device;	      /* the file's, if it is a device */
	const void *wants;    /* ioctl()'s argument, of @size bytes; NULL: it is @value, or for */
	const void *gives;    /* what the kernel puts in its place, or read() reads */
	size_t size;
	unsigned long value;
	void (*answer)(void *argument); /* this to check and fill in: it has a pointer */
};

/* Files for reading and writing; the descriptor that the kernel gives is @as. */
#define OPENS(file, as)                                           \
	{                                                         \
		.name = CALL_OPEN, .path = (file), .result = (as) \
	}
#define CANT_OPEN(file, no)                                      \
	{                                                        \
		.name = CALL_OPEN, .path = (file), .error = (no) \
	}
#define CLOSES(of)                             \
	{                                      \
		.name = CALL_CLOSE, .fd = (of) \
	}

/* An attribute, read whole as sysfs_read() does */
#define ATTRIBUTE 90
#define READS(file, content)                                          \
	{ .name = CALL_OPENAT, .path = (file), .result = ATTRIBUTE }, \
		{ .name = CALL_READ,                                  \
		  .fd = ATTRIBUTE,                                    \
		  .gives = (content),                                 \
		  .size = sizeof(content) - 1,                        \
		  .result = sizeof(content) - 1 },                    \
		CLOSES(ATTRIBUTE)
#define CANT_READ(file, no)                                        \
	{                                                          \
		.name = CALL_OPENAT, .path = (file), .error = (no) \
	}

/* An ioctl whose struct is @before, and becomes @after; likewise one that fails */
#define ASKS(of, request, before, after)                                                 \
	{                                                                                \
		.name = CALL_IOCTL, .fd = (of), .number = (request), .wants = &(before), \
		.gives = &(after), .size = sizeof(before)                                \
	}
#define IS_REFUSED(of, request, before, no)                                              \
	{                                                                                \
		.name = CALL_IOCTL, .fd = (of), .number = (request), .wants = &(before), \
		.size = sizeof(before), .error = (no)                                    \
	}

#define EXISTS(file)                                \
	{                                           \
		.name = CALL_ACCESS, .path = (file) \
	}
#define IS_MISSING(file)                                             \
	{                                                            \
		.name = CALL_ACCESS, .path = (file), .error = ENOENT \
	}

/* Directories; each has a descriptor. */
#define OPENS_DIRECTORY(directory, as)                                    \
	{                                                                 \
		.name = CALL_OPENDIR, .path = (directory), .result = (as) \
	}
#define CANT_OPEN_DIRECTORY(directory, no)                               \
	{                                                                \
		.name = CALL_OPENDIR, .path = (directory), .error = (no) \
	}
#define HAS_ENTRY(of, entry)                                      \
	{                                                         \
		.name = CALL_READDIR, .fd = (of), .path = (entry) \
	}
#define HAS_NO_MORE(of)                          \
	{                                        \
		.name = CALL_READDIR, .fd = (of) \
	}
#define CLOSES_DIRECTORY(of)                      \
	{                                         \
		.name = CALL_CLOSEDIR, .fd = (of) \
	}
#define CANT_STAT(file, no)                                      \
	{                                                        \
		.name = CALL_STAT, .path = (file), .error = (no) \
	}

/* Begins with a list, which ends with an empty struct. */
void calls_expect(const struct call *calls);

/* Fails if some of it hasn't come. */
void calls_end(void);

#endif /* TESTS_MADE_CALLS_H */
