// SPDX-License-Identifier: MIT
#include <string.h>

#include "made_quirks.h"

struct vpasid_quirks *quirks;
struct vpasid_quirks_error error;
const struct vpasid_quirk *matches[MATCHES];

const struct vpasid_device dsa = {
	.argsz = sizeof(dsa),
	.vendor = 0x8086,
	.device = 0x0b25,
	.subsystem_vendor = 0x1028,
	.subsystem_device = 0x0001,
	.revision = 0x10,
	.kind = VPASID_FUNCTION_PF,
};

int quirks_setup(void **state)
{
	(void)state;
	quirks = vpasid_quirks_new();
	memset(&error, 0, sizeof(error));
	return quirks ? 0 : -1;
}

int quirks_teardown(void **state)
{
	(void)state;
	vpasid_quirks_free(quirks);
	return 0;
}

int match(const struct vpasid_device *device)
{
	memset(matches, 0, sizeof(matches));
	return vpasid_quirks_match(quirks, device, matches, MATCHES);
}
