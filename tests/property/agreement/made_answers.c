// SPDX-License-Identifier: MIT
/* What the generator knows about the functions that it has made. */
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "support/output.h"

#define MAX_WIDTH 20
#define OPEN	  (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

/* Quirks decide on the place of devices with this ID. The generator doesn't know those. */
#define QUIRKY_DEVICE 0xa250

static const char *const state_names[] = {
	[STATE_NONE] = "none",	   [STATE_OFF] = "off",		[STATE_ENABLED] = "enabled",
	[STATE_ASLEEP] = "asleep", [STATE_UNKNOWN] = "unknown",
};

/* A function sleeps by itself, or because a port above it is suspended. */
static enum known sleeps(const struct made_host *host, const struct made_function *function,
			 bool *asleep)
{
	enum known known = function->asleep;

	*asleep = known == KNOWN && function->sleeps;
	/* A flat host doesn't show which ports are above a function. */
	for (int port = host->is_flat ? -1 : function->parent; port >= 0;
	     port = host->functions[port].parent) {
		if (host->functions[port].suspended != KNOWN)
			known = NOT_KNOWN;
		else if (host->functions[port].is_suspended)
			*asleep = true;
	}
	*asleep &= !host->wakes;
	return *asleep || host->wakes ? KNOWN : known;
}

static enum state own_state(const struct made_host *host, const struct made_function *function)
{
	bool asleep;

	if (sleeps(host, function, &asleep) != KNOWN)
		return STATE_OPEN;
	return asleep ? STATE_ASLEEP : function->space.state;
}

/* The function whose registers count, or NULL if it isn't known. */
static const struct made_function *owner(const struct made_host *host,
					 const struct made_function *function)
{
	if (!function->is_vf)
		return function;
	if (function->pf < 0 || host->functions[function->pf].is_vf)
		return NULL;
	return &host->functions[function->pf];
}

struct made {
	struct answers *answers;
	const struct made_host *host;
	const struct made_function *function;
	struct subject *subject;
	bool is_dump;
};

static void put(const struct made *made, enum fact fact, unsigned int can_be)
{
	tell(made->answers, made->subject, fact, FROM_MAKER, can_be);
}

static void put_text(const struct made *made, enum fact fact, const char *text)
{
	char escaped[512];

	escape(escaped, sizeof(escaped), text);
	tell_value(made->answers, made->subject, fact, FROM_MAKER, "%s", escaped);
}

static void put_number(const struct made *made, enum fact fact, unsigned int number)
{
	tell_value(made->answers, made->subject, fact, FROM_MAKER, "%u", number);
}

static void put_bool(const struct made *made, enum fact fact, bool value)
{
	tell_bool(made->answers, made->subject, fact, FROM_MAKER, value);
}

static enum known iommu_width(const struct made *made, unsigned int *bits)
{
	const struct made_iommu *iommu = &made->host->iommus[made->function->iommu_index];

	if (made->is_dump || made->function->iommu == KNOWN_NOTHING)
		return KNOWN_UNKNOWN;
	if (made->function->iommu != KNOWN)
		return NOT_KNOWN;
	*bits = iommu->bits;
	return iommu->width;
}

static void put_iommu(const struct made *made)
{
	const struct made_function *function = made->function;
	unsigned int bits;
	enum known known = iommu_width(made, &bits);

	if (function->iommu == KNOWN)
		put_text(made, FACT_IOMMU, made->host->iommus[function->iommu_index].name);
	else if (function->iommu == KNOWN_NOTHING)
		put(made, FACT_IOMMU, CAN_BE_NOTHING);
	if (function->iommu == KNOWN_NOTHING)
		put(made, FACT_IOMMU_WIDTH, OPEN);
	else if (known == KNOWN)
		put_number(made, FACT_IOMMU_WIDTH, bits);
	else if (known == KNOWN_UNKNOWN)
		put(made, FACT_IOMMU_WIDTH, CAN_BE_UNKNOWN);
}

/* Whether AMD's driver can attach anything depends on the kernel, and sysfs doesn't show which. */
static bool is_amds(const struct made *made)
{
	const struct made_function *function = made->function;

	return function->iommu == KNOWN &&
	       !strncmp(made->host->iommus[function->iommu_index].name, "ivhd", 4);
}

/* For PASID that is enabled. Of an unknown width, an IOMMU without PASIDs leaves nothing. */
static void put_usable(const struct made *made, unsigned int width)
{
	unsigned int bits = 0;
	enum known known = iommu_width(made, &bits);
	bool is_unknown = width > MAX_WIDTH || (width && known == KNOWN_UNKNOWN);

	if (width > MAX_WIDTH && known == KNOWN && !bits)
		return;
	if (is_unknown || (width && is_amds(made) && known == KNOWN && bits))
		put(made, FACT_USABLE_WIDTH, CAN_BE_UNKNOWN);
	else if (!width)
		put_number(made, FACT_USABLE_WIDTH, 0);
	else if (known == KNOWN)
		put_number(made, FACT_USABLE_WIDTH, bits < width ? bits : width);
}

