/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a function's virtual capabilities go, PASID first, and all that is known about the places.
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
#include "pci/function.h"
#include "support/why.h"

/* What is placed behind PASID, in this order. */
#define PLACE_WITH_PRI (1u << 0)
#define PLACE_WITH_ATS (1u << 1)

/* The place of one function. Its quirks belong to the set that was asked. */
struct placement_report {
	struct bdf bdf;
	const struct config_space *space; /* the function's own; NULL: there is no such function */
	const char *name;		  /* the function's, from pci.ids; "" if unknown */
	enum pci_kind kind;		  /* the function's */
	bool has_layout, has_view;	  /* @layout is known; @view and @view_layout are */
	bool is_vfio;	 /* the view is VFIO's, which hides some capabilities of @space */
	bool is_guarded; /* and nobody gets at the registers of the function's own PASID */
	struct vpasid_layout layout;	  /* of @space */
	uint8_t view[VPASID_CONFIG_SIZE]; /* what the place is in */
	struct vpasid_layout view_layout;
	const struct vpasid_quirk **quirks;
	size_t quirk_count;
	struct vpasid_placement placement;	 /* the first capability is PASID */
	uint16_t failed;			 /* the ID of the capability that has no place */
	char (*obstacles)[VPASID_OBSTACLE_TEXT]; /* each a sentence */
	size_t obstacle_count;
	int error; /* 0, or a negative errno with @why: there is no place, or no answer */
	struct why why;
};

/*
 * Finds a place in the function's own config space, or checks the one at @offset if that isn't
 * 0, for whoever serves that space to a guest itself; and places for what stands behind PASID,
 * PLACE_WITH_*. @report says what is wrong. @space and @quirks must outlive it.
 */
void place_find(const struct config_space *space, const struct vpasid_quirks *quirks,
		uint16_t offset, unsigned int with, struct placement_report *report);

/*
 * The same in the config space that VFIO shows, for a VMM that passes the function to a guest.
 * @flags are VPASID_VFIO_VIEW_* except that of a VF, which @space has. @opened is the config space
 * that VFIO has shown; if it is NULL, it is computed. Where VFIO hides a capability there is no
 * place: a guest's writes would reach its registers.
 */
void place_find_in_vfio(const struct config_space *space, uint32_t flags, const uint8_t *opened,
			const struct vpasid_quirks *quirks, uint16_t offset, unsigned int with,
			struct placement_report *report);

/* Whether PASID can go to that offset. */
bool place_admits(const struct placement_report *report, uint16_t offset);

/* Why a capability goes there: "the highest gap". */
const char *place_describe_reason(const struct vpasid_cap *cap);

/* The name of a capability that can be placed: "PASID", "PRI", "ATS". */
const char *place_cap_name(uint16_t id);

void place_free(struct placement_report *report);

/*
 * Loads the quirks of @directory, or of this host if that is NULL. Returns a set that the
 * caller frees, or NULL with @why.
 */
struct vpasid_quirks *place_load_quirks(const char *directory, struct why *why);

#endif /* TOOLS_PLACE_PLACEMENT_H */
