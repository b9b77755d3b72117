// SPDX-License-Identifier: MIT
/*
 * vpasid/vfio_view.h on any config space. A view differs from the space in pointers and in what
 * VFIO hides, and nowhere else. Its chain of extended capabilities skips some of the function's
 * own, and leads nowhere else. Unless VFIO gets confused, the view has no capability that VFIO
 * hides, and the view of a view is the same. The space comes first, so that a dump is a good
 * input; a byte of flags stands behind it.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vfio_view.h>

#include "../property/vfio_ids.h"
#include "chain.h"
#include "fuzz.h"

#define VENDOR 0x1234
#define DEVICE 0x5678
#define FLAGS  (VPASID_VFIO_VIEW_VF | VPASID_VFIO_VIEW_GUARDED | VPASID_VFIO_VIEW_NO_DVSEC)

/* Both chains of a config space, by its pointers as they are */
struct chains {
	uint16_t conventional[VPASID_CONFIG_CONVENTIONAL], extended[VPASID_CONFIG_SIZE / 4];
	unsigned int conventional_count, extended_count;
	bool has[VPASID_CONFIG_SIZE]; /* a capability begins there */
	bool conventional_loops, extended_loops;
};

static struct {
	uint8_t bytes[1 + VPASID_CONFIG_SIZE];
	uint8_t *config; /* in them, at an odd address */
	uint8_t view[VPASID_CONFIG_SIZE];
	uint32_t flags;
	struct chains own, seen;
	struct vpasid_layout layout;
} fuzz;

