// SPDX-License-Identifier: MIT
/*
 * Section numbers are those of the PCI Express Base Specification, revision 6.0.
 */
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdio.h>

#include <vpasid/config.h>

#include "bytes.h"
#include "capability.h"

/* The uAPI headers of Linux 6.1 don't have these yet. */
#define PCI_EXP_FLAGS_FLIT	     0x8000 /* Flit Mode Supported */
#define PCI_EXP_DEVCAP2_EE_PREFIX    0x00200000
#define PCI_EXP_DPC_RP_PIO_LOG_SIZE4 0x2000

#define NO_LENGTH 0 /* the length can't be known */

#define ALIGN4(x)	(((x) + 3u) & ~3u)
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX(a, b)	((a) > (b) ? (a) : (b))
#define BITS(x, hi, lo) ((x) >> (lo) & ((1u << ((hi) - (lo) + 1)) - 1))

/*
 * A register beyond the room reads as 0. That does no harm: such a register is part of the
 * capability, so the length that is being computed goes beyond the room anyway.
 */
static uint32_t reg(const struct capability *capability, unsigned int offset)
{
	return offset + 4 <= capability->room ? get_le32(capability->registers + offset) : 0;
}

/* The PCI Express Capability: what it says about the function and its link */

struct express vpasid_express_read(const uint8_t *config)
{
	int offset = vpasid_conventional_find(config, VPASID_CONFIG_CONVENTIONAL, PCI_CAP_ID_EXP);
	struct express express = { .present = false };
	const uint8_t *registers;
	unsigned int flags;

	if (offset <= 0 || offset + PCI_CAP_EXP_ENDPOINT_SIZEOF_V1 > VPASID_CONFIG_CONVENTIONAL)
		return express;

	registers = config + offset;
	flags = get_le16(registers + PCI_EXP_FLAGS);
	express.present = true;
	express.port_type = BITS(flags, 7, 4);
	express.flit = flags & PCI_EXP_FLAGS_FLIT;
	express.lanes = BITS(get_le16(registers + PCI_EXP_LNKCAP), 9, 4);

	/* Version 1 ends before Device Capabilities 2. */
	if ((flags & PCI_EXP_FLAGS_VERS) >= 2 &&
	    offset + PCI_EXP_DEVCAP2 + 4 <= VPASID_CONFIG_CONVENTIONAL)
		express.prefix_log =
			get_le16(registers + PCI_EXP_DEVCAP2 + 2) & PCI_EXP_DEVCAP2_EE_PREFIX >> 16;
	return express;
}

static bool is_type(const struct capability *capability, unsigned int type)
{
	return capability->express->present && capability->express->port_type == type;
}

/*
 * The lengths of capabilities that have no fixed one. At least as many bytes as the table
 * below has for the capability can be read.
 */

#define AER_PREFIX_LOG	   0x38 /* the TLP Prefix Log, of 4 dwords in Non-Flit Mode */
#define AER_HEADER_LOG_MIN 4	/* dwords; more of them continue at the TLP Prefix Log */
#define AER_HEADER_LOG_MAX 14

/*
 * 7.8.4. Only Root Ports and Root Complex Event Collectors have the Root Error registers.
 * There is a TLP Prefix Log where prefixes are supported; in Flit Mode, longer headers
 * take its place.
 */
static unsigned int aer_length(const struct capability *capability)
{
	const struct express *express = capability->express;
	unsigned int version = PCI_EXT_CAP_VER(reg(capability, 0));
	unsigned int dwords = BITS(reg(capability, PCI_ERR_CAP), 17, 13);

	if (express->flit || version >= 3) {
		if (dwords <= AER_HEADER_LOG_MIN || dwords > AER_HEADER_LOG_MAX)
			dwords = AER_HEADER_LOG_MAX;
		dwords = MAX(dwords - AER_HEADER_LOG_MIN, 4u);
		return AER_PREFIX_LOG + 4 * dwords;
	}
	if (version >= 2 && (express->prefix_log || !express->present))
		return AER_PREFIX_LOG + 4 * 4;
	if (is_type(capability, PCI_EXP_TYPE_ROOT_PORT) ||
	    is_type(capability, PCI_EXP_TYPE_RC_EC) || !express->present)
		return AER_PREFIX_LOG;
	return PCI_ERR_ROOT_COMMAND;
}

