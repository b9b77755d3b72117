// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "chain.h"
#include "dump.h"
#include "planter.h"
#include "sysfs.h"

#define PLANTER "/sys/kernel/debug/planter/plant"

/* Hex digits, and the rest of a line. */
#define LINE_SIZE (4 * CONFIG_SIZE + 64)

static size_t append_hex(char *line, size_t length, const uint8_t *bytes, size_t count)
{
	size_t i;

	line[length++] = ' ';
	for (i = 0; i < count; i++)
		length += sprintf(line + length, "%02x", bytes[i]);
	return length;
}

static int plant_bytes(const struct sysfs_name *function, unsigned int at, const uint8_t *value,
		       const uint8_t *writable, size_t count)
{
	char line[LINE_SIZE];
	size_t length;

	length = sprintf(line, "%s %#x", function->text, at);
	length = append_hex(line, length, value, count);
	append_hex(line, length, writable, count);

	return write_line(PLANTER, line);
}

static int plant_header(const struct sysfs_name *function, unsigned int at, uint32_t header)
{
	uint8_t value[4] = { header, header >> 8, header >> 16, header >> 24 };
	uint8_t writable[4] = { 0 };

	return plant_bytes(function, at, value, writable, sizeof(value));
}

static int plant_capability(struct topology *topology, const struct plant *plant,
			    const struct sysfs_name *function)
{
	uint8_t config[CONFIG_SIZE];
	struct chain_place place;
	const char *why;
	int ret;

	ret = sysfs_read_config(function, config);
	if (ret)
		return topology_fault(topology, plant->line, "%s: config space: %s", function->text,
				      strerror(-ret));

	why = chain_append(config, plant->at, plant->length, &place);
	if (why)
		return topology_fault(topology, plant->line, "%s %s", function->text, why);

	ret = plant_bytes(function, place.at, plant->value, plant->writable, plant->length);
	if (!ret && place.link)
		ret = plant_header(function, place.link, place.header);
	return ret;
}

static int plant_dump(struct topology *topology, const struct plant *plant,
		      const struct sysfs_name *function)
{
	struct dump dump;
	const char *why;
	size_t i;
	int ret = 0;

	why = dump_load(plant->file, &dump);
	if (why)
		return topology_fault(topology, plant->line, "%s %s", plant->file, why);

	for (i = 0; !ret && i < DUMP_SPANS; i++) {
		unsigned int at = dump_spans[i].begin;

		ret = plant_bytes(function, at, dump.config + at, dump.writable + at,
				  dump_spans[i].end - at);
	}
	return ret;
}

int plant_one(struct topology *topology, const struct plant *plant)
{
	struct sysfs_name function;
	int ret = -EINVAL;

	if (!sysfs_resolve(&plant->path, &function) || !sysfs_exists(&function, "config"))
		return topology_fault(topology, plant->line, "the kernel found no function %s",
				      path_format(&plant->path).text);

	switch (plant->kind) {
	case PLANT_CAPABILITY:
		ret = plant_capability(topology, plant, &function);
		break;
	case PLANT_BYTES:
		ret = plant_bytes(&function, plant->at, plant->value, plant->writable,
				  plant->length);
		break;
	case PLANT_DUMP:
		ret = plant_dump(topology, plant, &function);
		break;
	}

	if (ret && !*topology->message)
		ret = topology_fault(topology, plant->line, "%s: %s", PLANTER, strerror(-ret));
	return ret;
}
