// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>

#include "bytes.h"
#include "chain_walk.h"

/* The offset of the next header: the chain begins at 0x100. */
static unsigned int next_offset(const struct vpasid_chain *chain)
{
	return chain->offset ? PCI_EXT_CAP_NEXT(chain->header) : VPASID_CONFIG_CONVENTIONAL;
}

int vpasid_chain_step(struct vpasid_chain *chain)
{
	unsigned int next = next_offset(chain);
	bool is_first = !chain->offset;
	uint32_t header;
	int ret;

	chain->offset = 0;
	if (!next)
		return 0;
	if (next < VPASID_CONFIG_CONVENTIONAL)
		return VPASID_FINDING_BELOW;
	if (dwords_has(&chain->seen, next))
		return VPASID_FINDING_LOOP;

	ret = chain->read(chain->opaque, (uint16_t)next, &header);
	if (ret == -ENODATA)
		return is_first ? 0 : VPASID_FINDING_TRUNCATED;
	if (ret)
		return ret;
	if (!header)
		return is_first ? 0 : VPASID_FINDING_EMPTY;
	if (header == UINT32_MAX)
		return VPASID_FINDING_ALL_ONES;

	dwords_add(&chain->seen, next, DWORD);
	chain->offset = next;
	chain->header = header;
	return 0;
}

int vpasid_ext_cap_find(vpasid_read_dword *read, void *opaque, uint16_t id)
{
	struct vpasid_chain chain = { .read = read, .opaque = opaque };
	int ret;

	do
		ret = vpasid_chain_step(&chain);
	while (chain.offset && PCI_EXT_CAP_ID(chain.header) != id);

	if (vpasid_chain_is_broken_by(ret))
		return -EPROTO;
	return ret < 0 ? ret : (int)chain.offset;
}

/* There is no room for more conventional capabilities: a longer list is a loop. */
#define MAX_CONVENTIONAL ((VPASID_CONFIG_CONVENTIONAL - VPASID_CONFIG_MIN) / DWORD)

int vpasid_conventional_find(const void *config, size_t size, uint8_t id)
{
	const uint8_t *bytes = config;
	unsigned int offset;

	if (size < VPASID_CONFIG_MIN || size > VPASID_CONFIG_SIZE)
		return -EINVAL;
	if (!(get_le16(bytes + PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;

	offset = bytes[PCI_CAPABILITY_LIST] & ~3u;
	for (int i = 0; offset && i < MAX_CONVENTIONAL; i++) {
		if (offset < VPASID_CONFIG_MIN || offset + DWORD > size ||
		    bytes[offset + PCI_CAP_LIST_ID] == UINT8_MAX)
			return -EPROTO;
		if (bytes[offset + PCI_CAP_LIST_ID] == id)
			return (int)offset;
		offset = bytes[offset + PCI_CAP_LIST_NEXT] & ~3u;
	}
	return 0;
}
