// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/config_space.h: files and dumps of all sizes, and what their headers say of the function. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pci/config_space.h"
#include "pci/dump.h"
#include "support/machine.h"
#include "support/tree.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* What pread() is to answer: so many bytes at most, or a negative errno; then all that there is. */
static const int *answers;

ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
	int answer = *answers;

	if (!answer)
		return __real_pread64(fd, buffer, size, offset);
	answers++;
	if (answer > 0)
		return __real_pread64(fd, buffer, (size_t)answer, offset);
	errno = -answer;
	return -1;
}

static struct config_space space;
static uint8_t config[VPASID_CONFIG_SIZE + 16];

static void fill(void)
{
	for (unsigned int i = 0; i < sizeof(config); i++)
		config[i] = (uint8_t)(1 + i % 251);
}

static void assert_why(const char *expected)
{
	if (!strstr(space.why.text, expected))
		fail_msg("%s", space.why.text);
}

static void read_file(const char *root, size_t size)
{
	struct path sysfs = path_of("%s/sys", root);
	int ret;

	fill();
	machine_add_function(root, "", FUNCTION, config, size);
	space = (struct config_space){ .bdf = machine_bdf(FUNCTION) };
	ret = config_space_read(sysfs.text, &space);
	assert_int_equal(space.error, ret);
	assert_memory_equal(space.config, config, space.size);
}

static void test_sizes(void **state)
{
	static const struct {
		size_t size, known;
		int error;
		const char *why;
	} rows[] = {
		{ 0, 0, -EIO, "its config space has fewer than 64 bytes" },
		{ 63, 0, -EIO, "its config space has fewer than 64 bytes" },
		{ 64, 64, -EACCES, "beyond the first 64 bytes requires root" },
		{ 67, 64, -EACCES, "beyond the first 64 bytes requires root" },
		{ 255, 252, -EACCES, "beyond the first 252 bytes requires root" },
		{ 256, 256, -ENXIO, "it has no extended config space" },
		{ 259, 256, -ENXIO, "it has no extended config space" },
		{ 260, 260, -ENODATA,
		  "its config space ends at 0x104: the recording is truncated" },
		{ 4095, 4092, -ENODATA, "its config space ends at 0xffc" },
		{ 4096, 4096, 0, "" },
		{ 4104, 4096, 0, "" },
	};
	static const int interrupted[] = { -EINTR, 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		answers = interrupted;
		read_file(*state, rows[i].size);
		assert_int_equal(space.size, rows[i].known);
		assert_int_equal(space.error, rows[i].error);
		assert_why(rows[i].why);
	}
}

/* In parts, with an interruption, and up to an error: what came before it is known. */
static void test_answers(void **state)
{
	static const struct {
		size_t known;
		int answers[5];
		int error;
		const char *why;
	} rows[] = {
		{ 4096, { 1, 2, 253, 4 }, 0, "" },
		{ 4096, { -EINTR, 100, -EINTR, 10 }, 0, "" },
		{ 256, { 256, -EIO }, -EIO, "/config, from 0x100 on: Input/output error" },
		{ 64, { -EINTR, 66, -EPERM }, -EPERM, "from 0x40 on: Operation not permitted" },
		{ 0, { 63, -EIO }, -EIO, "from 0x0 on: Input/output error" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		answers = rows[i].answers;
		read_file(*state, sizeof(config));
		assert_int_equal(*answers, 0);
		assert_int_equal(space.size, rows[i].known);
		assert_int_equal(space.error, rows[i].error);
		assert_why(rows[i].why);
	}
}

static void test_no_file(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);

	space = (struct config_space){ .bdf = machine_bdf(FUNCTION) };
	assert_int_equal(config_space_read(sysfs.text, &space), -ENOENT);
	assert_int_equal(space.error, -ENOENT);
	assert_int_equal(space.size, 0);
	assert_why("/" FUNCTION "/config: No such file or directory");
}

static void take(size_t size)
{
	struct dump_function dumped = { machine_bdf(FUNCTION), config, size };
	int ret = config_space_take(&dumped, &space);

	assert_int_equal(space.error, ret);
	assert_true(space.is_dumped);
	assert_string_equal(space.bdf.text, FUNCTION);
	assert_int_equal(space.size, size);
	assert_memory_equal(space.config, config, size);
}

