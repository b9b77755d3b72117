/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a function's virtual PASID capability goes, with all that can be told of it.
 */
#ifndef TOOLS_PLACE_PLACEMENT_H
#define TOOLS_PLACE_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>
#include <vpasid/place.h>
#include <vpasid/quirks.h>

#include "pci/config_space.h"
#include "support/why.h"

/* One function's. The quirks belong to the set that was asked. */
struct place {
	const struct config_source *source;
	bool has_layout;
	struct vpasid_layout layout;
	const struct vpasid_quirk **quirks;
	size_t quirk_count;
	struct vpasid_placement placement;
	char (*obstacles)[VPASID_OBSTACLE_TEXT]; /* each a sentence */
	size_t obstacle_count;
	int error; /* 0, or a negative errno with @why: there is no place, or no answer */
	struct why why;
};

/*
 * Finds a place, or checks the one at @offset if that isn't 0. What is wrong is told in
 * @place. @source and @quirks must outlive it.
 *
 * A chain that loops is refused, other than by vpasid_place(), which knows all that the
 * loop can reach: what has one is broken, or its dump is. Who names an offset gets it.
 */
void place_find(const struct config_source *source, const struct vpasid_quirks *quirks,
		uint16_t offset, struct place *place);

/* Whether that offset would do. */
bool place_admits(const struct place *place, uint16_t offset);

/* The finding that breaks the chain, or NULL. */
const struct vpasid_finding *place_break(const struct vpasid_layout *layout);

void place_free(struct place *place);

/*
 * Loads the quirks of @directory, or of this host if that is NULL. Returns the set, the
 * caller's, or NULL with @why.
 */
struct vpasid_quirks *place_load_quirks(const char *directory, struct why *why);

#endif /* TOOLS_PLACE_PLACEMENT_H */
