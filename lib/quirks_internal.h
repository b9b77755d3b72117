/* SPDX-License-Identifier: MIT */
/*
 * What quirks.c, quirks_load.c and quirks_parse.c share. None of this is exported; the
 * prefix is for those who link the static library.
 */
#ifndef QUIRKS_INTERNAL_H
#define QUIRKS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/quirks.h>

#define QUIRK_MAX_RANGES 32
#define QUIRK_MAX_SOURCE 400

/* Matches one ID, or any. */
struct quirk_id {
	bool any;
	uint16_t value;
};

/**
 * struct quirk_entry - a quirk and the devices that it is about
 * @quirk: What users see. It points to other members of the entry.
 * @vendor: Matches the vendor ID.
 * @device: Matches the device ID.
 * @subsystem_vendor: Matches the subsystem's vendor ID.
 * @subsystem_device: Matches the subsystem's ID.
 * @first_revision: The lowest revision that matches.
 * @last_revision: The highest revision that matches.
 * @kind: enum vpasid_function_kind: the functions that match.
 * @any_kind: Both PFs and VFs match, whatever @kind is.
 * @hidden: The ranges of @quirk.
 * @extents: The extents of @quirk.
 * @source: The source of @quirk.
 * @file: The file of @quirk, which belongs to the entry.
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
 * struct builtin_quirks - a file of data/quirks/, as embed_quirks.py has put it into the library
 * @name: The file's name.
 * @text: Its text; NULL behind the last file.
 */
struct builtin_quirks {
	const char *name;
	const char *text;
};

extern const struct builtin_quirks vpasid_builtin_quirks[];

/**
 * vpasid_quirks_add() - add an entry to a set
 * @quirks: The set.
 * @file: Name of the file that the entry is from; it is copied.
 *
 * Return: the entry, which belongs to the set and matches functions of any kind, revision
 *	and subsystem; or NULL if there is no memory.
 */
struct quirk_entry *vpasid_quirks_add(struct vpasid_quirks *quirks, const char *file);

/**
 * vpasid_quirks_cut() - free the entries that were added last
 * @quirks: The set.
 * @count: How many entries stay.
 */
void vpasid_quirks_cut(struct vpasid_quirks *quirks, size_t count);

/**
 * vpasid_quirks_fail() - say what is wrong
 * @error: Filled in; may be NULL.
 * @format: A format as for printf(3). Control characters of the result become "?".
 */
void vpasid_quirks_fail(struct vpasid_quirks_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* QUIRKS_INTERNAL_H */
