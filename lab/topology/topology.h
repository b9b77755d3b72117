/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A topology: which PCI functions a VM of the lab has, and what is planted in their config space.
 * lab/README.md has the grammar, for those who write such files.
 */
#ifndef LAB_TOPOLOGY_H
#define LAB_TOPOLOGY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "path.h"

#define CONFIG_SIZE 4096

/* What the kernel is told to do with the IOMMU that the machine has. */
enum iommu_mode {
	IOMMU_ON,      /* to use it for all that PASID takes */
	IOMMU_DEFAULT, /* nothing: as it does by itself */
	IOMMU_LEGACY,  /* to use it as one of old */
	IOMMU_OFF,     /* not to use it */
	IOMMU_NONE,    /* the machine has none */
	IOMMU_MODES,
};

/**
 * struct intel - what VT-d can do
 * @scalable: whether it has scalable mode, without which there are no PASIDs
 * @pasid_bits: how wide its PASIDs are; QEMU 7.2 has 1 bit for any number but 0
 * @first_stage: whether scalable mode translates by first-stage tables, as a guest has them; else
 *	by second-stage ones, which QEMU 7.2 always does
 */
struct intel {
	unsigned int scalable;
	unsigned int pasid_bits;
	unsigned int first_stage;
};

/**
 * struct amd - what AMD's IOMMU can do
 * @efr: the Extended Feature register, as the firmware's table reports it
 */
struct amd {
	uint64_t efr;
};

/* Which port it is follows from how deep it stands. */
#define HOPS_ROOT_PORT	1
#define HOPS_UPSTREAM	2
#define HOPS_DOWNSTREAM 3

enum function_kind {
	FUNCTION_PORT,
	FUNCTION_NVME,
};

struct function {
	unsigned int line;
	enum function_kind kind;
	struct pci_path path;
	unsigned int vfs;
};

enum plant_kind {
	PLANT_CAPABILITY, /* linked to the end of the chain */
	PLANT_BYTES,	  /* as they are */
	PLANT_DUMP,	  /* a config space, from a file */
};

/**
 * struct plant - what is planted in a function
 * @line: the line of the file that says so
 * @kind: what it is
 * @path: the function
 * @at: the offset; 0 for a capability that goes to the first free place
 * @length: the number of bytes
 * @value: the bytes; a capability's begin with its header
 * @writable: the bits of them that a config write changes
 * @file: the name of a dump
 */
struct plant {
	unsigned int line;
	enum plant_kind kind;
	struct pci_path path;
	unsigned int at;
	size_t length;
	uint8_t value[CONFIG_SIZE];
	uint8_t writable[CONFIG_SIZE];
	char *file;
};

struct words {
	size_t count;
	const char **word;
};

/**
 * struct topology - a topology file, parsed
 * @name: its name
 * @text: its text; the strings below point into it
 * @message: why it could not be parsed, "FILE:LINE: what is wrong, what to write"
 */
struct topology {
	const char *name;
	char *text;
	enum iommu_mode iommu;
	struct intel intel;
	struct amd amd;
	struct function *functions;
	size_t function_count;
	struct plant *plants;
	size_t plant_count;
	struct words cmdline;
	struct words qemu;
	char message[512];
};

/*
 * topology_load - read a topology from the file NAME
 * topology_parse - the same from a string; NAME is for messages
 *
 * Return 0 or a negative errno, with the reason in topology->message. Either way the topology is
 * the caller's to free with topology_free().
 */
int topology_load(struct topology *topology, const char *name);
int topology_parse(struct topology *topology, const char *name, const char *text);
void topology_free(struct topology *topology);

/* Puts "FILE:LINE: ..." into topology->message. -EINVAL, for the caller to return. */
#define topology_fault(topology, line, format, ...)                                   \
	(snprintf((topology)->message, sizeof((topology)->message), "%s:%u: " format, \
		  (topology)->name, line, ##__VA_ARGS__),                             \
	 -EINVAL)

/* Checks what takes more than one line: collisions, functions that aren't there. */
int topology_validate(struct topology *topology);

/* The PF whose VF the path is, NULL if it is none's. */
const struct function *topology_pf_of(const struct topology *topology, const struct pci_path *path);

#endif /* LAB_TOPOLOGY_H */
