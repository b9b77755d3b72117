// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid record, of a made host: the same answers as of the host itself, and no more. */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/recording_file.h"
#include "made_check.h"
#include "record/record.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define ENDPOINT DEVICES PORT "/" FUNCTION
#define SECRET	 "c0ffee42"

static const char *root;
static struct path recording;
static struct ran live, recorded;

/* The commands are those of a host; the made one stands for it. */

void __real_host_open(struct host *host, const char *sysfs, const char *where, bool wakes);
void __wrap_host_open(struct host *host, const char *sysfs, const char *where, bool wakes);
int __real_host_open_recording(struct host *host, const char *path, const char *where, bool wakes,
			       struct why *why);
int __wrap_host_open_recording(struct host *host, const char *path, const char *where, bool wakes,
			       struct why *why);
int __real_record_host(struct recording *made, bool wakes, struct record_gaps *gaps,
		       struct why *why);
int __wrap_record_host(struct recording *made, bool wakes, struct record_gaps *gaps,
		       struct why *why);

void __wrap_host_open(struct host *host, const char *sysfs, const char *where, bool wakes)
{
	static struct path made;

	made = path_of("%s/sys", root);
	if (where && !*where)
		__real_host_open(host, made.text, root, wakes);
	else
		__real_host_open(host, sysfs, where, wakes);
}

int __wrap_host_open_recording(struct host *host, const char *path, const char *where, bool wakes,
			       struct why *why)
{
	assert_string_equal(where, "");
	return __real_host_open_recording(host, path, root, wakes, why);
}

int __wrap_record_host(struct recording *made, bool wakes, struct record_gaps *gaps,
		       struct why *why)
{
	made->root = root;
	return __real_record_host(made, wakes, gaps, why);
}

static int make_place(void **state)
{
	root = *state;
	tree_directory(root, "made");
	chmod(path_of("%s/made", root).text, 0777);
	recording = path_of("%s/made/recording", root);
	return 0;
}

static int setup(void **state)
{
	return machine_setup(state) ? -1 : make_place(state);
}

/* A host that is fit for PASID, of which check asks much. */
static int setup_fit(void **state)
{
	return made_check_setup(state) ? -1 : make_place(state);
}

static void record(int status)
{
	unlink(recording.text);
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, status);
}

/* @arguments ends with NULL, and has room for two more. */
static void assert_same(int (*command)(int argc, char **argv), const char **arguments)
{
	size_t count = 0;

	command_run_array(&live, command, arguments);
	while (arguments[count])
		count++;
	arguments[count] = "--record";
	arguments[count + 1] = recording.text;
	command_run_array(&recorded, command, arguments);
	arguments[count] = NULL;
	assert_string_equal(recorded.out, live.out);
	assert_string_equal(recorded.err, live.err);
	assert_int_equal(recorded.status, live.status);
}

