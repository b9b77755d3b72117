/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI functions in sysfs. */
#ifndef LAB_SYSFS_H
#define LAB_SYSFS_H

#include <stdbool.h>

#include "topology.h"

/* "0000:01:00.0" */
struct sysfs_name {
	char text[sizeof("0000:00:00.0")];
};

/* The name of a function, which need not be there. False if a bridge on its path isn't. */
bool sysfs_resolve(const struct pci_path *path, struct sysfs_name *name);

bool sysfs_exists(const struct sysfs_name *function, const char *attribute);

/* Return 0 or a negative errno. */
int sysfs_read_config(const struct sysfs_name *function, uint8_t config[CONFIG_SIZE]);
int sysfs_read_number(const struct sysfs_name *function, const char *attribute, long *number);
int sysfs_write_number(const struct sysfs_name *function, const char *attribute, long number);

/* For any file that takes a line. */
int write_line(const char *path, const char *line);

#endif /* LAB_SYSFS_H */
