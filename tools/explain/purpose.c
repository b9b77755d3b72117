// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "explain/purpose.h"
#include "support/options.h"
#include "support/output.h"

static const char *const names[PURPOSES] = {
	[PURPOSE_PASID] = "pasid",
	[PURPOSE_VMM] = "vmm",
	[PURPOSE_SVA] = "sva",
	[PURPOSE_GUEST_SVA] = "guest-sva",
};

const char *purpose_name(enum purpose purpose)
{
	return names[purpose];
}

int take_purpose(void *context, const char *value)
{
	enum purpose *purpose = context;

	for (*purpose = 0; *purpose < PURPOSES; (*purpose)++)
		if (!strcmp(names[*purpose], value))
			return EXIT_OK;
	return usage_error("--for %s: must be vmm, sva, guest-sva or pasid", value);
}
