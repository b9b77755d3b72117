// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/recording.h"

static struct recording *in_use;

void recording_use(struct recording *recording)
{
	in_use = recording;
}

struct recording *recording_in_use(void)
{
	return in_use;
}

/* A search tree: whoever made the recording can choose the paths, but can't make it slow. */
static int compare(const void *left, const void *right)
{
	const struct recorded *a = left, *b = right;
	int order = strcmp(a->path, b->path);

	return order ? order : (int)a->kind - (int)b->kind;
}

static void leave(void *item)
{
	(void)item;
}

void recording_free(struct recording *recording)
{
	if (in_use == recording)
		in_use = NULL;
	tdestroy(recording->tree, leave);
	for (size_t i = 0; i < recording->count; i++) {
		free(recording->items[i]->data);
		free(recording->items[i]);
	}
	free(recording->items);
	free(recording->unknown);
	*recording = (struct recording){ 0 };
}

static struct recorded *make_item(enum recorded_kind kind, const char *path)
{
	size_t size = strlen(path) + 1;
	struct recorded *item = malloc(sizeof(*item) + size);

	if (!item)
		return NULL;
	*item = (struct recorded){
		.kind = kind,
		.path = memcpy(item + 1, path, size),
	};
	return item;
}

static int make_room(struct recording *recording)
{
	size_t room = recording->room ? 2 * recording->room : 64;
	struct recorded **items;

	if (recording->count < recording->room)
		return 0;
	items = reallocarray(recording->items, room, sizeof(struct recorded *));
	if (!items)
		return -ENOMEM;
	recording->items = items;
	recording->room = room;
	return 0;
}

static int add(struct recording *recording, struct recorded *item)
{
	struct recorded **found;

	if (make_room(recording))
		return -ENOMEM;
	found = tsearch(item, &recording->tree, compare);
	if (!found)
		return -ENOMEM;
	if (*found != item)
		return -EEXIST;
	recording->items[recording->count++] = item;
	return 0;
}

int recording_add(struct recording *recording, enum recorded_kind kind, const char *path, int error,
		  char *data, size_t length)
{
	struct recorded *item = make_item(kind, path);
	int ret = item ? add(recording, item) : -ENOMEM;

	if (ret) {
		free(item);
		free(data);
		return ret;
	}
	item->error = error;
	item->data = data;
	item->length = length;
	return 0;
}

/* What this host answers. Each allocates @data, with a '\0' behind it. */

int check_regular(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (S_ISREG(status.st_mode))
		return 0;
	return S_ISDIR(status.st_mode) ? -EISDIR : -ENOTSUP;
}

static int read_fd(int fd, char *data, size_t *length)
{
	for (;;) {
		ssize_t got = read(fd, data + *length, RECORDED_MAX_SIZE + 1 - *length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		*length += (size_t)got;
		if (!got || *length > RECORDED_MAX_SIZE)
			return got ? -EFBIG : 0;
	}
}

static int read_whole(int fd, char **data, size_t *length)
{
	static char content[RECORDED_MAX_SIZE + 1]; /* most files are far smaller */
	int ret = check_regular(fd);

	if (!ret)
		ret = read_fd(fd, content, length);
	close(fd);
	if (ret)
		return ret;
	*data = malloc(*length + 1);
	if (!*data)
		return -ENOMEM;
	memcpy(*data, content, *length);
	(*data)[*length] = '\0';
	return 0;
}

/* The kernel's log isn't a regular file. Opened so, none waits for what isn't there yet. */
static int read_long(int fd, recording_filter_fn *filter, char **data, size_t *length)
{
	FILE *in = fdopen(fd, "r"), *out = open_memstream(data, length);
	int ret = in && out ? 0 : -ENOMEM;

	if (!ret)
		filter(in, out);
	if (!ret && ferror(in))
		ret = -EIO;
	if (in)
		fclose(in);
	else
		close(fd);
	if (out && fclose(out))
		ret = -ENOMEM;
	return !ret && *length > RECORDED_MAX_SIZE ? -EFBIG : ret;
}

static int read_content(const struct recording *recording, const char *path, const char *key,
			char **data, size_t *length)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	recording_filter_fn *filter =
		recording->filter_of_long ? recording->filter_of_long(key) : NULL;

	if (fd < 0)
		return -errno;
	return filter ? read_long(fd, filter, data, length) : read_whole(fd, data, length);
}

