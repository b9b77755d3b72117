/* SPDX-License-Identifier: MIT */
/*
 * A guest's view of a function's config space, with a virtual PASID capability.
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
 * struct vpasid_vconfig_ops - what stands behind a guest's view
 * @read: Reads length bytes of the function's config space at offset into data.
 *	Returns 0, or a negative errno that becomes the result of the guest's access.
 *	NULL: what isn't emulated reads as in the snapshot.
 * @write: Writes length bytes of data to the function's config space at offset.
 *	Returns 0, or a negative errno that becomes the result of the guest's access.
 *	NULL: a write to what isn't emulated is dropped.
 * @changed: Called after the guest, a reset or a restored state has changed the Control
 *	register, with its new value (VPASID_CTRL_*). Not called if the value stays the
 *	same. It may call vpasid_vconfig_control(), but no other function for the same
 *	view. May be NULL.
 *
 * @read and @write are never called for a byte of the virtual capability, or of a header
 * that the view has changed. An access that goes beyond such bytes is split: @read and
 * @write may be called several times for one access, each time for a part of it, in
 * ascending order of offsets. If an access must be refused, that is known before any part
 * of it is done, unless it is @read or @write that fails.
 */
struct vpasid_vconfig_ops {
	int (*read)(void *opaque, uint16_t offset, void *data, uint16_t length);
	int (*write)(void *opaque, uint16_t offset, const void *data, uint16_t length);
	void (*changed)(void *opaque, uint16_t control);
};

/**
 * struct vpasid_vconfig_request - a view to be made
 * @config: The function's config space. It is copied, and needs no alignment.
 * @size: How many bytes @config has: VPASID_CONFIG_SIZE.
 * @info: What the host says about the function's PASID; its width isn't 0.
 * @placement: Where the virtual capability goes, from vpasid_place() with the
 *	same @config.
 * @width: Max PASID Width for the guest, at most vpasid_info_usable_width() of @info. It
 *	is less if the virtual IOMMU can't handle all of that. 0 is for all of it.
 * @ops: The callbacks behind the view, which must outlive it. NULL if there is nothing
 *	but the snapshot.
 * @opaque: Handed to the callbacks.
 *
 * The guest is offered the permissions that the function supports. If @info knows what
 * the host has switched on, it is offered only those that are switched on.
 */
struct vpasid_vconfig_request {
	const void *config;
	size_t size;
	const struct vpasid_info *info;
	const struct vpasid_placement *placement;
	unsigned int width;
	const struct vpasid_vconfig_ops *ops;
	void *opaque;
};

/**
 * DOC: struct vpasid_vconfig is a guest's view of one function
 *
 * Calls for one view must not overlap in time; different views are independent.
 * vpasid_vconfig_new() allocates the view; no other function allocates anything.
 */
struct vpasid_vconfig;

