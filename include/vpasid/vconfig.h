/* SPDX-License-Identifier: MIT */
/*
 * A guest's view of a function's config space, with virtual capabilities: PASID, ATS, PRI, and
 * others of the VMM.
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
 * struct vpasid_vconfig_ops - the callbacks behind a guest's view
 * @argsz: sizeof(struct vpasid_vconfig_ops). For a program that was built with a shorter struct,
 *	the other members are NULL.
 * @reserved: 0.
 * @read: Reads length bytes of the function's config space at offset into data. Returns 0, or a
 *	negative errno that becomes the result of the guest's access. NULL: bytes that aren't
 *	emulated read as in the snapshot.
 * @write: Writes length bytes of data to the function's config space at offset. Returns 0, or a
 *	negative errno that becomes the result of the guest's access. NULL: writes to bytes that
 *	aren't emulated are dropped.
 * @pasid_changed: Called after the guest, a reset or a restored state has changed the PASID
 *	Control register, with its new value (VPASID_CTRL_*). May be NULL.
 * @ats_changed: The same for the ATS Control register (VPASID_ATS_*).
 * @pri_changed: Called after the guest, a reset or a restored state has changed the Enable bit or
 *	the Outstanding Page Request Allocation, or has reset the page request interface. control is
 *	the new Enable bit, and VPASID_PRI_RESET if the interface must discard outstanding page
 *	requests. Returns VPASID_PRI_STOPPED if Enable is clear and no page request is outstanding;
 *	0 if some are, and the VMM will call vpasid_vconfig_set_pri_status() when they are done.
 *	NULL: none is ever outstanding.
 * @cap_changed: Called after the guest, a reset or a restored state has changed a capability with
 *	the VMM's own bytes. It may read the capability's registers.
 *
 * The last four aren't called if the values stay the same, with one exception: @pri_changed is also
 * called if only Status changes in a restored state, because its result shows whether the interface
 * is stopped. They may call vpasid_vconfig_control(), vpasid_vconfig_offset() and, for a
 * capability's own registers, vpasid_vconfig_read(), but no other function for the same view.
 *
 * @read and @write are never called for a byte of a virtual capability, of a removed capability, or
 * of a header that the view has changed. An access that includes such bytes and others is split:
 * @read and @write may be called several times for one access, each time for a part of it, in
 * ascending order of offsets. If an access must be refused, this is determined before any part of
 * it is done, unless @read or @write fails.
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
 * struct vpasid_vconfig_registers - the registers from which a virtual capability is made
 * @bytes: All bytes of the capability, including its header, little-endian. They are copied, and
 *	need no alignment. In the header, only the ID must be correct; the view sets the version and
 *	the pointer.
 * @writable: The bits that the guest can write, in the same number of bytes. Those of the header
 *	are ignored. NULL: none.
 * @length: The number of bytes of @bytes, and of @writable if it isn't NULL: at least that of the
 *	capability. Further bytes are ignored.
 * @reserved: 0.
 *
 * The registers of PASID are ignored, because they are made from &vpasid_vconfig_request.info. For
 * ATS, only the Capability register of @bytes is used; for PRI, only the Outstanding Page Request
 * Capacity and PRG Response PASID Required. @writable is ignored for both. If @bytes is NULL, they
 * are taken from the function's own capability in &vpasid_vconfig_request.config. A VF has no PRI
 * capability, but shares its PF's, so @bytes must then be the PF's (PCIe r6.0, 10.5.2).
 *
 * All other capabilities require @bytes: the values that the guest reads initially, and after a
 * reset.
 */
struct vpasid_vconfig_registers {
	const void *bytes;
	const void *writable;
	uint32_t length;
	uint32_t reserved;
};

