// SPDX-License-Identifier: MIT
#include <linux/pci_regs.h>

#include <vpasid/vfio_view.h>

#include "vfio_ids.h"

bool vfio_shows_extended(unsigned int id, uint32_t flags)
{
	switch (id) {
	case PCI_EXT_CAP_ID_ERR:
	case PCI_EXT_CAP_ID_VC:
	case PCI_EXT_CAP_ID_DSN:
	case PCI_EXT_CAP_ID_PWR:
	case PCI_EXT_CAP_ID_MFVC:
	case PCI_EXT_CAP_ID_VC9:
	case PCI_EXT_CAP_ID_ACS:
	case PCI_EXT_CAP_ID_ARI:
	case PCI_EXT_CAP_ID_ATS:
	case PCI_EXT_CAP_ID_SRIOV:
	case PCI_EXT_CAP_ID_MCAST:
	case PCI_EXT_CAP_ID_PRI:
	case PCI_EXT_CAP_ID_REBAR:
	case PCI_EXT_CAP_ID_DPA:
	case PCI_EXT_CAP_ID_TPH:
	case PCI_EXT_CAP_ID_LTR:
	case PCI_EXT_CAP_ID_VNDR:
		return true;
	case PCI_EXT_CAP_ID_DVSEC:
		return !(flags & VPASID_VFIO_VIEW_NO_DVSEC);
	default:
		return false;
	}
}

bool vfio_shows_conventional(unsigned int id)
{
	switch (id) {
	case PCI_CAP_ID_PM:
	case PCI_CAP_ID_AGP:
	case PCI_CAP_ID_VPD:
	case PCI_CAP_ID_MSI:
	case PCI_CAP_ID_PCIX:
	case PCI_CAP_ID_HT:
	case PCI_CAP_ID_VNDR:
	case PCI_CAP_ID_EXP:
	case PCI_CAP_ID_MSIX:
	case PCI_CAP_ID_SATA:
	case PCI_CAP_ID_AF:
		return true;
	default:
		return false;
	}
}