/* How many phases the longest arbitration has that is supported; bit 0 has no table. */
static unsigned int phases(unsigned int arbitration)
{
	if (arbitration & PCI_VC_RES_CAP_256_PHASE)
		return 256;
	if (arbitration & (PCI_VC_RES_CAP_128_PHASE | PCI_VC_RES_CAP_128_PHASE_TB))
		return 128;
	if (arbitration & PCI_VC_RES_CAP_64_PHASE)
		return 64;
	return arbitration & PCI_VC_RES_CAP_32_PHASE ? 32 : 0;
}

/* Where an arbitration table ends. Its offset is in units of 16 bytes; 0 is no table. */
static unsigned int table_end(uint32_t capability_register, unsigned int arbitration,
			      unsigned int bits_a_phase)
{
	unsigned int offset = 16 * BITS(capability_register, 31, 24);

	return offset ? offset + phases(arbitration) * bits_a_phase / 8 : 0;
}

#define VC_ARBITRATION_BITS 4 /* a phase has a VC ID and a reserved bit */

/* 7.9.1, 7.9.2: registers for each VC, and tables where the registers say. */
static unsigned int vc_length(const struct capability *capability)
{
	uint32_t cap1 = reg(capability, PCI_VC_PORT_CAP1);
	uint32_t cap2 = reg(capability, PCI_VC_PORT_CAP2);
	unsigned int count = (cap1 & PCI_VC_CAP1_EVCC) + 1;
	unsigned int length = PCI_CAP_VC_BASE_SIZEOF + count * PCI_CAP_VC_PER_VC_SIZEOF;
	unsigned int end = table_end(cap2, cap2 & 0xe, VC_ARBITRATION_BITS);

	length = MAX(length, end);
	for (unsigned int i = 0; i < count; i++) {
		uint32_t vc = reg(capability, PCI_VC_RES_CAP + i * PCI_CAP_VC_PER_VC_SIZEOF);

		end = table_end(vc, vc, 1u << BITS(cap1, 11, 10));
		length = MAX(length, end);
	}
	return length;
}

/* The same registers as VC, but no tables */
static unsigned int svc_length(const struct capability *capability)
{
	unsigned int count = (reg(capability, PCI_VC_PORT_CAP1) & PCI_VC_CAP1_EVCC) + 1;

	return PCI_CAP_VC_BASE_SIZEOF + count * PCI_CAP_VC_PER_VC_SIZEOF;
}

/* 7.8.1. If further bits of the Capability register are set, more registers follow. */
static unsigned int power_budgeting_length(const struct capability *capability)
{
	return reg(capability, PCI_PWR_CAP) & 0xfe ? NO_LENGTH : PCI_EXT_CAP_PWR_SIZEOF;
}

/* 7.9.8: a 16-byte entry for each link */
static unsigned int rc_link_length(const struct capability *capability)
{
	return 16 + 16 * BITS(reg(capability, 4), 15, 8);
}

/* 7.9.10: version 2 added RCEC Associated Bus Numbers. */
static unsigned int rcec_length(const struct capability *capability)
{
	bool has_busn = PCI_EXT_CAP_VER(reg(capability, 0)) >= PCI_RCEC_BUSN_REG_VER;

	return has_busn ? PCI_RCEC_BUSN + 4 : PCI_RCEC_BUSN;
}

/* 7.9.5, 7.9.6: VSEC and DVSEC give their length in the same place. */
static unsigned int vsec_length(const struct capability *capability)
{
	unsigned int length = PCI_VNDR_HEADER_LEN(reg(capability, PCI_VNDR_HEADER));

	return length < 8 ? NO_LENGTH : length;
}

#define DVSEC_LENGTH_MIN 10 /* the header, DVSEC header 1, and 2 bytes of header 2 */

static unsigned int dvsec_length(const struct capability *capability)
{
	unsigned int length = PCI_DVSEC_HEADER1_LEN(reg(capability, PCI_DVSEC_HEADER1));

	return length < DVSEC_LENGTH_MIN ? NO_LENGTH : length;
}

