/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PASID of a VFIO PCI device: what its user is told of it, and the guard that keeps its
 * registers out of the user's reach.
 */
#ifndef _LINUX_VFIO_PCI_PASID_H
#define _LINUX_VFIO_PCI_PASID_H

#include <linux/types.h>

#include <linux/vfio_pasid.h>

struct pci_dev;

/**
 * struct vfio_pci_pasid - what is known of a function's PASID, and what of it is guarded
 * @pdev: The function.
 * @answer: What a user is told while PASID is enabled, but for @enabled in it; zeros if the
 *	function, or a VF's PF, has no PASID.
 * @guard_start: The first offset in config space that is out of the user's reach.
 * @guard_end: The first offset behind that range; @guard_start if there is none.
 * @told: The kernel's log says that a write was dropped.
 *
 * All but @told are set by vfio_pci_pasid_init(), from read-only registers. They don't change
 * once a user has the function open, so no lock is needed.
 */
struct vfio_pci_pasid {
	struct pci_dev *pdev;
	struct vfio_device_feature_pasid_ext answer;
	u16 guard_start;
	u16 guard_end;
	bool told;
};

int vfio_pci_pasid_init(struct vfio_pci_pasid *pasid, struct pci_dev *pdev, bool guard);
int vfio_pci_pasid_feature(const struct vfio_pci_pasid *pasid, u32 flags, void __user *arg,
			   size_t argsz);
ssize_t vfio_pci_pasid_rw_guarded(struct vfio_pci_pasid *pasid, char __user *buf, size_t count,
				  bool iswrite, const char *parameter);

#endif /* _LINUX_VFIO_PCI_PASID_H */
