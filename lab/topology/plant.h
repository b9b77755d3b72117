/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes a topology's plants real, inside the VM. */
#ifndef LAB_PLANT_H
#define LAB_PLANT_H

#include "topology.h"

/*
 * Hands what the topology plants to the planter module, and has the kernel find the functions
 * again. Returns 0 or a negative errno, with the reason in topology->message.
 */
int plant_all(struct topology *topology);

#endif /* LAB_PLANT_H */
