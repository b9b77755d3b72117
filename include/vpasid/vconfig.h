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
 * @read: Reads @length bytes of the function's config space at @offset to @data.
 *	Returns 0 or a negative errno, which the guest's access ends with. NULL:
 *	what isn't emulated reads as the snapshot did.
 * @write: Writes; as @read. NULL: a write to what isn't emulated is dropped.
 * @changed: The guest, a reset or a restored state has changed the Control
 *	register to @control (VPASID_CTRL_*), which already holds. Not called for a
 *	write of what stands there. May be NULL. It may call
 *	vpasid_vconfig_control(), no other function on the same view.
 *
 * @read and @write are never called for a byte of the virtual capability, nor
 * @write for one of a header that the view has changed; an access that straddles
 * such bytes is cut, so they may be called more than once for one access, each
 * time for a part of it, with offsets that rise. @write is never called with part
 * of the access done and the rest refused for a reason that could be known before.
 */
struct vpasid_vconfig_ops {
	int (*read)(void *opaque, uint16_t offset, void *data, uint16_t length);
	int (*write)(void *opaque, uint16_t offset, const void *data, uint16_t length);
	void (*changed)(void *opaque, uint16_t control);
};

/**
 * struct vpasid_vconfig_request - a view to be made
 * @config: The function's config space; is copied, and needs no alignment.
 * @size: Of @config: VPASID_CONFIG_SIZE.
 * @info: What the host says of the function's PASID; its width isn't 0.
 * @placement: Where the virtual capability goes, from vpasid_place() with the
 *	same @config.
 * @width: Max PASID Width for the guest: 1 to @info's usable width, for one that
 *	the virtual IOMMU can't take all of; 0: vpasid_info_usable_width() of @info.
 * @ops: What stands behind the view; NULL: the snapshot. Must outlive the view.
 * @opaque: Handed to @ops.
 *
 * The guest is offered those permissions that the function supports and, where
 * @info knows it, the host has switched on.
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
 * Accesses to one view must not overlap in time; different views are independent.
 * Allocated once, by vpasid_vconfig_new(); no other function allocates.
 */
struct vpasid_vconfig;

/**
 * vpasid_vconfig_new() - make a guest's view
 * @request: What it is made of.
 * @vconfig: Set to the view, the caller's, to be freed by vpasid_vconfig_free();
 *	to NULL on error.
 *
 * The virtual capability is appended to the chain of the function's own: the
 * guest reaches each of those as before, in the same order, and each once. A
 * pointer that would lead the guest astray (a loop, below 0x100, into nothing) is
 * replaced by one to the virtual capability. A physical PASID capability leaves
 * the chain, or becomes the virtual one if it stands in its place. Where a
 * function has no capability at 0x100, or a physical PASID capability elsewhere
 * than in its place, a header with ID 0 stands there for the chain to begin with.
 * A header of the function's with ID and version 0 that nothing follows any more
 * reads as zeros, which end a chain as well.
 *
 * PASID Enable is clear in the new view, whatever @request->config has.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE; the width of
 *		@request->info is 0 or above VPASID_MAX_WIDTH; @request->width is
 *		above the usable width; or the usable width is 0,
 *	-ESTALE	@request->placement isn't for this layout (its digest),
 *	-EBUSY	@request->placement's offset lies in another capability or reaches
 *		beyond the space: it doesn't come from vpasid_place(),
 *	-EIO	as of vpasid_layout_read(),
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
 * vpasid_vconfig_read() - a guest reads
 * @vconfig: The view.
 * @offset: Of the first byte, with any alignment.
 * @data: Filled in, little-endian as config space is; all ones on error.
 * @length: Bytes, 0 to what the space has from @offset on.
 *
 * Return: 0, or
 *	-EINVAL	the access isn't all within VPASID_CONFIG_SIZE,
 *	-errno	what &vpasid_vconfig_ops.read returned.
 */