/* 7.7.11: a bit for each port or function group, 0 for 256 */
static unsigned int acs_length(const struct capability *capability)
{
	uint32_t acs = reg(capability, PCI_ACS_CAP);
	unsigned int bits = BITS(acs, 15, 8);

	if (!(acs & PCI_ACS_EC))
		return PCI_ACS_EGRESS_CTL_V;
	return PCI_ACS_EGRESS_CTL_V + ((bits ? bits : 256) + 31) / 32 * 4;
}

/* 7.9.11: endpoints have no MC_Overlay_BAR. */
static unsigned int multicast_length(const struct capability *capability)
{
	bool is_endpoint = is_type(capability, PCI_EXP_TYPE_ENDPOINT) ||
			   is_type(capability, PCI_EXP_TYPE_LEG_END) ||
			   is_type(capability, PCI_EXP_TYPE_RC_END);

	return PCI_EXT_CAP_MCAST_ENDPOINT_SIZEOF + (is_endpoint ? 0 : 8);
}

/* 7.8.6, 7.8.7: two registers for each BAR; the first says how many BARs. */
static unsigned int rebar_length(const struct capability *capability)
{
	unsigned int count = BITS(reg(capability, PCI_REBAR_CTRL), 7, 5);

	return count && count <= PCI_STD_NUM_BARS ? PCI_REBAR_CAP + 8 * count : NO_LENGTH;
}

/* 7.9.12: a byte for each substate */
static unsigned int dpa_length(const struct capability *capability)
{
	return PCI_DPA_BASE_SIZEOF + (reg(capability, PCI_DPA_CAP) & PCI_DPA_CAP_SUBSTATE_MASK) + 1;
}

/* 7.9.13: the Steering Tag table is here, in the MSI-X table, or nowhere. */
static unsigned int tph_length(const struct capability *capability)
{
	uint32_t tph = reg(capability, PCI_TPH_CAP);

	switch (tph & PCI_TPH_CAP_LOC_MASK) {
	case PCI_TPH_LOC_CAP:
		return PCI_TPH_BASE_SIZEOF + 2 * (BITS(tph, 26, 16) + 1);
	case PCI_TPH_LOC_NONE:
	case PCI_TPH_LOC_MSIX:
		return PCI_TPH_BASE_SIZEOF;
	default:
		return NO_LENGTH;
	}
}

/* 7.7.3 and others have registers for each lane of the link's maximum width. */
static unsigned int lanes_length(const struct capability *capability, unsigned int base,
				 unsigned int bytes_a_lane)
{
	unsigned int lanes = capability->express->lanes;

	return lanes && lanes <= 32 ? base + bytes_a_lane * lanes : NO_LENGTH;
}

static unsigned int secondary_length(const struct capability *capability)
{
	return lanes_length(capability, 0x0c, 2); /* 7.7.3 */
}

static unsigned int speed_16gt_length(const struct capability *capability)
{
	return lanes_length(capability, 0x20, 1); /* 7.7.5 */
}

static unsigned int speed_32gt_length(const struct capability *capability)
{
	return lanes_length(capability, 0x20, 1); /* 7.7.6 */
}

static unsigned int speed_64gt_length(const struct capability *capability)
{
	return lanes_length(capability, 0x10, 1); /* 7.7.7 */
}

static unsigned int margining_length(const struct capability *capability)
{
	return lanes_length(capability, 0x08, 4); /* 7.7.10 */
}

/* A register for each entry of the PMUX Protocol Array */
static unsigned int pmux_length(const struct capability *capability)
{
	return 0x10 + 4 * BITS(reg(capability, 4), 5, 0);
}

/* 7.9.14: Root Ports may have RP PIO registers, with a log whose length is in a register. */
static unsigned int dpc_length(const struct capability *capability)
{
	uint32_t dpc = reg(capability, PCI_EXP_DPC_CAP);
	unsigned int dwords = BITS(dpc, 11, 8) + (dpc & PCI_EXP_DPC_RP_PIO_LOG_SIZE4 ? 16 : 0);

	if (!(dpc & PCI_EXP_DPC_CAP_RP_EXT))
		return PCI_EXP_DPC_RP_PIO_STATUS;
	return PCI_EXP_DPC_RP_PIO_HEADER_LOG + 4 * dwords;
}

