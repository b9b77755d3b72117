// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Follows QEMU 11.1's vfio_add_ext_cap() in hw/vfio/pci.c, and pcie_add_capability() and
 * pcie_insert_capability() in hw/pci/pcie.c. The guest reads QEMU's pointers and PASID's
 * registers, and all else as VFIO shows it.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <string.h>

#include "place/qemu.h"
#include "support/bytes.h"

#define HEAD	      VPASID_CONFIG_CONVENTIONAL
#define STUB	      0xffff /* the ID of the head until there is another */
#define MIN_LENGTH    8	     /* QEMU asserts that a capability has as much */
#define NEXT(header)  ((header) >> 20 & 0xffc)
#define NEXT_MASK     0xffc00000u
#define ID_VERSION    0x000fffffu
#define PASID_VERSION 1

/* A size is a bit of a register of 32 bits, from bit 4 on. */
#define MAX_BAR_SIZE 27

struct guest {
	const uint8_t *view;
	uint8_t *config;
	unsigned int last; /* where the last header of QEMU's chain stands */
};

static bool is_known_to_guests(unsigned int id)
{
	return id && id != PCI_EXT_CAP_ID_ARI && id != PCI_EXT_CAP_ID_SRIOV;
}

/* Up to the next header above it, wherever that is in the chain */
static unsigned int room_at(const uint8_t *view, unsigned int offset)
{
	unsigned int end = VPASID_CONFIG_SIZE;

	for (unsigned int at = HEAD; at; at = NEXT(get32(view + at)))
		if (at > offset && at < end)
			end = at;
	return end - offset;
}

static bool has_end(const uint8_t *view)
{
	unsigned int at = HEAD;

	for (unsigned int i = 0; at && i < VPASID_MAX_SPANS; i++)
		at = NEXT(get32(view + at));
	return !at;
}

/* Of each BAR, QEMU shows the size that it has. Returns whether it shows the capability. */
static bool show_rebar(struct guest *guest, unsigned int offset)
{
	unsigned int count =
		(get32(guest->view + offset + PCI_REBAR_CTRL) & PCI_REBAR_CTRL_NBAR_MASK) >>
		PCI_REBAR_CTRL_NBAR_SHIFT;

	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = offset + 8 * i;
		uint32_t control = get32(guest->view + at + PCI_REBAR_CTRL);
		unsigned int size = control >> 8 & 0x1f;

		if (size > MAX_BAR_SIZE)
			return false;
		put32(guest->config + at + PCI_REBAR_CAP, 1u << (size + 4));
		put32(guest->config + at + PCI_REBAR_CTRL, control & 0x1fe7);
	}
	return true;
}

static void point(struct guest *guest, unsigned int next)
{
	uint8_t *header = guest->config + guest->last;

	put32(header, (get32(header) & ~NEXT_MASK) | next << 20);
}

/* All of the head is QEMU's, of other headers the pointer alone. */
static void append(struct guest *guest, unsigned int offset)
{
	uint32_t header = get32(guest->view + offset);

	if (offset != HEAD)
		point(guest, offset);
	put32(guest->config + offset, header & (offset == HEAD ? ID_VERSION : ~NEXT_MASK));
	guest->last = offset;
}

static enum qemu_answer copy_chain(struct guest *guest)
{
	bool has_own = false;

	put32(guest->config + HEAD, STUB);
	for (unsigned int at = HEAD; at; at = NEXT(get32(guest->view + at))) {
		unsigned int id = get16(guest->view + at);

		if (at < HEAD)
			return QEMU_FAILS;
		if (!is_known_to_guests(id) ||
		    (id == PCI_EXT_CAP_ID_REBAR && !show_rebar(guest, at)))
			continue;
		if (room_at(guest->view, at) < MIN_LENGTH)
			return QEMU_FAILS;
		append(guest, at);
		has_own |= id == PCI_EXT_CAP_ID_PASID;
	}
	return has_own ? QEMU_PASSES_OWN_ON : QEMU_INSERTS;
}

/* Before the first header that stands above the offset: the chain may be in no order. */
static enum qemu_answer insert(struct guest *guest, unsigned int offset)
{
	unsigned int next = HEAD;

	do {
		guest->last = next;
		next = NEXT(get32(guest->config + next));
		if (offset < guest->last + sizeof(uint32_t))
			return QEMU_REFUSES;
	} while (next && next <= offset);
	put32(guest->config + offset,
	      PCI_EXT_CAP_ID_PASID | PASID_VERSION << 16 | (uint32_t)next << 20);
	put32(guest->config + offset + PCI_PASID_CAP, 0);
	point(guest, offset);
	return QEMU_INSERTS;
}

enum qemu_answer qemu_insert(const uint8_t view[VPASID_CONFIG_SIZE], uint16_t offset,
			     uint8_t config[VPASID_CONFIG_SIZE])
{
	struct guest guest = { .view = view, .config = config, .last = HEAD };
	enum qemu_answer answer;

	memcpy(config, view, VPASID_CONFIG_SIZE);
	if (!get32(view + HEAD))
		return QEMU_SEES_NO_CHAIN;
	if (!has_end(view))
		return QEMU_HANGS;
	answer = copy_chain(&guest);
	if (answer == QEMU_INSERTS)
		answer = insert(&guest, offset);
	if (get16(config + HEAD) == STUB)
		put16(config + HEAD, 0);
	return answer;
}

int place_for_qemu(const struct placement_report *place, struct why *why)
{
	static const char *const reasons[] = {
		[QEMU_SEES_NO_CHAIN] =
			"silently gives the guest no PASID at any offset: it inserts PASID only "
			"behind another extended capability, and VFIO shows none of this function; "
			"a VMM that uses libvpasid can insert it",
		[QEMU_PASSES_OWN_ON] =
			"adds no PASID if VFIO shows the function's own, and passes a guest's "
			"writes through to that: don't assign this function to a QEMU guest",
		[QEMU_REFUSES] = "refuses this offset, because a capability begins there: choose "
				 "another by --offset",
		[QEMU_FAILS] = "aborts on an assertion, because a capability of the function has "
			       "fewer than 8 bytes: this function can't be assigned to a QEMU "
			       "guest",
		[QEMU_HANGS] = "hangs, because the function's chain of capabilities is a loop: "
			       "this function can't be assigned to a QEMU guest",
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	enum qemu_answer answer = qemu_insert(place->view, place->placement.caps[0].offset, config);

	because(why, 0, "%s", "");
	if (answer == QEMU_INSERTS)
		return 0;
	return because(why, -ENOSPC, "the place is 0x%03x, but QEMU 11.1 %s",
		       place->placement.caps[0].offset, reasons[answer]);
}
