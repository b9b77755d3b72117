/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of made config spaces. */
#ifndef TESTS_MADE_MAP_H
#define TESTS_MADE_MAP_H

#include "pci/config_space.h"
#include "place/map.h"

/* The name of the function. */
extern char name[128];

void put_dword(uint8_t *config, unsigned int offset, uint32_t value);

/* The header of an extended capability */
void put_header(uint8_t *config, unsigned int offset, unsigned int id, unsigned int version,
		unsigned int next);

/* ARI, a vendor's capability of unknown length, LTR, and bytes that belong to no capability. */
void fill(struct config_space *space);

/* Finds a place for PASID; find() fails if there is none. */
void find_any(const struct config_space *space, struct placement_report *place);
void find(const struct config_space *space, struct placement_report *place);

/* The map of what fill() makes */
void make_map(struct config_space *space, struct placement_report *place, struct map *map);

/* Instead: so many capabilities, one directly behind the other, from 0x100 on */
void put_chain(struct config_space *space, unsigned int count);

/* A map whose layout has had more findings than it has room for, all about 0x100. */
void make_map_of_findings(struct config_space *space, struct placement_report *place,
			  struct map *map);

/* The picture as SVG: the caller's. */
char *svg_of(const struct map *map);

/* How often the text has that part. */
size_t count_parts(const char *text, const char *part);

/* Each byte of config space is in one run. */
void assert_covered(const struct map *map);

#endif /* TESTS_MADE_MAP_H */
