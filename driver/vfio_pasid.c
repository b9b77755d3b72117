// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASID through VFIO_DEVICE_FEATURE, and the guard of its registers, for each function that
 * is bound to a driver built on vfio-pci-core: stock vfio-pci, mlx5, qat, xe and others,
 * whether it was bound before or after this module was loaded, open or not.
 *
 * No kernel text is patched. A class interface of VFIO's device class is called for each new
 * VFIO device before anybody can open it, and for the existing devices when the interface is
 * registered. Each device gets a copy of its driver's operations in which a few are replaced
 * by ours. All others, and those that the driver doesn't implement, stay as they are.
 *
 * vfio_device.ops changes under dev_set->lock, under which VFIO opens and closes devices.
 * An open device holds a reference to this module. So nobody is in our read, write and
 * feature operations when the module is unloaded, and an open device never loses the guard.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"

#include "vfio_pci_pasid.c"
#include "guard.c"

/* This driver reports PASID and guards the registers itself. */
#define PASID_VFIO_PCI	"pasid_vfio_pci"

/**
 * struct interposed - a VFIO device whose operations we have replaced
 * @ops: Its operations: a copy of @original, some of them replaced by ours.
 * @original: The operations that it had before.
 * @vdev: The device.
 * @pasid: What is known of its PASID.
 * @is_known: @pasid was read from the function. Set before a user can ask.
 * @node: In the table while @vdev can call our operations.
 * @freed: In the list of devices with restored operations, until nobody can read @ops.
 * @rcu: Delays freeing while somebody walks the table.
 * @is_open: A user has it open, and it holds a reference to this module. dev_set->lock.
 * @is_told: The log already says that unloading waits for this device.
 */
struct interposed {
	struct vfio_device_ops ops;
	const struct vfio_device_ops *original;
	struct vfio_device *vdev;
	struct vfio_pci_pasid pasid;
	bool is_known;
	struct hlist_node node;
	struct list_head freed;
	struct rcu_head rcu;
	bool is_open;
	bool is_told;
};

/*
 * Looked up by device. vdev->ops can't be used for that: another module may have replaced it
 * by a modified copy of ours. Changed under the lock, which nests inside dev_set->lock.
 */
static DEFINE_HASHTABLE(vfio_pasid_table, 8);
static DEFINE_MUTEX(vfio_pasid_lock);
static LIST_HEAD(vfio_pasid_given_back);

/* Calls that are returning from this module, for devices that are no longer in the table. */
static atomic_t vfio_pasid_leaving = ATOMIC_INIT(0);

/*
 * Never NULL in our operations: VFIO only calls them for a device in the table.
 *
 * rcu_read_lock() would be two calls, which cost more than everything else here.
 */
static struct interposed *to_interposed(struct vfio_device *vdev)
{
	struct interposed *each, *found = NULL;

	rcu_read_lock_sched();
	hash_for_each_possible_rcu(vfio_pasid_table, each, node, (unsigned long)vdev) {
		if (each->vdev == vdev) {
			found = each;
			break;
		}
	}
	rcu_read_unlock_sched();
	return found;
}

/*
 * The caller's last step: after it, the caller must not sleep before it has left our text. So
 * this wakes nobody, because with PREEMPT_RT the lock of a wait queue sleeps.
 */
static void vfio_pasid_leave(void)
{
	atomic_fetch_dec_release(&vfio_pasid_leaving);
}

static int vfio_pasid_device_feature(struct vfio_device *vdev, u32 flags, void __user *arg,
				     size_t argsz)
{
	struct interposed *interposed = to_interposed(vdev);

	if (compat_is_pasid(flags)) {
		if (!interposed->is_known)
			return -EIO;
		return vfio_pci_pasid_feature(&interposed->pasid, flags, arg, argsz);
	}

	/* Without the operation, as in qat, VFIO fails with this error. */
	if (!interposed->original->device_feature)
		return -ENOTTY;
	return interposed->original->device_feature(vdev, flags, arg, argsz);
}

static ssize_t vfio_pasid_read(struct vfio_device *vdev, char __user *buf, size_t count,
			       loff_t *ppos)
{
	struct interposed *interposed = to_interposed(vdev);

	return pasid_rw(&interposed->pasid, interposed->original, vdev, buf, count, ppos, false);
}

static ssize_t vfio_pasid_write(struct vfio_device *vdev, const char __user *buf, size_t count,
				loff_t *ppos)
{
	struct interposed *interposed = to_interposed(vdev);

	return pasid_rw(&interposed->pasid, interposed->original, vdev, (char __user *)buf, count,
			ppos, true);
}

