// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * support/tar.h: a name that tar_write() takes is read again as it was.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/tar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static gzFile open_archive(int fd, const char *mode)
{
	int copy = dup(fd);
	gzFile file;

	assert_true(copy >= 0);
	assert_int_equal(lseek(copy, 0, SEEK_SET), 0);
	file = gzdopen(copy, mode);
	assert_non_null(file);
	return file;
}

static void check_name(const char *name, int error)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	char again[TAR_NAME_SIZE];
	struct why why;
	size_t size;
	gzFile file;

	assert_true(fd >= 0);
	file = open_archive(fd, "w");
	assert_int_equal(tar_write(file, name, "x", 1), error);
	assert_int_equal(tar_write_end(file), 0);
	assert_int_equal(gzclose(file), Z_OK);

	file = open_archive(fd, "r");
	assert_int_equal(tar_next(file, again, &size, &why), !error);
	if (!error) {
		assert_string_equal(again, name);
		assert_int_equal(size, 1);
	}
	gzclose(file);
	close(fd);
}

/* A name of parts: characters, and how many of each there are */
struct part {
	char what;
	unsigned int count;
};

static void test_names(void **state)
{
	static const struct {
		struct part parts[4];
		int error;
	} rows[] = {
		{ { { 'n', 100 } }, 0 },
		{ { { 'n', 101 } }, -ENAMETOOLONG },
		{ { { 'p', 155 }, { '/', 1 }, { 'n', 100 } }, 0 },
		{ { { 'p', 156 }, { '/', 1 }, { 'n', 99 } }, -ENAMETOOLONG },
		{ { { 'p', 154 }, { '/', 1 }, { 'n', 101 } }, -ENAMETOOLONG },
		{ { { 'p', 1 }, { '/', 1 }, { 'n', 98 } }, 0 },
		/* neither part may be empty */
		{ { { 'p', 20 }, { '/', 1 }, { 'n', 99 }, { '/', 1 } }, 0 },
		{ { { 'n', 120 }, { '/', 1 } }, -ENAMETOOLONG },
		{ { { '/', 1 }, { 'n', 100 } }, -ENAMETOOLONG },
		{ { { '/', 2 }, { 'n', 100 } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[TAR_NAME_SIZE + 1] = "";
		size_t length = 0;

		for (size_t j = 0; j < COUNT(rows[i].parts); j++) {
			memset(name + length, rows[i].parts[j].what, rows[i].parts[j].count);
			length += rows[i].parts[j].count;
		}
		check_name(name, rows[i].error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
