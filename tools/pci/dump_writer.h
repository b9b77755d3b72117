/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a config space as lspci -xxxx prints it.
 */
#ifndef TOOLS_PCI_DUMP_WRITER_H
#define TOOLS_PCI_DUMP_WRITER_H

#include <stdint.h>
#include <stdio.h>

#include <vpasid/config.h>

#include "pci/bdf.h"

/* @description follows the address, with escapes for what isn't printable. */
void dump_write(const struct bdf *bdf, const char *description,
		const uint8_t config[VPASID_CONFIG_SIZE], FILE *stream);

#endif /* TOOLS_PCI_DUMP_WRITER_H */
