// SPDX-License-Identifier: MIT
/*
 * The state of a guest's view in a migration stream: 32 bytes, with little-endian numbers.
 *
 *	0  "vPAS"                      16  the layout's digest
 *	4  version of the format: 1    24  checksum of the bytes before: FNV-1a
 *	6  offset of the capability
 *	8  Capability register
 *	10 Control register
 *	12 zeros
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "fnv.h"
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

static uint64_t checksum(const uint8_t *state)
{
	return fnv1a(FNV1A_BASIS, state, AT_CHECKSUM);
}

void vpasid_vconfig_save(const struct vpasid_vconfig *vconfig,
			 uint8_t state[VPASID_VCONFIG_STATE_SIZE])
{
	memset(state, 0, VPASID_VCONFIG_STATE_SIZE);
	memcpy(state, magic, sizeof(magic));
	put_le16(state + AT_VERSION, VERSION);
	put_le16(state + AT_OFFSET, vconfig->offset);
	put_le16(state + AT_CAPABILITY, vpasid_vconfig_capability(vconfig));
	put_le16(state + AT_CONTROL, vpasid_vconfig_control(vconfig));
	put_le64(state + AT_DIGEST, vconfig->digest);
	put_le64(state + AT_CHECKSUM, checksum(state));
}

struct why {
	char *text;
	size_t size;
	int length;
};

/* Keeps the reason, and returns @error. */
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
	if (get_le64(state + AT_CHECKSUM) != checksum(state))
		return refuse(why, -EPROTO, "the saved state is damaged: its checksum is wrong");
	if (get_le16(state + AT_VERSION) != VERSION)
		return refuse(why, -EPROTO, "the saved state has version %u, this library knows %u",
			      get_le16(state + AT_VERSION), VERSION);
	if (get_le32(state + AT_ZEROS))
		return refuse(why, -EPROTO, "the saved state holds more than version %u has",
			      VERSION);
	/* If the capability is the same, it tells which bits may be set. */
	if (get_le16(state + AT_CAPABILITY) == vpasid_vconfig_capability(vconfig) &&
	    (get_le16(state + AT_CONTROL) & ~vconfig->writable))
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
	if (get_le16(state + AT_OFFSET) != vconfig->offset)
		return refuse(why, -ESTALE,
			      "the guest has PASID at 0x%03x, this host would have it at 0x%03x",
			      get_le16(state + AT_OFFSET), vconfig->offset);
	if (get_le16(state + AT_CAPABILITY) != capability)
		return refuse(why, -ESTALE,
			      "the guest's PASID Capability register is 0x%04x, this host's would "
			      "be 0x%04x",
			      get_le16(state + AT_CAPABILITY), capability);
	if (get_le64(state + AT_DIGEST) != vconfig->digest)
		return refuse(why, -ESTALE,
			      "the function has other capabilities, or has them elsewhere");
	return 0;
}

int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const uint8_t *state, size_t size)
{
	struct why why = { 0 };
	int ret = check(vconfig, state, size, &why);

	if (!ret)
		vpasid_vconfig_set_control(vconfig, get_le16(state + AT_CONTROL));
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
