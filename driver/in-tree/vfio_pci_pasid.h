/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PASID in vfio-pci-core: the feature, and the guard of the function's own registers.
 */
#ifndef VFIO_PCI_PASID_H
#define VFIO_PCI_PASID_H

#include <linux/vfio_pci_core.h>

/*
 * In pci_config_map, beside the PCI_CAP_ID_INVALID* of vfio_pci_priv.h: bytes of the
 * function's own PASID capability, which a user can't reach.
 */
#define PCI_CAP_ID_GUARDED_PASID	0xFD

int vfio_pci_pasid_init(struct vfio_pci_core_device *vdev);
int vfio_pci_pasid_ioctl_feature(struct vfio_device *device, u32 flags,
				 void __user *arg, size_t argsz);
void vfio_pci_pasid_guard(struct vfio_pci_core_device *vdev);
ssize_t vfio_pci_pasid_guarded_rw(struct vfio_pci_core_device *vdev, char __user *buf,
				  size_t count, bool iswrite);

#endif /* VFIO_PCI_PASID_H */
