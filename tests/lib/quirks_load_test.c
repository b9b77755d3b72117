// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/quirks.h: quirks of a directory, those that are built in, and those of a host. The
 * host's directory is the test's own: it wraps the functions that open it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_quirks.h"

#define HOST_QUIRKS "/etc/vpasid/quirks.d"
#define NOBODY	    65534

static char directory[64]; /* new for each test */

/* Leads from the directory of a host to its place in @directory. */
static const char *redirect(const char *path, char *buffer, size_t size)
{
	size_t length = strlen(HOST_QUIRKS);

	if (strncmp(path, HOST_QUIRKS, length) != 0)
		return path;
	snprintf(buffer, size, "%s/host%s", directory, path + length);
	return buffer;
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
ssize_t __real_read(int file, void *data, size_t length);
ssize_t __wrap_read(int file, void *data, size_t length);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_reallocarray(void *array, size_t count, size_t size);
void *__wrap_reallocarray(void *array, size_t count, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
int __wrap_asprintf(char **text, const char *format, ...);
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...);

static bool is_testing;		 /* gcov writes its counters after the tests */
static bool no_opening;		 /* nothing may be opened */
static bool no_entries;		 /* directories can be opened, but not read */
static bool no_reading;		 /* files can be opened, but not read */
static size_t taken;		 /* bytes of the file that is read, by what read() has returned */
static size_t no_memory_for;	 /* malloc() of so many bytes or more fails; 0: always succeeds */
static size_t most_memory;	 /* that malloc() was asked for at once */
static const char *failing = ""; /* the other function that finds no memory */

DIR *__wrap_opendir(const char *path)
{
	char buffer[256];
	DIR *opened;
	int file;

	assert_false(no_opening);
	opened = __real_opendir(redirect(path, buffer, sizeof(buffer)));
	if (no_entries) {
		assert_non_null(opened);
		file = __real_open("/dev/null", O_RDONLY);
		assert_int_equal(dup2(file, dirfd(opened)), dirfd(opened));
		close(file);
	}
	return opened;
}

/* The library creates no files. */
int __wrap_open(const char *path, int flags, ...)
{
	char buffer[256];
	va_list arguments;
	int file;

	if (!is_testing) {
		va_start(arguments, flags);
		file = __real_open(path, flags, va_arg(arguments, int));
		va_end(arguments);
		return file;
	}
	assert_false(no_opening);
	assert_int_equal(flags & (O_CREAT | O_ACCMODE), 0);
	/* musl's opendir() comes here, too, if it is linked statically. */
	if (no_reading && !(flags & O_DIRECTORY))
		flags |= O_WRONLY;
	return __real_open(redirect(path, buffer, sizeof(buffer)), flags);
}

int __wrap_open64(const char *path, int flags, ...)
{
	return __wrap_open(path, flags);
}

/* Interrupted at first, then it takes half of what there is room for, and then all of it. */
ssize_t __wrap_read(int file, void *data, size_t length)
{
	static unsigned int calls;
	ssize_t got;

	if (!is_testing)
		return __real_read(file, data, length);
	/* the largest buffer is the file's */
	assert_int_equal(length, most_memory - taken);
	errno = EINTR;
	if (++calls % 3 == 1)
		return -1;
	got = __real_read(file, data, calls % 3 ? (length + 1) / 2 : length);
	taken = got > 0 ? taken + (size_t)got : 0;
	return got;
}

void *__wrap_malloc(size_t size)
{
	if (size > most_memory)
		most_memory = size;
	if (no_memory_for && size >= no_memory_for)
		return NULL;
	return __real_malloc(size);
}

void *__wrap_reallocarray(void *array, size_t count, size_t size)
{
	return strcmp(failing, "reallocarray") ? __real_reallocarray(array, count, size) : NULL;
}

char *__wrap_strdup(const char *text)
{
	return strcmp(failing, "strdup") ? __real_strdup(text) : NULL;
}

static int print(char **text, const char *format, va_list arguments)
{
	return strcmp(failing, "asprintf") ? vasprintf(text, format, arguments) : -1;
}

int __wrap_asprintf(char **text, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = print(text, format, arguments);
	va_end(arguments);
	return ret;
}

/* What asprintf() is with _FORTIFY_SOURCE */
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
	va_list arguments;
	int ret;

	(void)flag;
	va_start(arguments, format);
	ret = print(text, format, arguments);
	va_end(arguments);
	return ret;
}

