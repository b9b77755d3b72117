// SPDX-License-Identifier: GPL-2.0-only
/*
 * provoke: makes the kernel fail on purpose, so that a test can show that the
 * lab notices.
 *
 * Write the name of a fault to /sys/kernel/debug/provoke:
 *
 * warn  a WARN
 * oops  a write through a bad pointer
 * hang  a loop with interrupts off, for ever
 * lock  a loop that keeps the processor, for ever: a soft lockup
 * rcu   an RCU reader that never ends, hidden from the soft lockup watchdog: a stall
 */

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static struct dentry *provoke_file;

static void provoke_warn(void)
{
	WARN(1, "provoked\n");
}

static void provoke_oops(void)
{
	/* Not NULL, or the compiler would see through it. */
	WRITE_ONCE(*(int *)(PAGE_SIZE / 2), 1);
}

static void provoke_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static void provoke_lock(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
}

static void provoke_nothing(struct rcu_head *head)
{
}

static void provoke_rcu(void)
{
	static struct rcu_head head;

	/* A grace period that has begun keeps the timeout that held then. */
	synchronize_rcu();
	rcu_read_lock();
	preempt_disable();
	call_rcu(&head, provoke_nothing); /* begins one that waits for this reader */
	for (;;)
		touch_softlockup_watchdog();
}

static const struct {
	const char *name;
	void (*provoke)(void);
} provoke_faults[] = {
	{ "warn", provoke_warn },
	{ "oops", provoke_oops },
	{ "hang", provoke_hang },
	{ "lock", provoke_lock },
	{ "rcu", provoke_rcu },
};

static ssize_t provoke_write(struct file *file, const char __user *buffer,
			     size_t count, loff_t *ppos)
{
	char name[8] = "";
	unsigned int i;

	if (count >= sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, buffer, count))
		return -EFAULT;

	for (i = 0; i < ARRAY_SIZE(provoke_faults); i++) {
		if (sysfs_streq(name, provoke_faults[i].name)) {
			provoke_faults[i].provoke();
			return count;
		}
	}

	return -EINVAL;
}

static const struct file_operations provoke_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = provoke_write,
};

static int __init provoke_init(void)
{
	provoke_file = debugfs_create_file("provoke", 0200, NULL, NULL,
					   &provoke_fops);
	return 0;
}

static void __exit provoke_exit(void)
{
	debugfs_remove(provoke_file);
}

module_init(provoke_init);
module_exit(provoke_exit);

MODULE_DESCRIPTION("Makes the kernel fail on purpose");
MODULE_LICENSE("GPL");
