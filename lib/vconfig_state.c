// SPDX-License-Identifier: MIT
/*
 * A guest's view in a migration stream: 32 bytes, numbers little-endian.
 *
 *	0  "vPAS"                      16  the layout's digest
 *	4  version of the format: 1    24  checksum of what stands before, FNV-1a
 *	6  offset of the capability
 *	8  Capability register
 *	10 Control register
 *	12 zeros
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vconfig_internal.h"

#define VERSION 1

static const uint8_t magic[] = { 'v', 'P', 'A', 'S' };

enum {
	AT_VERSION = 4,
	AT_OFFSET = 6,
	AT_CAPABILITY = 8,
	AT_CONTROL = 10,
	AT_ZEROS = 12,
	AT_DIGEST = 16,
	AT_CHECKSUM = 24,
};

_Static_assert(AT_CHECKSUM + sizeof(uint64_t) == VPASID_VCONFIG_STATE_SIZE, "format");

static void put(uint8_t *bytes, unsigned int length, uint64_t value)
{
	for (unsigned int i = 0; i < length; i++)
		bytes[i] = value >> 8 * i;
}

static uint64_t get(const uint8_t *bytes, unsigned int length)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < length; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static uint64_t checksum(const uint8_t *state)
{
	uint64_t sum = 0xcbf29ce484222325ull;

	for (unsigned int i = 0; i < AT_CHECKSUM; i++)
		sum = (sum ^ state[i]) * 0x100000001b3ull;
	return sum;
}

void vpasid_vconfig_save(const struct vpasid_vconfig *vconfig,
			 uint8_t state[VPASID_VCONFIG_STATE_SIZE])
{
	memset(state, 0, VPASID_VCONFIG_STATE_SIZE);
	memcpy(state, magic, sizeof(magic));
	put(state + AT_VERSION, 2, VERSION);
	put(state + AT_OFFSET, 2, vconfig->offset);
	put(state + AT_CAPABILITY, 2, vpasid_vconfig_capability(vconfig));
	put(state + AT_CONTROL, 2, vpasid_vconfig_control(vconfig));
	put(state + AT_DIGEST, 8, vconfig->digest);
	put(state + AT_CHECKSUM, 8, checksum(state));
}

struct why {
	char *text;
	size_t size;
	int length;
};

/* Keeps the reason, and hands the errno on. */
__attribute__((format(printf, 3, 4))) static int refuse(struct why *why, int error,
							const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	why->length = vsnprintf(why->text, why->size, format, arguments);
	va_end(arguments);
	return error;
}

static int check_format(const struct vpasid_vconfig *vconfig, const uint8_t *state, size_t size,
			struct why *why)
{
	if (size != VPASID_VCONFIG_STATE_SIZE)
		return refuse(why, -EPROTO, "a saved state has %d bytes, not %zu",
			      VPASID_VCONFIG_STATE_SIZE, size);
	if (memcmp(state, magic, sizeof(magic)) != 0)
		return refuse(why, -EPROTO, "this isn't a saved state");
	if (get(state + AT_CHECKSUM, 8) != checksum(state))
		return refuse(why, -EPROTO, "the saved state is damaged: its checksum is wrong");
	if (get(state + AT_VERSION, 2) != VERSION)
		return refuse(why, -EPROTO, "the saved state has version %u, this library knows %u",
			      (unsigned int)get(state + AT_VERSION, 2), VERSION);
	if (get(state + AT_ZEROS, 4))
		return refuse(why, -EPROTO, "the saved state holds more than version %u has",
			      VERSION);
	/* of the same capability, so that it says what may be set */
	if (get(state + AT_CAPABILITY, 2) == vpasid_vconfig_capability(vconfig) &&
	    (get(state + AT_CONTROL, 2) & ~(uint64_t)vconfig->writable))
		return refuse(why, -EPROTO, "the saved state has bits set that can't be");
	return 0;
}

static int check(const struct vpasid_vconfig *vconfig, const uint8_t *state, size_t size,
		 struct why *why)
{
	unsigned int capability = vpasid_vconfig_capability(vconfig);
	int ret = check_format(vconfig, state, size, why);

	if (ret)
		return ret;
	if (get(state + AT_OFFSET, 2) != vconfig->offset)
		return refuse(why, -ESTALE,
			      "the guest has PASID at 0x%03x, this host would have it at 0x%03x",
			      (unsigned int)get(state + AT_OFFSET, 2), vconfig->offset);
	if (get(state + AT_CAPABILITY, 2) != capability)
		return refuse(why, -ESTALE,
			      "the guest's PASID Capability register is 0x%04x, this host's would "
			      "be 0x%04x",
			      (unsigned int)get(state + AT_CAPABILITY, 2), capability);
	if (get(state + AT_DIGEST, 8) != vconfig->digest)
		return refuse(why, -ESTALE,
			      "the function has other capabilities, or has them elsewhere");
	return 0;
}

int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const uint8_t *state, size_t size)
{
	struct why why = { 0 };
	int ret = check(vconfig, state, size, &why);

	if (!ret)
		vpasid_vconfig_set_control(vconfig, get(state + AT_CONTROL, 2));
	return ret;
}

int vpasid_vconfig_why_stale(const struct vpasid_vconfig *vconfig, const uint8_t *state,
			     size_t size, char *text, size_t text_size)
{
	struct why why = { .text = text, .size = text_size };

	if (!check(vconfig, state, size, &why) && text_size)
		*text = '\0';
	return why.length;
}
