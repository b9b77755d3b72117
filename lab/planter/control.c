// SPDX-License-Identifier: GPL-2.0-only
/*
 * planter: stands before the config accesses of all PCI functions, and answers
 * for the bytes that were planted in them, as if the hardware had them.
 *
 * It knows nothing of capabilities: whoever plants computes the bytes. The
 * files in /sys/kernel/debug/planter:
 *
 * plant     Write "FUNCTION OFFSET BYTES [WRITABLE]" to plant bytes, as in
 *           "0000:00:05.0 0x180 1b0001000614 000000000000". BYTES are two hex
 *           digits each, in address order. WRITABLE, of the same length, says
 *           which bits a config write changes; without it, none. The kernel
 *           reads most of a function's config space once, when it is found:
 *           remove the function and rescan after planting.
 * watch     Write "FUNCTION" to have its accesses counted without planting.
 * accesses  Read the number of config accesses to all functions.
 *
 * and for each function that was planted in or watched, in FUNCTION/:
 *
 * config          What the planted bytes hold, in 4096 bytes; others are zero.
 *                 It is read without any config access.
 * owned           0xff for each planted byte, 0 for those of the hardware.
 * asleep          Write 1 and the function answers as one in D3cold: reads give
 *                 all ones, writes are lost.
 * reads, writes   The number of config accesses to the function.
 * planted_reads,
 * planted_writes  Those of them that touched a planted byte.
 *
 * A function need not exist to be planted in. What was planted stays until the
 * module goes; planting over it replaces it.
 */

#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* 6.1 has hex2bin() in linux/kernel.h; the newest have it here alone. */
#ifdef HAVE_HEX_H
#include <linux/hex.h>
#endif

#include "planter.h"

/* "FUNCTION 0xfff " and two hex strings of a whole config space, and a bit. */
#define PLANTER_MAX_LINE	(4 * PCI_CFG_SPACE_EXP_SIZE + 64)

static struct dentry *planter_dir;

/* Serializes writers, so that no function is watched twice. */
static DEFINE_MUTEX(planter_control_lock);

static void planter_publish(struct planter_function *function)
{
	u32 id = function->id;
	struct dentry *dir;
	char name[16];

	snprintf(name, sizeof(name), "%04x:%02x:%02x.%d", id >> 16,
		 PCI_BUS_NUM(id), PCI_SLOT(id), PCI_FUNC(id));
	dir = debugfs_create_dir(name, planter_dir);

	function->value_blob.data = function->value;
	function->value_blob.size = sizeof(function->value);
	debugfs_create_blob("config", 0444, dir, &function->value_blob);

	function->owned_blob.data = function->owned;
	function->owned_blob.size = sizeof(function->owned);
	debugfs_create_blob("owned", 0444, dir, &function->owned_blob);

	debugfs_create_bool("asleep", 0644, dir, &function->asleep);
	debugfs_create_u64("reads", 0444, dir, &function->reads);
	debugfs_create_u64("writes", 0444, dir, &function->writes);
	debugfs_create_u64("planted_reads", 0444, dir,
			   &function->planted_reads);
	debugfs_create_u64("planted_writes", 0444, dir,
			   &function->planted_writes);
}

static struct planter_function *planter_find_or_watch(u32 id)
{
	struct planter_function *function;

	lockdep_assert_held(&planter_control_lock);

	function = planter_find(id);
	if (function)
		return function;

	function = planter_watch(id);
	if (function)
		planter_publish(function);

	return function;
}

/* Takes "DDDD:BB:DD.F" off the head of the line. */
static int planter_parse_function(char **line, u32 *id)
{
	unsigned int domain, bus, slot, func;
	char *word = strsep(line, " ");
	int end = 0;

	if (sscanf(word, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &func,
		   &end) != 4 || word[end])
		return -EINVAL;

	if (slot > 0x1f || func > 7)
		return -EINVAL;

	*id = planter_id(domain, bus, PCI_DEVFN(slot, func));
	return 0;
}

/* A missing word gives all zeros. */
static int planter_parse_bytes(const char *word, u8 *bytes, size_t length)
{
	if (!word)
		return 0;

	if (strlen(word) != 2 * length)
		return -EINVAL;

	return hex2bin(bytes, word, length);
}

