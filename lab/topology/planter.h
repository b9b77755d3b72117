/* SPDX-License-Identifier: GPL-2.0-only */
/* Hands a plant to the planter module, as bytes. */
#ifndef LAB_PLANTER_H
#define LAB_PLANTER_H

#include "topology.h"

/*
 * The function must be there: a capability's place depends on what its chain is now. Returns 0 or
 * a negative errno, with the reason in topology->message.
 */
int plant_one(struct topology *topology, const struct plant *plant);

#endif /* LAB_PLANTER_H */
