/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where functions are known from: this host, a recorded sysfs, or a dump; and what they
 * have in common: the kernel, the IOMMUs. Each file is read once, when what it tells is
 * first asked for. Nothing is opened through VFIO, and nothing is changed.
 */
#ifndef TOOLS_FACTS_HOST_H
#define TOOLS_FACTS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/iommu.h"
#include "facts/kernel.h"
#include "pci/bdf.h"
#include "pci/dump.h"
#include "pci/function.h"
#include "support/fact.h"
#include "support/why.h"

struct function;
struct source;

enum host_kind {
	HOST_LIVE, /* the machine that we run on */
	HOST_TREE, /* a recorded /sys: nothing beside it */
	HOST_DUMP,
};

/* ACPI tables */
enum iommu_table {
	IOMMU_TABLE_NONE,
	IOMMU_TABLE_DMAR, /* Intel's */
	IOMMU_TABLE_IVRS, /* AMD's */
	IOMMU_TABLE_IORT, /* Arm's */
	IOMMU_TABLE_VIOT, /* of virtual machines */
	IOMMU_TABLES
};

/* "DMAR" */
const char *iommu_table_name(enum iommu_table table);

/* What the kernel and the firmware tell of IOMMUs when none covers a function. */
struct iommu_presence {
	enum fact driven;	/* the kernel drives some */
	enum fact tables;	/* the firmware's ACPI tables are seen; then: */
	enum iommu_table table; /* the one that tells of IOMMUs */
};

struct host {
	enum host_kind kind;
	const char *sysfs; /* as sysfs.h has it */
	const char *root;  /* likewise; NULL: nothing but sysfs is read */
	const char *name;  /* of the dump */
	bool wakes;	   /* what is asleep is read, too, which wakes it */

	/* the inside of host.c and of the sources */
	const struct source *source;
	struct pci_devices devices;
	struct dump dump;
	struct function **functions; /* by BDF, but for those that were added since */
	size_t function_count;
	struct function **table; /* the same, to be found by BDF; its size is a power of 2 */
	size_t table_size;
	struct function **dumped_pfs; /* those of a dump that have VFs */
	size_t dumped_pf_count;
	struct iommu **iommus;
	size_t iommu_count;
	struct kernel *kernel;
	char release[KERNEL_RELEASE_SIZE];
	bool has_read_release;
	struct iommu_presence *presence;
	enum fact has_iommufd;
	char **texts;
	size_t text_count;
};

/*
 * A host by its sysfs, with @root as the procfs and the rest of its file system; NULL: it
 * is a record of sysfs alone. With @wakes what is asleep is read, too, which wakes it.
 * The caller closes @host.
 */
void host_open(struct host *host, const char *sysfs, const char *root, bool wakes);

/*
 * A dump: see pci/dump.h. Returns 0 or a negative errno with @why; if it fails there is
 * nothing to be closed.
 */
int host_open_dump(struct host *host, const char *path, struct why *why);
int host_open_dumped_text(struct host *host, const void *data, size_t length, const char *name,
			  struct why *why);

/*
 * The host that the values of --file, --sysfs and --wake mean: the dump @file, the record in
 * @sysfs, or this host if both are NULL. Returns as host_open_dump().
 */
int host_open_option(struct host *host, const char *file, const char *sysfs, bool wakes,
		     struct why *why);

void host_close(struct host *host);

/*
 * The record of a function, which may not exist: see function_read(). It is the host's,
 * and there is one for each BDF. NULL: out of memory.
 */
struct function *host_function(struct host *host, const struct bdf *bdf);

/*
 * Makes a record of each function, and puts host->functions in the order of BDFs. Returns
 * 0 or a negative errno with @why.
 */
int host_find_functions(struct host *host, struct why *why);

/* These are the host's; NULL: out of memory, or a dump, which tells nothing of them. */
const struct kernel *host_kernel(struct host *host);
const struct iommu *host_iommu(struct host *host, const char *name);
const struct iommu_presence *host_iommu_presence(struct host *host);

/* The kernel's release, without all else that host_kernel() reads; "" if unknown. */
const char *host_release(struct host *host);

/* Whether iommufd is loaded, or built in. */
enum fact host_has_iommufd(struct host *host);

/* A text that lives as long as the host, by printf(); without memory a shorter one. */
const char *host_text(struct host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TOOLS_FACTS_HOST_H */
