// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysfs.h"

#define SECONDARY_BUS 0x19

struct file_name {
	char text[96];
};

static struct file_name attribute_name(const struct sysfs_name *function, const char *attribute)
{
	struct file_name name;

	snprintf(name.text, sizeof(name.text), "/sys/bus/pci/devices/%s/%s", function->text,
		 attribute);
	return name;
}

/* Returns the number of bytes, or a negative errno. */
static int read_file(const char *path, void *buffer, size_t size)
{
	ssize_t count;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	count = read(fd, buffer, size);
	if (count < 0)
		count = -errno;
	close(fd);
	return (int)count;
}

int write_line(const char *path, const char *line)
{
	int fd, ret = 0;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	/* One write(): these files take a line as a whole or not at all. */
	if (write(fd, line, strlen(line)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static bool secondary_bus(const struct sysfs_name *bridge, uint8_t *bus)
{
	uint8_t config[SECONDARY_BUS + 1] = { 0 };

	if (read_file(attribute_name(bridge, "config").text, config, sizeof(config)) !=
	    sizeof(config))
		return false;

	*bus = config[SECONDARY_BUS];
	return true;
}

bool sysfs_resolve(const struct pci_path *path, struct sysfs_name *name)
{
	unsigned int i;
	uint8_t bus = 0;

	for (i = 0; i < path->hops; i++) {
		if (i && !secondary_bus(name, &bus))
			return false;
		snprintf(name->text, sizeof(name->text), "0000:%02x:%02x.%x", bus,
			 path->devfn[i] >> 3, path->devfn[i] & 7);
	}
	return true;
}

bool sysfs_exists(const struct sysfs_name *function, const char *attribute)
{
	return !access(attribute_name(function, attribute).text, F_OK);
}

int sysfs_read_config(const struct sysfs_name *function, uint8_t config[CONFIG_SIZE])
{
	int count = read_file(attribute_name(function, "config").text, config, CONFIG_SIZE);

	if (count < 0)
		return count;
	return count == CONFIG_SIZE ? 0 : -ENODATA;
}

int sysfs_read_number(const struct sysfs_name *function, const char *attribute, long *number)
{
	char text[32] = "";
	int count;

	count = read_file(attribute_name(function, attribute).text, text, sizeof(text) - 1);
	if (count < 0)
		return count;

	*number = strtol(text, NULL, 0);
	return 0;
}

int sysfs_write_number(const struct sysfs_name *function, const char *attribute, long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", number);
	return write_line(attribute_name(function, attribute).text, text);
}
