// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/module.h: which modules are there, and which of them the kernel loads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/module.h"
#include "filtered.h"
#include "support/sysfs.h"
#include "support/tree.h"
#include "vfio/vfio.h"

#define MODULES	  "lib/modules/6.12.0-test/"
#define SIGNATURE "~Module signature appended~\n"

static struct module read_module(const char *root, bool is_host)
{
	struct path sysfs = path_of("%s/sys", root);
	struct module module;
	struct host host;

	host_open(&host, sysfs.text, is_host ? root : NULL, false);
	module_read(&host, PASID_DRIVER, &module);
	host_close(&host);
	return module;
}

static void test_loaded(void **state)
{
	assert_int_equal(read_module(*state, true).loaded, FACT_UNKNOWN);
	tree_directory(*state, "sys/module/vfio_pci");
	assert_int_equal(read_module(*state, true).loaded, FACT_NO);
	tree_directory(*state, "sys/module/" PASID_DRIVER);
	assert_int_equal(read_module(*state, true).loaded, FACT_YES);
	assert_int_equal(read_module(*state, false).loaded, FACT_YES);
}

/* Lines of modules.dep: the file's name counts, in which - and _ are the same. */
static void test_installed(void **state)
{
	static const struct {
		const char *lines;
		enum fact installed;
	} rows[] = {
		{ "updates/dkms/pasid_vfio_pci.ko: kernel/vfio-pci.ko\n", FACT_YES },
		{ "pasid-vfio-pci.ko.xz:\n", FACT_YES },
		{ "kernel/a.ko: b.ko\nupdates/pasid_vfio-pci.ko:\n", FACT_YES },
		{ "updates/pasid_vfio_pci.ko\n", FACT_NO },
		{ "updates/pasid_vfio_pci.o:\n", FACT_NO },
		{ "updates/pasid_vfio_pci_x.ko:\n", FACT_NO },
		{ "updates/xpasid_vfio_pci.ko:\n", FACT_NO },
		{ "updates/xasid_vfio_pci.ko:\n", FACT_NO },
		{ "updates/pasid_vfio_pcx.ko:\n", FACT_NO },
		{ "updates/pasid_vfio_pci.kx:\n", FACT_NO },
		{ "pasid_vfio_pci.ko/x.ko:\n", FACT_NO },
		{ "kernel/a.ko: updates/pasid_vfio_pci.ko\n", FACT_NO },
		{ "", FACT_NO },
	};

	assert_int_equal(read_module(*state, true).installed, FACT_UNKNOWN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, MODULES "modules.dep", rows[i].lines);
		assert_int_equal(read_module(*state, true).installed, rows[i].installed);
	}
	assert_int_equal(read_module(*state, false).installed, FACT_UNKNOWN);
	assert_int_equal(unlink(path_of("%s/proc/sys/kernel/osrelease", (char *)*state).text), 0);
	tree_file(*state, "lib/modules/modules.dep", "pasid_vfio_pci.ko:\n");
	assert_int_equal(read_module(*state, true).installed, FACT_UNKNOWN);
}

/* A path that there is no room for isn't a module's. */
static void test_long_file(void **state)
{
	static const char file[] = "/pasid_vfio_pci.ko:\n";
	char line[256 + 8];

	memset(line, 'x', sizeof(line));
	stpcpy(line + 255 - (strlen(file) - 2), file);
	tree_file(*state, MODULES "modules.dep", line);
	assert_int_equal(read_module(*state, true).installed, FACT_YES);
	stpcpy(line + 256 - (strlen(file) - 2), file);
	tree_file(*state, MODULES "modules.dep", line);
	assert_int_equal(read_module(*state, true).installed, FACT_NO);
}

