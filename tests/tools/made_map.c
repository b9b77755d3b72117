// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_map.h"

void put_dword(uint8_t *config, unsigned int offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

void put_header(uint8_t *config, unsigned int offset, unsigned int id, unsigned int version,
		unsigned int next)
{
	put_dword(config, offset, id | version << 16 | (uint32_t)next << 20);
}

char name[128];

void fill(struct config_space *space)
{
	strcpy(name, "A name");
	*space = (struct config_space){
		.bdf.text = "0000:00:05.0",
		.device = { .vendor = 0x8086, .device = 0x1234 },
		.size = VPASID_CONFIG_SIZE,
	};
	put_dword(space->config, 0, 0x12348086);
	put_dword(space->config, PCI_COMMAND, PCI_STATUS_CAP_LIST << 16);
	space->config[PCI_CAPABILITY_LIST] = 0x40;
	space->config[0x40] = PCI_CAP_ID_EXP;
	put_header(space->config, 0x100, 0x0e, 1, 0x200);
	put_header(space->config, 0x200, 0x7777, 3, 0x280);
	put_header(space->config, 0x280, 0x18, 1, 0);
	put_dword(space->config, 0x400, 1);
	put_dword(space->config, 0xffc, 0xff000000);
}

void find_any(const struct config_space *space, struct placement_report *place)
{
	place_find(space, NULL, 0, 0, place);
	place->name = name;
}

void find(const struct config_space *space, struct placement_report *place)
{
	find_any(space, place);
	assert_int_equal(place->error, 0);
}

void make_map(struct config_space *space, struct placement_report *place, struct map *map)
{
	fill(space);
	find(space, place);
	map_make(place, map);
}

void put_chain(struct config_space *space, unsigned int count)
{
	fill(space);
	memset(space->config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
	for (unsigned int i = 0; i < count; i++)
		put_header(space->config, 0x100 + 8 * i, 0x0e, 1,
			   i + 1 < count ? 0x108 + 8 * i : 0);
}

void make_map_of_findings(struct config_space *space, struct placement_report *place,
			  struct map *map)
{
	put_chain(space, 1);
	put_header(space->config, 0x100, 0x0e, 1, 0x300);
	find(space, place);
	assert_int_equal(place->layout.finding_count, 1);
	for (size_t i = 1; i < VPASID_MAX_FINDINGS; i++)
		place->layout.findings[i] = place->layout.findings[0];
	place->layout.finding_count = VPASID_MAX_FINDINGS + 1;
	map_make(place, map);
}

char *svg_of(const struct map *map)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	map_print_svg(map, stream);
	fclose(stream);
	return text;
}

size_t count_parts(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		count++;
	return count;
}

void assert_covered(const struct map *map)
{
	unsigned int end = 0;

	for (size_t i = 0; i < map->count; i++) {
		assert_int_equal(map->runs[i].offset, end);
		assert_true(map->runs[i].length);
		end += map->runs[i].length;
	}
	assert_int_equal(end, VPASID_CONFIG_SIZE);
}
