// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "pci/bdf.h"
#include "support/hex.h"

/*
 * Moves @text past a number of 1 to @digits digits and the @end that must follow
 * it. strtoul() and scanf() would take signs and white space, too.
 */
static bool take_number(const char **text, int digits, char end, uint32_t max, uint32_t *number)
{
	const char *at = *text;

	*number = 0;
	for (; digits && hex_digit(*at) >= 0; digits--, at++)
		*number = *number << 4 | (uint32_t)hex_digit(*at);

	if (at == *text || *at != end || *number > max)
		return false;

	*text = end ? at + 1 : at;
	return true;
}

int bdf_parse(const char *text, struct bdf *bdf)
{
	uint32_t domain = 0, bus, device, function;
	const char *rest = text;

	/* The part before the first colon is a domain only if there is a second. */
	if (take_number(&rest, 8, ':', UINT32_MAX, &domain) &&
	    take_number(&rest, 2, ':', 0xff, &bus)) {
		text = rest;
	} else {
		domain = 0;
		if (!take_number(&text, 2, ':', 0xff, &bus))
			return -EINVAL;
	}
	if (!take_number(&text, 2, '.', 0x1f, &device) ||
	    !take_number(&text, 1, '\0', 7, &function))
		return -EINVAL;

	bdf->domain = domain;
	bdf->bus = (uint8_t)bus;
	bdf->device = (uint8_t)device;
	bdf->function = (uint8_t)function;
	bdf_name(bdf);
	return 0;
}

void bdf_name(struct bdf *bdf)
{
	snprintf(bdf->text, sizeof(bdf->text), "%04" PRIx32 ":%02x:%02x.%x", bdf->domain, bdf->bus,
		 bdf->device, bdf->function);
}
