// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pci/config_space.h"
#include "pci/config_sysfs.h"
#include "pci/dump.h"
#include "pci/libpci.h"

#define UNKNOWN_ID 0xffff

static uint16_t word_at(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

bool config_source_has_ids(const struct config_source *source)
{
	return source->device.vendor != UNKNOWN_ID && source->device.device != UNKNOWN_ID;
}

static int grow(struct config_sources *sources, size_t count, struct why *why)
{
	struct config_source *functions =
		reallocarray(sources->functions, count, sizeof(*functions));

	if (!functions)
		return because(why, -ENOMEM, "out of memory");
	sources->functions = functions;
	return 0;
}

static struct config_source *add(struct config_sources *sources, const struct bdf *bdf)
{
	struct config_source *source = &sources->functions[sources->count++];

	memset(source, 0, sizeof(*source));
	source->bdf = *bdf;
	return source;
}

static void read_ids(struct config_source *source)
{
	const uint8_t *config = source->config;
	const uint8_t *subsystem = NULL;

	source->device.vendor = word_at(config + PCI_VENDOR_ID);
	source->device.device = word_at(config + PCI_DEVICE_ID);
	source->device.revision = config[PCI_REVISION_ID];
	switch (config[PCI_HEADER_TYPE] & 0x7f) {
	case PCI_HEADER_TYPE_NORMAL:
		subsystem = config + PCI_SUBSYSTEM_VENDOR_ID;
		break;
	case PCI_HEADER_TYPE_CARDBUS:
		if (source->size > VPASID_CONFIG_MIN)
			subsystem = config + PCI_CB_SUBSYSTEM_VENDOR_ID;
	}
	if (subsystem && word_at(subsystem) != UNKNOWN_ID) {
		source->device.subsystem_vendor = word_at(subsystem);
		source->device.subsystem_device = word_at(subsystem + 2);
	}
}

int config_sources_read_host(const char *sysfs, const struct bdf *bdfs, size_t count,
			     struct config_sources *sources, struct why *why)
{
	int ret;

	*sources = (struct config_sources){ 0 };
	ret = grow(sources, count, why);
	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++) {
		struct config_source *source = add(sources, &bdfs[i]);

		source->error = config_sysfs_read(sysfs, source);
	}
	return 0;
}

static int check_dump_size(const struct config_source *source, struct why *why)
{
	if (source->size == VPASID_CONFIG_SIZE)
		return 0;
	if (source->size < VPASID_CONFIG_CONVENTIONAL)
		return because(why, -ENXIO,
			       "the dump has just %zu bytes of it: make it again, "
			       "lspci -xxxx -s %s as root",
			       source->size, source->bdf.text);
	return because(why, -ENXIO,
		       "the dump has %zu bytes of it: where the function has an extended config "
		       "space, make it again, lspci -xxxx -s %s as root; where it has none, there "
		       "is no room for PASID",
		       source->size, source->bdf.text);
}

static void read_dumped(struct config_source *source, const struct dump_function *function)
{
	source->size = function->size;
	if (source->size) {
		memcpy(source->config, function->config, source->size);
		read_ids(source);
	}
	source->device.kind =
		source->device.vendor == UNKNOWN_ID ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF;
	source->error = check_dump_size(source, &source->why);
}

/* One function of a dump, by its BDF. */
static void find_dumped(const struct dump *dump, struct config_source *source)
{
	const struct dump_function *found = NULL;

	for (size_t i = 0; i < dump->count; i++) {
		if (strcmp(dump->functions[i].bdf.text, source->bdf.text) != 0)
			continue;
		if (found) {
			source->error = because(&source->why, -EINVAL,
						"the dump has it more than once: leave one in");
			return;
		}
		found = &dump->functions[i];
	}
	if (found)
		read_dumped(source, found);
	else
		source->error = because(&source->why, -ENOENT, "the dump has no such function");
}

