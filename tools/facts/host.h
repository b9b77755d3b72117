/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where facts about functions come from: this host, a recorded sysfs, or a dump; and what all
 * functions have in common: the kernel and the IOMMUs. Each file is read once, when its
 * content is first asked for. Nothing is opened through VFIO, and nothing is changed.
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
#include "support/recording.h"
#include "support/why.h"

struct function;
struct source;

enum host_kind {
	HOST_LIVE, /* the machine that we run on, or a recording of vpasid record's */
	HOST_TREE, /* a recorded /sys, without the rest of the file system */
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

/* What the kernel and the firmware say about IOMMUs when none covers a function. */
struct iommu_presence {
	enum fact driven;	/* whether the kernel drives any */
	enum fact tables;	/* whether the firmware's ACPI tables can be seen; if so: */
	enum iommu_table table; /* the one that describes IOMMUs */
	bool is_device_tree;	/* a device tree describes the host instead */
};

struct host {
	enum host_kind kind;
	const char *sysfs;    /* as in support/sysfs.h */
	const char *root;     /* likewise; NULL: only sysfs is read */
	const char *name;     /* of the file of a dump or a recording */
	const char *recorded; /* when a recording was made; NULL if it is none */
	bool is_root;	      /* who reads it, or read it, is root */
	bool wakes;	      /* functions that are asleep are read, too, which wakes them */

	/* private to host.c and to the sources */
	const struct source *source;
	struct sysfs_directory devices;
	struct dump dump;
	struct function **functions; /* by BDF, except those added since host_find_functions() */
	size_t function_count;
	struct function **table; /* a hash table of the same by BDF; its size is a power of 2 */
	size_t table_size;
	struct function **dumped_pfs; /* those functions of a dump that have VFs */
	size_t dumped_pf_count;
	struct iommu **iommus;
	size_t iommu_count;
	struct kernel *kernel;
	char release[KERNEL_RELEASE_SIZE];
	bool has_read_release;
	struct iommu_presence *presence;
	enum fact has_iommufd;
	const char *aliases; /* of variant drivers; NULL: not read yet */
	struct recording recording;
	char **texts;
	size_t text_count;
};

/*
 * Opens a host by its sysfs. @root is where its procfs and the rest of its file system are;
 * NULL if there is only a recorded sysfs. With @wakes, functions that are asleep are read, too,
 * which wakes them. The caller closes @host.
 */
void host_open(struct host *host, const char *sysfs, const char *root, bool wakes);

/*
 * Opens a recording: see facts/recording_file.h. Its paths are below @root, "" unless it stands in
 * for a made host. While it is open, no other host can be. Returns as host_open_dump() does.
 */
int host_open_recording(struct host *host, const char *path, const char *root, bool wakes,
			struct why *why);

/*
 * Opens a dump: see pci/dump.h. Returns 0 or a negative errno with @why; if it fails there is
 * nothing to close.
 */
int host_open_dump(struct host *host, const char *path, struct why *why);

/*
 * The option that reads functions that are asleep, "--wake", as the subject of a sentence. It says
 * "as root" if the user isn't, because the kernel shows others only 64 bytes of config space.
 */
const char *host_wake_option(const struct host *host);

/* Does nothing to a host that is closed already, or all zeros and never opened. */
void host_close(struct host *host);

/*
 * The record of a function, which may not exist: see function_read(). It belongs to the host,
 * which has one for each BDF. NULL: out of memory.
 */
struct function *host_function(struct host *host, const struct bdf *bdf);

/*
 * Makes a record of each function, and sorts host->functions by BDF. Returns 0 or a negative
 * errno with @why.
 */
int host_find_functions(struct host *host, struct why *why);

/* Sorts by BDF. */
void host_sort(struct function **functions, size_t count);

/* These belong to the host. NULL: out of memory, or a dump, which says nothing about them. */
const struct kernel *host_kernel(struct host *host);
const struct iommu *host_iommu(struct host *host, const char *name);
const struct iommu_presence *host_iommu_presence(struct host *host);

/*
 * Finds all that the kernel drives, by name: they are host->iommus then. Returns 0 or a negative
 * errno.
 */
int host_find_iommus(struct host *host);

/* The kernel's release, without reading the rest of host_kernel(); "" if unknown. */
const char *host_release(struct host *host);

/*
 * Whether the kernel assigns a function's IOMMU when a driver is first offered the function, as
 * Linux before 6.15 does where a device tree, or the tables IORT or VIOT, say which IOMMU it is
 * behind.
 */
bool host_assigns_late(struct host *host);

/*
 * Whether the kernel asks for ACS only then: under a device tree, Linux 6.12 does, and 7.3 does
 * not.
 */
bool host_asks_late_for_acs(struct host *host);

/* Whether iommufd is loaded or built in. */
enum fact host_has_iommufd(struct host *host);

/* A formatted text that lives as long as the host; "out of memory" if there is no memory. */
const char *host_text(struct host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TOOLS_FACTS_HOST_H */