static int setup(void **state)
{
	no_memory_for = most_memory = taken = 0;
	no_opening = no_entries = no_reading = false;
	failing = "";
	is_testing = true;
	snprintf(directory, sizeof(directory), "/tmp/quirks_test.XXXXXX");
	if (quirks_setup(state) || !mkdtemp(directory))
		return -1;
	return chmod(directory, 0755);
}

static int remove_entry(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
	(void)stat;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	is_testing = no_opening = no_reading = false;
	quirks_teardown(state);
	return nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *in_directory(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_directory(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static const struct vpasid_device realtek = {
	.argsz = sizeof(realtek),
	.vendor = 0x10ec,
	.device = 0x8168,
};

static int load(void)
{
	return vpasid_quirks_load_directory(quirks, directory, &error);
}

/* The error must be "DIRECTORY/@text". */
static void expect_load_error(int expected, const char *text)
{
	assert_int_equal(load(), expected);
	assert_string_equal(error.text, in_directory(text));
	assert_int_equal(match(&dsa), 0);
}

/* The error must be "DIRECTORY/@name: " and libc's words. */
static void expect_failed_open(int expected, const char *name)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: %s", name, strerror(-expected));
	expect_load_error(expected, text);
}

static void files_are_read_in_the_order_of_their_names(void **state)
{
	(void)state;
	write_file("b.conf", DEVICE "offset 0x500\n" SOURCE);
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	write_file("B.conf", DEVICE "offset 0x600\n" SOURCE);
	write_file("c.conf~", "no quirks");
	write_file(".d.conf", "no quirks");
	write_file(".conf", "no quirks");
	write_file("README", "no quirks");
	assert_int_equal(load(), 0);
	assert_int_equal(match(&dsa), 3);
	assert_int_equal(matches[0]->offset, 0x600);
	assert_int_equal(matches[1]->offset, 0x400);
	assert_int_equal(matches[2]->offset, 0x500);
	assert_string_equal(matches[1]->file, in_directory("a.conf"));
}

static void a_mistake_in_one_file_leaves_out_all(void **state)
{
	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	write_file("b.conf", "\noops");
	expect_load_error(-EINVAL, "b.conf:2: 'oops': a line begins with device, hidden, extent, "
				   "offset, source");
}

static void a_directory_isnt_a_file(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_directory("a.conf"), 0755), 0);
	expect_load_error(-EINVAL, "a.conf: not a regular file; remove it");
}

static void a_fifo_doesnt_hang(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(in_directory("a.conf"), 0644), 0);
	alarm(10);
	expect_load_error(-EINVAL, "a.conf: not a regular file; remove it");
	alarm(0);
}

static void a_loop_of_links_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(symlink("a.conf", in_directory("a.conf")), 0);
	expect_failed_open(-ELOOP, "a.conf");
}

static void a_link_into_nothing_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(symlink("nothing", in_directory("a.conf")), 0);
	expect_failed_open(-ENOENT, "a.conf");
}

static void a_link_to_a_file_is_one(void **state)
{
	(void)state;
	write_file("elsewhere", DEVICE "offset 0x400\n" SOURCE);
	assert_int_equal(symlink("elsewhere", in_directory("a.conf")), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(match(&dsa), 1);
}

static void a_file_has_1_mib_at_most(void **state)
{
	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE "#");
	assert_int_equal(truncate(in_directory("a.conf"), 1 << 20), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(match(&dsa), 1);
	/* by one byte more it is seen that a file is larger */
	assert_int_equal(most_memory, (1 << 20) + 1);

	vpasid_quirks_free(quirks);
	quirks = vpasid_quirks_new();
	assert_int_equal(truncate(in_directory("a.conf"), (1 << 20) + 1), 0);
	expect_load_error(-EINVAL, "a.conf: larger than 1 MiB; split it");
}

/* Root may read any file, so this is done as another user. */
static void a_file_that_cant_be_read_is_an_error(void **state)
{
	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	assert_int_equal(chmod(in_directory("a.conf"), 0), 0);
	if (!getuid())
		assert_int_equal(seteuid(NOBODY), 0);
	expect_failed_open(-EACCES, "a.conf");
	assert_int_equal(seteuid(getuid()), 0);
}

static void a_directory_that_isnt_there_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(vpasid_quirks_load_directory(quirks, in_directory("no"), NULL), -ENOENT);
	assert_int_equal(vpasid_quirks_load_directory(quirks, in_directory("no"), &error), -ENOENT);
	assert_non_null(strstr(error.text, "/no: "));
	assert_non_null(strstr(error.text, strerror(ENOENT)));
	write_file("file", "");
	assert_int_equal(vpasid_quirks_load_directory(quirks, in_directory("file"), &error),
			 -ENOTDIR);
}

