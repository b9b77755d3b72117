// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/recording_file.h: which archives are a recording, and what they are written as. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "facts/recording_file.h"
#include "support/tar.h"

#define MANIFEST "vpasid-record 1\nversion 1\ndate today\nroot yes\nwake no\n"
#define MOST	 (1 << 16) /* bytes of a file */

/* The archive that a test makes, as a file that recording_load() opens */
static struct {
	int fd;
	gzFile file;
	char path[32];
} archive;

static struct recording recording;
static struct recording_origin origin;
static struct why why;

static int setup(void **state)
{
	(void)state;
	archive.fd = memfd_create("archive", MFD_CLOEXEC);
	snprintf(archive.path, sizeof(archive.path), "/proc/self/fd/%d", archive.fd);
	archive.file = gzdopen(dup(archive.fd), "w");
	return archive.file ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	recording_free(&recording);
	return close(archive.fd);
}

static void add(const char *name, const void *data, size_t size)
{
	assert_int_equal(tar_write(archive.file, name, data, size), 0);
}

static void add_manifest(void)
{
	add("vpasid-record/manifest", MANIFEST, strlen(MANIFEST));
}

static int load(void)
{
	assert_int_equal(tar_write_end(archive.file), 0);
	assert_int_equal(gzclose(archive.file), Z_OK);
	return recording_load(archive.path, &recording, &origin, &why);
}

/* The archive is refused, with that text behind its name. */
static void assert_refused(int error, const char *text)
{
	char expected[512];

	assert_int_equal(load(), error);
	snprintf(expected, sizeof(expected), "%s: %s", archive.path, text);
	assert_string_equal(why.text, expected);
	assert_int_equal(recording.count, 0);
}

static void test_load(void **state)
{
	(void)state;
	add("vpasid-record/manifest", MANIFEST "target 0 sys/l x\n",
	    strlen(MANIFEST "target 0 sys/l x\n"));
	add("vpasid-record/sys/a", "content", 7);
	add("vpasid-record/sys/b", "", 0);
	assert_int_equal(load(), 0);
	assert_string_equal(origin.date, "today");
	assert_int_equal(recording.count, 3);
	assert_string_equal(recording.items[1]->path, "sys/a");
	assert_int_equal(recording.items[1]->kind, RECORDED_CONTENT);
	assert_int_equal(recording.items[1]->error, 0);
	assert_int_equal(recording.items[1]->length, 7);
	assert_string_equal(recording.items[1]->data, "content");
	assert_int_equal(recording.items[2]->length, 0);
}

/* An origin that the manifest lacks is empty. */
static void test_no_origin(void **state)
{
	(void)state;
	add("vpasid-record/manifest", "vpasid-record 1\n", strlen("vpasid-record 1\n"));
	origin = (struct recording_origin){ "x", "x", true, true };
	assert_int_equal(load(), 0);
	assert_string_equal(origin.version, "");
	assert_string_equal(origin.date, "");
	assert_false(origin.is_root);
	assert_false(origin.wakes);
}

/* The file gets descriptor 0 if that is free. */
static void test_descriptor_0(void **state)
{
	int kept = dup(STDIN_FILENO);

	(void)state;
	add_manifest();
	assert_int_equal(load(), 0);
	close(STDIN_FILENO);
	assert_int_equal(recording_load(archive.path, &recording, &origin, &why), 0);
	assert_int_equal(dup(kept), STDIN_FILENO);
	close(kept);
}

