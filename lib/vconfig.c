// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include "argsz.h"
#include "bytes.h"
#include "place_search.h"
#include "vconfig_internal.h"

#define ALL_PERMISSIONS (VPASID_CAP_EXEC | VPASID_CAP_PRIV)

/* Making a view */

/* The offset of a conventional capability that has room for @length bytes, or 0. */
static uint16_t find_conventional(const uint8_t *config, uint8_t id, unsigned int length)
{
	int offset = vpasid_conventional_find(config, VPASID_CONFIG_CONVENTIONAL, id);

	return offset > 0 && (unsigned int)offset + length <= VPASID_CONFIG_CONVENTIONAL
		       ? (uint16_t)offset
		       : 0;
}

static void find_resets(struct vpasid_vconfig *vconfig)
{
	const uint8_t *config = vconfig->config;
	uint16_t pcie = find_conventional(config, PCI_CAP_ID_EXP, PCI_EXP_DEVCTL + 2);
	uint16_t af = find_conventional(config, PCI_CAP_ID_AF, PCI_CAP_AF_SIZEOF);

	/* Function Level Reset Capability is a bit of the register's highest byte. */
	if (pcie && (config[pcie + PCI_EXP_DEVCAP + 3] & PCI_EXP_DEVCAP_FLR >> 24))
		vconfig->flr_pcie = pcie + PCI_EXP_DEVCTL + 1;
	if (af && (config[af + PCI_AF_CAP] & PCI_AF_CAP_FLR))
		vconfig->flr_af = af + PCI_AF_CTRL;
}

/* Returns Max PASID Width, 0 without PASID, or -EINVAL. */
static int guest_width(const struct vpasid_vconfig_request *request)
{
	const struct vpasid_info *info = request->info;
	unsigned int usable;

	if (!vpasid_placement_find(request->placement, VPASID_EXT_CAP_PASID))
		return 0;
	if (!info)
		return -EINVAL;
	usable = vpasid_info_usable_width(info);
	if (!usable || info->width > VPASID_MAX_WIDTH || request->width > usable)
		return -EINVAL;
	return (int)(request->width ? request->width : usable);
}

static int check_request(const struct vpasid_vconfig_request *request)
{
	if (request->flags || !request->config || request->size != VPASID_CONFIG_SIZE ||
	    !request->placement || request->withheld & ~ALL_PERMISSIONS)
		return -EINVAL;
	if (request->register_count && request->register_count != request->placement->cap_count)
		return -EINVAL;
	return 0;
}

static bool is_beside(const struct vpasid_span *span, const struct vpasid_cap *cap)
{
	bool known;
	unsigned int length = vpasid_span_reach(span, NULL, 0, &known);

	if (!known)
		length = DWORD;
	return cap->offset + cap->length <= span->offset || cap->offset >= span->offset + length;
}

/* Is it where no other capability is overwritten, neither the function's nor one of the list? */
static bool is_free(const struct vpasid_cap *caps, unsigned int i,
		    const struct vpasid_layout *layout)
{
	const struct vpasid_cap *cap = &caps[i];

	if (cap->offset < VPASID_CONFIG_CONVENTIONAL || cap->offset % DWORD ||
	    cap->offset + cap->length > VPASID_CONFIG_SIZE)
		return false;
	for (unsigned int j = 0; j < i; j++) {
		if (cap->offset < caps[j].offset + caps[j].length &&
		    caps[j].offset < cap->offset + cap->length)
			return false;
	}
	for (unsigned int j = 0; j < layout->span_count; j++) {
		const struct vpasid_span *span = &layout->spans[j];
		bool is_replaced = span->id == cap->id && !vpasid_cap_repeats(cap->id);

		if (!is_replaced && !is_beside(span, cap))
			return false;
	}
	return true;
}

/* Checks less than vpasid_place() does, and fills in the capabilities. */
static int take_placement(const struct vpasid_placement *placement,
			  const struct vpasid_layout *layout, struct vpasid_cap *caps)
{
	int ret = vpasid_caps_take(caps, placement->caps, placement->cap_count);

	if (ret)
		return ret;
	if (!vpasid_placement_fits_layout(placement, layout))
		return -ESTALE;
	for (unsigned int i = 0; i < placement->cap_count; i++) {
		if (!is_free(caps, i, layout))
			return -EBUSY;
	}
	return 0;
}

/* Makes a view that has nothing but room for its capabilities. */
static struct vpasid_vconfig *allocate(const struct vpasid_cap *caps, unsigned int count)
{
	struct vpasid_vconfig *vconfig;
	size_t length = 0;
	uint8_t *bytes;

	for (unsigned int i = 0; i < count; i++)
		length += caps[i].length;
	vconfig = calloc(1, sizeof(*vconfig) + 2 * length);
	if (!vconfig)
		return NULL;

	bytes = vconfig->bytes;
	vconfig->cap_count = count;
	for (unsigned int i = 0; i < count; i++) {
		vconfig->caps[i] = (struct vpasid_vcap){
			.cap = caps[i],
			.initial = bytes,
			.writable = bytes + caps[i].length,
		};
		bytes += (size_t)2 * caps[i].length;
		if (caps[i].id == VPASID_EXT_CAP_PASID)
			vconfig->pasid = caps[i].offset;
	}
	return vconfig;
}

