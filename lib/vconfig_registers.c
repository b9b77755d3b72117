// SPDX-License-Identifier: MIT
/*
 * The registers of virtual capabilities. Section numbers are those of the PCI Express Base
 * Specification, revision 6.0.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "bytes.h"
#include "vconfig_internal.h"

#define HEADER	    DWORD
#define PRI_FLAGS   (VPASID_PRI_FAILURE | VPASID_PRI_UNEXPECTED)
#define STATUS_HIGH (PCI_PRI_STATUS + 1) /* the byte that has Stopped */

_Static_assert(VPASID_CTRL_ENABLE == PCI_PASID_CTRL_ENABLE, "same values");
_Static_assert(VPASID_CTRL_EXEC == PCI_PASID_CTRL_EXEC, "same values");
_Static_assert(VPASID_CTRL_PRIV == PCI_PASID_CTRL_PRIV, "same values");
_Static_assert(VPASID_ATS_ENABLE == PCI_ATS_CTRL_ENABLE, "same values");
_Static_assert(VPASID_ATS_STU == PCI_ATS_CTRL_STU(0x1f), "same values");
_Static_assert(VPASID_PRI_ENABLE == PCI_PRI_CTRL_ENABLE, "same values");
_Static_assert(VPASID_PRI_RESET == PCI_PRI_CTRL_RESET, "same values");
_Static_assert(VPASID_PRI_FAILURE == PCI_PRI_STATUS_RF, "same values");
_Static_assert(VPASID_PRI_UNEXPECTED == PCI_PRI_STATUS_UPRGI, "same values");
_Static_assert(VPASID_PRI_STOPPED == PCI_PRI_STATUS_STOPPED, "same values");
_Static_assert(VPASID_PRI_PASID_REQUIRED == PCI_PRI_STATUS_PASID, "same values");

static uint8_t *registers_of(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap)
{
	return vconfig->config + vcap->cap.offset;
}

uint16_t vpasid_vconfig_control(const struct vpasid_vconfig *vconfig)
{
	return vconfig->pasid ? get_le16(vconfig->config + vconfig->pasid + PCI_PASID_CTRL) : 0;
}

uint8_t vpasid_vcap_w1c(const struct vpasid_vcap *vcap, unsigned int at)
{
	return vcap->cap.id == VPASID_EXT_CAP_PRI && at == PCI_PRI_STATUS ? PRI_FLAGS : 0;
}

uint8_t vpasid_vcap_own(const struct vpasid_vcap *vcap, unsigned int at)
{
	return vcap->cap.id == VPASID_EXT_CAP_PRI && at == STATUS_HIGH ? VPASID_PRI_STOPPED >> 8
								       : 0;
}

/* Writes, and callbacks about what they change */

static void tell_pri(struct vpasid_vconfig *vconfig, uint8_t *registers, uint16_t reset)
{
	uint16_t control = get_le16(registers + PCI_PRI_CTRL);
	uint16_t stopped = VPASID_PRI_STOPPED;

	if (vconfig->ops.pri_changed)
		stopped &= vconfig->ops.pri_changed(vconfig->opaque, control | reset,
						    get_le32(registers + PCI_PRI_ALLOC_REQ));
	if (!(control & VPASID_PRI_ENABLE))
		registers[STATUS_HIGH] |= (uint8_t)(stopped >> 8);
}

static void tell(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap, uint16_t reset)
{
	const struct vpasid_vconfig_ops *ops = &vconfig->ops;
	uint8_t *registers = registers_of(vconfig, vcap);

	switch (vcap->cap.id) {
	case VPASID_EXT_CAP_PASID:
		if (ops->pasid_changed)
			ops->pasid_changed(vconfig->opaque, get_le16(registers + PCI_PASID_CTRL));
		break;
	case VPASID_EXT_CAP_ATS:
		if (ops->ats_changed)
			ops->ats_changed(vconfig->opaque, get_le16(registers + PCI_ATS_CTRL));
		break;
	case VPASID_EXT_CAP_PRI:
		tell_pri(vconfig, registers, reset);
		break;
	default:
		if (ops->cap_changed)
			ops->cap_changed(vconfig->opaque, &vcap->cap);
	}
}

