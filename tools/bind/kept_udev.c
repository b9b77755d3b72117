// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A udev rule for each function. It sets driver_override at once, unless a driver has the function
 * already, so that a driver which udev or somebody else loads next doesn't take it; then it has
 * vpasid do the rest, with all its checks. A later device of other IDs at the same address is none
 * of the rule's.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind/bind_state.h"
#include "bind/kept.h"
#include "bind/run.h"
#include "support/sysfs.h"

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

/* Nothing that a rule reads as more than a part of a word */
static bool is_plain(const char *text, const char *also)
{
	return text[strspn(text, path_of(PLAIN "%s", also).text)] == '\0';
}

/* Whether nobody but root can replace what it names, nor a directory above it. */
static bool is_roots(const char *program)
{
	struct path path = path_of("%s", program);
	struct stat status;

	for (;;) {
		char *slash = strrchr(path.text, '/');

		if (stat(*path.text ? path.text : "/", &status) || status.st_uid ||
		    (status.st_mode & (S_IWGRP | S_IWOTH)))
			return false;
		if (!slash)
			return true;
		*slash = '\0';
	}
}

static int check(const char *root, const char *driver, struct why *why)
{
	struct path program;

	if (!is_plain(driver, ""))
		return because(why, -EINVAL, "%s: a udev rule can't have a driver of that name",
			       driver);
	if (sysfs_link("/proc/self/exe", program.text, sizeof(program.text)))
		return because(why, -errno, "can't be kept: /proc/self/exe can't be read");
	if (!is_plain(program.text, "/.+"))
		return because(why, -EINVAL,
			       "can't be kept by a udev rule, which would run this vpasid and "
			       "can't have its name: %s; install it, as in /usr/local/bin",
			       program.text);
	/* A made host isn't what this program is installed on. */
	if (!*root && !is_roots(program.text))
		return because(why, -EPERM,
			       "can't be kept by a udev rule, which would run %s as root, and "
			       "others than root can write to that, or to a directory above it; "
			       "install it, as in /usr/local/bin",
			       program.text);
	return 0;
}

static struct path render(const struct kept *kept, const char *program)
{
	const char *bdf = kept->bdf.text;
	struct path match = path_of("ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"%s\", "
				    "ATTR{vendor}==\"0x%04x\", ATTR{device}==\"0x%04x\"",
				    bdf, kept->vendor, kept->device);

	return path_of("# `vpasid bind --persist` has written this, and `vpasid unbind %s` removes "
		       "it.\n"
		       "%s, TEST!=\"driver\", ATTR{driver_override}=\"%s\"\n"
		       "%s, RUN+=\"%s bind --kept %s\"\n",
		       bdf, match.text, kept->driver, match.text, program, bdf);
}

static struct path write_file(const struct kept *kept)
{
	struct path program;

	if (sysfs_link("/proc/self/exe", program.text, sizeof(program.text)))
		return path_of("%s", "");
	return render(kept, program.text);
}

/* Copies what is between @before and the next quotation mark. */
static bool take(const char *text, const char *before, char *value, size_t size)
{
	const char *begin = strstr(text, before);
	size_t length;

	if (!begin)
		return false;
	begin += strlen(before);
	length = strcspn(begin, "\" ");
	return snprintf(value, size, "%.*s", (int)length, begin) < (int)size;
}

/* What somebody has edited isn't understood: all must be as it was written. */
static int read_file(const char *text, struct kept *kept)
{
	char vendor[8], device[8], program[PATH_MAX];
	struct path written;
	unsigned int ids[2];
	size_t length;

	if (!take(text, "ATTR{vendor}==\"0x", vendor, sizeof(vendor)) ||
	    !take(text, "ATTR{device}==\"0x", device, sizeof(device)) ||
	    !take(text, "ATTR{driver_override}=\"", kept->driver, sizeof(kept->driver)) ||
	    !take(text, "RUN+=\"", program, sizeof(program)) || !is_plain(kept->driver, "") ||
	    sscanf(vendor, "%x", &ids[0]) != 1 || sscanf(device, "%x", &ids[1]) != 1)
		return -EPROTO;
	kept->vendor = (uint16_t)ids[0];
	kept->device = (uint16_t)ids[1];
	written = render(kept, program);
	length = strlen(text);
	return strncmp(written.text, text, length) != 0 || strcmp(written.text + length, "\n") != 0
		       ? -EPROTO
		       : 0;
}

/* By itself, udev looks for new rules every 3 seconds, so that it doesn't matter if this fails. */
static void reload(void)
{
	char *const arguments[] = { "udevadm", "control", "--reload", NULL };

	run_program(arguments);
}

const struct keeper_form keeper_udev = {
	.name = "udev",
	.directory = "/etc/udev/rules.d",
	.prefix = "05-vpasid-",
	.suffix = ".rules",
	.check = check,
	.write = write_file,
	.read = read_file,
	.reload = reload,
};
