// SPDX-License-Identifier: MIT
/*
 * vfio_view_property [COUNT [SEED]]: the views of random config spaces. A view has the function's
 * own bytes, except pointers of its chains and what VFIO never shows; the chain of a function
 * without oddities is that of the function without what VFIO hides; and what is made of a view is
 * the view again.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vfio_view.h>

#include "spaces.h"
#include "vfio_ids.h"

#define DEFAULT_COUNT 60000

static uint64_t views, unopened, plain, hidden, guarded;

static uint32_t get32(const uint8_t *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Whether VFIO's confusions can't happen: the head has an ID, and no two capabilities touch. */
static bool is_plain(const uint8_t *config, const struct vpasid_layout *layout)
{
	if (layout->broken || layout->loops || !layout->span_count ||
	    !(layout->spans[0].id & 0xff) ||
	    vpasid_conventional_find(config, VPASID_CONFIG_SIZE, PCI_CAP_ID_EXP) <= 0)
		return false;
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		const unsigned int room = 0x100;

		if (!(span->flags & VPASID_SPAN_EXACT))
			return false;
		for (unsigned int j = 0; j < layout->span_count; j++) {
			const struct vpasid_span *other = &layout->spans[j];

			if (other->id == span->id && other->offset > span->offset &&
			    other->offset < span->offset + room)
				return false;
		}
	}
	return true;
}

/* The chain is the function's, without what is hidden. */
static void check_chain(const struct vpasid_layout *own, const struct vpasid_layout *seen,
			uint32_t flags)
{
	unsigned int at = 0, kept = 0;

	for (unsigned int i = 0; i < own->span_count; i++)
		kept += vfio_shows_extended(own->spans[i].id, flags);
	hidden += own->span_count - kept;
	if (kept && !vfio_shows_extended(own->spans[0].id, flags)) {
		check(seen->spans[0].id == VPASID_EXT_CAP_NULL);
		at = 1;
	}
	check(seen->span_count == at + kept);
	for (unsigned int i = 0; i < own->span_count; i++) {
		if (!vfio_shows_extended(own->spans[i].id, flags))
			continue;
		check(seen->spans[at].offset == own->spans[i].offset);
		check(seen->spans[at++].id == own->spans[i].id);
	}
}

static bool is_header(const struct vpasid_layout *layout, unsigned int offset)
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		if (layout->spans[i].offset == (offset & ~3u))
			return true;
	}
	return false;
}

/* Beyond the conventional space only headers change, and what is guarded. */
static void check_bytes(const uint8_t *config, const uint8_t *view,
			const struct vpasid_layout *layout, uint32_t flags)
{
	const struct vpasid_span *pasid = vpasid_layout_find(layout, VPASID_EXT_CAP_PASID);
	bool is_guarded = flags & VPASID_VFIO_VIEW_GUARDED && pasid;
	unsigned int registers = is_guarded ? pasid->offset + 4 : 0;

	for (unsigned int i = VPASID_CONFIG_CONVENTIONAL; i < VPASID_CONFIG_SIZE; i++) {
		if (is_guarded && i >= registers && i < registers + 4)
			check(!view[i]);
		else if (view[i] != config[i])
			check(is_header(layout, i) || layout->loops || layout->broken);
	}
	guarded += is_guarded;
	if (is_guarded && pasid->offset > VPASID_CONFIG_CONVENTIONAL)
		check(!get32(view + pasid->offset));
	check(!memcmp(view + PCI_BASE_ADDRESS_0, config + PCI_BASE_ADDRESS_0,
		      PCI_CAPABILITY_LIST - PCI_BASE_ADDRESS_0));
}

static void check_again(struct vpasid_vfio_view_request request, const uint8_t *view)
{
	uint8_t again[VPASID_CONFIG_SIZE];

	request.config = view;
	check(!vpasid_vfio_view(&request, again));
	check(!memcmp(view, again, sizeof(again)));
}

static void try_space(void)
{
	struct random_config space;
	uint8_t view[VPASID_CONFIG_SIZE];
	struct vpasid_vfio_view_request request = {
		.argsz = sizeof(request),
		.config = space.config,
		.size = sizeof(space.config),
		.flags = random_below(&rng, 8),
	};
	struct vpasid_layout own, seen;
	int ret;

	random_config(&rng, &space);
	check(vpasid_layout_read(space.config, sizeof(space.config), &own) >= 0);
	ret = vpasid_vfio_view(&request, view);
	if (ret) {
		check(ret == -EPROTO);
		unopened++;
		return;
	}
	views++;
	check(vpasid_layout_read(view, sizeof(view), &seen) >= 0);
	check_bytes(space.config, view, &own, request.flags);
	if (!is_plain(space.config, &own))
		return;
	plain++;
	check_again(request, view);
	if (!(request.flags & VPASID_VFIO_VIEW_GUARDED))
		check_chain(&own, &seen, request.flags);
}

int main(int argc, char **argv)
{
	(void)argc;
	spaces_try(argv, DEFAULT_COUNT, try_space);
	check(views && plain && hidden && guarded && unopened);
	printf("ok 1 - %" PRIu64 " views, %" PRIu64 " of plain chains, without %" PRIu64
	       " capabilities; %" PRIu64 " guarded; %" PRIu64
	       " spaces that VFIO can't open\n1..1\n",
	       views, plain, hidden, guarded, unopened);
	return 0;
}
