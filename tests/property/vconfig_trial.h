/* SPDX-License-Identifier: MIT */
/*
 * What vconfig_property tries: a guest's view of a random config space, at random places, with a
 * device behind it or without.
 */
#ifndef TESTS_VCONFIG_TRIAL_H
#define TESTS_VCONFIG_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/vconfig.h>

#include "spaces.h"
#include "vconfig_model.h"

/* A space, its view, the model of the view, and the device behind it. */
extern struct trial {
	struct random_config space;
	struct vpasid_layout layout;
	struct vpasid_info info;
	struct vpasid_placement placement;
	struct vpasid_vconfig_request request;
	struct vpasid_vconfig *view;
	struct model model;
	uint8_t device[VPASID_CONFIG_SIZE];   /* as the view has written it */
	uint8_t expected[VPASID_CONFIG_SIZE]; /* as the model has written it */
	bool has_device;
	int fail_at;
	unsigned int last; /* where the previous part of the same access ended */
	unsigned int changes[VPASID_MAX_CAPS];
	unsigned int resets; /* of the page request interface */
	struct vpasid_vconfig_registers registers[MODEL_CAPS];
	uint8_t bytes[MODEL_CAPS][VPASID_CONFIG_SIZE];
	uint8_t masks[MODEL_CAPS][VPASID_CONFIG_SIZE];
} trial;

/* How many trials had these. All must occur in a run. */
extern struct trial_counts {
	uint64_t several;   /* capabilities in one view */
	uint64_t too_short; /* registers, which were refused */
	uint64_t overlaps;  /* of one of several capabilities, which were refused */
} trial_counts;

/* The callbacks of the view, with a device and without. They compare with the model. */
extern const struct vpasid_vconfig_ops trial_with_device, trial_without_device;

/* Checks that each callback was called as often as the model says. */
void trial_check_changes(void);

/* Makes a space, its view and the model. Returns false if the view is refused, as it must be. */
bool trial_make(void);

#endif /* TESTS_VCONFIG_TRIAL_H */
