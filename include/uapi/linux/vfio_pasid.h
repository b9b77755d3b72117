/* SPDX-License-Identifier: ((GPL-2.0-only WITH Linux-syscall-note) OR MIT) */
/*
 * PASID of a VFIO PCI device, reported through VFIO_DEVICE_FEATURE.
 *
 * A PCIe function with the PASID extended capability (PCIe r6.0, 7.8.9) can
 * tag its DMA with a Process Address Space ID. Whoever gives such a function
 * to a guest asks here whether the host has PASID enabled for it, how wide a
 * PASID may be, and which permissions a request may carry. The answer is kept
 * out of the device's VFIO config space on purpose: a VMM that doesn't know
 * this feature can't expose the capability to a guest by accident.
 *
 * To ask, put the payload behind a struct vfio_device_feature of <linux/vfio.h>
 * and hand it to an open VFIO device:
 *
 *	struct {
 *		struct vfio_device_feature hdr;
 *		struct vfio_device_feature_pasid_ext ext;
 *	} ask = {
 *		.hdr.argsz = sizeof(ask),
 *		.hdr.flags = VFIO_DEVICE_FEATURE_GET |
 *			     VFIO_DEVICE_FEATURE_PASID_STABLE,
 *	};
 *
 *	if (!ioctl(device_fd, VFIO_DEVICE_FEATURE, &ask)) {
 *		width = ask.ext.pasid.width;
 *		if (ask.ext.flags & VFIO_DEVICE_PASID_IOMMU_WIDTH)
 *			width = min(width, ask.ext.iommu_width);
 *		if (width)
 *			;	// PASIDs 1 .. (1 << width) - 1 may be used
 *	}
 */
#ifndef _UAPI_LINUX_VFIO_PASID_H
#define _UAPI_LINUX_VFIO_PASID_H

#include <linux/types.h>

/*
 * The feature's numbers. Both have the same handler.
 *
 * VFIO_DEVICE_FEATURE_PASID is the number that the feature was proposed with.
 * Since Linux 6.19 the VFIO core gives it to VFIO_DEVICE_FEATURE_DMA_BUF, so
 * it means PASID on older kernels only.
 *
 * VFIO_DEVICE_FEATURE_PASID_STABLE (PASID's extended capability ID, in the high
 * range) never moves and never means anything else.
 *
 * Ask VFIO_DEVICE_FEATURE_PASID_STABLE first. On ENOTTY, ask
 * VFIO_DEVICE_FEATURE_PASID with a payload of exactly
 * sizeof(struct vfio_device_feature_pasid): DMA_BUF rejects that size with
 * EINVAL, so its answer can't be taken for this one.
 */
#define VFIO_DEVICE_FEATURE_PASID		11
#define VFIO_DEVICE_FEATURE_PASID_STABLE	0xf01b

/*
 * Permissions, in @capabilities and @enabled. Mind that these are not the bit
 * positions of the PASID Capability and Control registers (1 and 2 there).
 */
#define VFIO_DEVICE_PASID_CAP_EXEC	(1 << 0)	/* Execute Permission */
#define VFIO_DEVICE_PASID_CAP_PRIV	(1 << 1)	/* Privileged Mode */

/* The widest PASID that PCIe has: Max PASID Width is at most 20. */
#define VFIO_DEVICE_PASID_MAX_WIDTH	20

/**
 * struct vfio_device_feature_pasid - the PASID capability of a device
 * @capabilities: VFIO_DEVICE_PASID_CAP_*, the permissions that the function
 *	supports, from its PASID Capability register. All other bits are 0.
 * @width: Max PASID Width in bits, 1 to 20, as that register encodes it: the
 *	function can use PASIDs 0 to (1 << @width) - 1. 0 means that the device
 *	has no PASID now: no capability, not enabled by the host's IOMMU driver,
 *	or a kernel without CONFIG_PCI_PASID; all other fields of this struct are
 *	0 then, too.
 * @__reserved: 0.
 *
 * Flags: VFIO_DEVICE_FEATURE_GET and VFIO_DEVICE_FEATURE_PROBE.
 *
 * A VF has no PASID capability of its own, it shares its PF's (PCIe r6.0,
 * 9.3.7.14): a VF answers what its PF answers.
 *
 * The call reads no register of the device and is right in any power state and
 * during a reset. The capability is read-only hardware and was read when the
 * driver was bound; whether it is enabled is looked up at each call.
 *
 * The answer is that of the moment. Intel's and Arm's drivers enable PASID when
 * they find the function, and leave it on; but Intel's of Linux 6.1 switches it
 * off and on again, within milliseconds, when the function gets another address
 * space, as it does when it is opened or closed through VFIO. AMD's enables it
 * with the address space that the function is attached to: it is on with one
 * that was made for PASIDs (IOMMU_HWPT_ALLOC_PASID of iommufd) and off with
 * others, and off as long as the function has none, which is how VFIO begins. So
 * ask again after each change of what the function is attached to. A VF shares
 * its PF's setting, and whoever has the PF can change that at any time: for
 * instance by opening the PF through VFIO.
 *
 * Return: 0 on success, also if there is no PASID (@width 0); -1 with errno
 *	EINVAL	neither GET nor PROBE, SET asked for, or the payload (argsz less
 *		the 8 bytes of struct vfio_device_feature) is shorter than this
 *		struct,
 *	EFAULT	the payload can't be written,
 *	ENOTTY	the device's driver doesn't have this feature.
 */
struct vfio_device_feature_pasid {
	__u16	capabilities;
	__u8	width;
	__u8	__reserved;
};

/* In @flags: @iommu_width is known. */
#define VFIO_DEVICE_PASID_IOMMU_WIDTH	(1 << 0)

/**
 * struct vfio_device_feature_pasid_ext - the capability, and what the host made of it
 * @pasid: The PASID capability, as a caller with the shorter payload gets it.
 * @enabled: VFIO_DEVICE_PASID_CAP_*, the permissions that the host's IOMMU
 *	driver has switched on in the PASID Control register: a subset of
 *	@pasid.capabilities.
 * @iommu_width: With VFIO_DEVICE_PASID_IOMMU_WIDTH in @flags, log2 of the number
 *	of PASIDs that the IOMMU gives this device, rounded down. A user of PASIDs
 *	has as many bits as the lesser of @pasid.width and @iommu_width. If that is
 *	0, the IOMMU has PASID 0 alone, which is DMA without a PASID: none can be
 *	used. It is told of a device that has the capability also while PASID is
 *	off, when @pasid.width is 0. Without the flag it is 0 and the kernel doesn't
 *	say how many there are.
 * @flags: VFIO_DEVICE_PASID_IOMMU_WIDTH. All other bits are 0.
 *
 * This is the payload of the same feature for a caller that offers 8 bytes or more:
 * the kernel writes the first 8 and leaves the others as they were. A caller that
 * offers 4 to 7 bytes gets the 4 of struct vfio_device_feature_pasid.
 */
struct vfio_device_feature_pasid_ext {
	struct vfio_device_feature_pasid pasid;
	__u16	enabled;
	__u8	iommu_width;
	__u8	flags;
};

#endif /* _UAPI_LINUX_VFIO_PASID_H */
