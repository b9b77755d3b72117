/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of vpasid-device.
 */
#ifndef DEVICE_ARGUMENTS_H
#define DEVICE_ARGUMENTS_H

#include <stdbool.h>

#include "function.h"
#include "hardware.h"
#include "pci/bdf.h"

struct arguments {
	const char *socket, *log;
	int fd; /* a socket that was passed to this process; -1 if @socket is to be created */
	const char *user, *group;
	const char *dump, *profile; /* one of them is set */
	/* values for model_set() */
	const char *ids, *pasid, *pri;
	const char *bars[PCI_STD_NUM_BARS];
	unsigned int bar_count;
	struct bdf bdf;
	bool has_bdf;
	struct function_options function;
};

/* Returns EXIT_OK, OPTIONS_DONE, or EXIT_USAGE after a complaint. */
int arguments_parse(int argc, char **argv, struct arguments *arguments);

#endif /* DEVICE_ARGUMENTS_H */
