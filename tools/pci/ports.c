// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "pci/function.h"

#define MAX_PORTS 256

/*
 * The link's text is ../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0. If there is a host
 * bridge below a function (Intel's VMD), the path of functions starts again behind it.
 */
static size_t take_path(char *path, struct bdf *above)
{
	size_t count = 0;
	char *part;

	while ((part = strsep(&path, "/"))) {
		if (!strncmp(part, "pci", 3))
			count = 0;
		else if (count < MAX_PORTS && !bdf_parse(part, &above[count]))
			count++;
	}
	return count;
}

int pci_ports_above(const char *sysfs, const struct bdf *bdf, struct bdf *ports, size_t max)
{
	struct bdf above[MAX_PORTS];
	char path[PATH_MAX];
	int ret = sysfs_link(pci_path(sysfs, bdf->text, "").text, path, sizeof(path));
	size_t count;

	if (ret)
		return ret == -EINVAL ? -ENODATA : ret;
	count = take_path(path, above);
	if (!count || strcmp(above[count - 1].text, bdf->text) != 0)
		return -ENODATA;
	count--;
	for (size_t i = 0; i < count && i < max; i++)
		ports[i] = above[count - 1 - i];
	return (int)count;
}
