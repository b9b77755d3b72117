// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "ivrs.h"

/* Where QEMU has the IOMMU: its PCI function, 00:01.0, its capability there, its registers */
#define IOMMU_DEVID	 0x0008
#define IOMMU_CAPABILITY 0x40
#define IOMMU_BASE	 0xfed80000

/* Of IVinfo */
#define IVINFO_EFRSUP	 (1u << 0)	      /* the EFR below is right */
#define IVINFO_PASIZE(n) ((uint32_t)(n) << 8) /* width of physical addresses */

#define IVHD_TYPE_11 0x11

/* What the IOMMU does with transactions: 4h and 7h are those of QEMU's table, too. */
#define IVHD_HT_TUN_EN (1u << 0)
#define IVHD_IOTLB_SUP (1u << 4)
#define IVHD_PREF_SUP  (1u << 6)
#define IVHD_PPR_SUP   (1u << 7)

/* Device entries */
#define ENTRY_ALL      1
#define ENTRY_ALIAS    66
#define ENTRY_SPECIAL  72
#define VARIETY_IOAPIC 1

/*
 * As whom the I/O APIC asks for interrupts: in QEMU, as in AMD's chipsets, 00:14.0, where q35 has
 * no device. Kernels up to 6.12 take no other, 7.3 only an SMBus or ISA bridge. That is 00:1f.0,
 * and what is 00:14.0's is 00:1f.0's, too; see lab/lanes/7.3-generic.
 */
#define IOAPIC_ID    0
#define IOAPIC_DEVID 0x00a0
#define ISA_DEVID    0x00f8

struct writer {
	uint8_t *next;
};

/* The low bytes of a number, its little end first. */
static void put(struct writer *writer, unsigned int bytes, uint64_t value)
{
	while (bytes--) {
		*writer->next++ = value;
		value >>= 8;
	}
}

static void put_text(struct writer *writer, const char *text)
{
	size_t length = strlen(text);

	memcpy(writer->next, text, length);
	writer->next += length;
}

/* A table replaces one with the same names and an older revision; these are QEMU's names. */
static void put_header(struct writer *writer)
{
	put_text(writer, "IVRS");
	put(writer, 4, IVRS_SIZE);
	put(writer, 1, 2); /* revision: with blocks of type 11h */
	put(writer, 1, 0); /* checksum, put later */
	put_text(writer, "BOCHS ");
	put_text(writer, "BXPC    ");
	put(writer, 4, 2); /* OEM revision: QEMU's is 1 */
	put_text(writer, "LAB ");
	put(writer, 4, 1);
	put(writer, 4, IVINFO_EFRSUP | IVINFO_PASIZE(40));
	put(writer, 8, 0);
}

static void put_definition(struct writer *writer, uint64_t efr)
{
	put(writer, 1, IVHD_TYPE_11);
	put(writer, 1, IVHD_HT_TUN_EN | IVHD_IOTLB_SUP | IVHD_PREF_SUP | IVHD_PPR_SUP);
	put(writer, 2, IVRS_SIZE - 48);
	put(writer, 2, IOMMU_DEVID);
	put(writer, 2, IOMMU_CAPABILITY);
	put(writer, 8, IOMMU_BASE);
	put(writer, 2, 0); /* PCI segment */
	put(writer, 2, 0); /* interrupt numbers */
	put(writer, 4, 0); /* performance counters */
	put(writer, 8, efr);
	put(writer, 8, 0); /* EFR 2 */

	/* VFs, too, of which QEMU's table doesn't know */
	put(writer, 1, ENTRY_ALL);
	put(writer, 3, 0);

	put(writer, 1, ENTRY_ALIAS);
	put(writer, 2, ISA_DEVID);
	put(writer, 2, 0);
	put(writer, 2, IOAPIC_DEVID);
	put(writer, 1, 0);

	/* without which the kernel doesn't remap interrupts */
	put(writer, 1, ENTRY_SPECIAL);
	put(writer, 3, 0);
	put(writer, 1, IOAPIC_ID);
	put(writer, 2, IOAPIC_DEVID);
	put(writer, 1, VARIETY_IOAPIC);
}

void ivrs_make(uint64_t efr, uint8_t table[IVRS_SIZE])
{
	struct writer writer = { table };
	uint8_t sum = 0;

	put_header(&writer);
	put_definition(&writer, efr);
	for (size_t i = 0; i < IVRS_SIZE; i++)
		sum += table[i];
	table[9] = -sum;
}
