// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bind/in_use.h"
#include "support/sysfs.h"
#include "vfio/opener.h"

/* Layers of device mapper and RAID on top of each other; more than any host has. */
#define MAX_LAYERS 16

struct block {
	const char *root;
	const char *name; /* in sysfs */
	char number[16];  /* "259:1" */
};

/* Whether a path below /dev is that of the block device, by whatever name. */
static bool is_node_of(const struct block *block, const char *node)
{
	unsigned int major_number, minor_number;
	const char *slash = strrchr(node, '/');
	struct stat status;

	if (strncmp(node, "/dev/", 5) != 0)
		return false;
	if (!stat(path_of("%s%s", block->root, node).text, &status) && S_ISBLK(status.st_mode))
		return sscanf(block->number, "%u:%u", &major_number, &minor_number) == 2 &&
		       status.st_rdev == makedev(major_number, minor_number);
	return !strcmp(slash + 1, block->name);
}

/*
 * A line of mountinfo, proc(5): "36 35 98:0 /root /mnt rw,noatime master:1 - ext3
 * /dev/sda1 rw". Btrfs has a number of its own, but names its device.
 */
static bool is_mount_of(const struct block *block, const char *line, char mount[PATH_MAX])
{
	const char *source = strstr(line, " - ");
	char number[32], node[PATH_MAX] = "";

	if (sscanf(line, "%*s %*s %31s %*s %4095s", number, mount) != 2)
		return false;
	if (source)
		sscanf(source, " - %*s %4095s", node);
	return !strcmp(number, block->number) || is_node_of(block, node);
}

static int check_mounts(const struct block *block, struct why *why)
{
	FILE *file = sysfs_stream(path_of("%s/proc/self/mountinfo", block->root).text);
	char mount[PATH_MAX], *line = NULL;
	size_t size = 0;
	int ret = 0;

	if (!file)
		return because(why, -errno, "can't read /proc/self/mountinfo: %s", strerror(errno));
	while (!ret && getline(&line, &size, file) > 0)
		if (is_mount_of(block, line, mount))
			ret = because(why, -EBUSY, "%s is mounted on %s", block->name, mount);
	free(line);
	fclose(file);
	return ret;
}

/* After a line of header: "/dev/sda2 partition 1048572 0 -2". */
static int check_swaps(const struct block *block, struct why *why)
{
	FILE *file = sysfs_stream(path_of("%s/proc/swaps", block->root).text);
	char node[PATH_MAX], *line = NULL;
	size_t size = 0;
	int ret = 0;

	/* A kernel may have no swap at all. */
	if (!file)
		return errno == ENOENT ? 0 : because(why, -errno, "can't read /proc/swaps");
	while (!ret && getline(&line, &size, file) > 0)
		if (sscanf(line, "%4095s", node) == 1 && is_node_of(block, node))
			ret = because(why, -EBUSY, "%s is swap", block->name);
	free(line);
	fclose(file);
	return ret;
}

/*
 * The kernel returns EBUSY if the block device is in exclusive use: by a file system in another
 * mount namespace, of several devices, or from outside the kernel (ZFS), or by a device mapper of
 * which nothing is mounted yet.
 */
static int check_claim(const struct block *block, struct why *why)
{
	struct path node = path_of("%s/dev/%s", block->root, block->name);
	int fd = open(node.text, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	struct opener opener;

	if (fd < 0 && errno == EBUSY)
		return because(why, -EBUSY,
			       "%s is in exclusive use by a file system, device mapper or RAID",
			       block->name);
	if (fd >= 0)
		close(fd);
	/* A VMM, for example, doesn't open a guest's disk exclusively. */
	if (opener_find(node.text, &opener))
		return because(why, -EBUSY, "process %d (%s) has %s open", (int)opener.pid,
			       opener.command, block->name);
	return 0;
}

static int check_layer(const char *root, const char *name, int layer, struct why *why);

/* The entries of a directory of the block device that are other block devices. */
static int check_others(const struct block *block, const char *path, bool partitions, int layer,
			struct why *why)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	int ret = 0;

	if (!directory && errno != ENOENT)
		return because(why, -errno, "can't read the directory of %s: %s", block->name,
			       strerror(errno));
	while (directory && !ret && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		if (partitions &&
		    !sysfs_exists(path_of("%s/%s/partition", path, entry->d_name).text))
			continue;
		ret = check_layer(block->root, entry->d_name, layer + 1, why);
		if (ret == -EBUSY && !partitions)
			because_also(why, "; %s is on top of %s", entry->d_name, block->name);
	}
	if (directory)
		closedir(directory);
	return ret;
}

static int check_layer(const char *root, const char *name, int layer, struct why *why)
{
	struct path path = path_of("%s/sys/class/block/%s", root, name);
	struct block block = { .root = root, .name = name };
	int ret;

	if (layer > MAX_LAYERS)
		return because(why, -ELOOP, "the holders of %s form a loop", name);
	if (sysfs_read(path_of("%s/dev", path.text).text, block.number, sizeof(block.number)) <= 0)
		return 0;

	ret = check_mounts(&block, why);
	if (!ret)
		ret = check_swaps(&block, why);
	if (!ret)
		ret = check_others(&block, path.text, true, layer, why);
	if (!ret)
		ret = check_others(&block, path_of("%s/holders", path.text).text, false, layer,
				   why);
	/* Last, as its message is the least specific. */
	if (!ret)
		ret = check_claim(&block, why);
	return ret;
}

int in_use_check_block(const char *root, const char *name, struct why *why)
{
	return check_layer(root, name, 0, why);
}
