// SPDX-License-Identifier: GPL-2.0-only
/*
 * A livepatch of the functions that vfio_pasid stands before. They do other things then, so that
 * a test sees whose functions are called: each feature is refused with EILSEQ, and config space
 * reads as bytes of 0x5a.
 */
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

static int patched_feature(struct vfio_device *device, u32 flags, void __user *arg, size_t argsz)
{
	return -EILSEQ;
}

static ssize_t patched_read(struct vfio_device *device, char __user *buf, size_t count,
			    loff_t *ppos)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (put_user(0x5a, buf + i))
			return -EFAULT;
	*ppos += count;
	return count;
}

static struct klp_func patched_functions[] = {
	{ .old_name = "vfio_pci_core_ioctl_feature", .new_func = patched_feature },
	{ .old_name = "vfio_pci_core_read", .new_func = patched_read },
	{}
};

static struct klp_object patched_objects[] = {
	{ .name = "vfio_pci_core", .funcs = patched_functions },
	{}
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = patched_objects,
};

static int __init livepatch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_exit(void)
{
}

module_init(livepatch_init);
module_exit(livepatch_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A livepatch of vfio-pci-core for tests");
MODULE_INFO(livepatch, "Y");