static void no_memory_is_told(void **state)
{
	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	no_memory_for = 1 << 20;
	snprintf(error.text, sizeof(error.text), "not told");
	assert_int_equal(load(), -ENOMEM);
	assert_non_null(strstr(error.text, "/a.conf: "));
	assert_non_null(strstr(error.text, strerror(ENOMEM)));
	assert_int_equal(match(&dsa), 0);
}

/* Neither do files from before the failure stay, nor is the error left as it was. */
static void no_memory_is_told_wherever_it_is_short(void **state)
{
	static const struct {
		const char *function, *name;
	} rows[] = { { "reallocarray", "" }, { "strdup", "" }, { "asprintf", "/a.conf" } };
	char text[256];

	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		failing = rows[i].function;
		snprintf(error.text, sizeof(error.text), "not told");
		assert_int_equal(load(), -ENOMEM);
		snprintf(text, sizeof(text), "%s%s: %s", directory, rows[i].name, strerror(ENOMEM));
		assert_string_equal(error.text, text);
		assert_int_equal(match(&dsa), 0);
	}
	failing = "reallocarray";
	assert_int_equal(vpasid_quirks_load(quirks, &error), -ENOMEM);
	assert_non_null(strstr(error.text, "built-in/realtek.conf:"));
	assert_non_null(strstr(error.text, strerror(ENOMEM)));
	failing = "";
	assert_int_equal(load(), 0);
	assert_int_equal(match(&dsa), 1);
}

static void a_directory_that_cant_be_read_is_an_error(void **state)
{
	char text[256];

	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	no_entries = true;
	assert_int_equal(load(), -ENOTDIR);
	snprintf(text, sizeof(text), "%s: %s", directory, strerror(ENOTDIR));
	assert_string_equal(error.text, text);
}

static void a_file_whose_reading_fails_is_an_error(void **state)
{
	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	no_reading = true;
	expect_failed_open(-EBADF, "a.conf");
}

/* What a set had before a failure stays, whatever part of the call fails. */
static void a_failure_leaves_what_was_there(void **state)
{
	(void)state;
	write_file("a.conf", DEVICE "offset 0x400\n" SOURCE);
	assert_int_equal(load(), 0);
	write_file("b.conf", DEVICE "offset 0x500\noops\n");
	assert_int_equal(load(), -EINVAL);
	assert_int_equal(match(&dsa), 1);
	assert_int_equal(mkdir(in_directory("host"), 0755), 0);
	write_file("host/z.conf", "oops");
	assert_int_equal(vpasid_quirks_load(quirks, &error), -EINVAL);
	assert_int_equal(match(&dsa), 1);
	assert_int_equal(match(&realtek), 0);
	no_entries = true;
	assert_int_equal(vpasid_quirks_load(quirks, &error), -ENOTDIR);
	assert_int_equal(match(&realtek), 0);
	no_entries = false;
	assert_int_equal(vpasid_quirks_load_directory(quirks, in_directory("no"), &error), -ENOENT);
	assert_int_equal(match(&dsa), 1);
}

/* What is built in, and the directory of a host */

static void expect_realtek(const char *file)
{
	assert_int_equal(match(&realtek), 1);
	assert_string_equal(matches[0]->file, file);
}

static void what_is_built_in_takes_no_file(void **state)
{
	(void)state;
	no_opening = true;
	assert_int_equal(vpasid_quirks_load_builtin(quirks), 0);
	expect_realtek("built-in/realtek.conf");
	assert_int_equal(matches[0]->hidden[0].offset, 0x70c);
	assert_int_equal(matches[0]->hidden[0].length, 4);
	assert_true(matches[0]->line > 1);
}

