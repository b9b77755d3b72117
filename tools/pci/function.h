/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sysfs has about a PCI function, apart from its config space.
 */
#ifndef TOOLS_PCI_FUNCTION_H
#define TOOLS_PCI_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pci/bdf.h"
#include "support/sysfs.h"
#include "support/why.h"

/* The kernel's limit is that of a module's name, 56. */
#define DRIVER_NAME_SIZE 64

/* PCI Code and ID Assignment Specification, 1.7 */
#define PCI_BASE_CLASS_BRIDGE 0x06

enum pci_kind {
	PCI_KIND_FUNCTION, /* has no SR-IOV */
	PCI_KIND_PF,
	PCI_KIND_VF,
};

/*
 * If a link can't be parsed, its information is unknown, and the error beside it is a negative
 * errno.
 */
struct pci_function {
	struct bdf bdf;
	enum pci_kind kind;
	struct bdf pf; /* of a VF; its text is "" if it isn't known */
	int pf_error;
	bool pf_on_vfio;
	unsigned long num_vfs;	       /* that a PF has enabled */
	unsigned long total_vfs;       /* that it can have */
	char driver[DRIVER_NAME_SIZE]; /* "" without one */
	int driver_error;
	char driver_override[DRIVER_NAME_SIZE]; /* "" if it isn't set */
	bool on_vfio;				/* that driver is one of VFIO's */
	bool is_bridge;	      /* VFIO's drivers refuse its type of config header */
	char iommu_group[16]; /* its number, "" without one */
	int group_error;
	uint16_t vendor, device; /* 0 if unknown, as the next two */
	uint16_t subsystem_vendor, subsystem_device;
	bool has_class;
	uint32_t class; /* base class, sub-class, interface */
};

/* Opens sysfs' directory of functions, which the caller closes. */
void pci_devices_open(const char *sysfs, struct sysfs_directory *devices);

/* "function", "pf", "vf" */
const char *pci_kind_name(enum pci_kind kind);

/*
 * Fills in @function; if that fails, at least its bdf. Returns 0, -ENODEV with @why if there is
 * no such function, or another negative errno with @why if it can't be read or one of its links
 * can't be understood.
 */
int pci_function_read(const char *sysfs, const struct bdf *bdf, struct pci_function *function,
		      struct why *why);

/*
 * The steps of pci_function_read(). They take a function whose bdf is set and whose other members
 * are zeros.
 */

/* Returns 0, or a negative errno with @why if there is no such function. */
int pci_function_check(const char *sysfs, const struct bdf *bdf, struct why *why);

/* False also if the class isn't known. */
bool pci_has_bridge_class(const struct pci_function *function);

/* Finds its IDs, class and driver, and its PF if it is a VF. This reads two files. */
void pci_function_identify(const struct sysfs_directory *devices, struct pci_function *function);

/* Finds out whether a function that isn't a VF is a PF. */
void pci_function_find_vfs(const struct sysfs_directory *devices, struct pci_function *function);

/* Finds everything else. */
void pci_function_complete(const struct sysfs_directory *devices, struct pci_function *function);

/* Returns 0, or a negative errno with @why if one of the links can't be understood. */
int pci_function_check_links(const char *sysfs, const struct pci_function *function,
			     struct why *why);

/* Says what is wrong with @link ("driver", ...), for which @function has @error. Returns @error. */
int pci_function_explain(const char *sysfs, const struct pci_function *function, const char *link,
			 int error, struct why *why);

/*
 * Finds the ports between @bdf and its root bus, the nearest first. Returns how many there are,
 * which may be more than @max; -ENODATA if sysfs' link doesn't tell; or another negative errno.
 */
int pci_ports_above(const char *sysfs, const struct bdf *bdf, struct bdf *ports, size_t max);

#endif /* TOOLS_PCI_FUNCTION_H */
