// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/names.h: the words of libpci, of all that pci.ids has and of what it doesn't. */
#include <errno.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>
#include <pci/pci.h>

#include "pci/names.h"
#include "support/descriptors.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* Requests that are made at once; the larger, the more lines are taken for others. */
#define BATCH	  100
#define MAX_COUNT 65536

struct answer {
	char name[NAMES_SIZE], subsystem[NAMES_SIZE], class[NAMES_SIZE];
};

static struct names_request requests[MAX_COUNT];
static struct answer answers[MAX_COUNT];
static size_t count;

static struct names_request *ask(uint16_t vendor, uint16_t device)
{
	struct names_request *request = &requests[count];
	struct answer *answer = &answers[count];

	assert_in_range(count, 0, MAX_COUNT - 1);
	count++;
	*request =
		(struct names_request){ .vendor = vendor, .device = device, .name = answer->name };
	memset(answer, 'x', sizeof(*answer));
	return request;
}

static void ask_subsystem(struct names_request *request, uint16_t vendor, uint16_t device)
{
	request->subsystem_vendor = vendor;
	request->subsystem_device = device;
	request->subsystem_name = answers[request - requests].subsystem;
}

static void ask_class(struct names_request *request, uint32_t class)
{
	request->class = class;
	request->class_name = answers[request - requests].class;
}

static struct pci_access *open_libpci(void)
{
	struct pci_access *access = pci_alloc();

	access->method = PCI_ACCESS_DUMP;
	access->id_lookup_mode = PCI_LOOKUP_NO_HWDB;
	pci_set_param(access, (char *)"dump.name", (char *)"/dev/null");
	pci_init(access);
	return access;
}

static void assert_as_libpci(struct pci_access *access, const struct names_request *request)
{
	const int both = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE;
	char text[NAMES_SIZE], interface[64];

	pci_lookup_name(access, text, sizeof(text), both, request->vendor, request->device);
	assert_string_equal(request->name, text);
	if (request->subsystem_name) {
		pci_lookup_name(access, text, sizeof(text), both | PCI_LOOKUP_SUBSYSTEM,
				request->vendor, request->device, request->subsystem_vendor,
				request->subsystem_device);
		assert_string_equal(request->subsystem_name, text);
	}
	if (request->class_name) {
		pci_lookup_name(access, text, sizeof(text), PCI_LOOKUP_CLASS, request->class >> 8);
		if (pci_lookup_name(access, interface, sizeof(interface),
				    PCI_LOOKUP_PROGIF | PCI_LOOKUP_NO_NUMBERS, request->class >> 8,
				    request->class & 0xff) &&
		    *interface)
			sprintf(text + strlen(text), ", %s", interface);
		assert_string_equal(request->class_name, text);
	}
}

/* In batches of @size: each has the words of libpci, which has the whole file. */
static void assert_all_as_libpci(size_t size)
{
	struct pci_access *access = open_libpci();
	struct why why;

	for (size_t at = 0; at < count; at += size) {
		size_t more = count - at < size ? count - at : size;

		assert_int_equal(names_look_up(&requests[at], more, &why), 0);
	}
	for (size_t i = 0; i < count; i++)
		assert_as_libpci(access, &requests[i]);
	pci_cleanup(access);
}

static struct path default_path(void)
{
	struct pci_access *access = pci_alloc();
	struct path path = path_of("%s", access->id_file_name);

	pci_cleanup(access);
	return path;
}

/* Each device and each subsystem of libpci's pci.ids; returns how many those are. */
static size_t ask_all(void)
{
	unsigned int vendor = 0, device = 0, subsystem_vendor, subsystem_device;
	struct path path = default_path();
	gzFile file = gzopen(path.text, "rb");
	char line[1024];

	if (!file) {
		*strrchr(path.text, '.') = '\0';
		file = gzopen(path.text, "rb");
	}
	if (!file)
		return 0;
	while (gzgets(file, line, sizeof(line))) {
		if (line[0] == 'C')
			break;
		if (line[0] != '\t')
			sscanf(line, "%4x ", &vendor);
		else if (line[1] != '\t' && sscanf(line, "\t%4x ", &device) == 1)
			ask((uint16_t)vendor, (uint16_t)device);
		else if (sscanf(line, "\t\t%4x %4x ", &subsystem_vendor, &subsystem_device) == 2 &&
			 subsystem_vendor)
			ask_subsystem(ask((uint16_t)vendor, (uint16_t)device),
				      (uint16_t)subsystem_vendor, (uint16_t)subsystem_device);
	}
	gzclose(file);
	return count;
}