static void a_host_may_have_no_directory(void **state)
{
	(void)state;
	assert_int_equal(vpasid_quirks_load(quirks, &error), 0);
	expect_realtek("built-in/realtek.conf");
	assert_int_equal(match(&dsa), 0);
}

static void a_hosts_file_replaces_a_built_in_one_of_the_same_name(void **state)
{
	struct vpasid_device other = realtek;

	(void)state;
	assert_int_equal(mkdir(in_directory("host"), 0755), 0);
	write_file("host/realtek.conf", "device 10ec:8168\noffset 0x600\n" SOURCE);
	write_file("host/z.conf", DEVICE "offset 0x500\n" SOURCE);
	write_file("host/a.conf", DEVICE "offset 0x400\n" SOURCE);
	assert_int_equal(vpasid_quirks_load(quirks, &error), 0);
	expect_realtek(HOST_QUIRKS "/realtek.conf");
	assert_int_equal(matches[0]->offset, 0x600);
	other.device = 0x8125;
	assert_int_equal(match(&other), 0);
	assert_int_equal(match(&dsa), 2);
	assert_int_equal(matches[0]->offset, 0x400);
	assert_int_equal(matches[1]->offset, 0x500);
}

/* What an administrator prescribes comes after what is built in, so that it counts. */
static void a_hosts_file_adds_to_what_is_built_in(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_directory("host"), 0755), 0);
	write_file("host/mine.conf", "device 10ec:8168\noffset 0x600\n" SOURCE);
	assert_int_equal(vpasid_quirks_load(quirks, &error), 0);
	assert_int_equal(match(&realtek), 2);
	assert_string_equal(matches[0]->file, "built-in/realtek.conf");
	assert_int_equal(matches[1]->offset, 0x600);
}

static void a_hosts_mistake_leaves_out_all(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_directory("host"), 0755), 0);
	write_file("host/b.conf", "oops");
	assert_int_equal(vpasid_quirks_load(quirks, &error), -EINVAL);
	assert_string_equal(error.text, HOST_QUIRKS "/b.conf:1: 'oops': a line begins with device, "
						    "hidden, extent, offset, source");
	assert_int_equal(match(&realtek), 0);
}

/* Each file of data/quirks/ is built in, with all that it says. */
static void all_files_are_built_in(void **state)
{
	struct vpasid_quirks *source = vpasid_quirks_new();
	int count = 0;

	(void)state;
	assert_int_equal(vpasid_quirks_load_directory(source, SHIPPED_QUIRKS, &error), 0);
	assert_int_equal(vpasid_quirks_load_builtin(quirks), 0);
	for (unsigned int id = 0; id <= UINT16_MAX; id++) {
		const struct vpasid_device device = {
			.argsz = sizeof(device),
			.vendor = 0x10ec,
			.device = (uint16_t)id,
		};
		int found = vpasid_quirks_match(source, &device, NULL, 0);

		assert_int_equal(match(&device), found);
		count += found;
	}
	assert_int_equal(count, 3);
	vpasid_quirks_free(source);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_read_in_the_order_of_their_names),
		TEST(a_mistake_in_one_file_leaves_out_all),
		TEST(a_directory_isnt_a_file),
		TEST(a_fifo_doesnt_hang),
		TEST(a_loop_of_links_is_an_error),
		TEST(a_link_into_nothing_is_an_error),
		TEST(a_link_to_a_file_is_one),
		TEST(a_file_has_1_mib_at_most),
		TEST(a_file_that_cant_be_read_is_an_error),
		TEST(a_directory_that_isnt_there_is_an_error),
		TEST(no_memory_is_told),
		TEST(no_memory_is_told_wherever_it_is_short),
		TEST(a_directory_that_cant_be_read_is_an_error),
		TEST(a_file_whose_reading_fails_is_an_error),
		TEST(a_failure_leaves_what_was_there),
		TEST(what_is_built_in_takes_no_file),
		TEST(a_host_may_have_no_directory),
		TEST(a_hosts_file_replaces_a_built_in_one_of_the_same_name),
		TEST(a_hosts_file_adds_to_what_is_built_in),
		TEST(a_hosts_mistake_leaves_out_all),
		TEST(all_files_are_built_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
