// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/kernel_log.h"

/* A record is at most PRINTK_MESSAGE_MAX. */
#define RECORD_SIZE 2048

int kernel_log_open(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/* A record is "6,339,5140900,-;text\n KEY=value\n", Documentation/ABI/testing/dev-kmsg. */
static void take_text(char *record, const char *prefix, char *message, size_t size)
{
	char *text = strchr(record, ';');

	if (!text)
		return;
	text++;
	text[strcspn(text, "\n")] = '\0';
	if (!strncmp(text, prefix, strlen(prefix)))
		snprintf(message, size, "%s", text);
}

void kernel_log_find(int log, const char *prefix, char *message, size_t size)
{
	char record[RECORD_SIZE];
	ssize_t length;

	message[0] = '\0';
	if (log < 0)
		return;

	/* EPIPE: some were overwritten before we read them; the next read goes on after them. */
	do {
		length = read(log, record, sizeof(record) - 1);
		record[length > 0 ? length : 0] = '\0';
		take_text(record, prefix, message, size);
	} while (!*message && (length > 0 || (length < 0 && (errno == EPIPE || errno == EINTR))));
}
