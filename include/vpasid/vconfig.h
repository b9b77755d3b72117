/* SPDX-License-Identifier: MIT */
/*
 * A guest's view of a function's config space, with virtual capabilities: PASID, ATS, PRI, and
 * others that the VMM has.
 */
#ifndef VPASID_VCONFIG_H
#define VPASID_VCONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>
#include <vpasid/config.h>
#include <vpasid/info.h>
#include <vpasid/place.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_CTRL_ENABLE - PASID Enable
 * VPASID_CTRL_EXEC - Execute Permission Enable
 * VPASID_CTRL_PRIV - Privileged Mode Enable
 *
 * Bits of the PASID Control register (PCIe r6.0, 7.8.9.3), as in
 * <linux/pci_regs.h>; not those of &vpasid_info.enabled.
 */
#define VPASID_CTRL_ENABLE (1u << 0)
#define VPASID_CTRL_EXEC   (1u << 1)
#define VPASID_CTRL_PRIV   (1u << 2)

/**
 * VPASID_ATS_STU - Smallest Translation Unit: log2 of its number of 4096-byte blocks
 * VPASID_ATS_ENABLE - ATS Enable
 *
 * Bits of the ATS Control register (PCIe r6.0, 10.5.1.3).
 */
#define VPASID_ATS_STU	  0x001fu
#define VPASID_ATS_ENABLE (1u << 15)

/**
 * VPASID_PRI_ENABLE - Enable
 * VPASID_PRI_RESET - Reset; reads as zero
 *
 * Bits of the Page Request Control register (PCIe r6.0, 10.5.2.2).
 */
#define VPASID_PRI_ENABLE (1u << 0)
#define VPASID_PRI_RESET  (1u << 1)

/**
 * VPASID_PRI_FAILURE - Response Failure
 * VPASID_PRI_UNEXPECTED - Unexpected Page Request Group Index
 * VPASID_PRI_STOPPED - Stopped
 * VPASID_PRI_PASID_REQUIRED - PRG Response PASID Required
 *
 * Bits of the Page Request Status register (PCIe r6.0, 10.5.2.3).
 */
#define VPASID_PRI_FAILURE	  (1u << 0)
#define VPASID_PRI_UNEXPECTED	  (1u << 1)
#define VPASID_PRI_STOPPED	  (1u << 8)
#define VPASID_PRI_PASID_REQUIRED (1u << 15)

/**
 * struct vpasid_vconfig_ops - what stands behind a guest's view
 * @argsz: sizeof(struct vpasid_vconfig_ops). A program that was built with a shorter one leaves
 *	the members behind it at NULL.
 * @reserved: 0.
 * @read: Reads length bytes of the function's config space at offset into data.
 *	Returns 0, or a negative errno that becomes the result of the guest's access.
 *	NULL: what isn't emulated reads as in the snapshot.
 * @write: Writes length bytes of data to the function's config space at offset.
 *	Returns 0, or a negative errno that becomes the result of the guest's access.
 *	NULL: a write to what isn't emulated is dropped.
 * @pasid_changed: Called after the guest, a reset or a restored state has changed the PASID
 *	Control register, with its new value (VPASID_CTRL_*). May be NULL.
 * @ats_changed: The same for the ATS Control register (VPASID_ATS_*).
 * @pri_changed: Called after the guest, a reset or a restored state has changed the Enable bit or
 *	the Outstanding Page Request Allocation, or has reset the page request interface. control
 *	is the Enable bit as it is now, and VPASID_PRI_RESET if the interface has to forget what is
 *	outstanding. Returns VPASID_PRI_STOPPED if Enable is clear and no page request is
 *	outstanding; 0 if some are, and vpasid_vconfig_set_pri_status() will tell when they are
 *	done. NULL: none ever is.
 * @cap_changed: Called after the guest, a reset or a restored state has changed a capability that
 *	is made of the VMM's bytes. It may read the capability's registers.
 *
 * The last four aren't called if the values stay the same, but @pri_changed is also called if a
 * restored state has another Status alone: it says whether the interface is stopped. They may call
 * vpasid_vconfig_control(), vpasid_vconfig_offset() and, for a capability's own registers,
 * vpasid_vconfig_read(), but no other function for the same view.
 *
 * @read and @write are never called for a byte of a virtual capability, of one that is taken out,
 * or of a header that the view has changed. An access that goes beyond such bytes is split: @read
 * and @write may be called several times for one access, each time for a part of it, in
 * ascending order of offsets. If an access must be refused, that is known before any part
 * of it is done, unless it is @read or @write that fails.
 */