/**
 * struct vpasid_vconfig_request - a request for a view
 * @argsz: sizeof(struct vpasid_vconfig_request). For a program that was built with a shorter
 *	struct, the other members have their defaults.
 * @flags: 0.
 * @config: The function's config space. It is copied, and needs no alignment.
 * @size: The number of bytes of @config: VPASID_CONFIG_SIZE.
 * @info: What the host reports about the function's PASID; its usable width must not be 0. May be
 *	NULL if PASID isn't in @placement.
 * @placement: The offsets of the virtual capabilities, from vpasid_place() with the same @config.
 * @width: Max PASID Width for the guest, at most vpasid_info_usable_width() of @info. Use less if
 *	the virtual IOMMU supports less. 0 means the usable width.
 * @withheld: The permissions that the guest doesn't get although the host allows them,
 *	VPASID_CAP_*. Like @width, this narrows the guest's capability to what another host
 *	supports.
 * @registers: The registers of the capabilities of @placement, in the same order. NULL with a
 *	@register_count of 0 if none are needed.
 * @register_count: 0 or &vpasid_placement.cap_count of @placement.
 * @masked: IDs of capabilities that are removed from the guest's chain, such as ATS if the host
 *	can't use it. Those of @placement must not be among them.
 * @masked_count: The number of IDs in @masked.
 * @ops: The callbacks behind the view; they are copied. NULL if there is only the snapshot.
 * @opaque: Passed to the callbacks.
 *
 * The guest gets the permissions that the function supports. If @info knows which permissions the
 * host has enabled, the guest only gets those.
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
 * Locking: functions with a const view may be called for one view by any number of threads at the
 * same time, if its &vpasid_vconfig_ops.read allows this. The others require exclusive access to
 * the view: while one of them runs, no other function may be called for the same view. Different
 * views are independent.
 *
 * vpasid_vconfig_new() allocates the view; no other function allocates anything.
 */
struct vpasid_vconfig;

/**
 * vpasid_vconfig_new() - make a guest's view
 * @request: The function, the virtual capabilities and the callbacks.
 * @vconfig: Set to the view, which the caller frees with vpasid_vconfig_free(); set to NULL on
 *	error.
 *
 * The virtual capabilities are appended to the chain of the function's own capabilities, in the
 * placement's order. The guest finds the function's own capabilities in the same order as before,
 * and each one once. An invalid pointer (back into the chain, below 0x100, to nothing) is replaced
 * by a pointer to the next virtual capability.
 *
 * A capability of the function's own is removed from the chain if it has the ID of a virtual one
 * (except those that may be repeated, see &struct vpasid_cap), if it is masked, or if it is PASID.
 * If a virtual capability has its offset, it replaces it there. The registers of a removed
 * capability read as zeros, as far as its length is known, and can't be written. A chain must begin
 * at 0x100: if the guest would have no capability there, the view has a header with ID 0 there. If
 * the function's chain ends with a header of ID and version 0, and nothing follows it in the view,
 * this header reads as zeros, which also end a chain.
 *
 * PASID, ATS and PRI are disabled in the new view, regardless of @request->config.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE; PASID is in @request->placement, and there
 *		is no info, its width is 0 or above VPASID_MAX_WIDTH, @request->width is above the
 *		usable width, or the usable width is 0; a capability has no registers, too few bytes
 *		of them, or those of another ID; or a member is invalid,
 *	-E2BIG	@request or @request->ops is longer than this library's struct, and the additional
 *		bytes aren't zero,
 *	-ESTALE	the digest of @request->placement isn't that of this layout,
 *	-EBUSY	an offset of @request->placement is inside another capability, or isn't valid for a
 *		capability: it doesn't come from vpasid_place(),
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-ENOMEM	there is not enough memory.
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
 * @offset: The offset of the first byte, with any alignment.
 * @data: Filled in, little-endian as config space is; all ones on error.
 * @length: The number of bytes to read: 0 to the number of bytes from @offset to the end.
 *
 * Return: 0, or
 *	-EINVAL	the access isn't completely within VPASID_CONFIG_SIZE,
 *	-errno	what &vpasid_vconfig_ops.read returned.
 */
VPASID_API int vpasid_vconfig_read(const struct vpasid_vconfig *vconfig, size_t offset, void *data,
				   size_t length);

