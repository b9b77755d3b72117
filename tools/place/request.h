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
#include "facts/host_options.h"
#include "place/placement.h"
#include "place/vmm.h"
#include "support/options.h"

/* The options of struct places_request, for a command's table and its usage. */
#define PLACES_OPTIONS(request)                                                           \
	HOST_OPTIONS(&(request)->host), { "quirks", .text = &(request)->quirks },         \
		{ "pf", .flag = &(request)->is_pf }, { "vf", .flag = &(request)->is_vf }, \
		{ "emulated", .flag = &(request)->options.is_emulated },                  \
		{ "cap", .take = places_set_caps, .context = (request) },                 \
	{                                                                                 \
		"offset", .take = places_set_offset, .context = (request)                 \
	}

#define PLACES_USAGE                                                                       \
	HOST_USAGE                                                                         \
	"  --cap LIST       what the guest is to have: pasid, and pri and ats behind it\n" \
	"  --offset OFF     check this place, instead of finding one\n"                    \
	"  --emulated       the VMM lets no guest at the function's own PASID registers\n" \
	"  --pf, --vf       what a function of a dump is\n"                                \
	"  --quirks DIR     read quirks from there, instead of this host's\n"

struct places_request {
	const char *command;
	struct host_options host;
	const char *quirks; /* NULL: this host's */
	struct place_options options;
	bool is_pf, is_vf;
	char **bdfs;
	size_t bdf_count;
};

struct places {
	struct host host;
	struct vpasid_quirks *quirks;
	struct function **functions;
	struct placement_report *reports; /* one for each function */
	size_t count;
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