struct vpasid_vconfig_ops {
	uint32_t argsz;
	uint32_t reserved;
	int (*read)(void *opaque, uint16_t offset, void *data, uint16_t length);
	int (*write)(void *opaque, uint16_t offset, const void *data, uint16_t length);
	void (*pasid_changed)(void *opaque, uint16_t control);
	void (*ats_changed)(void *opaque, uint16_t control);
	uint16_t (*pri_changed)(void *opaque, uint16_t control, uint32_t allocation);
	void (*cap_changed)(void *opaque, const struct vpasid_cap *cap);
};

/**
 * struct vpasid_vconfig_registers - what a virtual capability is made of
 * @bytes: As many as the capability has, its header included, little-endian. They are copied, and
 *	need no alignment. Of the header the ID must be right; the view has a version and a
 *	pointer of its own.
 * @writable: As many bytes: the bits that the guest can write. The header's don't count. NULL:
 *	none.
 * @length: How many bytes @bytes has, and @writable if it isn't NULL: at least as many as the
 *	capability. More don't count.
 * @reserved: 0.
 *
 * PASID's don't count: they are made of &vpasid_vconfig_request.info. For ATS, @bytes tells the
 * Capability register; for PRI, the Outstanding Page Request Capacity and PRG Response PASID
 * Required. @writable doesn't count for them. If @bytes is NULL, they are taken from the
 * function's own capability in &vpasid_vconfig_request.config. A VF has no PRI but shares
 * its PF's, so there @bytes are the PF's (PCIe r6.0, 10.5.2).
 *
 * All others need @bytes: what the guest reads at first, and after a reset.
 */
struct vpasid_vconfig_registers {
	const void *bytes;
	const void *writable;
	uint32_t length;
	uint32_t reserved;
};

/**
 * struct vpasid_vconfig_request - a view to be made
 * @argsz: sizeof(struct vpasid_vconfig_request). A program that was built with a shorter one leaves
 *	the members behind it at their defaults.
 * @flags: 0.
 * @config: The function's config space. It is copied, and needs no alignment.
 * @size: How many bytes @config has: VPASID_CONFIG_SIZE.
 * @info: What the host says about the function's PASID; its usable width isn't 0. May be NULL if
 *	PASID isn't in @placement.
 * @placement: Where the virtual capabilities go, from vpasid_place() with the same @config.
 * @width: Max PASID Width for the guest, at most vpasid_info_usable_width() of @info. It
 *	is less if the virtual IOMMU can't handle all of that. 0 is for all of it.
 * @withheld: The permissions that the guest isn't offered though it could be, VPASID_CAP_*. As
 *	with @width, what the guest has can be narrowed to what another host has.
 * @registers: What the capabilities of @placement are made of, in the same order. NULL with a
 *	@register_count of 0 if nothing has to be said.
 * @register_count: 0 or &vpasid_placement.cap_count of @placement.
 * @masked: IDs of capabilities that are taken out of the guest's chain, as ATS where the host can't
 *	have it. Those of @placement are never in it.
 * @masked_count: How many there are.
 * @ops: The callbacks behind the view; they are copied. NULL if there is nothing
 *	but the snapshot.
 * @opaque: Handed to the callbacks.
 *
 * The guest is offered the permissions that the function supports. If @info knows what
 * the host has switched on, it is offered only those that are switched on.
 */
struct vpasid_vconfig_request {
	uint32_t argsz;
	uint32_t flags;
	const void *config;
	size_t size;
	const struct vpasid_info *info;
	const struct vpasid_placement *placement;
	uint16_t width;
	uint16_t withheld;
	uint32_t register_count;
	const struct vpasid_vconfig_registers *registers;
	const uint16_t *masked;
	size_t masked_count;
	const struct vpasid_vconfig_ops *ops;
	void *opaque;
};

/**
 * DOC: struct vpasid_vconfig is a guest's view of one function
 *
 * Locking: functions that take a const view may be called for one view by any number of threads
 * at a time, as far as its &vpasid_vconfig_ops.read may be. The others need the view for
 * themselves: while one of them runs, no other call for the same view may. Different views are
 * independent.
 *
 * vpasid_vconfig_new() allocates the view; no other function allocates anything.
 */