/*
 * Restores the device's operations, unless it is open, or another module has replaced them
 * by operations that call ours. Somebody may have read the pointer already and be about to
 * use our copy, so the copy is kept until the module is unloaded. dev_set->lock is held.
 */
static bool vfio_pasid_give_back(struct interposed *interposed)
{
	struct vfio_device *vdev = interposed->vdev;

	lockdep_assert_held(&vdev->dev_set->lock);

	if (interposed->is_open || READ_ONCE(vdev->ops) != &interposed->ops)
		return false;

	mutex_lock(&vfio_pasid_lock);
	WRITE_ONCE(vdev->ops, interposed->original);
	hash_del_rcu(&interposed->node);
	list_add(&interposed->freed, &vfio_pasid_given_back);
	mutex_unlock(&vfio_pasid_lock);
	return true;
}

static int vfio_pasid_open_original(struct interposed *interposed)
{
	const struct vfio_device_ops *original = interposed->original;

	return original->open_device ? original->open_device(interposed->vdev) : 0;
}

/*
 * This module is being unloaded, and the device isn't open yet. It is opened without us;
 * otherwise its user would delay the unload for as long as the device is open.
 */
static int vfio_pasid_open_without_us(struct interposed *interposed)
{
	int ret;

	atomic_inc(&vfio_pasid_leaving);
	if (vfio_pasid_give_back(interposed)) {
		ret = vfio_pasid_open_original(interposed);
	} else {
		/* Another module's operations call ours: the unload has to wait. */
		__module_get(THIS_MODULE);
		ret = vfio_pasid_open_original(interposed);
		interposed->is_open = !ret;
		if (ret)
			module_put(THIS_MODULE);
	}
	vfio_pasid_leave();
	return ret;
}

static void vfio_pasid_learn(struct interposed *interposed)
{
	struct pci_dev *pdev = to_pci_dev(interposed->vdev->dev);

	interposed->is_known = !vfio_pci_pasid_init(&interposed->pasid, pdev, guard);
}

/* VFIO holds dev_set->lock. */
static int vfio_pasid_open_device(struct vfio_device *vdev)
{
	struct interposed *interposed = to_interposed(vdev);
	int ret;

	if (!try_module_get(THIS_MODULE))
		return vfio_pasid_open_without_us(interposed);

	/* If it can't be read now either, the feature fails with EIO until the next open. */
	if (!interposed->is_known)
		vfio_pasid_learn(interposed);

	ret = vfio_pasid_open_original(interposed);
	interposed->is_open = !ret;
	if (ret)
		module_put(THIS_MODULE);
	return ret;
}

/*
 * VFIO holds dev_set->lock, which the unload waits for. So this function can return safely,
 * although it may put the last reference.
 */
static void vfio_pasid_close_device(struct vfio_device *vdev)
{
	struct interposed *interposed = to_interposed(vdev);

	if (interposed->original->close_device)
		interposed->original->close_device(vdev);
	interposed->is_open = false;
	module_put(THIS_MODULE);
}

/*
 * The last operation of a device: nobody uses the device any more, and its dev_set is gone.
 * The device is removed from the table first, as its memory may be reused for a new device.
 * The unload waits until the driver's function has returned here.
 */
static void vfio_pasid_release(struct vfio_device *vdev)
{
	struct interposed *interposed = to_interposed(vdev);
	const struct vfio_device_ops *original = interposed->original;

	atomic_inc(&vfio_pasid_leaving);
	mutex_lock(&vfio_pasid_lock);
	hash_del_rcu(&interposed->node);
	if (READ_ONCE(vdev->ops) == &interposed->ops)
		WRITE_ONCE(vdev->ops, original);
	mutex_unlock(&vfio_pasid_lock);
	kfree_rcu(interposed, rcu);

	if (original->release)
		original->release(vdev);
	vfio_pasid_leave();
}

/*
 * Why a PCI function can't be interposed; NULL if it can. vfio-pci-core only registers devices
 * whose driver data is the core's device. All known drivers built on it use its match operation.
 */
static const char *vfio_pasid_obstacle(struct vfio_device *vdev)
{
	struct vfio_pci_core_device *core =
		container_of(vdev, struct vfio_pci_core_device, vdev);

	if (dev_get_drvdata(vdev->dev) != core || vdev->ops->match != vfio_pci_core_match)
		return "its driver isn't built on vfio-pci-core";
	if (core->pdev != to_pci_dev(vdev->dev))
		return "the running vfio-pci-core isn't the one that this module was built for";
	if (!vdev->ops->read || !vdev->ops->write)
		return "its driver has no read or no write operation";
	return NULL;
}

