// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind/in_use.h"
#include "support/sysfs.h"

#define UPPER	   "upper_"
#define MAX_LAYERS 16

/* "eth0 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0": destination, flags, mask. */
static bool is_default_v4(const char *line, const char *name)
{
	unsigned int destination, flags, mask;
	char interface[IFNAMSIZ];

	return sscanf(line, "%15s %x %*x %x %*d %*d %*d %x", interface, &destination, &flags,
		      &mask) == 4 &&
	       !strcmp(interface, name) && !destination && !mask && (flags & RTF_UP) &&
	       !(flags & RTF_REJECT);
}

/* Destination, its prefix length, source, its length, next hop, metric, .., flags, name. */
static bool is_default_v6(const char *line, const char *name)
{
	unsigned int length, flags;
	char interface[IFNAMSIZ];

	return sscanf(line, "%*32s %x %*32s %*x %*32s %*x %*x %*x %x %15s", &length, &flags,
		      interface) == 3 &&
	       !strcmp(interface, name) && !length && (flags & RTF_UP) && !(flags & RTF_REJECT);
}

static bool has_route(const char *path, const char *name,
		      bool (*is_default)(const char *line, const char *name))
{
	FILE *file = sysfs_stream(path);
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	/* A kernel may be without IPv6, or IPv4. */
	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = is_default(line, name);
	free(line);
	fclose(file);
	return found;
}

static int check_layer(const char *root, const char *name, int layer, struct why *why);

/* Bonds, bridges, VLANs and the like that the interface belongs to. */
static int check_uppers(const char *root, const char *name, int layer, struct why *why)
{
	DIR *directory = opendir(path_of("%s/sys/class/net/%s", root, name).text);
	const struct dirent *entry;
	int ret = 0;

	if (!directory && errno != ENOENT)
		return because(why, -errno, "can't read the directory of %s: %s", name,
			       strerror(errno));
	while (directory && !ret && (entry = readdir(directory))) {
		if (strncmp(entry->d_name, UPPER, strlen(UPPER)) != 0)
			continue;
		ret = check_layer(root, entry->d_name + strlen(UPPER), layer + 1, why);
		if (ret == -EBUSY)
			because_also(why, "; %s is on top of %s", entry->d_name + strlen(UPPER),
				     name);
	}
	if (directory)
		closedir(directory);
	return ret;
}

static int check_layer(const char *root, const char *name, int layer, struct why *why)
{
	if (layer > MAX_LAYERS)
		return because(why, -ELOOP, "the interfaces above %s form a loop", name);
	if (has_route(path_of("%s/proc/net/route", root).text, name, is_default_v4))
		return because(why, -EBUSY, "%s carries the default route", name);
	if (has_route(path_of("%s/proc/net/ipv6_route", root).text, name, is_default_v6))
		return because(why, -EBUSY, "%s carries the IPv6 default route", name);
	return check_uppers(root, name, layer, why);
}

int in_use_check_net(const char *root, const char *name, struct why *why)
{
	return check_layer(root, name, 0, why);
}