static void test_signature(void **state)
{
	static const struct {
		const char *file, *content;
		enum fact has_signature;
	} rows[] = {
		{ "x.d/pasid_vfio_pci.ko", "ELF" SIGNATURE, FACT_YES },
		{ "pasid_vfio_pci.ko", SIGNATURE, FACT_YES },
		{ "pasid_vfio_pci.ko", "ELF", FACT_NO },
		{ "pasid_vfio_pci.ko", "", FACT_NO },
		{ "pasid_vfio_pci.ko", SIGNATURE "\n", FACT_NO },
		{ "pasid_vfio_pci.ko", "~Module signature appended~", FACT_NO },
		{ "pasid_vfio_pci.ko", "ELF, and more of it than a signature has.", FACT_NO },
		{ "pasid_vfio_pci.ko.xz", "ELF" SIGNATURE, FACT_UNKNOWN },
	};

	tree_file(*state, MODULES "modules.dep", "pasid_vfio_pci.ko:\n");
	assert_int_equal(read_module(*state, true).has_signature, FACT_UNKNOWN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, MODULES "modules.dep", path_of("%s:\n", rows[i].file).text);
		tree_file(*state, path_of(MODULES "%s", rows[i].file).text, rows[i].content);
		assert_int_equal(read_module(*state, true).has_signature, rows[i].has_signature);
	}
}

static void test_filters(void **state)
{
	(void)state;
	assert_string_equal(filtered(modules_filter, "kernel/x.ko: y.ko\nu/vfio_pasid.ko: a.ko\n"
						     "pasid-vfio-pci.ko.xz: b.ko c.ko\n"),
			    "u/vfio_pasid.ko:\npasid-vfio-pci.ko.xz:\n");
	assert_string_equal(filtered(module_filter, "ELF" SIGNATURE), SIGNATURE);
	assert_string_equal(filtered(module_filter, "ELF, and more of it than a signature has."),
			    "");
}

static void test_driver(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	const struct host host = { .sysfs = sysfs.text };

	assert_int_equal(host_has_driver(&host, "vfio-pci"), FACT_UNKNOWN);
	tree_directory(*state, "sys/bus/pci/drivers/nvme");
	assert_int_equal(host_has_driver(&host, "vfio-pci"), FACT_NO);
	tree_directory(*state, "sys/bus/pci/drivers/vfio-pci");
	assert_int_equal(host_has_driver(&host, "vfio-pci"), FACT_YES);
}

static struct module_policy read_policy(const char *root, bool is_host)
{
	struct path sysfs = path_of("%s/sys", root);
	struct module_policy policy;
	struct host host;

	host_open(&host, sysfs.text, is_host ? root : NULL, false);
	module_policy_read(&host, &policy);
	host_close(&host);
	return policy;
}

static void write_secure_boot(const char *root, const char *variable, size_t size)
{
	static const char file[] = "sys/firmware/efi/efivars/"
				   "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	struct path path = path_of("%s/%s", root, file);
	FILE *stream;

	tree_file(root, file, "");
	stream = fopen(path.text, "w");
	assert_non_null(stream);
	assert_int_equal(fwrite(variable, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
}

/* Its value is behind four bytes of attributes. */
static void test_secure_boot(void **state)
{
	assert_int_equal(read_policy(*state, true).secure_boot, FACT_NO);
	tree_directory(*state, "sys/firmware/efi");
	assert_int_equal(read_policy(*state, true).secure_boot, FACT_UNKNOWN);
	write_secure_boot(*state, "\6\0\0\0\1", 5);
	assert_int_equal(read_policy(*state, true).secure_boot, FACT_YES);
	assert_int_equal(read_policy(*state, false).secure_boot, FACT_UNKNOWN);
	write_secure_boot(*state, "\6\1\1\1\0", 5);
	assert_int_equal(read_policy(*state, true).secure_boot, FACT_NO);
	write_secure_boot(*state, "\6\0\0\0", 4);
	assert_int_equal(read_policy(*state, true).secure_boot, FACT_UNKNOWN);
	write_secure_boot(*state, "\6\0\0\0\1\1", 6);
	assert_int_equal(read_policy(*state, true).secure_boot, FACT_UNKNOWN);
}

static void test_sig_enforce(void **state)
{
	static const char file[] = "sys/module/module/parameters/sig_enforce";

	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_UNKNOWN);
	tree_directory(*state, "sys/module");
	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_NO);
	assert_int_equal(read_policy(*state, false).sig_enforce, FACT_UNKNOWN);
	tree_file(*state, file, "Y\n");
	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_YES);
	tree_file(*state, file, "N\n");
	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_NO);
	tree_file(*state, file, "\n");
	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_UNKNOWN);
	/* longer than any that the kernel prints */
	tree_file(*state, file, "Y234567");
	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_YES);
	tree_file(*state, file, "Y2345678");
	assert_int_equal(read_policy(*state, true).sig_enforce, FACT_UNKNOWN);
}

