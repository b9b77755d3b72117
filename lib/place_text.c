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
		return snprintf(text, size, "0x%03x: %u bytes there aren't all within 0x100-0xfff",
				first, obstacle->length);
	case VPASID_OBSTACLE_SPAN:
		return snprintf(text, size, "0x%03x-0x%03x: %s stands there", first, last,
				name.text);
	case VPASID_OBSTACLE_INEXACT_SPAN:
		return snprintf(text, size, "0x%03x-0x%03x: %s, of unknown length, may reach there",
				first, last, name.text);
	case VPASID_OBSTACLE_NONZERO:
		return snprintf(text, size, "0x%03x-0x%03x: the device reads non-zero there", first,
				last);
	case VPASID_OBSTACLE_HIDDEN:
		return snprintf(text, size, "0x%03x-0x%03x: registers hide there, says %s:%u (%s)",
				first, last, obstacle->quirk->file, obstacle->quirk->line,
				obstacle->quirk->source);
	case VPASID_OBSTACLE_SMALL:
		return snprintf(text, size, "0x%03x-0x%03x: free, but fewer than %u bytes", first,
				last, obstacle->cap_length);
	case VPASID_OBSTACLE_HEAD:
		return snprintf(text, size,
				"0x%03x-0x%03x: the placeholder at the chain's head stands there",
				first, last);
	case VPASID_OBSTACLE_VIRTUAL:
		return snprintf(text, size, "0x%03x-0x%03x: the guest's %s goes there", first, last,
				name.text);
	case VPASID_OBSTACLE_RANGE:
		return snprintf(text, size, "0x%03x-0x%03x: not among the ranges that are allowed",
				first, last);
	default:
		return snprintf(text, size, "0x%03x-0x%03x: something unknown stands there", first,
				last);
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
