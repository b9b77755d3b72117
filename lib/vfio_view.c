// SPDX-License-Identifier: MIT
/*
 * The two halves of Linux's drivers/vfio/pci/vfio_pci_config.c that make what VFIO shows: what
 * vfio_config_init() notes when a function is opened, and what vfio_pci_config_rw() makes of it
 * at a read. It is followed also where it does more, or less, than it means to: a VMM sees that.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include <vpasid/vfio_view.h>

#include "argsz.h"
#include "bytes.h"
#include "header.h"
#include "vfio_view_internal.h"

#define KNOWN_FLAGS (VPASID_VFIO_VIEW_VF | VPASID_VFIO_VIEW_GUARDED | VPASID_VFIO_VIEW_NO_DVSEC)

/* In the map, beside capabilities' IDs */
#define HEADER	   0x00 /* a function's header, where no capability can have this ID */
#define VIRTUAL	   0xfe /* only VFIO's copy counts */
#define UNASSIGNED 0xff

#define HEADER_DWORD 4
#define NEXT_MASK    (0xffcu << 20)
#define NEXT(header) ((header) >> 20 & 0xffc)
#define MAX_CAPS     ((VPASID_CONFIG_CONVENTIONAL - VPASID_CONFIG_MIN) / 4)
#define MAX_EXT_CAPS VPASID_MAX_SPANS

/* VFIO opens a function */

static int take(struct vfio_view *view, unsigned int offset, unsigned int length, uint8_t id)
{
	if (offset + length > VPASID_CONFIG_SIZE)
		return -EPROTO;
	memset(view->map + offset, id, length);
	memcpy(view->copy + offset, view->config + offset, length);
	return 0;
}

/* What wakes the host isn't the guest's. */
static void hide_pme(uint8_t *pm)
{
	put_le16(pm + PCI_PM_PMC, (uint16_t)(get_le16(pm + PCI_PM_PMC) & ~PCI_PM_CAP_PME_MASK));
	put_le16(pm + PCI_PM_CTRL, (uint16_t)(get_le16(pm + PCI_PM_CTRL) &
					      ~(PCI_PM_CTRL_PME_ENABLE | PCI_PM_CTRL_PME_STATUS)));
}

