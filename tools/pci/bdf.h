/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address of a PCI function: domain, bus, device, function.
 */
#ifndef TOOLS_PCI_BDF_H
#define TOOLS_PCI_BDF_H

#include <stdint.h>

struct bdf {
	uint32_t domain;
	uint8_t bus;
	uint8_t device;
	uint8_t function;
	char text[20]; /* as the kernel writes it: 0000:00:05.0 */
};

/* Takes "0000:00:05.0" or "00:05.0", in hexadecimal. Returns 0 or -EINVAL. */
int bdf_parse(const char *text, struct bdf *bdf);

/* Sets the text, by the numbers. */
void bdf_name(struct bdf *bdf);

#endif /* TOOLS_PCI_BDF_H */
