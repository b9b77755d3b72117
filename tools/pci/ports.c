// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pci/ports.h"
#include "support/sysfs.h"

#define MAX_PORTS 256

/*
 * The link's text is ../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0, in which a
 * host bridge below a function (Intel's VMD) begins anew.
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
	ssize_t length = readlink(pci_path(sysfs, bdf->text, "").text, path, sizeof(path) - 1);
	size_t count;

	if (length < 0)
		return errno == EINVAL ? -ENODATA : -errno;
	path[length] = '\0';
	count = take_path(path, above);
	if (!count || strcmp(above[count - 1].text, bdf->text) != 0)
		return -ENODATA;
	count--;
	for (size_t i = 0; i < count && i < max; i++)
		ports[i] = above[count - 1 - i];
	return (int)count;
}

static bool is_suspended(const char *sysfs, const struct bdf *bdf)
{
	char status[16];

	return sysfs_read(pci_path(sysfs, bdf->text, "power/runtime_status").text, status,
			  sizeof(status)) > 0 &&
	       !strncmp(status, "suspend", 7);
}

/* One that is suspended, but not so deep, answers as it is. */
static bool is_cold(const char *sysfs, const struct bdf *bdf)
{
	char state[16];

	if (sysfs_read(pci_path(sysfs, bdf->text, "power_state").text, state, sizeof(state)) > 0)
		return !strcmp(state, "D3cold");
	return is_suspended(sysfs, bdf);
}

bool pci_read_wakes(const char *sysfs, const struct bdf *bdf)
{
	struct bdf ports[MAX_PORTS];
	int count = pci_ports_above(sysfs, bdf, ports, MAX_PORTS);

	for (int i = 0; i < count; i++)
		if (is_suspended(sysfs, &ports[i]))
			return true;
	return is_cold(sysfs, bdf);
}