#define SAME(command, ...) \
	assert_same(command, (const char *[10]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void assert_same_of(const char *bdf)
{
	SAME(cmd_show, bdf);
	SAME(cmd_show, "--json", bdf);
	SAME(cmd_show, "--wake", bdf);
	SAME(cmd_explain, bdf);
	SAME(cmd_explain, "--json", bdf);
	SAME(cmd_explain, "--for", "vmm", bdf);
	SAME(cmd_explain, "--for", "sva", bdf);
	SAME(cmd_explain, "--for", "guest-sva", "--json", bdf);
	SAME(cmd_explain, "--for", "pasid", bdf);
	SAME(cmd_map, bdf);
	SAME(cmd_map, "--json", bdf);
	SAME(cmd_place, bdf);
	SAME(cmd_place, "--format", "json", "--cap", "pasid,pri,ats", bdf);
	SAME(cmd_place, "--format", "qemu", bdf);
	SAME(cmd_vm, "--for", "qemu", bdf);
	SAME(cmd_vm, "--for", "libvirt", "--json", bdf);
}

static void assert_same_all(void)
{
	SAME(cmd_list);
	SAME(cmd_list, "--all");
	SAME(cmd_list, "--all", "--json");
	SAME(cmd_list, "-p", "-s", "01:");
	SAME(cmd_export, "--format", "prometheus");
	SAME(cmd_export, "--format", "prometheus", "--for", "vmm");
	SAME(cmd_export, "--format", "nfd");
	SAME(cmd_check);
	SAME(cmd_check, "--json", "--for", "sva");
	SAME(cmd_check, "--for", "guest-sva");
	SAME(cmd_check, "--for", "pasid");
	assert_same_of(FUNCTION);
	assert_same_of(VF);
	assert_same_of(PORT);
	assert_same_of("0000:77:00.0");
}

/* The content of a file of the recording, decompressed; the caller frees it. */
static char *read_archive(size_t *length)
{
	static const size_t room = 1 << 22;
	char *content = malloc(room + 1);
	gzFile file = gzopen(recording.text, "r");

	assert_non_null(content);
	assert_non_null(file);
	*length = (size_t)gzread(file, content, room);
	content[*length] = '\0';
	gzclose(file);
	return content;
}

static bool archive_has(const char *text)
{
	size_t length;
	char *content = read_archive(&length);
	bool has = memmem(content, length, text, strlen(text));

	free(content);
	return has;
}

static void test_same(void **state)
{
	(void)state;
	record(EXIT_OK);
	assert_string_equal(live.err, "");
	assert_same_all();
}

static void add_vf(void)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill(config, PCI_EXP_TYPE_ENDPOINT, false);
	machine_put(config, PCI_VENDOR_ID, 4, 0xffffffff);
	machine_add_function(root, PORT "/", VF, config, sizeof(config));
	tree_link(root, DEVICES PORT "/" VF "/physfn", "../" FUNCTION);
	tree_link(root, ENDPOINT "/virtfn0", "../" VF);
	tree_file(root, ENDPOINT "/sriov_totalvfs", "4\n");
	tree_file(root, ENDPOINT "/sriov_numvfs", "1\n");
}

static void add_siblings(void)
{
	tree_link(root, "sys/kernel/iommu_groups/7/devices/" FUNCTION,
		  "../../../../devices/pci0000:00/" PORT "/" FUNCTION);
	tree_link(root, "sys/kernel/iommu_groups/7/devices/" PORT,
		  "../../../../devices/pci0000:00/" PORT);
}

static void test_vf(void **state)
{
	(void)state;
	add_vf();
	add_siblings();
	record(EXIT_OK);
	assert_same_all();
}

static void test_vfio(void **state)
{
	(void)state;
	unlink(path_of("%s/" ENDPOINT "/driver", root).text);
	tree_link(root, ENDPOINT "/driver", "../../../../bus/pci/drivers/pasid_vfio_pci");
	tree_file(root, ENDPOINT "/vfio-dev/vfio3/dev", "511:3\n");
	tree_file(root, "sys/module/pasid_vfio_pci/parameters/guard", "Y\n");
	tree_directory(root, "sys/module/vfio_pasid");
	tree_directory(root, "sys/class/misc/iommu");
	tree_file(root, "dev/vfio/7", "");
	tree_file(root, ENDPOINT "/power_state", "D0\n");
	tree_file(root, ENDPOINT "/driver_override", "pasid_vfio_pci\n");
	record(EXIT_OK);
	assert_same_all();
}

static void test_asleep(void **state)
{
	(void)state;
	tree_file(root, ENDPOINT "/power_state", "D3cold\n");
	record(EXIT_NO_PASID);
	assert_non_null(strstr(live.err, "1 functions that sleep"));
	assert_false(archive_has(FUNCTION "/config"));
	SAME(cmd_list, "--all", "--json");
	SAME(cmd_show, FUNCTION);
	SAME(cmd_explain, FUNCTION);

	/* What isn't in it isn't made up. */
	command_run(&recorded, cmd_show, "--wake", FUNCTION, "--record", recording.text, NULL);
	assert_non_null(
		strstr(recorded.err, "doesn't tell of sys/bus/pci/devices/" FUNCTION "/config"));

	unlink(recording.text);
	command_run(&live, cmd_record, "--wake", "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_OK);
	assert_same_all();
}

/* Lines and words that nobody reads stay where they are, and those that are read count. */
static void test_private(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	(void)state;
	machine_fill_endpoint(config);
	machine_put(config, PCI_VENDOR_ID, 4, 0x0b258086);
	config[0xc1] = 0x90;
	machine_put(config, 0x90, 4, PCI_CAP_ID_VPD | 0x40 << 8);
	machine_put(config, 0x94, 4, 0x44332211);
	machine_put(config, 0x200, 4, PCI_EXT_CAP_ID_SRIOV | 1 << 16 | 0x300u << 20);
	machine_put(config, 0x300, 4, PCI_EXT_CAP_ID_DSN | 1 << 16);
	memcpy(config + 0x304, SECRET, sizeof(SECRET) - 1);
	machine_write_config(root, ENDPOINT, config, sizeof(config));
	tree_file(root, ENDPOINT "/vendor", "0x8086\n");
	tree_file(root, ENDPOINT "/device", "0x0b25\n");
	tree_file(root, ENDPOINT "/modalias", "pci:v00008086d00000B25sv0sd0bc08sc80i00\n");
	tree_file(root, "proc/cmdline",
		  "BOOT_IMAGE=/" SECRET " root=UUID=" SECRET " intel_iommu=on,sm_on "
		  "user=\"" SECRET " iommu=off\" iommu.passthrough=0 "
		  "vfio-pci.ids=1234:5678 -- " SECRET " pasid_vfio_pci.disable_denylist=1\n");
	tree_file(root, "boot/config-6.12.0-test",
		  "#\n# " SECRET "\nCONFIG_CMDLINE=\"" SECRET "\"\nCONFIG_PCI=y\n"
		  "CONFIG_PCI_PASID=y\nCONFIG_IOMMUFD=m\n");
	tree_file(root,
		  "etc/modprobe.d/"
		  "local.conf",
		  "# " SECRET "\noptions " SECRET " x=1\noptions pasid_vfio_pci \\\n"
		  "disable_denylist=0\n");
	tree_file(root, "lib/modules/6.12.0-test/modules.alias",
		  "alias pci:" SECRET " a\nalias vfio_pci:v00008086d00000B25sv*sd*bc*sc*i* "
		  "dsa_vfio_pci\n");
	record(EXIT_OK);
	assert_same_all();
	command_run(&live, cmd_explain, FUNCTION, NULL);
	assert_non_null(strstr(live.out, "dsa_vfio_pci"));
	assert_false(archive_has(SECRET));
	assert_false(archive_has("\x11\x22\x33\x44"));
	assert_true(archive_has("intel_iommu=on,sm_on iommu.passthrough=0 vfio-pci.ids=1234:5678 "
				"-- pasid_vfio_pci.disable_denylist=1"));
}

static void test_check(void **state)
{
	(void)state;
	record(EXIT_OK);
	assert_string_equal(live.err, "");
	assert_same_all();
	command_run(&live, cmd_check, NULL);
	assert_int_equal(live.status, EXIT_OK);
	assert_non_null(strstr(live.out, "QEMU 11.1"));

	/* Programs of the host that reads it aren't asked, nor anything else. */
	made_check_remove(root, "bin");
	made_check_remove(root, "proc");
	made_check_remove(root, "lib");
	made_check_remove(root, "sys");
	command_run(&recorded, cmd_check, "--record", recording.text, NULL);
	assert_string_equal(recorded.out, live.out);
}

static void test_programs(void **state)
{
	(void)state;
	made_check_qemu(root, "unreadable");
	made_check_remove(root, "bin/virtqemud");
	record(EXIT_OK);
	SAME(cmd_check);
	assert_non_null(strstr(live.out, "doesn't tell its version"));
	assert_non_null(strstr(live.out, "there is no libvirt"));
}

static void test_idxd(void **state)
{
	(void)state;
	tree_file(root, ENDPOINT "/vendor", "0x8086\n");
	tree_file(root, ENDPOINT "/device", "0x0b25\n");
	tree_file(root, ENDPOINT "/dsa0/pasid_enabled", "1\n");
	tree_file(root, ENDPOINT "/dsa0/wq0.0/state", "enabled\n");
	tree_file(root, ENDPOINT "/dsa0/wq0.0/type", "user\n");
	tree_file(root, ENDPOINT "/dsa0/wq0.0/mode", "dedicated\n");
	tree_link(root, "sys/bus/dsa/devices/dsa0",
		  "../../../devices/pci0000:00/" PORT "/" FUNCTION "/dsa0");
	record(EXIT_OK);
	assert_same_all();
	command_run(&live, cmd_explain, "--for", "sva", FUNCTION, NULL);
	assert_non_null(strstr(live.out, "work queue"));
}

/* Of long files, what is read; as /proc/interrupts and cpuinfo of 500 processors. */
static void test_long(void **state)
{
	static const char begin[] = "0000:01:00.0  1-edge  " SECRET "\n";
	char *text = malloc(4 << 20);
	size_t length = 0;

	(void)state;
	assert_non_null(text);
	while (length < 3 << 20) {
		for (int i = 0; i < 500; i++)
			length += (size_t)sprintf(text + length, "%11d", i * 12345);
		length += (size_t)sprintf(text + length, "  IR-PCI-MSIX-%s", begin);
	}
	tree_file(root, "proc/interrupts", text);
	for (length = 0; length < 3 << 20;)
		length += (size_t)sprintf(text + length,
					  "flags\t\t: fpu %s pdpe1gb\nmodel name\t: %s\n\n", SECRET,
					  SECRET);
	tree_file(root, "proc/cpuinfo", text);
	for (length = 0; length < 3 << 20;)
		length += (size_t)sprintf(text + length, "kernel/%s/x.ko: a b\n", SECRET);
	sprintf(text + length, "updates/vfio_pasid.ko: " SECRET "\nupdates/pasid_vfio_pci.ko:\n");
	tree_file(root, "lib/modules/" RELEASE "/modules.dep", text);
	for (length = 0; length < 3 << 20;)
		length += (size_t)sprintf(text + length, "alias pci:v%s* x\n", SECRET);
	tree_file(root, "lib/modules/" RELEASE "/modules.alias", text);
	memset(text, 'x', 3 << 20);
	sprintf(text + (3 << 20), SECRET "~Module signature appended~\n");
	tree_file(root, "lib/modules/" RELEASE "/updates/pasid_vfio_pci.ko", text);
	tree_file(root, "sys/module/module/parameters/sig_enforce", "Y\n");
	free(text);
	record(EXIT_OK);
	assert_same_all();
	command_run(&live, cmd_check, NULL);
	assert_non_null(strstr(live.out, "interrupts are remapped"));
	assert_non_null(strstr(live.out, "whether it trusts that of pasid_vfio_pci"));
	assert_false(archive_has(SECRET));
	assert_true(archive_has("flags\t\t: pdpe1gb\n"));
}

/* Of the kernel's log, messages of its own that are about IOMMUs, and identify nothing. */
static void test_log(void **state)
{
	static const char kept[] =
		"6,100,1000,-;ACPI: DMAR 0x000000007FFE2F1A 000078 (v01 BOCHS  BXPC)\n"
		"6,101,1000,-;DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c222f0686\n";

	(void)state;
	tree_file(root, "dev/kmsg",
		  path_of("5,1,0,-;Command line: intel_iommu=on root=%s\n%s"
			  " SUBSYSTEM=vfio%s\n"
			  "6,102,1000,-;igb 0000:01:00.0: MAC %s\n"
			  "6,103,1000,-;vfio of 52:54:00:12:34:56 %s\n"
			  "6,104,1000,-;iommu: Serial number %s\n"
			  "30,105,1000,-;systemd: vfio of %s\n"
			  "nonsense about vfio %s\n\n;vfio %s\n",
			  SECRET, kept, SECRET, SECRET, SECRET, SECRET, SECRET, SECRET, SECRET)
			  .text);
	record(EXIT_OK);
	assert_true(archive_has(kept));
	assert_false(archive_has(SECRET));
	assert_same_all();
}

/* Many messages don't make it large. */
static void test_long_log(void **state)
{
	char *text = malloc(4 << 20), *content;
	size_t length = 0, size;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 20000; i++)
		length += (size_t)sprintf(text + length, "3,%d,5,-;DMAR: fault %d\n", i, i);
	tree_file(root, "dev/kmsg", text);
	free(text);
	record(EXIT_OK);
	content = read_archive(&size);
	assert_in_range(size, 48 << 10, 200 << 10);
	assert_non_null(memmem(content, size, "DMAR: fault 0\n", 14));
	assert_non_null(memmem(content, size, " more\n", 6));
	free(content);
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
		assert_int_equal(setup_fit(state), 0);
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
		    !strstr(recorded.err, "doesn't tell of"))
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

/* Its readers take a compressed configuration or one that isn't. */
static void test_compressed_configuration(void **state)
{
	gzFile file;

	(void)state;
	tree_directory(root, "proc");
	file = gzopen(path_of("%s/proc/config.gz", root).text, "w");
	assert_non_null(file);
	gzputs(file, "CONFIG_LOCALVERSION=\"" SECRET "\"\nCONFIG_PCI_PASID=y\n");
	assert_int_equal(gzclose(file), Z_OK);
	record(EXIT_OK);
	assert_false(archive_has(SECRET));
	assert_true(archive_has("CONFIG_PCI_PASID=y"));
	assert_same_all();
}

/* Nothing but what is in this list is ever taken from a host. */
static void test_nothing_else(void **state)
{
	static const char *const kept[] = { "/config", "/vendor", "/device", "/type", "/ecap" };

	(void)state;
	tree_file(root, ENDPOINT "/vpd", SECRET);
	tree_file(root, ENDPOINT "/net/eth0/address", SECRET);
	tree_file(root, "sys/class/dmi/id/product_serial", SECRET);
	tree_file(root, "proc/sys/kernel/hostname", SECRET);
	tree_file(root, "proc/version", SECRET);
	tree_file(root, "etc/modprobe.d/other", SECRET);
	record(EXIT_OK);
	assert_false(archive_has(SECRET));
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!archive_has(kept[i]))
			fail_msg("%s isn't there", kept[i]);
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
	assert_non_null(strstr(live.err, "missing: the config spaces of 1 functions"));
	assert_non_null(strstr(live.err, "missing: /sys/bus/pci/devices/" FUNCTION
					 "/device: Permission denied"));
	assert_same_all();
	command_run(&live, cmd_show, FUNCTION, NULL);
	tree_regain_root();
	/* What root is told of it is what others found. */
	command_run(&recorded, cmd_show, FUNCTION, "--record", recording.text, NULL);
	assert_string_equal(recorded.out, live.out);
	command_run(&live, cmd_record, "--list", recording.text, NULL);
	assert_int_equal(live.status, EXIT_NO_PASID);
	assert_non_null(strstr(live.out, "not as root"));
	assert_non_null(strstr(live.out, "missing  /sys/bus/pci/devices/" FUNCTION "/device"));
}

