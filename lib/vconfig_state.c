// SPDX-License-Identifier: MIT
/*
 * The state of a guest's view in a migration stream, with little-endian numbers.
 *
 *	0  "vPAS"
 *	4  major version of the format: 2
 *	6  minor version: 0
 *	8  how many bytes there are
 *	12 zeros
 *	16 fields
 *	   checksum of the bytes before: FNV-1a, 8 bytes
 *
 * A field has its type (2 bytes), the length of its contents (2), and its contents, filled up with
 * zeros to a multiple of 4:
 *
 *	1  the digest of the function's layout (8 bytes)
 *	2  a virtual capability, in the placement's order: ID (2), offset (2), length (2),
 *	   version (1), a zero, and its registers without the header
 *	3  the digest of the chain that the guest sees (8)
 *
 * Types of OPTIONAL and above are skipped by whoever doesn't know them.
 *
 * Version 1 had 32 bytes, and PASID alone:
 *
 *	0  "vPAS"                      16  the layout's digest, of lengths as well
 *	4  version: 1                  24  checksum of the bytes before: FNV-1a
 *	6  offset of the capability
 *	8  Capability register
 *	10 Control register
 *	12 zeros
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "argsz.h"
#include "bytes.h"
#include "capability.h"
#include "fnv.h"
#include "place_search.h"
#include "vconfig_internal.h"

#define MAJOR	 2
#define MINOR	 0
#define HEADER	 DWORD
#define CHECKSUM sizeof(uint64_t)
#define OPTIONAL 0x8000

static const uint8_t magic[] = { 'v', 'P', 'A', 'S' };

enum {
	AT_MAJOR = 4,
	AT_MINOR = 6,
	AT_SIZE = 8,
	AT_ZEROS = 12,
	AT_FIELDS = 16,
};

enum {
	V1_OFFSET = 6,
	V1_REGISTERS = 8,
	V1_ZEROS = 12,
	V1_DIGEST = 16,
	V1_CHECKSUM = 24,
	V1_SIZE = 32,
};

enum field_type {
	FIELD_LAYOUT = 1,
	FIELD_CAP = 2,
	FIELD_GUEST = 3,
};

#define FIELD_HEADER 4
#define CAP_FIELD    8 /* before the registers */

_Static_assert(AT_FIELDS + 2 * (FIELD_HEADER + sizeof(uint64_t)) +
			       (size_t)VPASID_MAX_CAPS * (FIELD_HEADER + CAP_FIELD) +
			       VPASID_CONFIG_SIZE + CHECKSUM <=
		       VPASID_VCONFIG_STATE_MAX,
	       "no state is longer");

/* Saving */

size_t vpasid_vconfig_state_size(const struct vpasid_vconfig *vconfig)
{
	size_t size = AT_FIELDS + 2 * (FIELD_HEADER + sizeof(uint64_t)) + CHECKSUM;

	for (unsigned int i = 0; i < vconfig->cap_count; i++)
		size += FIELD_HEADER + CAP_FIELD - HEADER + (size_t)vconfig->caps[i].cap.length;
	return size;
}

static uint8_t *put_field(uint8_t *at, enum field_type type, size_t length)
{
	put_le16(at, (uint16_t)type);
	put_le16(at + 2, (uint16_t)length);
	return at + FIELD_HEADER;
}

static uint8_t *put_digest(uint8_t *at, enum field_type type, uint64_t digest)
{
	at = put_field(at, type, sizeof(digest));
	put_le64(at, digest);
	return at + sizeof(digest);
}

static uint8_t *put_cap(uint8_t *at, const struct vpasid_vconfig *vconfig,
			const struct vpasid_cap *cap)
{
	unsigned int length = cap->length - HEADER;

	at = put_field(at, FIELD_CAP, CAP_FIELD + length);
	put_le16(at, cap->id);
	put_le16(at + 2, cap->offset);
	put_le16(at + 4, cap->length);
	at[6] = cap->version;
	at[7] = 0;
	memcpy(at + CAP_FIELD, vconfig->config + cap->offset + HEADER, length);
	return at + CAP_FIELD + length;
}

/* If there is nothing behind the view, a guest reads the same headers as with a device. */
static uint64_t guest_digest(const struct vpasid_vconfig *vconfig)
{
	struct vpasid_layout layout;

	if (vpasid_layout_read(vconfig->config, VPASID_CONFIG_SIZE, &layout) < 0)
		return 0;
	return vpasid_layout_digest(&layout);
}