static void test_all_names(void **state)
{
	static struct names_request all[MAX_COUNT];
	size_t all_count;

	(void)state;
	count = 0;
	if (!ask_all())
		skip();
	assert_in_range(count, 1000, MAX_COUNT);
	assert_all_as_libpci(count);

	/* far apart, so that each batch has many vendors */
	memcpy(all, requests, count * sizeof(all[0]));
	all_count = count;
	count = 0;
	for (size_t i = 0; i < all_count; i++) {
		const struct names_request *other = &all[i * 7919 % all_count];
		struct names_request *request = ask(other->vendor, other->device);

		if (other->subsystem_name)
			ask_subsystem(request, other->subsystem_vendor, other->subsystem_device);
	}
	assert_all_as_libpci(BATCH);
}

/* IDs as they come: most are of no device. */
static void test_other_ids(void **state)
{
	static const uint16_t vendors[] = { 0x8086, 0x10de, 0x1022, 0x1b36, 0x144d,
					    0x0001, 0xfffe, 0x1af4, 0x15b3 };
	uint32_t seed = 1;

	(void)state;
	count = 0;
	for (size_t i = 0; i < 5000; i++) {
		struct names_request *request;

		seed = seed * 1103515245 + 12345;
		request = ask(vendors[seed / 7 % 9], (uint16_t)(seed >> 12));
		if (seed >> 30 == 0)
			ask_subsystem(request, request->vendor, request->device);
		else
			ask_subsystem(request, vendors[seed / 63 % 9], (uint16_t)(seed >> 16));
	}
	assert_all_as_libpci(BATCH);
}

static void test_classes(void **state)
{
	(void)state;
	count = 0;
	for (uint32_t class = 0; class < 0x1000000; class += class % 256 < 4 ? 1 : 253)
		if (class >> 16 < 0x14 || class >> 16 == 0x40 || class >> 16 == 0xff)
			if ((class >> 8) % 256 < 0x12 || (class >> 8) % 256 >= 0x80)
				if (count < MAX_COUNT)
					ask_class(ask(0x8086, 0x1572), class);
	assert_in_range(count, 5000, MAX_COUNT - 1);
	assert_all_as_libpci(BATCH);
}

