// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <vpasid/place.h>

#include "capability.h"

int vpasid_obstacle_describe(const struct vpasid_obstacle *obstacle, char *text, size_t size)
{
	unsigned int first = obstacle->offset;
	unsigned int last = first + obstacle->length - 1;
	struct cap_text name = vpasid_cap_text(obstacle->id);

	switch (obstacle->code) {
	case VPASID_OBSTACLE_UNALIGNED:
		return snprintf(text, size, "0x%03x isn't a multiple of 4", first);
	case VPASID_OBSTACLE_OUTSIDE:
		return snprintf(text, size,
				"0x%03x: %u bytes from there aren't all within 0x100-0xfff", first,
				obstacle->length);
	case VPASID_OBSTACLE_SPAN:
		return snprintf(text, size, "0x%03x-0x%03x: occupied by %s", first, last,
				name.text);
	case VPASID_OBSTACLE_INEXACT_SPAN:
		return snprintf(text, size,
				"0x%03x-0x%03x: %s, of unknown length, may extend into this range",
				first, last, name.text);
	case VPASID_OBSTACLE_NONZERO:
		return snprintf(text, size, "0x%03x-0x%03x: reads as non-zero", first, last);
	case VPASID_OBSTACLE_HIDDEN:
		return snprintf(text, size,
				"0x%03x-0x%03x: has hidden registers, according to %s:%u (%s)",
				first, last, obstacle->quirk->file, obstacle->quirk->line,
				obstacle->quirk->source);
	case VPASID_OBSTACLE_SMALL:
		return snprintf(text, size, "0x%03x-0x%03x: free, but fewer than %u bytes", first,
				last, obstacle->cap_length);
	case VPASID_OBSTACLE_HEAD:
		return snprintf(text, size,
				"0x%03x-0x%03x: occupied by the placeholder at the chain's head",
				first, last);
	case VPASID_OBSTACLE_VIRTUAL:
		return snprintf(text, size, "0x%03x-0x%03x: reserved for the guest's %s", first,
				last, name.text);
	case VPASID_OBSTACLE_RANGE:
		return snprintf(text, size, "0x%03x-0x%03x: outside the ranges that are allowed",
				first, last);
	default:
		return snprintf(text, size, "0x%03x-0x%03x: unknown obstacle", first, last);
	}
}

const char *vpasid_place_reason_name(unsigned int reason)
{
	switch (reason) {
	case VPASID_PLACE_QUIRK:
		return "quirk";
	case VPASID_PLACE_PHYSICAL:
		return "physical";
	case VPASID_PLACE_GAP:
		return "gap";
	case VPASID_PLACE_EXPLICIT:
		return "explicit";
	default:
		return "unknown";
	}
}
