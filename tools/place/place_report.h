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

/* @place has no error. */
void place_print(const struct placement_report *place, FILE *stream);

/* The caller owns the returned object, and prints it. */
struct json_object *place_to_json(const struct placement_report *places, size_t count);

/* Who puts PASID into the chain that the guest sees: they differ in where it stands in it. */
enum emit_as {
	EMIT_LIBVPASID,
	EMIT_QEMU,
};

/* The width if the function has no PASID capability of its own, or one of width 0. */
#define EMIT_DEFAULT_WIDTH VPASID_MAX_WIDTH

/*
 * Makes the config space that a guest sees, for a @place without an error, as @as does. Width and
 * permissions are those of @pasid, the PASID capability of the function or of its PF, whether
 * or not it is enabled; @width narrows it. If @pasid is NULL or its width is 0, the width is
 * @width or EMIT_DEFAULT_WIDTH; without @pasid there are no permissions. Returns 0, with a text
 * or "" in @note, or a negative errno with @note:
 * one is that QEMU gives the guest no PASID.
 */
int place_emit(const struct placement_report *place, enum emit_as as,
	       const struct capability *pasid, unsigned int width,
	       uint8_t config[VPASID_CONFIG_SIZE], struct why *note);

#endif /* TOOLS_PLACE_PLACE_REPORT_H */
