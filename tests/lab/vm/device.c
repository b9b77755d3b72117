// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "support/sysfs.h"
#include "vfio/vfio.h"

static void die(const char *bdf, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", bdf, what, strerror(errno));
	exit(2);
}

void open_vfio(const char *bdf, const char *vf_token, struct vfio *vfio)
{
	struct why why = { "no address of a PCI function" };
	struct pci_function function;
	struct bdf parsed;

	if (bdf_parse(bdf, &parsed) || pci_function_read(HOST_SYSFS, &parsed, &function, &why) ||
	    vfio_open(&function, vf_token, vfio, &why)) {
		fprintf(stderr, "%s: %s\n", bdf, why.text);
		exit(2);
	}
}

int open_device(const char *bdf, const char *vf_token)
{
	struct vfio vfio;

	open_vfio(bdf, vf_token, &vfio);
	return vfio.device;
}

int get_feature(int device, uint32_t flags, void *payload, size_t size)
{
	uint8_t buffer[64];
	struct vfio_device_feature header = {
		.argsz = (uint32_t)(sizeof(header) + size),
		.flags = flags,
	};

	if (sizeof(header) + size > sizeof(buffer))
		return -E2BIG;
	memcpy(buffer, &header, sizeof(header));
	memcpy(buffer + sizeof(header), payload, size);
	if (ioctl(device, VFIO_DEVICE_FEATURE, buffer))
		return -errno;

	memcpy(payload, buffer + sizeof(header), size);
	return 0;
}

int foretell_feature(uint32_t argsz, uint32_t flags)
{
	uint32_t operation = flags & ~VFIO_DEVICE_FEATURE_MASK;
	size_t header = sizeof(struct vfio_device_feature);

	if (argsz < header || operation & ~FEATURE_OPERATIONS ||
	    operation & VFIO_DEVICE_FEATURE_SET)
		return -EINVAL;
	if (operation & VFIO_DEVICE_FEATURE_PROBE)
		return 0;
	if (!operation || argsz - header < sizeof(struct vfio_device_feature_pasid))
		return -EINVAL;
	return 1;
}

uint32_t proposed_number(int device)
{
	struct vfio_device_feature_pasid pasid;

	/* DMA_BUF refuses that size. */
	return get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID, &pasid,
			   sizeof(pasid))
		       ? VFIO_DEVICE_FEATURE_PASID_STABLE
		       : VFIO_DEVICE_FEATURE_PASID;
}

off_t config_region(int device)
{
	static struct vfio_region_info info = {
		.argsz = sizeof(info),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};

	if (!info.size && ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info))
		die("config region", "VFIO_DEVICE_GET_REGION_INFO");
	return (off_t)info.offset;
}

ssize_t read_config(int device, unsigned int offset, void *buffer, size_t size)
{
	ssize_t length = pread(device, buffer, size, config_region(device) + (off_t)offset);

	return length < 0 ? -errno : length;
}

uint16_t config_word(int device, unsigned int offset)
{
	uint16_t word;

	if (read_config(device, offset, &word, sizeof(word)) != sizeof(word))
		die("config region", "two bytes can't be read");
	return word;
}

ssize_t write_config(int device, unsigned int offset, const void *buffer, size_t size)
{
	ssize_t length = pwrite(device, buffer, size, config_region(device) + (off_t)offset);

	return length < 0 ? -errno : length;
}

void read_hardware(const char *bdf, uint8_t *config)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/planter/%s/config", bdf);
	file = fopen(path, "r");
	if (!file || fread(config, 1, PCI_CFG_SPACE_EXP_SIZE, file) != PCI_CFG_SPACE_EXP_SIZE)
		die(path, "can't be read");
	fclose(file);
}

uint16_t hardware_word(const char *bdf, unsigned int offset)
{
	static uint8_t config[PCI_CFG_SPACE_EXP_SIZE];
	uint16_t word;

	read_hardware(bdf, config);
	memcpy(&word, config + offset, sizeof(word));
	return word;
}

unsigned long long read_number(const char *path)
{
	unsigned long long number;
	FILE *file = fopen(path, "r");

	if (!file || fscanf(file, "%llu", &number) != 1)
		die(path, "no number in it");
	fclose(file);
	return number;
}

int hear_requests(int device, int event)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} irq = {
		.set.argsz = sizeof(irq),
		.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.set.index = VFIO_PCI_REQ_IRQ_INDEX,
		.set.count = 1,
		.fd = event,
	};

	return ioctl(device, VFIO_DEVICE_SET_IRQS, &irq);
}
