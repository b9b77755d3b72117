// SPDX-License-Identifier: GPL-2.0-or-later
/* What vpasid record takes from a host, and what it leaves there. */
#include <linux/pci_regs.h>
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

#include "cmd.h"
#include "facts/recording_file.h"
#include "made_check.h"
#include "made_record.h"
#include "support/tree.h"

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

/* Each file of an archive is filtered, the only one, too. */
static void test_only_file(void **state)
{
	struct recording recorded_file = { .root = "" };
	struct recording_origin origin = { .version = "1" };
	int fd = memfd_create("recording", MFD_CLOEXEC), copy = dup(fd);
	static char text[1 << 16];
	struct why why;
	gzFile file;
	int length;

	(void)state;
	assert_int_equal(recording_add(&recorded_file, RECORDED_CONTENT, "proc/cmdline", 0,
				       strdup(SECRET " iommu=off"), strlen(SECRET " iommu=off")),
			 0);
	assert_int_equal(recording_save(&recorded_file, &origin, fd, &why), 0);
	recording_free(&recorded_file);
	assert_int_equal(lseek(copy, 0, SEEK_SET), 0);
	file = gzdopen(copy, "r");
	length = gzread(file, text, sizeof(text));
	assert_int_equal(gzclose(file), Z_OK);
	assert_true(length > 0);
	assert_non_null(memmem(text, (size_t)length, "iommu=off", 9));
	assert_null(memmem(text, (size_t)length, SECRET, strlen(SECRET)));
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
	assert_non_null(strstr(live.out, "whether it trusts the signature of pasid_vfio_pci"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORD_TEST(private),
		RECORD_TEST(only_file),
		RECORD_TEST(compressed_configuration),
		FIT_RECORD_TEST(long),
		RECORD_TEST(log),
		RECORD_TEST(long_log),
		RECORD_TEST(nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