VPASID_API int vpasid_vconfig_read(struct vpasid_vconfig *vconfig, size_t offset, void *data,
				   size_t length);

/**
 * vpasid_vconfig_write() - a guest writes
 * @vconfig: The view.
 * @offset: Of the first byte, with any alignment.
 * @data: What it writes, little-endian.
 * @length: Bytes, 0 to what the space has from @offset on.
 *
 * Of the virtual capability only the Control register takes what is written: PASID
 * Enable, and each permission that is offered, but for permissions while PASID
 * Enable is set and stays so (7.8.9.3: such a change has no defined result). All
 * else of it, and the headers that the view has changed, are read-only.
 *
 * A write that sets Initiate Function Level Reset (of Device Control, 7.5.3.4, or
 * of Advanced Features, where the function says that it has it) clears the Control
 * register once the write has gone to the device, even if a later part of it fails.
 *
 * Return: 0, or
 *	-EINVAL	the access isn't all within VPASID_CONFIG_SIZE; nothing is written,
 *	-errno	what &vpasid_vconfig_ops.write returned; what lies before the part
 *		that failed is written, the rest isn't.
 */
VPASID_API int vpasid_vconfig_write(struct vpasid_vconfig *vconfig, size_t offset, const void *data,
				    size_t length);

/**
 * vpasid_vconfig_reset() - the function was reset
 * @vconfig: The view.
 *
 * Clears the Control register, as any reset of a function does (6.6). For resets
 * that don't come through vpasid_vconfig_write(): of the machine, of the bus, a
 * return from D3hot without No_Soft_Reset, VFIO_DEVICE_RESET.
 */
VPASID_API void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_control() - what the guest has set
 * @vconfig: The view.
 *
 * Return: the Control register, VPASID_CTRL_*.
 */
VPASID_API uint16_t vpasid_vconfig_control(const struct vpasid_vconfig *vconfig);

/**
 * vpasid_vconfig_offset() - where the virtual capability stands
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
 * vpasid_vconfig_save() - what a migration stream must carry
 * @vconfig: The view.
 * @state: Filled in; the same bytes on any machine.
 *
 * The format begins with a version, and holds the offset, the layout's digest, the
 * Capability register and the Control register, and a checksum.
 */
VPASID_API void vpasid_vconfig_save(const struct vpasid_vconfig *vconfig,
				    uint8_t state[VPASID_VCONFIG_STATE_SIZE]);

/**
 * vpasid_vconfig_restore() - take over what the guest has set elsewhere
 * @vconfig: The view, made on this host.
 * @state: From vpasid_vconfig_save(), and from a stream: it is trusted in nothing.
 * @size: Of @state.
 *
 * Return: 0, or, with the view as it was,
 *	-EPROTO	@state isn't a saved state, or of a later version, or damaged,
 *	-ESTALE	it is from a view with another layout, offset, width or other
 *		permissions: a guest would see its device change.
 */
VPASID_API int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const uint8_t *state,
				      size_t size);

/**
 * vpasid_vconfig_why_stale() - in what a saved state differs from a view
 * @vconfig: The view.
 * @state: What vpasid_vconfig_restore() refused.
 * @size: Of @state.
 * @text: Where to put it, with a null byte at its end; may be NULL if @text_size
 *	is 0.
 * @text_size: Of @text. VPASID_VCONFIG_WHY_TEXT is enough.
 *
 * As "the guest has PASID at 0xe00, this host would have it at 0xff8", without a
 * full stop; "" if nothing is wrong.
 *
 * Return: the sentence's length, as snprintf(3) has it.
 */
VPASID_API int vpasid_vconfig_why_stale(const struct vpasid_vconfig *vconfig, const uint8_t *state,
					size_t size, char *text, size_t text_size);

/**
 * VPASID_VCONFIG_WHY_TEXT - bytes that a reason needs
 */
#define VPASID_VCONFIG_WHY_TEXT 160

VPASID_END_DECLS

#endif /* VPASID_VCONFIG_H */
