// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/recording_manifest.h on any text, which reads as it did when it is written again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/recording_manifest.h"
#include "fuzz.h"

static void check_same(const struct recording *recording, const struct recording *again)
{
	check(recording->count == again->count);
	for (size_t i = 0; i < recording->count; i++) {
		const struct recorded *a = recording->items[i], *b = again->items[i];

		check(a->kind == b->kind && a->error == b->error && !strcmp(a->path, b->path));
		check(a->length == b->length &&
		      !memcmp(a->data ? a->data : "", b->data ? b->data : "", a->length));
	}
}

/* As support/recording.h promises of what was read */
static void check_ends(const struct recording *recording)
{
	for (size_t i = 0; i < recording->count; i++) {
		const struct recorded *item = recording->items[i];

		check(item->error || item->data[item->length] == '\0');
	}
}

static void check_round_trip(const struct recording *recording,
			     const struct recording_origin *origin)
{
	struct recording again = { .root = "" };
	struct recording_origin of_again = { 0 };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	check(stream);
	recording_write_manifest(recording, origin, stream);
	check(!fclose(stream));
	check(!recording_read_manifest(text, &again, &of_again, NULL));
	check_same(recording, &again);
	check(!strcmp(origin->version, of_again.version) && !strcmp(origin->date, of_again.date));
	recording_free(&again);
	free(text);
}

static void try_manifest(const uint8_t *data, size_t size)
{
	struct recording recording = { .root = "" };
	struct recording_origin origin = { 0 };
	char *text = malloc(size + 1);

	check(text);
	memcpy(text, data, size);
	text[size] = '\0';
	if (!recording_read_manifest(text, &recording, &origin, NULL)) {
		check_ends(&recording);
		check_round_trip(&recording, &origin);
	}
	recording_free(&recording);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_manifest(data, size);
	return 0;
}
