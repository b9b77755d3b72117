// SPDX-License-Identifier: MIT
#include "bytes.h"
#include "vconfig_internal.h"

#define POINTER 0xfff00000u

/* Adds what can be written of a dword, if it belongs to a virtual capability. */
static void add_masks(const struct vpasid_vconfig *vconfig, struct vpasid_vconfig_patch *patch)
{
	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		const struct vpasid_vcap *vcap = &vconfig->caps[i];
		unsigned int at = patch->offset - vcap->cap.offset;

		if (patch->offset < vcap->cap.offset || at >= vcap->cap.length)
			continue;
		patch->writable = get_le32(vcap->writable + at);
		for (unsigned int byte = 0; byte < DWORD; byte++)
			patch->w1c |= (uint32_t)vpasid_vcap_w1c(vcap, at + byte) << 8 * byte;
	}
}

static struct vpasid_vconfig_patch make_patch(const struct vpasid_vconfig *vconfig,
					      unsigned int offset)
{
	struct vpasid_vconfig_patch patch = {
		.offset = (uint16_t)offset,
		.mask = dwords_has(&vconfig->pointers, offset) ? POINTER : UINT32_MAX,
	};

	patch.value = get_le32(vconfig->config + offset) & patch.mask;
	add_masks(vconfig, &patch);
	return patch;
}

size_t vpasid_vconfig_patches(const struct vpasid_vconfig *vconfig,
			      struct vpasid_vconfig_patch *patches, size_t count)
{
	size_t found = 0;

	for (unsigned int at = VPASID_CONFIG_CONVENTIONAL; at < VPASID_CONFIG_SIZE; at += DWORD) {
		if (vconfig->owners[at / DWORD] == OWNER_DEVICE)
			continue;
		if (found < count)
			patches[found] = make_patch(vconfig, at);
		found++;
	}
	return found;
}
