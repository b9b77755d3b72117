/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What vpasid bind records of a function for vpasid unbind, in /run/vpasid/BDF. Like the binding,
 * it is gone at the next boot.
 */
#ifndef TOOLS_BIND_BIND_STATE_H
#define TOOLS_BIND_BIND_STATE_H

#include <stdbool.h>

#include "pci/bdf.h"
#include "pci/function.h"
#include "support/why.h"

#define BIND_STATE_DIRECTORY "%s/run/vpasid"

struct bind_state {
	char bound[DRIVER_NAME_SIZE];		/* the driver that we bound it to */
	char driver[DRIVER_NAME_SIZE];		/* the one that it had before; "" for none */
	char driver_override[DRIVER_NAME_SIZE]; /* likewise */
	bool kernel_chooses;			/* instead of @driver: whichever the kernel finds */
	bool is_pending;			/* a bind or unbind is in progress, or was killed */
};

/* Replaces what was there. Returns 0, or a negative errno with @why; then it is still there. */
int bind_state_write(const char *root, const struct bdf *bdf, const struct bind_state *state,
		     struct why *why);

/*
 * Returns 0; -ENOENT if there is none, -EPROTO if it can't be understood, else a
 * negative errno. @state is zeroed unless it returns 0.
 */
int bind_state_read(const char *root, const struct bdf *bdf, struct bind_state *state);

/* The driver that unbind returns it to: "" for none, NULL for the kernel's choice. */
const char *bind_state_former(const struct bind_state *state);

/* It isn't an error if there is none. */
int bind_state_remove(const char *root, const struct bdf *bdf);

/* Whether a driver may have that name, which is then safe in a path. */
bool driver_name_is_valid(const char *name);

#endif /* TOOLS_BIND_BIND_STATE_H */
