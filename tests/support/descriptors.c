// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "support/descriptors.h"

int descriptors_lowest(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}
