// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/parameter.h"
#include "vfio/modprobe_options.h"

#define BLANKS	      " \t\r\n"
#define MAX_LINE_SIZE 8192

struct search {
	const char *module, *parameter;
	enum fact value;  /* according to the words so far */
	bool is_left_out; /* a recording lacks a file that may have a word about it */
};

/* A line of a file of modprobe.d, of any length */
struct line {
	char *text;
	size_t length;
};

/* A file of modprobe.d */
struct file {
	char *name;
	unsigned int directory; /* its number in directories[] */
};

struct files {
	struct file *files;
	size_t count;
	unsigned int directory; /* the one that is being read */
};

/* A file hides those of the same name in the directories behind its own. */
static const char *const directories[] = { "/etc/modprobe.d", "/run/modprobe.d",
					   "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
					   "/lib/modprobe.d" };

#define DIRECTORIES (sizeof(directories) / sizeof(directories[0]))

struct path module_name(const char *driver)
{
	struct path module = path_of("%s", driver);

	for (char *at = module.text; *at; at++)
		if (*at == '-')
			*at = '_';
	return module;
}

static void take_word(struct search *search, const struct parameter *word, const char *name)
{
	enum fact value;

	if (!parameter_is_named(word, name))
		return;
	value = word->value ? parameter_bool(word->value) : FACT_YES;
	if (value != FACT_UNKNOWN)
		search->value = value;
}

static void take_line(struct search *search, char *line)
{
	char *rest = NULL, *command = strtok_r(line, BLANKS, &rest);
	const char *module = command ? strtok_r(NULL, BLANKS, &rest) : NULL;
	struct parameter word;

	if (!module || strcmp(command, "options") != 0 ||
	    strcmp(module_name(module).text, search->module) != 0)
		return;
	while (parameter_next(&rest, &word))
		take_word(search, &word, search->parameter);
}

/*
 * Reads a line and those that continue it: each but the last ends in a backslash. Returns false at
 * the end of the file.
 */
static bool read_line(FILE *stream, struct line *line)
{
	bool is_read = false;
	char *part = NULL;
	size_t size = 0;

	line->length = 0;
	while (getline(&part, &size, stream) > 0) {
		size_t length = strlen(part);
		char *text = realloc(line->text, line->length + length + 1);

		if (!text)
			break;
		is_read = true;
		line->text = text;
		memcpy(text + line->length, part, length + 1);
		line->length += length;
		if (line->length < 2 || strcmp(text + line->length - 2, "\\\n") != 0)
			break;
		line->length -= 2;
		text[line->length] = '\0';
	}
	free(part);
	return is_read;
}

static void take_file(struct search *search, const char *path)
{
	FILE *stream = sysfs_stream(path);
	struct line line = { 0 };

	if (!stream) {
		search->is_left_out |= errno == ENODATA;
		return;
	}
	while (read_line(stream, &line))
		take_line(search, line.text);
	free(line.text);
	fclose(stream);
}

static bool is_of_vfio(const char *module)
{
	return strstr(module, "vfio");
}

bool modprobe_reads(const struct parameter *word)
{
	return strchr(word->name, '.') && is_of_vfio(word->name);
}

void modprobe_filter(FILE *in, FILE *out)
{
	struct line line = { 0 };
	char module[64];

	while (read_line(in, &line))
		if (sscanf(line.text, " options %63s", module) == 1 && is_of_vfio(module))
			fputs(line.text, out);
	free(line.text);
}

static bool is_configuration(const char *name)
{
	const char *suffix = strrchr(name, '.');

	return *name != '.' && suffix && !strcmp(suffix, ".conf");
}

static int take_entry(void *context, const struct sysfs_entry *entry)
{
	struct files *files = context;
	struct file *more;
	char *name;

	if (!is_configuration(entry->name))
		return 0;
	more = reallocarray(files->files, files->count + 1, sizeof(*more));
	name = strdup(entry->name);
	if (more)
		files->files = more;
	if (!more || !name) {
		free(name);
		return -ENOMEM;
	}
	more[files->count++] = (struct file){ .name = name, .directory = files->directory };
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct file *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : (int)a->directory - (int)b->directory;
}

static void take_files(struct search *search, const char *root)
{
	struct files files = { 0 };

	for (; files.directory < DIRECTORIES; files.directory++)
		if (sysfs_list(path_of("%s%s", root, directories[files.directory]).text, take_entry,
			       &files) == -ENODATA)
			search->is_left_out = true;
	if (files.count)
		qsort(files.files, files.count, sizeof(*files.files), compare);
	for (size_t i = 0; i < files.count; i++) {
		const struct file *file = &files.files[i];

		if (!i || strcmp(file[-1].name, file->name) != 0)
			take_file(search,
				  path_of("%s%s/%s", root, directories[file->directory], file->name)
					  .text);
	}
	for (size_t i = 0; i < files.count; i++)
		free(files.files[i].name);
	free(files.files);
}

/* modprobe, unlike the kernel, continues after "--". */
static void take_command_line(struct search *search, char *text)
{
	struct path name = path_of("%s.%s", search->module, search->parameter);
	struct parameter word;

	while (*text)
		if (parameter_next(&text, &word))
			take_word(search, &word, name.text);
}

enum fact modprobe_bool(const char *root, const char *module, const char *parameter)
{
	struct search search = { .module = module, .parameter = parameter, .value = FACT_NO };
	char line[MAX_LINE_SIZE];
	int length;

	take_files(&search, root);
	length = sysfs_read(path_of("%s/proc/cmdline", root).text, line, sizeof(line));
	if (length > 0)
		take_command_line(&search, line);
	return search.is_left_out || length == -ENODATA ? FACT_UNKNOWN : search.value;
}
