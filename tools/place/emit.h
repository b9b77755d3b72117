/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config space that a guest sees, with its virtual PASID capability.
 */
#ifndef TOOLS_PLACE_EMIT_H
#define TOOLS_PLACE_EMIT_H

#include <stdint.h>

#include <vpasid/config.h>

#include "facts/function.h"
#include "place/placement.h"
#include "support/why.h"

/* Of a function without a PASID capability of its own. */
#define EMIT_DEFAULT_WIDTH VPASID_MAX_WIDTH

/*
 * Makes it for a function of @place, which is without an error. Width and permissions are
 * those of @pasid, the PASID capability of the function or of its PF, whether or not it is
 * enabled; @width narrows them. If @pasid is NULL, the width is @width or
 * EMIT_DEFAULT_WIDTH, and there are no permissions. Returns 0, with words in @note or "",
 * or a negative errno with @note.
 */
int place_emit(const struct placement_report *place, const struct capability *pasid,
	       unsigned int width, uint8_t config[VPASID_CONFIG_SIZE], struct why *note);

#endif /* TOOLS_PLACE_EMIT_H */