/**
 * vpasid_vconfig_write() - write for the guest
 * @vconfig: The view.
 * @offset: The offset of the first byte, with any alignment.
 * @data: What to write, little-endian.
 * @length: The number of bytes to write: 0 to the number of bytes from @offset to the end.
 *
 * In the virtual PASID capability, only the Control register can be written: PASID Enable, and each
 * permission that the capability has. While PASID Enable is set and stays set, permissions don't
 * change (7.8.9.3: the result of such a change is undefined).
 *
 * In ATS, only the Control register can be written (10.5.1.3): STU and Enable. While Enable is set
 * and stays set, STU doesn't change.
 *
 * In PRI (10.5.2), the following can be written. One access to several of them is handled in this
 * order:
 *
 * - Enable. When it is set, the flags of Status are cleared. It can't be set while Stopped is clear
 *   (the result of this is indeterminate). When it is cleared, Stopped is clear until no page
 *   request is outstanding: &vpasid_vconfig_ops.pri_changed or vpasid_vconfig_set_pri_status()
 *   reports this.
 * - Reset, if Enable is clear, or is being cleared: Stopped is set immediately. Reset reads as
 *   zero.
 * - Response Failure and Unexpected Page Request Group Index are cleared by writing ones.
 * - Outstanding Page Request Allocation, while Enable is clear (the result of a change while it is
 *   set is undefined). A value above the Capacity becomes the Capacity.
 *
 * In other capabilities, the bits of their mask can be written. The rest of the capabilities,
 * removed capabilities, and the headers that the view has changed are read-only.
 *
 * If a function supports Function Level Reset, a write that initiates it (in Device Control,
 * 7.5.3.4, or in Advanced Features) also resets the view, like vpasid_vconfig_reset(). The reset
 * follows as soon as that part of the write has reached the device, even if a later part fails.
 * Bytes are written in the order of their offsets, so bytes of the same write for a capability are
 * written after the reset.
 *
 * Return: 0, or
 *	-EINVAL	the access isn't completely within VPASID_CONFIG_SIZE; nothing is written,
 *	-errno	what &vpasid_vconfig_ops.write returned; everything before the part that failed is
 *		written, the rest isn't.
 */
VPASID_API int vpasid_vconfig_write(struct vpasid_vconfig *vconfig, size_t offset, const void *data,
				    size_t length);

/**
 * vpasid_vconfig_reset() - reset the view after the function was reset
 * @vconfig: The view.
 *
 * All virtual capabilities get their initial values again, as with any reset of a function (6.6):
 * PASID and ATS Control are clear, the page request interface is disabled and stopped. Call this
 * function for resets that don't result from vpasid_vconfig_write(): a reset of the machine or the
 * bus, a return from D3hot without No_Soft_Reset, VFIO_DEVICE_RESET.
 */
VPASID_API void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_control() - return the guest's PASID Control
 * @vconfig: The view.
 *
 * Return: the PASID Control register, VPASID_CTRL_*; 0 without PASID.
 */