/* What is asked for, and how it is answered with a file of our own; NULL: not asked for. */
static void test_words(void **state)
{
	static const char ids[] =
		"# A comment\n  # another\n\n"
		"1b36  Maker\n# in a block\n\tfff0  Thing\n\t\t1af4 1100  Board\n\t# there\n"
		"\t\t1af4 1101  Other\n"
		"1af4  Subsystems\r\n\t1100  Virtual\r\n"
		"8086\tEmpty\n"
		"C 01  Storage\n\t08  Memory\n\t\t02  Express\n"
		"C 02  Network";
	const struct {
		uint16_t vendor, device, subsystem_vendor, subsystem_device;
		const char *name, *subsystem, *class_name;
		uint32_t class;
	} rows[] = {
		{ 0x1b36, 0xfff0, 0x1af4, 0x1100, "Maker Thing", "Subsystems Board",
		  "Memory, Express", 0x010802 },
		{ 0x1b36, 0xfff0, 0x1af4, 0x1101, "Maker Thing", "Subsystems Other", "Memory",
		  0x010803 },
		{ 0x1b36, 0xfff1, 0x1af4, 0x1100, "Maker Device fff1", "Subsystems Device 1100",
		  "Storage [0109]", 0x010900 },
		{ 0x1af4, 0x1100, 0x1af4, 0x1100, "Subsystems Virtual", "Subsystems Virtual",
		  "Network [0200]", 0x020000 },
		{ 0x1234, 0x5678, 0x1234, 0x0001, "Device 1234:5678", "Device 1234:0001",
		  "Class 0300", 0x030000 },
		{ 0x8086, 0x0001, 0, 1, "Empty Device 0001", "", "Class 0000", 0 },
		{ 0, 0, 0x1af4, 0x1100, "", "Subsystems Device 1100", NULL, 0 },
		{ 0xffff, 0xffff, 0xffff, 0xffff, "", "", NULL, 0 },
		{ 0x1b36, 0xfff0, 0, 0, "Maker Thing", NULL, NULL, 0 },
		{ 0x1b36, 0xfff0, 0x1af4, 0x1101, NULL, "Subsystems Other", NULL, 0 },
	};
	const size_t rows_count = sizeof(rows) / sizeof(rows[0]);
	struct path path = path_of("%s/pci.ids", (char *)*state);
	struct why why;

	tree_file(*state, "pci.ids", ids);
	names_file = path.text;
	count = 0;
	for (size_t i = 0; i < rows_count; i++) {
		struct names_request *request = ask(rows[i].vendor, rows[i].device);

		if (!rows[i].name)
			request->name = NULL;
		if (rows[i].subsystem)
			ask_subsystem(request, rows[i].subsystem_vendor, rows[i].subsystem_device);
		if (rows[i].class_name)
			ask_class(request, rows[i].class);
	}
	for (size_t size = 1; size <= rows_count; size += rows_count - 1) {
		for (size_t i = 0; i < rows_count; i += size)
			assert_int_equal(names_look_up(&requests[i], size, &why), 0);
		for (size_t i = 0; i < rows_count; i++) {
			if (rows[i].name)
				assert_string_equal(requests[i].name, rows[i].name);
			if (rows[i].subsystem)
				assert_string_equal(requests[i].subsystem_name, rows[i].subsystem);
			if (rows[i].class_name)
				assert_string_equal(requests[i].class_name, rows[i].class_name);
		}
	}
	names_file = NULL;
}

/* Longer than a name may be. */
static void test_long_names(void **state)
{
	struct path path = path_of("%s/pci.ids", (char *)*state);
	char ids[512], x[301];
	struct why why;

	memset(x, 'x', sizeof(x));
	x[300] = '\0';
	snprintf(ids, sizeof(ids), "1b36  Maker\n\tfff0  %s\nC 01  y\n\t00  %.120s\n\t\t00  z\n", x,
		 x);
	tree_file(*state, "pci.ids", ids);
	names_file = path.text;
	count = 0;
	ask_class(ask(0x1b36, 0xfff0), 0x010000);
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_int_equal(strlen(requests->name), NAMES_SIZE - 1);
	assert_string_equal(requests->name + NAMES_SIZE - 5, "x...");
	assert_int_equal(strlen(requests->class_name), 123);
	assert_string_equal(requests->class_name + 119, "x, z");
	/* just enough room for the interface, and too little */
	snprintf(ids, sizeof(ids), "C 01  y\n\t00  %.124s\n\t\t00  z\n", x);
	tree_file(*state, "pci.ids", ids);
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_int_equal(strlen(requests->class_name), NAMES_SIZE - 1);
	assert_string_equal(requests->class_name + 123, "x, z");
	snprintf(ids, sizeof(ids), "C 01  y\n\t00  %.125s\n\t\t00  z\n", x);
	tree_file(*state, "pci.ids", ids);
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_int_equal(strlen(requests->class_name), 125);
	names_file = NULL;
}

static void assert_numbers(const struct names_request *request)
{
	assert_string_equal(request->name, "Device 1b36:fff0");
	assert_string_equal(request->subsystem_name, "Device 1af4:1100");
	assert_string_equal(request->class_name, "Class 0108");
}

