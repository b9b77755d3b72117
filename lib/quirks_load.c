// SPDX-License-Identifier: MIT
/*
 * Reads files of quirks: those that are built in, and those of a directory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "quirks_internal.h"

#define SUFFIX	    ".conf"
#define MAX_SIZE    (1 << 20)
#define HOST_QUIRKS "/etc/vpasid/quirks.d"

struct file {
	const char *directory;
	char *name;
};

struct files {
	struct file *files;
	size_t count;
};

static void free_files(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->files[i].name);
	free(files->files);
}

static bool is_quirk_file(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SUFFIX);

	return length > suffix && *name != '.' && !strcmp(name + length - suffix, SUFFIX);
}

static int add_file(struct files *files, const char *directory, const char *name)
{
	struct file *array = reallocarray(files->files, files->count + 1, sizeof(*array));

	if (!array)
		return -ENOMEM;
	files->files = array;
	array[files->count] = (struct file){ .directory = directory, .name = strdup(name) };
	return array[files->count].name ? (files->count++, 0) : -ENOMEM;
}

static int compare(const void *left, const void *right)
{
	return strcmp(((const struct file *)left)->name, ((const struct file *)right)->name);
}

static int list_files(const char *path, struct files *files)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int ret = 0;

	if (!directory)
		return -errno;
	while (!ret && (errno = 0, entry = readdir(directory))) {
		if (is_quirk_file(entry->d_name))
			ret = add_file(files, path, entry->d_name);
	}
	if (!ret && errno)
		ret = -errno;
	closedir(directory);

	if (files->count)
		qsort(files->files, files->count, sizeof(*files->files), compare);
	return ret;
}

static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(fd, text + length, size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

static int parse_fd(struct vpasid_quirks *quirks, int fd, const char *path,
		    struct vpasid_quirks_error *error)
{
	char *text = malloc(MAX_SIZE + 1);
	ssize_t length;
	int ret;

	if (!text) {
		vpasid_quirks_fail(error, "%.400s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}

	length = read_all(fd, text, MAX_SIZE + 1);
	if (length < 0) {
		ret = (int)length;
		vpasid_quirks_fail(error, "%.400s: %s", path, strerror(-ret));
	} else if (length > MAX_SIZE) {
		ret = -EINVAL;
		vpasid_quirks_fail(error, "%.400s: larger than 1 MiB; split it", path);
	} else {
		ret = vpasid_quirks_parse(quirks, text, (size_t)length, path, error);
	}
	free(text);
	return ret;
}

static int load_path(struct vpasid_quirks *quirks, const char *path,
		     struct vpasid_quirks_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat stat;
	int ret;

	if (fd < 0 || fstat(fd, &stat)) {
		ret = -errno;
		vpasid_quirks_fail(error, "%.400s: %s", path, strerror(-ret));
	} else if (!S_ISREG(stat.st_mode)) { /* reading might never end, or block for ever */
		ret = -EINVAL;
		vpasid_quirks_fail(error, "%.400s: not a regular file; remove it", path);
	} else {
		ret = parse_fd(quirks, fd, path, error);
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

static int load_file(struct vpasid_quirks *quirks, const struct file *file,
		     struct vpasid_quirks_error *error)
{
	char *path;
	int ret;

	if (asprintf(&path, "%s/%s", file->directory, file->name) < 0) {
		vpasid_quirks_fail(error, "%.200s/%.199s: %s", file->directory, file->name,
				   strerror(ENOMEM));
		return -ENOMEM;
	}
	ret = load_path(quirks, path, error);
	free(path);
	return ret;
}

static bool has_name(const struct files *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++) {
		if (!strcmp(files->files[i].name, name))
			return true;
	}
	return false;
}

static int load_files(struct vpasid_quirks *quirks, const struct files *files,
		      struct vpasid_quirks_error *error)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < files->count; i++)
		ret = load_file(quirks, &files->files[i], error);
	return ret;
}

/* Leaves out those for which there is a file of the same name in @instead. */
static int load_builtin(struct vpasid_quirks *quirks, const struct files *instead,
			struct vpasid_quirks_error *error)
{
	const struct builtin_quirks *builtin;
	char name[64];
	int ret = 0;

	for (builtin = vpasid_builtin_quirks; !ret && builtin->text; builtin++) {
		if (has_name(instead, builtin->name))
			continue;
		snprintf(name, sizeof(name), "built-in/%s", builtin->name);
		ret = vpasid_quirks_parse(quirks, builtin->text, strlen(builtin->text), name,
					  error);
	}
	return ret;
}

/* If the directory is @optional and isn't there, it is empty. */
static int list_or_fail(const char *path, bool optional, struct files *files,
			struct vpasid_quirks_error *error)
{
	int ret = list_files(path, files);

	if (ret == -ENOENT && optional)
		return 0;
	if (ret)
		vpasid_quirks_fail(error, "%.400s: %s", path, strerror(-ret));
	return ret;
}

int vpasid_quirks_load_directory(struct vpasid_quirks *quirks, const char *path,
				 struct vpasid_quirks_error *error)
{
	struct files files = { 0 };
	size_t count = quirks->count;
	int ret = list_or_fail(path, false, &files, error);

	if (!ret)
		ret = load_files(quirks, &files, error);
	if (ret)
		vpasid_quirks_cut(quirks, count);
	free_files(&files);
	return ret;
}

int vpasid_quirks_load_builtin(struct vpasid_quirks *quirks)
{
	static const struct files nothing;
	size_t count = quirks->count;
	int ret = load_builtin(quirks, &nothing, NULL);

	if (ret)
		vpasid_quirks_cut(quirks, count);
	return ret;
}

int vpasid_quirks_load(struct vpasid_quirks *quirks, struct vpasid_quirks_error *error)
{
	struct files host = { 0 };
	size_t count = quirks->count;
	int ret = list_or_fail(HOST_QUIRKS, true, &host, error);

	if (!ret)
		ret = load_builtin(quirks, &host, error);
	if (!ret)
		ret = load_files(quirks, &host, error);
	if (ret)
		vpasid_quirks_cut(quirks, count);
	free_files(&host);
	return ret;
}