int vpasid_vconfig_save(const struct vpasid_vconfig *vconfig, void *state, size_t size)
{
	size_t length = vpasid_vconfig_state_size(vconfig);
	uint8_t *bytes = state, *at = bytes + AT_FIELDS;

	if (size < length)
		return -ENOSPC;
	memset(bytes, 0, length);
	memcpy(bytes, magic, sizeof(magic));
	put_le16(bytes + AT_MAJOR, MAJOR);
	put_le16(bytes + AT_MINOR, MINOR);
	put_le32(bytes + AT_SIZE, (uint32_t)length);
	at = put_digest(at, FIELD_LAYOUT, vconfig->digest);
	for (unsigned int i = 0; i < vconfig->cap_count; i++)
		at = put_cap(at, vconfig, &vconfig->caps[i].cap);
	at = put_digest(at, FIELD_GUEST, guest_digest(vconfig));
	put_le64(at, fnv1a(FNV1A_BASIS, bytes, length - CHECKSUM));
	return (int)length;
}

/* Reading what came from elsewhere */

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

/* A state, taken apart. Each capability's registers are where the state has them. */
struct saved {
	uint16_t version;
	uint16_t minor;
	bool has_layout;
	bool has_guest;
	uint64_t guest;
	struct vpasid_placement placement;
	const uint8_t *registers[VPASID_MAX_CAPS];
};

static int take_v1(struct saved *saved, const uint8_t *state, struct why *why)
{
	if (get_le64(state + V1_CHECKSUM) != fnv1a(FNV1A_BASIS, state, V1_CHECKSUM))
		return refuse(why, -EPROTO, "the saved state is damaged: its checksum is wrong");
	if (get_le32(state + V1_ZEROS))
		return refuse(why, -EPROTO, "the saved state has more data than version 1 allows");
	saved->version = 1;
	saved->placement = (struct vpasid_placement){
		.digest = get_le64(state + V1_DIGEST),
		.cap_count = 1,
		.flags = VPASID_DIGEST_LENGTHS,
		.caps = { { .id = VPASID_EXT_CAP_PASID,
			    .length = VPASID_CAP_LENGTH,
			    .offset = get_le16(state + V1_OFFSET),
			    .version = 1 } },
	};
	saved->registers[0] = state + V1_REGISTERS;
	return 0;
}

static int take_cap(struct saved *saved, const uint8_t *field, size_t length, struct why *why)
{
	unsigned int i = saved->placement.cap_count;
	struct vpasid_cap *cap = &saved->placement.caps[i < VPASID_MAX_CAPS ? i : 0];

	if (i == VPASID_MAX_CAPS || length < CAP_FIELD)
		return refuse(why, -EPROTO, "the saved state has an invalid capability");
	*cap = (struct vpasid_cap){
		.id = get_le16(field),
		.offset = get_le16(field + 2),
		.length = get_le16(field + 4),
		.version = field[6],
	};
	if (cap->length < HEADER || length != (size_t)CAP_FIELD + cap->length - HEADER || field[7])
		return refuse(why, -EPROTO, "the saved state has an invalid capability");
	saved->registers[i] = field + CAP_FIELD;
	saved->placement.cap_count++;
	return 0;
}

static int take_field(struct saved *saved, unsigned int type, const uint8_t *field, size_t length,
		      struct why *why)
{
	if (type >= OPTIONAL)
		return 0;
	if (type == FIELD_CAP)
		return take_cap(saved, field, length, why);
	if (type != FIELD_LAYOUT && type != FIELD_GUEST)
		return refuse(why, -EPROTO, "the saved state has a field of unknown type %u", type);
	if (length != sizeof(uint64_t) ||
	    (type == FIELD_LAYOUT ? saved->has_layout : saved->has_guest))
		return refuse(why, -EPROTO, "the saved state has an invalid digest");
	if (type == FIELD_LAYOUT)
		saved->placement.digest = get_le64(field);
	else
		saved->guest = get_le64(field);
	saved->has_layout |= type == FIELD_LAYOUT;
	saved->has_guest |= type == FIELD_GUEST;
	return 0;
}

static int take_fields(struct saved *saved, const uint8_t *at, const uint8_t *end, struct why *why)
{
	while (at < end) {
		size_t room = (size_t)(end - at), length;
		int ret;

		if (room < FIELD_HEADER)
			return refuse(why, -EPROTO, "the saved state ends within a field");
		length = get_le16(at + 2);
		if (((length + 3) & ~(size_t)3) > room - FIELD_HEADER)
			return refuse(why, -EPROTO, "the saved state ends within a field");
		ret = take_field(saved, get_le16(at), at + FIELD_HEADER, length, why);
		if (ret)
			return ret;
		at += FIELD_HEADER + ((length + 3) & ~(size_t)3);
	}
	if (!saved->has_layout || !saved->has_guest)
		return refuse(why, -EPROTO, "the saved state has no digest");
	return 0;
}