static void vfio_pasid_fill_ops(struct interposed *interposed)
{
	interposed->ops = *interposed->original;
	interposed->ops.device_feature = vfio_pasid_device_feature;
	interposed->ops.open_device = vfio_pasid_open_device;
	interposed->ops.close_device = vfio_pasid_close_device;
	interposed->ops.release = vfio_pasid_release;

	/* Without anything to guard, accesses must not become slower. */
	if (interposed->pasid.guard_end) {
		interposed->ops.read = vfio_pasid_read;
		interposed->ops.write = vfio_pasid_write;
	}
}

/*
 * The device is registered, and may be open if this module was loaded just now. hisi_acc later
 * compares vdev->ops with its own operations, and creates its debugfs files for migration only
 * if they are the same: a function that is bound after this module was loaded doesn't get them.
 *
 * Returns why the device isn't interposed, or NULL.
 */
static const char *vfio_pasid_interpose(struct vfio_device *vdev)
{
	struct interposed *interposed = kzalloc(sizeof(*interposed), GFP_KERNEL);

	if (!interposed)
		return "out of memory";

	interposed->vdev = vdev;
	vfio_pasid_learn(interposed);

	mutex_lock(&vdev->dev_set->lock);
	interposed->original = vdev->ops;
	vfio_pasid_fill_ops(interposed);
	/*
	 * VFIO's header calls this member private, but there is no other count of a single device's
	 * users: vfio_device_set_open_count() counts the users of a whole set.
	 */
	if (vdev->open_count) {
		__module_get(THIS_MODULE);
		interposed->is_open = true;
	}
	mutex_lock(&vfio_pasid_lock);
	hash_add_rcu(vfio_pasid_table, &interposed->node, (unsigned long)vdev);
	mutex_unlock(&vfio_pasid_lock);
	/* Whoever sees the new operations finds them complete, and the device in the table. */
	smp_store_release(&vdev->ops, &interposed->ops);
	mutex_unlock(&vdev->dev_set->lock);
	return NULL;
}

/*
 * /sys/module/vfio_pasid/devices has a link to each function that this module reports PASID
 * for, to inform admins and vpasid. The module works the same without these links.
 */
static struct kobject *vfio_pasid_devices;

static void vfio_pasid_show(struct device *dev)
{
	int ret = sysfs_create_link(vfio_pasid_devices, &dev->kobj, dev_name(dev));

	if (ret)
		dev_warn(dev, "creating a link in /sys/module/" KBUILD_MODNAME
			 "/devices failed (%d)\n", ret);
}

#ifdef HAVE_add_dev_of_device
static int vfio_pasid_add_dev(struct device *dev)
#else
static int vfio_pasid_add_dev(struct device *dev, struct class_interface *interface)
#endif
{
	struct vfio_device *vdev = container_of(dev, struct vfio_device, device);
	const char *obstacle;

	/* A mediated device, or one on another bus, has no PASID capability. */
	if (!dev_is_pci(vdev->dev))
		return 0;
	if (vdev->ops->name && !strcmp(vdev->ops->name, PASID_VFIO_PCI))
		return 0;

	obstacle = vfio_pasid_obstacle(vdev) ?: vfio_pasid_interpose(vdev);
	if (obstacle)
		/* dev_warn() puts the name of the device's driver before it. */
		dev_warn(vdev->dev,
			 KBUILD_MODNAME ": can't report PASID, nor guard its registers: %s\n",
			 obstacle);
	else
		vfio_pasid_show(vdev->dev);
	return 0;
}

/* The function is unbound, or this module is being unloaded. */
#ifdef HAVE_add_dev_of_device
static void vfio_pasid_remove_dev(struct device *dev)
#else
static void vfio_pasid_remove_dev(struct device *dev, struct class_interface *interface)
#endif
{
	struct vfio_device *vdev = container_of(dev, struct vfio_device, device);

	/* It isn't an error if there is no link. */
	sysfs_remove_link(vfio_pasid_devices, dev_name(vdev->dev));
}

static struct class_interface vfio_pasid_interface = {
	.add_dev = vfio_pasid_add_dev,
	.remove_dev = vfio_pasid_remove_dev,
};

/*
 * VFIO's class isn't exported, but each VFIO device has a pointer to it. So a sample device is
 * allocated, and released at once. Its members also show whether VFIO is the one that this
 * module was built for.
 */
struct vfio_pasid_sample {
	struct vfio_device vdev;
};

static bool vfio_pasid_sample_released;

static void vfio_pasid_release_sample(struct vfio_device *vdev)
{
	vfio_pasid_sample_released = true;
	compat_free_device(vdev);
}

static const struct vfio_device_ops vfio_pasid_sample_ops = {
	.name = KBUILD_MODNAME,
	.release = vfio_pasid_release_sample,
};

