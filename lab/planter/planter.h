/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PLANTER_H
#define PLANTER_H

#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/pci.h>
#include <linux/types.h>

/**
 * struct planter_function - a PCI function that is watched
 * @list: Links all watched functions. They leave only when the module does.
 * @id: Which function it is, see planter_id().
 * @asleep: Answer as a function in D3cold does: all ones, writes are lost.
 * @reads: Config reads of the function.
 * @writes: Config writes to the function.
 * @planted_reads: Those of @reads that touched a planted byte.
 * @planted_writes: Those of @writes that touched a planted byte.
 * @value: What the planted bytes hold.
 * @owned: 0xff for a planted byte, 0 for a byte that is the hardware's.
 * @writable: The bits of @value that a config write changes.
 * @value_blob: @value, as debugfs wants it.
 * @owned_blob: @owned, as debugfs wants it.
 */
struct planter_function {
	struct list_head list;
	u32 id;
	bool asleep;
	u64 reads;
	u64 writes;
	u64 planted_reads;
	u64 planted_writes;
	u8 value[PCI_CFG_SPACE_EXP_SIZE];
	u8 owned[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_CFG_SPACE_EXP_SIZE];
	struct debugfs_blob_wrapper value_blob;
	struct debugfs_blob_wrapper owned_blob;
};

static inline u32 planter_id(u16 domain, u8 bus, u8 devfn)
{
	return (u32)domain << 16 | bus << 8 | devfn;
}

/* overlay.c: the watched functions and what is planted in them */
extern u64 planter_accesses;

struct planter_function *planter_find(u32 id);
struct planter_function *planter_watch(u32 id);
void planter_plant(struct planter_function *function, unsigned int where,
		   const u8 *value, const u8 *writable, size_t length);
void planter_forget_all(void);

void planter_merge_read(u32 id, unsigned int where, unsigned int size,
			u32 *val);
unsigned int planter_take_write(u32 id, unsigned int where, unsigned int size,
				u32 val);

/* hook.c: standing before the config accesses of every bus */
int planter_hook_all(void);
void planter_unhook_all(void);

#endif /* PLANTER_H */
