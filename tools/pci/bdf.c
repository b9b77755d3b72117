// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "pci/bdf.h"
#include "support/hex.h"

/*
 * Moves @text past a number of 1 to @digits digits and the @end that must follow it. strtoul() and
 * scanf() would accept signs and white space, too.
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
	uint32_t domain, bus, device, function;
	const char *rest = text;

	/* The part before the first colon is a domain only if there is a second. */
	if (take_number(&rest, 8, ':', UINT32_MAX, &domain) &&
	    take_number(&rest, 2, ':', UINT8_MAX, &bus)) {
		text = rest;
	} else {
		domain = 0;
		if (!take_number(&text, 2, ':', UINT8_MAX, &bus))
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

/* Writes at least @digits digits. Returns where they end. */
static char *put_hexadecimal(char *at, uint32_t number, int digits)
{
	while (digits < 8 && number >> 4 * digits)
		digits++;
	while (digits--)
		*at++ = "0123456789abcdef"[number >> 4 * digits & 0xf];
	return at;
}

/* Without printf(), for speed: a list of a large host needs thousands of them. */
void bdf_name(struct bdf *bdf)
{
	char *at = put_hexadecimal(bdf->text, bdf->domain, 4);

	*at++ = ':';
	at = put_hexadecimal(at, bdf->bus, 2);
	*at++ = ':';
	at = put_hexadecimal(at, bdf->device, 2);
	*at++ = '.';
	at = put_hexadecimal(at, bdf->function, 1);
	*at = '\0';
}

/* Without printf(), for speed: needed for each file that is read. */
struct pci_name pci_name(const struct bdf *bdf, const char *attribute)
{
	struct pci_name name;
	size_t length = strlen(attribute);
	char *end = stpcpy(name.text, bdf->text);

	*end++ = '/';
	if (length >= sizeof(name.text) - (size_t)(end - name.text))
		length = 0;
	memcpy(end, attribute, length);
	end[length] = '\0';
	return name;
}

struct path pci_path(const char *sysfs, const char *bdf, const char *attribute)
{
	return path_of("%s/bus/pci/devices/%s%s%s", sysfs, bdf, *attribute ? "/" : "", attribute);
}
