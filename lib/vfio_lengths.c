// SPDX-License-Identifier: MIT
/*
 * How long VFIO takes capabilities to be: vfio_cap_len() and vfio_ext_cap_len() of Linux's
 * drivers/vfio/pci/vfio_pci_config.c. These aren't the lengths that the specification has,
 * which capability.c knows, but the layout of what VFIO shows follows from them.
 */
#include <errno.h>
#include <linux/pci_regs.h>

#include "bytes.h"
#include "vfio_view_internal.h"

#define HIDDEN	 0
#define VARIABLE 0xff

#define PCIE_V1_INTEGRATED 0x0c /* an integrated endpoint has no link */
#define PCIE_V2_INTEGRATED 0x2c

static const uint8_t lengths[] = {
	[PCI_CAP_ID_PM] = PCI_PM_SIZEOF,
	[PCI_CAP_ID_AGP] = PCI_AGP_SIZEOF,
	[PCI_CAP_ID_VPD] = PCI_CAP_VPD_SIZEOF,
	[PCI_CAP_ID_MSI] = VARIABLE,
	[PCI_CAP_ID_PCIX] = VARIABLE,
	[PCI_CAP_ID_HT] = VARIABLE,
	[PCI_CAP_ID_VNDR] = VARIABLE,
	[PCI_CAP_ID_EXP] = VARIABLE,
	[PCI_CAP_ID_MSIX] = PCI_CAP_MSIX_SIZEOF,
	[PCI_CAP_ID_SATA] = VARIABLE,
	[PCI_CAP_ID_AF] = PCI_CAP_AF_SIZEOF,
};

static const uint8_t ext_lengths[] = {
	[PCI_EXT_CAP_ID_ERR] = PCI_ERR_ROOT_COMMAND,
	[PCI_EXT_CAP_ID_VC] = VARIABLE,
	[PCI_EXT_CAP_ID_DSN] = PCI_EXT_CAP_DSN_SIZEOF,
	[PCI_EXT_CAP_ID_PWR] = PCI_EXT_CAP_PWR_SIZEOF,
	[PCI_EXT_CAP_ID_MFVC] = VARIABLE,
	[PCI_EXT_CAP_ID_VC9] = VARIABLE,
	[PCI_EXT_CAP_ID_VNDR] = VARIABLE,
	[PCI_EXT_CAP_ID_ACS] = VARIABLE,
	[PCI_EXT_CAP_ID_ARI] = PCI_EXT_CAP_ARI_SIZEOF,
	[PCI_EXT_CAP_ID_ATS] = PCI_EXT_CAP_ATS_SIZEOF,
	[PCI_EXT_CAP_ID_SRIOV] = PCI_EXT_CAP_SRIOV_SIZEOF,
	[PCI_EXT_CAP_ID_MCAST] = PCI_EXT_CAP_MCAST_ENDPOINT_SIZEOF,
	[PCI_EXT_CAP_ID_PRI] = PCI_EXT_CAP_PRI_SIZEOF,
	[PCI_EXT_CAP_ID_REBAR] = VARIABLE,
	[PCI_EXT_CAP_ID_DPA] = VARIABLE,
	[PCI_EXT_CAP_ID_TPH] = VARIABLE,
	[PCI_EXT_CAP_ID_LTR] = PCI_EXT_CAP_LTR_SIZEOF,
	[PCI_EXT_CAP_ID_DVSEC] = VARIABLE,
};

/* The kernel reads no register that isn't aligned. */
static int read_register(const struct vfio_view *view, unsigned int offset, unsigned int size,
			 uint32_t *value)
{
	if (offset % size || offset + size > VPASID_CONFIG_SIZE)
		return -EPROTO;
	*value = 0;
	for (unsigned int i = 0; i < size; i++)
		*value |= (uint32_t)view->config[offset + i] << 8 * i;
	return 0;
}

static int round_up(int value, int to)
{
	return (value + to - 1) / to * to;
}

static int msi_length(uint32_t flags)
{
	return 10 + (flags & PCI_MSI_FLAGS_64BIT ? 4 : 0) +
	       (flags & PCI_MSI_FLAGS_MASKBIT ? 10 : 0);
}

/* The kernel knows these flags from the first such capability, wherever it stands. */
static int express_length(const struct vfio_view *view)
{
	int offset = vpasid_conventional_find(view->config, VPASID_CONFIG_SIZE, PCI_CAP_ID_EXP);
	unsigned int flags = offset > 0 ? get_le16(view->config + offset + PCI_EXP_FLAGS) : 0;
	bool is_integrated = (flags & PCI_EXP_FLAGS_TYPE) >> 4 == PCI_EXP_TYPE_RC_END;

	if ((flags & PCI_EXP_FLAGS_VERS) == 1)
		return is_integrated ? PCIE_V1_INTEGRATED : PCI_CAP_EXP_ENDPOINT_SIZEOF_V1;
	return is_integrated ? PCIE_V2_INTEGRATED : PCI_CAP_EXP_ENDPOINT_SIZEOF_V2;
}

static void look_for_extended(struct vfio_view *view)
{
	view->is_extended = get_le32(view->config + VPASID_CONFIG_CONVENTIONAL);
}