/* Of the standard input, only a copy is closed. */
static void test_standard_input(void **state)
{
	int kept = dup(STDIN_FILENO);

	(void)state;
	add_manifest();
	assert_int_equal(load(), 0);
	assert_int_equal(lseek(archive.fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(archive.fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(recording_load("-", &recording, &origin, &why), 0);
	assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
	close(kept);
}

static void test_missing(void **state)
{
	(void)state;
	assert_int_equal(recording_load("/nonexistent", &recording, &origin, &why), -ENOENT);
	assert_string_equal(why.text, "/nonexistent: No such file or directory");
	add_manifest();
	assert_int_equal(load(), 0);
}

static void test_empty(void **state)
{
	(void)state;
	assert_refused(-EBADMSG, "it is empty");
}

static void test_other_archive(void **state)
{
	(void)state;
	add("vpasid-record/sys/a", "", 0);
	assert_refused(-EBADMSG, "its first file isn't the manifest of a recording");
}

static void test_two_manifests(void **state)
{
	(void)state;
	add_manifest();
	add_manifest();
	assert_refused(-EBADMSG, "it contains two manifests");
}

static void test_binary_manifest(void **state)
{
	(void)state;
	add("vpasid-record/manifest", MANIFEST, sizeof(MANIFEST));
	assert_refused(-EBADMSG, "its manifest isn't text");
}

static void test_bad_manifest(void **state)
{
	(void)state;
	add("vpasid-record/manifest", MANIFEST "x\n", strlen(MANIFEST "x\n"));
	assert_refused(-EBADMSG, "line 6 of its manifest is invalid");
}

static void test_twice(void **state)
{
	(void)state;
	add_manifest();
	add("vpasid-record/sys/a", "x", 1);
	add("vpasid-record/sys/a", "x", 1);
	assert_refused(-EBADMSG, "it has sys/a twice");
}

static void test_names(void **state)
{
	static const char *const names[] = { "sys/a", "vpasid-recorder/a", "vpasid-record/../a",
					     "vpasid-record//a" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char text[128];

		if (i) {
			teardown(state);
			assert_int_equal(setup(state), 0);
		}
		add_manifest();
		add(names[i], "x", 1);
		snprintf(text, sizeof(text), "\"%s\" in it isn't a name of a recorded file",
			 names[i]);
		assert_refused(-EBADMSG, text);
	}
}

/* A file has up to 64 KiB. */
static void test_large_file(void **state)
{
	static char content[MOST + 1];

	add_manifest();
	add("vpasid-record/sys/a", content, MOST);
	assert_int_equal(load(), 0);
	assert_int_equal(recording.items[0]->length, MOST);
	teardown(state);
	assert_int_equal(setup(state), 0);
	add_manifest();
	add("vpasid-record/sys/a", content, MOST + 1);
	assert_refused(-EFBIG, "it is larger than a recording can be");
}

/* The content is cut off. */
static void test_cut_off(void **state)
{
	(void)state;
	add_manifest();
	add("vpasid-record/sys/a", "content", 7);
	assert_int_equal(load(), 0);
	recording_free(&recording);
	assert_int_equal(ftruncate(archive.fd, lseek(archive.fd, 0, SEEK_END) / 2), 0);
	assert_int_equal(recording_load(archive.path, &recording, &origin, &why), -EBADMSG);
	assert_int_equal(recording.count, 0);
}

static void record_file(const char *path, const char *content)
{
	assert_int_equal(recording_add(&recording, RECORDED_CONTENT, path, 0, strdup(content),
				       strlen(content)),
			 0);
}

/* What is saved is loaded again, but nothing that a filter takes out. */
static void test_save(void **state)
{
	static const struct recording_origin made = { "1.2", "yesterday", false, true };

	(void)state;
	gzclose(archive.file);
	record_file("sys/a", "x");
	record_file("etc/shadow", "secret");
	record_file("proc/cmdline", "secret iommu=off");
	/* one that has been filtered as it was read */
	record_file("proc/interrupts", "filtered already");
	assert_int_equal(recording_save(&recording, &made, dup(archive.fd), &why), 0);
	assert_int_equal(recording.items[1]->error, -ENODATA);
	assert_int_equal(recording.items[1]->length, 0);
	recording_free(&recording);
	assert_int_equal(recording_load(archive.path, &recording, &origin, &why), 0);
	assert_string_equal(origin.version, "1.2");
	assert_string_equal(origin.date, "yesterday");
	assert_false(origin.is_root);
	assert_true(origin.wakes);
	assert_int_equal(recording.count, 4);
	/* the manifest's are the first */
	assert_string_equal(recording.items[0]->path, "etc/shadow");
	assert_int_equal(recording.items[0]->error, -ENODATA);
	assert_null(recording.items[0]->data);
	assert_string_equal(recording.items[1]->data, "x");
	assert_string_equal(recording.items[2]->data, "iommu=off");
	assert_string_equal(recording.items[3]->data, "filtered already");
}

static void test_save_fails(void **state)
{
	char path[TAR_NAME_SIZE + 1] = "sys/";
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	gzclose(archive.file);
	assert_int_not_equal(full, -1);
	record_file("sys/a", "x");
	assert_int_equal(recording_save(&recording, &origin, full, &why), -ENOSPC);
	assert_string_equal(why.text, "No space left on device");
	assert_int_equal(fcntl(full, F_GETFD), -1);
	memset(path + strlen(path), 'x', sizeof(path) - strlen(path) - 1);
	path[sizeof(path) - 1] = '\0';
	record_file(path, "x");
	assert_int_equal(recording_save(&recording, &origin, dup(archive.fd), &why), -ENAMETOOLONG);
	assert_string_equal(why.text, "File name too long");
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(test_load),
		FILE_TEST(test_no_origin),
		FILE_TEST(test_descriptor_0),
		FILE_TEST(test_standard_input),
		FILE_TEST(test_missing),
		FILE_TEST(test_empty),
		FILE_TEST(test_other_archive),
		FILE_TEST(test_two_manifests),
		FILE_TEST(test_binary_manifest),
		FILE_TEST(test_bad_manifest),
		FILE_TEST(test_twice),
		FILE_TEST(test_names),
		FILE_TEST(test_large_file),
		FILE_TEST(test_cut_off),
		FILE_TEST(test_save),
		FILE_TEST(test_save_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
