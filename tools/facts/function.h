/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a function: all that is known of it, each fact in one place. The parts are
 * read when they are first asked for, and once. No judgement: that is explain/'s.
 *
 * What isn't known is FACT_UNKNOWN, or has an error beside it: it is never 0 or "none".
 */
#ifndef TOOLS_FACTS_FUNCTION_H
#define TOOLS_FACTS_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/host.h"
#include "pci/config_space.h"
#include "pci/function.h"
#include "support/fact.h"
#include "support/why.h"

/* Deeper than any path of 256 buses that hardware was seen with. */
#define FUNCTION_MAX_PORTS 32

/* Parts of a record. Each brings those that it depends on. */
enum function_part {
	FUNCTION_IDENTITY = 1 << 0, /* IDs, class, driver, whether it is a VF, and its PF */
	FUNCTION_VFS = 1 << 1,	    /* whether it is a PF */
	FUNCTION_IOMMU = 1 << 2,    /* the IOMMU that covers it */
	FUNCTION_PASID = 1 << 3,    /* PASID's registers, by as few reads as it takes */
	FUNCTION_CONFIG = 1 << 4,   /* its config space, and the registers in it */
	FUNCTION_PATH = 1 << 5,	    /* the same of its PF, and of the ports above */
	FUNCTION_SYSFS = 1 << 6,    /* what else sysfs has of it */
	FUNCTION_VFIO = 1 << 7,	    /* VFIO's devices, and who is in its IOMMU group */
	FUNCTION_KERNEL = 1 << 8,   /* the host's */
};

/* A capability: whether it is there, where, and two of its registers. */
struct capability {
	enum fact there;
	uint16_t offset;
	uint16_t capability;
	uint16_t control;
};

/* Page Request Interface; its registers aren't those of the others. */
struct pri {
	enum fact there;
	uint16_t offset;
	uint16_t control;
	uint16_t status;
	uint32_t capacity;   /* Outstanding Page Request Capacity */
	uint32_t allocation; /* Outstanding Page Request Allocation */
};

struct function {
	struct host *host;
	unsigned int parts; /* that were read */
	int error;	    /* there is no such function, or it can't be looked at */
	const struct dump_function *dumped;
	bool is_found;	   /* by host_find_functions() */
	bool has_no_ports; /* its entry in sysfs is a directory, not a link */

	/* FUNCTION_IDENTITY; more of it with the other parts */
	struct pci_function pci;
	/* from pci.ids, by functions_name(); "" if unknown */
	const char *name, *subsystem_name, *class_name;
	/*
	 * The function whose PASID counts: this one, or a VF's PF; NULL if that isn't known.
	 */
	struct function *holder;

	/* FUNCTION_PASID and FUNCTION_CONFIG */
	bool is_asleep; /* so its config space wasn't read */
	struct capability pasid;
	int pasid_error;     /* why it isn't known whether it is there */
	unsigned int dwords; /* of its config space that were read one by one */

	/* FUNCTION_CONFIG */
	struct config_space *config; /* as much as could be read */
	const char *why;	     /* there was no more, or it makes no sense; else "" */
	size_t size;		     /* of what is known of its config space */
	enum fact is_pcie;
	uint8_t type;	      /* PCI_EXP_TYPE_*, of one that is PCIe */
	uint16_t devcap2;     /* that register's offset, 0 if the function has none */
	enum fact tlp_prefix; /* End-End TLP Prefix Supported */
	enum fact multifunction;
	uint8_t revision;
	struct capability acs, ats;
	struct pri pri;

	/* FUNCTION_PATH: first itself, then the ports above it up to the root */
	struct function **hops;
	size_t hop_count;
	const char *path_why; /* there are not all of them; else "" */

	/* FUNCTION_IOMMU */
	enum fact is_covered;
	const struct iommu *iommu;	       /* if it is covered */
	const struct iommu_presence *presence; /* if it isn't */

	/* FUNCTION_SYSFS; texts are "" where there is nothing, or nothing is known */
	char domain[32];			  /* the type of its group's default domain */
	char power_state[16];			  /* D0, D3hot, ... */
	char runtime_status[16];		  /* active, suspended, ... */
	bool has_power_state, has_runtime_status; /* those were read */

	/* FUNCTION_VFIO */
	enum fact has_cdev;	    /* VFIO has a character device for it */
	char cdev[32];		    /* with that name */
	enum fact has_group_node;   /* in /dev/vfio, of this host */
	enum fact has_iommufd;	    /* the host; it is loaded, or built in */
	struct function **siblings; /* all others of its IOMMU group, by BDF */
	size_t sibling_count;

	/* FUNCTION_KERNEL */
	const struct kernel *kernel;
};

/*
 * Reads @parts, those that weren't read yet. Returns 0; -ENODEV with @why if there is no
 * such function; or another negative errno with @why if it can't be looked at.
 */
int function_read(struct function *function, unsigned int parts, struct why *why);

/* "endpoint", "root port", ... */
const char *function_type_name(const struct function *function);

/* Why what its config space holds isn't known, if it isn't. */
const char *function_why(const struct function *function);

/* Why not all of the ports above the function whose PASID counts are known; else "". */
const char *function_path_why(const struct function *function);

/* Whether the IDs are known: those in a VF's own config space are all ones. */
bool function_has_ids(const struct function *function);

/*
 * Names @functions, all of one host, in one go. Returns 0, or a negative errno with @why if
 * pci.ids can't be understood: then their names are numbers.
 */
int functions_name(struct function *const *functions, size_t count, struct why *why);

#endif /* TOOLS_FACTS_FUNCTION_H */
