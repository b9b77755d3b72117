// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "facts/recording_manifest.h"
#include "support/hex.h"
#include "support/options.h"

#define FORMAT	    "vpasid-record 1"
#define MAX_ANSWERS ((size_t)1 << 21) /* a host of 64k functions has less */
#define MAX_ERROR   4095	      /* the kernel's MAX_ERRNO */

static const char *const kinds[RECORDED_KINDS] = {
	[RECORDED_CONTENT] = "content",
	[RECORDED_TARGET] = "target",
	[RECORDED_ENTRIES] = "entries",
	[RECORDED_PRESENCE] = "presence",
};

static const char comment[] =
	"# Each line has what was asked of a path, the error number or 0, the path, and the\n"
	"# answer: the content of a file, which is a file of its own here; what a link leads\n"
	"# to; the entries of a directory (d: a directory, l: a link); whether it is there.\n"
	"# Left out: the number of Device Serial Number and VPD's window in config spaces, which\n"
	"# read as zeros; all of the kernel's command line, of its configuration, of cpuinfo,\n"
	"# interrupts, modules, and of the files in modprobe.d that vpasid doesn't read. Of the\n"
	"# kernel's log, dev/kmsg, there are messages about IOMMUs, PASID and VFIO, or the error\n"
	"# for which it couldn't be read. programs/ has what QEMU and libvirt say of themselves.\n";

bool recording_has_file(const struct recorded *recorded)
{
	return recorded->kind == RECORDED_CONTENT && !recorded->error;
}

bool recording_path_is_sound(const char *path)
{
	const char *part = path;

	if (strlen(path) >= PATH_MAX)
		return false;
	for (const char *at = path; *at; at++)
		if (iscntrl((unsigned char)*at))
			return false;
	for (;;) {
		size_t length = strcspn(part, "/");

		if (!length || (length <= 2 && !strncmp(part, "..", length)))
			return false;
		if (!part[length])
			return true;
		part += length + 1;
	}
}

/* Words: what would end one is escaped as in a URL. */

static void write_word(const char *text, FILE *stream)
{
	for (; *text; text++)
		if (*text > ' ' && *text < 0x7f && *text != '%')
			putc(*text, stream);
		else
			fprintf(stream, "%%%02x", (unsigned char)*text);
}

/* In place. A word has no '\0'. */
static bool take_word(char *word)
{
	char *to = word;

	for (; *word; word++) {
		if (*word == '%') {
			int high = hex_digit(word[1]), low = high < 0 ? -1 : hex_digit(word[2]);

			if (low < 0 || !(high | low))
				return false;
			*to++ = (char)(high << 4 | low);
			word += 2;
		} else {
			*to++ = *word;
		}
	}
	*to = '\0';
	return true;
}

static void write_answer(const struct recorded *recorded, FILE *stream)
{
	const char *entry = NULL;

	switch (recorded->kind) {
	case RECORDED_TARGET:
	case RECORDED_PRESENCE:
		putc(' ', stream);
		write_word(recorded->data, stream);
		break;
	case RECORDED_ENTRIES:
		while ((entry = recorded_next_entry(recorded, entry))) {
			putc(' ', stream);
			write_word(entry, stream);
		}
		break;
	default:
		break;
	}
}

void recording_write_manifest(const struct recording *recording,
			      const struct recording_origin *origin, FILE *stream)
{
	fprintf(stream, FORMAT "\nversion %s\ndate %s\nroot %s\nwake %s\n%s", origin->version,
		origin->date, origin->is_root ? "yes" : "no", origin->wakes ? "yes" : "no",
		comment);
	for (size_t i = 0; i < recording->count; i++) {
		const struct recorded *recorded = recording->items[i];

		if (recording_has_file(recorded))
			continue;
		fprintf(stream, "%s %d ", kinds[recorded->kind], -recorded->error);
		write_word(recorded->path, stream);
		if (!recorded->error)
			write_answer(recorded, stream);
		putc('\n', stream);
	}
}

/* Reading it */

static bool take_text(const char *value, char *text, size_t size)
{
	size_t length = strlen(value);

	if (length >= size)
		return false;
	memcpy(text, value, length + 1);
	return true;
}

