// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <pci/pci.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "output.h"
#include "pci_access.h"
#include "sysfs.h"

/* What others than root may read of a config space, and where its extended part begins. */
#define PUBLIC_SIZE	  64
#define CONVENTIONAL_SIZE 256

static void complain_for_libpci(const char *format, va_list arguments)
{
	char text[512];

	vsnprintf(text, sizeof(text), format, arguments);
	complain("libpci: %s", text);
}

/* libpci wants a function that doesn't return; we only do what can't fail there. */
static void __attribute__((noreturn)) on_error(char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain_for_libpci(format, arguments);
	va_end(arguments);
	exit(EXIT_ERROR);
}

static void on_warning(char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain_for_libpci(format, arguments);
	va_end(arguments);
}

struct pci_access *pci_access_start(void)
{
	struct pci_access *access = pci_alloc();

	access->method = PCI_ACCESS_SYS_BUS_PCI;
	access->error = on_error;
	access->warning = on_warning;
	pci_init(access);
	return access;
}

void pci_access_name(struct pci_access *access, const struct pci_function *function, char *name,
		     size_t size)
{
	const int flags = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS;

	if (!pci_lookup_name(access, name, (int)size, flags, function->vendor, function->device))
		snprintf(name, size, "%04x:%04x", function->vendor, function->device);
}

/*
 * Returns 1, 0 if there is no extended part, or a negative errno with @why. The size
 * of the file doesn't tell: it is the same for all, and for all users.
 */
static int check_extended(const struct bdf *bdf, struct why *why)
{
	int fd = open(pci_path("", bdf->text, "config").text, O_RDONLY | O_CLOEXEC);
	uint32_t id = 0, hidden, header;
	bool is_shown, is_extended;

	if (fd < 0)
		return because(why, -errno, "the config space of %s can't be opened: %s", bdf->text,
			       strerror(errno));
	is_shown = pread(fd, &id, sizeof(id), 0) == sizeof(id) &&
		   pread(fd, &hidden, sizeof(hidden), PUBLIC_SIZE) == sizeof(hidden);
	is_extended = pread(fd, &header, sizeof(header), CONVENTIONAL_SIZE) == sizeof(header);
	close(fd);

	if (id == UINT32_MAX)
		return because(why, -EIO, "%s doesn't answer: it is asleep, or gone", bdf->text);
	if (!is_shown)
		return because(why, -EACCES,
			       "only root may read the config space of %s beyond its first %d "
			       "bytes",
			       bdf->text, PUBLIC_SIZE);
	return is_extended;
}

int pci_access_pasid(struct pci_access *access, const struct bdf *bdf,
		     struct pasid_registers *registers, struct why *why)
{
	const struct pci_cap *capability;
	struct pci_dev *device;
	int ret = check_extended(bdf, why);

	if (ret <= 0)
		return ret;

	device = pci_get_dev(access, (int)bdf->domain, bdf->bus, bdf->device, bdf->function);
	capability = pci_find_cap(device, PCI_EXT_CAP_ID_PASID, PCI_CAP_EXTENDED);
	if (capability) {
		registers->capability = pci_read_word(device, (int)capability->addr + 4);
		registers->control = pci_read_word(device, (int)capability->addr + 6);
	}
	ret = !!capability;
	pci_free_dev(device);
	return ret;
}
