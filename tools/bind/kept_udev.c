// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A udev rule for each function. It sets driver_override at once, unless the function has a driver
 * already, so that a driver which udev or somebody else loads next doesn't bind to it; then it runs
 * vpasid, which does the rest, with all its checks. The rule ignores a later device with other IDs
 * at the same address.
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

/* Has no character with a special meaning in a udev rule. */
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
		return because(why, -EINVAL,
			       "%s: a udev rule can't contain a driver name like this", driver);
	if (sysfs_link("/proc/self/exe", program.text, sizeof(program.text)))
		return because(why, -errno,
			       "no persistent binding is possible: /proc/self/exe can't be read");
	if (!is_plain(program.text, "/.+"))
		return because(why, -EINVAL,
			       "no persistent binding is possible: a udev rule would run this "
			       "vpasid, and can't contain its path: %s; install vpasid, for "
			       "example in /usr/local/bin",
			       program.text);
	/* A test's made-up host isn't the one that this program is installed on. */
	if (!*root && !is_roots(program.text))
		return because(why, -EPERM,
			       "no persistent binding is possible: a udev rule would run %s as "
			       "root, and users other than root can write to it, or to a directory "
			       "above it; install vpasid, for example in /usr/local/bin",
			       program.text);
	return 0;
}

static struct path render(const struct kept *kept, const char *program)
{
	const char *bdf = kept->bdf.text;
	struct path match = path_of("ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"%s\", "
				    "ATTR{vendor}==\"0x%04x\", ATTR{device}==\"0x%04x\"",
				    bdf, kept->vendor, kept->device);

	return path_of("# Written by `vpasid bind --persist`; `vpasid unbind %s` removes it.\n"
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

/* An edited file isn't understood: it must be exactly as it was written. */
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

/* udev looks for new rules every 3 seconds by itself, so a failure here is harmless. */
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
