// SPDX-License-Identifier: MIT
/*
 * The saved states of vpasid/vconfig.h from a stream that nobody can trust, with the magic number
 * and a checksum that are right: without them nothing is looked at.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vconfig.h>

#include "../../lib/bytes.h"
#include "../../lib/fnv.h"
#include "fuzz.h"

#define CAPS	   4
#define EXPRESS	   0x40
#define VSEC	   0x0b
#define CHECKSUM   8
#define LEAST_SIZE 32 /* version 1 */

static const struct vpasid_cap list[CAPS] = {
	{ .id = VPASID_EXT_CAP_PASID },
	{ .id = VPASID_EXT_CAP_PRI },
	{ .id = VPASID_EXT_CAP_ATS },
	{ .id = VSEC, .length = 24 },
};
static struct vpasid_vconfig *view;

static void make_view(void)
{
	static const uint8_t pri[16] = { 0x13, [8] = 64 }, ats[8] = { 0x0f, [4] = 32 };
	static const uint8_t vsec[24] = { VSEC }, mask[24] = { [8] = 0xff, 0x0f };
	static const struct vpasid_vconfig_registers registers[CAPS] = {
		[1] = { .bytes = pri, .length = sizeof(pri) },
		[2] = { .bytes = ats, .length = sizeof(ats) },
		[3] = { .bytes = vsec, .writable = mask, .length = sizeof(vsec) },
	};
	static uint8_t config[VPASID_CONFIG_SIZE] = {
		[6] = 0x10, [0x34] = EXPRESS, [EXPRESS] = 0x10
	};
	static const struct vpasid_info info = { .width = 20, .capabilities = VPASID_CAP_EXEC };
	const struct vpasid_place_request where = {
		.argsz = sizeof(where),
		.config = config,
		.size = sizeof(config),
		.caps = list,
		.cap_count = CAPS,
	};
	struct vpasid_placement placement;
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
		.registers = registers,
		.register_count = CAPS,
	};

	check(!vpasid_place(&where, &placement));
	check(!vpasid_vconfig_new(&request, &view));
}

static size_t save(uint8_t *state)
{
	int size = vpasid_vconfig_save(view, state, VPASID_VCONFIG_STATE_MAX);

	check(size > 0 && (size_t)size == vpasid_vconfig_state_size(view));
	return (size_t)size;
}

/* What a guest can't have made */
static void check_registers(void)
{
	uint16_t pri = vpasid_vconfig_offset(view, VPASID_EXT_CAP_PRI);
	uint8_t bytes[16];

	check(!(vpasid_vconfig_control(view) & ~(VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC)));
	check(!vpasid_vconfig_read(view, pri, bytes, sizeof(bytes)));
	check(!(get_le16(bytes + 4) & ~VPASID_PRI_ENABLE));
	check(get_le32(bytes + 8) == 64 && get_le32(bytes + 12) <= 64);
}

static void check_state(const uint8_t *state, size_t size)
{
	uint8_t before[VPASID_VCONFIG_STATE_MAX], after[VPASID_VCONFIG_STATE_MAX];
	struct vpasid_vconfig_state peeked = { .argsz = sizeof(peeked) };
	char why[VPASID_VCONFIG_WHY_TEXT];
	size_t length = save(before);
	int ret = vpasid_vconfig_state_peek(state, size, &peeked), restored, told;

	told = vpasid_vconfig_why_stale(view, state, size, why, sizeof(why));
	check(told >= 0 && (size_t)told < sizeof(why) && strlen(why) == (size_t)told);
	restored = vpasid_vconfig_restore(view, state, size);
	check(!ret || ret == -EPROTO);
	check(!restored || restored == -EPROTO || restored == -ESTALE);
	check(!restored == !told && (!ret || restored == -EPROTO));
	check(save(after) == length);
	if (restored)
		check(!memcmp(before, after, length));
	else
		check_registers();
	check(!vpasid_vconfig_restore(view, after, length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t state[VPASID_VCONFIG_STATE_MAX];
	size_t end;

	if (size < LEAST_SIZE || size > sizeof(state))
		return 0;
	if (!view)
		make_view();
	vpasid_vconfig_reset(view);
	memcpy(state, data, size);
	memcpy(state, "vPAS", 4);
	end = (state[4] == 1 ? LEAST_SIZE : size) - CHECKSUM;
	put_le64(state + end, fnv1a(FNV1A_BASIS, state, end));
	check_state(state, size);
	return 0;
}

/* One in eight begins anew, with what a guest has made. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	srand(seed);
	if (rand() % 8 || max_size < VPASID_VCONFIG_STATE_MAX)
		return LLVMFuzzerMutate(data, size, max_size);
	if (!view)
		make_view();
	for (int i = 0; i < 8; i++) {
		uint16_t at = vpasid_vconfig_offset(view, list[rand() % CAPS].id);
		uint8_t bytes[4] = { (uint8_t)rand(), (uint8_t)rand(), (uint8_t)rand(),
				     (uint8_t)rand() };

		vpasid_vconfig_write(view, at + 4u * (unsigned int)(rand() % 4), bytes, 4);
	}
	return save(data);
}
