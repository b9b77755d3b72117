// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watched functions, the bytes planted in them, and what an access makes of
 * them.
 */

#include <linux/bits.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "planter.h"

/* Config accesses to all hooked buses, whatever function they went to. */
u64 planter_accesses;

static LIST_HEAD(planter_functions);

/*
 * Protects the list, its entries, and the counter above. Raw, and taken with
 * interrupts off, because config accesses come from any context; and needed at
 * all because x86's are not serialized by the PCI core (PCI_LOCKLESS_CONFIG).
 */
static DEFINE_RAW_SPINLOCK(planter_lock);

static struct planter_function *planter_find_locked(u32 id)
{
	struct planter_function *function;

	lockdep_assert_held(&planter_lock);

	list_for_each_entry(function, &planter_functions, list)
		if (function->id == id)
			return function;

	return NULL;
}

/* The function stays valid when the lock is gone: see planter_forget_all(). */
struct planter_function *planter_find(u32 id)
{
	struct planter_function *function;
	unsigned long flags;

	raw_spin_lock_irqsave(&planter_lock, flags);
	function = planter_find_locked(id);
	raw_spin_unlock_irqrestore(&planter_lock, flags);

	return function;
}

/*
 * Starts to watch a function that isn't watched yet, with nothing planted. It
 * need not exist: a VF may be prepared before it is enabled.
 */
struct planter_function *planter_watch(u32 id)
{
	struct planter_function *function;
	unsigned long flags;

	function = kzalloc(sizeof(*function), GFP_KERNEL);
	if (!function)
		return NULL;

	function->id = id;

	raw_spin_lock_irqsave(&planter_lock, flags);
	list_add_tail(&function->list, &planter_functions);
	raw_spin_unlock_irqrestore(&planter_lock, flags);

	return function;
}

/* All at once: no access sees half of it. */
void planter_plant(struct planter_function *function, unsigned int where,
		   const u8 *value, const u8 *writable, size_t length)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&planter_lock, flags);
	memcpy(function->value + where, value, length);
	memcpy(function->writable + where, writable, length);
	memset(function->owned + where, 0xff, length);
	raw_spin_unlock_irqrestore(&planter_lock, flags);
}

/* Only for the module's exit, when nobody can come here any more. */
void planter_forget_all(void)
{
	struct planter_function *function, *next;

	list_for_each_entry_safe(function, next, &planter_functions, list) {
		list_del(&function->list);
		kfree(function);
	}
}

static bool planter_touches(const struct planter_function *function,
			    unsigned int where, unsigned int size)
{
	return memchr_inv(function->owned + where, 0, size);
}

/* @val is what the hardware answered; planted bytes take their place in it. */
void planter_merge_read(u32 id, unsigned int where, unsigned int size, u32 *val)
{
	struct planter_function *function;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&planter_lock, flags);
	planter_accesses++;

	function = planter_find_locked(id);
	if (!function)
		goto unlock;

	function->reads++;
	function->planted_reads += planter_touches(function, where, size);

	for (i = 0; i < size; i++) {
		if (!function->owned[where + i])
			continue;
		*val &= ~(0xffU << (8 * i));
		*val |= (u32)function->value[where + i] << (8 * i);
	}

	if (READ_ONCE(function->asleep))
		*val = GENMASK(8 * size - 1, 0);
unlock:
	raw_spin_unlock_irqrestore(&planter_lock, flags);
}

/* Returns the bytes of the write that are left for the hardware, as bits. */
unsigned int planter_take_write(u32 id, unsigned int where, unsigned int size,
				u32 val)
{
	unsigned int i, forward = GENMASK(size - 1, 0);
	struct planter_function *function;
	unsigned long flags;

	raw_spin_lock_irqsave(&planter_lock, flags);
	planter_accesses++;

	function = planter_find_locked(id);
	if (!function)
		goto unlock;

	function->writes++;
	function->planted_writes += planter_touches(function, where, size);

	if (READ_ONCE(function->asleep)) {
		forward = 0;
		goto unlock;
	}

	for (i = 0; i < size; i++) {
		u8 writable = function->writable[where + i];

		if (!function->owned[where + i])
			continue;
		function->value[where + i] &= ~writable;
		function->value[where + i] |= (val >> (8 * i)) & writable;
		forward &= ~BIT(i);
	}
unlock:
	raw_spin_unlock_irqrestore(&planter_lock, flags);
	return forward;
}
