/* SPDX-License-Identifier: MIT */
/*
 * What Linux's VFIO drivers show of a function's config space: not all that the function has.
 */
#ifndef VPASID_VFIO_VIEW_H
#define VPASID_VFIO_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>
#include <vpasid/config.h>

VPASID_BEGIN_DECLS

/**
 * VPASID_VFIO_VIEW_VF - the function is a VF. VFIO shows the IDs that its own config space
 *	lacks, a Command register with Memory Space Enable, and no interrupt pin.
 * VPASID_VFIO_VIEW_GUARDED - nobody who uses VFIO gets at the registers of the function's own
 *	PASID capability: they read as zeros, and writes to them are dropped. That is so with the
 *	guard of pasid_vfio_pci or vfio_pasid. A VMM may also give its word that it passes no
 *	access to these bytes on.
 * VPASID_VFIO_VIEW_NO_DVSEC - VFIO takes DVSEC out of the chain, as Linux before 6.4 does.
 */
#define VPASID_VFIO_VIEW_VF	  (1u << 0)
#define VPASID_VFIO_VIEW_GUARDED  (1u << 1)
#define VPASID_VFIO_VIEW_NO_DVSEC (1u << 2)

/**
 * struct vpasid_vfio_view_request - a view to be made
 * @argsz: sizeof(struct vpasid_vfio_view_request); see info.h.
 * @flags: VPASID_VFIO_VIEW_*.
 * @config: The function's own config space, as sysfs has it for root.
 * @size: How many bytes @config has: VPASID_CONFIG_SIZE.
 * @vendor: A VF's Vendor ID, as sysfs has it; for other functions, and if it isn't known, 0.
 * @device: A VF's Device ID, likewise.
 * @reserved: 0.
 */
struct vpasid_vfio_view_request {
	uint32_t argsz;
	uint32_t flags;
	const void *config;
	size_t size;
	uint16_t vendor;
	uint16_t device;
	uint32_t reserved;
};

/**
 * vpasid_vfio_view() - make what VFIO shows of a function, without opening it
 * @request: The function.
 * @view: VPASID_CONFIG_SIZE bytes to be filled in; not those of @request->config.
 *
 * VFIO resets a function that it opens, so it can't be asked about one that is in use. This
 * function does what vfio-pci does when it opens one: it takes the capabilities that VFIO
 * doesn't know out of both chains, PASID among them, and leaves their registers readable where
 * they are; a chain that would begin with such a capability begins with a header of ID 0. Where
 * the kernel shows more than it means to (the chain behind a head with ID 0, and behind two
 * capabilities with the same ID that adjoin), so does the view.
 *
 * The view is that of Linux 6.1 to 7.3, whose differences are in VPASID_VFIO_VIEW_*. It is the
 * same, byte by byte, as what VFIO shows, but for the registers that depend on the host, or on
 * who has the function open; these are as in @request->config: Command, the Base Address
 * Registers, the Expansion ROM's, Interrupt Line and Interrupt Pin.
 *
 * Thread-safe; allocates nothing.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE, a flag isn't known, @request->reserved
 *		isn't 0, or @request->argsz isn't set,
 *	-E2BIG	@request is larger than this version's struct, and what it has there isn't zero,
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-EPROTO	VFIO can't open the function: a capability's registers reach beyond the end of
 *		config space, or aren't aligned.
 */
VPASID_API int vpasid_vfio_view(const struct vpasid_vfio_view_request *request, void *view);

VPASID_END_DECLS

#endif /* VPASID_VFIO_VIEW_H */
