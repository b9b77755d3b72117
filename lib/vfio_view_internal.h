/* SPDX-License-Identifier: MIT */
/*
 * Private to vfio_view.c and vfio_lengths.c. None of this is exported; the prefix is for those
 * who link the static library.
 */
#ifndef VFIO_VIEW_INTERNAL_H
#define VFIO_VIEW_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/config.h>

/**
 * struct vfio_view - a function as VFIO opens it
 * @config: The function's own config space.
 * @has_dvsec: This VFIO knows DVSEC.
 * @is_extended: VFIO looks at the extended space, too.
 * @map: For each byte, the ID of the capability that it belongs to, as VFIO thinks; the kernel
 *	has it in a byte, too, which cuts large IDs.
 * @copy: VFIO's copy of what it has taken for a capability, with the pointers that it has
 *	changed.
 */
struct vfio_view {
	const uint8_t *config;
	bool has_dvsec;
	bool is_extended;
	uint8_t map[VPASID_CONFIG_SIZE];
	uint8_t copy[VPASID_CONFIG_SIZE];
};

/**
 * vpasid_vfio_length() - compute the length that VFIO assumes for a conventional capability
 * @view: The function; the PCI Express Capability sets @view->is_extended.
 * @id: Capability ID.
 * @offset: Its offset.
 *
 * Return: the length in bytes; 0 if VFIO hides it; or -EPROTO if a register that determines the
 *	length isn't aligned, or lies beyond config space.
 */
int vpasid_vfio_length(struct vfio_view *view, uint8_t id, unsigned int offset);

/**
 * vpasid_vfio_ext_length() - the same of an extended capability
 * @view: The function.
 * @id: Capability ID.
 * @offset: Where it stands.
 *
 * Return: how many, 0 if VFIO hides it, or -EPROTO.
 */
int vpasid_vfio_ext_length(const struct vfio_view *view, uint16_t id, unsigned int offset);

#endif /* VFIO_VIEW_INTERNAL_H */
