// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/host.h: records by BDF, and what the functions of a host have in common. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/host.h"
#include "facts/recording_file.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define LONGEST_NAME "dmar-has-a-name-of-63-characters-which-is-all-there-is-room-for-x"

static struct host host;
static struct path sysfs;

static void open_again(const char *root, bool is_host)
{
	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, false);
}

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	open_again(*state, true);
	return 0;
}

static int teardown(void **state)
{
	host_close(&host);
	return tree_teardown(state);
}

static struct bdf numbered(unsigned int number)
{
	struct bdf bdf = { .domain = number >> 16,
			   .bus = (uint8_t)(number >> 8),
			   .device = number >> 3 & 0x1f,
			   .function = number & 7 };

	bdf_name(&bdf);
	return bdf;
}

/* Each BDF has one record, however many there are. */
static void test_records(void **state)
{
	enum {
		COUNT = 3000,
		STEP = 0x10007
	};
	static struct function *functions[COUNT];

	(void)state;
	for (unsigned int i = 0; i < COUNT; i++) {
		struct bdf bdf = numbered(i * STEP);

		functions[i] = host_function(&host, &bdf);
		assert_non_null(functions[i]);
		assert_string_equal(functions[i]->pci.bdf.text, bdf.text);
		assert_ptr_equal(functions[i]->host, &host);
		assert_string_equal(functions[i]->name, "");
		assert_string_equal(functions[i]->why, "");
		assert_string_equal(functions[i]->path_why, "");
		assert_int_equal(host.function_count, i + 1);
		/* at least half of the table is empty, and it is no larger than that requires */
		assert_true(2 * host.function_count <= host.table_size);
		assert_true(host.table_size == 64 || 4 * host.function_count > host.table_size);
	}
	for (unsigned int i = 0; i < COUNT; i++) {
		struct bdf bdf = numbered(i * STEP);

		assert_ptr_equal(host_function(&host, &bdf), functions[i]);
	}
	assert_int_equal(host.function_count, COUNT);
}

/* Records that differ in one bit of the BDF are others. */
static void test_bits(void **state)
{
	struct bdf none = numbered(0);
	struct function *first = host_function(&host, &none);

	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		struct bdf bdf = numbered(1u << bit);
		struct function *function = host_function(&host, &bdf);

		assert_ptr_not_equal(function, first);
		assert_int_equal(host.function_count, bit + 2);
	}
}