static int take_state(struct saved *saved, const void *state, size_t size, struct why *why)
{
	struct vpasid_cap caps[VPASID_MAX_CAPS];
	const uint8_t *bytes = state;
	int ret;

	memset(saved, 0, sizeof(*saved));
	if (size < V1_SIZE || memcmp(bytes, magic, sizeof(magic)) != 0)
		return refuse(why, -EPROTO, "this isn't a saved state");
	saved->version = get_le16(bytes + AT_MAJOR);
	if (saved->version == 1 && size == V1_SIZE)
		return take_v1(saved, bytes, why);
	if (saved->version != MAJOR)
		return refuse(why, -EPROTO,
			      "the saved state has version %u, but this library supports %u",
			      saved->version, MAJOR);
	if (get_le32(bytes + AT_SIZE) != size)
		return refuse(why, -EPROTO, "the saved state has %u bytes, not %zu",
			      get_le32(bytes + AT_SIZE), size);
	if (get_le64(bytes + size - CHECKSUM) != fnv1a(FNV1A_BASIS, bytes, size - CHECKSUM))
		return refuse(why, -EPROTO, "the saved state is damaged: its checksum is wrong");
	if (get_le32(bytes + AT_ZEROS))
		return refuse(why, -EPROTO, "the saved state has more data than version %u allows",
			      MAJOR);
	saved->minor = get_le16(bytes + AT_MINOR);
	ret = take_fields(saved, bytes + AT_FIELDS, bytes + size - CHECKSUM, why);
	if (ret)
		return ret;
	if (vpasid_caps_take(caps, saved->placement.caps, saved->placement.cap_count))
		return refuse(why, -EPROTO, "the saved state has an invalid capability");
	return 0;
}

static void describe_pasid(const struct saved *saved, struct vpasid_vconfig_state *peeked)
{
	for (unsigned int i = 0; i < saved->placement.cap_count; i++) {
		const uint8_t *registers = saved->registers[i];

		if (saved->placement.caps[i].id != VPASID_EXT_CAP_PASID)
			continue;
		/* the permissions are one bit higher in the Capability register */
		peeked->permissions =
			(uint8_t)(registers[0] >> 1) & (VPASID_CAP_EXEC | VPASID_CAP_PRIV);
		peeked->width = registers[1] & 0x1f;
	}
}

int vpasid_vconfig_state_peek(const void *state, size_t size, struct vpasid_vconfig_state *peeked)
{
	struct vpasid_vconfig_state found = { 0 };
	struct why why = { 0 };
	struct saved saved;
	int ret = take_state(&saved, state, size, &why);

	if (ret)
		return ret;
	found.version = saved.version;
	found.minor = saved.minor;
	found.placement = saved.placement;
	describe_pasid(&saved, &found);
	return give_struct(peeked, &found, sizeof(found));
}

/* Restoring */

static int check_place(const struct vpasid_cap *here, const struct vpasid_cap *there,
		       struct why *why)
{
	if (here->id != there->id || here->version != there->version)
		return refuse(why, -ESTALE,
			      "the guest has %s version %u, but this host has %s version %u",
			      vpasid_cap_text(there->id).text, there->version,
			      vpasid_cap_text(here->id).text, here->version);
	if (here->length != there->length)
		return refuse(why, -ESTALE,
			      "the guest has %s of %u bytes, but on this host it would have %u",
			      vpasid_cap_text(here->id).text, there->length, here->length);
	if (here->offset != there->offset)
		return refuse(why, -ESTALE,
			      "the guest has %s at 0x%03x, but on this host it would be at 0x%03x",
			      vpasid_cap_text(here->id).text, there->offset, here->offset);
	return 0;
}

_Static_assert(PCI_PASID_CTRL == PCI_ATS_CTRL, "in both, Control is the last register");

/*
 * Whether the byte belongs to a register that says what the function can do. In other registers,
 * all bits that can't change are 0.
 */
