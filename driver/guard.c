// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard in front of a driver's read and write operations: it passes on the part of each
 * access that isn't guarded. It uses the operations beneath it, and doesn't depend on the
 * module that it is built into.
 */

#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include <linux/vfio_pci_pasid.h>

#define PASID_GUARD	"guard"

static bool guard = true;
module_param(guard, bool, 0444);
MODULE_PARM_DESC(guard,
		 "Block VFIO users' accesses to the registers of the function's own PASID capability: reads return zeros, writes are dropped. If false, accesses reach the hardware, as with vfio-pci. (default: true)");

static ssize_t pasid_rw_beneath(const struct vfio_device_ops *beneath, struct vfio_device *vdev,
				char __user *buf, size_t count, loff_t *ppos, bool iswrite)
{
	return iswrite ? beneath->write(vdev, buf, count, ppos) :
			 beneath->read(vdev, buf, count, ppos);
}

/*
 * Splits an access to config space that overlaps the guarded range. The operations beneath
 * handle the parts before and after the range, the guard handles the part inside it. As in
 * the core, the access succeeds as a whole or fails, and *ppos doesn't change if it fails. If
 * another driver transfers less than requested, the access ends there.
 *
 * noinline: it has many variables, and every access would pay for them.
 */
static noinline ssize_t
pasid_rw_split(struct vfio_pci_pasid *pasid, const struct vfio_device_ops *beneath,
	       struct vfio_device *vdev, char __user *buf, size_t before, size_t guarded,
	       size_t behind, loff_t *ppos, bool iswrite)
{
	loff_t pos = *ppos;
	ssize_t done = 0, ret;

	if (before) {
		done = pasid_rw_beneath(beneath, vdev, buf, before, &pos, iswrite);
		if (done < 0)
			return done;
		if (done < before)
			goto out;
	}

	ret = vfio_pci_pasid_rw_guarded(pasid, buf + done, guarded, iswrite, PASID_GUARD);
	if (ret < 0)
		return ret;
	pos += ret;
	done += ret;

	if (behind) {
		ret = pasid_rw_beneath(beneath, vdev, buf + done, behind, &pos, iswrite);
		if (ret < 0)
			return ret;
		done += ret;
	}
out:
	*ppos = pos;
	return done;
}

/**
 * pasid_rw() - handle a VFIO user's read or write, and guard the PASID capability
 * @pasid: What is known of the function's PASID.
 * @beneath: The operations that handle everything outside of the guarded range.
 * @vdev: The device, for @beneath.
 * @buf: The user's buffer; not const, even for a write.
 * @count: The length of @buf.
 * @ppos: The offset in the device's file; advanced.
 * @iswrite: Whether it is a write.
 *
 * Return: the bytes read or written, or the negative errno.
 */
static ssize_t pasid_rw(struct vfio_pci_pasid *pasid, const struct vfio_device_ops *beneath,
			struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos,
			bool iswrite)
{
	u64 first = *ppos & VFIO_PCI_OFFSET_MASK;
	u64 end = first + count;
	u64 guard_first = max_t(u64, first, pasid->guard_start);
	u64 guard_end = min_t(u64, end, pasid->guard_end);

	/* The core refuses an access that reaches beyond config space as a whole. */
	if (VFIO_PCI_OFFSET_TO_INDEX(*ppos) != VFIO_PCI_CONFIG_REGION_INDEX ||
	    guard_first >= guard_end || end > pasid->pdev->cfg_size)
		return pasid_rw_beneath(beneath, vdev, buf, count, ppos, iswrite);

	return pasid_rw_split(pasid, beneath, vdev, buf, guard_first - first,
			      guard_end - guard_first, end - guard_end, ppos, iswrite);
}
