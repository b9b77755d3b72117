/* SPDX-License-Identifier: MIT */
/*
 * Checks, before a guest boots, what its kernel requires of a function and of the virtual ports
 * above it to enable PASID, ATS or PRI.
 */
#ifndef VPASID_GUEST_H
#define VPASID_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_GUEST_PASID - PASID (PCIe r6.0, 7.8.9)
 * VPASID_GUEST_ATS - Address Translation Services (10.5.1)
 * VPASID_GUEST_PRI - Page Request Interface (10.5.2)
 *
 * The features that a guest may enable. For shared virtual addressing (SVA), it requires PASID and
 * ATS, and also PRI unless the device handles its own page faults.
 */
#define VPASID_GUEST_PASID (1u << 0)
#define VPASID_GUEST_ATS   (1u << 1)
#define VPASID_GUEST_PRI   (1u << 2)

/**
 * VPASID_GUEST_NOT_FUNCTION_0 - the function's number in its device isn't 0, so the guest's kernel
 *	knows that it is one of several
 */
#define VPASID_GUEST_NOT_FUNCTION_0 (1u << 0)

/**
 * enum vpasid_guest_code - why a guest's kernel won't enable a feature
 * @VPASID_GUEST_ABSENT: All of the header reads as ones: the device doesn't respond.
 * @VPASID_GUEST_NO_EXPRESS: There is no PCI Express Capability. The guest doesn't look for extended
 *	capabilities in such a function; such a port doesn't forward TLP prefixes and has no ACS.
 * @VPASID_GUEST_BROKEN_CHAIN: The chain of extended capabilities is broken before one that the
 *	guest looks for, so the guest won't find it.
 * @VPASID_GUEST_NO_PASID: The function has no PASID capability.
 * @VPASID_GUEST_NO_WIDTH: The PASID capability has a width of 0, or above 20;
 *	&vpasid_guest_finding.value has it.
 * @VPASID_GUEST_NO_PREFIX: It doesn't support End-End TLP prefixes (Device Capabilities 2, bit 21).
 * @VPASID_GUEST_NO_ROOT_PORT: The last one on the path is neither a root port nor a root complex
 *	integrated endpoint, and Linux doesn't use prefixes on such a path.
 * @VPASID_GUEST_NO_ACS: It has no Access Control Services capability, but must have one: a root
 *	port or a downstream port, or one of several functions.
 * @VPASID_GUEST_NEVER_ACS: It can't have ACS: a bridge to conventional PCI, or from it, or an
 *	event collector.
 * @VPASID_GUEST_NO_ATS: The function has no ATS capability.
 * @VPASID_GUEST_ATS_UNALIGNED: Its ATS capability lacks Page Aligned Request (bit 5), without which
 *	Linux doesn't enable ATS with VT-d.
 * @VPASID_GUEST_NO_PRI: The function has no PRI capability.
 * @VPASID_GUEST_PRI_RUNNING: PRI's Status has Stopped (bit 8) clear: Linux assumes that PRI is
 *	busy.
 * @VPASID_GUEST_PRI_NO_PASID: PRI's Status lacks PRG Response PASID Required (bit 15), without
 *	which Linux doesn't enable PRI with VT-d if PASID is enabled.
 * @VPASID_GUEST_PRI_UNUSED: The driver of this IOMMU doesn't enable PRI for any function: SMMUv3's,
 *	up to Linux 7.3.
 */
enum vpasid_guest_code {
	VPASID_GUEST_ABSENT = 1,
	VPASID_GUEST_NO_EXPRESS = 2,
	VPASID_GUEST_BROKEN_CHAIN = 3,
	VPASID_GUEST_NO_PASID = 4,
	VPASID_GUEST_NO_WIDTH = 5,
	VPASID_GUEST_NO_PREFIX = 6,
	VPASID_GUEST_NO_ROOT_PORT = 7,
	VPASID_GUEST_NO_ACS = 8,
	VPASID_GUEST_NEVER_ACS = 9,
	VPASID_GUEST_NO_ATS = 10,
	VPASID_GUEST_ATS_UNALIGNED = 11,
	VPASID_GUEST_NO_PRI = 12,
	VPASID_GUEST_PRI_RUNNING = 13,
	VPASID_GUEST_PRI_NO_PASID = 14,
	VPASID_GUEST_PRI_UNUSED = 15,
};