void vpasid_vcap_set(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap,
		     const uint8_t *registers, uint16_t control)
{
	uint8_t *now = registers_of(vconfig, vcap) + HEADER;
	unsigned int length = vcap->cap.length - HEADER;

	if (!memcmp(now, registers, length))
		return;
	memcpy(now, registers, length);
	tell(vconfig, vcap, control);
}

void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig)
{
	for (unsigned int i = 0; i < vconfig->cap_count; i++)
		vpasid_vcap_set(vconfig, &vconfig->caps[i], vconfig->caps[i].initial + HEADER,
				VPASID_PRI_RESET);
}

uint16_t vpasid_vconfig_offset(const struct vpasid_vconfig *vconfig, uint16_t id)
{
	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		if (vconfig->caps[i].cap.id == id)
			return vconfig->caps[i].cap.offset;
	}
	return 0;
}

int vpasid_vconfig_set_pri_status(struct vpasid_vconfig *vconfig, uint16_t flags)
{
	uint16_t offset = vpasid_vconfig_offset(vconfig, VPASID_EXT_CAP_PRI);
	uint8_t *registers = vconfig->config + offset;

	if (!offset)
		return -ENOENT;
	if (flags & ~(PRI_FLAGS | VPASID_PRI_STOPPED))
		return -EINVAL;
	if (flags & VPASID_PRI_FAILURE)
		flags |= VPASID_PRI_STOPPED;
	if (registers[PCI_PRI_CTRL] & VPASID_PRI_ENABLE)
		flags &= PRI_FLAGS;
	put_le16(registers + PCI_PRI_STATUS, get_le16(registers + PCI_PRI_STATUS) | flags);
	return 0;
}

/* Writes: @length bytes of @data go to @offset of config space and on. */

static bool touches(size_t offset, size_t length, size_t at, size_t size)
{
	return offset < at + size && at < offset + length;
}

/* A register at @at as it were after the write, were all of its bits writable. */
static uint32_t merge(const struct vpasid_vconfig *vconfig, size_t at, unsigned int size,
		      size_t offset, const uint8_t *data, size_t length)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < size; i++) {
		bool written = touches(offset, length, at + i, 1);
		uint8_t byte = written ? data[at + i - offset] : vconfig->config[at + i];

		value |= (uint32_t)byte << 8 * i;
	}
	return value;
}

/* While PASID Enable stays set, permissions don't change. All bits are in the first byte. */
static void write_pasid(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap,
			size_t offset, const uint8_t *data, size_t length)
{
	size_t at = (size_t)vcap->cap.offset + PCI_PASID_CTRL;
	uint8_t *control = vconfig->config + at;
	uint8_t next;

	if (!touches(offset, length, at, 1))
		return;
	next = data[at - offset] & vcap->writable[PCI_PASID_CTRL];
	if (next == *control || *control & next & VPASID_CTRL_ENABLE)
		return;
	*control = next;
	if (vconfig->ops.pasid_changed)
		vconfig->ops.pasid_changed(vconfig->opaque, next);
}

/* While ATS is enabled, its unit doesn't change. */
static void write_ats(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap, size_t offset,
		      const uint8_t *data, size_t length)
{
	size_t at = (size_t)vcap->cap.offset + PCI_ATS_CTRL;
	uint16_t control = get_le16(vconfig->config + at), next;

	next = merge(vconfig, at, 2, offset, data, length) & (VPASID_ATS_STU | VPASID_ATS_ENABLE);
	if (next == control || control & next & VPASID_ATS_ENABLE)
		return;
	put_le16(vconfig->config + at, next);
	tell(vconfig, vcap, 0);
}

