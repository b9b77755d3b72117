// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <unistd.h>

#include "pci/config_sysfs.h"
#include "pci/function.h"
#include "support/sysfs.h"

/* Up to @end, or as far as the file goes. Returns 0 or a negative errno. */
static int read_part(int fd, struct config_source *source, size_t end)
{
	size_t at = source->size;

	while (at < end) {
		ssize_t got = pread(fd, source->config + at, end - at, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		at += (size_t)got;
	}
	source->size = end;
	return 0;
}

/* In parts, as sysfs gives less to a reader who isn't root, and of old devices. */
static int read_parts(int fd, struct config_source *source)
{
	static const size_t ends[] = { VPASID_CONFIG_MIN, VPASID_CONFIG_CONVENTIONAL,
				       VPASID_CONFIG_SIZE };
	int ret = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && !ret; i++) {
		ret = read_part(fd, source, ends[i]);
		if (source->size != ends[i])
			break;
	}
	return ret;
}

static int read_config(const char *sysfs, struct config_source *source)
{
	struct path path = pci_path(sysfs, source->bdf.text, "config");
	int fd = sysfs_open(path.text, O_RDONLY);
	int ret;

	if (fd < 0)
		return because(&source->why, fd, "%s: %s", path.text, sysfs_strerror(fd));
	ret = read_parts(fd, source);
	close(fd);
	if (ret)
		return because(&source->why, ret, "%s, from 0x%zx on: %s", path.text, source->size,
			       strerror(-ret));
	return 0;
}

static int check_size(const struct config_source *source, struct why *why)
{
	if (!source->size)
		return because(why, -EIO, "its config space has less than %d bytes",
			       VPASID_CONFIG_MIN);
	if (source->size < VPASID_CONFIG_CONVENTIONAL)
		return because(why, -EACCES,
			       "only root may read its config space beyond the first %d bytes: run "
			       "as root, or with --file on what `lspci -xxxx -s %s` prints as root",
			       VPASID_CONFIG_MIN, source->bdf.text);
	if (source->size < VPASID_CONFIG_SIZE)
		return because(why, -ENXIO,
			       "it has no extended config space, so no room for PASID");
	return 0;
}

static int read_id(const char *sysfs, struct config_source *source, const char *name,
		   unsigned long max, unsigned long *id)
{
	struct path path = pci_path(sysfs, source->bdf.text, name);
	int ret = sysfs_read_number(path.text, id);

	if (ret == -EINVAL || (!ret && *id > max))
		return because(&source->why, -EINVAL, "%s: it is no ID", path.text);
	if (ret)
		return because(&source->why, ret, "%s: %s", path.text, sysfs_strerror(ret));
	return 0;
}

/* One that not every function has, or not every kernel. */
static int read_other_id(const char *sysfs, struct config_source *source, const char *name,
			 unsigned long max, unsigned long *id)
{
	if (!sysfs_exists(pci_path(sysfs, source->bdf.text, name).text))
		return 0;
	return read_id(sysfs, source, name, max, id);
}

/* By the kernel's own files, as those in a VF's config space are all ones. */
static int read_ids(const char *sysfs, struct config_source *source)
{
	unsigned long vendor = 0, device = 0, subsystem_vendor = 0, subsystem_device = 0;
	unsigned long revision = 0;
	int ret = read_id(sysfs, source, "vendor", UINT16_MAX, &vendor);

	if (!ret)
		ret = read_id(sysfs, source, "device", UINT16_MAX, &device);
	if (!ret)
		ret = read_other_id(sysfs, source, "subsystem_vendor", UINT16_MAX,
				    &subsystem_vendor);
	if (!ret)
		ret = read_other_id(sysfs, source, "subsystem_device", UINT16_MAX,
				    &subsystem_device);
	if (!ret)
		ret = read_other_id(sysfs, source, "revision", UINT8_MAX, &revision);
	source->device.vendor = (uint16_t)vendor;
	source->device.device = (uint16_t)device;
	source->device.subsystem_vendor = (uint16_t)subsystem_vendor;
	source->device.subsystem_device = (uint16_t)subsystem_device;
	source->device.revision = (uint8_t)revision;
	return ret;
}

int config_sysfs_identify(const char *sysfs, struct config_source *source)
{
	struct pci_function function;
	int ret = pci_function_read(sysfs, &source->bdf, &function, &source->why);

	source->sysfs = sysfs;
	if (ret)
		return ret;
	source->pf = function.pf;
	source->device.kind =
		function.kind == PCI_KIND_VF ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF;
	return read_ids(sysfs, source);
}

int config_sysfs_read(const char *sysfs, struct config_source *source)
{
	int ret = config_sysfs_identify(sysfs, source);

	if (!ret)
		ret = read_config(sysfs, source);
	/* Before Linux 4.10 it had no file. */
	if (!source->device.revision)
		source->device.revision = source->config[PCI_REVISION_ID];
	return ret ? ret : check_size(source, &source->why);
}
