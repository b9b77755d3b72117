// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standing before the config accesses of every bus.
 *
 * Each root bus gets a copy of its pci_ops in which read and write are ours;
 * so do the buses below it. A bus that appears later inherits it, because
 * pci_alloc_child_bus() takes the parent's.
 */

#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "planter.h"

/**
 * struct planter_hook - how one root bus was before us
 * @list: Links all hooks. Written only while no bus uses any of them.
 * @root: The root bus.
 * @original: The ops that it had.
 * @ops: The ops that it has now.
 */
struct planter_hook {
	struct list_head list;
	struct pci_bus *root;
	struct pci_ops *original;
	struct pci_ops ops;
};

static LIST_HEAD(planter_hooks);

/*
 * By root bus, not with container_of(bus->ops): the ops may be the original
 * ones again by the time that an access which came through ours gets here.
 */
static const struct planter_hook *planter_hook_of(struct pci_bus *bus)
{
	const struct planter_hook *hook;

	while (!pci_is_root_bus(bus))
		bus = bus->parent;

	list_for_each_entry(hook, &planter_hooks, list)
		if (hook->root == bus)
			return hook;

	return NULL;
}

static bool planter_in_config_space(int where, int size)
{
	return where >= 0 && where + size <= PCI_CFG_SPACE_EXP_SIZE;
}

static int planter_read(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 *val)
{
	const struct planter_hook *hook = planter_hook_of(bus);
	int ret;

	if (WARN_ON_ONCE(!hook))
		return PCIBIOS_FUNC_NOT_SUPPORTED;

	ret = hook->original->read(bus, devfn, where, size, val);
	if (ret || !planter_in_config_space(where, size))
		return ret;

	planter_merge_read(planter_id(pci_domain_nr(bus), bus->number, devfn),
			   where, size, val);
	return PCIBIOS_SUCCESSFUL;
}

/* If planted bytes cut a write into pieces, the rest is written byte by byte. */
static int planter_write_bytes(const struct planter_hook *hook,
			       struct pci_bus *bus, unsigned int devfn,
			       int where, unsigned long bytes, u32 val)
{
	unsigned int i;
	int ret;

	for_each_set_bit(i, &bytes, sizeof(val)) {
		ret = hook->original->write(bus, devfn, where + i, 1,
					    (val >> (8 * i)) & 0xff);
		if (ret)
			return ret;
	}

	return PCIBIOS_SUCCESSFUL;
}

static int planter_write(struct pci_bus *bus, unsigned int devfn, int where,
			 int size, u32 val)
{
	const struct planter_hook *hook = planter_hook_of(bus);
	unsigned int forward;

	if (WARN_ON_ONCE(!hook))
		return PCIBIOS_FUNC_NOT_SUPPORTED;

	if (!planter_in_config_space(where, size))
		return hook->original->write(bus, devfn, where, size, val);

	forward = planter_take_write(planter_id(pci_domain_nr(bus), bus->number,
						devfn), where, size, val);
	if (forward == GENMASK(size - 1, 0))
		return hook->original->write(bus, devfn, where, size, val);

	return planter_write_bytes(hook, bus, devfn, where, forward, val);
}

/* A bus whose ops are neither, because of some quirk, stays as it is. */
static void planter_exchange_ops(struct pci_bus *bus, struct pci_ops *from,
				 struct pci_ops *to)
{
	struct pci_bus *child;

	if (bus->ops == from)
		pci_bus_set_ops(bus, to);

	list_for_each_entry(child, &bus->children, node)
		planter_exchange_ops(child, from, to);
}

static struct planter_hook *planter_hook_prepare(struct pci_bus *root)
{
	struct planter_hook *hook = kzalloc(sizeof(*hook), GFP_KERNEL);

	if (!hook)
		return NULL;

	hook->root = root;
	hook->original = root->ops;
	hook->ops = *root->ops;
	hook->ops.read = planter_read;
	hook->ops.write = planter_write;

	return hook;
}

static void planter_free_hooks(void)
{
	struct planter_hook *hook, *next;

	list_for_each_entry_safe(hook, next, &planter_hooks, list) {
		list_del(&hook->list);
		kfree(hook);
	}
}

int planter_hook_all(void)
{
	struct planter_hook *hook;
	struct pci_bus *root;
	int ret = 0;

	/* Neither buses nor functions come or go meanwhile. */
	pci_lock_rescan_remove();

	list_for_each_entry(root, &pci_root_buses, node) {
		hook = planter_hook_prepare(root);
		if (!hook) {
			planter_free_hooks();
			ret = -ENOMEM;
			goto unlock;
		}
		list_add_tail(&hook->list, &planter_hooks);
	}

	/* The list is complete before the first access can look into it. */
	list_for_each_entry(hook, &planter_hooks, list)
		planter_exchange_ops(hook->root, hook->original, &hook->ops);
unlock:
	pci_unlock_rescan_remove();
	return ret;
}

void planter_unhook_all(void)
{
	struct planter_hook *hook;

	pci_lock_rescan_remove();
	list_for_each_entry(hook, &planter_hooks, list)
		planter_exchange_ops(hook->root, &hook->ops, hook->original);
	pci_unlock_rescan_remove();

	/*
	 * An access may have been preempted on its way through our code, even
	 * before its first instruction. None sleeps there, so when every task
	 * has given up its CPU once of its own accord, all have left.
	 */
	synchronize_rcu_tasks();

	planter_free_hooks();
}
