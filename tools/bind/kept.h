/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Persistent bindings: functions that are bound again at each boot, and whenever they appear. Where
 * driverctl is installed, its database keeps them, in files below /etc/driverctl.d; otherwise a
 * udev rule of our own, a file below /etc/udev/rules.d, runs vpasid bind --kept.
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
	int error; /* negative: the file doesn't have the format of vpasid or driverctl */
};

/* "udev", "driverctl"; NULL for none */
const char *keeper_name(enum keeper keeper);

/* The keeper of new persistent bindings on this host. */
enum keeper keeper_of_host(const char *root);

/* The file that holds the function's persistent binding. */
struct path kept_path(const char *root, enum keeper keeper, const struct bdf *bdf);

/*
 * Whether @keeper works on this host, and can keep functions for @driver. Returns 0 or a negative
 * errno with @why.
 */
int keeper_check(const char *root, enum keeper keeper, const char *driver, struct why *why);

/* Whether we may write its files. Returns 0 or a negative errno with @why. */
int keeper_check_permission(const char *root, enum keeper keeper, struct why *why);

/*
 * Makes a persistent binding: replaces the one that this keeper had of the function, and removes
 * that of another keeper. Returns 0 or a negative errno with @why.
 */
int kept_write(const char *root, const struct kept *kept, struct why *why);

/*
 * Finds a function's persistent binding to a VFIO driver. Returns 0, -ENOENT, or another negative
 * errno. If both keepers have one, it is udev's.
 */
int kept_read(const char *root, const struct bdf *bdf, struct kept *kept);

/*
 * Removes a function's persistent binding from all keepers. Returns 0 or a negative errno with
 * @why.
 */
int kept_remove(const char *root, const struct bdf *bdf, struct why *why);

/* Removes temporary files that a killed vpasid has left beside the keepers' files. */
void kept_clean(const char *root);

/* Whether @function has the IDs of the persistent binding. Returns 0 or -ENODEV with @why. */
int kept_check_function(const struct kept *kept, const struct pci_function *function,
			struct why *why);

/*
 * Calls @take for all persistent bindings to VFIO drivers, in no order, until it returns a value
 * other than 0. Returns that value, or 0.
 */
int kept_list(const char *root, int (*take)(void *context, const struct kept *kept), void *context);

/* How each writes and reads its files. */
struct keeper_form {
	const char *name;
	const char *directory;
	const char *prefix, *suffix; /* of a file's name, around the BDF */

	/* Returns 0 or a negative errno with @why. */
	int (*check)(const char *root, const char *driver, struct why *why);

	/*
	 * Returns the content of the file; "" if it doesn't fit, or if the program to run isn't
	 * known.
	 */
	struct path (*write)(const struct kept *kept);

	/* Fills in all but keeper and bdf, which are set. Returns 0 or -EPROTO. */
	int (*read)(const char *text, struct kept *kept);

	/* Makes it read its files again. NULL if that isn't necessary. */
	void (*reload)(void);
};

extern const struct keeper_form keeper_udev, keeper_driverctl;

#endif /* TOOLS_BIND_KEPT_H */