struct vpasid_vconfig;

/**
 * vpasid_vconfig_new() - make a guest's view
 * @request: What it is made of.
 * @vconfig: Set to the view, which the caller frees with vpasid_vconfig_free(); to NULL
 *	on error.
 *
 * The virtual capabilities are appended to the chain of the function's own capabilities, in the
 * placement's order. The guest reaches the function's own as before, in the same order, and each
 * once. A pointer that would lead the guest astray (back into the chain, below 0x100, to nothing)
 * is replaced by one to the next virtual capability.
 *
 * A capability of the function's own is taken out of the chain if it has the ID of a virtual one
 * (but for those that may be repeated, see &struct vpasid_cap), if it is masked, and if it is
 * PASID. It becomes the virtual one if that goes to its offset. The registers of one that
 * is taken out read as zeros, as far as its length is known, and can't be written. A chain has to
 * begin at 0x100: if the guest would have no capability there, a header with ID 0 stands there in
 * the view. If the function's chain ends with a header of ID and version 0, and nothing follows it
 * in the view, that header reads as zeros, which end a chain as well.
 *
 * PASID, ATS and PRI are off in the new view, whatever @request->config has.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE; PASID is in @request->placement, and
 *		there is no info, its width is 0 or above VPASID_MAX_WIDTH, @request->width is above
 *		the usable width, or the usable width is 0; a capability has no registers, too few
 *		bytes of them, or those of another ID; or a member makes no sense,
 *	-E2BIG	@request or @request->ops is longer than this library knows, and the rest of it
 *		isn't zero,
 *	-ESTALE	the digest of @request->placement isn't that of this layout,
 *	-EBUSY	an offset of @request->placement lies in another capability, or isn't one
 *		that a capability can have: it doesn't come from vpasid_place(),
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-ENOMEM	there is no memory.
 */
VPASID_API int vpasid_vconfig_new(const struct vpasid_vconfig_request *request,
				  struct vpasid_vconfig **vconfig);

/**
 * vpasid_vconfig_free() - free a view
 * @vconfig: The view, or NULL.
 */