/* The kernel follows these pointers as they are, aligned or not. */
static int open_conventional(struct vfio_view *view)
{
	unsigned int offset = view->config[PCI_CAPABILITY_LIST];
	uint8_t *pointer = &view->copy[PCI_CAPABILITY_LIST];
	unsigned int count = 0;

	if (!(view->config[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return 0;

	for (unsigned int i = 0; offset && i < MAX_CAPS; i++) {
		uint8_t id = view->config[offset];
		uint8_t next = view->config[offset + PCI_CAP_LIST_NEXT];
		int length = vpasid_vfio_length(view, id, offset);

		if (length < 0)
			return length;
		if (length) {
			int ret = take(view, offset, (unsigned int)length, id);

			if (ret)
				return ret;
			if (id == PCI_CAP_ID_PM)
				hide_pme(view->copy + offset);
			pointer = &view->copy[offset + PCI_CAP_LIST_NEXT];
			count++;
		} else {
			*pointer = next;
		}
		offset = next;
	}
	if (!count)
		view->copy[PCI_STATUS] &= (uint8_t)~PCI_STATUS_CAP_LIST;
	return 0;
}

static void point(uint8_t *header, unsigned int next)
{
	put_le32(header, (get_le32(header) & ~NEXT_MASK) | next << 20);
}

static int open_extended(struct vfio_view *view)
{
	unsigned int offset = VPASID_CONFIG_CONVENTIONAL, count = 0;
	uint8_t *last = NULL; /* the header whose pointer led here */

	if (!view->is_extended)
		return 0;

	for (unsigned int i = 0; i < MAX_EXT_CAPS && offset >= VPASID_CONFIG_CONVENTIONAL; i++) {
		uint32_t header = get_le32(view->config + offset);
		uint16_t id = (uint16_t)header;
		int length = vpasid_vfio_ext_length(view, id, offset);
		bool is_hidden = !length;
		int ret;

		if (length < 0)
			return length;
		if (is_hidden && last) {
			offset = NEXT(header);
			point(last, offset);
			continue;
		}
		ret = take(view, offset, is_hidden ? HEADER_DWORD : (unsigned int)length,
			   (uint8_t)id);
		if (ret)
			return ret;
		last = view->copy + offset;
		if (is_hidden)
			put_le32(last, get_le32(last) & NEXT_MASK);
		else
			count++;
		offset = NEXT(header);
	}
	if (!count)
		put_le32(view->copy + VPASID_CONFIG_CONVENTIONAL, 0);
	return 0;
}

/* The header's registers that VFIO's copy has otherwise than the function */
static void open_header(struct vfio_view *view, const struct vpasid_vfio_view_request *request)
{
	take(view, 0, VPASID_CONFIG_MIN, HEADER);
	if (!(request->flags & VPASID_VFIO_VIEW_VF))
		return;
	if (request->vendor) {
		put_le16(view->copy + PCI_VENDOR_ID, request->vendor);
		put_le16(view->copy + PCI_DEVICE_ID, request->device);
	}
	view->copy[PCI_COMMAND] |= PCI_COMMAND_MEMORY;
	view->copy[PCI_INTERRUPT_PIN] = 0;
}

/* VFIO reads what it has opened */

/* The bits that come from VFIO's copy, where that may differ from the function */
static uint8_t copied_bits(uint8_t id, unsigned int offset, bool is_extended)
{
	if (is_extended)
		return offset < HEADER_DWORD ? 0xff : 0;

	switch (id) {
	case HEADER:
		if (offset == PCI_STATUS)
			return PCI_STATUS_CAP_LIST;
		if (offset == PCI_COMMAND)
			return PCI_COMMAND_MEMORY;
		return offset < PCI_COMMAND || offset == PCI_CAPABILITY_LIST ||
				       offset == PCI_INTERRUPT_PIN
			       ? 0xff
			       : 0;
	case PCI_CAP_ID_PM:
		if (offset == PCI_PM_PMC + 1)
			return PCI_PM_CAP_PME_MASK >> 8;
		if (offset == PCI_PM_CTRL + 1)
			return (PCI_PM_CTRL_PME_ENABLE | PCI_PM_CTRL_PME_STATUS) >> 8;
		break;
	}
	return offset == PCI_CAP_LIST_NEXT ? 0xff : 0;
}

/*
 * The bytes from @offset on that are read at once: as many as belong to one capability, but
 * aligned, and four at most.
 */
static unsigned int chunk_at(const struct vfio_view *view, unsigned int offset)
{
	unsigned int count = 1;

	while ((offset + count) % 4 && view->map[offset + count] == view->map[offset])
		count++;
	if (count == 4)
		return 4;
	return count >= 2 && !(offset % 2) ? 2 : 1;
}

/* Whether a chunk that begins in the header comes from VFIO's copy as a whole, or by its bits */
static bool is_copied_whole(const struct vfio_view *view, unsigned int offset)
{
	uint8_t id = view->map[offset];

	return offset >= VPASID_CONFIG_CONVENTIONAL && id != PCI_EXT_CAP_ID_ERR &&
	       id != PCI_EXT_CAP_ID_PWR;
}

/* @start is where the bytes of the same ID begin, which VFIO takes for the capability's start. */
static void read_chunk(const struct vfio_view *view, unsigned int offset, unsigned int count,
		       unsigned int start, uint8_t *shown)
{
	uint8_t id = view->map[offset];

	memcpy(shown, view->config + offset, count);
	if (id == UNASSIGNED)
		return;
	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = offset - start + (is_copied_whole(view, offset) ? 0 : i);
		uint8_t bits = id == VIRTUAL
				       ? 0xff
				       : copied_bits(id, at, offset >= VPASID_CONFIG_CONVENTIONAL);

		shown[i] = (uint8_t)((shown[i] & ~bits) | (view->copy[offset + i] & bits));
	}
}

/*
 * Capabilities of the same ID that adjoin look like one. An ID that is cut to 0 is taken for the
 * function's header, which begins at 0.
 */
static unsigned int start_at(const struct vfio_view *view, unsigned int offset, unsigned int start)
{
	if (view->map[offset] == HEADER)
		return 0;
	if (offset <= VPASID_CONFIG_MIN || offset == VPASID_CONFIG_CONVENTIONAL ||
	    view->map[offset - 1] != view->map[offset])
		return offset;
	return start;
}

static void read_all(const struct vfio_view *view, uint8_t *shown)
{
	unsigned int start = 0, count;

	for (unsigned int offset = 0; offset < VPASID_CONFIG_SIZE; offset += count) {
		count = chunk_at(view, offset);
		start = start_at(view, offset, start);
		read_chunk(view, offset, count, start, shown + offset);
	}
}

/* The guard leaves a header at the chain's head to VFIO. */
static void guard(const uint8_t *config, uint8_t *shown)
{
	struct vpasid_layout layout;
	const struct vpasid_span *span;

	vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout);
	span = vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID);
	if (!span)
		return;
	for (unsigned int i = span->offset == VPASID_CONFIG_CONVENTIONAL ? HEADER_DWORD : 0;
	     i < VPASID_CAP_LENGTH && span->offset + i < VPASID_CONFIG_SIZE; i++)
		shown[span->offset + i] = 0;
}

int vpasid_vfio_view(const struct vpasid_vfio_view_request *given, void *shown)
{
	struct vpasid_vfio_view_request request;
	struct vfio_view view = { 0 };
	int ret = take_struct(&request, sizeof(request), given);

	if (ret)
		return ret;
	if (request.size != VPASID_CONFIG_SIZE || request.flags & ~KNOWN_FLAGS || request.reserved)
		return -EINVAL;
	if (header_is_all_ones(request.config))
		return -EIO;

	view.config = request.config;
	view.has_dvsec = !(request.flags & VPASID_VFIO_VIEW_NO_DVSEC);
	memset(view.map, UNASSIGNED, sizeof(view.map));
	open_header(&view, &request);
	ret = open_conventional(&view);
	if (!ret)
		ret = open_extended(&view);
	if (ret)
		return ret;

	read_all(&view, shown);
	if (request.flags & VPASID_VFIO_VIEW_GUARDED)
		guard(view.config, shown);
	return 0;
}
