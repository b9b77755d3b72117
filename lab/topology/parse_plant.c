// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "parse_plant.h"

#define HEADER_SIZE	 4
#define CAPABILITY_PASID 0x1b

static void put_le32(uint8_t *bytes, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < sizeof(value); i++)
		bytes[i] = value >> (8 * i);
}

/* The next pointer comes into the header when the capability has a place in the chain. */
static void put_header(uint8_t *bytes, unsigned int id, unsigned int version)
{
	put_le32(bytes, version << 16 | id);
}

static int parse_pasid(struct statement *statement, struct plant *plant)
{
	unsigned int width = 0;
	bool exec = false, priv = false;
	const struct option options[] = {
		{ "width", .number = &width, .max = 31, .required = true },
		{ "exec", .flag = &exec },
		{ "priv", .flag = &priv },
		{ "at", .number = &plant->at, .max = CONFIG_SIZE - 1 },
		{ NULL },
	};
	uint32_t permissions;
	int ret;

	ret = statement_options(statement, "pasid", options);
	if (ret)
		return ret;

	/* After the header the capability register, and in the upper half the control register. */
	permissions = (uint32_t)priv << 2 | (uint32_t)exec << 1;
	plant->kind = PLANT_CAPABILITY;
	plant->length = HEADER_SIZE + 4;
	put_header(plant->value, CAPABILITY_PASID, 1);
	put_le32(plant->value + HEADER_SIZE, width << 8 | permissions);
	put_le32(plant->writable + HEADER_SIZE, (permissions | 1) << 16);
	return 0;
}

static int parse_capability(struct statement *statement, struct plant *plant)
{
	size_t room = CONFIG_SIZE - HEADER_SIZE;
	struct list data = { plant->value + HEADER_SIZE, room, .item_size = 4 };
	struct list writable = { plant->writable + HEADER_SIZE, room, .item_size = 4 };
	unsigned int id = 0, version = 1;
	const struct option options[] = {
		{ "id", .number = &id, .max = 0xffff, .required = true },
		{ "version", .number = &version, .max = 0xf },
		{ "at", .number = &plant->at, .max = CONFIG_SIZE - 1 },
		{ "data", .list = &data },
		{ "writable", .list = &writable },
		{ NULL },
	};
	int ret;

	ret = statement_options(statement, "cap", options);
	if (ret)
		return ret;
	if (writable.length > data.length)
		return statement_fault(statement, "writable= is longer than data=: write as many");

	plant->kind = PLANT_CAPABILITY;
	plant->length = HEADER_SIZE + data.length;
	put_header(plant->value, id, version);
	return 0;
}

static int parse_bytes(struct statement *statement, struct plant *plant)
{
	struct list value = { plant->value, CONFIG_SIZE, .item_size = 1 };
	struct list writable = { plant->writable, CONFIG_SIZE, .item_size = 1 };
	const struct option options[] = {
		{ "at", .number = &plant->at, .max = CONFIG_SIZE - 1, .required = true },
		{ "value", .list = &value, .required = true },
		{ "writable", .list = &writable },
		{ NULL },
	};
	int ret;

	ret = statement_options(statement, "bytes", options);
	if (ret)
		return ret;
	if (writable.length > value.length)
		return statement_fault(statement, "writable= is longer than value=: write as many");

	plant->kind = PLANT_BYTES;
	plant->length = value.length;
	return 0;
}

/* A relative name is relative to the topology's directory. */
static int parse_dump(struct statement *statement, struct plant *plant)
{
	const char *topology = statement->topology->name, *slash = strrchr(topology, '/');
	const char *file = statement_word(statement);
	int directory = 0;

	if (!file)
		return statement_fault(statement, "dump needs the name of a file, which has what "
						  "`lspci -xxxx` prints");
	if (slash && *file != '/')
		directory = (int)(slash + 1 - topology);

	plant->kind = PLANT_DUMP;
	return asprintf(&plant->file, "%.*s%s", directory, topology, file) < 0 ? -ENOMEM : 0;
}

int parse_plant(struct statement *statement, struct plant *plant)
{
	static const struct {
		const char *name;
		int (*parse)(struct statement *statement, struct plant *plant);
	} kinds[] = {
		{ "pasid", parse_pasid },
		{ "cap", parse_capability },
		{ "bytes", parse_bytes },
		{ "dump", parse_dump },
	};
	const char *name;
	size_t i;
	int ret;

	ret = statement_path(statement, &plant->path);
	if (ret)
		return ret;

	name = statement_word(statement);
	for (i = 0; name && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (same(name, kinds[i].name))
			return kinds[i].parse(statement, plant);

	return statement_fault(statement, "'%s': write what to plant: pasid, cap, bytes or dump",
			       name ? name : "");
}
