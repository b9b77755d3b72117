// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <vpasid/config.h>

#include <cmocka.h>

#include "made_check.h"
#include "support/machine.h"
#include "support/transcript.h"
#include "support/tree.h"

struct check check;
static struct host host;
static struct path sysfs;

/* What made_check_ask() has been answered, if it is kept */
static FILE *asked_stream;
static char *asked_text;
static size_t asked_size;

void made_check_remove(const char *root, const char *path)
{
	static unsigned int removed;

	assert_int_equal(rename(path_of("%s/%s", root, path).text,
				path_of("%s/removed-%u", root, removed++).text),
			 0);
}

void made_check_write_endpoint(const char *root, const char *path, uint16_t control, size_t size)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, 0x180 + PCI_PASID_CTRL, 2, control);
	machine_write_config(root, path, config, size);
}

void made_check_vtd(const char *root, uint64_t cap, uint64_t ecap)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIx64 "\n", cap);
	tree_file(root, "sys/class/iommu/dmar0/intel-iommu/cap", text);
	snprintf(text, sizeof(text), "%" PRIx64 "\n", ecap);
	tree_file(root, "sys/class/iommu/dmar0/intel-iommu/ecap", text);
}

static void set_iommu(const char *root, const char *name, const char *table)
{
	made_check_remove(root, "sys/class/iommu/dmar0");
	made_check_remove(root, "sys/firmware/acpi/tables/DMAR");
	made_check_remove(root, MADE_CHECK_AT "/iommu");
	tree_file(root, path_of("sys/firmware/acpi/tables/%s", table).text, "");
	tree_directory(root, path_of("sys/class/iommu/%s", name).text);
	tree_link(root, MADE_CHECK_AT "/iommu", path_of("../../../virtual/iommu/%s", name).text);
}

/* EFR: PPRSup, GTSup, GIoSup, EPHSup, PASmax of 15, 4-level guest tables */
void made_check_amd(const char *root)
{
	set_iommu(root, "ivhd0", "IVRS");
	tree_file(root, "sys/class/iommu/ivhd0/amd-iommu/features", "5000f000059d3:0\n");
	tree_file(root, "sys/kernel/iommu_groups/7/type", "identity\n");
}

void made_check_arm(const char *root)
{
	set_iommu(root, "smmu3.0x0000000009050000", "IORT");
	tree_file(root, "proc/interrupts", " 18:  0  ITS-PCI-MSI-0000:01:00.0  0 Edge  nvme0q0\n");
}

void made_check_program(const char *root, const char *name, const char *says)
{
	struct path path = path_of("bin/%s", name);

	tree_file(root, path.text, path_of("#!/bin/sh\necho '%s'\n", says).text);
	assert_int_equal(chmod(path_of("%s/%s", root, path.text).text, 0755), 0);
}

void made_check_qemu(const char *root, const char *version)
{
	struct utsname machine;

	uname(&machine);
	made_check_program(root, path_of("qemu-system-%s", machine.machine).text,
			   path_of("QEMU emulator version %s (made)", version).text);
}

static void make_kernel(const char *root)
{
	tree_file(root, "proc/sys/kernel/osrelease", RELEASE "\n");
	tree_file(root, "proc/config.gz",
		  "CONFIG_PCI_PASID=y\nCONFIG_INTEL_IOMMU=y\nCONFIG_INTEL_IOMMU_SVM=y\n"
		  "CONFIG_AMD_IOMMU=y\nCONFIG_ARM_SMMU_V3=y\nCONFIG_ARM_SMMU_V3_SVA=y\n"
		  "CONFIG_ARM_SMMU_V3_IOMMUFD=y\nCONFIG_IOMMUFD=m\nCONFIG_VFIO_PCI=m\n"
		  "CONFIG_VFIO_DEVICE_CDEV=y\n");
	tree_file(root, "proc/interrupts",
		  "            CPU0\n  0:  30  IR-IO-APIC  2-edge  timer\n"
		  " 24:  0  IR-PCI-MSIX-0000:01:00.0  0-edge  nvme0q0\n");
	tree_file(root, "proc/cpuinfo",
		  "processor\t: 0\nflags\t\t: fpu pdpe1gb la57 enqcmd\nbugs\t\t:\n");
	tree_directory(root, "sys/class/misc/iommu");
	tree_directory(root, "sys/bus/pci/drivers/vfio-pci");
	tree_file(root, "sys/module/module/parameters/sig_enforce", "N\n");
	tree_file(root, "sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	tree_file(root, "lib/modules/" RELEASE "/modules.dep",
		  "kernel/drivers/vfio/pci/vfio-pci.ko:\n"
		  "updates/dkms/pasid_vfio_pci.ko: kernel/drivers/vfio/pci/vfio-pci.ko\n");
	tree_file(root, "lib/modules/" RELEASE "/updates/dkms/pasid_vfio_pci.ko", "\177ELF...\n");
}

