// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pci/dump.h on any data: what is read has bounds, and can be written so that it reads as it
 * did. What has an extended config space can be placed in, and drawn.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "pci/config_space.h"
#include "pci/dump.h"
#include "place/map.h"
#include "place/placement.h"

/* A stream that takes all and keeps nothing, opened once: it is the slowest part. */
static FILE *nowhere(void)
{
	static FILE *stream;

	if (!stream)
		stream = fopen("/dev/null", "w");
	check(stream);
	return stream;
}

/* One in 16, by what it holds: pictures and dumps take ten times as long as all else. */
static bool is_chosen(const uint8_t *config)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < VPASID_CONFIG_SIZE; i++)
		sum += config[i];
	return sum % 16 == 0;
}

static void check_map(const struct placement_report *place)
{
	const struct map_style style = { .utf8 = true, .colours = true };
	unsigned int end = 0;
	struct map map;

	map_make(place, &map);
	for (size_t i = 0; i < map.count; i++) {
		check(map.runs[i].offset == end && map.runs[i].length);
		end += map.runs[i].length;
	}
	check(end == VPASID_CONFIG_SIZE);
	if (!is_chosen(place->space->config))
		return;
	map_print(&map, &style, nowhere());
	map_print_svg(&map, nowhere());
}

/* Both as lspci prints it, and as a file of sysfs has it. */
static void check_round_trip(const struct dump_function *function)
{
	struct dump again;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	check(stream);
	dump_write(&function->bdf, "again", function->config, stream);
	fclose(stream);
	check(!dump_parse(text, size, "again", &again, NULL));
	check(again.count == 1 && again.functions[0].size == VPASID_CONFIG_SIZE);
	check(!strcmp(again.functions[0].bdf.text, function->bdf.text));
	check(!memcmp(again.functions[0].config, function->config, VPASID_CONFIG_SIZE));
	dump_free(&again);
	free(text);

	if (!memchr(function->config, '\0', VPASID_CONFIG_SIZE) || function->config[0] == 0x1f)
		return;
	check(!dump_parse(function->config, VPASID_CONFIG_SIZE, "again", &again, NULL));
	check(again.count == 1 && again.functions[0].size == VPASID_CONFIG_SIZE);
	check(!memcmp(again.functions[0].config, function->config, VPASID_CONFIG_SIZE));
	dump_free(&again);
}

static void check_function(const struct dump_function *function)
{
	static struct config_space space;
	struct placement_report place;
	int ret = config_space_take(function, &space);

	check(!function->size || function->size == 64 || function->size == 128 ||
	      function->size == 256 || function->size == VPASID_CONFIG_SIZE);
	check(!ret == (function->size == VPASID_CONFIG_SIZE) && !ret == !*space.why.text);
	place_find(&space, NULL, 0, 0, &place);
	check(!place.error == !*place.why.text);
	if (place.has_layout)
		check_map(&place);
	place_free(&place);
	if (!ret && is_chosen(function->config))
		check_round_trip(function);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump dump;
	struct why why = { 0 };

	if (dump_parse(data, size, "dump", &dump, &why)) {
		check(*why.text && !dump.functions && !dump.bytes && !dump.count);
		return 0;
	}
	check(dump.count);
	for (size_t i = 0; i < dump.count; i++)
		check_function(&dump.functions[i]);
	dump_free(&dump);
	return 0;
}

/* Most changes of a text's bytes make it no dump; so, half of them change a digit. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	static const char digits[] = "0123456789abcdef";

	if (!size || seed % 2)
		return LLVMFuzzerMutate(data, size, max_size);
	for (unsigned int i = 0; i < 1 + seed / 2 % 8; i++) {
		size_t at = (seed = seed * 1103515245 + 12345) / 2 % size;

		while (at < size && (data[at] == 0 || !strchr(digits, data[at])))
			at++;
		if (at < size)
			data[at] = (uint8_t)digits[seed >> 20 & 15];
	}
	return size;
}