/* Returns whether the page request interface is reset. */
static bool write_pri_control(uint8_t *registers, uint16_t written)
{
	bool was_enabled = registers[PCI_PRI_CTRL] & VPASID_PRI_ENABLE;
	uint16_t status = get_le16(registers + PCI_PRI_STATUS);
	bool enable = written & VPASID_PRI_ENABLE;
	bool reset = written & VPASID_PRI_RESET && !enable;

	if (enable && !was_enabled && !(status & VPASID_PRI_STOPPED))
		enable = false;
	if (enable && !was_enabled)
		status &= (uint16_t) ~(PRI_FLAGS | VPASID_PRI_STOPPED);
	if (!enable && was_enabled)
		status &= (uint16_t)~VPASID_PRI_STOPPED;
	if (reset)
		status |= VPASID_PRI_STOPPED;
	put_le16(registers + PCI_PRI_CTRL, enable ? VPASID_PRI_ENABLE : 0);
	put_le16(registers + PCI_PRI_STATUS, status);
	return reset;
}

static void write_pri_allocation(uint8_t *registers, uint32_t allocation)
{
	uint32_t capacity = get_le32(registers + PCI_PRI_MAX_REQ);

	if (!(registers[PCI_PRI_CTRL] & VPASID_PRI_ENABLE))
		put_le32(registers + PCI_PRI_ALLOC_REQ,
			 allocation < capacity ? allocation : capacity);
}

static void write_pri(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap, size_t offset,
		      const uint8_t *data, size_t length)
{
	const size_t pri = vcap->cap.offset, status = pri + PCI_PRI_STATUS;
	uint8_t *registers = registers_of(vconfig, vcap);
	uint16_t control = get_le16(registers + PCI_PRI_CTRL);
	uint32_t allocation = get_le32(registers + PCI_PRI_ALLOC_REQ);
	bool reset;

	reset = write_pri_control(
		registers, (uint16_t)merge(vconfig, pri + PCI_PRI_CTRL, 2, offset, data, length));
	if (touches(offset, length, status, 1))
		registers[PCI_PRI_STATUS] &= (uint8_t) ~(data[status - offset] & PRI_FLAGS);
	write_pri_allocation(registers,
			     merge(vconfig, pri + PCI_PRI_ALLOC_REQ, 4, offset, data, length));
	if (reset || get_le16(registers + PCI_PRI_CTRL) != control ||
	    get_le32(registers + PCI_PRI_ALLOC_REQ) != allocation)
		tell(vconfig, vcap, reset ? VPASID_PRI_RESET : 0);
}

static void write_other(struct vpasid_vconfig *vconfig, const struct vpasid_vcap *vcap,
			size_t offset, const uint8_t *data, size_t length)
{
	size_t from = (size_t)vcap->cap.offset + HEADER,
	       to = (size_t)vcap->cap.offset + vcap->cap.length;
	uint8_t *config = vconfig->config;
	bool changes = false;

	for (size_t at = offset > from ? offset : from; at < to && at < offset + length; at++) {
		uint8_t mask = vcap->writable[at - vcap->cap.offset], before = config[at];

		config[at] = (uint8_t)((before & ~mask) | (data[at - offset] & mask));
		changes |= config[at] != before;
	}
	if (changes)
		tell(vconfig, vcap, 0);
}

/* What they are made of */

static uint16_t offered_permissions(const struct vpasid_vconfig_request *request)
{
	const struct vpasid_info *info = request->info;
	uint16_t permissions = info->capabilities;

	if (info->known & VPASID_KNOWN_ENABLED)
		permissions &= info->enabled;
	permissions &= (uint16_t)~request->withheld;
	return (uint16_t)((permissions & VPASID_CAP_EXEC ? VPASID_CTRL_EXEC : 0) |
			  (permissions & VPASID_CAP_PRIV ? VPASID_CTRL_PRIV : 0));
}