static bool is_offer(uint16_t id, unsigned int at)
{
	switch (id) {
	case VPASID_EXT_CAP_PASID:
	case VPASID_EXT_CAP_ATS:
		return at < PCI_PASID_CTRL;
	case VPASID_EXT_CAP_PRI:
		return at == PCI_PRI_STATUS + 1 ||
		       (at >= PCI_PRI_MAX_REQ && at < PCI_PRI_ALLOC_REQ);
	default:
		return true;
	}
}

static int refuse_offer(const struct vpasid_vcap *vcap, const uint8_t *registers, struct why *why)
{
	const uint8_t *here = vcap->initial + HEADER;

	if (vcap->cap.id == VPASID_EXT_CAP_PASID || vcap->cap.id == VPASID_EXT_CAP_ATS)
		return refuse(why, -ESTALE,
			      "the guest's %s Capability register is 0x%04x, but on this host it "
			      "would be 0x%04x",
			      vpasid_cap_text(vcap->cap.id).text, get_le16(registers),
			      get_le16(here));
	if (vcap->cap.id == VPASID_EXT_CAP_PRI)
		return refuse(why, -ESTALE,
			      "the guest's PRI allows %u outstanding page requests, on this host "
			      "it would allow %u; or PASIDs in responses differ",
			      get_le32(registers + PCI_PRI_MAX_REQ - HEADER),
			      get_le32(here + PCI_PRI_MAX_REQ - HEADER));
	return refuse(why, -ESTALE, "the guest's %s has different registers than this host's",
		      vpasid_cap_text(vcap->cap.id).text);
}

static int check_registers(const struct vpasid_vcap *vcap, const uint8_t *registers,
			   struct why *why)
{
	const struct vpasid_cap *cap = &vcap->cap;

	for (unsigned int at = HEADER; at < cap->length; at++) {
		unsigned int may_change =
			vcap->writable[at] | vpasid_vcap_w1c(vcap, at) | vpasid_vcap_own(vcap, at);

		if (!((registers[at - HEADER] ^ vcap->initial[at]) & ~may_change))
			continue;
		if (is_offer(cap->id, at))
			return refuse_offer(vcap, registers, why);
		return refuse(why, -EPROTO, "the saved state has changed read-only bits");
	}
	if (cap->id == VPASID_EXT_CAP_PRI && get_le32(registers + PCI_PRI_ALLOC_REQ - HEADER) >
						     get_le32(vcap->initial + PCI_PRI_MAX_REQ))
		return refuse(why, -EPROTO,
			      "the saved state has more page requests than the capability allows");
	return 0;
}

static int check(const struct vpasid_vconfig *vconfig, const struct saved *saved, struct why *why)
{
	const struct vpasid_placement *placement = &saved->placement;
	bool is_old = placement->flags & VPASID_DIGEST_LENGTHS;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < placement->cap_count && i < vconfig->cap_count; i++)
		ret = check_place(&vconfig->caps[i].cap, &placement->caps[i], why);
	if (!ret && placement->cap_count != vconfig->cap_count)
		ret = refuse(why, -ESTALE,
			     "the guest has %u virtual capabilities, but on this host it would "
			     "have %u",
			     placement->cap_count, vconfig->cap_count);
	for (unsigned int i = 0; !ret && i < placement->cap_count; i++)
		ret = check_registers(&vconfig->caps[i], saved->registers[i], why);
	if (ret)
		return ret;
	if (placement->digest != (is_old ? vconfig->digest_lengths : vconfig->digest))
		return refuse(why, -ESTALE,
			      "the function has different capabilities, or has them at different "
			      "offsets");
	if (saved->has_guest && saved->guest != guest_digest(vconfig))
		return refuse(why, -ESTALE,
			      "the guest sees different capabilities of the function");
	return 0;
}

int vpasid_vconfig_restore(struct vpasid_vconfig *vconfig, const void *state, size_t size)
{
	struct why why = { 0 };
	struct saved saved;
	int ret = take_state(&saved, state, size, &why);

	if (!ret)
		ret = check(vconfig, &saved, &why);
	for (unsigned int i = 0; !ret && i < vconfig->cap_count; i++)
		vpasid_vcap_set(vconfig, &vconfig->caps[i], saved.registers[i], 0);
	return ret;
}

int vpasid_vconfig_why_stale(const struct vpasid_vconfig *vconfig, const void *state, size_t size,
			     char *text, size_t text_size)
{
	struct why why = { .text = text, .size = text_size };
	struct saved saved;
	int ret = take_state(&saved, state, size, &why);

	if (!ret && vconfig)
		ret = check(vconfig, &saved, &why);
	if (!ret && text_size)
		*text = '\0';
	return why.length;
}
