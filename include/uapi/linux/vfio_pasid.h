/* SPDX-License-Identifier: ((GPL-2.0-only WITH Linux-syscall-note) OR MIT) */
/*
 * PASID of a VFIO PCI device, reported through VFIO_DEVICE_FEATURE.
 *
 * A PCIe function with the PASID extended capability (PCIe r6.0, 7.8.9) can tag
 * its DMA with a Process Address Space ID. A program that assigns such a
 * function to a guest uses this feature to find out whether the host has PASID
 * enabled for it, how wide a PASID may be, and which permissions a request may
 * have. The device's VFIO config space doesn't contain this information on
 * purpose: a VMM that doesn't know this feature can't expose the capability to
 * a guest by accident.
 *
 * To use it, put the payload after a struct vfio_device_feature of
 * <linux/vfio.h> and pass it to an open VFIO device:
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
 * VFIO_DEVICE_FEATURE_PASID is the number in the original proposal of the
 * feature. Since Linux 6.19 the VFIO core uses it for
 * VFIO_DEVICE_FEATURE_DMA_BUF, so it means PASID only on older kernels.
 *
 * VFIO_DEVICE_FEATURE_PASID_STABLE (PASID's extended capability ID, in the high
 * range) is permanent and never has another meaning.
 *
 * Try VFIO_DEVICE_FEATURE_PASID_STABLE first. If it fails with ENOTTY, try
 * VFIO_DEVICE_FEATURE_PASID with a payload of exactly
 * sizeof(struct vfio_device_feature_pasid): DMA_BUF rejects this size with
 * EINVAL, so its answer can't be mistaken for that of this feature.
 */
#define VFIO_DEVICE_FEATURE_PASID		11
#define VFIO_DEVICE_FEATURE_PASID_STABLE	0xf01b

/*
 * Permissions, in @capabilities and @enabled. Note that these are not the bit
 * positions of the PASID Capability and Control registers, which are 1 and 2.
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
 *	has no PASID at present: it has no capability, the host's IOMMU driver
 *	hasn't enabled it, or the kernel was built without CONFIG_PCI_PASID. All
 *	other fields of this struct are then 0, too.
 * @__reserved: 0.
 *
 * Flags: VFIO_DEVICE_FEATURE_GET and VFIO_DEVICE_FEATURE_PROBE.
 *
 * A VF has no PASID capability of its own, but shares its PF's (PCIe r6.0,
 * 9.3.7.14): the answer for a VF is that for its PF.
 *
 * The call reads no register of the device and is correct in any power state
 * and during a reset. The capability is read-only, and was read when the driver
 * was bound; each call checks whether it is enabled.
 *
 * The answer is valid at the time of the call. Intel's and Arm's drivers enable
 * PASID when the function is probed, and leave it enabled; but Intel's of Linux
 * 6.1 disables and enables it again, within milliseconds, when the function is
 * attached to another address space, for example when it is opened or closed
 * through VFIO. AMD's driver enables PASID while the function is attached to an
 * address space that was allocated for PASIDs (IOMMU_HWPT_ALLOC_PASID of
 * iommufd). It disables PASID while the function is attached to another address
 * space or to none; with VFIO, none is attached initially. Therefore, query
 * again after each change of the function's address space. A VF shares its PF's
 * setting, and the user of the PF can change it at any time, for example by
 * opening the PF through VFIO.
 *
 * Return: 0 on success, including no PASID (@width 0); -1 with errno
 *	EINVAL	the flags have neither GET nor PROBE, or have SET, or the payload (argsz
 *		minus the 8 bytes of struct vfio_device_feature) is shorter than this
 *		struct,
 *	EFAULT	the payload can't be written,
 *	ENOTTY	the device's driver doesn't support this feature.
 */
struct vfio_device_feature_pasid {
	__u16	capabilities;
	__u8	width;
	__u8	__reserved;
};

/* In @flags: @iommu_width is known. */
#define VFIO_DEVICE_PASID_IOMMU_WIDTH	(1 << 0)

/**
 * struct vfio_device_feature_pasid_ext - PASID capability and host settings
 * @pasid: The PASID capability, as in the shorter payload.
 * @enabled: VFIO_DEVICE_PASID_CAP_*, the permissions that the host's IOMMU
 *	driver has enabled in the PASID Control register: a subset of
 *	@pasid.capabilities.
 * @iommu_width: With VFIO_DEVICE_PASID_IOMMU_WIDTH in @flags, log2 of the
 *	number of PASIDs that the IOMMU supports for this device, rounded down.
 *	The usable width is the smaller of @pasid.width and @iommu_width. If
 *	@iommu_width is 0, the IOMMU only supports PASID 0, which is DMA without
 *	a PASID: no PASID can be used. For a device that has the capability, it
 *	is also reported while PASID is disabled, when @pasid.width is 0.
 *	Without the flag it is 0, and the number is unknown.
 * @flags: VFIO_DEVICE_PASID_IOMMU_WIDTH. All other bits are 0.
 *
 * This is the payload of the same feature for a buffer of 8 bytes or more: the
 * kernel writes the first 8 and doesn't change the others. If the buffer has 4
 * to 7 bytes, the kernel writes the 4 bytes of
 * struct vfio_device_feature_pasid.
 */
struct vfio_device_feature_pasid_ext {
	struct vfio_device_feature_pasid pasid;
	__u16	enabled;
	__u8	iommu_width;
	__u8	flags;
};

#endif /* _UAPI_LINUX_VFIO_PASID_H */
