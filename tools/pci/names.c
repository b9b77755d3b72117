// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libpci parses all of pci.ids before it looks up a name. That takes longer than all else that
 * `vpasid list` does on a host with 100 functions. So libpci gets a file with just those lines
 * of pci.ids that are needed.
 */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <pci/pci.h>

#include "pci/names.h"
#include "support/hex.h"
#include "support/sysfs.h"

#define ID_COUNT   65536
#define UNKNOWN_ID 0xffff
/* No line is longer. */
#define CHUNK_SIZE ((size_t)1 << 14)

const char *names_file;

/* Which lines of a block are taken. A block is a vendor's, or a class's. */
enum block {
	NOTHING,
	THE_WANTED,
	ALL
};

struct cut {
	const char *path;
	/*
	 * The IDs of all vendors, devices and subsystems that are asked for, in one set. So some
	 * lines are taken that nobody needs, but they are few.
	 */
	uint8_t wanted[ID_COUNT / 8];
	bool wants_classes;
	unsigned int line;
	enum block block;
	bool has_device; /* the last device of the block is wanted */
	FILE *stream;
	struct why *why;
};

static void want(struct cut *cut, uint16_t id)
{
	cut->wanted[id / 8] |= (uint8_t)(1 << id % 8);
}

/* @id is negative if there is none. */
static bool wants(const struct cut *cut, int id)
{
	return id >= 0 && (cut->wanted[id / 8] >> id % 8 & 1);
}

static bool is_vendor(uint16_t id)
{
	return id && id != UNKNOWN_ID;
}

static bool asks_for_name(const struct names_request *request)
{
	return request->name && is_vendor(request->vendor);
}

static bool asks_for_subsystem(const struct names_request *request)
{
	return request->subsystem_name && is_vendor(request->subsystem_vendor);
}

static void want_all_of(struct cut *cut, const struct names_request *request)
{
	if (asks_for_name(request) || asks_for_subsystem(request)) {
		want(cut, request->vendor);
		want(cut, request->device);
	}
	if (asks_for_subsystem(request)) {
		want(cut, request->subsystem_vendor);
		want(cut, request->subsystem_device);
	}
	if (request->class_name)
		cut->wants_classes = true;
}

/* Takes four digits with a blank after them. Returns the ID, or a negative number. */
static int take_id(const char *text, const char *end)
{
	int id = 0;

	if (end - text < 5 || (text[4] != ' ' && text[4] != '\t'))
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return -1;
		id = id << 4 | digit;
	}
	return id;
}

static bool is_comment(const char *line, const char *end)
{
	while (line < end && isspace((unsigned char)*line))
		line++;
	return line == end || *line == '#';
}

/* Takes a line that isn't indented. A comment doesn't end a block. */
static int begin_block(struct cut *cut, const char *line, const char *end)
{
	bool is_other = isupper((unsigned char)line[0]) && line[1] == ' ';
	int id = take_id(line, end);

	if (is_comment(line, end))
		return 0;
	if (id < 0 && !is_other)
		return because(cut->why, -EINVAL, "%s:%u: this is not a list of PCI IDs", cut->path,
			       cut->line);
	cut->has_device = false;
	cut->block = NOTHING;
	if (line[0] == 'C' && is_other)
		cut->block = cut->wants_classes ? ALL : NOTHING;
	else if (wants(cut, id))
		cut->block = THE_WANTED;
	return 0;
}

static bool is_wanted(struct cut *cut, const char *line, const char *end)
{
	int id;

	if (line[0] != '\t' || cut->block == ALL)
		return cut->block != NOTHING;
	id = take_id(line + 1, end);
	if (id >= 0)
		cut->has_device = wants(cut, id);
	if (line[1] != '\t')
		return id >= 0 && cut->has_device;
	return cut->has_device && wants(cut, take_id(line + 2, end)) &&
	       wants(cut, take_id(line + 7, end));
}

/* Takes all whole lines. Returns where the rest begins, or NULL if this is no pci.ids. */
static const char *cut_lines(struct cut *cut, const char *line, const char *end)
{
	const char *newline;

	while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
		cut->line++;
		if (*line != '\t' && begin_block(cut, line, newline))
			return NULL;
		if (cut->block != NOTHING && is_wanted(cut, line, newline))
			fwrite(line, 1, (size_t)(newline + 1 - line), cut->stream);
		line = newline + 1;
	}
	return line;
}

static int cut_file(struct cut *cut, gzFile file)
{
	static char chunk[CHUNK_SIZE];
	size_t kept = 0;

	for (;;) {
		int got = gzread(file, chunk + kept, (unsigned int)(sizeof(chunk) - kept));
		const char *rest;

		if (got < 0)
			return because(cut->why, -EIO, "%s: it can't be read, or it is damaged",
				       cut->path);
		if (kept == sizeof(chunk))
			return because(cut->why, -EINVAL, "%s:%u: the line is too long", cut->path,
				       cut->line + 1);
		if (!got && !kept)
			return 0;
		if (!got)
			chunk[kept + (size_t)got++] = '\n';
		rest = cut_lines(cut, chunk, chunk + kept + (size_t)got);
		if (!rest)
			return -EINVAL;
		kept = (size_t)(chunk + kept + (size_t)got - rest);
		memmove(chunk, rest, kept);
	}
}

