// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "pci/pasid_walk.h"

/* What others than root may read of a config space. */
#define PUBLIC_SIZE 64
#define HEADERS	    ((PCI_CFG_SPACE_EXP_SIZE - PCI_CFG_SPACE_SIZE) / 4)
#define ALL_ONES    UINT32_MAX

/* Returns 1, 0 beyond the end of what may be read, or a negative errno. */
static int read_dword(int fd, struct pasid_walk *walk, unsigned int offset, uint32_t *value)
{
	ssize_t length;

	do
		length = pread(fd, value, sizeof(*value), offset);
	while (length < 0 && errno == EINTR);

	walk->dwords++;
	if (length < 0)
		return -errno;
	*value = le32toh(*value);
	return length == sizeof(*value);
}

/* Of a dword that must be there, since the one before was. */
static int must_read(int fd, struct pasid_walk *walk, unsigned int offset, uint32_t *value)
{
	int ret = read_dword(fd, walk, offset, value);

	if (ret < 0)
		return ret;
	return ret && *value != ALL_ONES ? 0 : -EIO;
}

/* There is no extended config space, or it isn't shown. */
static int explain_absence(int fd, struct pasid_walk *walk)
{
	uint32_t value;
	int ret = read_dword(fd, walk, PUBLIC_SIZE, &value);

	if (ret < 0)
		return ret;
	return ret ? 0 : -EACCES;
}

static int read_registers(int fd, struct pasid_walk *walk, unsigned int offset)
{
	uint32_t registers;
	int ret = must_read(fd, walk, offset + PCI_PASID_CAP, &registers);

	if (ret)
		return ret;
	walk->offset = offset;
	walk->capability = registers & 0xffff;
	walk->control = registers >> 16;
	return 0;
}

int pasid_walk(int fd, struct pasid_walk *walk)
{
	unsigned int offset = PCI_CFG_SPACE_SIZE;
	bool seen[HEADERS] = { false };
	uint32_t header;
	int ret;

	memset(walk, 0, sizeof(*walk));
	ret = read_dword(fd, walk, offset, &header);
	if (ret <= 0)
		return ret ? ret : explain_absence(fd, walk);
	if (header == ALL_ONES)
		return -EIO;

	/* A chain that breaks off, or comes to where it was, ends there. */
	while (PCI_EXT_CAP_ID(header) != PCI_EXT_CAP_ID_PASID) {
		seen[(offset - PCI_CFG_SPACE_SIZE) / 4] = true;
		offset = PCI_EXT_CAP_NEXT(header);
		if (offset < PCI_CFG_SPACE_SIZE || seen[(offset - PCI_CFG_SPACE_SIZE) / 4])
			return 0;
		ret = must_read(fd, walk, offset, &header);
		if (ret)
			return ret;
	}
	return read_registers(fd, walk, offset);
}
