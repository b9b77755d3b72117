// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "conceal.h"
#include "support/bytes.h"

#define ID_VERSION 0x000fffffu
#define NEXT_SHIFT 20

static void conceal(uint8_t *config, const struct vpasid_layout *layout,
		    const struct vpasid_span *pasid)
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		uint8_t *header = config + layout->spans[i].offset;

		if (layout->spans[i].next == pasid->offset)
			put32(header,
			      (get32(header) & ID_VERSION) | (uint32_t)pasid->next << NEXT_SHIFT);
	}
	memset(config + pasid->offset, 0, pasid->length);
	if (pasid->offset == VPASID_CONFIG_CONVENTIONAL)
		put32(config + pasid->offset, (uint32_t)pasid->next << NEXT_SHIFT);
}

/*
 * The last header that can be reached, or the dword that isn't a header, gets no successor: it
 * points to nothing, or to a header that was already visited.
 */
static void end_chain(uint8_t *config)
{
	struct vpasid_layout layout;
	int count = vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout);
	uint8_t *last = config + VPASID_CONFIG_CONVENTIONAL;

	if (count > 0) {
		last = config + layout.spans[count - 1].offset;
		put32(last, get32(last) & ID_VERSION);
	} else if (!count) {
		put32(last, 0);
	}
}

void conceal_pasid(uint8_t config[VPASID_CONFIG_SIZE])
{
	const struct vpasid_span *pasid;
	struct vpasid_layout layout;

	/* There may be more than one; each iteration removes one. */
	while (vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout) > 0) {
		pasid = vpasid_layout_find(&layout, VPASID_EXT_CAP_PASID);
		if (!pasid)
			break;
		conceal(config, &layout, pasid);
	}
	end_chain(config);
}
