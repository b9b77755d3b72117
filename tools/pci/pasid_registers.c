// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "pci/libpci.h"
#include "pci/pasid_registers.h"
#include "support/sysfs.h"

/* What others than root may read of a config space, and where its extended part begins. */
#define PUBLIC_SIZE	  64
#define CONVENTIONAL_SIZE 256

/*
 * Returns 1, 0 if there is no extended part, or a negative errno with @why. The size
 * of the file doesn't tell: it is the same for all, and for all users.
 */
static int check_extended(const struct bdf *bdf, struct why *why)
{
	int fd = sysfs_open(pci_path(HOST_SYSFS, bdf->text, "config").text, O_RDONLY);
	uint32_t id = 0, hidden, header;
	bool is_shown, is_extended;

	if (fd < 0)
		return because(why, fd, "the config space of %s can't be opened: %s", bdf->text,
			       sysfs_strerror(fd));
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

struct question {
	const struct bdf *bdf;
	struct vpasid_registers *registers;
	bool found;
};

static void read_registers(struct pci_access *access, void *opaque)
{
	struct question *question = opaque;
	const struct bdf *bdf = question->bdf;
	const struct pci_cap *capability;
	struct pci_dev *device;

	device = pci_get_dev(access, (int)bdf->domain, bdf->bus, bdf->device, bdf->function);
	capability = pci_find_cap(device, PCI_EXT_CAP_ID_PASID, PCI_CAP_EXTENDED);
	if (capability) {
		question->registers->capability = pci_read_word(device, (int)capability->addr + 4);
		question->registers->control = pci_read_word(device, (int)capability->addr + 6);
		question->found = true;
	}
	pci_free_dev(device);
}

int pasid_registers_read(const struct bdf *bdf, struct vpasid_registers *registers, struct why *why)
{
	struct question question = { .bdf = bdf, .registers = registers };
	int ret = check_extended(bdf, why);

	if (ret <= 0)
		return ret;
	ret = libpci_run(PCI_ACCESS_SYS_BUS_PCI, "sysfs.path", HOST_SYSFS "/bus/pci",
			 read_registers, &question, why);
	return ret ? ret : question.found;
}
