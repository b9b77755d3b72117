// SPDX-License-Identifier: MIT
/*
 * How libFuzzer changes an input of place_fuzz: one part at a time, so that the other parts stay
 * where they are.
 */
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "chain.h"
#include "fuzz.h"
#include "place_input.h"
#include "quirk_lines.h"

static unsigned int header_somewhere(const uint8_t *config)
{
	struct vpasid_layout layout;
	int count = vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout);

	if (count > 0 && rand() % 4)
		return layout.spans[rand() % count].offset;
	return VPASID_CONFIG_CONVENTIONAL + (unsigned int)rand() % 0x3c0 * 4;
}

/* What describes the space, at the end of the text or instead of it */
static size_t put_quirk(uint8_t *data, size_t size, size_t max_size)
{
	char lines[QUIRK_LINES_SIZE];
	unsigned int at = header_somewhere(data), i = (unsigned int)rand() % LIST;
	struct wish wish;
	size_t length;

	memcpy(&wish, data + VPASID_CONFIG_SIZE + 3, sizeof(wish));
	if (rand() % 4 == 0) /* where one of the list is to go */
		at = wish.caps[i][4] | wish.caps[i][5] << 8;
	length = quirk_lines(lines, at);

	if (size + length > max_size || rand() % 8 == 0)
		size = VPASID_CONFIG_SIZE + REQUEST;
	memcpy(data + size, lines, length);
	return size + length;
}

static void put16(uint8_t *bytes, unsigned int value)
{
	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
}

/* A list that mostly makes sense, with places or without */
static void put_wish(uint8_t *data)
{
	static const uint16_t ids[] = { 0x1b, 0x13, 0x0f, 0x0b, 0x23, 0x2e, 0x18, 0x0b };
	struct wish wish = {
		.cap_count = (uint8_t)(rand() % (LIST + 1)),
		.range_count = (uint8_t)(rand() % 2 * (rand() % (RANGES + 1))),
	};
	unsigned int first = (unsigned int)rand();

	for (unsigned int i = 0; i < LIST; i++) {
		unsigned int id = ids[(first + i) % 8], at = header_somewhere(data);

		if (rand() % 4 == 0) /* of the function's own */
			id = data[at] | data[at + 1] << 8;
		put16(wish.caps[i], id);
		if (!fixed_length(id))
			put16(wish.caps[i] + 2,
			      8 + (unsigned int)rand() % (rand() % 4 ? 14 : 0x3be) * 4);
		if (rand() % 4 == 0)
			put16(wish.caps[i] + 4, at + (unsigned int)rand() % 8 * 4);
		wish.caps[i][6] = rand() % 8 ? 0 : 1;
	}
	for (unsigned int i = 0; i < RANGES; i++) {
		unsigned int start = VPASID_CONFIG_CONVENTIONAL + (unsigned int)rand() % 0x3c0 * 4;

		put16(wish.ranges[i], start);
		put16(wish.ranges[i] + 2,
		      (unsigned int)rand() % ((VPASID_CONFIG_SIZE - start) / 4) * 4);
	}
	memcpy(data + VPASID_CONFIG_SIZE + 3, &wish, sizeof(wish));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	uint8_t *request = data + VPASID_CONFIG_SIZE;
	size_t least = VPASID_CONFIG_SIZE + REQUEST;

	if (max_size < least + QUIRK_LINES_SIZE)
		return LLVMFuzzerMutate(data, size, max_size);
	if (size < least) {
		memset(data + size, 0, least - size);
		size = least;
	}

	srand(seed);
	switch (rand() % 6) {
	case 0:
		size = LLVMFuzzerMutate(request, size - VPASID_CONFIG_SIZE,
					max_size - VPASID_CONFIG_SIZE);
		return VPASID_CONFIG_SIZE + size;
	case 1:
		return put_quirk(data, size, max_size);
	case 2:
		chain_put_header(data, VPASID_CONFIG_SIZE);
		return size;
	case 3:
	case 4:
		put_wish(data);
		return size;
	default:
		least = LLVMFuzzerMutate(data, VPASID_CONFIG_SIZE, VPASID_CONFIG_SIZE);
		memset(data + least, 0, VPASID_CONFIG_SIZE - least);
		return size;
	}
}
