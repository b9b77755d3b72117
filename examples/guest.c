// SPDX-License-Identifier: MIT
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/vpasid.h>

#include "guest.h"

#define MAX_FINDINGS  16
#define PAGE_REQUESTS 32

static void put16(uint8_t *bytes, unsigned int value)
{
	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
}

static int write16(const struct guest *guest, unsigned int at, unsigned int value)
{
	uint8_t bytes[2];

	put16(bytes, value);
	return guest->write(guest->opaque, at, bytes, sizeof(bytes));
}

/* Like pci_enable_pasid(): Enable, and all permissions that are supported */
static int enable_pasid(const struct guest *guest, unsigned int at)
{
	uint8_t capability[2];
	int ret = guest->read(guest->opaque, at + PCI_PASID_CAP, capability, sizeof(capability));

	if (ret)
		return ret;
	printf("guest: PASIDs have %u bits\n", capability[1] & 0x1f);
	return write16(guest, at + PCI_PASID_CTRL, VPASID_CTRL_ENABLE | (capability[0] & 6));
}

/* Like pci_enable_pri(): first an allocation, then Enable */
static int enable_pri(const struct guest *guest, unsigned int at)
{
	const uint8_t allocation[4] = { PAGE_REQUESTS };
	int ret =
		guest->write(guest->opaque, at + PCI_PRI_ALLOC_REQ, allocation, sizeof(allocation));

	return ret ? ret : write16(guest, at + PCI_PRI_CTRL, VPASID_PRI_ENABLE);
}

static int enable(const struct guest *guest, unsigned int id, unsigned int at)
{
	switch (id) {
	case VPASID_EXT_CAP_PASID:
		return enable_pasid(guest, at);
	case VPASID_EXT_CAP_ATS:
		return write16(guest, at + PCI_ATS_CTRL, VPASID_ATS_ENABLE);
	case VPASID_EXT_CAP_PRI:
		return enable_pri(guest, at);
	default:
		return 0;
	}
}

int guest_boots(const struct guest *guest)
{
	unsigned int at = VPASID_CONFIG_CONVENTIONAL;

	while (at) {
		uint8_t header[4] = { 0 };
		int ret = guest->read(guest->opaque, at, header, sizeof(header));
		uint16_t id = (uint16_t)(header[0] | header[1] << 8);
		const char *name = vpasid_ext_cap_name(id);

		if (!ret) {
			printf("guest: 0x%03x %s\n", at, name ? name : "?");
			ret = enable(guest, id, at);
		}
		if (ret)
			return ret;
		at = (header[2] >> 4 | header[3] << 4) & ~3u;
	}
	return 0;
}

/* A root port as a VMM emulates it: it forwards End-End TLP prefixes, and has ACS. */
static void make_port(uint8_t port[VPASID_CONFIG_SIZE])
{
	const unsigned int express = 0x40;

	memset(port, 0, VPASID_CONFIG_SIZE);
	put16(port + PCI_VENDOR_ID, 0x1b36);
	port[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	port[PCI_CAPABILITY_LIST] = (uint8_t)express;
	port[express] = PCI_CAP_ID_EXP;
	put16(port + express + PCI_EXP_FLAGS, 2 | PCI_EXP_TYPE_ROOT_PORT << 4);
	put16(port + express + PCI_EXP_DEVCAP2 + 2, PCI_EXP_DEVCAP2_EE_PREFIX >> 16);
	put16(port + VPASID_CONFIG_CONVENTIONAL, PCI_EXT_CAP_ID_ACS);
	port[VPASID_CONFIG_CONVENTIONAL + 2] = 1; /* the version */
}

/* 5. Check: before the guest boots, find what will prevent its kernel from enabling PASID. */
int guest_check(const struct guest *guest)
{
	uint8_t config[VPASID_CONFIG_SIZE], port[VPASID_CONFIG_SIZE];
	const void *const ports[] = { port };
	const struct vpasid_guest_request request = {
		.argsz = sizeof(request),
		.wants = VPASID_GUEST_PASID | VPASID_GUEST_ATS | VPASID_GUEST_PRI,
		.iommu = VPASID_IOMMU_INTEL_VTD,
		.config = config,
		.ports = ports,
		.port_count = 1,
	};
	struct vpasid_guest_finding findings[MAX_FINDINGS];
	char text[VPASID_GUEST_TEXT];
	int count = guest->read(guest->opaque, 0, config, sizeof(config));

	make_port(port);
	if (!count)
		count = vpasid_guest_check(&request, findings, MAX_FINDINGS);
	for (int i = 0; i < count && i < MAX_FINDINGS; i++) {
		vpasid_guest_describe(&findings[i], text, sizeof(text));
		printf("the guest lacks something: %s\n", text);
	}
	return count < 0 ? count : 0;
}
