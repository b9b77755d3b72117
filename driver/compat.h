/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs from kernel to kernel, so that one source does for Linux 6.1 and all
 * later ones. HAVE_* come from probes.mk, which asks the compiler.
 */
#ifndef PASID_COMPAT_H
#define PASID_COMPAT_H

#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include <linux/vfio_pasid.h>

/* 6.1 has no name for the width in PASID's Capability register. */
#ifndef PCI_PASID_CAP_WIDTH
#define PCI_PASID_CAP_WIDTH	0x1f00
#endif

/*
 * Whether VFIO_DEVICE_FEATURE with these flags is about PASID. The proposed number means that
 * only if the VFIO core hasn't given it to another feature. The module is built with the running
 * kernel's header, which tells.
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

/* Up to 6.1, a device's release has to free it. */
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

/* Since 6.6: and this one detaches it from its address space. */
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

/* Since 6.17, for VFs with a token that are bound to an iommufd; it is called even if NULL. */
#ifdef HAVE_vfio_device_ops_match_token_uuid
#define PASID_VFIO_PCI_TOKEN_OPS					\
	.match_token_uuid = vfio_pci_core_match_token_uuid,
#else
#define PASID_VFIO_PCI_TOKEN_OPS
#endif

/*
 * After 6.12, for VFIO_DEVICE_FEATURE_DMA_BUF: without it the core exports no BAR.
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
