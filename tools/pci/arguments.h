/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What command lines say about PCI functions.
 */
#ifndef TOOLS_PCI_ARGUMENTS_H
#define TOOLS_PCI_ARGUMENTS_H

#include <stdbool.h>

#include "pci/bdf.h"

/* "7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11" and its end */
#define VF_TOKEN_SIZE 37

/* These return EXIT_OK, or EXIT_USAGE after a complaint. */
int parse_bdf(const char *command, const char *text, struct bdf *bdf);

/* The value of --width: a Max PASID Width of at least 1. */
int parse_width(const char *command, const char *text, unsigned int *width);

/* The value of --vf-token: a UUID, or NULL if the option isn't given. */
int check_vf_token(const char *command, const char *text);

/* Whether @token reads as a UUID. */
bool vf_token_is_valid(const char *token);

#endif /* TOOLS_PCI_ARGUMENTS_H */
