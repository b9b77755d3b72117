// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/dump.h: dumps in files, pipes and gzip's form, also damaged and too large. */
#include <errno.h>
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

#include <vpasid/config.h>

#include "made_dump.h"
#include "pci/dump.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* Packs @data @times over, one after the other, as gzip does; the caller's. */
static uint8_t *pack(const void *data, size_t length, unsigned int times, size_t *packed)
{
	size_t room = compressBound((uLong)length) + 64;
	uint8_t *out = malloc(room * times);

	assert_non_null(out);
	*packed = 0;
	for (unsigned int i = 0; i < times; i++) {
		z_stream stream = { .next_in = (Bytef *)(uintptr_t)data,
				    .avail_in = (uInt)length,
				    .next_out = out + *packed,
				    .avail_out = (uInt)room };

		assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
		assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
		*packed += stream.total_out;
		deflateEnd(&stream);
	}
	return out;
}

/* By a file in memory, because dump_parse() refuses packed text. */
static int read_packed(const void *packed, size_t length, struct dump *dump, struct why *why)
{
	int fd = memfd_create("D", 0), ret;

	assert_int_equal(write(fd, packed, length), length);
	ret = dump_read(path_of("/proc/self/fd/%d", fd).text, dump, why);
	close(fd);
	return ret;
}

static void test_gzip(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE], *packed;
	struct dump dump;
	struct why why;
	size_t length;
	char *text;

	(void)state;
	made_dump_fill(config);
	text = made_dump_text(config);
	packed = pack(text, strlen(text), 2, &length);
	assert_int_equal(read_packed(packed, length, &dump, &why), 0);
	assert_int_equal(dump.count, 2);
	assert_memory_equal(dump.functions[1].config, config, VPASID_CONFIG_SIZE);
	dump_free(&dump);

	/* cut, and damaged */
	for (size_t cut = 2; cut < length / 2; cut += 13) {
		assert_int_equal(read_packed(packed, cut, &dump, &why), -EINVAL);
		assert_non_null(strstr(why.text, ": the gzip data is damaged or truncated"));
	}
	packed[length / 4] ^= 0x10;
	assert_int_equal(read_packed(packed, length, &dump, &why), -EINVAL);
	free(packed);
	free(text);

	packed = pack(config, VPASID_CONFIG_SIZE, 1, &length);
	assert_int_equal(read_packed(packed, length, &dump, &why), 0);
	assert_string_equal(dump.functions[0].bdf.text, "0000:00:00.0");
	assert_memory_equal(dump.functions[0].config, config, VPASID_CONFIG_SIZE);
	dump_free(&dump);
	free(packed);
}

/* 64 KiB that are 64 MiB and more: not one byte too much is taken. */
static void test_bomb(void **state)
{
	static const char dump_text[] = "00:05.0 x\n" HEADER;
	struct dump dump;
	struct why why;
	size_t size = DUMP_MAX_SIZE + 1, length;
	char *text = malloc(size);
	uint8_t *packed;

	(void)state;
	assert_non_null(text);
	memset(text, '\n', size);
	packed = pack(text, size, 1, &length);
	assert_true(length < 1 << 17);
	assert_int_equal(read_packed(packed, length, &dump, &why), -EFBIG);
	assert_non_null(
		strstr(why.text, ": larger than 64 MiB: reduce it to the functions in question"));
	free(packed);

	memcpy(text, dump_text, sizeof(dump_text) - 1);
	packed = pack(text, size - 1, 1, &length);
	assert_int_equal(read_packed(packed, length, &dump, &why), 0);
	assert_functions(&dump, 0, "0000:00:05.0 64");
	dump_free(&dump);
	free(packed);
	assert_int_equal(dump_parse(text, size, "D", &dump, &why), -EFBIG);
	free(text);
}

static void test_files(void **state)
{
	struct path path = path_of("%s/dump", (char *)*state);
	static const char *const parts[] = { "00:05.0 x\n" LINE_00, LINE_10 LINE_20, LINE_30 };
	int input = dup(STDIN_FILENO), ends[2];
	struct dump dump;
	struct why why;

	tree_file(*state, "dump", "00:05.0 x\n" HEADER);
	assert_int_equal(dump_read(path.text, &dump, &why), 0);
	assert_functions(&dump, 0, "0000:00:05.0 64");
	dump_free(&dump);

	assert_int_equal(dump_read(path_of("%s/none", (char *)*state).text, &dump, &why), -ENOENT);
	assert_int_equal(dump_read(*state, &dump, &why), -EISDIR);
	assert_non_null(strstr(why.text, "directory"));
	assert_int_equal(dump_read("/dev/zero", &dump, &why), -EFBIG);
	assert_null(dump.functions);

	/* the standard input: a pipe that comes in parts, and its end */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_int_equal(write(ends[1], parts[i], strlen(parts[i])), strlen(parts[i]));
	close(ends[1]);
	assert_int_equal(dump_read("-", &dump, &why), 0);
	assert_functions(&dump, 0, "0000:00:05.0 64");
	dump_free(&dump);
	assert_int_equal(dump_read("-", &dump, &why), -EINVAL);
	assert_memory_equal(why.text, "standard input: no line", 23);
	dup2(input, STDIN_FILENO);
	close(input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test_setup_teardown(test_files, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
