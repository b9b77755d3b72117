// SPDX-License-Identifier: GPL-2.0-only
//
// Adds the calls of vfio_pci_pasid.c to vfio-pci-core of Linux 6.12 or later.
// driver/in-tree/apply lists the files of the kernel's source that it changes.

// The core's data of a device.
@core@
@@
struct vfio_pci_core_device {
	...
+	struct vfio_pci_pasid	pasid;
};

@depends on core@
@@
#include <linux/vfio.h>
+#include <linux/vfio_pci_pasid.h>

// The capability is read when a driver registers the device with the core.
@@
declarer name module_param;
declarer name MODULE_PARM_DESC;
identifier pdev;
symbol vdev, ret;
@@
+static bool pasid_guard = true;
+module_param(pasid_guard, bool, 0444);
+MODULE_PARM_DESC(pasid_guard,
+		 "Block users' accesses to the registers of the function's own PASID capability: reads return zeros, writes are dropped. If false, accesses reach the hardware. (default: true)");
+
int vfio_pci_core_register_device(struct vfio_pci_core_device *vdev)
{
	struct pci_dev *pdev = vdev->pdev;
	...
	if (pci_num_vf(pdev)) { ... return -EBUSY; }
+
+	ret = vfio_pci_pasid_init(&vdev->pasid, pdev, pasid_guard);
+	if (ret)
+		return ret;
	...
}

// The feature, for every driver whose .device_feature falls back to the core's.
@@
typedef u32;
attribute name __user;
symbol device, flags, arg, argsz;
@@
+static int vfio_pci_core_feature_pasid(struct vfio_device *device, u32 flags,
+				       void __user *arg, size_t argsz)
+{
+	u32 feature = flags & VFIO_DEVICE_FEATURE_MASK;
+	struct vfio_pci_core_device *vdev;
+
+	if (feature != VFIO_DEVICE_FEATURE_PASID_STABLE)
+		return -ENOTTY;
+	vdev = container_of(device, struct vfio_pci_core_device, vdev);
+	return vfio_pci_pasid_feature(&vdev->pasid, flags, arg, argsz);
+}
+
int vfio_pci_core_ioctl_feature(...)
{
	<...
-	return -ENOTTY;
+	return vfio_pci_core_feature_pasid(device, flags, arg, argsz);
	...>
}

// The number that was proposed for it, unless the kernel uses that for DMA_BUF.
@dma_buf@
@@
VFIO_DEVICE_FEATURE_DMA_BUF

@depends on !dma_buf@
symbol feature;
@@
	if (feature != VFIO_DEVICE_FEATURE_PASID_STABLE
+	    && feature != VFIO_DEVICE_FEATURE_PASID
	   )
		return -ENOTTY;

// The guard. The core has split the access into at most 4 bytes, all guarded or none.
@@
symbol buf, count, iswrite;
identifier vdev, ppos, cap_id;
@@
	ret = count;
+
+	if (*ppos >= vdev->pasid.guard_start && *ppos < vdev->pasid.guard_end)
+		return vfio_pci_pasid_rw_guarded(&vdev->pasid, buf, count,
+						 iswrite, "pasid_guard");
	cap_id = vdev->pci_config_map[*ppos];
