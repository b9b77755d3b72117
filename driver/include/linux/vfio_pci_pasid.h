/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PASID of a VFIO PCI device: what is reported to its user, and the guard that blocks the
 * user's accesses to the PASID registers.
 */
#ifndef _LINUX_VFIO_PCI_PASID_H
#define _LINUX_VFIO_PCI_PASID_H

#include <linux/types.h>

#include <linux/vfio_pasid.h>

struct pci_dev;

/**
 * struct vfio_pci_pasid - what is known of a function's PASID, and the guarded range
 * @pdev: The function.
 * @answer: What is reported to a user while PASID is enabled, except for its member @enabled;
 *	zeros if the function, or the PF of a VF, has no PASID.
 * @guard_start: The first guarded offset in config space.
 * @guard_end: The first offset after the guarded range; equal to @guard_start if there is none.
 * @told: The kernel log already says that a write was dropped.
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