/* 7.8.3: version 2 added L1 PM Substates Status. */
static unsigned int l1ss_length(const struct capability *capability)
{
	return PCI_EXT_CAP_VER(reg(capability, 0)) >= 2 ? 0x14 : 0x10;
}

/* 7.9.20: where protocols can be enabled selectively there is a mask for that. */
static unsigned int alternate_protocol_length(const struct capability *capability)
{
	return reg(capability, 4) & 0x100 ? 0x18 : 0x14;
}

#define IDE_LINK_STREAM_LENGTH	    8
#define IDE_SELECTIVE_STREAM_LENGTH 20 /* without address associations */
#define IDE_ADDRESS_LENGTH	    12

/* 7.9.26: link streams, then selective streams, each of which contains its own length */
static unsigned int ide_length(const struct capability *capability)
{
	uint32_t ide = reg(capability, 4);
	unsigned int link_streams = ide & 1 ? BITS(ide, 15, 13) + 1 : 0;
	unsigned int selective_streams = ide & 2 ? BITS(ide, 23, 16) + 1 : 0;
	unsigned int length = 0x0c + link_streams * IDE_LINK_STREAM_LENGTH;

	/* Once it is beyond the room, the length doesn't matter any more. */
	for (unsigned int i = 0; i < selective_streams && length <= capability->room; i++)
		length += IDE_SELECTIVE_STREAM_LENGTH +
			  BITS(reg(capability, length), 3, 0) * IDE_ADDRESS_LENGTH;
	return length;
}

static unsigned int mmio_rbl_length(const struct capability *capability)
{
	unsigned int length = BITS(reg(capability, 4), 11, 0);

	return length < 8 ? NO_LENGTH : length;
}

/**
 * struct definition - an extended capability as the specification defines it
 * @name: Its short name.
 * @version: The latest version that is known here. A later one may be longer.
 * @length: How many bytes it has at least; NO_LENGTH if its length isn't known.
 * @variable: Computes how many bytes one has, @length or more. NULL: all have @length.
 */
struct definition {
	const char *name;
	unsigned int version;
	unsigned int length;
	unsigned int (*variable)(const struct capability *capability);
};

#define ANY_VERSION 15

