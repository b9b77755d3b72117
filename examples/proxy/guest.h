/* SPDX-License-Identifier: MIT */
/*
 * The function's config space as the guest sees it: query, place, and make a view. Then, a VMM
 * passes the guest's accesses to the view, and reports resets to it.
 */
#ifndef PROXY_GUEST_H
#define PROXY_GUEST_H

#include <vpasid/vpasid.h>

#include "host.h"
#include "log.h"

/**
 * struct guest - the guest's function
 * @host: The function on the host.
 * @log: Gets a line for each change of PASID Control.
 * @info: What the host reports about the function's PASID.
 * @placement: The offset of the guest's capability.
 * @view: Handles the guest's accesses.
 */
struct guest {
	struct host *host;
	struct log *log;
	struct vpasid_info info;
	struct vpasid_placement placement;
	struct vpasid_vconfig *view;
};

/*
 * Makes the guest's view of the function; its virtual IOMMU supports PASIDs of @takes bits.
 * @host and @log must outlive it. Returns 0, or a negative errno with @why.
 */
int guest_init(struct guest *guest, struct host *host, unsigned int takes, struct log *log,
	       struct why *why);

void guest_free(struct guest *guest);

#endif /* PROXY_GUEST_H */
