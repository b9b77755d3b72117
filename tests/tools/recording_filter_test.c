// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/recording_filter.h: which filter each file of a host gets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "facts/recording_filter.h"
#include "support/recording.h"

/* What is left of a file with that content: the caller's. Ends the test if the filter fails. */
static char *filter(const char *path, const char *content)
{
	const struct recorded recorded = { .path = path,
					   .data = (char *)(uintptr_t)content,
					   .length = strlen(content) };
	char *data;
	size_t length;

	assert_int_equal(recording_filter(&recorded, &data, &length), 0);
	assert_int_equal(length, strlen(data));
	return data;
}

/* Lines that each filter leaves or takes out */
#define CONFIG	"CONFIG_PCI=y\n"
#define ALIAS	"alias vfio_pci:v1d2sv*sd*bc*sc*i* x\n"
#define OPTIONS "options vfio_pci ids=1:2\n"
#define LOG	"6,1,2,-;vfio\n"
#define DEP	"x/vfio_pasid.ko:\n"
#define FLAGS	"flags\t\t: la57\n"
#define ALL                                                           \
	"alias vfio_pcix:v1d2 x\n" CONFIG ALIAS OPTIONS LOG DEP FLAGS \
	"0: 1  IO-APIC  x\nother iommu=off\n"

static void test_rules(void **state)
{
	static const struct {
		const char *path, *left;
		bool is_long;
	} rows[] = {
		{ "sys/x", ALL, false },
		{ "sys/bus/pci/devices/0000:00:01.0/vendor", ALL, false },
		{ "proc/sys/kernel/osrelease", ALL, false },
		{ "programs/qemu", ALL, false },
		/* a word with a dot may be an option of a module */
		{ "proc/cmdline", DEP "iommu=off\n", false },
		{ "boot/config-6.1", CONFIG, false },
		{ "lib/modules/6.1/config", CONFIG, false },
		{ "proc/config.gz", CONFIG, false },
		{ "proc/cpuinfo", FLAGS, true },
		{ "proc/interrupts", " IO-APIC\n", true },
		{ "lib/modules/6.1/modules.alias", ALIAS, true },
		{ "lib/modules/6.1/modules.dep", DEP, true },
		{ "lib/modules/6.1/updates/x.ko", "", true },
		{ "dev/kmsg", LOG, true },
		{ "etc/modprobe.d/x.conf", OPTIONS, false },
		{ "usr/lib/modprobe.d/x.conf", OPTIONS, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *left = filter(rows[i].path, ALL);

		if (strcmp(left, rows[i].left) != 0)
			fail_msg("%s: %s", rows[i].path, left);
		free(left);
		assert_int_equal(recording_filter_of_long(rows[i].path) != NULL, rows[i].is_long);
	}
}

/* Of an empty file, nothing is left, which isn't an error. */
static void test_empty(void **state)
{
	char *left = filter("sys/x", "");

	(void)state;
	assert_string_equal(left, "");
	free(left);
	left = filter("proc/config.gz", "");
	assert_string_equal(left, "");
	free(left);
}

static void test_unknown(void **state)
{
	static const char *const paths[] = { "etc/passwd", "proc/version", "xsys/x",
					     "lib/modules/6.1/x", "dev/mem" };
	char *data = NULL;
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct recorded recorded = { .path = paths[i], .data = "x", .length = 1 };

		assert_int_equal(recording_filter(&recorded, &data, &length), -ENODATA);
		assert_null(data);
		assert_null(recording_filter_of_long(paths[i]));
	}
}

/* @content, compressed, of as many bytes as it returns */
static size_t compress_text(const char *content, Bytef *compressed, size_t room)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)content,
			    .avail_in = (uInt)strlen(content),
			    .avail_out = (uInt)room };

	stream.next_out = compressed;
	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&stream), Z_OK);
	return stream.total_out;
}

static void test_compressed(void **state)
{
	struct recorded recorded = { .path = "proc/config.gz" };
	Bytef compressed[512];
	char *data = NULL;
	size_t length;

	(void)state;
	recorded.data = (char *)compressed;
	recorded.length = compress_text(ALL, compressed, sizeof(compressed));
	assert_int_equal(recording_filter(&recorded, &data, &length), 0);
	assert_int_equal(length, strlen(CONFIG));
	assert_memory_equal(data, CONFIG, length);
	free(data);

	/* one that is damaged isn't taken along */
	compressed[recorded.length - 6] ^= 1;
	data = NULL;
	assert_int_equal(recording_filter(&recorded, &data, &length), -ENODATA);
	assert_null(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_compressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
