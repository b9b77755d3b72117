// SPDX-License-Identifier: MIT
/*
 * As pci_enable_pasid(), pci_enable_pri() and pci_ats_page_aligned() of the kernel's
 * drivers/pci/ats.c, pci_configure_eetlp_prefix() of probe.c, pci_acs_path_enabled() of pci.c,
 * and the drivers of the IOMMUs, which call them.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>

#include <vpasid/config.h>
#include <vpasid/guest.h>
#include <vpasid/info.h>
#include <vpasid/iommu.h>

#include "argsz.h"
#include "bytes.h"
#include "capability.h"
#include "header.h"

#define EVERYTHING (VPASID_GUEST_PASID | VPASID_GUEST_ATS | VPASID_GUEST_PRI)

_Static_assert(sizeof(struct vpasid_guest_finding) == 16, "the size is ABI");

/* The function, or a port above it. */
struct hop {
	const uint8_t *config;
	struct express express;
	uint8_t number; /* 0 for the function */
	bool is_absent;
};

struct check {
	const struct vpasid_guest_request *request;
	struct vpasid_guest_finding *findings;
	size_t room, count;
};

/* Only what the guest wants is stopped; if that is nothing, there is nothing to tell. */
static void add(struct check *check, const struct hop *hop, enum vpasid_guest_code code,
		unsigned int stops, unsigned int offset, unsigned int value)
{
	stops &= check->request->wants;
	if (!stops)
		return;
	if (check->count < check->room)
		check->findings[check->count] = (struct vpasid_guest_finding){
			.code = (uint16_t)code,
			.hop = hop->number,
			.stops = (uint8_t)stops,
			.offset = (uint16_t)offset,
			.value = (uint16_t)value,
		};
	check->count++;
}

static struct hop look_at(const void *config, size_t number)
{
	return (struct hop){
		.config = config,
		.express = vpasid_express_read(config),
		.number = (uint8_t)number,
		.is_absent = header_is_all_ones(config),
	};
}

static int read_dword(void *opaque, uint16_t offset, uint32_t *value)
{
	const struct hop *hop = opaque;

	*value = get_le32(hop->config + offset);
	return 0;
}

/*
 * Where the guest finds a capability of @length bytes; 0 if it finds none, which is a finding:
 * @code, or that the chain breaks off before.
 */
static unsigned int find(struct check *check, const struct hop *hop, uint16_t id,
			 enum vpasid_guest_code code, unsigned int stops)
{
	struct hop walked = *hop;
	int offset = vpasid_ext_cap_find(read_dword, &walked, id);

	if (offset > 0)
		return (unsigned int)offset;
	add(check, hop, offset ? VPASID_GUEST_BROKEN_CHAIN : code, stops, 0, 0);
	return 0;
}

/* Registers beyond the end of config space read as zeros. */
static unsigned int read_register(const struct hop *hop, unsigned int offset)
{
	return offset + sizeof(uint16_t) <= VPASID_CONFIG_SIZE ? get_le16(hop->config + offset) : 0;
}

static void check_pasid(struct check *check, const struct hop *function)
{
	unsigned int at = find(check, function, VPASID_EXT_CAP_PASID, VPASID_GUEST_NO_PASID,
			       VPASID_GUEST_PASID);
	unsigned int width = at ? read_register(function, at + PCI_PASID_CAP) >> 8 & 0x1f : 1;

	if (!width || width > VPASID_MAX_WIDTH)
		add(check, function, VPASID_GUEST_NO_WIDTH, VPASID_GUEST_PASID, at, width);
}

/* Without ATS no driver turns PRI on. */
static void check_ats(struct check *check, const struct hop *function)
{
	unsigned int stops = VPASID_GUEST_ATS | VPASID_GUEST_PRI;
	unsigned int at = find(check, function, PCI_EXT_CAP_ID_ATS, VPASID_GUEST_NO_ATS, stops);

	if (at && check->request->iommu == VPASID_IOMMU_INTEL_VTD &&
	    !(read_register(function, at + PCI_ATS_CAP) & PCI_ATS_CAP_PAGE_ALIGNED))
		add(check, function, VPASID_GUEST_ATS_UNALIGNED, stops, at, 0);
}

static void check_pri(struct check *check, const struct hop *function)
{
	const struct vpasid_guest_request *request = check->request;
	unsigned int at =
		find(check, function, PCI_EXT_CAP_ID_PRI, VPASID_GUEST_NO_PRI, VPASID_GUEST_PRI);
	unsigned int status = at ? read_register(function, at + PCI_PRI_STATUS) : 0;

	if (request->iommu == VPASID_IOMMU_ARM_SMMUV3)
		add(check, function, VPASID_GUEST_PRI_UNUSED, VPASID_GUEST_PRI, at, 0);
	if (at && !(status & PCI_PRI_STATUS_STOPPED))
		add(check, function, VPASID_GUEST_PRI_RUNNING, VPASID_GUEST_PRI, at, 0);
	if (at && !(status & PCI_PRI_STATUS_PASID) && request->wants & VPASID_GUEST_PASID &&
	    request->iommu == VPASID_IOMMU_INTEL_VTD)
		add(check, function, VPASID_GUEST_PRI_NO_PASID, VPASID_GUEST_PRI, at, 0);
}

