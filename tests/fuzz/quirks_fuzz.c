// SPDX-License-Identifier: MIT
/*
 * vpasid/quirks.h on any text: what is no file of quirks says why and leaves nothing;
 * what is one has an entry for each line that says `device`, of which each is within
 * the bounds that data/quirks/README gives and matches the devices that it is for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "../../lib/quirks_internal.h"
#include "fuzz.h"
#include "quirk_lines.h"

#define MAX_INPUT    4096
#define MAX_MATCHES  512
#define MATCHED	     16
#define LONGEST_NAME 200

static const char known[] = "device 1234:5678\nhidden 0x400-0x4ff\nsource \"known\"\n";

static char long_name[300];

/* Names of files, and how an error begins that is about one of them */
static struct {
	const char *name;
	const char *shown;
} names[] = {
	{ "fuzz.conf", "fuzz.conf:" },
	{ "a\nb\x7f", "a?b?:" },
	{ "", ":" },
	{ long_name, NULL },
};

static struct {
	struct vpasid_quirks *quirks;
	const char *text;
	size_t size;
	const char *name;
	const char *shown;
	struct vpasid_device device; /* any */
} fuzz;

/* Lines */

static size_t line_length(const char *line, size_t rest)
{
	const char *end = memchr(line, '\n', rest);

	return end ? (size_t)(end - line) : rest;
}

static bool begins_entry(const char *line, size_t length)
{
	static const char word[] = "device";
	size_t end = sizeof(word) - 1;

	while (length && strchr(" \t\r", *line) && *line) {
		line++;
		length--;
	}
	return length > end && !memcmp(line, word, end) && line[end] && strchr(" \t\r", line[end]);
}

/* As many as there are line feeds, and one more if something stands behind the last. */
static unsigned int count_lines(void)
{
	unsigned int lines = 0;

	for (size_t at = 0; at < fuzz.size; at += line_length(fuzz.text + at, fuzz.size - at) + 1)
		lines++;
	return lines;
}

/* Errors */

static void check_error(const struct vpasid_quirks_error *error)
{
	size_t length = strnlen(error->text, sizeof(error->text));
	size_t prefix = strlen(fuzz.shown);
	unsigned long line;
	char *end;

	check(length < sizeof(error->text) && !strncmp(error->text, fuzz.shown, prefix));
	line = strtoul(error->text + prefix, &end, 10);
	check(line >= 1 && line <= count_lines());
	check(end[0] == ':' && end[1] == ' ' && end[2]);
	for (size_t i = 0; i < length; i++)
		check((unsigned char)error->text[i] >= ' ' && error->text[i] != 0x7f);
}

/* Entries */

static void check_range(const struct vpasid_range *range)
{
	check(range->offset >= VPASID_CONFIG_CONVENTIONAL && range->length);
	check(range->offset + range->length <= VPASID_CONFIG_SIZE);
}

static void check_ranges(const struct vpasid_quirk *quirk)
{
	check(quirk->hidden_count <= QUIRK_MAX_RANGES && quirk->extent_count <= QUIRK_MAX_RANGES);
	for (unsigned int i = 0; i < quirk->hidden_count; i++)
		check_range(&quirk->hidden[i]);
	for (unsigned int i = 0; i < quirk->extent_count; i++) {
		check_range(&quirk->extents[i]);
		check(quirk->extents[i].offset % 4 == 0 && quirk->extents[i].length % 4 == 0);
	}
}

static void check_entry(const struct quirk_entry *entry)
{
	const struct vpasid_quirk *quirk = &entry->quirk;
	size_t length = strnlen(quirk->source, QUIRK_MAX_SOURCE + 1);

	check(quirk->offset || quirk->hidden_count || quirk->extent_count);
	check(quirk->offset % 4 == 0);
	check(!quirk->offset || quirk->offset >= VPASID_CONFIG_CONVENTIONAL);
	check(quirk->offset <= VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH);
	check_ranges(quirk);

	check(length && length <= QUIRK_MAX_SOURCE);
	check(memmem(fuzz.text, fuzz.size, quirk->source, length));
	for (size_t i = 0; i < length; i++)
		check((unsigned char)quirk->source[i] >= ' ' && quirk->source[i] != 0x7f);
	check(!strcmp(quirk->file, fuzz.name));
	check(!entry->vendor.any && entry->first_revision <= entry->last_revision);
}

/* From @first on, one for each line that begins one, with that line's number. */
static void check_entries(size_t first)
{
	size_t next = first, length;
	unsigned int line = 1;

	for (size_t at = 0; at < fuzz.size; at += length + 1, line++) {
		length = line_length(fuzz.text + at, fuzz.size - at);
		if (!begins_entry(fuzz.text + at, length))
			continue;
		check(next < fuzz.quirks->count);
		check(fuzz.quirks->entries[next]->quirk.line == line);
		check_entry(fuzz.quirks->entries[next++]);
	}
	check(next == fuzz.quirks->count);
}

/* Matches */

/* All matches, in the order of the set; fewer of them where there is less room. */
static bool is_matched(const struct vpasid_device *device, const struct quirk_entry *entry)
{
	static const struct vpasid_quirk *matches[MAX_MATCHES], *some[MATCHED];
	size_t count = (size_t)vpasid_quirks_match(fuzz.quirks, device, matches, MAX_MATCHES);
	size_t next = 0;
	bool found = false;

	check(count <= fuzz.quirks->count && count <= MAX_MATCHES);
	for (size_t i = 0; i < fuzz.quirks->count && next < count; i++)
		next += matches[next] == &fuzz.quirks->entries[i]->quirk;
	check(next == count);

	check(vpasid_quirks_match(fuzz.quirks, device, NULL, 0) == (int)count);
	check(vpasid_quirks_match(fuzz.quirks, device, some, MATCHED) == (int)count);
	for (size_t i = 0; i < count; i++) {
		check(i >= MATCHED || some[i] == matches[i]);
		found |= entry && matches[i] == &entry->quirk;
	}
	return found;
}

