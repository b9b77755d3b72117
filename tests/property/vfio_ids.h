/* SPDX-License-Identifier: MIT */
/*
 * Which capabilities VFIO shows, by their IDs: written down a second time, for tests that don't
 * believe the library's table of lengths.
 */
#ifndef VFIO_IDS_H
#define VFIO_IDS_H

#include <stdbool.h>
#include <stdint.h>

/* @flags are VPASID_VFIO_VIEW_*. */
bool vfio_shows_extended(unsigned int id, uint32_t flags);
bool vfio_shows_conventional(unsigned int id);

#endif /* VFIO_IDS_H */
