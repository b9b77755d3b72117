// SPDX-License-Identifier: MIT
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "argsz.h"
#include "quirks_internal.h"

struct vpasid_quirks *vpasid_quirks_new(void)
{
	return calloc(1, sizeof(struct vpasid_quirks));
}

void vpasid_quirks_free(struct vpasid_quirks *quirks)
{
	if (!quirks)
		return;
	vpasid_quirks_cut(quirks, 0);
	free(quirks->entries);
	free(quirks);
}

void vpasid_quirks_cut(struct vpasid_quirks *quirks, size_t count)
{
	while (quirks->count > count) {
		struct quirk_entry *entry = quirks->entries[--quirks->count];

		free(entry->file);
		free(entry);
	}
}

static struct quirk_entry *new_entry(const char *file)
{
	struct quirk_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->file = strdup(file);
	if (!entry->file) {
		free(entry);
		return NULL;
	}

	entry->quirk.file = entry->file;
	entry->quirk.source = entry->source;
	entry->quirk.hidden = entry->hidden;
	entry->quirk.extents = entry->extents;
	entry->subsystem_vendor.any = true;
	entry->subsystem_device.any = true;
	entry->last_revision = UINT8_MAX;
	entry->any_kind = true;
	return entry;
}

struct quirk_entry *vpasid_quirks_add(struct vpasid_quirks *quirks, const char *file)
{
	struct quirk_entry **entries;

	entries = reallocarray(quirks->entries, quirks->count + 1, sizeof(struct quirk_entry *));
	if (!entries)
		return NULL;
	quirks->entries = entries;

	entries[quirks->count] = new_entry(file);
	if (!entries[quirks->count])
		return NULL;
	return entries[quirks->count++];
}

void vpasid_quirks_fail(struct vpasid_quirks_error *error, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);

	for (char *c = error->text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
}

static bool matches_id(const struct quirk_id *id, uint16_t value)
{
	return id->any || id->value == value;
}

static bool matches_device(const struct quirk_entry *entry, const struct vpasid_device *device)
{
	return matches_id(&entry->vendor, device->vendor) &&
	       matches_id(&entry->device, device->device) &&
	       matches_id(&entry->subsystem_vendor, device->subsystem_vendor) &&
	       matches_id(&entry->subsystem_device, device->subsystem_device) &&
	       device->revision >= entry->first_revision &&
	       device->revision <= entry->last_revision &&
	       (entry->any_kind || device->kind == entry->kind);
}

int vpasid_quirks_match(const struct vpasid_quirks *quirks, const struct vpasid_device *given,
			const struct vpasid_quirk **matches, size_t size)
{
	struct vpasid_device device;
	int ret = take_struct(&device, sizeof(device), given);
	size_t count = 0;

	if (ret)
		return ret;
	if (device.reserved)
		return -EINVAL;
	for (size_t i = 0; quirks && i < quirks->count && count < INT_MAX; i++) {
		if (!matches_device(quirks->entries[i], &device))
			continue;
		if (count < size)
			matches[count] = &quirks->entries[i]->quirk;
		count++;
	}
	return (int)count;
}
