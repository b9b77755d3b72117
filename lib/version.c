// SPDX-License-Identifier: MIT
#include <vpasid/version.h>

const char *vpasid_version(void)
{
	return VPASID_VERSION;
}
