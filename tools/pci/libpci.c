// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pci/libpci.h"

/* libpci hands nothing of ours to its callbacks. */
static jmp_buf on_failure;
static char failure[256];

static void __attribute__((noreturn)) fail(char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(failure, sizeof(failure), format, arguments);
	va_end(arguments);
	failure[strcspn(failure, "\n")] = '\0';
	longjmp(on_failure, 1);
}

/* What can't be read is told by whoever wanted to read it. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libpci's */
static void swallow(char *format, ...)
{
	(void)format;
}

int libpci_run(unsigned int method, const char *parameter, const char *value,
	       void (*work)(struct pci_access *access, void *opaque), void *opaque, struct why *why)
{
	struct pci_access *access = pci_alloc();
	volatile int ret = 0;

	access->method = method;
	access->error = fail;
	access->warning = swallow;
	pci_set_param(access, (char *)parameter, (char *)value);
	/* Names are those of pci.ids; where udev's database isn't, each miss in it leaks. */
	pci_set_param(access, (char *)"hwdb.disable", (char *)"1");
	if (!setjmp(on_failure)) {
		pci_init(access);
		work(access, opaque);
	} else {
		ret = because(why, -EIO, "libpci: %s", failure);
	}
	/* Whose own errors would come here once more. */
	if (!setjmp(on_failure))
		pci_cleanup(access);
	return ret;
}
