/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address of a PCI function: domain, bus, device, function; and its place in sysfs.
 */
#ifndef TOOLS_PCI_BDF_H
#define TOOLS_PCI_BDF_H

#include <stdint.h>

#include "support/sysfs.h"

struct bdf {
	uint32_t domain;
	uint8_t bus;
	uint8_t device;
	uint8_t function;
	char text[20]; /* as the kernel writes it: 0000:00:05.0 */
};

/* Parses "0000:00:05.0" or "00:05.0", in hexadecimal. Returns 0 or -EINVAL. */
int bdf_parse(const char *text, struct bdf *bdf);

/* Sets the text from the numbers. */
void bdf_name(struct bdf *bdf);

/* The path of a function's @attribute below sysfs's bus/pci/devices. */
struct pci_name {
	char text[64];
};

struct pci_name pci_name(const struct bdf *bdf, const char *attribute);

/* The path of the function @bdf in sysfs, or of its @attribute unless that is "". */
struct path pci_path(const char *sysfs, const char *bdf, const char *attribute);

#endif /* TOOLS_PCI_BDF_H */