static int variable_length(struct vfio_view *view, uint8_t id, unsigned int offset)
{
	uint32_t value = 0;
	int ret = 0;

	switch (id) {
	case PCI_CAP_ID_MSI:
		ret = read_register(view, offset + PCI_MSI_FLAGS, 2, &value);
		return ret ? ret : msi_length(value);
	case PCI_CAP_ID_PCIX:
		ret = read_register(view, offset + PCI_X_CMD, 2, &value);
		if (ret || !PCI_X_CMD_VERSION(value))
			return ret ? ret : PCI_CAP_PCIX_SIZEOF_V0;
		look_for_extended(view);
		return PCI_CAP_PCIX_SIZEOF_V2;
	case PCI_CAP_ID_VNDR:
		ret = read_register(view, offset + PCI_CAP_FLAGS, 1, &value);
		return ret ? ret : (int)value;
	case PCI_CAP_ID_EXP:
		look_for_extended(view);
		return express_length(view);
	case PCI_CAP_ID_HT:
		ret = read_register(view, offset + 3, 1, &value);
		if (ret)
			return ret;
		return value & HT_3BIT_CAP_MASK ? HT_CAP_SIZEOF_SHORT : HT_CAP_SIZEOF_LONG;
	default: /* PCI_CAP_ID_SATA */
		ret = read_register(view, offset + PCI_SATA_REGS, 1, &value);
		if (ret)
			return ret;
		return (value & PCI_SATA_REGS_MASK) == PCI_SATA_REGS_INLINE ? PCI_SATA_SIZEOF_LONG
									    : PCI_SATA_SIZEOF_SHORT;
	}
}

int vpasid_vfio_length(struct vfio_view *view, uint8_t id, unsigned int offset)
{
	unsigned int length = id < sizeof(lengths) ? lengths[id] : HIDDEN;

	return length == VARIABLE ? variable_length(view, id, offset) : (int)length;
}

/* VC and MFVC: the arbitration table of virtual channels counts, those of ports don't. */
static int vc_length(const struct vfio_view *view, unsigned int offset)
{
	uint32_t channels, phases;
	int ret = read_register(view, offset + PCI_VC_PORT_CAP1, 4, &channels);
	int length;

	if (!ret)
		ret = read_register(view, offset + PCI_VC_PORT_CAP2, 4, &phases);
	if (ret)
		return ret;

	length = PCI_CAP_VC_BASE_SIZEOF +
		 (1 + (int)(channels & PCI_VC_CAP1_EVCC)) * PCI_CAP_VC_PER_VC_SIZEOF;
	if (phases & PCI_VC_CAP2_128_PHASE)
		return round_up(length, 16) + 128 / 2;
	if (phases & PCI_VC_CAP2_64_PHASE)
		return round_up(length, 16) + 64 / 2;
	if (phases & PCI_VC_CAP2_32_PHASE)
		return round_up(length, 16) + 32 / 2;
	return length;
}

static int acs_length(const struct vfio_view *view, unsigned int offset)
{
	uint32_t value;
	int ret = read_register(view, offset + PCI_ACS_CAP, 1, &value);

	if (ret || !(value & PCI_ACS_EC))
		return ret ? ret : 8;
	ret = read_register(view, offset + PCI_ACS_EGRESS_BITS, 1, &value);
	if (ret)
		return ret;
	return 8 + (value ? round_up((int)value, 32) : 256) / 8;
}

static int variable_ext_length(const struct vfio_view *view, uint16_t id, unsigned int offset)
{
	uint32_t value;
	int ret;

	switch (id) {
	case PCI_EXT_CAP_ID_VC:
	case PCI_EXT_CAP_ID_VC9:
	case PCI_EXT_CAP_ID_MFVC:
		return vc_length(view, offset);
	case PCI_EXT_CAP_ID_ACS:
		return acs_length(view, offset);
	case PCI_EXT_CAP_ID_REBAR:
		ret = read_register(view, offset + PCI_REBAR_CTRL, 1, &value);
		if (ret)
			return ret;
		return 4 + (int)(value >> 5) * 8; /* Number of Resizable BARs */
	case PCI_EXT_CAP_ID_DPA:
		ret = read_register(view, offset + PCI_DPA_CAP, 1, &value);
		return ret ? ret
			   : PCI_DPA_BASE_SIZEOF + (int)(value & PCI_DPA_CAP_SUBSTATE_MASK) + 1;
	case PCI_EXT_CAP_ID_TPH:
		ret = read_register(view, offset + PCI_TPH_CAP, 4, &value);
		if (ret || (value & PCI_TPH_CAP_LOC_MASK) != PCI_TPH_LOC_CAP)
			return ret ? ret : PCI_TPH_BASE_SIZEOF;
		return PCI_TPH_BASE_SIZEOF +
		       (int)((value & PCI_TPH_CAP_ST_MASK) >> PCI_TPH_CAP_ST_SHIFT) * 2 + 2;
	default: /* VSEC and DVSEC have their length in the same place */
		ret = read_register(view, offset + PCI_VNDR_HEADER, 4, &value);
		return ret ? ret : (int)PCI_VNDR_HEADER_LEN(value);
	}
}

int vpasid_vfio_ext_length(const struct vfio_view *view, uint16_t id, unsigned int offset)
{
	unsigned int length = id < sizeof(ext_lengths) ? ext_lengths[id] : HIDDEN;

	if (id == PCI_EXT_CAP_ID_DVSEC && !view->has_dvsec)
		return HIDDEN;
	return length == VARIABLE ? variable_ext_length(view, id, offset) : (int)length;
}