static uint32_t get32(const uint8_t *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static unsigned int next_of(const uint8_t *config, unsigned int offset)
{
	return get32(config + offset) >> 20 & 0xffc;
}

static void follow_conventional(const uint8_t *config, struct chains *chains)
{
	unsigned int offset = config[PCI_CAPABILITY_LIST];

	if (!(config[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return;
	for (; offset; offset = config[offset + PCI_CAP_LIST_NEXT]) {
		chains->conventional_loops = chains->has[offset];
		if (chains->conventional_loops)
			return;
		chains->has[offset] = true;
		chains->conventional[chains->conventional_count++] = (uint16_t)offset;
	}
}

static void follow_extended(const uint8_t *config, struct chains *chains)
{
	unsigned int offset = VPASID_CONFIG_CONVENTIONAL;

	for (; offset >= VPASID_CONFIG_CONVENTIONAL; offset = next_of(config, offset)) {
		chains->extended_loops = chains->has[offset];
		if (chains->extended_loops)
			return;
		chains->has[offset] = true;
		chains->extended[chains->extended_count++] = (uint16_t)offset;
	}
}

static void follow(const uint8_t *config, struct chains *chains)
{
	memset(chains, 0, sizeof(*chains));
	follow_conventional(config, chains);
	follow_extended(config, chains);
}

/* What changes */

static bool is_guarded(unsigned int offset)
{
	const struct vpasid_span *pasid = vpasid_layout_find(&fuzz.layout, VPASID_EXT_CAP_PASID);

	return fuzz.flags & VPASID_VFIO_VIEW_GUARDED && pasid && offset >= pasid->offset &&
	       offset < pasid->offset + VPASID_CAP_LENGTH;
}

/* The bits of the header that VFIO may show otherwise than they are */
static uint8_t header_bits(unsigned int offset)
{
	bool is_vf = fuzz.flags & VPASID_VFIO_VIEW_VF;

	switch (offset) {
	case PCI_STATUS:
		return PCI_STATUS_CAP_LIST;
	case PCI_CAPABILITY_LIST:
		return 0xff;
	case PCI_COMMAND:
		return is_vf ? PCI_COMMAND_MEMORY : 0;
	case PCI_VENDOR_ID:
	case PCI_VENDOR_ID + 1:
	case PCI_DEVICE_ID:
	case PCI_DEVICE_ID + 1:
	case PCI_INTERRUPT_PIN:
		return is_vf ? 0xff : 0;
	default:
		return 0;
	}
}

/* Whether the byte at @offset is the one at @field of a conventional capability */
static bool is_conventional_byte(unsigned int offset, unsigned int field)
{
	return offset >= field && offset - field < VPASID_CONFIG_CONVENTIONAL &&
	       fuzz.own.has[offset - field];
}

static bool is_pm_byte(unsigned int offset, unsigned int field)
{
	return is_conventional_byte(offset, field) && fuzz.config[offset - field] == PCI_CAP_ID_PM;
}

/*
 * The bits that VFIO may change in conventional capabilities: pointers, and PME in Power
 * Management. A capability that begins right before 0x100 also has bytes beyond it.
 */
static uint8_t conventional_bits(unsigned int offset)
{
	uint8_t bits = 0;

	if (is_conventional_byte(offset, PCI_CAP_LIST_NEXT))
		bits = 0xff;
	if (is_pm_byte(offset, PCI_PM_PMC + 1))
		bits |= PCI_PM_CAP_PME_MASK >> 8;
	if (is_pm_byte(offset, PCI_PM_CTRL + 1))
		bits |= (PCI_PM_CTRL_PME_ENABLE | PCI_PM_CTRL_PME_STATUS) >> 8;
	return bits;
}

static uint8_t bits_that_may_change(unsigned int offset)
{
	uint8_t bits = conventional_bits(offset);

	if (offset < VPASID_CONFIG_MIN)
		bits |= header_bits(offset);
	else if (offset >= VPASID_CONFIG_CONVENTIONAL && fuzz.own.has[offset & ~3u])
		bits = 0xff;
	return bits;
}

static void check_bytes(void)
{
	for (unsigned int i = 0; i < VPASID_CONFIG_SIZE; i++) {
		uint8_t changed = fuzz.view[i] ^ fuzz.config[i];

		check(!changed || is_guarded(i) || !(changed & ~bits_that_may_change(i)));
	}
}

/* In a header, VFIO changes only the pointer, except at the head: there it can hide the ID, too. */
static void check_headers(void)
{
	for (unsigned int i = 0; i < fuzz.own.extended_count; i++) {
		unsigned int offset = fuzz.own.extended[i];
		uint32_t seen = get32(fuzz.view + offset) & 0xfffff;
		uint32_t changed = seen ^ (get32(fuzz.config + offset) & 0xfffff);

		for (unsigned int byte = 0; byte < 3; byte++)
			changed &= ~((uint32_t)conventional_bits(offset + byte) << 8 * byte);
		check(!changed || is_guarded(offset) || is_guarded(offset + 2) ||
		      (offset == VPASID_CONFIG_CONVENTIONAL && !seen));
	}
}

/* Where the chain leads */

/* Returns the end of a capability whose length VFIO computes in bytes, or 0. */
static unsigned int end_in_bytes(unsigned int offset)
{
	uint16_t id = (uint16_t)get32(fuzz.config + offset);
	uint32_t value;

	if (!vfio_shows_extended(id, fuzz.flags) || offset + 8 > VPASID_CONFIG_SIZE)
		return 0;
	value = get32(fuzz.config + offset + 4);
	switch (id) {
	case PCI_EXT_CAP_ID_VNDR:
	case PCI_EXT_CAP_ID_DVSEC:
		return offset + PCI_VNDR_HEADER_LEN(value);
	case PCI_EXT_CAP_ID_DPA:
		return offset + PCI_DPA_BASE_SIZEOF + (value & PCI_DPA_CAP_SUBSTATE_MASK) + 1;
	default:
		return 0;
	}
}

/*
 * Whether a capability ends one byte before the end of its own header, or of one that came before
 * it in the chain. One byte of that header's pointer is the function's then, and one is VFIO's. In
 * a loop, each header comes before each other one.
 */
static bool cuts_pointer(unsigned int i)
{
	unsigned int end = end_in_bytes(fuzz.own.extended[i]);
	unsigned int count = fuzz.own.extended_loops ? fuzz.own.extended_count : i + 1;

	for (unsigned int j = 0; j < count; j++)
		if (end == fuzz.own.extended[j] + 3)
			return true;
	return false;
}

static bool has_cut_pointer(void)
{
	for (unsigned int i = 0; i < fuzz.own.extended_count; i++)
		if (cuts_pointer(i))
			return true;
	return false;
}

/* PME of a capability right before 0x100 can be where the first header has its pointer. */
static bool has_pme_in_pointer(void)
{
	return conventional_bits(VPASID_CONFIG_CONVENTIONAL + 2) ||
	       conventional_bits(VPASID_CONFIG_CONVENTIONAL + 3);
}

/* It begins where the function's own does, and skips some, so it ends where that ends. */
static void check_extended(void)
{
	unsigned int at = 0;

	if (has_cut_pointer() || has_pme_in_pointer())
		return;
	for (unsigned int i = 0; i < fuzz.seen.extended_count; i++) {
		check(fuzz.own.has[fuzz.seen.extended[i]]);
		while (!fuzz.own.extended_loops && fuzz.own.extended[at] != fuzz.seen.extended[i])
			check(++at < fuzz.own.extended_count);
	}
	check(fuzz.own.extended_loops || !fuzz.seen.extended_loops);
}

/* Where VFIO doesn't get confused */

/* How far VFIO may take a conventional capability to reach */
static unsigned int conventional_reach(unsigned int offset)
{
	unsigned int id = fuzz.config[offset];

	switch (id) {
	case PCI_CAP_ID_VNDR:
		return fuzz.config[offset + PCI_CAP_FLAGS];
	case PCI_CAP_ID_MSI:
		return PCI_MSI_PENDING_64 + 4;
	case PCI_CAP_ID_MSIX:
		return PCI_CAP_MSIX_SIZEOF;
	case PCI_CAP_ID_EXP:
		return PCI_CAP_EXP_ENDPOINT_SIZEOF_V2;
	case PCI_CAP_ID_PM:
	case PCI_CAP_ID_VPD:
	case PCI_CAP_ID_AF:
		return 8;
	default:
		return vfio_shows_conventional(id) ? HT_CAP_SIZEOF_LONG : 0;
	}
}

/* Whether another capability begins in the bytes that one may take, or adjoins with the same ID */
static bool touches(unsigned int offset, unsigned int reach, unsigned int other, bool same_id)
{
	return other > offset && (other < offset + reach || (same_id && other == offset + reach));
}

static bool is_conventional_plain(void)
{
	const struct chains *own = &fuzz.own;

	for (unsigned int i = 0; i < own->conventional_count; i++) {
		unsigned int offset = own->conventional[i], reach = conventional_reach(offset);

		if (offset < VPASID_CONFIG_MIN || offset % 4 ||
		    offset + reach > VPASID_CONFIG_CONVENTIONAL)
			return false;
		for (unsigned int j = 0; j < own->conventional_count; j++) {
			unsigned int other = own->conventional[j];

			if (touches(offset, reach, other,
				    fuzz.config[offset] == fuzz.config[other]))
				return false;
		}
	}
	return !own->conventional_loops;
}

/* VFIO keeps the low byte of an ID alone. At the head, 0 and 0xff mean something else to it. */
static bool is_extended_plain(void)
{
	const struct vpasid_layout *layout = &fuzz.layout;
	const struct vpasid_span *spans = layout->spans;

	if (layout->broken || layout->loops || !layout->span_count || !(uint8_t)spans[0].id ||
	    (uint8_t)spans[0].id == 0xff)
		return false;
	for (unsigned int i = 0; i < layout->span_count; i++) {
		if (!(spans[i].flags & VPASID_SPAN_EXACT))
			return false;
		for (unsigned int j = 0; j < layout->span_count; j++) {
			if (touches(spans[i].offset, spans[i].length, spans[j].offset,
				    (uint8_t)spans[i].id == (uint8_t)spans[j].id))
				return false;
		}
	}
	return vpasid_conventional_find(fuzz.config, VPASID_CONFIG_SIZE, PCI_CAP_ID_EXP) > 0;
}

static void check_nothing_hidden(void)
{
	for (unsigned int i = 0; i < fuzz.seen.conventional_count; i++)
		check(vfio_shows_conventional(fuzz.view[fuzz.seen.conventional[i]]));
	for (unsigned int i = 0; i < fuzz.seen.extended_count; i++) {
		uint32_t header = get32(fuzz.view + fuzz.seen.extended[i]);

		/* what is left of a hidden head */
		check(vfio_shows_extended(header & 0xffff, fuzz.flags) ||
		      (!i && !(header & 0xfffff)));
	}
}

static void check_again(struct vpasid_vfio_view_request request)
{
	uint8_t again[VPASID_CONFIG_SIZE];

	request.config = fuzz.view;
	check(!vpasid_vfio_view(&request, again));
	check(!memcmp(fuzz.view, again, sizeof(again)));
}

/* Returns false if there is no view. */
static bool make_view(const struct vpasid_vfio_view_request *request)
{
	uint8_t before[VPASID_CONFIG_SIZE], again[VPASID_CONFIG_SIZE];
	int count = vpasid_layout_read(fuzz.config, VPASID_CONFIG_SIZE, &fuzz.layout);
	int ret;

	memcpy(before, fuzz.config, sizeof(before));
	ret = vpasid_vfio_view(request, fuzz.view);
	check(!memcmp(before, fuzz.config, sizeof(before)));
	check((ret == -EIO) == (count == -EIO));
	check(!ret || ret == -EIO || ret == -EPROTO);
	if (ret)
		return false;
	/* it doesn't depend on what was there before */
	memset(again, 0x5a, sizeof(again));
	check(!vpasid_vfio_view(request, again));
	check(!memcmp(fuzz.view, again, sizeof(again)));
	return true;
}

static void split(const uint8_t *data, size_t size)
{
	size_t length = size < VPASID_CONFIG_SIZE ? size : VPASID_CONFIG_SIZE;

	memset(&fuzz, 0, sizeof(fuzz));
	fuzz.config = fuzz.bytes + 1;
	memcpy(fuzz.config, data, length);
	fuzz.flags = size > length ? data[length] & FLAGS : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.size = VPASID_CONFIG_SIZE,
	};

	split(data, size);
	request.config = fuzz.config;
	request.flags = fuzz.flags;
	if (fuzz.flags & VPASID_VFIO_VIEW_VF) {
		request.vendor = VENDOR;
		request.device = DEVICE;
	}
	if (!make_view(&request))
		return 0;
	follow(fuzz.config, &fuzz.own);
	follow(fuzz.view, &fuzz.seen);
	check_bytes();
	check_headers();
	check_extended();
	if (is_conventional_plain() && is_extended_plain()) {
		check_nothing_hidden();
		check_again(request);
	}
	return 0;
}

/* Half of the time a header is put somewhere, too; the flags stay where they are. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size_t length;

	if (max_size <= VPASID_CONFIG_SIZE)
		return LLVMFuzzerMutate(data, size, max_size);
	if (size <= VPASID_CONFIG_SIZE)
		memset(data + size, 0, VPASID_CONFIG_SIZE + 1 - size);
	srand(seed);
	if (rand() % 8 == 0)
		data[VPASID_CONFIG_SIZE] = (uint8_t)rand();
	if (rand() & 1)
		chain_put_header(data, VPASID_CONFIG_SIZE);
	length = LLVMFuzzerMutate(data, VPASID_CONFIG_SIZE, VPASID_CONFIG_SIZE);
	memset(data + length, 0, VPASID_CONFIG_SIZE - length);
	return VPASID_CONFIG_SIZE + 1;
}