VPASID_API uint16_t vpasid_vconfig_control(const struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_offset() - return the offset of a virtual capability
 * @vconfig: The view.
 * @id: Capability ID.
 *
 * Return: the offset of the header of the first virtual capability with that ID; 0 if there is
 * none.
 */
VPASID_API uint16_t vpasid_vconfig_offset(const struct vpasid_vconfig *vconfig, uint16_t id);

/**
 * vpasid_vconfig_set_pri_status() - report the result of page requests to the guest
 * @vconfig: The view.
 * @flags: The result: VPASID_PRI_FAILURE, VPASID_PRI_UNEXPECTED, VPASID_PRI_STOPPED.
 *
 * The flags are set in the Page Request Status register (PCIe r6.0, 10.5.2.3). Stopped is ignored
 * unless Enable is clear. A failure while the interface is stopping completes this: Stopped is set,
 * too.
 *
 * Return: 0, or
 *	-ENOENT	the view has no PRI,
 *	-EINVAL	@flags has other bits.
 */
VPASID_API int vpasid_vconfig_set_pri_status(struct vpasid_vconfig *vconfig, uint16_t flags);

/**
 * struct vpasid_vconfig_patch - a dword that is different for the guest
 * @offset: Its offset: 0x100 to 0xffc, a multiple of 4.
 * @reserved: 0.
 * @value: What the guest reads now. Bits that aren't in @mask are 0.
 * @mask: The bits of the view; the others are the function's own. Bits of the function's own only
 *	occur in a header in which only the pointer changes.
 * @writable: The bits that the guest can write. The rules of a register may prevent a write: see
 *	vpasid_vconfig_write().
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
 * vpasid_vconfig_patches() - return the differences between the view and config space, as a table
 * @vconfig: The view.
 * @patches: Filled in with as many as fit, in ascending order of offsets; may be NULL if @count
 *	is 0.
 * @count: The number of patches for which @patches has room.
 *
 * For VMMs that emulate config space themselves, like QEMU and Cloud Hypervisor: they apply the
 * table to the function's config space, and either route accesses to dwords with writable or w1c
 * bits to vpasid_vconfig_write() and vpasid_vconfig_read(), or emulate them. The table of a view is
 * always the same, except for the values of these bits.
 *
 * Return: the number of patches, which may be more than @count.
 */
VPASID_API size_t vpasid_vconfig_patches(const struct vpasid_vconfig *vconfig,
					 struct vpasid_vconfig_patch *patches, size_t count);

/**
 * VPASID_VCONFIG_STATE_MAX - the maximum size of a saved state, in bytes
 */
#define VPASID_VCONFIG_STATE_MAX 4608

/**
 * vpasid_vconfig_state_size() - return the size of a saved state
 * @vconfig: The view.
 *
 * Return: the number of bytes that vpasid_vconfig_save() fills in: always the same for one view.
 */
VPASID_API size_t vpasid_vconfig_state_size(const struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_save() - save the state for a migration stream
 * @vconfig: The view.
 * @state: Filled in with the same bytes on any machine.
 * @size: The number of bytes of @state.
 *
 * The state contains the format's version, the digest of the function's layout, the virtual
 * capabilities with their offsets and registers, a digest of the chain that the guest sees, and a
 * checksum. lib/vconfig_state.c describes the format. Its major version changes if older libraries
 * can't read it. A higher minor version adds fields that older libraries skip.
 *
 * Return: the number of bytes, or
 *	-ENOSPC	@size is too small.
 */
VPASID_API int vpasid_vconfig_save(const struct vpasid_vconfig *vconfig, void *state, size_t size);

/**
 * struct vpasid_vconfig_state - the content of a saved state, before a view exists
 * @argsz: sizeof(struct vpasid_vconfig_state), set by the caller.
 * @version: The format's major version: 1 or 2.
 * @minor: The format's minor version.
 * @width: Max PASID Width, in bits; 0 without PASID.
 * @permissions: The permissions that the guest got, VPASID_CAP_*.
 * @reserved: 0.
 * @placement: The offsets of the guest's capabilities. The reasons are unknown: they are 0.
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
 * vpasid_vconfig_state_peek() - read a saved state, before a view exists
 * @state: What vpasid_vconfig_save() has filled in on another host. Nothing in it is trusted,
 *	because it comes from a stream.
 * @size: The number of bytes of @state.
 * @peeked: Filled in, up to its argsz. It doesn't change on error.
 *
 * The target of a migration checks the placement with vpasid_place_verify(). It then makes a view
 * with this placement and this width, and withholds all other permissions
 * (&vpasid_vconfig_request.withheld).
 *
 * Thread-safe; allocates nothing.
 *
 * Return: 0, or
 *	-EPROTO	@state isn't a saved state, is of a later major version, or is damaged,
 *	-EINVAL, -E2BIG	@peeked->argsz is invalid.
 */
VPASID_API int vpasid_vconfig_state_peek(const void *state, size_t size,
					 struct vpasid_vconfig_state *peeked);

/**
 * vpasid_vconfig_restore() - restore what the guest has set on another host
 * @vconfig: The view, made on this host.
 * @state: What vpasid_vconfig_save() has filled in there, with any version of this library. Nothing
 *	in it is trusted, because it comes from a stream.
 * @size: The number of bytes of @state.
 *
 * Return: 0, or
 *	-EPROTO	@state isn't a saved state, is of a later major version, or is damaged,
 *	-ESTALE	it is from a view with another layout, or with other capabilities, offsets, width or
 *		permissions: the guest would see its device change.
 *	On error, the view doesn't change.
 */
VPASID_API int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const void *state,
				      size_t size);

/**
 * vpasid_vconfig_why_stale() - describe why a saved state can't be restored
 * @vconfig: The view; NULL to check only the state itself.
 * @state: The state that vpasid_vconfig_restore() or vpasid_vconfig_state_peek() refused.
 * @size: The number of bytes of @state.
 * @text: The buffer for a sentence and a null byte; may be NULL if @text_size is 0.
 * @text_size: The number of bytes of @text. VPASID_VCONFIG_WHY_TEXT is enough.
 *
 * The sentence has no full stop, as in "the guest has PASID at 0xe00, but on this host it would be
 * at 0xff8". It is empty if nothing is wrong.
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_vconfig_why_stale(const struct vpasid_vconfig *vconfig, const void *state,
					size_t size, char *text, size_t text_size);

/**
 * VPASID_VCONFIG_WHY_TEXT - the maximum size of such a sentence, in bytes
 */
#define VPASID_VCONFIG_WHY_TEXT 160

VPASID_END_DECLS

#endif /* VPASID_VCONFIG_H */
