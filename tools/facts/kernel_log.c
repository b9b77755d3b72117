// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "facts/kernel_log.h"

#define MAX_SIZE ((size_t)48 << 10)

/* A read of /dev/kmsg gives one message, and fails if there is no room for it. */
#define BUFFER_SIZE ((size_t)16 << 10)

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

static bool is_of_interest(const char *text)
{
	static const char *const words[] = { "DMAR",	   "IVRS",	"IORT",	    "VIOT",
					     "AMD-Vi",	   "SMMU",	"smmu",	    "IOMMU",
					     "iommu",	   "VFIO",	"vfio",	    "PASID",
					     "pasid",	   "idxd",	"lockdown", "Secure Boot",
					     "ecure boot", "signature", NULL };

	return has_any(text, words);
}

/* Six bytes in hexadecimal, with colons between them. */
static bool is_mac(const char *text)
{
	for (int i = 0; i < 6; i++, text += 3)
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
		    (i < 5 && text[2] != ':'))
			return false;
	return true;
}

/* The command line may have private words; audit's messages have names of virtual machines. */
static bool identifies(const char *text)
{
	static const char *const words[] = { "ommand line", "audit", "erial", "wwn",  "WWN",
					     "naa.",	    "eui.",  "uuid",  "UUID", NULL };

	if (has_any(text, words))
		return true;
	for (; *text; text++)
		if (is_mac(text))
			return true;
	return false;
}

/* "PRIORITY,NUMBER,MICROSECONDS,FLAGS;TEXT"; what user space has written has a facility besides. */
static const char *text_of(const char *line)
{
	const char *text = strchr(line, ';');
	unsigned int priority;

	if (!text || sscanf(line, "%u,", &priority) != 1 || priority > 7)
		return NULL;
	return text + 1;
}

/* -1 at the end. -EPIPE of /dev/kmsg says that messages before the next one are gone. */
static ssize_t read_line(FILE *in, char **line, size_t *room)
{
	ssize_t length;

	do {
		clearerr(in);
		errno = 0;
		length = getline(line, room, in);
	} while (length < 0 && ferror(in) && errno == EPIPE);
	return length;
}

void kernel_log_filter(FILE *in, FILE *out)
{
	size_t room = 0, size = 0, more = 0;
	static char buffer[BUFFER_SIZE];
	char *line = NULL;
	ssize_t length;

	setvbuf(in, buffer, _IOFBF, sizeof(buffer));
	while ((length = read_line(in, &line, &room)) >= 0) {
		const char *text = text_of(line);

		if (!text || !is_of_interest(text) || identifies(text))
			continue;
		if (more || size + (size_t)length > MAX_SIZE) {
			more++;
			continue;
		}
		size += (size_t)length;
		fputs(line, out);
	}
	if (more)
		fprintf(out, "%zu more\n", more);
	/* The end of what there is, of a file that doesn't end. */
	if (errno == EAGAIN)
		clearerr(in);
	free(line);
}