int made_check_setup(void **state)
{
	if (machine_setup(state))
		return -1;
	tree_file(*state, "sys/firmware/acpi/tables/DMAR", "");
	made_check_vtd(*state, CHECK_CAP, CHECK_ECAP);
	make_kernel(*state);
	made_check_qemu(*state, "11.1.3");
	made_check_program(*state, "virtqemud", "virtqemud (libvirt) 12.8.0");
	setenv("PATH", path_of("%s/bin", (const char *)*state).text, 1);
	return 0;
}

int made_check_teardown(void **state)
{
	check_free(&check);
	host_close(&host);
	return tree_teardown(state);
}

int made_check_keep(void **state)
{
	(void)state;
	asked_stream = open_memstream(&asked_text, &asked_size);
	return asked_stream ? 0 : -1;
}

/* Without the tree's name, and the machine's in that of QEMU, which differ from run to run. */
static void keep(const char *root)
{
	char *text = NULL;
	const char *at, *found;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	fprintf(asked_stream, "\n");
	check_print(&check, stream, false, 0);
	assert_int_equal(fclose(stream), 0);
	for (at = text; (found = strstr(at, root)); at = found + strcspn(found, " )\n"))
		fprintf(asked_stream, "%.*sPATH", (int)(found - at), at);
	fputs(at, asked_stream);
	free(text);
}

void made_check_assert_kept(void **name)
{
	char path[128];

	assert_int_equal(fclose(asked_stream), 0);
	asked_stream = NULL;
	snprintf(path, sizeof(path), TRANSCRIPTS "judged/%s.txt", (const char *)*name);
	transcript_assert(path, asked_text);
	free(asked_text);
}

static void ask(const char *root, enum purpose purpose)
{
	struct why why;

	check_free(&check);
	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, root, false);
	if (check_host(&host, purpose, &check, &why))
		fail_msg("%s", why.text);
}

void made_check_ask(const char *root, enum purpose purpose)
{
	ask(root, purpose);
	if (asked_stream)
		keep(root);
}

void made_check_ask_about(const char *root, const char *title, enum check_what first,
			  enum check_what last)
{
	ask(root, PURPOSE_VMM);
	fprintf(asked_stream, "\n%s\n", title);
	for (size_t i = 0; i < check.count; i++) {
		const struct finding *finding = &check.findings[i];

		if (finding->what < first || finding->what > last)
			continue;
		fprintf(asked_stream, "%s %s: %s\n", check_verdict_name(finding->verdict),
			check_name(finding->what), finding->found);
		if (*finding->todo)
			fprintf(asked_stream, "  to do: %s\n", finding->todo);
	}
}

const struct finding *made_check_find(enum check_what what)
{
	for (size_t i = 0; i < check.count; i++)
		if (check.findings[i].what == what)
			return &check.findings[i];
	fail_msg("there is no finding of %s", check_name(what));
	return NULL;
}

void made_check_assert(enum check_what what, enum check_verdict verdict, const char *found)
{
	const struct finding *finding = made_check_find(what);

	assert_string_equal(finding->found, found);
	assert_string_equal(check_verdict_name(finding->verdict), check_verdict_name(verdict));
}

size_t made_check_count(enum check_what what)
{
	size_t count = 0;

	for (size_t i = 0; i < check.count; i++)
		count += check.findings[i].what == what;
	return count;
}
