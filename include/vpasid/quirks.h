/* SPDX-License-Identifier: MIT */
/*
 * What particular devices don't show of their config space, from text files.
 */
#ifndef VPASID_QUIRKS_H
#define VPASID_QUIRKS_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * enum vpasid_function_kind - what a function is, as far as SR-IOV goes
 * @VPASID_FUNCTION_PF: A physical function, with SR-IOV or without.
 * @VPASID_FUNCTION_VF: A virtual function.
 */
enum vpasid_function_kind {
	VPASID_FUNCTION_PF = 0,
	VPASID_FUNCTION_VF = 1,
};

/**
 * struct vpasid_device - what quirks go by
 * @vendor: Vendor ID, of a VF its PF's.
 * @device: Device ID, of a VF the VF Device ID of its PF.
 * @subsystem_vendor: Subsystem Vendor ID, 0 if there is none.
 * @subsystem_device: Subsystem ID, 0 if there is none.
 * @revision: Revision ID.
 * @kind: enum vpasid_function_kind.
 *
 * Sysfs and VFIO have the IDs of VFs as described; a VF's own config space has
 * all ones.
 */
struct vpasid_device {
	uint16_t vendor;
	uint16_t device;
	uint16_t subsystem_vendor;
	uint16_t subsystem_device;
	uint8_t revision;
	uint8_t kind;
};

/**
 * struct vpasid_range - some bytes of config space
 * @offset: Of the first.
 * @length: How many; the range ends within the config space.
 */
struct vpasid_range {
	uint16_t offset;
	uint16_t length;
};

/**
 * struct vpasid_quirk - what is known of a device
 * @offset: Where its virtual PASID capability goes; 0: no place is prescribed.
 * @hidden_count: How many of @hidden there are.
 * @extent_count: How many of @extents there are.
 * @hidden: Registers that no capability covers, though they may read as zero.
 * @extents: How far capabilities reach whose length isn't known otherwise: each
 *	begins where the capability does. Has no effect on a length that is exact.
 *	Of several for one capability, from whichever quirk, the longest holds. One that
 *	would reach beyond the next header has no effect.
 * @source: How it is known: a document's or a commit's name; never empty.
 * @file: Where the quirk stands, as it was named when it was read.
 * @line: The same, counted from 1.
 *
 * Belongs to the struct vpasid_quirks that it comes from.
 */
struct vpasid_quirk {
	uint16_t offset;
	uint16_t hidden_count;
	uint16_t extent_count;
	const struct vpasid_range *hidden;
	const struct vpasid_range *extents;
	const char *source;
	const char *file;
	unsigned int line;
};

/**
 * struct vpasid_quirks_error - why quirks can't be read
 * @text: "FILE:LINE: what is wrong, what to write", or without the line if the
 *	file or the directory itself is the trouble; without a newline. What comes
 *	from the file has control characters replaced.
 */
struct vpasid_quirks_error {
	char text[512];
};

/**
 * DOC: struct vpasid_quirks is a set of quirks
 *
 * Once it is filled it only is read: any number of threads may share it.
 */
struct vpasid_quirks;

/**
 * vpasid_quirks_new() - an empty set
 *
 * Return: the set, the caller's, to be freed by vpasid_quirks_free(); or NULL if
 *	there is no memory.
 */
VPASID_API struct vpasid_quirks *vpasid_quirks_new(void);

/**
 * vpasid_quirks_free() - free a set, and all quirks in it
 * @quirks: The set, or NULL.
 */
VPASID_API void vpasid_quirks_free(struct vpasid_quirks *quirks);

/**
 * vpasid_quirks_load() - read what this host knows
 * @quirks: Where to add them.
 * @error: Filled in on error; or NULL.
 *
 * Reads the files *.conf of the library's data directory (vpasid/quirks below
 * the installation's datadir), then those of /etc/vpasid/quirks.d; each in the
 * order of their names, as bytes. A directory that isn't there is empty. A file
 * of the second directory takes the place of one with the same name in the first.
 *
 * Return: 0, or a negative errno as of vpasid_quirks_load_directory(). @quirks
 *	then is as it was before.
 */
VPASID_API int vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error);

/**
 * vpasid_quirks_load_directory() - read the files *.conf of a directory
 * @quirks: Where to add them.
 * @path: Of the directory.
 * @error: Filled in on error; or NULL.
 *
 * Return: 0, or
 *	-EINVAL	a file is no file of quirks, or is larger than 1 MiB,
 *	-ENOMEM	there is no memory,
 *	-errno	what else opendir(3), open(2) or read(2) failed with.
 *	@quirks then is as it was before.
 */
VPASID_API int vpasid_quirks_load_directory(struct vpasid_quirks *quirks, const char *path,
					    struct vpasid_quirks_error *error);

/**
 * vpasid_quirks_parse() - read quirks from memory
 * @quirks: Where to add them.
 * @text: A file's text; see data/quirks/README for the format. Needs no null byte
 *	at its end, and may hold any bytes.
 * @length: Of @text.
 * @name: The file's name, for errors and &vpasid_quirk.file; is copied.
 * @error: Filled in on error; or NULL.
 *
 * Return: 0, -EINVAL or -ENOMEM, as of vpasid_quirks_load_directory().
 */
VPASID_API int vpasid_quirks_parse(struct vpasid_quirks *quirks, const char *text, size_t length,
				   const char *name, struct vpasid_quirks_error *error);

/**
 * vpasid_quirks_match() - what is known of a device
 * @quirks: The set; NULL is an empty one.
 * @device: The device.
 * @matches: Filled in with as many as fit, in the order in which they were read;
 *	may be NULL if @size is 0.
 * @size: How many @matches has room for.
 *
 * All of them hold together. If more than one prescribes an offset, the last one
 * counts, so that what an administrator writes takes precedence.
 *
 * Return: how many quirks match, which may be more than @size.
 */
VPASID_API size_t vpasid_quirks_match(const struct vpasid_quirks *quirks,
				      const struct vpasid_device *device,
				      const struct vpasid_quirk **matches, size_t size);

VPASID_END_DECLS

#endif /* VPASID_QUIRKS_H */
