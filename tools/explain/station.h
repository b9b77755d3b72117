/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stations on the way from a function to what is to use it, and which link belongs to which.
 */
#ifndef TOOLS_EXPLAIN_STATION_H
#define TOOLS_EXPLAIN_STATION_H

#include <stdbool.h>

#include "explain/chain.h"

/* From the top down */
enum station_kind {
	STATION_GUEST,
	STATION_VMM,
	STATION_VFIO,
	STATION_PROCESS,
	STATION_DRIVER,
	STATION_KERNEL,
	STATION_IOMMU,
	STATION_PORTS,	  /* those of which nothing is known, or all of them */
	STATION_PORT,	  /* one */
	STATION_FUNCTION, /* the one whose PASID counts */
	STATION_VF,	  /* a VF, whose PF that is */
};

struct station {
	enum station_kind kind;
	const struct function *hop; /* of STATION_PORT, STATION_FUNCTION and STATION_VF */
};

#define STATIONS_MAX (STATION_VF + 1 + FUNCTION_MAX_PORTS)

/* Fills in those that there are, from the top down. Returns how many. */
size_t stations_find(const struct function *function, const struct chain *chain,
		     struct station stations[STATIONS_MAX]);

/* Whether a link, or a need, belongs to a station. */
bool station_has(const struct station *station, const struct function *function,
		 const struct link *link);

/* All links and then all needs of a chain, by number; NULL after the last. */
const struct link *station_link(const struct chain *chain, size_t number);

/* "Root port 0000:00:1c.0" */
void station_describe(const struct station *station, const struct function *function, char *text,
		      size_t size);

/* The worst of its links, but for needs that only some have */
enum explain_verdict station_verdict(const struct station *station, const struct function *function,
				     const struct chain *chain);

#endif /* TOOLS_EXPLAIN_STATION_H */
