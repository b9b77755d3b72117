/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manifest of a recording: a text of lines, for people and for programs.
 */
#ifndef TOOLS_FACTS_RECORDING_MANIFEST_H
#define TOOLS_FACTS_RECORDING_MANIFEST_H

#include <stdio.h>

#include "facts/recording_file.h"

/* Whether an answer is a file of its own in the archive. */
bool recording_has_file(const struct recorded *recorded);

void recording_write_manifest(const struct recording *recording,
			      const struct recording_origin *origin, FILE *stream);

/*
 * Takes @text apart, which isn't of use afterwards, and adds its answers to @recording. Returns 0
 * or a negative errno with @why.
 */
int recording_read_manifest(char *text, struct recording *recording,
			    struct recording_origin *origin, struct why *why);

/* Whether it can be the path of a file of a host, without the '/' at its beginning. */
bool recording_path_is_sound(const char *path);

#endif /* TOOLS_FACTS_RECORDING_MANIFEST_H */
