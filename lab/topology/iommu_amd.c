// SPDX-License-Identifier: GPL-2.0-only
/* AMD's IOMMU, whose PASIDs are those of its v2 page tables. */
#include "cpio.h"
#include "iommu.h"
#include "ivrs.h"

static void print_device(const struct topology *topology, enum qemu_version version)
{
	(void)topology;
	(void)version;
	printf("-device\namd-iommu,intremap=on\n");
}

static void print_firmware(const struct topology *topology, FILE *stream)
{
	uint8_t table[IVRS_SIZE];

	ivrs_make(topology->amd.efr, table);
	cpio_print(stream, "kernel/firmware/acpi/ivrs.aml", table, sizeof(table));
}

const struct iommu_model iommu_amd = {
	.name = "amd",
	.cmdline = {
		/* QEMU doesn't walk v2 tables: the kernel's own DMA has to do without any. */
		[IOMMU_ON] = "amd_iommu=pgtbl_v2 iommu=pt",
		[IOMMU_DEFAULT] = "",
		/* By itself the kernel has what can PASID in an identity domain, with PASID on. */
		[IOMMU_LEGACY] = "amd_iommu=pgtbl_v1,force_isolation",
		[IOMMU_OFF] = "amd_iommu=off",
		[IOMMU_NONE] = "amd_iommu=off",
	},
	.print_device = print_device,
	.print_firmware = print_firmware,
};
