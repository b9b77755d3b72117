// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <unistd.h>

#include "pci/config_space.h"
#include "pci/dump.h"
#include "pci/function.h"
#include "support/bytes.h"
#include "support/sysfs.h"

#define UNKNOWN_ID 0xffff

bool config_space_has_ids(const struct config_space *space)
{
	return space->device.vendor && space->device.device != UNKNOWN_ID;
}

bool config_space_is_absent(const struct config_space *space)
{
	const uint8_t *config = space->config;

	if (space->size < VPASID_CONFIG_MIN || get16(config + PCI_VENDOR_ID) != UNKNOWN_ID ||
	    get16(config + PCI_COMMAND) != UNKNOWN_ID)
		return false;
	return space->size <= VPASID_CONFIG_CONVENTIONAL ||
	       get32(config + VPASID_CONFIG_CONVENTIONAL) == UINT32_MAX;
}

/* Without root, sysfs gives only a part of it, and old devices have only a part. */
static int read_file(int fd, struct config_space *space)
{
	int ret = 0;

	while (space->size < sizeof(space->config)) {
		ssize_t got = pread(fd, space->config + space->size,
				    sizeof(space->config) - space->size, (off_t)space->size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			ret = -errno;
		if (got <= 0)
			break;
		space->size += (size_t)got;
	}
	space->size = space->size < VPASID_CONFIG_MIN ? 0 : space->size & ~3u;
	return ret;
}

static int check_size(const struct config_space *space, struct why *why)
{
	if (!space->size)
		return because(why, -EIO, "its config space has fewer than %d bytes",
			       VPASID_CONFIG_MIN);
	if (space->size < VPASID_CONFIG_CONVENTIONAL)
		return because(why, -EACCES,
			       "reading its config space beyond the first %zu bytes requires root: "
			       "run as root; or give list, show, explain, map or place, by --file, "
			       "the output of `lspci -xxxx -s %s` run as root",
			       space->size, space->bdf.text);
	if (space->size == VPASID_CONFIG_CONVENTIONAL)
		return because(why, -ENXIO,
			       "it has no extended config space, so there is no room for PASID");
	if (space->size < VPASID_CONFIG_SIZE)
		return because(why, -ENODATA,
			       "its config space ends at 0x%zx: the recording is truncated",
			       space->size);
	return 0;
}

int config_space_read(const char *sysfs, struct config_space *space)
{
	struct path path = pci_path(sysfs, space->bdf.text, "config");
	int fd = sysfs_open(path.text, O_RDONLY);
	int ret;

	if (fd < 0) {
		space->error = because(&space->why, fd, "%s: %s", path.text, sysfs_strerror(fd));
		return space->error;
	}
	ret = read_file(fd, space);
	close(fd);
	if (ret)
		because(&space->why, ret, "%s, from 0x%zx on: %s", path.text, space->size,
			strerror(-ret));
	space->error = ret ? ret : check_size(space, &space->why);
	return space->error;
}

static void take_device(struct config_space *space)
{
	const uint8_t *config = space->config;
	bool is_absent = config_space_is_absent(space);
	int ret;

	space->device.argsz = sizeof(space->device);
	ret = vpasid_device_from_config(config, space->size, VPASID_FUNCTION_PF, &space->device);
	if (ret == -ENODATA && !is_absent)
		space->device.kind = VPASID_FUNCTION_VF;
	space->is_bridge =
		!is_absent && (config[PCI_CLASS_DEVICE + 1] == PCI_BASE_CLASS_BRIDGE ||
			       (config[PCI_HEADER_TYPE] & 0x7f) != PCI_HEADER_TYPE_NORMAL);
}

static int check_dump_size(const struct config_space *space, struct why *why)
{
	if (space->size == VPASID_CONFIG_SIZE)
		return 0;
	if (space->size < VPASID_CONFIG_CONVENTIONAL)
		return because(why, -ENXIO,
			       "the dump has only %zu bytes of it: recreate it by `lspci -xxxx -s "
			       "%s` as root",
			       space->size, space->bdf.text);
	return because(why, -ENXIO,
		       "the dump has only %zu bytes of it: if the function has an extended config "
		       "space, recreate the dump by `lspci -xxxx -s %s` as root; if it has none, "
		       "there is no room for PASID",
		       space->size, space->bdf.text);
}

int config_space_take(const struct dump_function *dumped, struct config_space *space)
{
	*space = (struct config_space){
		.bdf = dumped->bdf,
		.is_dumped = true,
		.size = dumped->size,
	};
	if (space->size) {
		memcpy(space->config, dumped->config, dumped->size);
		take_device(space);
	}
	space->error = check_dump_size(space, &space->why);
	return space->error;
}

/* PCI Local Bus Specification 3.0, 6.7: there is room for 48 at most. */
static void clear_vpd(uint8_t *config)
{
	unsigned int offset = config[PCI_CAPABILITY_LIST] & ~3u;

	if (!(get16(config + PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return;
	for (int i = 0; i < 48 && offset >= PCI_STD_HEADER_SIZEOF; i++) {
		if (config[offset] == PCI_CAP_ID_VPD &&
		    offset + PCI_VPD_DATA < VPASID_CONFIG_CONVENTIONAL)
			memset(config + offset + PCI_VPD_DATA, 0, 4);
		offset = config[offset + 1] & ~3u;
	}
}

static void clear_serial_number(uint8_t *config, size_t size)
{
	struct vpasid_layout layout;

	if (vpasid_layout_read(config, size, &layout) <= 0)
		return;
	for (size_t i = 0; i < layout.span_count; i++)
		if (layout.spans[i].id == PCI_EXT_CAP_ID_DSN)
			memset(config + layout.spans[i].offset + 4, 0, layout.spans[i].length - 4u);
}

void config_space_filter(FILE *in, FILE *out)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	size_t size = fread(config, 1, sizeof(config), in);

	if (size >= VPASID_CONFIG_CONVENTIONAL) {
		clear_vpd(config);
		clear_serial_number(config, size & ~3u);
	}
	fwrite(config, 1, size, out);
}
