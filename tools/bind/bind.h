/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binds functions to a VFIO driver, and returns them to the driver that they had.
 */
#ifndef TOOLS_BIND_BIND_H
#define TOOLS_BIND_BIND_H

#include <stdbool.h>
#include <stddef.h>

#include "bind/kept.h"
#include "pci/bdf.h"
#include "pci/function.h"
#include "support/why.h"

enum bind_result {
	BIND_UNTOUCHED, /* nothing was done yet */
	BIND_ALREADY,	/* there is nothing to do */
	BIND_DONE,
	BIND_REFUSED, /* with @why, also for missing permission; nothing was done */
	BIND_FAILED,  /* with @why, which says what state it is in now */
};

/* One function. */
struct bind {
	struct bdf bdf;		      /* set by the caller */
	struct pci_function function; /* before */
	enum bind_result result;
	char driver[DRIVER_NAME_SIZE]; /* that it has now; "" for none */
	bool was_forgotten;	       /* unbind: nothing was recorded, the kernel chose */
	bool is_kept_only;	       /* unbind: it isn't bound, but has a persistent binding */
	struct kept kept;	       /* its persistent binding; by unbind, the one it had */
	struct why why;
	struct why note; /* what else the user should know; "" if nothing */
};

struct bind_options {
	const char *root;
	const char *driver; /* bind: to this one */
	bool is_default;    /* nobody has named @driver */
	bool force;	    /* even if it is in use, or another driver is made for it */
	bool dry_run;	    /* check only */
	bool persist;	    /* bind: bind it again at each boot */
	bool kept;	    /* bind: run by udev's rule, for @driver */
};

/*
 * Whether it can and may be done; call it for all functions before changing the first. Each
 * returns 0, also if there is nothing to do; -EBUSY with BIND_REFUSED; or another negative
 * errno with BIND_FAILED.
 */
int bind_check(struct bind *bind, const struct bind_options *options);
int unbind_check(struct bind *bind, const struct bind_options *options);

/* Does it, after the check. Each returns 0, or a negative errno with BIND_FAILED. */
int bind_act(struct bind *bind, const struct bind_options *options);
int unbind_act(struct bind *bind, const struct bind_options *options);

/*
 * Makes the binding persistent, after bind_act() or if it is bound already. Returns as bind_act().
 */
int bind_keep(struct bind *bind, const struct bind_options *options);

/*
 * If the rule of a persistent binding has already set driver_override to @driver, and the function
 * has no driver, the kernel chooses one: after bind has refused or failed, or when the persistent
 * binding has been removed.
 */
void bind_release(struct bind *bind, const char *root, const char *driver);

/*
 * For all functions that are bound, or can be: finds the other functions of their IOMMU groups that
 * prevent VFIO from opening the group, and notes them.
 */
void bind_note_groups(struct bind *binds, size_t count, const struct bind_options *options);

/*
 * Repairs any function whose bind or unbind was killed; the caller has the lock. Reports what it
 * did by complain().
 */
void bind_repair(const char *root);

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define BIND_SCHEMA "vpasid-bind/1"

/* Prints a line for what went well. Complaints about the rest have been printed already. */
void bind_print(const struct bind *bind, const struct bind_options *options);
void unbind_print(const struct bind *bind, const struct bind_options *options);

/* @done is what BIND_DONE is called in JSON. The caller owns what it returns, and prints it. */
struct json_object *bind_to_json(const struct bind *binds, size_t count, const char *done);

#endif /* TOOLS_BIND_BIND_H */
