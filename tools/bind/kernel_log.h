/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel logs while we do something.
 */
#ifndef TOOLS_BIND_KERNEL_LOG_H
#define TOOLS_BIND_KERNEL_LOG_H

#include <stddef.h>

/* A descriptor that reads what is logged from now on, or -1 if the log can't be read. */
int kernel_log_open(void);

/*
 * Copies the first message since then that begins with @prefix; "" if there is none, or
 * if @log is -1.
 */
void kernel_log_find(int log, const char *prefix, char *message, size_t size);

#endif /* TOOLS_BIND_KERNEL_LOG_H */
