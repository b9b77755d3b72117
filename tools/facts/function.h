/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a function: all that is known about it, each fact in one place. Each part is
 * read once, when it is first asked for. The record doesn't judge: explain/ does.
 *
 * What isn't known is FACT_UNKNOWN, or has an error beside it: it is never 0 or "none".
 */
#ifndef TOOLS_FACTS_FUNCTION_H
#define TOOLS_FACTS_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/host.h"
#include "facts/idxd.h"
#include "pci/config_space.h"
#include "pci/function.h"
#include "support/fact.h"
#include "support/why.h"

/* Deeper than any path that has been seen in hardware. */
#define FUNCTION_MAX_PORTS 32

/* Parts of a record. Each brings those that it depends on. */
enum function_part {
	FUNCTION_IDENTITY = 1 << 0,   /* IDs, class, driver, whether it is a VF, and its PF */
	FUNCTION_VFS = 1 << 1,	      /* whether it is a PF */
	FUNCTION_IOMMU = 1 << 2,      /* the IOMMU that covers it */
	FUNCTION_PASID = 1 << 3,      /* PASID's registers, by as few reads as it takes */
	FUNCTION_CONFIG = 1 << 4,     /* its config space, and the registers in it */
	FUNCTION_PATH = 1 << 5,	      /* the same for its PF, and for the ports above */
	FUNCTION_SYSFS = 1 << 6,      /* what else sysfs has about it */
	FUNCTION_VFIO = 1 << 7,	      /* VFIO's devices, and who is in its IOMMU group */
	FUNCTION_KERNEL = 1 << 8,     /* the host's */
	FUNCTION_VFIO_PASID = 1 << 9, /* what the module vfio_pasid does with it */
	FUNCTION_IDXD = 1 << 10,      /* what the driver idxd shows of it */
};

/* A capability: whether it is there, where, and two of its registers. */
struct capability {
	enum fact there;
	uint16_t offset;
	uint16_t capability;
	uint16_t control;
};

/* Page Request Interface: its registers have another layout than those above. */
struct pri {
	enum fact there;
	uint16_t offset;
	uint16_t control;
	uint16_t status;
	uint32_t capacity;   /* Outstanding Page Request Capacity */
	uint32_t allocation; /* Outstanding Page Request Allocation */
};

/* What the module vfio_pasid does with a function. */
enum vfio_pasid {
	VFIO_PASID_UNKNOWN,
	VFIO_PASID_NOT_LOADED,
	VFIO_PASID_LEAVES_IT,
	VFIO_PASID_ANSWERS, /* in place of the function's driver */
};

struct function {
	struct host *host;
	unsigned int parts; /* those that have been read */
	int error;	    /* if there is no such function, or it can't be read */
	const struct dump_function *dumped;
	bool is_found;	   /* by host_find_functions() */
	bool has_no_ports; /* its entry in sysfs is a directory, not a link */

	/* FUNCTION_IDENTITY; the other parts fill in more of it */
	struct pci_function pci;
	/* set by functions_name() from pci.ids; "" if unknown */
	const char *name, *subsystem_name, *class_name;
	/*
	 * The function whose PASID counts: this one, or a VF's PF; NULL if that isn't known.
	 */
	struct function *holder;

	/* FUNCTION_PASID and FUNCTION_CONFIG */
	bool is_asleep; /* so its config space has not been read */
	struct capability pasid;
	int pasid_error; /* why it isn't known whether the capability is there */

	/* FUNCTION_CONFIG */
	struct config_space *config; /* as much as could be read */
	const char *why;	     /* why there isn't more of it, or it makes no sense; else "" */
	size_t size;		     /* how many bytes of its config space are known */
	enum fact is_pcie;
	uint8_t type;	      /* PCI_EXP_TYPE_*, if it is PCIe */
	uint16_t devcap2;     /* that register's offset, 0 if the function has none */
	enum fact tlp_prefix; /* End-End TLP Prefix Supported */
	enum fact multifunction;
	uint8_t revision;
	struct capability acs, ats;
	struct pri pri;

	/* FUNCTION_PATH: the function itself, then the ports above it up to the root */
	struct function **hops;
	size_t hop_count;
	const char *path_why; /* why some of them are missing; else "" */

	/* FUNCTION_IOMMU */
	enum fact is_covered;
	const struct iommu *iommu;	       /* if it is covered */
	const struct iommu_presence *presence; /* if it isn't */

	/* FUNCTION_SYSFS; a text is "" if there is none, or it isn't known */
	char domain[32];			  /* the type of its group's default domain */
	char power_state[16];			  /* D0, D3hot, ... */
	char runtime_status[16];		  /* active, suspended, ... */
	bool has_power_state, has_runtime_status; /* these have been read */

	/* FUNCTION_VFIO */
	enum fact has_cdev;	     /* VFIO has a character device for it */
	char cdev[32];		     /* with that name */
	enum fact has_group_node;    /* in this host's /dev/vfio */
	bool is_denylisted;	     /* VFIO's drivers refuse it, see vfio/denylist.h; then: */
	enum fact denylist_disabled; /* pasid_vfio_pci accepts it nevertheless */
	enum fact has_iommufd;	     /* the host has it, loaded or built in */
	struct function **siblings;  /* all others of its IOMMU group, by BDF */
	size_t sibling_count;

	/* FUNCTION_KERNEL */
	const struct kernel *kernel;

	/* FUNCTION_VFIO_PASID */
	enum vfio_pasid vfio_pasid;

	/* FUNCTION_IDXD */
	struct idxd idxd;
};

/*
 * Reads those of @parts that have not been read yet. Returns 0; -ENODEV with @why if there is
 * no such function; or another negative errno with @why if it can't be read.
 */
int function_read(struct function *function, unsigned int parts, struct why *why);

/* "endpoint", "root port", ... */
const char *function_type_name(const struct function *function);

/* Why the content of its config space isn't known, where it isn't. */
const char *function_why(const struct function *function);

/* Why some of the ports above the function whose PASID counts aren't known; else "". */
const char *function_path_why(const struct function *function);

/* Whether the IDs are known: a VF's own config space has all ones there. */
bool function_has_ids(const struct function *function);

/*
 * Names @functions, which belong to one host, in one go. Returns 0, or a negative errno with
 * @why if pci.ids can't be understood: then their names are numbers.
 */
int functions_name(struct function *const *functions, size_t count, struct why *why);

#endif /* TOOLS_FACTS_FUNCTION_H */