/* The permissions are the same bits in both registers. */
static void make_pasid(struct vpasid_vcap *vcap, uint16_t permissions, unsigned int width)
{
	vcap->write = write_pasid;
	put_le16(vcap->initial + PCI_PASID_CAP, (uint16_t)(permissions | width << 8));
	put_le16(vcap->writable + PCI_PASID_CTRL, VPASID_CTRL_ENABLE | permissions);
}

static void make_ats(struct vpasid_vcap *vcap, const uint8_t *from)
{
	vcap->write = write_ats;
	put_le16(vcap->initial + PCI_ATS_CAP, get_le16(from + PCI_ATS_CAP));
	put_le16(vcap->writable + PCI_ATS_CTRL, VPASID_ATS_STU | VPASID_ATS_ENABLE);
}

/* PRG Response PASID Required is reserved where there is no PASID (10.5.2.3). */
static void make_pri(struct vpasid_vcap *vcap, const uint8_t *from, bool has_pasid)
{
	uint16_t kept = has_pasid ? VPASID_PRI_PASID_REQUIRED : 0;
	uint16_t status = get_le16(from + PCI_PRI_STATUS);

	vcap->write = write_pri;
	put_le16(vcap->initial + PCI_PRI_STATUS, (uint16_t)(VPASID_PRI_STOPPED | (status & kept)));
	put_le32(vcap->initial + PCI_PRI_MAX_REQ, get_le32(from + PCI_PRI_MAX_REQ));
	put_le16(vcap->writable + PCI_PRI_CTRL, VPASID_PRI_ENABLE);
	put_le32(vcap->writable + PCI_PRI_ALLOC_REQ, UINT32_MAX);
}

static void make_other(struct vpasid_vcap *vcap, const struct vpasid_vconfig_registers *from)
{
	unsigned int length = vcap->cap.length - HEADER;

	vcap->write = write_other;
	memcpy(vcap->initial + HEADER, (const uint8_t *)from->bytes + HEADER, length);
	if (from->writable)
		memcpy(vcap->writable + HEADER, (const uint8_t *)from->writable + HEADER, length);
}

/* The bytes that the caller has for a capability, or the function's own; NULL if there are none, or
 * too few. */
static const uint8_t *find_bytes(const struct vpasid_cap *cap,
				 const struct vpasid_vconfig_registers *registers,
				 const struct vpasid_layout *layout, const uint8_t *config)
{
	const struct vpasid_span *span = vpasid_layout_find(layout, cap->id);
	const uint8_t *bytes = registers->bytes;

	if (bytes && registers->length < cap->length)
		return NULL;
	if (bytes)
		return get_le16(bytes) == cap->id ? bytes : NULL;
	if (cap->id != VPASID_EXT_CAP_ATS && cap->id != VPASID_EXT_CAP_PRI)
		return NULL;
	return span && span->flags & VPASID_SPAN_EXACT ? config + span->offset : NULL;
}

int vpasid_vconfig_make_registers(struct vpasid_vconfig *vconfig,
				  const struct vpasid_layout *layout,
				  const struct vpasid_vconfig_request *request, unsigned int width)
{
	static const struct vpasid_vconfig_registers none;

	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		const struct vpasid_vconfig_registers *from =
			request->register_count ? &request->registers[i] : &none;
		struct vpasid_vcap *vcap = &vconfig->caps[i];
		const uint8_t *bytes =
			find_bytes(&vcap->cap, from, layout, (const uint8_t *)request->config);

		if (from->reserved)
			return -EINVAL;
		if (vcap->cap.id == VPASID_EXT_CAP_PASID)
			make_pasid(vcap, offered_permissions(request), width);
		else if (!bytes)
			return -EINVAL;
		else if (vcap->cap.id == VPASID_EXT_CAP_ATS)
			make_ats(vcap, bytes);
		else if (vcap->cap.id == VPASID_EXT_CAP_PRI)
			make_pri(vcap, bytes, vconfig->pasid);
		else
			make_other(vcap, from);
		memcpy(registers_of(vconfig, vcap) + HEADER, vcap->initial + HEADER,
		       vcap->cap.length - HEADER);
	}
	return 0;
}