static bool take_yes(const char *value, bool *yes)
{
	*yes = !strcmp(value, "yes");
	return *yes || !strcmp(value, "no");
}

static bool take_origin(const char *key, const char *value, struct recording_origin *origin)
{
	if (!strcmp(key, "version"))
		return take_text(value, origin->version, sizeof(origin->version));
	if (!strcmp(key, "date"))
		return take_text(value, origin->date, sizeof(origin->date));
	if (!strcmp(key, "root"))
		return take_yes(value, &origin->is_root);
	if (!strcmp(key, "wake"))
		return take_yes(value, &origin->wakes);
	return false;
}

static bool is_type(char type)
{
	return type == RECORDED_IS_DIRECTORY || type == RECORDED_IS_LINK ||
	       type == RECORDED_IS_OTHER;
}

/* Turns the words into what recorded_next_entry() reads. Returns its length, or -1. */
static ssize_t take_entries(char *words, char *data)
{
	char *to = data, *word;

	while ((word = strsep(&words, " "))) {
		size_t size;

		if (!take_word(word) || !is_type(*word) || !word[1] || strchr(word + 1, '/'))
			return -1;
		size = strlen(word) + 1;
		memmove(to, word, size);
		to += size;
	}
	return to - data;
}

/* @words is NULL where there are none. Returns the length of @data, or -1. */
static ssize_t take_answer(enum recorded_kind kind, char *words, char *data)
{
	if (kind == RECORDED_ENTRIES)
		return take_entries(words, data);
	if (!words || strchr(words, ' ') || !take_word(words) || kind == RECORDED_CONTENT)
		return -1;
	if (kind == RECORDED_PRESENCE && (!is_type(*words) || words[1]))
		return -1;
	memcpy(data, words, strlen(words) + 1);
	return (ssize_t)strlen(data);
}

static int take_line(char *line, struct recording *recording)
{
	const char *word = strsep(&line, " "), *error = strsep(&line, " ");
	char *path = strsep(&line, " "), *data = NULL;
	enum recorded_kind kind = 0;
	unsigned long number;
	ssize_t length = 0;

	while (kind < RECORDED_KINDS && strcmp(word, kinds[kind]) != 0)
		kind++;
	if (kind == RECORDED_KINDS || !path || parse_number(error, MAX_ERROR, &number) ||
	    !take_word(path) || !recording_path_is_sound(path) || (number && line))
		return -EBADMSG;
	if (!number) {
		/* Of entries, the last one's '\0' is part of the data. */
		data = malloc(line ? strlen(line) + 2 : 1);
		if (!data)
			return -ENOMEM;
		length = take_answer(kind, line, data);
		if (length < 0) {
			free(data);
			return -EBADMSG;
		}
		data[length] = '\0';
	}
	return recording_add(recording, kind, path, -(int)number, data, (size_t)length);
}

int recording_read_manifest(char *text, struct recording *recording,
			    struct recording_origin *origin, struct why *why)
{
	unsigned int number = 1;
	char *line = strsep(&text, "\n");
	int ret = 0;

	if (strcmp(line, FORMAT) != 0)
		return because(why, -EBADMSG,
			       "this version of vpasid doesn't support the "
			       "format of its manifest");
	while (!ret && (line = strsep(&text, "\n"))) {
		char *value = strchr(line, ' ');

		number++;
		if (!*line || *line == '#')
			continue;
		if (value && number <= 5) {
			*value = '\0';
			ret = take_origin(line, value + 1, origin) ? 0 : -EBADMSG;
		} else {
			ret = recording->count < MAX_ANSWERS ? take_line(line, recording) : -EFBIG;
		}
	}
	if (ret == -ENOMEM)
		return because(why, ret, "out of memory");
	if (ret == -EFBIG)
		return because(why, ret, "it is larger than a recording can be");
	return ret ? because(why, -EBADMSG, "line %u of its manifest is invalid%s", number,
			     ret == -EEXIST ? ": it repeats an earlier line" : "")
		   : 0;
}
