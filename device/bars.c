// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>

#include "bars.h"
#include "support/bytes.h"

#define LEAST_MEMORY 4096 /* a page, so that a guest can map it */
#define LEAST_IO     32
#define VECTOR_SIZE  16
#define MAX_IO	     256
#define MAX_MEMORY   (1ull << 31)
#define MAX_MEMORY64 (1ull << 40)

static unsigned int bar_at(unsigned int bar)
{
	return PCI_BASE_ADDRESS_0 + 4 * bar;
}

/*
 * Where in the BAR the MSI-X table or the pending bits end, according to the register at @at; 0
 * if they are in another BAR.
 */
static uint64_t end_of(const uint8_t *config, unsigned int at, unsigned int bar, uint64_t length)
{
	uint32_t reg = get32(config + at);

	return (reg & PCI_MSIX_TABLE_BIR) == bar ? (reg & PCI_MSIX_TABLE_OFFSET) + length : 0;
}

/* Offset of the capability; 0 or a negative errno if there is none. */
static int find_msix(const uint8_t *config)
{
	return vpasid_conventional_find(config, VPASID_CONFIG_SIZE, PCI_CAP_ID_MSIX);
}

unsigned int bars_msix_vectors(const uint8_t config[VPASID_CONFIG_SIZE])
{
	int at = find_msix(config);

	return at > 0 ? (get16(config + at + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u : 0;
}

static uint64_t msix_needs(const uint8_t *config, unsigned int bar)
{
	uint64_t vectors = bars_msix_vectors(config), table, pending;
	unsigned int at;

	if (!vectors)
		return 0;
	at = (unsigned int)find_msix(config);
	table = end_of(config, at + PCI_MSIX_TABLE, bar, vectors * VECTOR_SIZE);
	pending = end_of(config, at + PCI_MSIX_PBA, bar, (vectors + 63) / 64 * 8);
	return table > pending ? table : pending;
}

static bool is_upper_half(const uint8_t *config, unsigned int bar)
{
	bool upper = false;

	for (unsigned int i = 0; i < bar; i++) {
		uint32_t reg = get32(config + bar_at(i));

		upper = !upper && !(reg & PCI_BASE_ADDRESS_SPACE_IO) &&
			(reg & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
	}
	return upper;
}

/* What the kind of a BAR allows. A missing BAR also has a kind, because it can be added. */
struct kind {
	uint64_t least, most;
	uint64_t mask;
};

static struct kind kind_of(const uint8_t *config, unsigned int bar)
{
	uint32_t reg = get32(config + bar_at(bar));

	if (reg & PCI_BASE_ADDRESS_SPACE_IO)
		return (struct kind){ LEAST_IO, MAX_IO, (uint32_t)PCI_BASE_ADDRESS_IO_MASK };
	if (bar + 1 < PCI_STD_NUM_BARS &&
	    (reg & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64)
		/* the mask is a long, which may have 32 bits */
		return (struct kind){ LEAST_MEMORY, MAX_MEMORY64,
				      ~(uint64_t)~PCI_BASE_ADDRESS_MEM_MASK };
	return (struct kind){ LEAST_MEMORY, MAX_MEMORY, (uint32_t)PCI_BASE_ADDRESS_MEM_MASK };
}

/* The smallest sufficient size; 0 if there is no BAR and nothing needs one. */
static uint64_t least_size(const uint8_t *config, unsigned int bar)
{
	uint64_t needs = msix_needs(config, bar);
	uint64_t size = kind_of(config, bar).least;

	if (!needs && !get32(config + bar_at(bar)))
		return 0;
	while (size < needs)
		size *= 2;
	return size;
}

static int check_size(const uint8_t *config, unsigned int bar, uint64_t size, struct why *why)
{
	struct kind kind = kind_of(config, bar);

	if (size & (size - 1))
		return because(why, -EINVAL, "BAR %u: the size must be a power of two", bar);
	if (size < kind.least || size > kind.most)
		return because(why, -EINVAL, "BAR %u: the size must be %llu to %llu bytes", bar,
			       (unsigned long long)kind.least, (unsigned long long)kind.most);
	if (size < msix_needs(config, bar))
		return because(why, -EINVAL,
			       "BAR %u: the table or the pending bits of MSI-X reach to 0x%llx: "
			       "make it larger",
			       bar, (unsigned long long)msix_needs(config, bar));
	return 0;
}

static void add_bar(struct bars *bars, const uint8_t *config, unsigned int bar, uint64_t size)
{
	uint64_t mask = kind_of(config, bar).mask;
	uint64_t writable = ~(size - 1) & mask;

	bars->sizes[bar] = size;
	bars->address[bar] = (uint32_t)mask;
	bars->writable[bar] = (uint32_t)writable;
	if (writable >> 32) {
		bars->address[bar + 1] = (uint32_t)(mask >> 32);
		bars->writable[bar + 1] = (uint32_t)(writable >> 32);
	}
}

int bars_init(struct bars *bars, const uint8_t config[VPASID_CONFIG_SIZE],
	      const uint64_t sizes[PCI_STD_NUM_BARS], struct why *why)
{
	*bars = (struct bars){ 0 };
	for (unsigned int bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		uint64_t size = sizes[bar];
		int ret;

		if (is_upper_half(config, bar)) {
			if (size)
				return because(why, -EINVAL,
					       "BAR %u is the upper half of the 64-bit BAR %u: set "
					       "the size of that one",
					       bar, bar - 1);
			continue;
		}
		if (!size)
			size = least_size(config, bar);
		if (!size)
			continue;
		ret = check_size(config, bar, size, why);
		if (ret)
			return ret;
		add_bar(bars, config, bar, size);
	}
	return 0;
}
