/* SPDX-License-Identifier: MIT */
/*
 * Made hosts: a few PCI functions and all that sysfs shows of them, as kernels make it and,
 * here and there, as none should. The same seed makes the same hosts, on any machine.
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

/* What its maker knows of something. */
enum known {
	NOT_KNOWN, /* to the maker: something odd may be taken in one way or another */
	KNOWN_NOTHING,
	KNOWN_UNKNOWN, /* that nobody can know it */
	KNOWN,
};

enum state {
	STATE_OPEN, /* the maker doesn't know */
	STATE_NONE,
	STATE_OFF,
	STATE_ENABLED,
	STATE_ASLEEP,
	STATE_UNKNOWN,
};

/**
 * struct made_space - a config space, and what is in it
 * @config: All of it.
 * @size: How much of it may be read.
 * @state: What it says of PASID.
 * @capability, @control: PASID's registers.
 * @pasid_at: Where they stand, as the capability's offset.
 * @place: Whether the place for a virtual PASID is known; then it is
 * @offset: or, of one with KNOWN_NOTHING, there is none.
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
	bool is_vmd; /* a host bridge stands below it */
	struct made_space space;
	bool has_config; /* a file that has just that */
	/* what its attributes say */
	enum known kind, driver, iommu, id, asleep, suspended, is_bridge;
	const char *driver_name;
	int iommu_index;
	int group;	   /* -1: none, or none that can be known */
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
	unsigned int oddness; /* one attribute of so many is odd; 0: none */
	bool wakes;	      /* the commands are to be called with --wake */
	bool is_flat;	      /* a copy whose functions are directories of the bus */
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
 * is_in_dump() - whether a function is there, too
 * @function: One of a host's.
 *
 * Of config spaces of odd sizes there is no dump.
 */
bool is_in_dump(const struct made_function *function);

/**
 * has_dump() - whether there is a dump of a host
 * @host: From random_host().
 *
 * Without a function that has an extended config space there is none: list refuses it, as
 * one that was made without -xxxx.
 */
bool has_dump(const struct made_host *host);

/* Parts of random_host() */

/* A config space of a function of that role, with these IDs. */
void random_space(struct random *random, struct made_function *function);

/* The IOMMUs, and the groups, of which there are as many as functions. */
void random_iommus(struct random *random, struct made_host *host);

/* What is in the function's directory. */
void random_attributes(struct random *random, struct made_host *host,
		       struct made_function *function);

/* One in so many */
bool one_in(struct random *random, unsigned int n);

/* Notes what is odd about a function. */
void note_odd(struct made_function *function, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* AGREEMENT_RANDOM_HOST_H */
