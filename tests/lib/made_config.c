// SPDX-License-Identifier: MIT
#include "lib/made_config.h"

uint8_t config[VPASID_CONFIG_SIZE];

void put32(unsigned int offset, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		config[offset + i] = value >> 8 * i;
}

void put_version(unsigned int offset, unsigned int id, unsigned int version, unsigned int next)
{
	put32(offset, id | version << 16 | next << 20);
}

void put_cap(unsigned int offset, unsigned int id, unsigned int next)
{
	put_version(offset, id, 1, next);
}
