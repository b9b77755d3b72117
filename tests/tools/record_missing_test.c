// SPDX-License-Identifier: GPL-2.0-or-later
/* What a recording lacks: the commands know that it is unknown. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/recording_file.h"
#include "made_check.h"
#include "made_record.h"
#include "support/tree.h"

static void test_asleep(void **state)
{
	(void)state;
	tree_file(root, ENDPOINT "/power_state", "D3cold\n");
	record(EXIT_NO_PASID);
	assert_non_null(strstr(live.err, "the config space of 1 function that is asleep"));
	assert_false(archive_has(FUNCTION "/config"));
	SAME(cmd_list, "--all", "--json");
	SAME(cmd_show, FUNCTION);
	SAME(cmd_explain, FUNCTION);

	/* What isn't in it isn't made up. */
	command_run(&recorded, cmd_show, "--wake", FUNCTION, "--record", recording.text, NULL);
	assert_non_null(strstr(recorded.err,
			       "has no information about sys/bus/pci/devices/" FUNCTION "/config; "
			       "make a new recording with this version of vpasid, and with --wake "
			       "if devices sleep"));

	unlink(recording.text);
	command_run(&live, cmd_record, "--wake", "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_OK);
	assert_same_all();
}

/* What of a recording is left out: a recording without what begins so */
static void leave_out(const char *path)
{
	struct recording whole, part = { .root = "" };
	struct recording_origin origin;
	struct why why;

	if (recording_load(recording.text, &whole, &origin, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < whole.count; i++) {
		const struct recorded *item = whole.items[i];
		char *data = item->error ? NULL : malloc(item->length + 1);

		if (!strncmp(item->path, path, strlen(path))) {
			free(data);
			continue;
		}
		if (data)
			memcpy(data, item->data, item->length + 1);
		assert_int_equal(recording_add(&part, item->kind, item->path, item->error, data,
					       item->length),
				 0);
	}
	assert_int_not_equal(part.count, whole.count);
	assert_int_equal(recording_save(&part, &origin,
					open(recording.text, O_WRONLY | O_TRUNC | O_CLOEXEC), &why),
			 0);
	recording_free(&whole);
	recording_free(&part);
}

/* It isn't known then, which isn't the same as that it isn't there. */
static void test_left_out(void **state)
{
	static const struct {
		const char *path, *found, *also;
	} rows[] = {
		{ "programs/qemu", "UNKNOWN  qemu " },
		{ "programs/libvirt", "UNKNOWN  libvirt " },
		{ "proc/interrupts", "UNKNOWN  interrupts " },
		{ "sys/kernel/security/", "UNKNOWN  signature " },
		{ "sys/module/module/", "UNKNOWN  signature " },
		{ "sys/class/misc/iommu", "UNKNOWN  iommufd " },
		{ "sys/bus/pci/drivers/", "PASS     vfio " },
		{ "lib/modules/", "UNKNOWN  driver " },
		{ "sys/module/pasid_vfio_pci", "PASS     driver " },
		{ "sys/class/iommu", "UNKNOWN  nesting " },
		{ "sys/class/iommu", "UNKNOWN  iommu ", "sys/bus/pci/devices/" FUNCTION "/iommu" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(made_check_teardown(state), 0);
		assert_int_equal(made_record_setup_fit(state), 0);
		/* One whose iommufd reports no PASID needs a driver. */
		tree_file(root, "proc/sys/kernel/osrelease", "6.6.0-test\n");
		tree_file(root, "lib/modules/6.6.0-test/modules.dep", "x/pasid_vfio_pci.ko:\n");
		tree_directory(root, "sys/firmware/efi");
		record(EXIT_OK);
		leave_out(rows[i].path);
		if (rows[i].also)
			leave_out(rows[i].also);
		command_run(&recorded, cmd_check, "--record", recording.text, NULL);
		if (!strstr(recorded.out, rows[i].found) ||
		    !strstr(recorded.err, "has no information about"))
			fail_msg("without %s: %s%s", rows[i].path, recorded.out, recorded.err);
	}
}

/* Whether an option lets a denylisted function through isn't known then, either. */
static void test_left_out_options(void **state)
{
	static const char *const paths[] = { "etc/modprobe.d", "etc/modprobe.d/x.conf",
					     "proc/cmdline" };

	(void)state;
	tree_file(root, ENDPOINT "/vendor", "0x8086\n");
	tree_file(root, ENDPOINT "/device", "0x0b25\n");
	tree_file(root, "etc/modprobe.d/x.conf", "options vfio-pci ids=1:2\n");
	tree_file(root, "proc/cmdline", "intel_iommu=on,sm_on\n");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		record(EXIT_OK);
		SAME(cmd_explain, FUNCTION);
		assert_non_null(strstr(live.out, "and pasid_vfio_pci refuses it"));
		leave_out(paths[i]);
		command_run(&recorded, cmd_explain, FUNCTION, "--record", recording.text, NULL);
		if (!strstr(recorded.out, "unknown whether that is disabled"))
			fail_msg("without %s: %s", paths[i], recorded.out);
	}
}

static void test_not_root(void **state)
{
	static const uint8_t config[64] = { 0x34, 0x12, 0x78, 0x56 };

	(void)state;
	if (geteuid())
		skip();
	machine_write_config(root, ENDPOINT, config, sizeof(config));
	chmod(path_of("%s/" ENDPOINT "/device", root).text, 0);
	tree_file(root, ENDPOINT "/subsystem_vendor", "0x1\n");
	tree_drop_root(root);
	record(EXIT_NO_PASID);
	assert_non_null(strstr(live.err, "missing: the config space of 1 function beyond"));
	assert_non_null(strstr(live.err, "missing: /sys/bus/pci/devices/" FUNCTION
					 "/device: Permission denied"));
	assert_same_all();
	command_run(&live, cmd_show, FUNCTION, NULL);
	tree_regain_root();
	/* As root, the answer is still what the other user could read. */
	command_run(&recorded, cmd_show, FUNCTION, "--record", recording.text, NULL);
	assert_string_equal(recorded.out, live.out);
	command_run(&live, cmd_record, "--list", recording.text, NULL);
	assert_int_equal(live.status, EXIT_NO_PASID);
	assert_non_null(strstr(live.out, "not as root"));
	assert_non_null(strstr(live.out, "missing  /sys/bus/pci/devices/" FUNCTION "/device"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORD_TEST(asleep),
		FIT_RECORD_TEST(left_out),
		RECORD_TEST(left_out_options),
		RECORD_TEST(not_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
