/* SPDX-License-Identifier: MIT */
/*
 * What Linux's VFIO drivers show of a function's config space, which isn't everything.
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
 * VPASID_VFIO_VIEW_GUARDED - users of VFIO can't reach the registers of the function's own PASID
 *	capability: they read as zeros, and writes to them are dropped, as with the guard of
 *	pasid_vfio_pci or vfio_pasid. A VMM may also set this flag if it passes no access to these
 *	bytes on.
 * VPASID_VFIO_VIEW_NO_DVSEC - VFIO hides DVSEC, as before Linux 6.4.
 */
#define VPASID_VFIO_VIEW_VF	  (1u << 0)
#define VPASID_VFIO_VIEW_GUARDED  (1u << 1)
#define VPASID_VFIO_VIEW_NO_DVSEC (1u << 2)

/**
 * struct vpasid_vfio_view_request - a request for a view
 * @argsz: sizeof(struct vpasid_vfio_view_request); see info.h.
 * @flags: VPASID_VFIO_VIEW_*.
 * @config: The function's own config space, as root reads it in sysfs.
 * @size: The number of bytes of @config: VPASID_CONFIG_SIZE.
 * @vendor: A VF's Vendor ID in sysfs; 0 for other functions, and if it is unknown.
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
 * vpasid_vfio_view() - compute what VFIO shows of a function, without opening it
 * @request: The function.
 * @view: A buffer of VPASID_CONFIG_SIZE bytes to be filled in, other than @request->config.
 *
 * VFIO resets a function when it opens it, so it can't be used to examine a function that is in
 * use. This function does what vfio-pci does when it opens a function: it removes the capabilities
 * that VFIO doesn't know, including PASID, from both chains, and leaves their registers readable at
 * their offsets. A chain whose first capability is removed begins with a header of ID 0. Where the
 * kernel shows more than intended (the chain after a first header with ID 0, and after two adjacent
 * capabilities with the same ID), the view shows it, too.
 *
 * The view is that of Linux 6.1 to 7.3; VPASID_VFIO_VIEW_* are the differences between these
 * versions. It has the same bytes as VFIO shows, except for the registers that depend on the host
 * or on the user of the function. These are as in @request->config: Command, the Base Address
 * Registers, the Expansion ROM Base Address Register, Interrupt Line and Interrupt Pin.
 *
 * Thread-safe; allocates nothing.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE, a flag is unknown, @request->reserved isn't
 *		0, or @request->argsz isn't set,
 *	-E2BIG	@request is larger than this version's struct, and the additional bytes aren't zero,
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-EPROTO	VFIO can't open the function: a capability's registers reach beyond the end of
 *		config space, or aren't aligned.
 */
VPASID_API int vpasid_vfio_view(const struct vpasid_vfio_view_request *request, void *view);

VPASID_END_DECLS

#endif /* VPASID_VFIO_VIEW_H */