VPASID_API void vpasid_vconfig_free(struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_read() - read for the guest
 * @vconfig: The view.
 * @offset: Where the first byte is, with any alignment.
 * @data: Filled in, little-endian as config space is; all ones on error.
 * @length: How many bytes to read: 0 to as many as there are from @offset on.
 *
 * Return: 0, or
 *	-EINVAL	the access isn't all within VPASID_CONFIG_SIZE,
 *	-errno	what &vpasid_vconfig_ops.read returned.
 */
VPASID_API int vpasid_vconfig_read(const struct vpasid_vconfig *vconfig, size_t offset, void *data,
				   size_t length);

/**
 * vpasid_vconfig_write() - write for the guest
 * @vconfig: The view.
 * @offset: Where the first byte goes, with any alignment.
 * @data: What to write, little-endian.
 * @length: How many bytes to write: 0 to as many as there are from @offset on.
 *
 * Of the virtual PASID only the Control register can be written: PASID Enable, and
 * each permission that is offered. While PASID Enable is set and stays set, permissions
 * don't change (7.8.9.3: such a change has no defined result).
 *
 * Of ATS only the Control register can be written (10.5.1.3): STU and Enable. While Enable is set
 * and stays set, STU doesn't change.
 *
 * Of PRI (10.5.2), in this order if one access has several:
 *
 * - Enable. When it is set, the flags of Status are cleared. It can't be set while Stopped is
 *   clear (that has an indeterminate result). When it is cleared, Stopped is cleared until no
 *   page request is outstanding: &vpasid_vconfig_ops.pri_changed says so, or
 *   vpasid_vconfig_set_pri_status() does.
 * - Reset, if Enable is clear, or is being cleared: Stopped is set at once. Reads as zero.
 * - Response Failure and Unexpected Page Request Group Index are cleared by writing ones.
 * - Outstanding Page Request Allocation, while Enable is clear (a change while it is set has no
 *   defined result). What is above the Capacity becomes the Capacity.
 *
 * Of other capabilities, the bits of their mask can be written. The rest of the capabilities, what
 * is taken out of the chain, and the headers that the view has changed, are read-only.
 *
 * If a function has Function Level Reset, a write that initiates it (in Device Control,
 * 7.5.3.4, or in Advanced Features) resets the view once that part of the write has gone to the
 * device, as vpasid_vconfig_reset() does, even if a later part fails. Bytes are written in the
 * order of their offsets, so what the same write has for a capability comes after the reset.
 *
 * Return: 0, or
 *	-EINVAL	the access isn't all within VPASID_CONFIG_SIZE; nothing is written,
 *	-errno	what &vpasid_vconfig_ops.write returned; everything before the part that
 *		failed is written, the rest isn't.
 */
VPASID_API int vpasid_vconfig_write(struct vpasid_vconfig *vconfig, size_t offset, const void *data,
				    size_t length);

/**
 * vpasid_vconfig_reset() - reset the view after the function was reset
 * @vconfig: The view.
 *
 * All virtual capabilities become as they were in the new view, as any reset of a function does
 * (6.6): PASID and ATS Control are clear, the page request interface is disabled and stopped. To be
 * called for resets that don't come through vpasid_vconfig_write(): a reset of the machine or the
 * bus, a return from D3hot without No_Soft_Reset, VFIO_DEVICE_RESET.
 */
VPASID_API void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_control() - tell how the guest has set PASID
 * @vconfig: The view.
 *
 * Return: the PASID Control register, VPASID_CTRL_*; 0 without PASID.
 */
VPASID_API uint16_t vpasid_vconfig_control(const struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_offset() - tell where a virtual capability stands
 * @vconfig: The view.
 * @id: Capability ID.
 *
 * Return: the offset of the header of the first virtual capability with that ID; 0 if there is
 * none.
 */
VPASID_API uint16_t vpasid_vconfig_offset(const struct vpasid_vconfig *vconfig, uint16_t id);

/**
 * vpasid_vconfig_set_pri_status() - tell the guest what became of page requests
 * @vconfig: The view.
 * @flags: What has happened: VPASID_PRI_FAILURE, VPASID_PRI_UNEXPECTED, VPASID_PRI_STOPPED.
 *
 * The flags are set in the Page Request Status register (PCIe r6.0, 10.5.2.3). Stopped counts only
 * while Enable is clear. A failure while the interface stops ends that: Stopped is set, too.
 *
 * Return: 0, or
 *	-ENOENT	the view has no PRI,
 *	-EINVAL	@flags has other bits.
 */
VPASID_API int vpasid_vconfig_set_pri_status(struct vpasid_vconfig *vconfig, uint16_t flags);

/**
 * struct vpasid_vconfig_patch - a dword that the guest sees otherwise than the function has it
 * @offset: Where it stands: 0x100 to 0xffc, a multiple of 4.
 * @reserved: 0.
 * @value: What the guest reads now. Bits that aren't in @mask are 0.
 * @mask: The bits that are the view's; the others are the function's own. Only of a header of which
 *	nothing but the pointer changes, bits are the function's.
 * @writable: The bits that the guest can write. Rules of a register (see vpasid_vconfig_write())
 *	may hold a write back.
 * @w1c: The bits that the guest clears by writing ones.
 *
 * Numbers are in the machine's byte order: bit 0 is in the byte at @offset.
 */
struct vpasid_vconfig_patch {
	uint16_t offset;
	uint16_t reserved;
	uint32_t value;
	uint32_t mask;
	uint32_t writable;
	uint32_t w1c;
};

/**
 * vpasid_vconfig_patches() - tell what the view changes of config space, as a table
 * @vconfig: The view.
 * @patches: Filled in with as many as fit, in ascending order of offsets; may be NULL if @count
 *	is 0.
 * @count: How many @patches has room for.
 *
 * For VMMs that keep config space themselves, as QEMU and Cloud Hypervisor do: they apply the
 * table to what they have of the function, and route the accesses to dwords with writable or w1c
 * bits to vpasid_vconfig_write() and vpasid_vconfig_read(), or emulate them. The table of a
 * view is the same all the time, but for the values of these bits.
 *
 * Return: how many there are, which may be more than @count.
 */
VPASID_API size_t vpasid_vconfig_patches(const struct vpasid_vconfig *vconfig,
					 struct vpasid_vconfig_patch *patches, size_t count);

/**
 * VPASID_VCONFIG_STATE_MAX - bytes that a saved state has at most
 */
#define VPASID_VCONFIG_STATE_MAX 4608

/**
 * vpasid_vconfig_state_size() - tell how long a saved state is
 * @vconfig: The view.
 *
 * Return: how many bytes vpasid_vconfig_save() fills in: always the same for one view.
 */
VPASID_API size_t vpasid_vconfig_state_size(const struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_save() - save what a migration stream must carry
 * @vconfig: The view.
 * @state: Filled in with the same bytes on any machine.
 * @size: How many bytes @state has.
 *
 * The state holds the format's version, the digest of the function's layout, the virtual
 * capabilities with their places and registers, a digest of the chain that the guest sees, and a
 * checksum. lib/vconfig_state.c has the format. Its major version changes if older libraries can't
 * read it; with a higher minor version there are further fields, which they skip.
 *
 * Return: the number of bytes, or
 *	-ENOSPC	@size is less.
 */
VPASID_API int vpasid_vconfig_save(const struct vpasid_vconfig *vconfig, void *state, size_t size);

/**
 * struct vpasid_vconfig_state - what a saved state says, before there is a view
 * @argsz: sizeof(struct vpasid_vconfig_state), set by the caller.
 * @version: The format's major version: 1 or 2.
 * @minor: The format's minor version.
 * @width: Max PASID Width, in bits; 0 without PASID.
 * @permissions: The permissions that the guest was offered, VPASID_CAP_*.
 * @reserved: 0.
 * @placement: Where the guest has its capabilities. The reasons aren't known: they are 0.
 */
struct vpasid_vconfig_state {
	uint32_t argsz;
	uint16_t version;
	uint16_t minor;
	uint8_t width;
	uint8_t permissions;
	uint8_t reserved[6];
	struct vpasid_placement placement;
};

/**
 * vpasid_vconfig_state_peek() - look into a saved state, before there is a view
 * @state: What vpasid_vconfig_save() has filled in on another host. As it comes from a stream,
 *	nothing in it is trusted.
 * @size: How many bytes @state has.
 * @peeked: Filled in, as far as its argsz goes. It is as it was on error.
 *
 * The target of a migration checks the placement with vpasid_place_verify(), and makes a view with
 * it, with the width, and without the other permissions (&vpasid_vconfig_request.withheld).
 *
 * Thread-safe; allocates nothing.
 *
 * Return: 0, or
 *	-EPROTO	@state isn't a saved state, is of a later major version, or is damaged,
 *	-EINVAL, -E2BIG	@peeked->argsz can't be one.
 */
VPASID_API int vpasid_vconfig_state_peek(const void *state, size_t size,
					 struct vpasid_vconfig_state *peeked);

/**
 * vpasid_vconfig_restore() - take over what the guest has set on another host
 * @vconfig: The view, made on this host.
 * @state: What vpasid_vconfig_save() has filled in there, with any version of this library. As it
 *	comes from a stream, nothing in it is trusted.
 * @size: How many bytes @state has.
 *
 * Return: 0, or
 *	-EPROTO	@state isn't a saved state, is of a later major version, or is damaged,
 *	-ESTALE	it is from a view with another layout, other capabilities, offsets, width or
 *		permissions: the guest would see its device change.
 *	On error the view is as it was before.
 */
VPASID_API int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const void *state,
				      size_t size);

/**
 * vpasid_vconfig_why_stale() - tell why a saved state can't be restored
 * @vconfig: The view; NULL to tell what is wrong with the state alone.
 * @state: The state that vpasid_vconfig_restore() or vpasid_vconfig_state_peek() refused.
 * @size: How many bytes @state has.
 * @text: Where to put a sentence and a null byte; may be NULL if @text_size is 0.
 * @text_size: How many bytes @text has. VPASID_VCONFIG_WHY_TEXT is enough.
 *
 * The sentence has no full stop, as in "the guest has PASID at 0xe00, this host would
 * have it at 0xff8". It is empty if nothing is wrong.
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_vconfig_why_stale(const struct vpasid_vconfig *vconfig, const void *state,
					size_t size, char *text, size_t text_size);

/**
 * VPASID_VCONFIG_WHY_TEXT - bytes that such a sentence needs at most
 */
#define VPASID_VCONFIG_WHY_TEXT 160

VPASID_END_DECLS

#endif /* VPASID_VCONFIG_H */
