/* SPDX-License-Identifier: GPL-2.0-only */
/* An archive for the kernel, in the form that cpio calls newc. */
#ifndef LAB_CPIO_H
#define LAB_CPIO_H

#include <stddef.h>
#include <stdio.h>

/* An archive of one file. Another may follow it. */
void cpio_print(FILE *stream, const char *name, const void *data, size_t size);

#endif /* LAB_CPIO_H */
