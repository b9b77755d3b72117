// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include <vpasid/place.h>

#include "place/map.h"

/* The kind of each unit, before equal neighbours are joined to runs. */
struct canvas {
	struct {
		uint8_t kind;
		uint16_t span;
	} units[MAP_UNITS];
};

static void paint(struct canvas *canvas, unsigned int offset, unsigned int length,
		  enum map_kind kind, unsigned int span)
{
	unsigned int end = (offset + length + MAP_UNIT - 1) / MAP_UNIT;

	for (unsigned int unit = offset / MAP_UNIT; unit < end && unit < MAP_UNITS; unit++) {
		canvas->units[unit].kind = (uint8_t)kind;
		canvas->units[unit].span = (uint16_t)span;
	}
}

static void paint_contents(struct canvas *canvas, const uint8_t *config)
{
	static const uint8_t zeros[MAP_UNIT];

	paint(canvas, 0, VPASID_CONFIG_MIN, MAP_HEADER, MAP_NO_SPAN);
	paint(canvas, VPASID_CONFIG_MIN, VPASID_CONFIG_CONVENTIONAL - VPASID_CONFIG_MIN,
	      MAP_CONVENTIONAL, MAP_NO_SPAN);
	for (unsigned int offset = VPASID_CONFIG_CONVENTIONAL; offset < VPASID_CONFIG_SIZE;
	     offset += MAP_UNIT)
		paint(canvas, offset, MAP_UNIT,
		      memcmp(config + offset, zeros, MAP_UNIT) ? MAP_NONZERO : MAP_FREE,
		      MAP_NO_SPAN);
}

/* The length of a capability; 0 if that isn't known. The library uses the same lengths. */
static unsigned int known_length(const struct placement_report *place,
				 const struct vpasid_span *span)
{
	bool is_known;
	unsigned int length = vpasid_span_reach(span, place->quirks, place->quirk_count, &is_known);

	return is_known || span->flags & VPASID_SPAN_CUT ? length : 0;
}

/* Kinds that are only possible come first, so that certain ones overwrite them. */
static void paint_reach(struct canvas *canvas, const struct placement_report *place)
{
	const struct vpasid_layout *layout = &place->layout;

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		if (!known_length(place, span))
			paint(canvas, span->offset, span->length, MAP_REACH, i);
	}
}

static void paint_hidden(struct canvas *canvas, const struct placement_report *place)
{
	for (size_t i = 0; i < place->quirk_count; i++) {
		const struct vpasid_quirk *quirk = place->quirks[i];

		for (size_t j = 0; j < quirk->hidden_count; j++)
			if (quirk->hidden[j].offset >= VPASID_CONFIG_CONVENTIONAL)
				paint(canvas, quirk->hidden[j].offset, quirk->hidden[j].length,
				      MAP_HIDDEN, MAP_NO_SPAN);
	}
}

static void paint_spans(struct canvas *canvas, const struct placement_report *place)
{
	const struct vpasid_layout *layout = &place->layout;

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		unsigned int length = known_length(place, span);

		paint(canvas, span->offset, length ? length : MAP_UNIT, MAP_SPAN, i);
	}
}

static void paint_places(struct canvas *canvas, const struct vpasid_placement *placement)
{
	for (unsigned int i = 0; i < placement->cap_count; i++)
		paint(canvas, placement->caps[i].offset, placement->caps[i].length, MAP_PLACE, i);
}

static void join(const struct canvas *canvas, struct map *map)
{
	struct map_run *run = NULL;

	for (unsigned int unit = 0; unit < MAP_UNITS; unit++) {
		if (!run || run->kind != canvas->units[unit].kind ||
		    run->span != canvas->units[unit].span) {
			run = &map->runs[map->count++];
			*run = (struct map_run){
				.offset = (uint16_t)(unit * MAP_UNIT),
				.kind = canvas->units[unit].kind,
				.span = canvas->units[unit].span,
			};
		}
		run->length += MAP_UNIT;
	}
}

void map_make(const struct placement_report *place, struct map *map)
{
	struct canvas canvas;

	map->place = place;
	map->count = 0;
	paint_contents(&canvas, place->space->config);
	paint_reach(&canvas, place);
	paint_hidden(&canvas, place);
	paint_spans(&canvas, place);
	if (!place->error)
		paint_places(&canvas, &place->placement);
	join(&canvas, map);
}

const char *map_kind_name(unsigned int kind)
{
	static const char *const names[MAP_KINDS] = {
		[MAP_HEADER] = "header",   [MAP_CONVENTIONAL] = "conventional",
		[MAP_SPAN] = "capability", [MAP_REACH] = "reach",
		[MAP_HIDDEN] = "hidden",   [MAP_NONZERO] = "nonzero",
		[MAP_FREE] = "free",	   [MAP_PLACE] = "place",
	};

	return names[kind];
}

void map_order(const struct vpasid_layout *layout, uint16_t order[VPASID_MAX_SPANS])
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		unsigned int at = i;

		for (; at && layout->spans[order[at - 1]].offset > layout->spans[i].offset; at--)
			order[at] = order[at - 1];
		order[at] = (uint16_t)i;
	}
}

char map_letter(const struct map *map, unsigned int span)
{
	const struct vpasid_layout *layout = &map->place->layout;
	unsigned int below = 0;

	for (unsigned int i = 0; i < layout->span_count; i++)
		below += layout->spans[i].offset < layout->spans[span].offset;
	return (char)('A' + below % 26);
}

void map_describe_span(const struct vpasid_span *span, char text[MAP_TEXT_SIZE])
{
	const char *name = vpasid_ext_cap_name(span->id);
	char unnamed[sizeof("ID 0x1234")];

	snprintf(unnamed, sizeof(unnamed), "ID 0x%04x", span->id);
	snprintf(text, MAP_TEXT_SIZE, "%s v%u%s%s%s", name ? name : unnamed, span->version,
		 span->flags & (VPASID_SPAN_EXACT | VPASID_SPAN_CUT) ? "" : ", unknown length",
		 span->flags & VPASID_SPAN_CUT ? ", cut off" : "",
		 span->flags & VPASID_SPAN_HIDDEN ? ", hides a capability" : "");
}