/* By ID, with the names of PCIe r6.0's table of IDs */
static const struct definition definitions[] = {
	[0x0000] = { "Null", ANY_VERSION, 0x04 },
	[0x0001] = { "AER", 3, 0x2c, aer_length },
	[0x0002] = { "VC", 1, 0x1c, vc_length },
	[0x0003] = { "Device Serial Number", 1, 0x0c },
	[0x0004] = { "Power Budgeting", 1, 0x10, power_budgeting_length },
	[0x0005] = { "RC Link Declaration", 1, 0x10, rc_link_length },
	[0x0006] = { "RC Internal Link Control", 1, 0x0c },
	[0x0007] = { "RCEC Endpoint Association", 2, 0x08, rcec_length },
	[0x0008] = { "MFVC", 1, 0x1c, vc_length },
	[0x0009] = { "VC (MFVC)", 1, 0x1c, vc_length },
	[0x000a] = { "RCRB Header", 1, 0x14 },
	[0x000b] = { "VSEC", 1, 0x08, vsec_length },
	[0x000c] = { "CAC", 0, NO_LENGTH }, /* obsolete */
	[0x000d] = { "ACS", 1, 0x08, acs_length },
	[0x000e] = { "ARI", 1, 0x08 },
	[0x000f] = { "ATS", 1, 0x08 },
	[0x0010] = { "SR-IOV", 1, 0x40 },
	[0x0011] = { "MR-IOV", 0, NO_LENGTH }, /* not in this specification */
	[0x0012] = { "Multicast", 1, 0x28, multicast_length },
	[0x0013] = { "PRI", 1, 0x10 },
	[0x0014] = { "AMD", 0, NO_LENGTH }, /* reserved for AMD */
	[0x0015] = { "Resizable BAR", 1, 0x0c, rebar_length },
	[0x0016] = { "DPA", 1, 0x14, dpa_length },
	[0x0017] = { "TPH Requester", 1, 0x0c, tph_length },
	[0x0018] = { "LTR", 1, 0x08 },
	[0x0019] = { "Secondary PCIe", 1, 0x10, secondary_length },
	[0x001a] = { "PMUX", 1, 0x10, pmux_length },
	[0x001b] = { "PASID", 1, VPASID_CAP_LENGTH },
	[0x001c] = { "LNR", 1, 0x08 },
	[0x001d] = { "DPC", 1, 0x0c, dpc_length },
	[0x001e] = { "L1 PM Substates", 2, 0x10, l1ss_length },
	[0x001f] = { "PTM", 1, 0x0c },
	[0x0020] = { "M-PCIe", 0, NO_LENGTH }, /* removed since */
	[0x0021] = { "FRS Queueing", 1, 0x10 },
	[0x0022] = { "RTR", 1, 0x0c },
	[0x0023] = { "DVSEC", 1, 0x0c, dvsec_length },
	[0x0024] = { "VF Resizable BAR", 1, 0x0c, rebar_length },
	[0x0025] = { "Data Link Feature", 1, 0x0c },
	[0x0026] = { "Physical Layer 16.0 GT/s", 1, 0x24, speed_16gt_length },
	[0x0027] = { "Lane Margining at the Receiver", 1, 0x0c, margining_length },
	[0x0028] = { "Hierarchy ID", 1, 0x20 },
	[0x0029] = { "NPEM", 1, 0x10 },
	[0x002a] = { "Physical Layer 32.0 GT/s", 1, 0x24, speed_32gt_length },
	[0x002b] = { "Alternate Protocol", 1, 0x14, alternate_protocol_length },
	[0x002c] = { "SFI", 1, 0x14 },
	[0x002d] = { "Shadow Functions", 1, 0x1c },
	[0x002e] = { "DOE", 2, 0x18 },
	[0x002f] = { "Device 3", 1, 0x10 },
	[0x0030] = { "IDE", 1, 0x0c, ide_length },
	[0x0031] = { "Physical Layer 64.0 GT/s", 1, 0x14, speed_64gt_length },
	[0x0032] = { "Flit Logging", 1, 0x3c },
	[0x0033] = { "Flit Performance Measurement", 1, 0x24 },
	[0x0034] = { "Flit Error Injection", 1, 0x24 },
	/* since revisions 6.1 and 6.2 */
	[0x0035] = { "SVC", 1, 0x1c, svc_length },
	[0x0036] = { "MMIO Register Block Locator", 1, 0x08, mmio_rbl_length },
	[0x0037] = { "NOP Flit", 0, NO_LENGTH },
	[0x0038] = { "SIOV", 0, NO_LENGTH },
	/* since revision 7.0; IDs alone are public */
	[0x0039] = { "Physical Layer 128.0 GT/s", 0, NO_LENGTH },
	[0x003a] = { "Captured Data", 0, NO_LENGTH },
};

static const struct definition *find_definition(unsigned int id)
{
	return id < ARRAY_SIZE(definitions) ? &definitions[id] : NULL;
}

unsigned int vpasid_capability_length(const struct capability *capability)
{
	uint32_t header = reg(capability, 0);
	const struct definition *definition = find_definition(PCI_EXT_CAP_ID(header));
	unsigned int length;

	if (!definition || !definition->length || PCI_EXT_CAP_VER(header) > definition->version)
		return NO_LENGTH;
	/* The registers that tell the length are within these bytes. */
	if (!definition->variable || capability->room < definition->length)
		return definition->length;

	length = ALIGN4(definition->variable(capability));
	return length ? MAX(length, definition->length) : NO_LENGTH;
}

const char *vpasid_ext_cap_name(uint16_t id)
{
	const struct definition *definition = find_definition(id);

	return definition ? definition->name : NULL;
}

struct cap_text vpasid_cap_text(uint16_t id)
{
	const char *name = vpasid_ext_cap_name(id);
	struct cap_text text;

	if (name)
		snprintf(text.text, sizeof(text.text), "%s", name);
	else
		snprintf(text.text, sizeof(text.text), "capability 0x%04x", id);
	return text;
}