/**
 * struct planter_line - a line of the plant file
 * @id: The function.
 * @where: The offset of the first byte.
 * @length: The number of bytes.
 * @value: The bytes.
 * @writable: The bits of them that a config write changes.
 */
struct planter_line {
	u32 id;
	unsigned int where;
	size_t length;
	u8 value[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_CFG_SPACE_EXP_SIZE];
};

static int planter_parse_line(char *line, struct planter_line *bytes)
{
	char *where, *value;
	int ret;

	ret = planter_parse_function(&line, &bytes->id);
	if (ret)
		return ret;

	where = strsep(&line, " ");
	value = strsep(&line, " ");
	if (!where || !value)
		return -EINVAL;

	ret = kstrtouint(where, 0, &bytes->where);
	if (ret)
		return ret;

	bytes->length = strlen(value) / 2;
	if (bytes->where >= PCI_CFG_SPACE_EXP_SIZE ||
	    bytes->length > PCI_CFG_SPACE_EXP_SIZE - bytes->where)
		return -ERANGE;

	ret = planter_parse_bytes(value, bytes->value, bytes->length);
	if (ret)
		return ret;

	return planter_parse_bytes(line, bytes->writable, bytes->length);
}

static int planter_do_plant(char *line)
{
	struct planter_function *function;
	struct planter_line *bytes;
	int ret;

	bytes = kzalloc(sizeof(*bytes), GFP_KERNEL);
	if (!bytes)
		return -ENOMEM;

	ret = planter_parse_line(line, bytes);
	if (ret)
		goto free;

	function = planter_find_or_watch(bytes->id);
	if (!function) {
		ret = -ENOMEM;
		goto free;
	}

	planter_plant(function, bytes->where, bytes->value, bytes->writable,
		      bytes->length);
free:
	kfree(bytes);
	return ret;
}

static int planter_do_watch(char *line)
{
	u32 id;
	int ret;

	ret = planter_parse_function(&line, &id);
	if (ret)
		return ret;

	if (line)
		return -EINVAL;

	return planter_find_or_watch(id) ? 0 : -ENOMEM;
}

/* One write() is one line. */
static ssize_t planter_control_write(const char __user *buffer, size_t count,
				     int (*act)(char *line))
{
	char *line;
	int ret;

	if (count > PLANTER_MAX_LINE)
		return -E2BIG;

	line = memdup_user_nul(buffer, count);
	if (IS_ERR(line))
		return PTR_ERR(line);

	mutex_lock(&planter_control_lock);
	ret = act(strim(line));
	mutex_unlock(&planter_control_lock);

	kfree(line);
	return ret ? ret : count;
}

static ssize_t planter_plant_write(struct file *file, const char __user *buffer,
				   size_t count, loff_t *ppos)
{
	return planter_control_write(buffer, count, planter_do_plant);
}

static ssize_t planter_watch_write(struct file *file, const char __user *buffer,
				   size_t count, loff_t *ppos)
{
	return planter_control_write(buffer, count, planter_do_watch);
}

static const struct file_operations planter_plant_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = planter_plant_write,
};

static const struct file_operations planter_watch_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = planter_watch_write,
};

static int __init planter_init(void)
{
	int ret;

	ret = planter_hook_all();
	if (ret)
		return ret;

	planter_dir = debugfs_create_dir("planter", NULL);
	debugfs_create_file("plant", 0200, planter_dir, NULL,
			    &planter_plant_fops);
	debugfs_create_file("watch", 0200, planter_dir, NULL,
			    &planter_watch_fops);
	debugfs_create_u64("accesses", 0444, planter_dir, &planter_accesses);

	return 0;
}

static void __exit planter_exit(void)
{
	/* Waits for those who are in a file, and lets nobody in after them. */
	debugfs_remove_recursive(planter_dir);
	planter_unhook_all();
	planter_forget_all();
}

module_init(planter_init);
module_exit(planter_exit);

MODULE_DESCRIPTION("Plants bytes in the config space of PCI functions");
MODULE_LICENSE("GPL");