static int read_target(const char *path, char **data, size_t *length)
{
	char target[PATH_MAX];
	ssize_t size = readlink(path, target, sizeof(target) - 1);

	if (size < 0)
		return -errno;
	target[size] = '\0';
	*length = (size_t)size;
	*data = strdup(target);
	return *data ? 0 : -ENOMEM;
}

static char type_of(unsigned char type)
{
	switch (type) {
	case DT_DIR:
		return RECORDED_IS_DIRECTORY;
	case DT_LNK:
		return RECORDED_IS_LINK;
	default:
		return RECORDED_IS_OTHER;
	}
}

static int read_entries(const char *path, char **data, size_t *length)
{
	DIR *directory = opendir(path);
	FILE *stream = directory ? open_memstream(data, length) : NULL;
	const struct dirent *entry;
	int ret = directory ? -ENOMEM : -errno;

	while (stream && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			fprintf(stream, "%c%s%c", type_of(entry->d_type), entry->d_name, '\0');
	if (stream)
		ret = fclose(stream) ? -ENOMEM : 0;
	if (directory)
		closedir(directory);
	return ret;
}

static int read_presence(const char *path, char **data, size_t *length)
{
	struct stat status;

	if (stat(path, &status))
		return -errno;
	*length = 1;
	*data = strdup(S_ISDIR(status.st_mode) ? "d" : "-");
	return *data ? 0 : -ENOMEM;
}

const char *recorded_next_entry(const struct recorded *entries, const char *entry)
{
	entry = entry ? entry + strlen(entry) + 1 : entries->data;
	return entry && entry < entries->data + entries->length ? entry : NULL;
}

static const struct recorded *find(const struct recording *recording, enum recorded_kind kind,
				   const char *path)
{
	const struct recorded wanted = { .kind = kind, .path = path };
	struct recorded *const *found = tfind(&wanted, &recording->tree, compare);

	return found ? *found : NULL;
}

static bool is_left_out_above(const struct recording *recording, const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/'), *entry = NULL;
	const struct recorded *entries;

	if (!slash || (size_t)(slash - path) >= sizeof(directory))
		return false;
	memcpy(directory, path, (size_t)(slash - path));
	directory[slash - path] = '\0';
	entries = find(recording, RECORDED_ENTRIES, directory);
	if (!entries || entries->error)
		return false;
	while ((entry = recorded_next_entry(entries, entry)))
		if (!strcmp(entry + 1, slash + 1))
			return false;
	return true;
}

static const struct recorded *take_from_host(struct recording *recording, enum recorded_kind kind,
					     const char *key, const char *path)
{
	static int (*const readers[RECORDED_KINDS])(const char *path, char **data,
						    size_t *length) = {
		[RECORDED_TARGET] = read_target,
		[RECORDED_ENTRIES] = read_entries,
		[RECORDED_PRESENCE] = read_presence,
	};
	static const struct recorded no_memory = { .error = -ENOMEM };
	char *data = NULL;
	size_t length = 0;
	int error = kind == RECORDED_CONTENT ? read_content(recording, path, key, &data, &length)
					     : readers[kind](path, &data, &length);

	if (error) {
		free(data);
		data = NULL;
		length = 0;
	}
	if (recording_add(recording, kind, key, error, data, length))
		return &no_memory;
	return recording->items[recording->count - 1];
}

const struct recorded *recording_ask(struct recording *recording, enum recorded_kind kind,
				     const char *path)
{
	static const struct recorded absent = { .error = -ENOENT }, unknown = { .error = -ENODATA };
	const struct recorded *found;
	const char *key = path;
	size_t length = strlen(recording->root);

	if (!strncmp(path, recording->root, length))
		key += length;
	key += strspn(key, "/");
	found = find(recording, kind, key);
	if (found)
		return found;
	if (recording->is_made)
		return take_from_host(recording, kind, key, path);
	if (is_left_out_above(recording, key))
		return &absent;
	if (!recording->unknown_count++)
		recording->unknown = strdup(key);
	return &unknown;
}
