/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config space that a guest sees, with its virtual PASID capability.
 */
#ifndef TOOLS_PLACE_EMIT_H
#define TOOLS_PLACE_EMIT_H

#include <stdint.h>

#include <vpasid/config.h>

#include "place/placement.h"
#include "support/why.h"

/* Of a function without a PASID capability of its own. */
#define EMIT_DEFAULT_WIDTH VPASID_MAX_WIDTH

/*
 * Makes it for a function of @place, which is without an error. Width and permissions are
 * those of the function's PASID capability, of a live VF its PF's, whether or not it is
 * enabled; @width narrows them. Without one it is @width, or EMIT_DEFAULT_WIDTH, and no
 * permissions. Returns 0, with words in @note or "", or a negative errno with @note.
 */
int place_emit(const struct place *place, unsigned int width, uint8_t config[VPASID_CONFIG_SIZE],
	       struct why *note);

#endif /* TOOLS_PLACE_EMIT_H */