/*
 * Writes the lines that are needed to the stream. If there is no pci.ids.gz, pci.ids will do:
 * libpci does the same. If there is no file, that is no error.
 */
static int cut_path(struct cut *cut)
{
	size_t length = strlen(cut->path);
	gzFile file = gzopen(cut->path, "rbe");
	int ret;

	if (!file && length > 3 && !strcmp(cut->path + length - 3, ".gz"))
		file = gzopen(path_of("%.*s", (int)(length - 3), cut->path).text, "rbe");
	if (!file)
		return 0;
	ret = cut_file(cut, file);
	if (gzclose(file) != Z_OK && !ret)
		ret = because(cut->why, -EIO, "%s: it is truncated", cut->path);
	return ret;
}

/* For fail(), which libpci calls without anything of ours. */
static jmp_buf on_failure;
static char failure[sizeof(((struct why *)0)->text)];

/* After an error libpci would go on with broken data if this function returned. */
static void __attribute__((noreturn)) fail(char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(failure, sizeof(failure), format, arguments);
	va_end(arguments);
	failure[strcspn(failure, "\n")] = '\0';
	longjmp(on_failure, 1);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libpci's */
static void swallow(char *format, ...)
{
	(void)format;
}

static void look_up_one(struct pci_access *access, const struct names_request *request)
{
	const int both = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE;
	char interface[NAMES_SIZE] = "";
	size_t length;

	if (asks_for_name(request))
		pci_lookup_name(access, request->name, NAMES_SIZE, both, request->vendor,
				request->device);
	if (asks_for_subsystem(request))
		pci_lookup_name(access, request->subsystem_name, NAMES_SIZE,
				PCI_LOOKUP_SUBSYSTEM | both, request->vendor, request->device,
				request->subsystem_vendor, request->subsystem_device);
	if (!request->class_name)
		return;
	pci_lookup_name(access, request->class_name, NAMES_SIZE, PCI_LOOKUP_CLASS,
			request->class >> 8);
	/* Few interfaces have a name. */
	length = strlen(request->class_name);
	if (pci_lookup_name(access, interface, sizeof(interface),
			    PCI_LOOKUP_PROGIF | PCI_LOOKUP_NO_NUMBERS, request->class >> 8,
			    request->class & 0xff) &&
	    *interface && length + strlen(interface) + 3 <= NAMES_SIZE)
		sprintf(request->class_name + length, ", %s", interface);
}

/* Has libpci look all up in the file @path. Not thread-safe. */
static int look_up(const char *path, const struct names_request *requests, size_t count)
{
	struct pci_access *access = pci_alloc();
	volatile int ret = 0;

	access->method = PCI_ACCESS_DUMP;
	access->error = fail;
	/* The caller reports that a file can't be read. */
	access->warning = swallow;
	pci_set_param(access, (char *)"dump.name", (char *)"/dev/null");
	/* Only pci.ids is asked: without udev's database, each lookup in it would leak memory. */
	pci_set_param(access, (char *)"hwdb.disable", (char *)"1");
	if (!setjmp(on_failure)) {
		pci_init(access);
		/* Names that the user's lspci -Q has got from the network don't count. */
		access->id_lookup_mode = 0;
		pci_set_name_list_path(access, (char *)path, 0);
		for (size_t i = 0; i < count; i++)
			look_up_one(access, &requests[i]);
	} else {
		ret = -EIO;
	}
	/* pci_cleanup() may fail, too. */
	if (!setjmp(on_failure))
		pci_cleanup(access);
	return ret;
}

/* The lines go to a file in memory, which libpci can open by a name. */
static int look_up_in(struct cut *cut, const struct names_request *requests, size_t count)
{
	int fd = memfd_create("pci.ids", MFD_CLOEXEC), ret;

	cut->stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (!cut->stream) {
		ret = because(cut->why, -errno, "can't create a file in memory for names: %s",
			      strerror(errno));
		if (fd >= 0)
			close(fd);
		return ret;
	}
	ret = cut_path(cut);
	if (!ret && fflush(cut->stream))
		ret = because(cut->why, -errno, "names in memory: %s", strerror(errno));
	if (!ret && look_up(path_of("/proc/self/fd/%d", fd).text, requests, count))
		ret = because(cut->why, -EIO, "%s: libpci: %s", cut->path, failure);
	fclose(cut->stream);
	return ret;
}

int names_look_up(const struct names_request *requests, size_t count, struct why *why)
{
	struct pci_access *defaults = pci_alloc();
	struct path path = path_of("%s", names_file ? names_file : defaults->id_file_name);
	struct cut cut = { .path = path.text, .why = why };
	int ret;

	pci_cleanup(defaults);
	for (size_t i = 0; i < count; i++) {
		const struct names_request *request = &requests[i];
		char *const texts[] = { request->name, request->subsystem_name,
					request->class_name };

		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			if (texts[j])
				*texts[j] = '\0';
		want_all_of(&cut, request);
	}
	ret = look_up_in(&cut, requests, count);
	if (ret)
		look_up("/dev/null", requests, count);
	return ret;
}
