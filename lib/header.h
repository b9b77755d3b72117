/* SPDX-License-Identifier: MIT */
/*
 * What config space's header says of a function's presence and kind. None of this is exported.
 */
#ifndef HEADER_H
#define HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>

#define HEADER_TYPE_MASK 0x7f
#define HEADER_MULTI	 0x80 /* the device has several functions */

/* Nobody answers. All of the header counts: a VF's vendor ID is all ones even if it answers. */
static inline bool header_is_all_ones(const uint8_t *config)
{
	for (size_t i = 0; i < VPASID_CONFIG_MIN; i++) {
		if (config[i] != 0xff)
			return false;
	}
	return true;
}

#endif /* HEADER_H */
