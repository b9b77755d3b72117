// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard before a driver's read and write: of each access the driver gets the part that
 * isn't guarded. It knows the operations that lie beneath it, and nothing of the module that it
 * is in.
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
		 "Keep a VFIO user's accesses away from the registers of the function's own PASID capability: reads give zeros, writes are dropped. Without it they reach the hardware, as with vfio-pci. (default: true)");

static ssize_t pasid_rw_beneath(const struct vfio_device_ops *beneath, struct vfio_device *vdev,
				char __user *buf, size_t count, loff_t *ppos, bool iswrite)
{
	return iswrite ? beneath->write(vdev, buf, count, ppos) :
			 beneath->read(vdev, buf, count, ppos);
}

/*
 * An access to config space that touches the guard is split: what lies beneath has the part
 * before it, then comes the guard's, and what lies beneath has the part behind it. As in the
 * core, it succeeds as a whole or fails, and if it fails *ppos doesn't change; if another
 * driver does less than it was asked for, the access ends there.
 *
 * Its variables are many, and all accesses would pay for them if it were inlined.
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
 * pasid_rw() - a VFIO user's read or write, but for what the guard has of it
 * @pasid: The function's.
 * @beneath: Whose read and write do the rest.
 * @vdev: The device, for @beneath.
 * @buf: The user's buffer, not const for a write, either.
 * @count: Its length.
 * @ppos: Where, as of the device's file; advanced.
 * @iswrite: It is a write.
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

	/* If it reaches beyond config space the core refuses all of it. */
	if (VFIO_PCI_OFFSET_TO_INDEX(*ppos) != VFIO_PCI_CONFIG_REGION_INDEX ||
	    guard_first >= guard_end || end > pasid->pdev->cfg_size)
		return pasid_rw_beneath(beneath, vdev, buf, count, ppos, iswrite);

	return pasid_rw_split(pasid, beneath, vdev, buf, guard_first - first,
			      guard_end - guard_first, end - guard_end, ppos, iswrite);
}