static void put_registers(const struct made *made, const struct made_space *space)
{
	unsigned int width = space->capability >> 8 & 0x1f;

	put_number(made, FACT_PASID_AT, space->pasid_at);
	if (width > MAX_WIDTH)
		put(made, FACT_WIDTH, CAN_BE_UNKNOWN);
	else
		put_number(made, FACT_WIDTH, width);
	put_bool(made, FACT_EXEC, space->capability & PCI_PASID_CAP_EXEC);
	put_bool(made, FACT_PRIV, space->capability & PCI_PASID_CAP_PRIV);
	put_bool(made, FACT_EXEC_ENABLED, space->control & PCI_PASID_CTRL_EXEC);
	put_bool(made, FACT_PRIV_ENABLED, space->control & PCI_PASID_CTRL_PRIV);
	if (space->state == STATE_ENABLED)
		put_usable(made, width);
	else
		put_number(made, FACT_USABLE_WIDTH, 0);
}

static void put_nothing(const struct made *made, enum state state)
{
	static const enum fact facts[] = { FACT_PASID_AT, FACT_WIDTH,	     FACT_EXEC,
					   FACT_PRIV,	  FACT_EXEC_ENABLED, FACT_PRIV_ENABLED };

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		put(made, facts[i], state == STATE_NONE ? CAN_BE_NOTHING : CAN_BE_UNKNOWN);
	put(made, FACT_USABLE_WIDTH, OPEN);
}

static void put_state(const struct made *made, const struct made_space *space, enum state state)
{
	if (state == STATE_OPEN)
		return;
	tell_value(made->answers, made->subject, FACT_STATE, FROM_MAKER, "%s", state_names[state]);
	if (state == STATE_OFF || state == STATE_ENABLED)
		put_registers(made, space);
	else
		put_nothing(made, state);
}

static void put_pasid(const struct made *made)
{
	const struct made_function *whose = owner(made->host, made->function);

	if (whose)
		put_state(made, &whose->space, own_state(made->host, whose));
	else
		put_state(made, NULL, STATE_UNKNOWN);
}

static void put_kind(const struct made *made)
{
	const struct made_function *function = made->function;

	if (function->kind == KNOWN)
		put_text(made, FACT_KIND,
			 function->is_vf   ? "vf"
			 : function->is_pf ? "pf"
					   : "function");
	if (!function->is_vf)
		put(made, FACT_PF, CAN_BE_NOTHING);
	else if (function->pf_name_known == KNOWN)
		put_text(made, FACT_PF, function->pf_name);
	else
		put(made, FACT_PF, CAN_BE_UNKNOWN);
}

static void put_driver(const struct made *made)
{
	const struct made_function *function = made->function;

	if (function->driver == KNOWN)
		put_text(made, FACT_DRIVER, function->driver_name);
	else if (function->driver != NOT_KNOWN)
		put(made, FACT_DRIVER,
		    function->driver == KNOWN_NOTHING ? CAN_BE_NOTHING : CAN_BE_UNKNOWN);
}

static void put_id(const struct made *made)
{
	const struct made_function *function = made->function;

	if (function->id == KNOWN)
		tell_value(made->answers, made->subject, FACT_ID, FROM_MAKER, "%04x:%04x",
			   function->vendor, function->device);
}

static void put_place(const struct made *made)
{
	const struct made_function *function = made->function;
	bool asleep;

	if (sleeps(made->host, function, &asleep) != KNOWN || asleep)
		return;
	if (function->space.place == KNOWN_NOTHING)
		put(made, FACT_PLACE, OPEN);
	else if (function->space.place == KNOWN && function->device != QUIRKY_DEVICE)
		put_number(made, FACT_PLACE, function->space.offset);
}

void tell_made(struct answers *answers, const struct made_host *host)
{
	for (int i = 0; i < host->count; i++) {
		struct made made = {
			.answers = answers,
			.host = host,
			.function = &host->functions[i],
			.subject = answers_subject(answers, host->functions[i].bdf),
		};

		put_bool(&made, FACT_TOLD, true);
		put_pasid(&made);
		put_iommu(&made);
		put_kind(&made);
		put_driver(&made);
		put_id(&made);
		put_place(&made);
	}
}

/*
 * A dump has no drivers and no IOMMUs, and nothing in it sleeps. If it has 256 bytes of a
 * function, it doesn't show whether the function has more.
 */
void tell_made_dump(struct answers *answers, const struct made_host *host)
{
	for (int i = 0; i < host->count; i++) {
		const struct made_function *function = &host->functions[i];
		struct made made = {
			.answers = answers, .host = host, .function = function, .is_dump = true
		};

		if (!is_in_dump(function))
			continue;
		made.subject = answers_subject(answers, function->bdf);
		put_bool(&made, FACT_TOLD, true);
		put(&made, FACT_DRIVER, CAN_BE_UNKNOWN);
		put(&made, FACT_IOMMU, CAN_BE_UNKNOWN);
		put(&made, FACT_IOMMU_WIDTH, CAN_BE_UNKNOWN);
		if (!function->is_vf && function->space.size != PCI_CFG_SPACE_SIZE)
			put_state(&made, &function->space, function->space.state);
	}
}