/**
 * vpasid_vconfig_new() - make a guest's view
 * @request: What it is made of.
 * @vconfig: Set to the view, which the caller frees with vpasid_vconfig_free(); to NULL
 *	on error.
 *
 * The virtual capability is appended to the chain of the function's own capabilities,
 * which the guest reaches as before, in the same order, and each once. A pointer that
 * would lead the guest astray (back into the chain, below 0x100, to nothing) is replaced
 * by one to the virtual capability. A physical PASID capability is taken out of the
 * chain, or becomes the virtual one if that goes to its offset. A chain has to begin at
 * 0x100: if the function has no capability there, or one that is taken out, a header
 * with ID 0 stands there in the view. If the function's chain ends with a header of ID
 * and version 0, and nothing follows it in the view, that header reads as zeros, which
 * end a chain as well.
 *
 * PASID Enable is clear in the new view, whatever @request->config has.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE; the width of
 *		@request->info is 0 or above VPASID_MAX_WIDTH; @request->width is
 *		above the usable width; or the usable width is 0,
 *	-ESTALE	the digest of @request->placement isn't that of this layout,
 *	-EBUSY	the offset of @request->placement lies in another capability, or isn't one
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
VPASID_API int vpasid_vconfig_read(struct vpasid_vconfig *vconfig, size_t offset, void *data,
				   size_t length);

/**
 * vpasid_vconfig_write() - write for the guest
 * @vconfig: The view.
 * @offset: Where the first byte goes, with any alignment.
 * @data: What to write, little-endian.
 * @length: How many bytes to write: 0 to as many as there are from @offset on.
 *
 * Of the virtual capability only the Control register can be written: PASID Enable, and
 * each permission that is offered. While PASID Enable is set and stays set, permissions
 * don't change (7.8.9.3: such a change has no defined result). The rest of the
 * capability, and the headers that the view has changed, are read-only.
 *
 * If a function has Function Level Reset, a write that initiates it (in Device Control,
 * 7.5.3.4, or in Advanced Features) clears the Control register once that part of the
 * write has gone to the device, even if a later part fails.
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
 * Clears the Control register, as any reset of a function does (6.6). To be called for
 * resets that don't come through vpasid_vconfig_write(): a reset of the machine or the
 * bus, a return from D3hot without No_Soft_Reset, VFIO_DEVICE_RESET.
 */
VPASID_API void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_control() - tell what the guest has set
 * @vconfig: The view.
 *
 * Return: the Control register, VPASID_CTRL_*.
 */
VPASID_API uint16_t vpasid_vconfig_control(const struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_offset() - tell where the virtual capability stands
 * @vconfig: The view.
 *
 * Return: the offset of its header.
 */
VPASID_API uint16_t vpasid_vconfig_offset(const struct vpasid_vconfig *vconfig);

/**
 * VPASID_VCONFIG_STATE_SIZE - bytes of a saved state
 */
#define VPASID_VCONFIG_STATE_SIZE 32

/**
 * vpasid_vconfig_save() - save what a migration stream must carry
 * @vconfig: The view.
 * @state: Filled in with the same bytes on any machine.
 *
 * The state holds the format's version, the offset, the layout's digest, the Capability
 * register, the Control register and a checksum.
 */
VPASID_API void vpasid_vconfig_save(const struct vpasid_vconfig *vconfig,
				    uint8_t state[VPASID_VCONFIG_STATE_SIZE]);

/**
 * vpasid_vconfig_restore() - take over what the guest has set on another host
 * @vconfig: The view, made on this host.
 * @state: What vpasid_vconfig_save() has filled in there. As it comes from a stream,
 *	nothing in it is trusted.
 * @size: How many bytes @state has.
 *
 * Return: 0, or
 *	-EPROTO	@state isn't a saved state, is of a later version, or is damaged,
 *	-ESTALE	it is from a view with another layout, offset, width or other
 *		permissions: the guest would see its device change.
 *	On error the view is as it was before.
 */
VPASID_API int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const uint8_t *state,
				      size_t size);

/**
 * vpasid_vconfig_why_stale() - tell why a saved state can't be restored
 * @vconfig: The view.
 * @state: The state that vpasid_vconfig_restore() refused.
 * @size: How many bytes @state has.
 * @text: Where to put a sentence and a null byte; may be NULL if @text_size is 0.
 * @text_size: How many bytes @text has. VPASID_VCONFIG_WHY_TEXT is enough.
 *
 * The sentence has no full stop, as in "the guest has PASID at 0xe00, this host would
 * have it at 0xff8". It is empty if nothing is wrong.
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_vconfig_why_stale(const struct vpasid_vconfig *vconfig, const uint8_t *state,
					size_t size, char *text, size_t text_size);

/**
 * VPASID_VCONFIG_WHY_TEXT - bytes that such a sentence needs at most
 */
#define VPASID_VCONFIG_WHY_TEXT 160

VPASID_END_DECLS

#endif /* VPASID_VCONFIG_H */
