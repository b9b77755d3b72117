// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * config_source.h on any text: what passes for a dump is read whole, and what is read
 * can be placed in, drawn, and written so that it reads as it did.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "pci/config_space.h"
#include "pci/dump_writer.h"
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
static bool is_chosen(const struct config_source *source)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < source->size; i++)
		sum += source->config[i];
	return sum % 16 == 0;
}

static void check_map(const struct place *place)
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
	if (!is_chosen(place->source))
		return;
	map_print(&map, &style, nowhere());
	map_print_svg(&map, nowhere());
}

static void check_round_trip(const struct config_source *source)
{
	struct config_sources again;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	check(stream);
	dump_write(&source->bdf, "again", source->config, stream);
	fclose(stream);
	check(!config_sources_read_text(text, size, "again", NULL, 0, &again, NULL));
	check(again.count == 1 && !again.functions[0].error);
	check(!memcmp(again.functions[0].config, source->config, VPASID_CONFIG_SIZE));
	config_sources_free(&again);
	free(text);
}

static void check_source(const struct config_source *source)
{
	struct place place;

	check(!source->error && source->size == VPASID_CONFIG_SIZE);
	place_find(source, NULL, 0, &place);
	check(!place.error == !*place.why.text);
	if (place.has_layout)
		check_map(&place);
	place_free(&place);
	if (is_chosen(source))
		check_round_trip(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_sources sources;
	struct why why = { 0 };

	if (config_sources_read_text((const char *)data, size, "dump", NULL, 0, &sources, &why)) {
		check(*why.text && !sources.functions);
		return 0;
	}
	check(sources.count);
	for (size_t i = 0; i < sources.count; i++)
		check_source(&sources.functions[i]);
	config_sources_free(&sources);
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
