// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "vconfig_internal.h"

#define PERMISSIONS (VPASID_CTRL_EXEC | VPASID_CTRL_PRIV)

_Static_assert(VPASID_CTRL_ENABLE == PCI_PASID_CTRL_ENABLE, "same values");
_Static_assert(VPASID_CTRL_EXEC == PCI_PASID_CTRL_EXEC, "same values");
_Static_assert(VPASID_CTRL_PRIV == PCI_PASID_CTRL_PRIV, "same values");

/* The registers of the virtual capability */

uint16_t vpasid_vconfig_capability(const struct vpasid_vconfig *vconfig)
{
	return get_le16(vconfig->config + vconfig->offset + PCI_PASID_CAP);
}

uint16_t vpasid_vconfig_control(const struct vpasid_vconfig *vconfig)
{
	return get_le16(vconfig->config + vconfig->offset + PCI_PASID_CTRL);
}

uint16_t vpasid_vconfig_offset(const struct vpasid_vconfig *vconfig)
{
	return vconfig->offset;
}

void vpasid_vconfig_set_control(struct vpasid_vconfig *vconfig, uint16_t control)
{
	if (control == vpasid_vconfig_control(vconfig))
		return;

	put_le16(vconfig->config + vconfig->offset + PCI_PASID_CTRL, control);
	if (vconfig->ops.changed)
		vconfig->ops.changed(vconfig->opaque, control);
}

void vpasid_vconfig_reset(struct vpasid_vconfig *vconfig)
{
	vpasid_vconfig_set_control(vconfig, 0);
}

/* While PASID Enable stays set, permissions don't change. */
static uint16_t next_control(const struct vpasid_vconfig *vconfig, uint16_t written)
{
	uint16_t control = vpasid_vconfig_control(vconfig);

	written &= vconfig->writable;
	if (control & written & VPASID_CTRL_ENABLE)
		return (uint16_t)((written & ~PERMISSIONS) | (control & PERMISSIONS));
	return written;
}

/* Making a view */

static uint16_t offered_permissions(const struct vpasid_info *info)
{
	uint16_t permissions = info->capabilities;

	if (info->known & VPASID_KNOWN_ENABLED)
		permissions &= info->enabled;
	return (permissions & VPASID_CAP_EXEC ? VPASID_CTRL_EXEC : 0) |
	       (permissions & VPASID_CAP_PRIV ? VPASID_CTRL_PRIV : 0);
}

/* The permissions are the same bits in both registers. */
static void make_capability(struct vpasid_vconfig *vconfig, unsigned int width,
			    uint16_t permissions)
{
	uint8_t *registers = vconfig->config + vconfig->offset;

	put_le16(registers + PCI_PASID_CAP, (uint16_t)(permissions | width << 8));
	put_le16(registers + PCI_PASID_CTRL, 0);
	vconfig->writable = VPASID_CTRL_ENABLE | permissions;
	dwords_add(&vconfig->own, vconfig->offset, VPASID_CAP_LENGTH);
}

/* The offset of a conventional capability that has room for @length bytes, or 0. */
static unsigned int find_conventional(const uint8_t *config, uint8_t id, unsigned int length)
{
	int offset = vpasid_conventional_find(config, VPASID_CONFIG_CONVENTIONAL, id);

	return offset > 0 && (unsigned int)offset + length <= VPASID_CONFIG_CONVENTIONAL
		       ? (unsigned int)offset
		       : 0;
}

static void find_resets(struct vpasid_vconfig *vconfig)
{
	const uint8_t *config = vconfig->config;
	unsigned int pcie = find_conventional(config, PCI_CAP_ID_EXP, PCI_EXP_DEVCTL + 2);
	unsigned int af = find_conventional(config, PCI_CAP_ID_AF, PCI_CAP_AF_SIZEOF);

	/* Function Level Reset Capability is a bit of the register's highest byte. */
	if (pcie && (config[pcie + PCI_EXP_DEVCAP + 3] & PCI_EXP_DEVCAP_FLR >> 24))
		vconfig->flr_pcie = (uint16_t)(pcie + PCI_EXP_DEVCTL + 1);
	if (af && (config[af + PCI_AF_CAP] & PCI_AF_CAP_FLR))
		vconfig->flr_af = (uint16_t)(af + PCI_AF_CTRL);
}

static int guest_width(const struct vpasid_vconfig_request *request)
{
	const struct vpasid_info *info = request->info;
	unsigned int usable = vpasid_info_usable_width(info);

	if (!usable || info->width > VPASID_MAX_WIDTH || request->width > usable)
		return -EINVAL;
	return (int)(request->width ? request->width : usable);
}

static bool is_beside(const struct vpasid_span *span, unsigned int offset)
{
	bool known;
	unsigned int length = vpasid_span_reach(span, NULL, 0, &known);

	if (!known)
		length = DWORD;
	return offset + VPASID_CAP_LENGTH <= span->offset || offset >= span->offset + length;
}

/* Checks less than vpasid_place() does: that no capability is overwritten. */
static int check_placement(const struct vpasid_placement *placement,
			   const struct vpasid_layout *layout)
{
	unsigned int offset = placement->offset;

	if (vpasid_layout_digest(layout) != placement->digest)
		return -ESTALE;
	if (offset < VPASID_CONFIG_CONVENTIONAL || offset % DWORD ||
	    offset > VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH)
		return -EBUSY;

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		if (span->id != VPASID_EXT_CAP_PASID && !is_beside(span, offset))
			return -EBUSY;
	}
	return 0;
}

