// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "explain/purpose.h"

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

enum purpose purpose_find(const char *name)
{
	enum purpose purpose = 0;

	while (purpose < PURPOSES && strcmp(names[purpose], name) != 0)
		purpose++;
	return purpose;
}
