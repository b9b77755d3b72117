// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/in_use.h"
#include "support/sysfs.h"

/*
 * NVMe with multipath: the controller has only a hidden path to the disk,
 * nvme<subsystem>c<controller>n<namespace>. The disk that is mounted belongs to the
 * subsystem: nvme<subsystem>n<namespace>.
 */
static bool multipath_disk(const char *name, char *disk, size_t size)
{
	int subsystem, controller, namespace, end = 0;

	sscanf(name, "nvme%dc%dn%d%n", &subsystem, &controller, &namespace, &end);
	if (!end || name[end])
		return false;
	snprintf(disk, size, "nvme%dn%d", subsystem, namespace);
	return true;
}

/* @path is a directory of sysfs: a device of some class, or something else. */
static int check_device(const char *root, const char *path, const char *name, struct why *why)
{
	char class[32], disk[48];

	if (sysfs_link_name(path_of("%s/subsystem", path).text, class, sizeof(class)))
		return 0;
	if (!strcmp(class, "net"))
		return in_use_check_net(root, name, why);
	if (strcmp(class, "block") != 0)
		return 0;
	return in_use_check_block(root, multipath_disk(name, disk, sizeof(disk)) ? disk : name,
				  why);
}

/* A device that can't be read may be in use; one that is gone by now isn't. */
static int check_entry(const char *root, const FTSENT *entry, struct why *why)
{
	switch (entry->fts_info) {
	case FTS_D:
		return check_device(root, entry->fts_path, entry->fts_name, why);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return entry->fts_errno == ENOENT
			       ? 0
			       : because(why, -entry->fts_errno, "%s: %s", entry->fts_path,
					 strerror(entry->fts_errno));
	default:
		return 0;
	}
}

/* Doesn't follow links, which lead to other devices. */
int in_use_check(const char *root, const struct bdf *bdf, struct why *why)
{
	char *path = realpath(pci_path(path_of("%s/sys", root).text, bdf->text, "").text, NULL);
	char *const paths[] = { path, NULL };
	FTSENT *entry;
	FTS *tree;
	int ret = 0;

	if (!path)
		return because(why, -errno, "can't be examined: %s", strerror(errno));
	tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!tree) {
		ret = because(why, -errno, "can't be examined: %s", strerror(errno));
		free(path);
		return ret;
	}
	while (!ret && (entry = fts_read(tree)))
		ret = check_entry(root, entry, why);
	fts_close(tree);
	free(path);
	return ret;
}