static int __init vfio_pasid_find_class(void)
{
	struct vfio_pasid_sample *sample;
	struct device *dev;

	sample = vfio_alloc_device(vfio_pasid_sample, vdev, &platform_bus, &vfio_pasid_sample_ops);
	if (IS_ERR(sample))
		return PTR_ERR(sample);

	dev = &sample->vdev.device;
	if (sample->vdev.dev == &platform_bus && sample->vdev.ops == &vfio_pasid_sample_ops &&
	    dev->parent == &platform_bus && dev->class && !strcmp(dev->class->name, "vfio-dev"))
		vfio_pasid_interface.class = dev->class;
	vfio_put_device(&sample->vdev);

	if (vfio_pasid_interface.class && vfio_pasid_sample_released)
		return 0;
	pr_err("this module doesn't support this kernel's VFIO: nothing was changed\n");
	return -EOPNOTSUPP;
}

static int __init vfio_pasid_init(void)
{
	int ret = vfio_pasid_find_class();

	if (ret)
		return ret;

	vfio_pasid_devices = kobject_create_and_add("devices", &THIS_MODULE->mkobj.kobj);
	if (!vfio_pasid_devices)
		return -ENOMEM;

	ret = class_interface_register(&vfio_pasid_interface);
	if (ret) {
		kobject_put(vfio_pasid_devices);
		return ret;
	}

	/* In this configuration, we can't find out when our text is unused, so it has to stay. */
	if (IS_ENABLED(CONFIG_PREEMPTION) && !IS_ENABLED(CONFIG_TASKS_RCU))
		__module_get(THIS_MODULE);
	return 0;
}

static void vfio_pasid_tell_waiting(struct interposed *interposed)
{
	if (interposed->is_told)
		return;

	interposed->is_told = true;
	dev_warn(interposed->vdev->dev, "unloading " KBUILD_MODNAME " has to wait: %s\n",
		 interposed->is_open ? "the device is open" :
		 "another module has replaced its VFIO operations since; unload that one first");
}

/*
 * The class's lock is held, which VFIO takes before it unregisters a device. So device, set and
 * driver stay without a reference, which could be the last one after the driver was unloaded.
 */
#ifdef HAVE_add_dev_of_device
static void vfio_pasid_unload_dev(struct device *dev)
#else
static void vfio_pasid_unload_dev(struct device *dev, struct class_interface *interface)
#endif
{
	struct vfio_device *vdev = container_of(dev, struct vfio_device, device);
	struct interposed *interposed;

	mutex_lock(&vdev->dev_set->lock);
	interposed = to_interposed(vdev);
	if (interposed && !vfio_pasid_give_back(interposed))
		vfio_pasid_tell_waiting(interposed);
	mutex_unlock(&vdev->dev_set->lock);
}

/* When it is unregistered, remove_dev is called for each existing device. */
static struct class_interface vfio_pasid_unload_interface = {
	.remove_dev = vfio_pasid_unload_dev,
};

static void vfio_pasid_give_back_all(void)
{
	if (!class_interface_register(&vfio_pasid_unload_interface))
		class_interface_unregister(&vfio_pasid_unload_interface);
}

/*
 * Whether a device is in the table, or a call is returning from our text: such calls are counted
 * before their device is removed from the table.
 */
static bool vfio_pasid_is_used(void)
{
	bool ret;

	mutex_lock(&vfio_pasid_lock);
	ret = !hash_empty(vfio_pasid_table);
	mutex_unlock(&vfio_pasid_lock);
	return ret || atomic_read(&vfio_pasid_leaving);
}

/*
 * No device is open, as it would hold a reference to this module, but one may be opened or
 * released right now. And another module may have replaced a device's operations after us by
 * some that call ours: we can't notice that earlier, and an unload can't fail, so it waits.
 */
static void __exit vfio_pasid_exit(void)
{
	struct interposed *interposed, *next;

	vfio_pasid_unload_interface.class = vfio_pasid_interface.class;
	class_interface_unregister(&vfio_pasid_interface);
	kobject_put(vfio_pasid_devices);

	for (vfio_pasid_give_back_all(); vfio_pasid_is_used(); vfio_pasid_give_back_all())
		schedule_timeout_idle(HZ / 20);

	/*
	 * A task that has read vfio_device.ops may be about to call one of its functions, and a
	 * task that is returning from ours may not have left our text. Neither sleeps there.
	 */
	synchronize_rcu_tasks();
	list_for_each_entry_safe(interposed, next, &vfio_pasid_given_back, freed)
		kfree(interposed);
}

module_init(vfio_pasid_init);
module_exit(vfio_pasid_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The vfio-pasid authors");
MODULE_DESCRIPTION("Reports PASID to the users of all VFIO PCI drivers");
MODULE_VERSION("0.2.0");
