/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands about config spaces have in common: their arguments, and a place for each
 * function.
 */
#ifndef TOOLS_PLACE_REQUEST_H
#define TOOLS_PLACE_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "facts/function.h"
#include "facts/subjects.h"
#include "place/placement.h"
#include "place/vmm.h"
#include "support/options.h"

/* Those of struct places_request, for the table of a command. */
#define PLACES_OPTIONS(request)                                                                  \
	{ "cap",                                                                                 \
	  0,                                                                                     \
	  "LIST",                                                                                \
	  "the capabilities for the guest: pasid, optionally followed by pri and ats",           \
	  .take = places_set_caps,                                                               \
	  .context = (request) },                                                                \
		{ "offset",                                                                      \
		  0,                                                                             \
		  "OFF",                                                                         \
		  "check this place instead of finding one",                                     \
		  .take = places_set_offset,                                                     \
		  .context = (request) },                                                        \
		{ "emulated", 0, NULL,                                                           \
		  "assume that the VMM blocks guests from the function's own PASID registers",   \
		  .flag = &(request)->options.is_emulated },                                     \
		{ "pf", 0, NULL, "the functions of a dump are PFs", .flag = &(request)->is_pf }, \
		{ "vf", 0, NULL, "the functions of a dump are VFs", .flag = &(request)->is_vf }, \
		QUIRKS_OPTION(&(request)->quirks), CHOICE_OPTIONS(&(request)->choice),           \
		HOST_OPTIONS(&(request)->host)

#define QUIRKS_OPTION(quirks)                                                      \
	{                                                                          \
		"quirks", 0, "DIR", "read quirks from DIR instead of this host's", \
			.text = (quirks)                                           \
	}

struct places_request {
	struct host_options host;
	struct choice choice;
	char *const *bdfs;  /* ends with NULL */
	const char *quirks; /* NULL: this host's */
	struct place_options options;
	bool is_pf, is_vf;
};

struct places {
	struct subjects subjects;
	struct vpasid_quirks *quirks;
	struct placement_report *reports; /* one for each of the subjects */
};

/* Takes the value of --cap, for struct command_option. */
int places_set_caps(void *request, const char *value);

/* Takes the value of --offset, for struct command_option. */
int places_set_offset(void *request, const char *value);

/*
 * Reads the functions, and finds a place for each. Returns EXIT_OK, or EXIT_USAGE or
 * EXIT_ERROR after a complaint; the reports say what is wrong with single functions.
 */
int places_load(const struct places_request *request, struct places *places);

/* Complains about what is wrong, with all obstacles. Returns EXIT_ERROR if anything is. */
int places_complain(const struct places *places);

void places_free(struct places *places);

#endif /* TOOLS_PLACE_REQUEST_H */
