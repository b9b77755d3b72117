// SPDX-License-Identifier: GPL-2.0-or-later
/* vfio/opener.h: which process has a device's file open, by what /proc shows. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_calls.h"
#include "vfio/opener.h"

#define NODE	  "/dev/vfio/7"
#define DEVICE	  0xf107 /* the file's */
#define MAX_CALLS 20

/* The descriptors that stand for directories */
enum {
	PROC = 10,
	FILES
};

#define IS_A(kind)                                                                         \
	{                                                                                  \
		.name = CALL_STAT, .path = NODE, .number = (kind) | 0600, .device = DEVICE \
	}
#define HAS_FILE(entry, kind, of)                                                            \
	HAS_ENTRY(FILES, entry),                                                             \
	{                                                                                    \
		.name = CALL_FSTATAT, .fd = FILES, .path = (entry), .number = (kind) | 0640, \
		.device = (of)                                                               \
	}
#define FILE_IS_GONE(entry)                                                         \
	HAS_ENTRY(FILES, entry),                                                    \
	{                                                                           \
		.name = CALL_FSTATAT, .fd = FILES, .path = (entry), .error = ENOENT \
	}
#define BEGINS	      IS_A(S_IFCHR), OPENS_DIRECTORY("/proc", PROC)
#define PROCESS(pid)  HAS_ENTRY(PROC, pid), OPENS_DIRECTORY("/proc/" pid "/fd", FILES)
#define IS_NOT_IT     HAS_NO_MORE(FILES), CLOSES_DIRECTORY(FILES)
#define NOBODY_HAS_IT HAS_NO_MORE(PROC), CLOSES_DIRECTORY(PROC)
#define HAS_IT	      CLOSES_DIRECTORY(FILES)

static char own_pid[16];

static const struct row {
	pid_t pid; /* 0: nobody */
	const char *command;
	struct call calls[MAX_CALLS];
} rows[] = {
	/* what no process can have open as a device */
	{ 0, "", { CANT_STAT(NODE, ENOENT) } },
	{ 0, "", { IS_A(S_IFREG) } },
	{ 0, "", { IS_A(S_IFDIR) } },
	{ 0, "", { IS_A(S_IFCHR), CANT_OPEN_DIRECTORY("/proc", EACCES) } },
	{ 0, "", { BEGINS, NOBODY_HAS_IT } },
	/* what isn't a process, and the process itself, isn't looked at */
	{ 0,
	  "",
	  { BEGINS, HAS_ENTRY(PROC, "."), HAS_ENTRY(PROC, "self"), HAS_ENTRY(PROC, "-1"),
	    HAS_ENTRY(PROC, "0"), HAS_ENTRY(PROC, own_pid), NOBODY_HAS_IT } },
	/* another user's, which can't be looked into; then one that has it */
	{ 17,
	  "qemu-system-x86",
	  { BEGINS, HAS_ENTRY(PROC, "1"), CANT_OPEN_DIRECTORY("/proc/1/fd", EACCES), PROCESS("17"),
	    HAS_ENTRY(FILES, ".."), HAS_FILE("0", S_IFCHR, DEVICE), HAS_IT,
	    READS("/proc/17/comm", "qemu-system-x86\n"), CLOSES_DIRECTORY(PROC) } },
	/* a block device of the same number, another device, a file that was closed meanwhile */
	{ 0,
	  "",
	  { BEGINS, PROCESS("17"), HAS_FILE("0", S_IFBLK, DEVICE),
	    HAS_FILE("1", S_IFCHR, DEVICE + 1), FILE_IS_GONE("2"), IS_NOT_IT, NOBODY_HAS_IT } },
	{ 18,
	  "",
	  { IS_A(S_IFBLK), OPENS_DIRECTORY("/proc", PROC), PROCESS("17"), IS_NOT_IT, PROCESS("18"),
	    FILE_IS_GONE("3"), HAS_FILE("4", S_IFBLK, DEVICE), HAS_IT,
	    CANT_READ("/proc/18/comm", ENOENT), CLOSES_DIRECTORY(PROC) } },
};

static void test_calls(void **state)
{
	(void)state;
	snprintf(own_pid, sizeof(own_pid), "%d", (int)getpid());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct opener opener;

		calls_expect(rows[i].calls);
		assert_int_equal(opener_find(NODE, &opener), rows[i].pid != 0);
		calls_end();
		if (!rows[i].pid)
			continue;
		assert_int_equal(opener.pid, rows[i].pid);
		assert_string_equal(opener.command, rows[i].command);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests_name("opener", tests, NULL, NULL);
}
