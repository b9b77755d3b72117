// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * driverctl(8)'s database: a file for each function has the driver's name. Its own udev rule and
 * systemd unit do the rest; they know the address alone.
 */
#include <errno.h>
#include <string.h>

#include "bind/bind_state.h"
#include "bind/kept.h"

static int check(const char *root, const char *driver, struct why *why)
{
	(void)root;
	(void)driver;
	(void)why;
	return 0;
}

static struct path write_file(const struct kept *kept)
{
	return path_of("%s\n", kept->driver);
}

static int read_file(const char *text, struct kept *kept)
{
	if (!driver_name_is_valid(text))
		return -EPROTO;
	memcpy(kept->driver, text, strlen(text) + 1);
	return 0;
}

const struct keeper_form keeper_driverctl = {
	.name = "driverctl",
	.directory = "/etc/driverctl.d",
	.prefix = "pci-",
	.suffix = "",
	.check = check,
	.write = write_file,
	.read = read_file,
};