static void test_sort(void **state)
{
	static const char *const sorted[] = { "0000:00:00.1", "0000:00:01.0", "0000:01:00.0",
					      "0001:00:00.0", "10000:00:00.0" };
	enum {
		COUNT = sizeof(sorted) / sizeof(sorted[0])
	};
	struct function *functions[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		struct bdf bdf = machine_bdf(sorted[(i * 3 + 2) % COUNT]);

		functions[i] = host_function(&host, &bdf);
	}
	host_sort(functions, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_string_equal(functions[i]->pci.bdf.text, sorted[i]);
	host_sort(NULL, 0);
}

/* By number, and only names that there is room for */
static void test_iommus(void **state)
{
	static const char *const names[] = { "dmar0", "dmar2", "dmar10" };
	char name[sizeof(LONGEST_NAME)] = LONGEST_NAME;
	const char *root = *state;

	assert_int_equal(host_find_iommus(&host), 0);
	assert_int_equal(host.iommu_count, 0);
	tree_directory(root, "sys/class/iommu/dmar10");
	tree_directory(root, "sys/class/iommu/dmar2");
	tree_directory(root, "sys/class/iommu/dmar0");
	tree_directory(root, "sys/class/iommu/.dmar1");
	name[IOMMU_NAME_SIZE] = '\0';
	tree_directory(root, path_of("sys/class/iommu/%s", name).text);
	assert_int_equal(host_find_iommus(&host), 0);
	assert_int_equal(host.iommu_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(host.iommus[i]->name, names[i]);
	assert_ptr_equal(host_iommu(&host, "dmar2"), host.iommus[1]);
	assert_int_equal(host.iommu_count, 3);

	name[IOMMU_NAME_SIZE - 1] = '\0';
	tree_directory(root, path_of("sys/class/iommu/%s", name).text);
	open_again(root, true);
	assert_int_equal(host_find_iommus(&host), 0);
	assert_int_equal(host.iommu_count, 4);
	assert_string_equal(host.iommus[0]->name, name);
}

static void test_table_names(void **state)
{
	static const char *const names[] = { "none", "DMAR", "IVRS", "IORT", "VIOT" };

	(void)state;
	for (enum iommu_table table = 0; table < IOMMU_TABLES; table++)
		assert_string_equal(iommu_table_name(table), names[table]);
}

/* What the firmware has: ACPI's tables, or a device tree */
static void test_presence(void **state)
{
	const char *root = *state;

	assert_int_equal(host_iommu_presence(&host)->tables, FACT_NO);
	assert_int_equal(host.presence->driven, FACT_NO);
	assert_false(host.presence->is_device_tree);
	open_again(root, false);
	assert_int_equal(host_iommu_presence(&host)->driven, FACT_UNKNOWN);
	tree_directory(root, "sys/firmware/devicetree/base");
	open_again(root, true);
	assert_true(host_iommu_presence(&host)->is_device_tree);
	tree_directory(root, "sys/firmware/acpi/tables");
	open_again(root, true);
	assert_int_equal(host_iommu_presence(&host)->tables, FACT_YES);
	assert_int_equal(host.presence->table, IOMMU_TABLE_NONE);
	assert_false(host.presence->is_device_tree);
	for (enum iommu_table table = IOMMU_TABLES - 1; table > IOMMU_TABLE_NONE; table--) {
		tree_file(root,
			  path_of("sys/firmware/acpi/tables/%s", iommu_table_name(table)).text, "");
		open_again(root, true);
		assert_int_equal(host_iommu_presence(&host)->table, table);
	}
	/* what can't be looked at is unknown */
	assert_int_equal(unlink(path_of("%s/sys/firmware/acpi/tables/DMAR", root).text), 0);
	tree_link(root, "sys/firmware/acpi/tables/DMAR", "DMAR");
	open_again(root, true);
	assert_int_equal(host_iommu_presence(&host)->tables, FACT_UNKNOWN);
	tree_directory(root, "sys/class/iommu");
	open_again(root, false);
	assert_int_equal(host_iommu_presence(&host)->driven, FACT_NO);
	tree_directory(root, "sys/class/iommu/dmar0");
	open_again(root, false);
	assert_int_equal(host_iommu_presence(&host)->driven, FACT_YES);
}

/* Where the kernel assigns IOMMUs late, and asks late for ACS */
static void test_late(void **state)
{
	static const struct {
		struct iommu_presence presence;
		const char *release;
		bool assigns, asks;
	} rows[] = {
		{ { .driven = FACT_YES, .is_device_tree = true }, "6.12.0", true, true },
		{ { .driven = FACT_YES, .is_device_tree = true }, "6.14.9", true, true },
		{ { .driven = FACT_YES, .is_device_tree = true }, "6.15.0", false, true },
		{ { .driven = FACT_YES, .is_device_tree = true }, "7.2.0", false, true },
		{ { .driven = FACT_YES, .is_device_tree = true }, "7.3.0", false, false },
		{ { .driven = FACT_YES, .is_device_tree = true }, "", true, true },
		{ { .driven = FACT_NO, .is_device_tree = true }, "6.12.0", false, false },
		{ { .driven = FACT_UNKNOWN, .is_device_tree = true }, "6.12.0", false, false },
		{ { .driven = FACT_YES, .table = IOMMU_TABLE_IORT }, "6.14.0", true, false },
		{ { .driven = FACT_YES, .table = IOMMU_TABLE_IORT }, "6.15.0", false, false },
		{ { .driven = FACT_YES, .table = IOMMU_TABLE_VIOT }, "6.1.0", true, false },
		{ { .driven = FACT_YES, .table = IOMMU_TABLE_DMAR }, "6.1.0", false, false },
		{ { .driven = FACT_YES, .table = IOMMU_TABLE_IVRS }, "6.1.0", false, false },
		{ { .driven = FACT_YES, .table = IOMMU_TABLE_NONE }, "6.1.0", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iommu_presence presence = rows[i].presence;
		struct host made = { .has_read_release = true, .presence = &presence };

		stpcpy(made.release, rows[i].release);
		assert_int_equal(host_assigns_late(&made), rows[i].assigns);
		assert_int_equal(host_asks_late_for_acs(&made), rows[i].asks);
	}
}

static void test_iommufd(void **state)
{
	const char *root = *state;

	assert_int_equal(host_has_iommufd(&host), FACT_NO);
	/* it is asked once */
	tree_directory(root, "sys/class/misc/iommu");
	assert_int_equal(host_has_iommufd(&host), FACT_NO);
	open_again(root, true);
	assert_int_equal(host_has_iommufd(&host), FACT_YES);
	open_again(root, false);
	assert_int_equal(host_has_iommufd(&host), FACT_YES);
	assert_int_equal(host_has_iommufd(&(struct host){ .kind = HOST_DUMP }), FACT_UNKNOWN);
}

/* Only root reads all of config space, of the host itself. */
static void test_wake_option(void **state)
{
	static const struct {
		enum host_kind kind;
		bool is_root;
		const char *option;
	} rows[] = {
		{ HOST_LIVE, false, "--wake, as root," },
		{ HOST_LIVE, true, "--wake" },
		{ HOST_TREE, false, "--wake" },
		{ HOST_TREE, true, "--wake" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct host made = { .kind = rows[i].kind, .is_root = rows[i].is_root };

		assert_string_equal(host_wake_option(&made), rows[i].option);
	}
}

/* A dump has nothing of this. */
static void test_nothing(void **state)
{
	struct host made = { .kind = HOST_DUMP };

	(void)state;
	assert_string_equal(host_release(&made), "");
	assert_string_equal(host_kernel(&made)->release, "");
	assert_int_equal(host_iommu_presence(&made)->driven, FACT_UNKNOWN);
	assert_int_equal(host_iommu_presence(&made)->tables, FACT_UNKNOWN);
	assert_int_equal(host_find_iommus(&made), 0);
	host_close(&made);
	assert_int_equal(made.devices.fd, -1);
	assert_null(made.kernel);
}

static void test_opened(void **state)
{
	assert_int_equal(host.kind, HOST_LIVE);
	assert_string_equal(host.root, *state);
	assert_false(host.wakes);
	open_again(*state, false);
	assert_int_equal(host.kind, HOST_TREE);
	assert_null(host.root);
	host_close(&host);
	assert_int_equal(host.devices.fd, -1);
	host_open(&host, sysfs.text, NULL, true);
	assert_true(host.wakes);
}

/* What couldn't be opened needn't be closed. */
static void test_not_opened(void **state)
{
	struct host made;
	struct why why;

	(void)state;
	assert_int_equal(host_open_recording(&made, "/nonexistent", "", true, &why), -ENOENT);
	assert_string_equal(why.text, "/nonexistent: No such file or directory");
	assert_int_equal(made.devices.fd, -1);
	assert_null(made.source);
	assert_int_equal(host_open_dump(&made, "/nonexistent", &why), -ENOENT);
	assert_string_equal(why.text, "/nonexistent: No such file or directory");
	assert_int_equal(made.devices.fd, -1);
	assert_null(made.source);
}

/* A recording of files that it lacks: which are asked for is said when it is closed. */
static void test_recording(void **state)
{
	static const struct recording_origin origin = { "1", "today", true, false };
	struct path path = path_of("%s/recording", (char *)*state);
	struct recording recording = { .root = "" };
	struct host made;
	struct why why;

	assert_int_equal(recording_add(&recording, RECORDED_CONTENT, "proc/sys/kernel/osrelease", 0,
				       strdup("6.1.0\n"), 6),
			 0);
	assert_int_equal(recording_save(&recording, &origin,
					open(path.text, O_WRONLY | O_CREAT | O_CLOEXEC, 0600),
					&why),
			 0);
	recording_free(&recording);
	assert_int_equal(host_open_recording(&made, path.text, "/made", true, &why), 0);
	assert_int_equal(made.kind, HOST_LIVE);
	assert_string_equal(made.name, path.text);
	assert_string_equal(made.recorded, "today");
	assert_string_equal(made.sysfs, "/made/sys");
	assert_string_equal(made.root, "/made");
	assert_true(made.is_root);
	assert_true(made.wakes);
	assert_string_equal(host_release(&made), "6.1.0");
	assert_int_equal(made.recording.unknown_count, 0);
	assert_int_equal(host_kernel(&made)->intel, FACT_UNKNOWN);
	assert_true(made.recording.unknown_count > 1);
	host_close(&made);
}

/* What a recording was asked for in vain */
static size_t unknown_count;
static const char *unknown;

static int close_recording(int argc, char **argv)
{
	struct host made = { .name = "x", .recording = { .unknown_count = unknown_count } };

	(void)argc;
	(void)argv;
	made.recording.unknown = unknown ? strdup(unknown) : NULL;
	host_close(&made);
	return 0;
}

static void test_complaint(void **state)
{
	static const struct {
		size_t count;
		const char *unknown, *complaint;
	} rows[] = {
		{ 0, NULL, "" },
		{ 1, NULL, "vpasid: x has no information about files" },
		{ 1, "sys/a", "vpasid: x has no information about sys/a" },
		{ 2, "sys/a", "vpasid: x has no information about sys/a and others" },
	};
	static struct ran ran;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unknown_count = rows[i].count;
		unknown = rows[i].unknown;
		command_run(&ran, close_recording, NULL);
		assert_string_equal(ran.err,
				    path_of("%s%s", rows[i].complaint,
					    rows[i].count ? "; make a new recording with this "
							    "version of vpasid, and with --wake if "
							    "devices sleep\n"
							  : "")
					    .text);
	}
}

/* Neighbours are spread over the table, so that each is found in a few steps. */
static void test_spread(void **state)
{
	size_t run = 0, longest = 0;

	(void)state;
	for (unsigned int i = 0; i < 4096; i++) {
		struct bdf bdf = numbered(i);

		assert_non_null(host_function(&host, &bdf));
	}
	for (size_t slot = 0; slot < host.table_size; slot++) {
		run = host.table[slot] ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	assert_in_range(longest, 1, 16);
}

#define HOST_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(test_records),
		HOST_TEST(test_bits),
		HOST_TEST(test_sort),
		HOST_TEST(test_iommus),
		cmocka_unit_test(test_table_names),
		HOST_TEST(test_presence),
		cmocka_unit_test(test_late),
		HOST_TEST(test_iommufd),
		cmocka_unit_test(test_wake_option),
		cmocka_unit_test(test_nothing),
		HOST_TEST(test_opened),
		cmocka_unit_test(test_not_opened),
		HOST_TEST(test_recording),
		cmocka_unit_test(test_complaint),
		HOST_TEST(test_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