static int fill(struct vpasid_vconfig *vconfig, const struct vpasid_vconfig_request *request,
		const struct vpasid_layout *layout, unsigned int width)
{
	memcpy(vconfig->config, request->config, VPASID_CONFIG_SIZE);
	vconfig->opaque = request->opaque;
	vconfig->digest = vpasid_layout_digest(layout);
	vconfig->digest_lengths = vpasid_layout_digest_lengths(layout);
	find_resets(vconfig);
	vpasid_vconfig_link(vconfig, layout, request);
	return vpasid_vconfig_make_registers(vconfig, layout, request, width);
}

int vpasid_vconfig_new(const struct vpasid_vconfig_request *from, struct vpasid_vconfig **vconfig)
{
	struct vpasid_vconfig_ops ops = { .argsz = sizeof(ops) };
	struct vpasid_vconfig_request request;
	struct vpasid_cap caps[VPASID_MAX_CAPS];
	struct vpasid_layout layout;
	int ret, width;

	*vconfig = NULL;
	ret = take_struct(&request, sizeof(request), from);
	if (!ret && request.ops)
		ret = take_struct(&ops, sizeof(ops), request.ops);
	if (!ret)
		ret = ops.reserved ? -EINVAL : check_request(&request);
	if (ret)
		return ret;
	width = guest_width(&request);
	if (width < 0)
		return width;
	ret = vpasid_layout_read(request.config, request.size, &layout);
	if (ret < 0)
		return ret;
	ret = take_placement(request.placement, &layout, caps);
	if (ret)
		return ret;

	*vconfig = allocate(caps, request.placement->cap_count);
	if (!*vconfig)
		return -ENOMEM;
	(*vconfig)->ops = ops;
	ret = fill(*vconfig, &request, &layout, (unsigned int)width);
	if (ret) {
		vpasid_vconfig_free(*vconfig);
		*vconfig = NULL;
	}
	return ret;
}

void vpasid_vconfig_free(struct vpasid_vconfig *vconfig)
{
	free(vconfig);
}

/* Accesses are split where dwords of one owner meet another's. */

static bool is_within(size_t offset, size_t length)
{
	return offset <= VPASID_CONFIG_SIZE && length <= VPASID_CONFIG_SIZE - offset;
}

/* From @offset on, the end of the dwords that have the same owner. */
static size_t run_end(const struct vpasid_vconfig *vconfig, size_t offset, size_t end)
{
	const uint8_t owner = vconfig->owners[offset / DWORD];

	do {
		offset = (offset | (DWORD - 1)) + 1;
	} while (offset < end && vconfig->owners[offset / DWORD] == owner);
	return offset < end ? offset : end;
}

static int read_runs(const struct vpasid_vconfig *vconfig, size_t offset, uint8_t *data,
		     size_t length)
{
	size_t end = offset + length;

	for (size_t at = offset, next; at < end; at = next) {
		uint8_t *part = data + (at - offset);
		int ret;

		next = run_end(vconfig, at, end);
		if (vconfig->owners[at / DWORD] != OWNER_DEVICE) {
			memcpy(part, vconfig->config + at, next - at);
			continue;
		}
		ret = vconfig->ops.read(vconfig->opaque, (uint16_t)at, part, (uint16_t)(next - at));
		if (ret)
			return ret;
	}
	return 0;
}

int vpasid_vconfig_read(const struct vpasid_vconfig *vconfig, size_t offset, void *data,
			size_t length)
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

static int write_device(struct vpasid_vconfig *vconfig, size_t offset, const uint8_t *data,
			size_t length)
{
	int ret = 0;

	if (vconfig->ops.write)
		ret = vconfig->ops.write(vconfig->opaque, (uint16_t)offset, data, (uint16_t)length);
	if (!ret && initiates_flr(vconfig, offset, data, length))
		vpasid_vconfig_reset(vconfig);
	return ret;
}

/* Writes what has one owner. */
static int write_run(struct vpasid_vconfig *vconfig, size_t offset, const uint8_t *data,
		     size_t length)
{
	uint8_t owner = vconfig->owners[offset / DWORD];
	const struct vpasid_vcap *vcap;

	if (owner == OWNER_DEVICE)
		return write_device(vconfig, offset, data, length);
	if (owner >= OWNER_CAP) {
		vcap = &vconfig->caps[owner - OWNER_CAP];
		vcap->write(vconfig, vcap, offset, data, length);
	}
	return 0;
}

/* Not inlined: vpasid_vconfig_write() would save this loop's registers in every access. */
__attribute__((noinline)) static int write_runs(struct vpasid_vconfig *vconfig, size_t offset,
						const uint8_t *data, size_t length)
{
	size_t end = offset + length;

	for (size_t at = offset, next; at < end; at = next) {
		int ret;

		next = run_end(vconfig, at, end);
		ret = write_run(vconfig, at, data + (at - offset), next - at);
		if (ret)
			return ret;
	}
	return 0;
}

int vpasid_vconfig_write(struct vpasid_vconfig *vconfig, size_t offset, const void *data,
			 size_t length)
{
	/* All accesses of a guest lie in one dword. A length of 0 wraps, and is left to the loop.
	 */
	if (offset < VPASID_CONFIG_SIZE && length - 1 < DWORD - offset % DWORD)
		return write_run(vconfig, offset, data, length);
	return is_within(offset, length) ? write_runs(vconfig, offset, data, length) : -EINVAL;
}
