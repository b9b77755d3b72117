// SPDX-License-Identifier: GPL-2.0-only
/* Reads a topology file: a statement a line, words separated by blanks, '#' begins a comment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "amd_efr.h"
#include "parse_plant.h"
#include "statement.h"

/* Returns the array with one more member, all zero; or NULL, and leaves the array alone. */
static void *grow(void *array, size_t count, size_t size)
{
	char *grown = reallocarray(array, count + 1, size);

	if (grown)
		memset(grown + count * size, 0, size);
	return grown;
}

static int add_plant(struct statement *statement)
{
	struct topology *topology = statement->topology;
	struct plant *plants = grow(topology->plants, topology->plant_count, sizeof(*plants));
	struct plant *plant;

	if (!plants)
		return -ENOMEM;

	topology->plants = plants;
	plant = &plants[topology->plant_count++];
	plant->line = statement->line;
	return parse_plant(statement, plant);
}

static int add_function(struct statement *statement, enum function_kind kind,
			struct function **function)
{
	struct topology *topology = statement->topology;
	struct function *functions =
		grow(topology->functions, topology->function_count, sizeof(*functions));

	if (!functions)
		return -ENOMEM;

	topology->functions = functions;
	*function = &functions[topology->function_count++];
	(*function)->kind = kind;
	(*function)->line = statement->line;
	return statement_path(statement, &(*function)->path);
}

static int add_port(struct statement *statement)
{
	struct function *port;

	return add_function(statement, FUNCTION_PORT, &port);
}

static int add_nvme(struct statement *statement)
{
	struct function *nvme;
	int ret;

	ret = add_function(statement, FUNCTION_NVME, &nvme);
	if (ret)
		return ret;

	return statement_options(statement, "nvme",
				 (struct option[]){
					 { "vfs", .number = &nvme->vfs, .max = 127 },
					 { NULL },
				 });
}

static int set_iommu(struct statement *statement)
{
	static const char *const modes[IOMMU_MODES] = {
		[IOMMU_ON] = "on",   [IOMMU_DEFAULT] = "default", [IOMMU_LEGACY] = "legacy",
		[IOMMU_OFF] = "off", [IOMMU_NONE] = "none",
	};
	const char *word = statement_word(statement);

	for (size_t mode = 0; word && mode < IOMMU_MODES; mode++) {
		if (same(word, modes[mode])) {
			statement->topology->iommu = mode;
			return 0;
		}
	}
	return statement_fault(statement, "'%s': write on, default, legacy, off or none",
			       word ? word : "");
}

static int set_intel(struct statement *statement)
{
	struct intel *intel = &statement->topology->intel;

	return statement_options(statement, "intel",
				 (struct option[]){
					 { "scalable", .number = &intel->scalable, .max = 1 },
					 { "pasid-bits", .number = &intel->pasid_bits, .max = 20 },
					 { "first-stage", .number = &intel->first_stage, .max = 1 },
					 { NULL },
				 });
}

static int set_amd(struct statement *statement)
{
	return statement_options(
		statement, "amd",
		(struct option[]){
			{ "efr", .wide = &statement->topology->amd.efr, .max = UINT64_MAX },
			{ NULL },
		});
}

static int take_words(struct statement *statement, struct words *words)
{
	const char *word, **grown;

	if (!*statement->next)
		return statement_fault(statement, "the value is missing");

	while ((word = statement_word(statement))) {
		grown = grow(words->word, words->count, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		words->word = grown;
		grown[words->count++] = word;
	}
	return 0;
}

static int add_cmdline(struct statement *statement)
{
	return take_words(statement, &statement->topology->cmdline);
}

static int add_qemu(struct statement *statement)
{
	return take_words(statement, &statement->topology->qemu);
}

static int parse_statement(struct statement *statement)
{
	static const struct {
		const char *name;
		int (*parse)(struct statement *statement);
	} kinds[] = {
		{ "iommu", set_iommu },	    { "intel", set_intel }, { "amd", set_amd },
		{ "port", add_port },	    { "nvme", add_nvme },   { "plant", add_plant },
		{ "cmdline", add_cmdline }, { "qemu", add_qemu },
	};
	const char *name = statement_word(statement);
	size_t i;
	int ret;

	if (!name)
		return 0;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!same(name, kinds[i].name))
			continue;
		ret = kinds[i].parse(statement);
		if (!ret && *statement->next)
			return statement_fault(statement, "'%s' is one word too many",
					       *statement->next);
		return ret;
	}

	return statement_fault(statement,
			       "'%s': a line begins with iommu, intel, amd, port, nvme, plant, "
			       "cmdline or qemu",
			       name);
}

/* Cuts topology->text into pieces. */
static int parse_text(struct topology *topology)
{
	struct statement statement = { .topology = topology };
	char *rest = topology->text, *line;
	int ret = 0;

	while (!ret && (line = strsep(&rest, "\n"))) {
		statement.line++;
		ret = statement_split(&statement, line);
		if (!ret)
			ret = parse_statement(&statement);
	}
	if (ret == -ENOMEM)
		(void)topology_fault(topology, statement.line, "out of memory");

	return ret ? ret : topology_validate(topology);
}

static void topology_init(struct topology *topology, const char *name)
{
	*topology = (struct topology){
		.name = name,
		.iommu = IOMMU_ON,
		.intel = { .scalable = 1, .pasid_bits = 20, .first_stage = 1 },
		.amd = { .efr = AMD_EFR },
	};
}

int topology_parse(struct topology *topology, const char *name, const char *text)
{
	topology_init(topology, name);
	topology->text = strdup(text);
	return topology->text ? parse_text(topology) : -ENOMEM;
}

/* Returns the whole file as a string; or NULL with errno set. */
static char *read_text(const char *name)
{
	size_t room = 0;
	char *text = NULL;
	FILE *file;

	file = fopen(name, "r");
	if (!file)
		return NULL;

	/* Up to a NUL, which a text has only at its end. */
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = ferror(file) ? NULL : strdup("");
	}
	fclose(file);
	return text;
}

int topology_load(struct topology *topology, const char *name)
{
	topology_init(topology, name);

	topology->text = read_text(name);
	if (!topology->text) {
		int ret = -errno;

		snprintf(topology->message, sizeof(topology->message), "%s: %s", name,
			 strerror(errno));
		return ret;
	}

	return parse_text(topology);
}

void topology_free(struct topology *topology)
{
	size_t i;

	for (i = 0; i < topology->plant_count; i++)
		free(topology->plants[i].file);
	free(topology->text);
	free(topology->functions);
	free(topology->plants);
	free(topology->cmdline.word);
	free(topology->qemu.word);
}
