/* SPDX-License-Identifier: MIT */
/*
 * Random hosts: a few PCI functions and what sysfs shows of them. Most of it is as a kernel
 * shows it; some is broken. The same seed makes the same hosts on any machine.
 */
#ifndef AGREEMENT_RANDOM_HOST_H
#define AGREEMENT_RANDOM_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "property/random_config.h"
#include "support/made_tree.h"

#define MAX_FUNCTIONS 10
#define MAX_IOMMUS    2

enum role {
	ROLE_ENDPOINT,
	ROLE_INTEGRATED,   /* a root complex integrated endpoint */
	ROLE_CONVENTIONAL, /* not PCIe */
	ROLE_HOST_BRIDGE,
	ROLE_ROOT_PORT,
	ROLE_UPSTREAM,
	ROLE_DOWNSTREAM,
	ROLE_PCI_BRIDGE, /* from PCIe to PCI */
};

/* What the generator knows about a fact. */
enum known {
	NOT_KNOWN, /* the commands may take it in one way or another, if they agree */
	KNOWN_NOTHING,
	KNOWN_UNKNOWN, /* no command can know it */
	KNOWN,
};

enum state {
	STATE_OPEN, /* as NOT_KNOWN */
	STATE_NONE,
	STATE_OFF,
	STATE_ENABLED,
	STATE_ASLEEP,
	STATE_UNKNOWN,
};

/**
 * struct made_space - a config space, and what is known about it
 * @config: Its bytes.
 * @size: How many of them can be read.
 * @state: The state of PASID by its registers.
 * @capability, @control: PASID's registers, if there are any.
 * @pasid_at: Offset of the PASID capability.
 * @place: What is known about the place for a virtual PASID capability.
 * @offset: That place, if it is KNOWN.
 */
struct made_space {
	uint8_t config[RANDOM_CONFIG_SIZE];
	size_t size;
	enum state state;
	uint16_t capability, control;
	uint16_t pasid_at;
	enum known place;
	uint16_t offset;
};

struct made_iommu {
	char name[32];
	enum known width;
	unsigned int bits;
};

struct made_function {
	char bdf[20];
	char path[160]; /* of its directory */
	enum role role;
	int parent; /* the port above it, -1 on a root bus */
	bool is_pf, is_vf;
	int pf; /* of a VF, -1 if it isn't there */
	enum known pf_name_known;
	const char *pf_name;
	uint16_t vendor, device;
	uint32_t class;
	bool is_vmd; /* there is a host bridge below it */
	struct made_space space;
	bool has_config; /* sysfs has a file of these bytes */
	/* what its attributes say */
	enum known kind, driver, iommu, id, asleep, suspended, is_bridge;
	const char *driver_name;
	int iommu_index;
	int group;	   /* -1: there is none, or the link is broken */
	bool sleeps;	   /* by its own attributes, if that is known */
	bool is_suspended; /* likewise */
	char odd[512];
	unsigned int oddities;
};

struct made_host {
	struct made_function functions[MAX_FUNCTIONS];
	int count;
	struct made_iommu iommus[MAX_IOMMUS];
	int iommu_count;
	unsigned int oddness; /* one attribute in so many is broken; 0: none is */
	bool wakes;	      /* the commands are to be called with --wake */
	bool is_flat; /* a copy without links to the functions: their directories are there instead
		       */
	struct made_tree tree;
};

/**
 * random_host() - make a host
 * @random: The source.
 * @host: Filled in.
 */
void random_host(struct random *random, struct made_host *host);

/**
 * random_host_dump() - what lspci -xxxx prints of a host
 * @host: From random_host().
 * @stream: Where to.
 */
void random_host_dump(const struct made_host *host, FILE *stream);

/**
 * is_in_dump() - whether a function is in the dump of its host
 * @function: The function.
 *
 * lspci prints 64, 256 or 4096 bytes.
 */
bool is_in_dump(const struct made_function *function);

/**
 * has_dump() - whether there is a dump of a host
 * @host: From random_host().
 *
 * list refuses a dump in which no function has an extended config space, as that was not
 * made with -xxxx.
 */
bool has_dump(const struct made_host *host);

/* Parts of random_host() */

/* Makes the config space of a function whose role and IDs are set. */
void random_space(struct random *random, struct made_function *function);

/* Makes the IOMMUs. */
void random_iommus(struct random *random, struct made_host *host);

/* Makes the function's directory. */
void random_attributes(struct random *random, struct made_host *host,
		       struct made_function *function);

/* Returns true one time in @n. */
bool one_in(struct random *random, unsigned int n);

/* Notes what is broken or unusual about a function, for reports. */
void note_odd(struct made_function *function, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* AGREEMENT_RANDOM_HOST_H */