static void test_lockdown(void **state)
{
	static const char file[] = "sys/kernel/security/lockdown";

	assert_int_equal(read_policy(*state, true).lockdown, FACT_UNKNOWN);
	tree_file(*state, "sys/kernel/security/lsm", "capability");
	assert_int_equal(read_policy(*state, true).lockdown, FACT_NO);
	assert_int_equal(read_policy(*state, false).lockdown, FACT_UNKNOWN);
	tree_file(*state, file, "[none] integrity confidentiality\n");
	assert_int_equal(read_policy(*state, true).lockdown, FACT_NO);
	tree_file(*state, file, "none [integrity] confidentiality\n");
	assert_int_equal(read_policy(*state, true).lockdown, FACT_YES);
	tree_file(*state, file, "\n");
	assert_int_equal(read_policy(*state, true).lockdown, FACT_UNKNOWN);
	tree_file(*state, file, path_of("%63s", "[none]").text);
	assert_int_equal(read_policy(*state, true).lockdown, FACT_NO);
	tree_file(*state, file, path_of("%64s", "[none]").text);
	assert_int_equal(read_policy(*state, true).lockdown, FACT_UNKNOWN);
	assert_false(read_policy(*state, true).asks_lockdown);
	tree_file(*state, "proc/cmdline", "lockdown=integrity\n");
	assert_true(read_policy(*state, true).asks_lockdown);
	assert_false(read_policy(*state, false).asks_lockdown);
}

/* sig_enforce, lockdown, Secure Boot, the command line; and whether signatures are required */
static void test_enforces(void **state)
{
	static const struct {
		enum fact sig_enforce, lockdown, secure_boot;
		bool asks_lockdown;
		enum fact enforces;
	} rows[] = {
		{ FACT_YES, FACT_NO, FACT_NO, false, FACT_YES },
		{ FACT_NO, FACT_YES, FACT_NO, false, FACT_YES },
		{ FACT_UNKNOWN, FACT_YES, FACT_NO, false, FACT_YES },
		{ FACT_YES, FACT_UNKNOWN, FACT_NO, false, FACT_YES },
		{ FACT_NO, FACT_NO, FACT_YES, true, FACT_NO },
		{ FACT_NO, FACT_UNKNOWN, FACT_NO, false, FACT_NO },
		{ FACT_NO, FACT_UNKNOWN, FACT_NO, true, FACT_UNKNOWN },
		{ FACT_NO, FACT_UNKNOWN, FACT_YES, false, FACT_UNKNOWN },
		{ FACT_NO, FACT_UNKNOWN, FACT_UNKNOWN, false, FACT_UNKNOWN },
		{ FACT_UNKNOWN, FACT_NO, FACT_NO, false, FACT_UNKNOWN },
		{ FACT_UNKNOWN, FACT_UNKNOWN, FACT_NO, false, FACT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct module_policy policy = {
			.sig_enforce = rows[i].sig_enforce,
			.lockdown = rows[i].lockdown,
			.secure_boot = rows[i].secure_boot,
			.asks_lockdown = rows[i].asks_lockdown,
		};

		assert_int_equal(module_policy_enforces(&policy), rows[i].enforces);
	}
}

static void test_reasons(void **state)
{
	static const struct {
		struct module_policy policy;
		const char *reason;
	} rows[] = {
		{ { .sig_enforce = FACT_YES }, "module.sig_enforce is on" },
		{ { .sig_enforce = FACT_YES, .secure_boot = FACT_YES },
		  "module.sig_enforce is on" },
		{ { .lockdown = FACT_YES }, "the kernel is locked down" },
		{ { .lockdown = FACT_YES, .secure_boot = FACT_NO }, "the kernel is locked down" },
		{ { .lockdown = FACT_YES, .secure_boot = FACT_YES },
		  "Secure Boot, and the kernel is locked down" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(module_policy_reason(&rows[i].policy), rows[i].reason);
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, tree_teardown)

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_file(*state, "proc/sys/kernel/osrelease", "6.12.0-test\n");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_loaded),		TREE_TEST(test_installed),
		TREE_TEST(test_long_file),	TREE_TEST(test_signature),
		cmocka_unit_test(test_filters), TREE_TEST(test_driver),
		TREE_TEST(test_secure_boot),	TREE_TEST(test_sig_enforce),
		TREE_TEST(test_lockdown),	cmocka_unit_test(test_enforces),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
