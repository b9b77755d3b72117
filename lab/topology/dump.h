/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A config space from a file, as `lspci -xxxx` prints it, to be planted in another function.
 *
 * Registers that the hardware needs stay the hardware's: command and status, BARs, ROM, interrupt
 * pin, header type. All else is as in the dump, but SR-IOV is shown without VFs, as there are
 * none. The control registers of PM, PCI Express, ATS and PASID can be written.
 */
#ifndef LAB_DUMP_H
#define LAB_DUMP_H

#include "topology.h"

struct dump {
	uint8_t config[CONFIG_SIZE];
	uint8_t writable[CONFIG_SIZE];
};

/* A part of config space that is planted: from BEGIN to before END. */
struct dump_span {
	unsigned int begin, end;
};

#define DUMP_SPANS 4
extern const struct dump_span dump_spans[DUMP_SPANS];

/* Returns NULL, or what is wrong. */
const char *dump_load(const char *name, struct dump *dump);

#endif /* LAB_DUMP_H */
