// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/made_host.h"

#define CONFIG_SIZE PCI_CFG_SPACE_EXP_SIZE
#define PER_BUS	    256

/* What each of eight functions is */
enum role {
	PLAIN,
	PF,
	VF
};

static const enum role roles[8] = { PF, VF, VF, VF, PLAIN, PLAIN, PLAIN, PLAIN };

struct function {
	char bdf[32];
	char pf[32];
	enum role role;
};

static int write_file(int directory, const char *name, const void *data, size_t size)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ssize_t written;

	if (fd < 0)
		return -errno;
	written = write(fd, data, size);
	close(fd);
	return written == (ssize_t)size ? 0 : -EIO;
}

static int write_text(int directory, const char *name, const char *text)
{
	return write_file(directory, name, text, strlen(text));
}

static void put16(uint8_t *config, unsigned int offset, unsigned int value)
{
	config[offset] = value;
	config[offset + 1] = value >> 8;
}

static void put32(uint8_t *config, unsigned int offset, uint32_t value)
{
	put16(config, offset, value & 0xffff);
	put16(config, offset + 2, value >> 16);
}

static void put_conventional(uint8_t *config)
{
	put32(config, PCI_VENDOR_ID, 0x15b31023);
	put16(config, PCI_STATUS, PCI_STATUS_CAP_LIST);
	config[PCI_CLASS_DEVICE + 1] = 0x02;
	config[PCI_CAPABILITY_LIST] = 0x40;
	put16(config, 0x40, PCI_CAP_ID_PM | 0x50 << 8);
	put16(config, 0x50, PCI_CAP_ID_MSIX | 0x60 << 8);
	put16(config, 0x60, PCI_CAP_ID_EXP);
	put16(config, 0x60 + PCI_EXP_FLAGS, 2);
}

static void put_chain(uint8_t *config, bool has_pasid)
{
	static const uint16_t ids[] = { 0x01, 0x03, 0x0e, 0x0d, 0x18, 0x15,
					0x17, 0x1e, 0x1f, 0x0f, 0x13 };
	unsigned int count = has_pasid ? MADE_PASID_CHAIN : MADE_PLAIN_CHAIN;

	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = 0x100 + 0x40 * i, next = i + 1 < count ? at + 0x40 : 0;
		unsigned int id = has_pasid && !next ? PCI_EXT_CAP_ID_PASID : ids[i];

		put32(config, at, id | 1u << 16 | next << 20);
		if (id == PCI_EXT_CAP_ID_PASID)
			put32(config, at + PCI_PASID_CAP, 0x00071406);
	}
}

static int write_config(int directory, const struct function *function)
{
	uint8_t config[CONFIG_SIZE] = { 0 };

	put_conventional(config);
	if (function->role == VF)
		put32(config, PCI_VENDOR_ID, UINT32_MAX);
	put_chain(config, function->role == PF);
	return write_file(directory, "config", config, sizeof(config));
}

/* Those that lspci reads, too */
static int write_attributes(int directory, const struct function *function)
{
	static const char *const attributes[][2] = {
		{ "vendor", "0x15b3\n" },
		{ "device", "0x1023\n" },
		{ "subsystem_vendor", "0x15b3\n" },
		{ "subsystem_device", "0x0001\n" },
		{ "class", "0x020000\n" },
		{ "revision", "0x00\n" },
		{ "irq", "11\n" },
		{ "power/runtime_status", "active\n" },
		{ "power_state", "D0\n" },
	};
	char resource[13 * 57 + 1] = "", uevent[256];
	int ret = 0;

	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes) && !ret; i++)
		ret = write_text(directory, attributes[i][0], attributes[i][1]);
	for (int i = 0; i < 13; i++)
		strncat(resource, "0x0000000000000000 0x0000000000000000 0x0000000000000000\n",
			sizeof(resource) - strlen(resource) - 1);
	snprintf(uevent, sizeof(uevent),
		 "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1023\n"
		 "PCI_SUBSYS_ID=15B3:0001\nPCI_SLOT_NAME=%s\n"
		 "MODALIAS=pci:v000015B3d00001023sv000015B3sd00000001bc02sc00i00\n",
		 function->bdf);
	if (!ret)
		ret = write_text(directory, "resource", resource);
	if (!ret)
		ret = write_text(directory, "uevent", uevent);
	if (!ret && function->role == PF)
		ret = write_text(directory, "sriov_totalvfs", "3\n");
	return ret;
}

static int make_links(int directory, const struct function *function)
{
	char physfn[40];

	snprintf(physfn, sizeof(physfn), "../%s", function->pf);
	if (symlinkat("../../../../drivers/mlx5_core", directory, "driver") ||
	    symlinkat("../../../../class/iommu/dmar0", directory, "iommu") ||
	    symlinkat("../../../../kernel/iommu_groups/1", directory, "iommu_group") ||
	    (function->role == VF && symlinkat(physfn, directory, "physfn")))
		return -errno;
	return 0;
}

static int make_function(int devices, const struct function *function)
{
	int directory, ret;

	if (mkdirat(devices, function->bdf, 0755))
		return -errno;
	directory = openat(devices, function->bdf, O_RDONLY | O_DIRECTORY);
	if (directory < 0)
		return -errno;
	ret = mkdirat(directory, "power", 0755) ? -errno : 0;
	if (!ret)
		ret = write_config(directory, function);
	if (!ret)
		ret = write_attributes(directory, function);
	if (!ret)
		ret = make_links(directory, function);
	close(directory);
	return ret;
}

/* Eight to a device, 32 devices to a bus, 256 buses to a domain. */
static void name_function(unsigned int number, char *bdf, size_t size)
{
	snprintf(bdf, size, "%04x:%02x:%02x.%x", number / PER_BUS / 256, number / PER_BUS % 256,
		 number / 8 % 32, number % 8);
}

static int make_functions(int devices, size_t count)
{
	int ret = 0;

	for (size_t i = 0; i < count && !ret; i++) {
		struct function function = { .role = roles[i % 8] };

		name_function((unsigned int)i, function.bdf, sizeof(function.bdf));
		name_function((unsigned int)(i - i % 8), function.pf, sizeof(function.pf));
		ret = make_function(devices, &function);
	}
	return ret;
}

/* Scalable mode, PASID, 20 bits of it */
static int make_iommu(int sysfs)
{
	int ret = write_text(sysfs, "class/iommu/dmar0/intel-iommu/cap", "d2008c222f0686\n");

	return ret ? ret : write_text(sysfs, "class/iommu/dmar0/intel-iommu/ecap", "99e2ff0505e\n");
}

int made_host(const char *sysfs, size_t count)
{
	static const char *const directories[] = {
		"bus",
		"bus/pci",
		"bus/pci/devices",
		"class",
		"class/iommu",
		"class/iommu/dmar0",
		"class/iommu/dmar0/intel-iommu",
	};
	int root = open(sysfs, O_RDONLY | O_DIRECTORY), devices, ret;

	if (root < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		mkdirat(root, directories[i], 0755);
	ret = make_iommu(root);
	devices = openat(root, "bus/pci/devices", O_RDONLY | O_DIRECTORY);
	if (!ret)
		ret = devices < 0 ? -errno : make_functions(devices, count);
	if (devices >= 0)
		close(devices);
	close(root);
	return ret;
}
