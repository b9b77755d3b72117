// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What isn't known has no label: neither a pod that asks for it nor one that asks for its
 * absence is placed there. All names and values are our own, made of letters, digits and
 * ".-_", so there is nothing to escape.
 */
#include <linux/pci_regs.h>
#include <stdint.h>

#include <vpasid/version.h>

#include "list/list.h"

/* NFD creates labels in this namespace by default. Newer versions want it spelled out. */
#define NAMESPACE "feature.node.kubernetes.io/"

/* Counts of all functions, or of those with one device ID. */
struct tally {
	size_t states[PASID_STATES];
	bool exec, priv;    /* an enabled function has this permission enabled, too */
	unsigned int width; /* the widest */
	unsigned int usable_width;
	bool is_width_known, is_usable_known; /* of at least one */
};

static unsigned int larger(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

static void count(struct tally *tally, const struct function *function)
{
	const struct capability *pasid = pasid_registers(function);
	enum pasid_state state = pasid_state(function);
	unsigned int width;

	tally->states[state]++;
	if (state != PASID_ENABLED)
		return;
	tally->exec |= pasid->control & PCI_PASID_CTRL_EXEC;
	tally->priv |= pasid->control & PCI_PASID_CTRL_PRIV;
	if (pasid_width(function, &width)) {
		tally->is_width_known = true;
		tally->width = larger(tally->width, width);
	}
	if (pasid_usable_width(function, &width)) {
		tally->is_usable_known = true;
		tally->usable_width = larger(tally->usable_width, width);
	}
}

static bool is_same_device(const struct function *a, const struct function *b)
{
	return a->pci.vendor == b->pci.vendor && a->pci.device == b->pci.device;
}

/* Counts the functions with the device ID of @like; NULL: all of them. */
static struct tally tally_of(const struct list *list, const struct function *like)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < list->count; i++)
		if (!like || is_same_device(like, list->functions[i]))
			count(&tally, list->functions[i]);
	return tally;
}

static void print_number(const char *group, const char *name, size_t number, FILE *stream)
{
	fprintf(stream, NAMESPACE "%s.%s=%zu\n", group, name, number);
}

/* One function is enough for a yes; a no takes all of them. */
static void print_bool(const char *group, const char *name, bool have, const struct tally *tally,
		       FILE *stream)
{
	if (have || !(tally->states[PASID_ASLEEP] + tally->states[PASID_UNKNOWN]))
		fprintf(stream, NAMESPACE "%s.%s=%s\n", group, name, have ? "true" : "false");
}

static void print_group(const char *group, const struct tally *tally, FILE *stream)
{
	print_bool(group, "enabled", tally->states[PASID_ENABLED], tally, stream);
	print_bool(group, "exec", tally->exec, tally, stream);
	print_bool(group, "priv", tally->priv, tally, stream);
	if (tally->is_width_known)
		print_number(group, "width", tally->width, stream);
	if (tally->is_usable_known)
		print_number(group, "usable-width", tally->usable_width, stream);
	for (enum pasid_state state = PASID_OFF; state < PASID_STATES; state++)
		fprintf(stream, NAMESPACE "%s.functions.%s=%zu\n", group, pasid_state_name(state),
			tally->states[state]);
}

static bool is_first_of_device(const struct list *list, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (is_same_device(list->functions[i], list->functions[row]))
			return false;
	return true;
}

/* Named like NFD's own labels for PCI devices: vendor_device */
static void print_devices(const struct list *list, FILE *stream)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct function *function = list->functions[i];
		struct tally tally;
		char group[sizeof("vpasid-1b36_fff0")];

		if (!function_has_ids(function) || !is_first_of_device(list, i))
			continue;
		tally = tally_of(list, function);
		snprintf(group, sizeof(group), "vpasid-%04x_%04x", function->pci.vendor,
			 function->pci.device);
		print_group(group, &tally, stream);
	}
}

static void print_expiry(time_t expiry, FILE *stream)
{
	char text[sizeof("2026-11-27T00:00:00Z")];
	struct tm tm;

	if (gmtime_r(&expiry, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		fprintf(stream, "# +expiry-time=%s\n", text);
}

void export_nfd(const struct list *list, time_t expiry, FILE *stream)
{
	struct tally tally = tally_of(list, NULL);

	fprintf(stream, "# PASID of PCI functions, by vpasid %s; see vpasid(1)\n",
		vpasid_version());
	if (expiry)
		print_expiry(expiry, stream);
	print_group("vpasid", &tally, stream);
	print_devices(list, stream);
}
