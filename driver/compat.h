/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The differences between kernels, so that one source is enough for Linux 6.1 and all
 * later ones. probes.mk defines HAVE_* by test compilations.
 */
#ifndef PASID_COMPAT_H
#define PASID_COMPAT_H

#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include <linux/vfio_pasid.h>

/* 6.1 has no name for the width field of the PASID Capability register. */
#ifndef PCI_PASID_CAP_WIDTH
#define PCI_PASID_CAP_WIDTH	0x1f00
#endif

/*
 * Whether VFIO_DEVICE_FEATURE with these flags is about PASID. The proposed number is only used
 * if the kernel's header, which the module is built with, doesn't have it for another feature.
 */
static inline bool compat_is_pasid(u32 flags)
{
	switch (flags & VFIO_DEVICE_FEATURE_MASK) {
#ifndef VFIO_DEVICE_FEATURE_DMA_BUF
	case VFIO_DEVICE_FEATURE_PASID:
#endif
	case VFIO_DEVICE_FEATURE_PASID_STABLE:
		return true;
	default:
		return false;
	}
}

/* Up to 6.1, the release operation has to free the device. */
static inline void compat_free_device(struct vfio_device *vdev)
{
#ifdef HAVE_vfio_free_device
	vfio_free_device(vdev);
#endif
}

/* Since 6.2: these operations bind a device to an iommufd. */
#ifdef HAVE_vfio_device_ops_bind_iommufd
#define PASID_VFIO_PCI_IOMMUFD_OPS					\
	.bind_iommufd	= vfio_iommufd_physical_bind,			\
	.unbind_iommufd	= vfio_iommufd_physical_unbind,			\
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,
#else
#define PASID_VFIO_PCI_IOMMUFD_OPS
#endif

/* Since 6.6: this operation detaches a device from its address space. */
#ifdef HAVE_vfio_device_ops_detach_ioas
#define PASID_VFIO_PCI_DETACH_OPS					\
	.detach_ioas	= vfio_iommufd_physical_detach_ioas,
#else
#define PASID_VFIO_PCI_DETACH_OPS
#endif

/* Since 6.15: these operations attach an address space to a PASID. */
#ifdef HAVE_vfio_device_ops_pasid_attach_ioas
#define PASID_VFIO_PCI_ATTACH_OPS					\
	.pasid_attach_ioas = vfio_iommufd_physical_pasid_attach_ioas,	\
	.pasid_detach_ioas = vfio_iommufd_physical_pasid_detach_ioas,
#else
#define PASID_VFIO_PCI_ATTACH_OPS
#endif

/* After 6.12: .ioctl no longer answers VFIO_DEVICE_GET_REGION_INFO. */
#ifdef HAVE_vfio_device_ops_get_region_info_caps
#define PASID_VFIO_PCI_REGION_OPS					\
	.get_region_info_caps = vfio_pci_ioctl_get_region_info,
#else
#define PASID_VFIO_PCI_REGION_OPS
#endif

/* Since 6.17, for VFs with a token that are bound to an iommufd; called without a NULL check. */
#ifdef HAVE_vfio_device_ops_match_token_uuid
#define PASID_VFIO_PCI_TOKEN_OPS					\
	.match_token_uuid = vfio_pci_core_match_token_uuid,
#else
#define PASID_VFIO_PCI_TOKEN_OPS
#endif

/*
 * After 6.12, for VFIO_DEVICE_FEATURE_DMA_BUF: the core exports no BAR without it.
 */
#ifdef HAVE_vfio_pci_core_device_pci_ops
static const struct vfio_pci_device_ops pasid_vfio_pci_dev_ops = {
	.get_dmabuf_phys = vfio_pci_core_get_dmabuf_phys,
};

static inline void pasid_vfio_pci_set_dev_ops(struct vfio_pci_core_device *vdev)
{
	vdev->pci_ops = &pasid_vfio_pci_dev_ops;
}
#else
static inline void pasid_vfio_pci_set_dev_ops(struct vfio_pci_core_device *vdev)
{
}
#endif

#endif /* PASID_COMPAT_H */
