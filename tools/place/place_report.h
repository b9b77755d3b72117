/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows where PASID goes: for people, for programs, and for VMMs' command lines.
 */
#ifndef TOOLS_PLACE_PLACE_REPORT_H
#define TOOLS_PLACE_PLACE_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <vpasid/config.h>

#include "facts/function.h"
#include "place/placement.h"
#include "support/why.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define PLACE_SCHEMA "vpasid-place/1"

/* Of a place without an error. */
void place_print(const struct placement_report *place, FILE *stream);

/* The caller owns what it returns, and prints it. */
struct json_object *place_to_json(const struct placement_report *places, size_t count);

/*
 * Where stock QEMU's vfio-pci can put the capability: there, or else in the highest gap
 * that it takes; then @why says so. Returns 0 or -ENOSPC with @why. @why is "" if there
 * is nothing to be said.
 *
 * QEMU inserts into the chain that VFIO shows: at 0x100 if that is empty, nowhere else;
 * and not at 0x100 if it isn't. Never where the function's own PASID capability stands,
 * since a guest's writes there reach the hardware.
 */
int place_for_qemu(const struct placement_report *place, uint16_t *offset, struct why *why);

/* Of a function without a PASID capability of its own, or with one of width 0. */
#define EMIT_DEFAULT_WIDTH VPASID_MAX_WIDTH

/*
 * Makes it for a function of @place, which is without an error. Width and permissions are
 * those of @pasid, the PASID capability of the function or of its PF, whether or not it is
 * enabled; @width narrows them. If its width is 0, or @pasid is NULL, the width is @width or
 * EMIT_DEFAULT_WIDTH; without @pasid there are no permissions. Returns 0, with words in @note
 * or "", or a negative errno with @note.
 */
int place_emit(const struct placement_report *place, const struct capability *pasid,
	       unsigned int width, uint8_t config[VPASID_CONFIG_SIZE], struct why *note);

#endif /* TOOLS_PLACE_PLACE_REPORT_H */
