/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of one function that PASID depends on.
 */
#ifndef TOOLS_FACTS_HOP_H
#define TOOLS_FACTS_HOP_H

#include "facts/facts.h"
#include "pci/config_space.h"

/*
 * Takes them from as much of its config space as there is in @source. Whether it stands
 * @behind_link, the end of which has but one device, tells of ARI.
 */
void explain_hop_take(const struct config_source *source, bool behind_link,
		      struct explain_hop *hop);

/* "endpoint", "root port", ... */
const char *explain_type_name(const struct explain_hop *hop);

/* Why what it holds isn't known, if it isn't. */
const char *explain_hop_why(const struct explain_hop *hop);

#endif /* TOOLS_FACTS_HOP_H */
