/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments about PCI functions. These return EXIT_OK, or EXIT_USAGE after a complaint; those with
 * a @context are for struct command_option.
 */
#ifndef TOOLS_PCI_ARGUMENTS_H
#define TOOLS_PCI_ARGUMENTS_H

#include <stdbool.h>

#include "pci/bdf.h"

/* "7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11" and its end */
#define VF_TOKEN_SIZE 37

int parse_bdf(const char *text, struct bdf *bdf);

/* The value of an option: an offset in extended config space. */
int parse_offset(const char *option, const char *text, unsigned int *offset);

/* The value of --width, to an unsigned int: a Max PASID Width of at least 1. */
int take_width(void *context, const char *text);

/* The value of --vf-token, to a const char *: a UUID. */
int take_vf_token(void *context, const char *text);

#define VF_TOKEN_OPTION(token)                                                     \
	{                                                                          \
		"vf-token", 0, "UUID", "the VF token of a PF on VFIO and its VFs", \
			.take = take_vf_token, .context = (token)                  \
	}

/* Whether @token has the form of a UUID. */
bool vf_token_is_valid(const char *token);

#endif /* TOOLS_PCI_ARGUMENTS_H */
