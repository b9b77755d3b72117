/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that is known of one function: the facts that its PASID hangs on, and what else a
 * person wants to know along with them. Nothing is opened through VFIO, or changed.
 */
#ifndef TOOLS_SHOW_SHOW_H
#define TOOLS_SHOW_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/quirks.h>

#include "explain/chain.h"
#include "facts/iommu.h"
#include "list/inventory.h"
#include "pci/bdf.h"
#include "pci/config_space.h"
#include "place/placement.h"
#include "support/why.h"

/* Where to look. */
struct show_source {
	const char *sysfs;		   /* as sysfs.h has it; unless there is a dump */
	const char *root;		   /* as explain_read_sysfs() has it */
	bool wakes;			   /* what is asleep is read, too */
	const struct config_sources *dump; /* NULL: sysfs */
	const char *dump_name;
	const struct vpasid_quirks *quirks;
};

/* Texts are "" where there is nothing, or nothing is known. */
struct show {
	struct explain_facts facts;
	struct explain_chain chain; /* the verdict on them */
	enum pasid_state state;	    /* of a VF, its PF's */
	struct place place;	    /* for a virtual PASID capability */
	struct iommu iommu;	    /* if the facts have one that covers it */
	bool has_class;
	uint32_t class; /* base class, sub-class, interface */
	char class_name[128];
	char subsystem_name[128];
	unsigned long num_vfs, total_vfs; /* of a PF */
	char driver_override[DRIVER_NAME_SIZE];
	char power_state[16];	  /* D0, D3hot, ... */
	char runtime_status[16];  /* active, suspended, ... */
	enum fact has_group_node; /* VFIO's, of this host */
};

/*
 * Fills in @show, which is the caller's to free, also if it fails. Returns 0 or a negative
 * errno with @why; -ENODEV: there is no such function.
 */
int show_read(const struct show_source *source, const struct bdf *bdf, struct show *show,
	      struct why *why);

void show_free(struct show *show);

/*
 * PCIe r6.0, 10.5.1: bytes of the Smallest Translation Unit, and how many invalidations
 * the function takes in before it must be waited for.
 */
unsigned long long show_ats_unit(const struct explain_capability *ats);
unsigned int show_ats_depth(const struct explain_capability *ats);

#endif /* TOOLS_SHOW_SHOW_H */