static struct vpasid_vconfig *make(const struct vpasid_vconfig_request *request,
				   const struct vpasid_layout *layout, unsigned int width)
{
	struct vpasid_vconfig *vconfig = calloc(1, sizeof(*vconfig));

	if (!vconfig)
		return NULL;

	memcpy(vconfig->config, request->config, VPASID_CONFIG_SIZE);
	if (request->ops)
		vconfig->ops = *request->ops;
	vconfig->opaque = request->opaque;
	vconfig->digest = request->placement->digest;
	vconfig->offset = request->placement->offset;

	find_resets(vconfig);
	vpasid_vconfig_link(vconfig, layout);
	make_capability(vconfig, width, offered_permissions(request->info));
	return vconfig;
}

int vpasid_vconfig_new(const struct vpasid_vconfig_request *request,
		       struct vpasid_vconfig **vconfig)
{
	struct vpasid_layout layout;
	int width = guest_width(request);
	int ret;

	*vconfig = NULL;
	if (width < 0 || request->size != VPASID_CONFIG_SIZE)
		return -EINVAL;
	ret = vpasid_layout_read(request->config, request->size, &layout);
	if (ret < 0)
		return ret;
	ret = check_placement(request->placement, &layout);
	if (ret)
		return ret;

	*vconfig = make(request, &layout, (unsigned int)width);
	return *vconfig ? 0 : -ENOMEM;
}

void vpasid_vconfig_free(struct vpasid_vconfig *vconfig)
{
	free(vconfig);
}

/* Accesses are split where the view's own dwords meet the device's. */

static bool is_within(size_t offset, size_t length)
{
	return offset <= VPASID_CONFIG_SIZE && length <= VPASID_CONFIG_SIZE - offset;
}

/* From @offset on, the end of the dwords that are all the view's or all the device's. */
static size_t run_end(const struct vpasid_vconfig *vconfig, bool own, size_t offset, size_t end)
{
	do {
		offset = (offset | (DWORD - 1)) + 1;
	} while (offset < end && dwords_has(&vconfig->own, (unsigned int)offset) == own);
	return offset < end ? offset : end;
}

static int read_runs(struct vpasid_vconfig *vconfig, size_t offset, uint8_t *data, size_t length)
{
	size_t end = offset + length;

	for (size_t at = offset, next; at < end; at = next) {
		bool own = dwords_has(&vconfig->own, (unsigned int)at);
		uint8_t *part = data + (at - offset);
		int ret;

		next = run_end(vconfig, own, at, end);
		if (own) {
			memcpy(part, vconfig->config + at, next - at);
			continue;
		}
		ret = vconfig->ops.read(vconfig->opaque, (uint16_t)at, part, (uint16_t)(next - at));
		if (ret)
			return ret;
	}
	return 0;
}

int vpasid_vconfig_read(struct vpasid_vconfig *vconfig, size_t offset, void *data, size_t length)
{
	int ret = -EINVAL;

	if (is_within(offset, length)) {
		if (!vconfig->ops.read) {
			memcpy(data, vconfig->config + offset, length);
			return 0;
		}
		ret = read_runs(vconfig, offset, data, length);
	}
	if (ret)
		memset(data, 0xff, length);
	return ret;
}

/* Writes the bytes of an access that belong to the Control register, if there are any. */
static void write_control(struct vpasid_vconfig *vconfig, size_t offset, const uint8_t *data,
			  size_t length)
{
	size_t control = vconfig->offset + PCI_PASID_CTRL;
	uint8_t bytes[2];

	if (offset >= control + sizeof(bytes) || offset + length <= control)
		return;

	put_le16(bytes, vpasid_vconfig_control(vconfig));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (control + i >= offset && control + i < offset + length)
			bytes[i] = data[control + i - offset];
	}
	vpasid_vconfig_set_control(vconfig, next_control(vconfig, get_le16(bytes)));
}

/* Sets @written to how many bytes the device and the view have accepted. */
static int write_runs(struct vpasid_vconfig *vconfig, size_t offset, const uint8_t *data,
		      size_t length, size_t *written)
{
	size_t end = offset + length;
	int ret = 0;

	*written = 0;
	for (size_t at = offset, next; at < end; at = next) {
		bool own = dwords_has(&vconfig->own, (unsigned int)at);
		const uint8_t *part = data + (at - offset);

		next = run_end(vconfig, own, at, end);
		if (own)
			write_control(vconfig, at, part, next - at);
		else
			ret = vconfig->ops.write(vconfig->opaque, (uint16_t)at, part,
						 (uint16_t)(next - at));
		if (ret)
			return ret;
		*written = next - offset;
	}
	return 0;
}

static bool sets(size_t offset, const uint8_t *data, size_t length, size_t at, uint8_t bit)
{
	return at && at >= offset && at - offset < length && (data[at - offset] & bit);
}

/* In PCI Express, Initiate FLR is bit 15 of Device Control: bit 7 of its second byte. */
static bool initiates_flr(const struct vpasid_vconfig *vconfig, size_t offset, const uint8_t *data,
			  size_t length)
{
	return offset < VPASID_CONFIG_CONVENTIONAL &&
	       (sets(offset, data, length, vconfig->flr_pcie, PCI_EXP_DEVCTL_BCR_FLR >> 8) ||
		sets(offset, data, length, vconfig->flr_af, PCI_AF_CTRL_FLR));
}

int vpasid_vconfig_write(struct vpasid_vconfig *vconfig, size_t offset, const void *data,
			 size_t length)
{
	size_t written = length;
	int ret = 0;

	if (!is_within(offset, length))
		return -EINVAL;

	if (vconfig->ops.write)
		ret = write_runs(vconfig, offset, data, length, &written);
	else
		write_control(vconfig, offset, data, length);

	if (initiates_flr(vconfig, offset, data, written))
		vpasid_vconfig_reset(vconfig);
	return ret;
}
