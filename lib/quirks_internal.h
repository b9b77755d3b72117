/* SPDX-License-Identifier: MIT */
/*
 * A set of quirks, as the files of quirks share it. Not exported; the prefix is for
 * those who link the static library.
 */
#ifndef QUIRKS_INTERNAL_H
#define QUIRKS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/quirks.h>

#define QUIRK_MAX_RANGES 32
#define QUIRK_MAX_SOURCE 400

/* An ID to match, or any. */
struct quirk_id {
	bool any;
	uint16_t value;
};

/**
 * struct quirk_entry - a quirk and the devices that it is about
 * @quirk: What users see; points into the entry.
 * @any_kind: Both PFs and VFs match, whatever @kind is.
 */
struct quirk_entry {
	struct vpasid_quirk quirk;
	struct quirk_id vendor, device;
	struct quirk_id subsystem_vendor, subsystem_device;
	uint8_t first_revision, last_revision;
	uint8_t kind;
	bool any_kind;
	struct vpasid_range hidden[QUIRK_MAX_RANGES];
	struct vpasid_range extents[QUIRK_MAX_RANGES];
	char source[QUIRK_MAX_SOURCE + 1];
	char *file;
};

struct vpasid_quirks {
	struct quirk_entry **entries;
	size_t count;
};

/**
 * vpasid_quirks_add() - a new entry at a set's end
 * @quirks: The set.
 * @file: Name of the file that the entry is from; is copied.
 *
 * Return: the entry, the set's, which matches all PFs and VFs; or NULL.
 */
struct quirk_entry *vpasid_quirks_add(struct vpasid_quirks *quirks, const char *file);

/**
 * vpasid_quirks_cut() - free the entries at a set's end
 * @quirks: The set.
 * @count: How many stay.
 */
void vpasid_quirks_cut(struct vpasid_quirks *quirks, size_t count);

/**
 * vpasid_quirks_fail() - say what is wrong
 * @error: Filled in; may be NULL.
 * @format: As printf(3); control characters of the result become "?".
 */
void vpasid_quirks_fail(struct vpasid_quirks_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* QUIRKS_INTERNAL_H */
