// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "facts/recording_file.h"
#include "facts/recording_filter.h"
#include "facts/recording_manifest.h"
#include "support/tar.h"

/* A host of 64k functions has less. */
#define MAX_MANIFEST ((size_t)1 << 26)
#define MAX_FILE     ((size_t)1 << 16) /* what is longer has been filtered */
#define MAX_CONTENT  ((size_t)1 << 29)
#define MAX_FILES    ((size_t)1 << 21)

/* The files */

static int filter_one(struct recorded *recorded)
{
	char *data;
	size_t length;
	int ret = recording_filter(recorded, &data, &length);

	if (ret == -ENOMEM)
		return ret;
	free(recorded->data);
	recorded->data = ret ? NULL : data;
	recorded->length = ret ? 0 : length;
	recorded->error = ret;
	return 0;
}

static int filter(struct recording *recording)
{
	int ret = 0;

	for (size_t i = 0; i < recording->count && !ret; i++)
		if (recording_has_file(recording->items[i]) &&
		    !recording_filter_of_long(recording->items[i]->path))
			ret = filter_one(recording->items[i]);
	return ret;
}

static int write_manifest(const struct recording *recording, const struct recording_origin *origin,
			  gzFile file)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int ret = -ENOMEM;

	if (stream) {
		recording_write_manifest(recording, origin, stream);
		ret = fclose(stream) ? -ENOMEM : 0;
	}
	if (!ret)
		ret = tar_write(file, RECORDING_TOP RECORDING_MANIFEST, text, size);
	free(text);
	return ret;
}

static int write_files(const struct recording *recording, gzFile file)
{
	char name[TAR_NAME_SIZE];
	int ret = 0;

	for (size_t i = 0; i < recording->count && !ret; i++) {
		const struct recorded *recorded = recording->items[i];

		if (!recording_has_file(recorded))
			continue;
		if (snprintf(name, sizeof(name), RECORDING_TOP "%s", recorded->path) >=
		    (int)sizeof(name))
			ret = -ENAMETOOLONG;
		else
			ret = tar_write(file, name, recorded->data, recorded->length);
	}
	return ret ? ret : tar_write_end(file);
}

int recording_save(struct recording *recording, const struct recording_origin *origin, int fd,
		   struct why *why)
{
	int ret = filter(recording);
	gzFile file = gzdopen(fd, "w");

	if (!file) {
		close(fd);
		return because(why, -ENOMEM, "out of memory");
	}
	if (!ret)
		ret = write_manifest(recording, origin, file);
	if (!ret)
		ret = write_files(recording, file);
	errno = EIO;
	if (gzclose(file) != Z_OK && !ret)
		ret = -errno;
	return ret ? because(why, ret, "%s", strerror(-ret)) : 0;
}

/* Reading it */

struct load {
	gzFile file;
	struct recording *recording;
	struct recording_origin *origin;
	size_t count, total; /* of the files, and of their content */
};

/* If it fails, @data is NULL. */
static int read_content(gzFile file, size_t size, size_t max, char **data, struct why *why)
{
	int ret;

	*data = size > max ? NULL : malloc(size + 1);
	if (!*data)
		return size > max ? because(why, -EFBIG, "it is larger than a recording can be")
				  : because(why, -ENOMEM, "out of memory");
	(*data)[size] = '\0';
	ret = tar_read(file, *data, size, why);
	if (!ret)
		return 0;
	free(*data);
	*data = NULL;
	return ret;
}

static int read_manifest(struct load *load, size_t size, struct why *why)
{
	char *text;
	int ret = read_content(load->file, size, MAX_MANIFEST, &text, why);

	if (!text)
		return ret;
	if (strlen(text) == size)
		ret = recording_read_manifest(text, load->recording, load->origin, why);
	else
		ret = because(why, -EBADMSG, "its manifest isn't text");
	free(text);
	return ret;
}

/* Another file is what the manifest's lines are for. */
static int read_file(struct load *load, const char *name, size_t size, struct why *why)
{
	const char *path = name + strlen(RECORDING_TOP);
	char *data;
	int ret;

	if (strncmp(name, RECORDING_TOP, strlen(RECORDING_TOP)) != 0 ||
	    !recording_path_is_sound(path))
		return because(why, -EBADMSG, "\"%s\" in it isn't a name of a recorded file", name);
	if (!strcmp(path, RECORDING_MANIFEST))
		return because(why, -EBADMSG, "it contains two manifests");
	ret = read_content(load->file, size, MAX_FILE, &data, why);
	if (ret)
		return ret;
	load->total += size;
	ret = recording_add(load->recording, RECORDED_CONTENT, path, 0, data, size);
	if (ret == -EEXIST)
		return because(why, -EBADMSG, "it has %s twice", path);
	if (ret)
		return because(why, ret, "out of memory");
	if (load->total > MAX_CONTENT || ++load->count > MAX_FILES)
		return because(why, -EFBIG, "it is larger than a recording can be");
	return 0;
}

static int read_files(struct load *load, struct why *why)
{
	char name[TAR_NAME_SIZE];
	size_t size;
	int ret = tar_next(load->file, name, &size, why);

	if (ret > 0 && strcmp(name, RECORDING_TOP RECORDING_MANIFEST) != 0)
		return because(why, -EBADMSG, "its first file isn't the manifest of a recording");
	if (ret > 0)
		ret = read_manifest(load, size, why);
	else if (!ret)
		ret = because(why, -EBADMSG, "it is empty");
	while (!ret && (ret = tar_next(load->file, name, &size, why)) > 0)
		ret = read_file(load, name, size, why);
	return ret;
}

int recording_load(const char *path, struct recording *recording, struct recording_origin *origin,
		   struct why *why)
{
	int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
					: dup(STDIN_FILENO);
	struct load load = { .recording = recording, .origin = origin };
	struct why what;
	int ret;

	*recording = (struct recording){ .root = "" };
	*origin = (struct recording_origin){ 0 };
	if (fd < 0)
		return because(why, -errno, "%s: %s", path, strerror(errno));
	load.file = gzdopen(fd, "r");
	if (!load.file) {
		close(fd);
		return because(why, -ENOMEM, "out of memory");
	}
	ret = read_files(&load, &what);
	gzclose(load.file);
	if (!ret)
		return 0;
	recording_free(recording);
	return because(why, ret, "%s: %s", path, what.text);
}