/* Devices for which quirk_huawei_pcie_sva() of quirks.c sets pasid_no_tlp. */
static bool needs_no_prefix(const struct hop *function)
{
	static const uint16_t devices[] = { 0xa250, 0xa251, 0xa255, 0xa256, 0xa258, 0xa259 };
	const uint8_t *config = function->config;
	unsigned int revision = config[PCI_REVISION_ID];

	if (get_le16(config + PCI_VENDOR_ID) != 0x19e5 || (revision != 0x21 && revision != 0x30))
		return false;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (get_le16(config + PCI_DEVICE_ID) == devices[i])
			return true;
	}
	return false;
}

/* Returns whether the way of prefixes ends here, as it does with a root port. */
static bool check_prefix(struct check *check, const struct hop *hop)
{
	if (!hop->express.prefix_log)
		add(check, hop, VPASID_GUEST_NO_PREFIX, VPASID_GUEST_PASID, 0, 0);
	return hop->express.port_type == PCI_EXP_TYPE_ROOT_PORT ||
	       hop->express.port_type == PCI_EXP_TYPE_RC_END;
}

/* A function of several needs ACS, but Intel's in the root complex: pci_quirk_rciep_acs(). */
static bool is_one_of_several(const struct check *check, const struct hop *hop)
{
	if (hop->express.port_type == PCI_EXP_TYPE_RC_END &&
	    get_le16(hop->config + PCI_VENDOR_ID) == 0x8086)
		return false;
	return hop->config[PCI_HEADER_TYPE] & HEADER_MULTI ||
	       (!hop->number && check->request->flags & VPASID_GUEST_NOT_FUNCTION_0);
}

static void check_acs(struct check *check, const struct hop *hop)
{
	switch (hop->express.port_type) {
	case PCI_EXP_TYPE_PCIE_BRIDGE:
	case PCI_EXP_TYPE_PCI_BRIDGE:
	case PCI_EXP_TYPE_RC_EC:
		add(check, hop, VPASID_GUEST_NEVER_ACS, VPASID_GUEST_PASID, 0,
		    hop->express.port_type);
		break;
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_UPSTREAM:
	case PCI_EXP_TYPE_LEG_END:
	case PCI_EXP_TYPE_RC_END:
		if (!is_one_of_several(check, hop))
			break;
		/* fall through */
	case PCI_EXP_TYPE_DOWNSTREAM:
	case PCI_EXP_TYPE_ROOT_PORT:
		find(check, hop, PCI_EXT_CAP_ID_ACS, VPASID_GUEST_NO_ACS, VPASID_GUEST_PASID);
		break;
	}
}

/* Returns whether the hop can be asked for more. */
static bool check_presence(struct check *check, const struct hop *hop)
{
	unsigned int stops = hop->number ? VPASID_GUEST_PASID : EVERYTHING;

	if (hop->is_absent)
		add(check, hop, VPASID_GUEST_ABSENT, stops, 0, 0);
	else if (!hop->express.present)
		add(check, hop, VPASID_GUEST_NO_EXPRESS, stops, 0, 0);
	return !hop->is_absent && hop->express.present;
}

static void check_all(struct check *check)
{
	const struct vpasid_guest_request *request = check->request;
	struct hop hop = look_at(request->config, 0);
	bool reaches_root = needs_no_prefix(&hop), is_known = true;

	for (size_t i = 0; i <= request->port_count; i++) {
		if (i)
			hop = look_at(request->ports[i - 1], i);
		is_known = check_presence(check, &hop);
		if (!is_known)
			continue;
		if (!i) {
			check_pasid(check, &hop);
			check_ats(check, &hop);
			check_pri(check, &hop);
		}
		if (!reaches_root)
			reaches_root = check_prefix(check, &hop);
		check_acs(check, &hop);
	}
	if (!reaches_root && is_known)
		add(check, &hop, VPASID_GUEST_NO_ROOT_PORT, VPASID_GUEST_PASID, 0,
		    hop.express.port_type);
}

static bool is_valid(const struct vpasid_guest_request *request)
{
	if (request->wants & ~EVERYTHING || request->flags & ~VPASID_GUEST_NOT_FUNCTION_0 ||
	    request->port_count > VPASID_GUEST_MAX_PORTS || request->reserved || !request->config ||
	    (request->port_count && !request->ports))
		return false;
	for (size_t i = 0; i < request->port_count; i++) {
		if (!request->ports[i])
			return false;
	}
	return true;
}

int vpasid_guest_check(const struct vpasid_guest_request *given,
		       struct vpasid_guest_finding *findings, size_t count)
{
	struct vpasid_guest_request request;
	struct check check = { .request = &request, .findings = findings, .room = count };
	int ret = take_struct(&request, sizeof(request), given);

	if (ret)
		return ret;
	if (!is_valid(&request))
		return -EINVAL;
	check_all(&check);
	return (int)check.count;
}
