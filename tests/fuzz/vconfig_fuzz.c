// SPDX-License-Identifier: MIT
/*
 * vpasid/vconfig.h on any config space, with any guest. The end of the input is the
 * guest: a request in four bytes, and accesses in four each; what stands before is the
 * space, so that a dump is a good input.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <vpasid/vconfig.h>

#include "fuzz.h"

#define GUEST	   128
#define REQUEST	   4
#define STEP	   4
#define MAX_LENGTH 15
#define CTRL_ALL   (VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV)

static struct {
	uint8_t config[VPASID_CONFIG_SIZE]; /* the function's, as it was */
	uint8_t device[VPASID_CONFIG_SIZE]; /* as it is */
	uint8_t first[VPASID_CONFIG_SIZE];  /* what the guest saw at first */
	const uint8_t *guest;
	struct vpasid_layout layout;
	struct vpasid_info info;
	struct vpasid_placement placement;
	struct vpasid_vconfig *view;
	unsigned int offered;
	unsigned int last;
	uint16_t told; /* the Control register by changed() */
} fuzz;

/* A dword that the guest sees otherwise than the function has it is the view's. */
static bool is_changed(unsigned int at)
{
	at &= ~3u;
	return memcmp(fuzz.first + at, fuzz.config + at, 4) != 0;
}

static void check_part(uint16_t offset, uint16_t length)
{
	unsigned int virtual = fuzz.placement.caps[0].offset;

	check(length && offset >= fuzz.last && offset + length <= VPASID_CONFIG_SIZE);
	check(offset + length <= virtual || offset >= virtual + VPASID_CAP_LENGTH);
	fuzz.last = offset + length;
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	check(opaque == &fuzz);
	check_part(offset, length);
	memcpy(data, fuzz.device + offset, length);
	return 0;
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	check(opaque == &fuzz);
	check_part(offset, length);
	for (unsigned int at = offset; at < fuzz.last; at++)
		check(!is_changed(at));
	memcpy(fuzz.device + offset, data, length);
	return 0;
}

static void changed(void *opaque, uint16_t control)
{
	check(opaque == &fuzz && control != fuzz.told);
	check(vpasid_vconfig_control(fuzz.view) == control);
	fuzz.told = control;
}

static void read_all(uint8_t *image)
{
	fuzz.last = 0;
	check(!vpasid_vconfig_read(fuzz.view, 0, image, VPASID_CONFIG_SIZE));
}

/* The request: width, permissions and what is known; how to place; the place. */
static int make(bool has_device)
{
	static const struct vpasid_vconfig_ops ops[] = {
		{ .argsz = sizeof(ops[0]), .pasid_changed = changed },
		{ .argsz = sizeof(ops[0]),
		  .read = device_read,
		  .write = device_write,
		  .pasid_changed = changed },
	};
	const struct vpasid_place_request place = {
		.argsz = sizeof(place),
		.config = fuzz.config,
		.size = VPASID_CONFIG_SIZE,
	};
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = fuzz.config,
		.size = VPASID_CONFIG_SIZE,
		.info = &fuzz.info,
		.placement = &fuzz.placement,
		.width = fuzz.guest[1] >> 6,
		.ops = &ops[has_device],
		.opaque = &fuzz,
	};
	bool placed = !(fuzz.guest[3] & 0x80) && !vpasid_place(&place, &fuzz.placement);
	bool fits = vpasid_info_usable_width(&fuzz.info) && fuzz.info.width <= VPASID_MAX_WIDTH &&
		    request.width <= vpasid_info_usable_width(&fuzz.info);
	int ret;

	if (!placed) {
		fuzz.placement.digest = vpasid_layout_digest(&fuzz.layout);
		fuzz.placement.flags = 0;
		fuzz.placement.cap_count = 1;
		fuzz.placement.caps[0] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID };
		fuzz.placement.caps[0].offset = (fuzz.guest[2] | fuzz.guest[3] << 8) & 0x1fff;
	}
	ret = vpasid_vconfig_new(&request, &fuzz.view);
	check(!ret == !!fuzz.view);
	check(fits ? !ret || (!placed && ret == -EBUSY) : ret == -EINVAL);
	return ret;
}

/* Does the function's chain end with a header of which nothing is left without a next? */
static bool ends_with_nothing(void)
{
	const struct vpasid_layout *layout = &fuzz.layout;
	const struct vpasid_span *last;

	if (!layout->span_count)
		return false;
	last = &layout->spans[layout->span_count - 1];
	return !last->id && !last->version;
}

/* The chain that a guest meets: sound, with PASID in it once. */
static void check_chain(void)
{
	static struct vpasid_layout seen;
	unsigned int pasids = 0;

	check(vpasid_layout_read(fuzz.first, VPASID_CONFIG_SIZE, &seen) > 0 && !seen.broken &&
	      !seen.loops);
	for (unsigned int i = 0; i < seen.finding_count && i < VPASID_MAX_FINDINGS; i++)
		check(seen.findings[i].code != VPASID_FINDING_EMPTY || ends_with_nothing());
	for (unsigned int i = 0; i < seen.span_count; i++)
		pasids += seen.spans[i].id == VPASID_EXT_CAP_PASID;
	check(pasids == 1);
	check(vpasid_layout_find(&seen, VPASID_EXT_CAP_PASID)->offset ==
	      fuzz.placement.caps[0].offset);
}

