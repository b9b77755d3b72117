// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>

#include "place/map.h"
#include "place/place_report.h"
#include "support/json.h"
#include "support/output.h"

void place_print(const struct placement_report *place, FILE *stream)
{
	char text[256];

	escape(text, sizeof(text), place->name);
	fprintf(stream, "%s%s%s\n", place->bdf.text, *text ? "  " : "", text);
	fprintf(stream, "  offset  0x%03x\n", place->placement.offset);
	fprintf(stream, "  why     %s\n", place_describe_reason(place));
	fprintf(stream, "  digest  %016" PRIx64 "\n", place->placement.digest);
	for (size_t i = 0; i < place->quirk_count; i++) {
		escape(text, sizeof(text), place->quirks[i]->source);
		fprintf(stream, "  quirk   %s\n", text);
	}
}

static struct json_object *array_of_quirks(const struct placement_report *place)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < place->quirk_count; i++) {
		const struct vpasid_quirk *quirk = place->quirks[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "source", quirk->source);
		json_add_text(object, "file", quirk->file);
		json_add_number(object, "line", true, quirk->line);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *device_of(const struct placement_report *place)
{
	struct json_object *object = json_object_new_object();
	struct json_object *obstacles = json_object_new_array();
	bool is_placed = !place->error;
	char digest[17] = "";
	const char *reason = vpasid_place_reason_name(place->placement.reason);

	/* A JSON number can't hold 64 bits. */
	if (place->has_layout)
		snprintf(digest, sizeof(digest), "%016" PRIx64,
			 vpasid_layout_digest(&place->layout));
	for (size_t i = 0; i < place->obstacle_count; i++)
		json_object_array_add(obstacles, json_text(place->obstacles[i]));
	json_add_text(object, "bdf", place->bdf.text);
	json_add_text(object, "name", place->name);
	json_add_text(object, "kind", place->space ? pci_kind_name(place->kind) : NULL);
	json_add_number(object, "offset", is_placed, place->placement.offset);
	json_add_text(object, "reason", is_placed ? reason : NULL);
	json_add_text(object, "digest", digest);
	json_add(object, "quirks", array_of_quirks(place));
	json_add(object, "obstacles", obstacles);
	json_add_text(object, "error", is_placed ? NULL : place->why.text);
	return object;
}

struct json_object *place_to_json(const struct placement_report *places, size_t count)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(devices, device_of(&places[i]));
	return json_report(PLACE_SCHEMA, devices);
}

/*
 * The chain as VFIO shows it: without the PASID capability. If that is at the head, VFIO keeps
 * its pointer to the next; if it is alone, nothing is left.
 */
static bool is_empty_to_qemu(const struct vpasid_layout *layout)
{
	return !layout->span_count || (layout->span_count == 1 && !layout->spans[0].next &&
				       layout->spans[0].id == VPASID_EXT_CAP_PASID);
}

/*
 * A guest's writes reach the registers of the function's own PASID capability: QEMU passes
 * them to VFIO, and stock vfio-pci passes them to the hardware. The guest would switch the
 * host's PASID off.
 */
static bool reaches_hardware(const struct vpasid_layout *layout, unsigned int offset)
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const unsigned int physical = layout->spans[i].offset;

		if (layout->spans[i].id == VPASID_EXT_CAP_PASID &&
		    offset < physical + VPASID_CAP_LENGTH && physical < offset + VPASID_CAP_LENGTH)
			return true;
	}
	return false;
}

static uint16_t highest_gap(const struct placement_report *place)
{
	for (unsigned int offset = VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH;
	     offset > VPASID_CONFIG_CONVENTIONAL; offset -= 4)
		if (!reaches_hardware(&place->layout, offset) &&
		    place_admits(place, (uint16_t)offset))
			return (uint16_t)offset;
	return 0;
}

/* Another offset that QEMU accepts, if not the place itself; 0 if there is none. */
static uint16_t other_place(const struct placement_report *place, bool is_empty)
{
	if (place->placement.reason == VPASID_PLACE_EXPLICIT)
		return 0;
	if (!is_empty)
		return highest_gap(place);
	return !reaches_hardware(&place->layout, VPASID_CONFIG_CONVENTIONAL) &&
			       place_admits(place, VPASID_CONFIG_CONVENTIONAL)
		       ? VPASID_CONFIG_CONVENTIONAL
		       : 0;
}

int place_for_qemu(const struct placement_report *place, uint16_t *offset, struct why *why)
{
	const unsigned int wanted = place->placement.offset;
	const bool is_empty = is_empty_to_qemu(&place->layout);

	because(why, 0, "%s", "");
	*offset = place->placement.offset;
	if (reaches_hardware(&place->layout, wanted))
		because(why, 0,
			"QEMU must not put PASID at 0x%03x: a guest's writes there reach the "
			"function's own PASID capability, and switch the host's PASID off",
			wanted);
	else if (is_empty && wanted != VPASID_CONFIG_CONVENTIONAL)
		because(why, 0,
			"QEMU can't put PASID at 0x%03x, but only at 0x100, where there is no "
			"other capability",
			wanted);
	else if (!is_empty && wanted == VPASID_CONFIG_CONVENTIONAL)
		because(why, 0,
			"QEMU can't put PASID at 0x%03x, where the chain of capabilities begins",
			wanted);
	else
		return 0;
	*offset = other_place(place, is_empty);
	if (!*offset)
		return -ENOSPC;
	because_also(why, "; this is for 0x%03x", *offset);
	return 0;
}
