// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include <vpasid/config.h>
#include <vpasid/quirks.h>

#include "argsz.h"
#include "bytes.h"
#include "header.h"

#define NO_ID 0xffff

/*
 * Where the subsystem's IDs are, as pci_setup_device() of the kernel's drivers/pci/probe.c finds
 * them; 0 if there are none.
 */
static size_t find_subsystem(const uint8_t *config, size_t size)
{
	size_t at = 0;
	int bridge;

	switch (config[PCI_HEADER_TYPE] & HEADER_TYPE_MASK) {
	case PCI_HEADER_TYPE_NORMAL:
		return PCI_SUBSYSTEM_VENDOR_ID;
	case PCI_HEADER_TYPE_BRIDGE:
		bridge = vpasid_conventional_find(config, size, PCI_CAP_ID_SSVID);
		at = bridge > 0 ? (size_t)bridge + PCI_SSVID_VENDOR_ID : 0;
		break;
	case PCI_HEADER_TYPE_CARDBUS:
		at = PCI_CB_SUBSYSTEM_VENDOR_ID;
		break;
	}
	return at + sizeof(uint32_t) <= size ? at : 0;
}

static int read_device(const void *config, size_t size, unsigned int kind,
		       struct vpasid_device *device)
{
	const uint8_t *bytes = config;
	size_t subsystem;

	if (size < VPASID_CONFIG_MIN || size > VPASID_CONFIG_SIZE || kind > VPASID_FUNCTION_VF)
		return -EINVAL;
	if (header_is_all_ones(bytes))
		return -EIO;

	device->kind = (uint8_t)kind;
	device->revision = bytes[PCI_REVISION_ID];
	subsystem = find_subsystem(bytes, size);
	if (subsystem && get_le16(bytes + subsystem) != NO_ID) {
		device->subsystem_vendor = get_le16(bytes + subsystem);
		device->subsystem_device = get_le16(bytes + subsystem + 2);
	}
	if (get_le16(bytes + PCI_VENDOR_ID) == NO_ID)
		return -ENODATA;
	device->vendor = get_le16(bytes + PCI_VENDOR_ID);
	device->device = get_le16(bytes + PCI_DEVICE_ID);
	return 0;
}

int vpasid_device_from_config(const void *config, size_t size, unsigned int kind,
			      struct vpasid_device *given)
{
	struct vpasid_device device = { 0 };
	int ret = read_device(config, size, kind, &device);
	int refused = give_struct(given, &device, sizeof(device));

	return refused ? refused : ret;
}
