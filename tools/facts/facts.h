/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be seen of all that decides on a function's PASID: the kernel, the IOMMU,
 * the function and the ports above it, and who has it. No judgement: that is
 * explain_chain.h's.
 */
#ifndef TOOLS_FACTS_FACTS_H
#define TOOLS_FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pci/bdf.h"
#include "pci/config_space.h"
#include "pci/function.h"
#include "support/why.h"

/* Deeper than any path of 256 buses that hardware was seen with. */
#define EXPLAIN_MAX_PORTS    32
#define EXPLAIN_MAX_SIBLINGS 8
#define EXPLAIN_MAX_MEMBERS  64

enum fact {
	FACT_UNKNOWN,
	FACT_NO,
	FACT_YES,
};

enum explain_source {
	EXPLAIN_HOST,
	EXPLAIN_TREE, /* a recorded /sys: nothing beside it */
	EXPLAIN_DUMP,
};

/* A capability: whether it is there, where, and two of its registers. */
struct explain_capability {
	enum fact there;
	uint16_t offset;
	uint16_t capability;
	uint16_t control;
};

/* Page Request Interface; its registers aren't those of the others. */
struct explain_pri {
	enum fact there;
	uint16_t offset;
	uint16_t control;
	uint16_t status;
	uint32_t capacity;   /* Outstanding Page Request Capacity */
	uint32_t allocation; /* Outstanding Page Request Allocation */
};

/* The function whose registers count, or a port above it. */
struct explain_hop {
	struct bdf bdf;
	uint16_t vendor, device; /* 0xffff: unknown */
	uint8_t revision;
	bool is_asleep; /* so it wasn't read */
	size_t size;	/* of its config space that was read */
	struct why why; /* there was no more; "" if there was */
	enum fact is_pcie;
	uint8_t type;	      /* PCI_EXP_TYPE_*, of one that is PCIe */
	uint16_t devcap2;     /* that register's offset, 0 if the function has none */
	enum fact tlp_prefix; /* End-End TLP Prefix Supported */
	enum fact multifunction;
	struct explain_capability acs;
	struct explain_capability pasid;
	struct explain_capability ats;
	struct explain_pri pri;
};

struct explain_kernel {
	char release[72];	  /* "" if unknown */
	char config[128];	  /* the file with its configuration, "" if there is none */
	enum fact pci_pasid;	  /* CONFIG_PCI_PASID */
	enum fact intel_on;	  /* CONFIG_INTEL_IOMMU_DEFAULT_ON, or ..._INTGPU_OFF */
	enum fact intel_scalable; /* CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON */
	enum fact iommufd;	  /* CONFIG_IOMMUFD */
	bool has_command_line;
	char command_line[4096];
};

enum explain_iommu_kind {
	EXPLAIN_IOMMU_OTHER,
	EXPLAIN_IOMMU_INTEL,
	EXPLAIN_IOMMU_AMD,
	EXPLAIN_IOMMU_SMMU, /* Arm's before version 3 */
	EXPLAIN_IOMMU_SMMUV3,
};

struct explain_iommu {
	enum fact covers; /* the function; if so: */
	enum explain_iommu_kind kind;
	char name[64];
	char group[16];		 /* "" if there is none */
	char domain[32];	 /* the type of the group's default domain */
	enum fact has_registers; /* if so: */
	uint64_t capabilities;	 /* Intel's ECAP, AMD's EFR */
	/* if not: */
	enum fact others; /* the kernel drives IOMMUs, of other functions */
	enum fact tables; /* the firmware's ACPI tables are seen, and one is an IOMMU's: */
	const char *table;
};

struct explain_member {
	struct bdf bdf;
	char driver[DRIVER_NAME_SIZE];
};

struct explain_vfio {
	char driver[DRIVER_NAME_SIZE];
	bool on_vfio;
	enum fact has_cdev;    /* VFIO has a character device for it */
	char cdev[32];	       /* with that name */
	enum fact has_iommufd; /* which is loaded, or built in */
	/* all others of the group */
	struct explain_member members[EXPLAIN_MAX_MEMBERS];
	size_t member_count; /* also of those that there is no room for */
	/* those that the host uses, as "BDF (driver)" */
	char siblings[EXPLAIN_MAX_SIBLINGS][96];
	size_t sibling_count; /* also of those that there is no room for */
};

struct explain_facts {
	enum explain_source source;
	const char *origin; /* the directory, or the dump; "" for this host */
	struct bdf bdf;
	char name[128]; /* from pci.ids; "" if unknown */
	enum pci_kind kind;
	bool has_pf; /* of a VF: it is known; of others true */
	/* the function's own config space, and what it says: of a VF not its PF's */
	struct config_source config;
	struct explain_hop own;
	/* first the function itself, or the PF of a VF; then the ports up to the root */
	struct explain_hop hops[1 + EXPLAIN_MAX_PORTS];
	size_t hop_count;
	struct why path; /* why there are not all of them; "" if there are */
	struct explain_kernel kernel;
	struct explain_iommu iommu;
	struct explain_vfio vfio;
};

/*
 * Reads what is to be known of @bdf from @sysfs (sysfs.h) and, unless it is NULL, from
 * the procfs and the rest of the file system at @root. With @wakes it also reads the
 * config space of what is asleep. Returns 0 or a negative errno with @why; -ENODEV: there
 * is no such function.
 */
int explain_read_sysfs(const char *sysfs, const char *root, const struct bdf *bdf, bool wakes,
		       struct explain_facts *facts, struct why *why);

/* The same from a dump of lspci -xxxx; of the host it has nothing but the functions. */
int explain_read_dump(const char *path, const struct bdf *bdf, struct explain_facts *facts,
		      struct why *why);
int explain_from_dump(const struct config_sources *dump, const char *name, const struct bdf *bdf,
		      struct explain_facts *facts, struct why *why);
int explain_read_text(const char *text, size_t length, const char *name, const struct bdf *bdf,
		      struct explain_facts *facts, struct why *why);

#endif /* TOOLS_FACTS_FACTS_H */