/**
 * struct vpasid_guest_finding - why a guest's kernel won't enable a feature
 * @code: The kind: enum vpasid_guest_code.
 * @hop: The function or port: 0 for the function, 1 for the port directly above it, and so on.
 * @stops: The features that aren't enabled because of it: VPASID_GUEST_PASID, _ATS, _PRI.
 * @offset: The offset of the capability in the config space of @hop, if the finding is about one;
 *	otherwise 0.
 * @value: For VPASID_GUEST_NO_WIDTH, the width; for VPASID_GUEST_NO_ROOT_PORT and
 *	VPASID_GUEST_NEVER_ACS, the Device/Port Type (7.5.3.2); otherwise 0.
 * @reserved: 0, reserved for later fields.
 */
struct vpasid_guest_finding {
	uint16_t code;
	uint8_t hop;
	uint8_t stops;
	uint16_t offset;
	uint16_t value;
	uint8_t reserved[8];
};

/**
 * struct vpasid_guest_request - a guest that is about to boot
 * @argsz: sizeof(struct vpasid_guest_request); see info.h.
 * @wants: The features that the guest may enable: VPASID_GUEST_PASID, _ATS, _PRI.
 * @flags: VPASID_GUEST_NOT_FUNCTION_0.
 * @iommu: The virtual IOMMU of the function: enum vpasid_iommu_type. With VPASID_IOMMU_NONE, only
 *	the requirements of every IOMMU's driver are checked.
 * @config: The function's config space as the guest will see it, VPASID_CONFIG_SIZE bytes: what
 *	vpasid_vconfig_read() reads, or what the VMM makes from it.
 * @ports: The config spaces of the virtual ports above, VPASID_CONFIG_SIZE bytes each, from the one
 *	directly above the function to the root port; may be NULL if @port_count is 0.
 * @port_count: The number of ports, up to VPASID_GUEST_MAX_PORTS. 0 for a function on the root bus.
 * @reserved: 0.
 */
struct vpasid_guest_request {
	uint32_t argsz;
	uint32_t wants;
	uint32_t flags;
	uint32_t iommu;
	const void *config;
	const void *const *ports;
	uint32_t port_count;
	uint32_t reserved;
};

#define VPASID_GUEST_MAX_PORTS 254

/**
 * vpasid_guest_check() - find what will prevent a guest's kernel from enabling PASID, ATS or PRI
 * @request: The guest.
 * @findings: Filled in with as many findings as fit, those about the function first, then from
 *	the bottom up; may be NULL if @count is 0.
 * @count: The number of findings for which @findings has room.
 *
 * This checks the requirements of Linux 6.2 to 7.3: in pci_enable_pasid() of drivers/pci/ats.c,
 * End-End TLP prefixes and ACS on the whole path up to the root; in the drivers of VT-d, SMMUv3 and
 * AMD's IOMMU, further requirements. If a guest requires less (Linux before 6.2 doesn't require
 * ACS), a finding prevents nothing there.
 *
 * For ACS, only the capability is checked. If Linux finds an IOMMU, it enables what the capability
 * supports before it probes the function; with a device tree, before 6.15, it does so too late, and
 * requires pci=config_acs= on its command line.
 *
 * The function can't check what config space doesn't show: whether the virtual IOMMU supports
 * PASIDs, ATS and PRI (for VT-d, also the DMAR table's ATSR), and whether the guest's kernel uses
 * it.
 *
 * Thread-safe; allocates nothing.
 *
 * Return: the number of findings, which may be more than @count; 0 if nothing prevents it. Or
 *	-EINVAL	@request->argsz isn't set, a bit of @request->wants or a flag is unknown, a config
 *		space is NULL, there are too many ports, or @request->reserved isn't 0,
 *	-E2BIG	@request is larger than this version's struct, and the additional bytes aren't zero.
 */
VPASID_API int vpasid_guest_check(const struct vpasid_guest_request *request,
				  struct vpasid_guest_finding *findings, size_t count);

/**
 * vpasid_guest_describe() - describe a finding in a sentence
 * @finding: The finding.
 * @text: The buffer for the sentence and a null byte; may be NULL if @size is 0.
 * @size: The number of bytes of @text. VPASID_GUEST_TEXT is enough for any finding.
 *
 * The sentence says what is wrong and what to do. It has no full stop, as in "port 1 above the
 * function has no ACS capability: give it one".
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_guest_describe(const struct vpasid_guest_finding *finding, char *text,
				     size_t size);

/**
 * VPASID_GUEST_TEXT - the maximum size of such a sentence, in bytes
 */
#define VPASID_GUEST_TEXT 192

VPASID_END_DECLS

#endif /* VPASID_GUEST_H */
