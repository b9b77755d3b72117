// SPDX-License-Identifier: MIT
/*
 * PASID, ATS and PRI in a VMM that keeps config space itself, like QEMU and Cloud Hypervisor: the
 * library's view is applied to it as a table. doc/vmm-reference.md explains it.
 *
 *	table SPACE.bin     4096 bytes of config space, without a device
 *
 * guest.c plays the guest. It finds the same as in vmm.c, except ARI and SR-IOV: this VMM hides
 * them, like those two.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/vpasid.h>

#include "function.h"
#include "guest.h"

#define DWORDS	     (VPASID_CONFIG_SIZE / 4)
#define NEXT(header) ((header) >> 20 & 0xffc)

/**
 * struct pci_device - a VMM's state of a function, named as in QEMU
 * @config: What the guest reads, for bits that are emulated.
 * @emulated: The bits that are emulated; the others are the function's.
 * @is_live: The dwords that the guest can write: the view handles these writes.
 * @view: The library's view.
 * @function: The function on the host.
 */
struct pci_device {
	uint32_t config[DWORDS];
	uint32_t emulated[DWORDS];
	bool is_live[DWORDS];
	struct vpasid_vconfig *view;
	struct function *function;
};

static void take_over(struct pci_device *device, const struct vpasid_vconfig_patch *patch)
{
	uint32_t *config = &device->config[patch->offset / 4];

	*config = (*config & ~patch->mask) | patch->value;
}

/* 1. Apply: once, when the view is made. */
static void apply(struct pci_device *device)
{
	static struct vpasid_vconfig_patch patches[DWORDS];
	size_t count = vpasid_vconfig_patches(device->view, patches, DWORDS);

	for (size_t i = 0; i < count; i++) {
		take_over(device, &patches[i]);
		device->emulated[patches[i].offset / 4] |= patches[i].mask;
		device->is_live[patches[i].offset / 4] = patches[i].writable || patches[i].w1c;
	}
}

/* After a write or a reset has changed the view. The rest of the table doesn't change. */
static void refresh(struct pci_device *device)
{
	static struct vpasid_vconfig_patch patches[DWORDS];
	size_t count = vpasid_vconfig_patches(device->view, patches, DWORDS);

	for (size_t i = 0; i < count; i++)
		if (device->is_live[patches[i].offset / 4])
			take_over(device, &patches[i]);
}

/*
 * 2. Hide: capabilities that the guest must not see. This is done above the library, after the
 * table was applied: the library must see the list as VFIO shows it. The first header can't be
 * removed, so it gets an ID that guests skip.
 */
static void hide(struct pci_device *device, uint16_t id)
{
	unsigned int before = VPASID_CONFIG_CONVENTIONAL, at = before;

	for (unsigned int i = 0; at && i < DWORDS; i++) {
		uint32_t header = device->config[at / 4];

		if ((header & 0xffff) != id)
			before = at;
		else if (at == VPASID_CONFIG_CONVENTIONAL)
			device->config[at / 4] = header & 0xfff00000;
		else
			device->config[before / 4] =
				(device->config[before / 4] & 0x000fffff) | (header & 0xfff00000);
		device->emulated[at / 4] = device->emulated[before / 4] = UINT32_MAX;
		at = NEXT(header);
	}
}

/* Little-endian, like config space */
static uint8_t byte_of(const uint32_t *dwords, size_t offset)
{
	return (uint8_t)(dwords[offset / 4] >> 8 * (offset % 4));
}

/* The function's own value. There is no device here; with one, this would be a pread(2). */
static uint8_t read_function(const struct pci_device *device, size_t offset)
{
	return device->function->config[offset];
}

/* 3. Access: the VMM handles all dwords itself, except those that the guest can write. */
static int guest_reads(void *opaque, size_t offset, void *data, size_t length)
{
	const struct pci_device *device = opaque;
	uint8_t *bytes = data;

	for (size_t i = 0; i < length; i++, offset++) {
		uint8_t emulated = byte_of(device->emulated, offset);

		bytes[i] = (uint8_t)((byte_of(device->config, offset) & emulated) |
				     (read_function(device, offset) & ~emulated));
	}
	return 0;
}

static int guest_writes(void *opaque, size_t offset, const void *data, size_t length)
{
	struct pci_device *device = opaque;
	int ret;

	if (!device->is_live[offset / 4])
		return 0; /* here, a VMM handles the write as for any other register */
	ret = vpasid_vconfig_write(device->view, offset, data, length);
	refresh(device);
	return ret;
}

/* 4. Reset: such a VMM handles each reset of the function itself, also an FLR. */
static void reset(struct pci_device *device)
{
	vpasid_vconfig_reset(device->view);
	refresh(device);
}

static int make_view(struct pci_device *device)
{
	static const struct vpasid_cap caps[] = {
		{ .id = VPASID_EXT_CAP_PASID },
		{ .id = VPASID_EXT_CAP_ATS },
		{ .id = VPASID_EXT_CAP_PRI },
	};
	const struct vpasid_place_request place = {
		.argsz = sizeof(place),
		.config = device->function->config,
		.size = VPASID_CONFIG_SIZE,
		.caps = caps,
		.cap_count = sizeof(caps) / sizeof(*caps),
	};
	struct vpasid_placement placement;
	struct vpasid_info info;
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = device->function->config,
		.size = VPASID_CONFIG_SIZE,
		.info = &info,
		.placement = &placement,
	};
	int ret = function_offline_info(device->function, &info);

	if (!ret)
		ret = vpasid_place(&place, &placement);
	return ret ? ret : vpasid_vconfig_new(&request, &device->view);
}

static void load(struct pci_device *device)
{
	const uint8_t *config = device->function->config;

	for (size_t i = 0; i < DWORDS; i++)
		device->config[i] = config[4 * i] | config[4 * i + 1] << 8 |
				    config[4 * i + 2] << 16 | (uint32_t)config[4 * i + 3] << 24;
}

static int run(struct pci_device *device)
{
	const struct guest guest = { guest_reads, guest_writes, device };
	int ret = make_view(device);

	if (ret)
		return ret;
	load(device);
	apply(device);
	hide(device, PCI_EXT_CAP_ID_ARI);
	hide(device, PCI_EXT_CAP_ID_SRIOV);
	ret = guest_check(&guest);
	if (!ret)
		ret = guest_boots(&guest);
	printf("PASID Control is %u\n", vpasid_vconfig_control(device->view));
	reset(device);
	printf("PASID Control is %u after a reset\n", vpasid_vconfig_control(device->view));
	vpasid_vconfig_free(device->view);
	return ret;
}

int main(int argc, char **argv)
{
	struct function function;
	struct pci_device device = { .function = &function };
	int ret = argc == 2 ? function_from_file(&function, argv[1]) : -EINVAL;

	if (!ret)
		ret = run(&device);
	if (ret)
		fprintf(stderr, "table: %s: %s\n", argc == 2 ? argv[1] : "usage: table SPACE.bin",
			strerror(-ret));
	return ret != 0;
}