static void test_dumped_sizes(void **state)
{
	static const struct {
		size_t size;
		const char *why;
	} rows[] = {
		{ 0, "the dump has only 0 bytes of it: recreate it by `lspci -xxxx -s " FUNCTION
		     "` as root" },
		{ 240, "the dump has only 240 bytes of it: recreate it by" },
		{ 256, "the dump has only 256 bytes of it: if the function has an extended" },
		{ 4080, "the dump has only 4080 bytes of it: if the function has an extended" },
	};

	(void)state;
	fill();
	for (size_t i = 0; i < COUNT(rows); i++) {
		take(rows[i].size);
		assert_int_equal(space.error, -ENXIO);
		assert_why(rows[i].why);
	}
	take(4096);
	assert_int_equal(space.error, 0);
	assert_string_equal(space.why.text, "");
}

/* IDs, Command, header type and base class; and the dword at 0x100, of as much as there is. */
static void test_kinds(void **state)
{
	static const struct {
		uint32_t ids, command, head;
		uint8_t type, class;
		size_t size;
		bool is_absent, is_bridge;
		enum vpasid_function_kind kind;
	} rows[] = {
		{ 0x56781234, 0, 0, 0x00, 1, 4096, false, false, VPASID_FUNCTION_PF },
		{ 0x56781234, 0xffff, ~0u, 0x80, 5, 4096, false, false, VPASID_FUNCTION_PF },
		{ 0x56781234, 0, 0, 0x01, 1, 4096, false, true, VPASID_FUNCTION_PF },
		{ 0x56781234, 0, 0, 0x82, 1, 4096, false, true, VPASID_FUNCTION_PF },
		{ 0x56781234, 0, 0, 0x00, 6, 4096, false, true, VPASID_FUNCTION_PF },
		{ 0x56781234, 0, 0, 0x00, 7, 4096, false, false, VPASID_FUNCTION_PF },
		{ ~0u, 0x0000, 0, 0x00, 1, 4096, false, false, VPASID_FUNCTION_VF },
		{ ~0u, 0xfffe, ~0u, 0x00, 1, 4096, false, false, VPASID_FUNCTION_VF },
		{ ~0u, 0xffff, ~0u, 0xff, 255, 4096, true, false, VPASID_FUNCTION_PF },
		{ ~0u, 0xffff, ~0u, 0xff, 6, 256, true, false, VPASID_FUNCTION_PF },
		{ ~0u, 0xffff, 0, 0xff, 255, 256, true, false, VPASID_FUNCTION_PF },
		{ ~0u, 0xffff, 0, 0xff, 255, 64, true, false, VPASID_FUNCTION_PF },
		{ ~0u, 0xffff, 0, 0x00, 1, 272, false, false, VPASID_FUNCTION_VF },
		{ ~0u, 0xffff, 0x7fffffff, 0x00, 1, 4096, false, false, VPASID_FUNCTION_VF },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		memset(config, 0, sizeof(config));
		machine_put(config, PCI_VENDOR_ID, 4, rows[i].ids);
		machine_put(config, PCI_COMMAND, 2, rows[i].command);
		config[PCI_HEADER_TYPE] = rows[i].type;
		config[PCI_CLASS_DEVICE + 1] = rows[i].class;
		machine_put(config, VPASID_CONFIG_CONVENTIONAL, 4, rows[i].head);
		take(rows[i].size);
		assert_int_equal(config_space_is_absent(&space), rows[i].is_absent);
		assert_int_equal(space.is_bridge, rows[i].is_bridge);
		assert_int_equal(space.device.kind, rows[i].kind);
	}
	space.size = VPASID_CONFIG_MIN - 4;
	memset(space.config, 0xff, sizeof(space.config));
	assert_false(config_space_is_absent(&space));
}

static void test_ids(void **state)
{
	static const struct {
		uint16_t vendor, device;
		bool are_known;
	} rows[] = {
		{ 0x1234, 0x5678, true },  { 1, 0, true },
		{ 0xffff, 0xfffe, true },  { 0x1234, 0xffff, false },
		{ 0xffff, 0xffff, false }, { 0, 0, false },
		{ 0, 0x5678, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		space.device.vendor = rows[i].vendor;
		space.device.device = rows[i].device;
		assert_int_equal(config_space_has_ids(&space), rows[i].are_known);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_answers, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_no_file, tree_setup, tree_teardown),
		cmocka_unit_test(test_dumped_sizes),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests_name("config_space", tests, NULL, NULL);
}