/* There are numbers, and the file is named if there is one. */
static void test_broken(void **state)
{
	static const struct {
		const char *ids, *why;
		int error;
	} rows[] = {
		{ "this is no list\n", "pci.ids:1: this is not a list", -EINVAL },
		{ "1b36  Maker\n\tfff0  Thing\n1b36 \nwhat\n", "pci.ids:4: this is not a list",
		  -EINVAL },
		{ "1b36  Maker\n what\n", "pci.ids:2: this is not a list", -EINVAL },
		{ "1b36\n", "pci.ids:1: this is not a list", -EINVAL },
		{ "1b36x  Maker\n", "pci.ids:1: this is not a list", -EINVAL },
		{ "1b36  Maker\n1b36  Maker\n", "pci.ids: libpci: Duplicate entry", -EIO },
		{ "1b36  \n", "pci.ids: libpci: Parse error", -EIO },
	};
	struct path path = path_of("%s/pci.ids", (char *)*state);
	size_t length = strlen(path.text) - strlen("pci.ids");
	struct names_request *request;
	struct why why;
	char *line;

	names_file = path.text;
	count = 0;
	request = ask(0x1b36, 0xfff0);
	ask_subsystem(request, 0x1af4, 0x1100);
	ask_class(request, 0x010802);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, "pci.ids", rows[i].ids);
		assert_int_equal(names_look_up(request, 1, &why), rows[i].error);
		assert_memory_equal(why.text + length, rows[i].why, strlen(rows[i].why));
		assert_numbers(request);
	}

	/* a line without an end */
	line = malloc(1 << 20);
	assert_non_null(line);
	memset(line, '\t', 1 << 20);
	line[(1 << 20) - 1] = '\0';
	tree_file(*state, "pci.ids", line);
	free(line);
	assert_int_equal(names_look_up(request, 1, &why), -EINVAL);
	assert_memory_equal(why.text + length, "pci.ids:1: the line is too long", 31);
	assert_numbers(request);

	/* a directory, and none at all */
	names_file = *state;
	assert_int_equal(names_look_up(request, 1, &why), -EIO);
	assert_numbers(request);
	names_file = "/nonexistent/pci.ids";
	assert_int_equal(names_look_up(request, 1, &why), 0);
	assert_numbers(request);
	names_file = "/nonexistent/pci.ids.gz";
	assert_int_equal(names_look_up(request, 1, &why), 0);
	names_file = NULL;
}

/* libpci, which refuses duplicates, gets only lines that are asked for. */
static void test_unwanted(void **state)
{
	struct path path = path_of("%s/pci.ids", (char *)*state);
	struct why why;

	tree_file(*state, "pci.ids",
		  "1234  Other\n1234  Other\n"
		  "1b36  Maker\n\tfff0  Thing\n\t\t1af4 1101  Board\n\t\t1af4 1101  Board\n"
		  "\tfff1  Thing 2\n\tfff1  Thing 2\n");
	names_file = path.text;
	count = 0;
	ask(0x1b36, 0xfff0);
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_string_equal(requests->name, "Maker Thing");
	names_file = NULL;
}

/* Packed, under its name or that without .gz; and cut short. */
static void test_gzip(void **state)
{
	static const char ids[] = "1b36  Maker\n\tfff0  Thing\n";
	struct path path = path_of("%s/pci.ids", (char *)*state);
	struct path packed = path_of("%s.gz", path.text);
	gzFile file = gzopen(packed.text, "wb");
	struct why why;

	assert_int_equal(gzwrite(file, ids, sizeof(ids) - 1), sizeof(ids) - 1);
	assert_int_equal(gzclose(file), Z_OK);
	count = 0;
	ask(0x1b36, 0xfff0);
	names_file = packed.text;
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_string_equal(requests->name, "Maker Thing");

	assert_int_equal(truncate(packed.text, 40), 0);
	assert_int_equal(names_look_up(requests, 1, &why), -EIO);
	assert_non_null(strstr(why.text, "pci.ids.gz: "));

	assert_int_equal(remove(packed.text), 0);
	tree_file(*state, "pci.ids", ids);
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_string_equal(requests->name, "Maker Thing");
	names_file = NULL;
}

