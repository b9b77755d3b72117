/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stations between a function and its user, and which link belongs to which station. */
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
	STATION_PORTS,	  /* ports of which nothing is known, or all of them */
	STATION_PORT,	  /* a port */
	STATION_FUNCTION, /* the function whose PASID counts */
	STATION_VF,	  /* a VF of that PF */
};

struct station {
	enum station_kind kind;
	const struct function *hop; /* of STATION_PORT, STATION_FUNCTION and STATION_VF */
};

#define STATIONS_MAX (STATION_VF + 1 + FUNCTION_MAX_PORTS)

/* Fills in the existing stations, from the top down. Returns how many. */
size_t stations_find(const struct function *function, const struct chain *chain,
		     struct station stations[STATIONS_MAX]);

/* Whether a link, or a need, belongs to a station. */
bool station_has(const struct station *station, const struct function *function,
		 const struct link *link);

/* All links of a chain, then all its needs, by number; NULL after the last. */
const struct link *station_link(const struct chain *chain, size_t number);

/* "Root port 0000:00:1c.0" */
void station_describe(const struct station *station, const struct function *function, char *text,
		      size_t size);

/* The worst of its links, except needs that not everybody has */
enum explain_verdict station_verdict(const struct station *station, const struct function *function,
				     const struct chain *chain);

#endif /* TOOLS_EXPLAIN_STATION_H */
