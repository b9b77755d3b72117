/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options that say where a command knows functions from.
 */
#ifndef TOOLS_FACTS_HOST_OPTIONS_H
#define TOOLS_FACTS_HOST_OPTIONS_H

#include "facts/host.h"
#include "support/options.h"

/* All zeros: this host, and what is asleep isn't read. */
struct host_options {
	const char *file;   /* a dump */
	const char *sysfs;  /* a recorded sysfs */
	const char *record; /* a recording of vpasid record's */
	bool wakes;
};

/* For the table and the usage of a command. */
#define HOST_OPTIONS(options)                                                         \
	{ "file", .text = &(options)->file }, { "sysfs", .text = &(options)->sysfs }, \
		{ "record", .text = &(options)->record },                             \
	{                                                                             \
		"wake", .flag = &(options)->wakes                                     \
	}

#define HOST_OPTIONS_COUNT 4

#define HOST_USAGE                                                                       \
	"  --file DUMP      read what lspci -xxxx has printed, instead of this host\n"   \
	"  --record FILE    read what vpasid record has written, instead of this host\n" \
	"  --sysfs DIR      read a recorded sysfs there, instead of /sys\n"              \
	"  --wake           read also what is asleep, which wakes it\n"

/* Returns EXIT_OK, or EXIT_USAGE after a complaint if they contradict each other. */
int host_options_check(const char *command, const struct host_options *options);

/* Opens the host that they name. Returns as host_open_dump() does. */
int host_options_open(const struct host_options *options, struct host *host, struct why *why);

#endif /* TOOLS_FACTS_HOST_OPTIONS_H */