/* A comment of @length characters, and what is asked for behind it */
static int look_up_behind(const char *root, size_t length, struct why *why)
{
	static const char rest[] = "\n1b36  Maker\n\tfff0  Thing\n";
	struct path path = path_of("%s/pci.ids", root);
	char *ids = malloc(length + sizeof(rest));
	int ret;

	assert_non_null(ids);
	memset(ids, '#', length);
	memcpy(ids + length, rest, sizeof(rest));
	tree_file(root, "pci.ids", ids);
	free(ids);
	names_file = path.text;
	count = 0;
	ask(0x1b36, 0xfff0);
	ret = names_look_up(requests, 1, why);
	names_file = NULL;
	return ret;
}

/* With its newline, a line has 16 KiB at most. */
static void test_long_lines(void **state)
{
	struct why why;

	assert_int_equal(look_up_behind(*state, (1 << 14) - 1, &why), 0);
	assert_string_equal(requests->name, "Maker Thing");
	assert_int_equal(look_up_behind(*state, 1 << 14, &why), -EINVAL);
	assert_non_null(strstr(why.text, "/pci.ids:1: the line is too long"));
	assert_string_equal(requests->name, "Device 1b36:fff0");
}

/* If not 0, fdopen() fails with it. */
static int fdopen_error;

FILE *__real_fdopen(int fd, const char *mode);
FILE *__wrap_fdopen(int fd, const char *mode);

FILE *__wrap_fdopen(int fd, const char *mode)
{
	if (!fdopen_error)
		return __real_fdopen(fd, mode);
	errno = fdopen_error;
	return NULL;
}

/* Without room for the lines there are numbers. */
static void test_no_file_in_memory(void **state)
{
	struct path path = path_of("%s/pci.ids", (char *)*state);
	struct rlimit files, size, none = { 0 };
	int lowest = descriptors_lowest();
	struct why why;

	fdopen_error = ENOMEM;
	assert_int_equal(look_up_behind(*state, 1, &why), -ENOMEM);
	fdopen_error = 0;
	assert_string_equal(why.text,
			    "can't create a file in memory for names: Cannot allocate memory");
	assert_string_equal(requests->name, "Device 1b36:fff0");
	assert_int_equal(descriptors_lowest(), lowest);

	getrlimit(RLIMIT_FSIZE, &size);
	none.rlim_max = size.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	tree_file(*state, "pci.ids", "1b36  Maker\n");
	names_file = path.text;
	setrlimit(RLIMIT_FSIZE, &none);
	assert_int_equal(names_look_up(requests, 1, &why), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &size);
	names_file = NULL;
	assert_string_equal(why.text, "names in memory: File too large");
	assert_string_equal(requests->name, "Device 1b36:fff0");

	getrlimit(RLIMIT_NOFILE, &files);
	none = (struct rlimit){ (rlim_t)lowest, files.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	assert_int_equal(names_look_up(requests, 1, &why), -EMFILE);
	setrlimit(RLIMIT_NOFILE, &files);
	assert_string_equal(why.text,
			    "can't create a file in memory for names: Too many open files");
	assert_int_equal(descriptors_lowest(), lowest);
}

static struct passwd user = { .pw_dir = (char *)"/nonexistent" };

/* libpci's: its cache is in the home directory of the user, by the database of users. */
struct passwd *getpwuid(uid_t uid)
{
	(void)uid;
	return &user;
}

/* lspci -Q keeps names from the network, which others may have changed. */
static void test_cache(void **state)
{
	struct path path = path_of("%s/pci.ids", (char *)*state);
	struct why why;

	user.pw_dir = *state;
	tree_file(*state, ".pciids-cache", "#PCI-CACHE-1.0\n1 1b36 0 0 0 Network\n");
	tree_file(*state, "pci.ids", "1b35  Other\n");
	names_file = path.text;
	count = 0;
	ask(0x1b36, 0xfff0);
	assert_int_equal(names_look_up(requests, 1, &why), 0);
	assert_string_equal(requests->name, "Device 1b36:fff0");
	names_file = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_names),
		cmocka_unit_test(test_other_ids),
		cmocka_unit_test(test_classes),
		cmocka_unit_test_setup_teardown(test_words, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_long_names, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_broken, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_unwanted, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_gzip, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_cache, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_long_lines, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_no_file_in_memory, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
