// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "hardware.h"
#include "support/bytes.h"

#define HEADER_TYPE	0x7f /* without Multi-Function */
#define DEVCTL_FLR_BYTE (PCI_EXP_DEVCTL + 1)
#define DEVCTL_FLR	(PCI_EXP_DEVCTL_BCR_FLR >> 8)

/* The registers that an operating system sets, and the bits that can be set in them */

static void allow(struct hardware *hardware, unsigned int at, uint32_t bits)
{
	uint8_t *writable = hardware->writable + at;

	if (at + 4 <= VPASID_CONFIG_CONVENTIONAL)
		put32(writable, get32(writable) | bits);
}

static void allow_header(struct hardware *hardware)
{
	allow(hardware, PCI_COMMAND,
	      PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY |
		      PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE);
	allow(hardware, PCI_CACHE_LINE_SIZE, 0xff);
	allow(hardware, PCI_INTERRUPT_LINE, 0xff);
}

static void allow_msi(struct hardware *hardware, unsigned int at)
{
	uint16_t flags = get16(hardware->power_on + at + PCI_MSI_FLAGS);
	bool is_64bit = flags & PCI_MSI_FLAGS_64BIT;

	allow(hardware, at + PCI_MSI_FLAGS, PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	allow(hardware, at + PCI_MSI_ADDRESS_LO, 0xfffffffc);
	if (is_64bit)
		allow(hardware, at + PCI_MSI_ADDRESS_HI, 0xffffffff);
	allow(hardware, at + (is_64bit ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32), 0xffff);
	if (flags & PCI_MSI_FLAGS_MASKBIT)
		allow(hardware, at + (is_64bit ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32), 0xffffffff);
}

static void allow_express(struct hardware *hardware, unsigned int at)
{
	uint16_t flags = get16(hardware->power_on + at + PCI_EXP_FLAGS);

	/* The bit that resets the function isn't stored. */
	allow(hardware, at + PCI_EXP_DEVCTL, 0xffff & ~PCI_EXP_DEVCTL_BCR_FLR);
	if ((flags & PCI_EXP_FLAGS_VERS) >= 2)
		allow(hardware, at + PCI_EXP_DEVCTL2,
		      PCI_EXP_DEVCTL2_COMP_TIMEOUT | PCI_EXP_DEVCTL2_COMP_TMOUT_DIS |
			      PCI_EXP_DEVCTL2_ATOMIC_REQ | PCI_EXP_DEVCTL2_IDO_REQ_EN |
			      PCI_EXP_DEVCTL2_IDO_CMP_EN | PCI_EXP_DEVCTL2_LTR_EN);
}

/* The offset of a conventional capability, 0 if there is none. */
static uint8_t find(const struct hardware *hardware, uint8_t id)
{
	int at = vpasid_conventional_find(hardware->power_on, VPASID_CONFIG_SIZE, id);

	return at > 0 ? (uint8_t)at : 0;
}

static void take_capabilities(struct hardware *hardware)
{
	unsigned int msix;

	hardware->pm = find(hardware, PCI_CAP_ID_PM);
	if (hardware->pm)
		allow(hardware, hardware->pm + PCI_PM_CTRL,
		      PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE);
	hardware->msi = find(hardware, PCI_CAP_ID_MSI);
	if (hardware->msi)
		allow_msi(hardware, hardware->msi);
	msix = find(hardware, PCI_CAP_ID_MSIX);
	if (msix)
		allow(hardware, msix + PCI_MSIX_FLAGS,
		      PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	hardware->express = find(hardware, PCI_CAP_ID_EXP);
	if (hardware->express)
		allow_express(hardware, hardware->express);
	hardware->af = find(hardware, PCI_CAP_ID_AF);
}

/* Returns the mask of an extended capability whose length is known, or NULL. */
static uint8_t *writable_of(struct hardware *hardware, const struct vpasid_layout *layout,
			    uint16_t id)
{
	const struct vpasid_span *span = vpasid_layout_find(layout, id);

	return span && span->flags & VPASID_SPAN_EXACT ? hardware->writable + span->offset : NULL;
}

/* The registers that the host sets, and that no guest may reach */
static void take_extended(struct hardware *hardware)
{
	struct vpasid_layout layout;
	uint8_t *writable;

	if (vpasid_layout_read(hardware->power_on, VPASID_CONFIG_SIZE, &layout) < 0)
		return;
	writable = writable_of(hardware, &layout, VPASID_EXT_CAP_PASID);
	if (writable)
		put16(writable + PCI_PASID_CTRL,
		      PCI_PASID_CTRL_ENABLE | PCI_PASID_CTRL_EXEC | PCI_PASID_CTRL_PRIV);
	writable = writable_of(hardware, &layout, VPASID_EXT_CAP_ATS);
	if (writable)
		put16(writable + PCI_ATS_CTRL, PCI_ATS_CTRL_ENABLE | PCI_ATS_CTRL_STU(0x1f));
	writable = writable_of(hardware, &layout, VPASID_EXT_CAP_PRI);
	if (writable) {
		put16(writable + PCI_PRI_CTRL, PCI_PRI_CTRL_ENABLE);
		put32(writable + PCI_PRI_ALLOC_REQ, UINT32_MAX);
	}
}

/*
 * Also clears the host's addresses. If a BAR is larger than the host's, the host's address may have
 * bits below the size: a guest that sizes the BAR would read a smaller size.
 */
static void allow_bars(struct hardware *hardware)
{
	const struct bars *bars = &hardware->bars;

	for (unsigned int bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		unsigned int at = PCI_BASE_ADDRESS_0 + 4 * bar;
		uint8_t *reg = hardware->power_on + at;

		put32(reg, get32(reg) & ~bars->address[bar]);
		allow(hardware, at, bars->writable[bar]);
	}
}

/* Clears what an operating system may have set. PASID Control stays, because the host sets it. */
static void power_on(struct hardware *hardware)
{
	for (unsigned int at = 0; at < VPASID_CONFIG_CONVENTIONAL; at++)
		hardware->power_on[at] &= (uint8_t)~hardware->writable[at];
	memcpy(hardware->now, hardware->power_on, sizeof(hardware->now));
}

int hardware_init(struct hardware *hardware, const uint8_t config[VPASID_CONFIG_SIZE],
		  const uint64_t bar_sizes[PCI_STD_NUM_BARS], struct why *why)
{
	int ret;

	memset(hardware, 0, sizeof(*hardware));
	memcpy(hardware->power_on, config, VPASID_CONFIG_SIZE);
	if ((config[PCI_HEADER_TYPE] & HEADER_TYPE) != PCI_HEADER_TYPE_NORMAL)
		return because(why, -EINVAL,
			       "its header has type %u, which is a bridge's: only endpoints, with "
			       "type 0, can be assigned to a guest",
			       config[PCI_HEADER_TYPE] & HEADER_TYPE);

	/* There is no ROM. */
	put32(hardware->power_on + PCI_ROM_ADDRESS, 0);
	allow_header(hardware);
	take_capabilities(hardware);
	take_extended(hardware);
	ret = bars_init(&hardware->bars, hardware->power_on, bar_sizes, why);
	if (ret)
		return ret;
	allow_bars(hardware);
	power_on(hardware);
	return 0;
}

unsigned int hardware_msi_vectors(const struct hardware *hardware)
{
	const uint8_t *flags = hardware->power_on + hardware->msi + PCI_MSI_FLAGS;

	return hardware->msi ? 1u << ((get16(flags) & PCI_MSI_FLAGS_QMASK) >> 1) : 0;
}

/* Writes, and the resets that they cause */

struct write {
	unsigned int offset;
	const uint8_t *data;
	unsigned int length;
};

/* Does the write set one of these bits of the byte at @at? */
static bool sets(const struct write *write, unsigned int at, unsigned int bits)
{
	return at >= write->offset && at - write->offset < write->length &&
	       write->data[at - write->offset] & bits;
}

static bool is_flr(const struct hardware *hardware, const struct write *write)
{
	const uint8_t *config = hardware->power_on;
	unsigned int express = hardware->express, af = hardware->af;

	if (express && get32(config + express + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR &&
	    sets(write, express + DEVCTL_FLR_BYTE, DEVCTL_FLR))
		return true;
	return af && config[af + PCI_AF_CAP] & PCI_AF_CAP_FLR &&
	       sets(write, af + PCI_AF_CTRL, PCI_AF_CTRL_FLR);
}

static unsigned int power_state(const struct hardware *hardware)
{
	return hardware->now[hardware->pm + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK;
}

/* Did the function go from D3hot to D0, and doesn't keep its state then? */
static bool wakes_up(const struct hardware *hardware, unsigned int state_before)
{
	return hardware->pm && state_before == PCI_PM_CTRL_STATE_MASK && !power_state(hardware) &&
	       !(hardware->power_on[hardware->pm + PCI_PM_CTRL] & PCI_PM_CTRL_NO_SOFT_RESET);
}

bool hardware_write(struct hardware *hardware, unsigned int offset, const uint8_t *data,
		    unsigned int length)
{
	const struct write write = { offset, data, length };
	unsigned int state = power_state(hardware);

	for (unsigned int i = 0; i < length; i++) {
		uint8_t writable = hardware->writable[offset + i];
		uint8_t *now = &hardware->now[offset + i];

		*now = (uint8_t)((*now & ~writable) | (data[i] & writable));
	}
	if (!is_flr(hardware, &write) && !wakes_up(hardware, state))
		return false;
	hardware_reset(hardware);
	return true;
}

void hardware_reset(struct hardware *hardware)
{
	memcpy(hardware->now, hardware->power_on, VPASID_CONFIG_CONVENTIONAL);
}

bool hardware_is_untouched(const struct hardware *hardware)
{
	return !memcmp(hardware->now + VPASID_CONFIG_CONVENTIONAL,
		       hardware->power_on + VPASID_CONFIG_CONVENTIONAL,
		       VPASID_CONFIG_SIZE - VPASID_CONFIG_CONVENTIONAL);
}
