/* SPDX-License-Identifier: MIT */
/*
 * Quirks: what certain devices don't show in their config space. They are read from text files; the
 * project's own are built in.
 */
#ifndef VPASID_QUIRKS_H
#define VPASID_QUIRKS_H

#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/**
 * enum vpasid_function_kind - physical or virtual function
 * @VPASID_FUNCTION_PF: A physical function, with SR-IOV or without.
 * @VPASID_FUNCTION_VF: A virtual function.
 */
enum vpasid_function_kind {
	VPASID_FUNCTION_PF = 0,
	VPASID_FUNCTION_VF = 1,
};

/**
 * struct vpasid_device - what identifies a device
 * @argsz: sizeof(struct vpasid_device), also where it is filled in; see info.h.
 * @vendor: Vendor ID; for a VF, that of its PF.
 * @device: Device ID; for a VF, its PF's VF Device ID.
 * @subsystem_vendor: Subsystem Vendor ID, 0 if there is none.
 * @subsystem_device: Subsystem ID, 0 if there is none.
 * @revision: Revision ID.
 * @kind: enum vpasid_function_kind.
 * @reserved: 0.
 *
 * Sysfs and VFIO show the IDs of a VF in this way. In the VF's own config space, the vendor ID and
 * the device ID are all ones.
 */
struct vpasid_device {
	uint32_t argsz;
	uint16_t vendor;
	uint16_t device;
	uint16_t subsystem_vendor;
	uint16_t subsystem_device;
	uint8_t revision;
	uint8_t kind;
	uint16_t reserved;
};

/**
 * vpasid_device_from_config() - identify a device from a function's config space
 * @config: The first @size bytes of the function's config space, as VFIO shows it, or as the
 *	function has it. No alignment is needed.
 * @size: The number of bytes of @config: VPASID_CONFIG_MIN to VPASID_CONFIG_SIZE. A bridge may have
 *	its subsystem's IDs in a capability after the first VPASID_CONFIG_MIN bytes.
 * @kind: Whether it is a VF: enum vpasid_function_kind. Config space doesn't show this.
 * @device: The caller sets its argsz. The rest is filled in; on -EINVAL and -EIO it is all zeros.
 *
 * Return: 0, or
 *	-ENODATA the vendor ID reads as all ones, as in a VF's own config space. Everything else is
 *		filled in, and @device->vendor and @device->device are 0: the caller must get them
 *		from sysfs, from VFIO or from the PF,
 *	-EINVAL	@size is out of range, @kind is unknown, or @device->argsz isn't set,
 *	-E2BIG	@device->argsz isn't the size of any version of the struct,
 *	-EIO	all of the header reads as ones: the device is gone or asleep.
 */
VPASID_API int vpasid_device_from_config(const void *config, size_t size, unsigned int kind,
					 struct vpasid_device *device);

/**
 * struct vpasid_range - some bytes of config space
 * @offset: The offset of the first byte.
 * @length: The number of bytes. The range ends within the config space.
 */
struct vpasid_range {
	uint16_t offset;
	uint16_t length;
};

/**
 * struct vpasid_quirk - what is known about a device
 * @offset: The offset for its virtual PASID capability; 0 if none is prescribed.
 * @hidden_count: The number of ranges in @hidden.
 * @extent_count: The number of ranges in @extents.
 * @reserved: 0.
 * @hidden: Registers outside of all capabilities, even if they read as zero.
 * @extents: The ends of capabilities with unknown length. Each range begins at the capability's
 *	header. It has no effect if the capability's length is exact, or if it would reach beyond
 *	the next header. If there are several ranges for one capability, in one or several quirks,
 *	the longest applies.
 * @source: How this is known: the name of a document or a commit; never empty.
 * @file: The file from which the quirk was read, with the name at that time.
 * @line: The line in @file where the quirk begins, counted from 1.
 * @flags: 0.
 *
 * A quirk belongs to the struct vpasid_quirks from which it comes. Callers pass pointers to it, not
 * copies, because later versions may add members at its end.
 */
struct vpasid_quirk {
	uint16_t offset;
	uint16_t hidden_count;
	uint16_t extent_count;
	uint16_t reserved;
	const struct vpasid_range *hidden;
	const struct vpasid_range *extents;
	const char *source;
	const char *file;
	uint32_t line;
	uint32_t flags;
};

