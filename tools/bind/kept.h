/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is bound again at each boot, and whenever the function appears. One rule says by what means:
 * where driverctl is installed, its database keeps it, a file below /etc/driverctl.d; else a udev
 * rule of ours, a file below /etc/udev/rules.d, which has vpasid bind --kept run.
 */
#ifndef TOOLS_BIND_KEPT_H
#define TOOLS_BIND_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "pci/bdf.h"
#include "pci/function.h"
#include "support/why.h"

enum keeper {
	KEEPER_NONE,
	KEEPER_UDEV,
	KEEPER_DRIVERCTL,
	KEEPERS
};

/* One function of one keeper. */
struct kept {
	enum keeper keeper;
	struct bdf bdf;
	char driver[DRIVER_NAME_SIZE];
	uint16_t vendor, device; /* udev: it must have these; else 0 */
	int error;		 /* negative: the file isn't as vpasid or driverctl write it */
};

/* "udev", "driverctl"; NULL for none */
const char *keeper_name(enum keeper keeper);

/* The one that keeps what is bound from now on. */
enum keeper keeper_of_host(const char *root);

/* The file in which it keeps the function. */
struct path kept_path(const char *root, enum keeper keeper, const struct bdf *bdf);

/*
 * Whether @keeper can keep functions for @driver: that it works on this host. Returns 0 or a
 * negative errno with @why.
 */
int keeper_check(const char *root, enum keeper keeper, const char *driver, struct why *why);

/* Whether we may write its files. Returns 0 or a negative errno with @why. */
int keeper_check_permission(const char *root, enum keeper keeper, struct why *why);

/*
 * Keeps it: replaces what that keeper had of the function, and removes what another had. Returns 0
 * or a negative errno with @why.
 */
int kept_write(const char *root, const struct kept *kept, struct why *why);

/*
 * Finds what keeps a function, for a VFIO driver. Returns 0, -ENOENT, or another negative errno. If
 * two do, it is udev's.
 */
int kept_read(const char *root, const struct bdf *bdf, struct kept *kept);

/* No keeper has it any more. Returns 0 or a negative errno with @why. */
int kept_remove(const char *root, const struct bdf *bdf, struct why *why);

/* Removes what a vpasid that was killed has left beside its keepers' files. */
void kept_clean(const char *root);

/* Whether @function is the one that is meant. Returns 0 or -ENODEV with @why. */
int kept_check_function(const struct kept *kept, const struct pci_function *function,
			struct why *why);

/*
 * Calls @take for all that is kept for VFIO drivers, in no order, until it returns other than 0.
 * Returns that, or 0.
 */
int kept_list(const char *root, int (*take)(void *context, const struct kept *kept), void *context);

/* How each writes and reads its files. */
struct keeper_form {
	const char *name;
	const char *directory;
	const char *prefix, *suffix; /* of a file's name, around the BDF */

	/* Returns 0 or a negative errno with @why. */
	int (*check)(const char *root, const char *driver, struct why *why);

	/* Returns the content of the file; "" if it doesn't fit, or what runs then isn't known. */
	struct path (*write)(const struct kept *kept);

	/* Fills in all but keeper and bdf, which are set. Returns 0 or -EPROTO. */
	int (*read)(const char *text, struct kept *kept);

	/* Has its files read anew. NULL if that takes nothing. */
	void (*reload)(void);
};

extern const struct keeper_form keeper_udev, keeper_driverctl;

#endif /* TOOLS_BIND_KEPT_H */
