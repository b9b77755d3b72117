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

/* For the table of a command that reads no dumps. */
#define LIVE_OPTIONS(options)                                                            \
	{ "record", 0, "FILE", "read a recording of vpasid record instead of this host", \
	  .text = &(options)->record },                                                  \
		{ "sysfs", 0, "DIR", "read a recorded sysfs in DIR instead of /sys",     \
		  .text = &(options)->sysfs },                                           \
	{                                                                                \
		"wake", 0, NULL, "wake functions that are asleep, and read them, too",   \
			.flag = &(options)->wakes                                        \
	}

/* For that of one that does. */
#define HOST_OPTIONS(options)                                                       \
	{ "file", 0, "DUMP", "read the output of lspci -xxxx instead of this host", \
	  .text = &(options)->file },                                               \
		LIVE_OPTIONS(options)

/* Returns EXIT_OK, or EXIT_USAGE after a complaint if they contradict each other. */
int host_options_check(const struct host_options *options);

/*
 * Opens the host that they name, and finds out whether reports of it need domains. Returns as
 * host_open_dump() does.
 */
int host_options_open(const struct host_options *options, struct host *host, struct why *why);

#endif /* TOOLS_FACTS_HOST_OPTIONS_H */
