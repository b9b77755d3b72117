// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <vpasid/config.h>

#include "chain.h"

void chain_put_header(uint8_t *config, size_t size)
{
	unsigned int offset = VPASID_CONFIG_CONVENTIONAL +
			      (unsigned int)rand() % ((size - VPASID_CONFIG_CONVENTIONAL) / 4) * 4;
	unsigned int next = config[0x102] >> 4 | config[0x103] << 4;
	unsigned int id = (unsigned int)rand() % 0x3a;

	/* behind the head, and before what came behind it */
	config[0x102] = (config[0x102] & 0xf) | (offset & 0xf) << 4;
	config[0x103] = offset >> 4;
	config[offset] = id;
	config[offset + 1] = 0;
	config[offset + 2] = (next & 0xf) << 4 | 1;
	config[offset + 3] = next >> 4;
}
