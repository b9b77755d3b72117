// SPDX-License-Identifier: GPL-2.0-only
//
// Puts the calls of vfio_pci_pasid.c into vfio-pci-core, of Linux 6.12 or later.
// driver/in-tree/apply says into which files of a kernel's source.

@@
@@
#include "vfio_pci_priv.h"
+#include "vfio_pci_pasid.h"

// What the core keeps of a device.
@@
@@
struct vfio_pci_core_device {
	...
+	u16			pasid_pos;
+	u16			pasid_capabilities;
+	u8			pasid_width;
+	bool			pasid_write_dropped;
};

// It is read when a driver gives the device to the core.
@@
identifier vdev;
symbol ret;
@@
int vfio_pci_core_register_device(struct vfio_pci_core_device *vdev)
{
	...
	if (pci_num_vf(...)) { ... return -EBUSY; }
+
+	ret = vfio_pci_pasid_init(vdev);
+	if (ret)
+		return ret;
	...
}

// The feature, for every driver whose .device_feature ends in the core's.
@@
symbol device, flags, arg, argsz;
@@
int vfio_pci_core_ioctl_feature(...)
{
	<...
-	return -ENOTTY;
+	return vfio_pci_pasid_ioctl_feature(device, flags, arg, argsz);
	...>
}

// The guard: when the device is opened, its bytes are marked in the map of its config space,
@@
identifier vdev, ret, out;
@@
int vfio_config_init(struct vfio_pci_core_device *vdev)
{
	...
	ret = vfio_ecap_init(vdev);
	if (ret)
		goto out;
+
+	vfio_pci_pasid_guard(vdev);
	...
}

// and an access to one that is marked goes no further.
@@
symbol buf, count, iswrite;
identifier vdev, ppos, cap_id;
@@
	cap_id = vdev->pci_config_map[*ppos];
+	if (cap_id == PCI_CAP_ID_GUARDED_PASID)
+		return vfio_pci_pasid_guarded_rw(vdev, buf, count, iswrite);