static void set_id(uint16_t *value, const struct quirk_id *id)
{
	if (!id->any)
		*value = id->value;
}

/* Any device that the entry is for, and those that differ in one condition of it */
static void check_matches(const struct quirk_entry *entry)
{
	unsigned int revisions = entry->last_revision - entry->first_revision + 1u;
	struct vpasid_device device = fuzz.device, other;

	set_id(&device.vendor, &entry->vendor);
	set_id(&device.device, &entry->device);
	set_id(&device.subsystem_vendor, &entry->subsystem_vendor);
	set_id(&device.subsystem_device, &entry->subsystem_device);
	device.revision = entry->first_revision + fuzz.device.revision % revisions;
	if (!entry->any_kind)
		device.kind = entry->kind;
	check(is_matched(&device, entry));

	other = device;
	other.vendor ^= 0x8000;
	check(!is_matched(&other, entry));
	other = device;
	other.device ^= 1;
	check(is_matched(&other, entry) == entry->device.any);
	other = device;
	other.subsystem_vendor ^= 0x80;
	check(is_matched(&other, entry) == entry->subsystem_vendor.any);
	other = device;
	other.subsystem_device ^= 0x100;
	check(is_matched(&other, entry) == entry->subsystem_device.any);
	other = device;
	other.revision = entry->last_revision + 1;
	check(is_matched(&other, entry) == (revisions == 256));
	other = device;
	other.kind ^= 1;
	check(is_matched(&other, entry) == entry->any_kind);
}

/* The set, which has an entry already */

static void check_known(void)
{
	static const struct vpasid_device device = {
		.argsz = sizeof(device),
		.vendor = 0x1234,
		.device = 0x5678,
	};
	const struct vpasid_quirk *match = NULL;

	check(vpasid_quirks_match(fuzz.quirks, &device, &match, 1) >= 1);
	check(match->hidden_count == 1 && !match->extent_count && !match->offset);
	check(match->hidden[0].offset == 0x400 && match->hidden[0].length == 0x100);
	check(!strcmp(match->source, "known") && !strcmp(match->file, "known.conf"));
	check(match->line == 1);
}

static int parse(struct vpasid_quirks_error *error)
{
	return vpasid_quirks_parse(fuzz.quirks, fuzz.text, fuzz.size, fuzz.name, error);
}

static void run(void)
{
	struct vpasid_quirks_error error;
	size_t count;
	int ret;

	memset(&error, '!', sizeof(error));
	ret = parse(&error);
	count = fuzz.quirks->count;
	check_known();
	if (ret) {
		check(ret == -EINVAL && count == 1);
		check_error(&error);
		check(parse(NULL) == ret && fuzz.quirks->count == 1);
	} else {
		check_entries(1);
		for (size_t i = 0; i < count && i < MATCHED; i++)
			check_matches(fuzz.quirks->entries[i]);
		check(!parse(NULL));
		check_entries(count);
	}
	is_matched(&fuzz.device, NULL);
	check(!vpasid_quirks_match(NULL, &fuzz.device, NULL, 0));
}

/* The size says by which name; what comes last, which device. */
static void split(const uint8_t *data, size_t size)
{
	size_t i = size % (sizeof(names) / sizeof(names[0]));
	size_t tail = size < sizeof(fuzz.device) ? size : sizeof(fuzz.device);

	fuzz.text = (const char *)data;
	fuzz.size = size;
	fuzz.name = names[i].name;
	fuzz.shown = names[i].shown;
	memset(&fuzz.device, 0, sizeof(fuzz.device));
	memcpy(&fuzz.device, data + size - tail, tail);
	fuzz.device.argsz = sizeof(fuzz.device);
	fuzz.device.reserved = 0;
}

static void make_names(void)
{
	static char shown[LONGEST_NAME + 2];

	memset(long_name, 'n', sizeof(long_name) - 1);
	memset(shown, 'n', LONGEST_NAME);
	shown[LONGEST_NAME] = ':';
	names[sizeof(names) / sizeof(names[0]) - 1].shown = shown;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > MAX_INPUT)
		return 0;
	if (!*long_name)
		make_names();

	split(data, size);
	fuzz.quirks = vpasid_quirks_new();
	check(fuzz.quirks);
	check(!vpasid_quirks_parse(fuzz.quirks, known, strlen(known), "known.conf", NULL));
	run();
	vpasid_quirks_free(fuzz.quirks);
	return 0;
}

/* Lines before a line, or behind the last; sometimes as often as there may be ranges. */
static size_t put_lines(uint8_t *data, size_t size, size_t max_size)
{
	char lines[QUIRK_LINES_SIZE];
	unsigned int offset = 0xf8 + (unsigned int)rand() % 0xf08;
	size_t length = quirk_lines(lines, rand() % 4 ? offset & ~3u : offset);
	size_t at = size ? (size_t)rand() % size : 0;
	size_t times = rand() % 16 ? 1 : QUIRK_MAX_RANGES - 2 + (size_t)rand() % 4;

	while (at < size && at && data[at - 1] != '\n')
		at++;
	while (times-- && size + length <= max_size) {
		memmove(data + at + length, data + at, size - at);
		memcpy(data + at, lines, length);
		size += length;
	}
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	srand(seed);
	return rand() % 2 ? put_lines(data, size, max_size)
			  : LLVMFuzzerMutate(data, size, max_size);
}
