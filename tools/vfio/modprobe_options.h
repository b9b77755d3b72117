/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameters with which modprobe loads a module: the lines "options MODULE WORD..." of
 * modprobe.d(5) and "MODULE.WORD" of the kernel's command line, in kmod 30's order.
 */
#ifndef TOOLS_VFIO_MODPROBE_OPTIONS_H
#define TOOLS_VFIO_MODPROBE_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "support/fact.h"
#include "support/parameter.h"
#include "support/sysfs.h"

/* The name of a driver's module: it has _ where the driver's name may have -. */
struct path module_name(const char *driver);

/*
 * The value of a parameter of type bool; FACT_NO if it isn't set. The last word about it counts,
 * except for a value that the kernel can't parse: it would refuse to load the module. The module is
 * one of VFIO's, which all have "vfio" in their names.
 */
enum fact modprobe_bool(const char *root, const char *module, const char *parameter);

/* Whether that word of the kernel's command line is such a parameter. */
bool modprobe_reads(const struct parameter *word);

/* Copies the lines of a file of modprobe.d that may have such a parameter. */
void modprobe_filter(FILE *in, FILE *out);

#endif /* TOOLS_VFIO_MODPROBE_OPTIONS_H */
