/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording as a file: an archive of tar, compressed, in which each file that was read has its
 * path, below RECORDING_TOP. The first one in it, the manifest, has all other answers: what links
 * lead to, what directories have in them, what isn't there, and what couldn't be read.
 */
#ifndef TOOLS_FACTS_RECORDING_FILE_H
#define TOOLS_FACTS_RECORDING_FILE_H

#include <stdbool.h>

#include "support/recording.h"
#include "support/why.h"

#define RECORDING_TOP	   "vpasid-record/"
#define RECORDING_MANIFEST "manifest"

/* Who made a recording, and when. */
struct recording_origin {
	char version[32]; /* of vpasid */
	char date[32];	  /* as 2026-11-27T00:00:00Z */
	bool is_root;	  /* made by root */
	bool wakes;	  /* what slept was woken */
};

/*
 * Takes out of @recording what mustn't leave the host, and writes the rest to @fd, which is closed.
 * Returns 0 or a negative errno with @why.
 */
int recording_save(struct recording *recording, const struct recording_origin *origin, int fd,
		   struct why *why);

/*
 * Reads one, from the standard input if @path is "-". Nothing in it is trusted, and it takes no
 * more memory than a large host's. Returns 0 or a negative errno with @why; then @recording is
 * empty.
 */
int recording_load(const char *path, struct recording *recording, struct recording_origin *origin,
		   struct why *why);

#endif /* TOOLS_FACTS_RECORDING_FILE_H */
