/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PASID of all functions of a host, by what sysfs or a dump has of them. Nothing is
 * opened but attributes and config space, and of that is read what it takes to know.
 */
#ifndef TOOLS_LIST_INVENTORY_H
#define TOOLS_LIST_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/iommu.h"
#include "pci/bdf.h"
#include "support/why.h"

struct config_sources;

enum pasid_state {
	PASID_NONE,    /* no capability */
	PASID_OFF,     /* which the host has not enabled */
	PASID_ENABLED, /* which it has */
	PASID_ASLEEP,  /* not looked at, since that would wake the function */
	PASID_UNKNOWN, /* it can't be looked at */
	PASID_STATES
};

/* What isn't known is "" or 0, unless it says otherwise. */
struct inventory_function {
	struct bdf bdf;
	struct bdf pf;		   /* of a VF */
	const char *driver;	   /* one of the inventory's */
	const struct iommu *iommu; /* one of the inventory's; NULL: none, or not known */
	uint16_t vendor, device;
	uint32_t class; /* base class, sub-class, interface */
	bool is_vf, is_pf;
	enum pasid_state state;	      /* of a VF: its PF's, as all that follows */
	int error;		      /* why the state is PASID_UNKNOWN: a negative errno */
	uint16_t capability, control; /* PASID's registers, if it has any */
	uint16_t dwords;	      /* of the function's own config space that were read */
};

struct inventory {
	struct inventory_function *functions; /* by BDF, in rising order */
	size_t count;
	char **drivers;
	size_t driver_count;
	struct iommu **iommus;
	size_t iommu_count;
	bool is_dump; /* drivers, IOMMUs and who is a VF aren't known */
};

/*
 * Reads a host, or a record of one, from @sysfs (sysfs.h). Without @all it isn't asked
 * who has IOMMUs and SR-IOV among those without PASID. With @wakes functions that
 * sleep are looked at, too, which wakes them. Returns 0 or a negative errno with @why.
 */
int inventory_read(const char *sysfs, bool all, bool wakes, struct inventory *inventory,
		   struct why *why);

/* Takes what a dump of lspci -xxxx has. Returns 0 or -ENOMEM with @why. */
int inventory_from_dump(const struct config_sources *sources, struct inventory *inventory,
			struct why *why);

void inventory_free(struct inventory *inventory);

/* Bits of a PASID: of the function, of its IOMMU, and the lesser of them; 0 for none. */
unsigned int inventory_width(const struct inventory_function *function);
unsigned int inventory_iommu_width(const struct inventory_function *function);
unsigned int inventory_usable_width(const struct inventory_function *function);

/* Whether it has registers, or shares its PF's, and they could be read. */
bool inventory_has_registers(const struct inventory_function *function);

/* Whether the IOMMU tells its width; and with that, whether the usable width is certain. */
bool inventory_is_iommu_known(const struct inventory_function *function);
bool inventory_is_usable_known(const struct inventory_function *function);

/* "pf", "vf" or "function" */
const char *inventory_kind_name(const struct inventory_function *function);

/* "enabled", "off", "none", "asleep", "unknown" */
const char *pasid_state_name(enum pasid_state state);

#endif /* TOOLS_LIST_INVENTORY_H */