/**
 * struct vpasid_quirks_error - why quirks can't be read
 * @text: "FILE:LINE: what is wrong, what to write", without a newline. There is no line
 *	number if the file or the directory itself can't be read. Control characters
 *	that come from the file are replaced.
 */
struct vpasid_quirks_error {
	char text[512];
};

/**
 * DOC: struct vpasid_quirks is a set of quirks
 *
 * A set doesn't change after it is filled: any number of threads may share it.
 */
struct vpasid_quirks;

/**
 * vpasid_quirks_new() - make an empty set
 *
 * Return: the set, which the caller frees with vpasid_quirks_free(); or NULL if there is not enough
 *	memory.
 */
VPASID_API struct vpasid_quirks *vpasid_quirks_new(void);

/**
 * vpasid_quirks_free() - free a set and all quirks in it
 * @quirks: The set, or NULL.
 */
VPASID_API void vpasid_quirks_free(struct vpasid_quirks *quirks);

/**
 * vpasid_quirks_load() - read the quirks of this host
 * @quirks: The set to add them to.
 * @error: Filled in on error; may be NULL.
 *
 * These are the quirks that are built into the library, followed by those in the files *.conf of
 * /etc/vpasid/quirks.d, which the host's administrator may write. The files are read in the order
 * of their names, compared byte by byte. A missing directory counts as empty. A file there replaces
 * the built-in file of the same name (those of data/quirks/ in the library's source).
 *
 * A sandboxed process may not have access to that directory. Load the quirks before the process
 * enters the sandbox, or leave out the administrator's with vpasid_quirks_load_builtin(): the
 * guest's capability may then have another offset than the command `vpasid place` prints on this
 * host.
 *
 * Return: 0, or a negative errno as for vpasid_quirks_load_directory(). On error, @quirks doesn't
 *	change.
 */
VPASID_API int vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error);

/**
 * vpasid_quirks_load_builtin() - add the quirks that are built into the library
 * @quirks: The set to add them to.
 *
 * This function opens no file. &vpasid_quirk.file is "built-in/NAME.conf".
 *
 * Return: 0, or -ENOMEM. On error, @quirks doesn't change.
 */
VPASID_API int vpasid_quirks_load_builtin(struct vpasid_quirks *quirks);

/**
 * vpasid_quirks_load_directory() - read the files *.conf of a directory
 * @quirks: The set to add their quirks to.
 * @path: The directory.
 * @error: Filled in on error; may be NULL.
 *
 * Return: 0, or
 *	-EINVAL	a file isn't a file of quirks, or is larger than 1 MiB,
 *	-ENOMEM	there is not enough memory,
 *	-errno	another error of opendir(3), open(2) or read(2).
 *	On error, @quirks doesn't change.
 */
VPASID_API int vpasid_quirks_load_directory(struct vpasid_quirks *quirks, const char *path,
					    struct vpasid_quirks_error *error);

/**
 * vpasid_quirks_parse() - read quirks from memory
 * @quirks: The set to add them to.
 * @text: A file's text; data/quirks/README describes the format. It needs no null byte at its end,
 *	and may contain any bytes.
 * @length: The number of bytes of @text.
 * @name: The file's name, for errors and &vpasid_quirk.file; it is copied.
 * @error: Filled in on error; may be NULL.
 *
 * Return: 0, -EINVAL or -ENOMEM, as for vpasid_quirks_load_directory().
 */
VPASID_API int vpasid_quirks_parse(struct vpasid_quirks *quirks, const char *text, size_t length,
				   const char *name, struct vpasid_quirks_error *error);

/**
 * vpasid_quirks_match() - find the quirks of a device
 * @quirks: The set; NULL counts as an empty set.
 * @device: The device.
 * @matches: Filled in with as many quirks as fit, in the order in which they were
 *	read; may be NULL if @size is 0.
 * @size: The number of quirks for which @matches has room.
 *
 * All of them apply together. If more than one prescribes an offset, the last one is used, so that
 * the administrator's quirks take precedence.
 *
 * Return: the number of matching quirks, which may be more than @size. Or
 *	-EINVAL	@device->argsz isn't set, or @device->reserved isn't 0,
 *	-E2BIG	@device is larger than this version's struct, and the additional bytes aren't zero.
 */
VPASID_API int vpasid_quirks_match(const struct vpasid_quirks *quirks,
				   const struct vpasid_device *device,
				   const struct vpasid_quirk **matches, size_t size);

VPASID_END_DECLS

#endif /* VPASID_QUIRKS_H */