static void check_control(uint16_t before)
{
	uint16_t control = vpasid_vconfig_control(fuzz.view);

	check(!(control & ~fuzz.offered) && control == fuzz.told);
	check(!(before & control & VPASID_CTRL_ENABLE) || before == control);
}

static void guest_writes(size_t offset, const uint8_t *data, size_t length)
{
	uint16_t before = vpasid_vconfig_control(fuzz.view);
	int ret = vpasid_vconfig_write(fuzz.view, offset, data, length);

	check(ret == (offset + length <= VPASID_CONFIG_SIZE ? 0 : -EINVAL));
	check_control(before);
}

/* The same bytes, together and one by one. */
static void guest_reads(size_t offset, size_t length)
{
	bool within = offset + length <= VPASID_CONFIG_SIZE;
	uint8_t bytes[MAX_LENGTH], byte = 0xff;

	check(vpasid_vconfig_read(fuzz.view, offset, bytes, length) == (within ? 0 : -EINVAL));
	for (size_t i = 0; i < length; i++) {
		fuzz.last = 0;
		check(!within || !vpasid_vconfig_read(fuzz.view, offset + i, &byte, 1));
		check(bytes[i] == byte);
	}
}

/* One access: how long it is and whether it writes, where, and what. */
static void step(const uint8_t *step, const uint8_t *data)
{
	size_t offset = step[1] | (step[2] & 0x1f) << 8;
	size_t length = step[0] % (MAX_LENGTH + 1);

	if (step[2] & 0x80) /* where it matters most */
		offset = fuzz.placement.caps[0].offset + step[1] % VPASID_CAP_LENGTH;
	fuzz.last = 0;
	if (step[2] & 0x40)
		guest_writes(offset, data, length);
	else
		guest_reads(offset, length);
}

static void check_state(void)
{
	uint8_t state[VPASID_VCONFIG_STATE_MAX];
	char why[VPASID_VCONFIG_WHY_TEXT];
	uint16_t control = vpasid_vconfig_control(fuzz.view);
	int length, size;

	size = vpasid_vconfig_save(fuzz.view, state, sizeof(state));
	check(size > 0 && size < GUEST - REQUEST);
	vpasid_vconfig_reset(fuzz.view);
	check(!vpasid_vconfig_control(fuzz.view) && !fuzz.told);
	/* what the guest's bytes make of it: its checksum can't be right */
	for (unsigned int i = 0; i < (unsigned int)size; i++)
		state[i] ^= fuzz.guest[REQUEST + i];
	length = vpasid_vconfig_why_stale(fuzz.view, state, size, why, sizeof(why));
	check(length >= 0 && (size_t)length < sizeof(why) && strlen(why) == (size_t)length);
	check(!vpasid_vconfig_restore(fuzz.view, state, size) == !length);
	vpasid_vconfig_reset(fuzz.view);
	for (unsigned int i = 0; i < (unsigned int)size; i++)
		state[i] ^= fuzz.guest[REQUEST + i];
	check(!vpasid_vconfig_restore(fuzz.view, state, size));
	check(vpasid_vconfig_control(fuzz.view) == control && fuzz.told == control);
}

static void run(bool has_device)
{
	uint8_t image[VPASID_CONFIG_SIZE];

	memcpy(fuzz.device, fuzz.config, sizeof(fuzz.device));
	fuzz.told = 0;
	if (make(has_device))
		return;

	read_all(fuzz.first);
	fuzz.offered =
		VPASID_CTRL_ENABLE | (fuzz.first[fuzz.placement.caps[0].offset + 4] & CTRL_ALL);
	check_chain();
	for (unsigned int at = REQUEST; at + STEP + MAX_LENGTH <= GUEST; at += STEP)
		step(fuzz.guest + at, fuzz.guest + at + STEP);
	check_state();

	/* a snapshot changes in the Control register alone */
	read_all(image);
	for (unsigned int at = 0; !has_device && at < VPASID_CONFIG_SIZE; at++)
		check(image[at] == fuzz.first[at] || at == fuzz.placement.caps[0].offset + 6u);
	vpasid_vconfig_free(fuzz.view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < GUEST || size > VPASID_CONFIG_SIZE)
		return 0;

	memset(fuzz.config, 0, sizeof(fuzz.config));
	memcpy(fuzz.config, data, size - GUEST);
	fuzz.guest = data + size - GUEST;
	if (vpasid_layout_read(fuzz.config, VPASID_CONFIG_SIZE, &fuzz.layout) < 0)
		return 0;

	memset(&fuzz.info, 0, sizeof(fuzz.info));
	fuzz.info.width = fuzz.guest[0] & 0x1f;
	fuzz.info.known = fuzz.guest[0] >> 5 & 3;
	fuzz.info.capabilities = fuzz.guest[1] & 3;
	fuzz.info.enabled = fuzz.guest[1] >> 2 & 3;
	fuzz.info.iommu_width = fuzz.guest[1] & 0x1f;
	run(false);
	run(true);
	return 0;
}
