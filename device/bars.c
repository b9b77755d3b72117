// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>

#include "bars.h"
#include "bytes.h"

#define LEAST_MEMORY 4096 /* a page: the guest may map it */
#define LEAST_IO     32
#define VECTOR_SIZE  16
#define MAX_IO	     256
#define MAX_MEMORY   (1ull << 31)
#define MAX_MEMORY64 (1ull << 40)

static unsigned int bar_at(unsigned int bar)
{
	return PCI_BASE_ADDRESS_0 + 4 * bar;
}

/* Bytes of the BAR that the table at that register, or the pending bits, reach to. */
static uint64_t end_of(const struct hardware *hardware, unsigned int at, unsigned int bar,
		       uint64_t length)
{
	uint32_t reg = get32(hardware->power_on + hardware->msix + at);

	return (reg & PCI_MSIX_TABLE_BIR) == bar ? (reg & PCI_MSIX_TABLE_OFFSET) + length : 0;
}

static uint64_t msix_needs(const struct hardware *hardware, unsigned int bar)
{
	unsigned int vectors = hardware_msix_vectors(hardware);
	uint64_t table, pending;

	if (!vectors)
		return 0;
	table = end_of(hardware, PCI_MSIX_TABLE, bar, (uint64_t)vectors * VECTOR_SIZE);
	pending = end_of(hardware, PCI_MSIX_PBA, bar, ((uint64_t)vectors + 63) / 64 * 8);
	return table > pending ? table : pending;
}

static bool is_upper_half(const struct hardware *hardware, unsigned int bar)
{
	bool upper = false;

	for (unsigned int i = 0; i < bar; i++) {
		uint32_t reg = get32(hardware->power_on + bar_at(i));

		upper = !upper && !(reg & PCI_BASE_ADDRESS_SPACE_IO) &&
			(reg & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
	}
	return upper;
}

/* What kind of BAR it is: of one that isn't there, in case it is to be. */
struct kind {
	uint64_t least, most;
	uint64_t mask;
};

static struct kind kind_of(const struct hardware *hardware, unsigned int bar)
{
	uint32_t reg = get32(hardware->power_on + bar_at(bar));

	if (reg & PCI_BASE_ADDRESS_SPACE_IO)
		return (struct kind){ LEAST_IO, MAX_IO, (uint32_t)PCI_BASE_ADDRESS_IO_MASK };
	if (bar + 1 < HARDWARE_BARS &&
	    (reg & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64)
		return (struct kind){ LEAST_MEMORY, MAX_MEMORY64, PCI_BASE_ADDRESS_MEM_MASK };
	return (struct kind){ LEAST_MEMORY, MAX_MEMORY, (uint32_t)PCI_BASE_ADDRESS_MEM_MASK };
}

/* The least that does. */
static uint64_t least_size(const struct hardware *hardware, unsigned int bar)
{
	uint64_t needs = msix_needs(hardware, bar);
	uint64_t size = kind_of(hardware, bar).least;

	if (!needs && !get32(hardware->power_on + bar_at(bar)))
		return 0;
	while (size < needs)
		size *= 2;
	return size;
}

static int check_size(const struct hardware *hardware, unsigned int bar, uint64_t size,
		      struct why *why)
{
	struct kind kind = kind_of(hardware, bar);

	if (size & (size - 1))
		return because(why, -EINVAL, "BAR %u: a size is a power of two", bar);
	if (size < kind.least || size > kind.most)
		return because(why, -EINVAL, "BAR %u: its size is %llu to %llu bytes", bar,
			       (unsigned long long)kind.least, (unsigned long long)kind.most);
	if (size < msix_needs(hardware, bar))
		return because(why, -EINVAL,
			       "BAR %u: MSI-X has its table or its pending bits there, which "
			       "reach to 0x%llx: make it larger",
			       bar, (unsigned long long)msix_needs(hardware, bar));
	return 0;
}

static void add_bar(struct hardware *hardware, unsigned int bar, uint64_t size)
{
	uint64_t writable = ~(size - 1) & kind_of(hardware, bar).mask;

	hardware->bar_sizes[bar] = size;
	put32(hardware->writable + bar_at(bar), (uint32_t)writable);
	if (writable >> 32)
		put32(hardware->writable + bar_at(bar + 1), (uint32_t)(writable >> 32));
}

int bars_init(struct hardware *hardware, const uint64_t sizes[HARDWARE_BARS], struct why *why)
{
	for (unsigned int bar = 0; bar < HARDWARE_BARS; bar++) {
		uint64_t size = sizes[bar];
		int ret;

		if (is_upper_half(hardware, bar)) {
			if (size)
				return because(why, -EINVAL,
					       "BAR %u is the upper half of BAR %u, which has 64 "
					       "bits: set the size of that",
					       bar, bar - 1);
			continue;
		}
		if (!size)
			size = least_size(hardware, bar);
		if (!size)
			continue;
		ret = check_size(hardware, bar, size, why);
		if (ret)
			return ret;
		add_bar(hardware, bar, size);
	}
	return 0;
}