static void test_list(void **state)
{
	(void)state;
	record(EXIT_OK);
	command_run(&live, cmd_record, "--list", recording.text, NULL);
	assert_int_equal(live.status, EXIT_OK);
	assert_non_null(strstr(live.out, " 4096  /sys/bus/pci/devices/" FUNCTION "/config\n"));
	assert_non_null(strstr(live.out, "  link  /sys/bus/pci/devices/" FUNCTION
					 "/iommu -> ../../../virtual/iommu/dmar0\n"));
	assert_non_null(strstr(live.out, " directory  /sys/bus/pci/devices: 2 entries\n"));
	assert_non_null(strstr(live.out, "absent  /sys/bus/pci/devices/" FUNCTION "/physfn\n"));
}

static void test_never_replaces(void **state)
{
	(void)state;
	tree_file(root, "made/recording", "precious");
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_non_null(strstr(live.err, "isn't replaced"));
	assert_string_equal(tree_read(root, "made/recording"), "precious");
	unlink(recording.text);
	tree_link(root, "made/recording", "elsewhere");
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_false(sysfs_exists(path_of("%s/elsewhere", root).text));
}

static void test_cant_be_written(void **state)
{
	(void)state;
	command_run(&live, cmd_record, "-o", path_of("%s/none/x", root).text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_non_null(strstr(live.err, "No such file or directory"));
	command_run(&live, cmd_record, "-o", "/dev/full", NULL);
	assert_int_equal(live.status, EXIT_ERROR);
}

static void test_usage(void **state)
{
	(void)state;
	command_run(&live, cmd_record, FUNCTION, NULL);
	assert_int_equal(live.status, EXIT_USAGE);
	command_run(&live, cmd_record, "--list", "x", "--wake", NULL);
	assert_int_equal(live.status, EXIT_USAGE);
	command_run(&live, cmd_list, "--record", "x", "--sysfs", "/sys", NULL);
	assert_int_equal(live.status, EXIT_USAGE);
	command_run(&live, cmd_place, "--record", "x", "--open", FUNCTION, NULL);
	assert_int_equal(live.status, EXIT_USAGE);
}

/* A host without PCI can't be recorded. */
static void test_no_pci(void **state)
{
	(void)state;
	assert_int_equal(
		rename(path_of("%s/sys/bus/pci", root).text, path_of("%s/elsewhere", root).text),
		0);
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_non_null(strstr(live.err, "sys/bus/pci/devices"));
	assert_false(sysfs_exists(recording.text));
}

#define TEST(name)     cmocka_unit_test_setup_teardown(test_##name, setup, tree_teardown)
#define FIT_TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup_fit, made_check_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(same),
		TEST(vf),
		TEST(vfio),
		TEST(asleep),
		TEST(private),
		TEST(compressed_configuration),
		FIT_TEST(check),
		FIT_TEST(programs),
		FIT_TEST(idxd),
		FIT_TEST(long),
		FIT_TEST(left_out),
		TEST(left_out_options),
		TEST(log),
		TEST(long_log),
		TEST(nothing_else),
		TEST(not_root),
		TEST(list),
		TEST(never_replaces),
		TEST(cant_be_written),
		TEST(usage),
		TEST(no_pci),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