static int find_named(const struct dump *dump, const struct bdf *bdfs, size_t count,
		      struct config_sources *sources, struct why *why)
{
	int ret = grow(sources, count, why);

	for (size_t i = 0; i < count && !ret; i++)
		find_dumped(dump, add(sources, &bdfs[i]));
	return ret;
}

/* All that have so many bytes. */
static int find_with(const struct dump *dump, const char *name, size_t bytes,
		     struct config_sources *sources, struct why *why)
{
	for (size_t i = 0; i < dump->count; i++) {
		if (dump->functions[i].size < bytes)
			continue;
		if (grow(sources, sources->count + 1, why))
			return -ENOMEM;
		read_dumped(add(sources, &dump->functions[i].bdf), &dump->functions[i]);
	}
	if (sources->count)
		return 0;
	return because(why, -ENXIO,
		       "%s: no function in it has the %zu bytes of %s config space: make it "
		       "again, lspci -xxxx as root",
		       name, bytes, bytes == VPASID_CONFIG_SIZE ? "an extended" : "a");
}

static int take_dump(struct dump *dump, const char *name, const struct bdf *bdfs, size_t count,
		     size_t bytes, struct config_sources *sources, struct why *why)
{
	int ret;

	*sources = (struct config_sources){ 0 };
	ret = count ? find_named(dump, bdfs, count, sources, why)
		    : find_with(dump, name, bytes, sources, why);
	dump_free(dump);
	if (ret)
		config_sources_free(sources);
	return ret;
}

int config_sources_read_text(const char *text, size_t length, const char *name,
			     const struct bdf *bdfs, size_t count, struct config_sources *sources,
			     struct why *why)
{
	struct dump dump;
	int ret = dump_parse(text, length, name, &dump, why);

	*sources = (struct config_sources){ 0 };
	return ret ? ret : take_dump(&dump, name, bdfs, count, VPASID_CONFIG_SIZE, sources, why);
}

int config_sources_read_machine_text(const char *text, size_t length, const char *name,
				     struct config_sources *sources, struct why *why)
{
	struct dump dump;
	int ret = dump_parse(text, length, name, &dump, why);

	*sources = (struct config_sources){ 0 };
	return ret ? ret : take_dump(&dump, name, NULL, 0, VPASID_CONFIG_MIN, sources, why);
}

int config_sources_read_dump(const char *path, const struct bdf *bdfs, size_t count,
			     struct config_sources *sources, struct why *why)
{
	struct dump dump;
	int ret = dump_read(path, &dump, why);

	*sources = (struct config_sources){ 0 };
	return ret ? ret
		   : take_dump(&dump, dump_name(path), bdfs, count, VPASID_CONFIG_SIZE, sources,
			       why);
}

int config_sources_read_machine(const char *path, struct config_sources *sources, struct why *why)
{
	struct dump dump;
	int ret = dump_read(path, &dump, why);

	*sources = (struct config_sources){ 0 };
	return ret ? ret
		   : take_dump(&dump, dump_name(path), NULL, 0, VPASID_CONFIG_MIN, sources, why);
}

static void look_up(struct pci_access *access, void *opaque)
{
	const int flags = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE;
	const struct config_sources *sources = opaque;

	for (size_t i = 0; i < sources->count; i++) {
		struct config_source *source = &sources->functions[i];

		if (!source->device.vendor || !config_source_has_ids(source))
			continue;
		pci_lookup_name(access, source->name, sizeof(source->name), flags,
				source->device.vendor, source->device.device);
	}
}

/* Any method has pci.ids; that of dumps looks at nothing else. */
int config_sources_name(struct config_sources *sources, struct why *why)
{
	return libpci_run(PCI_ACCESS_DUMP, "dump.name", "/dev/null", look_up, sources, why);
}

void config_sources_free(struct config_sources *sources)
{
	free(sources->functions);
	*sources = (struct config_sources){ 0 };
}
