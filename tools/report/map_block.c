// SPDX-License-Identifier: GPL-2.0-or-later
/* A config space, from within its summary on: the picture, and where a virtual machine's PASID
 * goes, or why it goes nowhere. */
#include <linux/pci_regs.h>

#include "report/blocks.h"
#include "report/frame.h"
#include "report/html.h"

static void put_place(FILE *stream, const struct placement_report *place)
{
	if (place->error) {
		html_put(stream, "<p>A virtual machine gets no PASID capability: %s</p>\n",
			 place->why.text);
		if (place->obstacle_count)
			fputs("<ul>\n", stream);
		for (size_t i = 0; i < place->obstacle_count; i++)
			html_put(stream, "<li>%s</li>\n", place->obstacles[i]);
		if (place->obstacle_count)
			fputs("</ul>\n", stream);
		return;
	}
	for (unsigned int i = 0; i < place->placement.cap_count; i++) {
		const struct vpasid_cap *cap = &place->placement.caps[i];
		char offset[16];

		snprintf(offset, sizeof(offset), "0x%03x", cap->offset);
		html_put(stream,
			 "<p>A virtual machine's %s capability goes to <code>%s</code>: %s</p>\n",
			 place_cap_name(cap->id), offset, place_describe_reason(cap));
	}
}

static void put_map(FILE *stream, const struct placement_report *place, struct map *map)
{
	html_put(stream, "<code>%s</code> %s</summary>\n", place->bdf.text, place->name);
	put_place(stream, place);
	if (!place->has_layout)
		return;
	map_make(place, map);
	frame_begin_wide(stream, "Picture of the config space");
	map_print_svg_element(map, stream);
	frame_end_wide(stream);
}

size_t map_block(struct pool *maps, const struct placement_report *place, struct map *map,
		 size_t user)
{
	struct text text;
	bool is_new;

	if (!pool_begin(maps, &text))
		return 0;
	put_map(text.stream, place, map);
	return pool_end(maps, &text, user, &is_new);
}
