// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What isn't known has no sample: any value would be wrong, and 0 would look as if there were
 * no PASID. What can change during a function's life is a value and not a label, because
 * another label makes another series. The labels of vpasid_function_info are the exception.
 */
#include <linux/pci_regs.h>
#include <string.h>

#include <vpasid/version.h>

#include "list/list.h"
#include "support/output.h"

/* The longest label is a driver's name, escaped by escape(). */
#define LABEL_SIZE 256

/* A metric; the format wants its samples together. */
struct family {
	const char *name;
	const char *help;
	/* One of these: a width, printed for each function; or a printer for each, or for all. */
	bool (*width)(const struct function *function, unsigned int *width);
	void (*each)(const char *name, const struct function *function, FILE *stream);
	void (*all)(const char *name, const struct list *list, FILE *stream);
};

/* The format also wants newlines escaped, but escape() leaves none. */
static void print_label(char before, const char *name, const char *value, FILE *stream)
{
	char text[LABEL_SIZE];

	escape(text, sizeof(text), value);
	fprintf(stream, "%c%s=\"", before, name);
	for (const char *at = text; *at; at++) {
		if (*at == '\\' || *at == '"')
			fputc('\\', stream);
		fputc(*at, stream);
	}
	fputc('"', stream);
}

static void print_id(const char *name, const struct function *function, uint16_t id, FILE *stream)
{
	char text[sizeof("0x1b36")] = "";

	if (function_has_ids(function))
		snprintf(text, sizeof(text), "0x%04x", id);
	print_label(',', name, text, stream);
}

/* Sorted by name, like the output of node_exporter. */
static void print_info(const char *name, const struct function *function, FILE *stream)
{
	fputs(name, stream);
	print_label('{', "bdf", function->pci.bdf.text, stream);
	print_id("device_id", function, function->pci.device, stream);
	print_label(',', "driver", function->pci.driver, stream);
	print_label(',', "iommu", function->iommu ? function->iommu->name : "", stream);
	print_label(',', "kind", pci_kind_name(function->pci.kind), stream);
	print_label(',', "pf", function->pci.pf.text, stream);
	print_id("vendor_id", function, function->pci.vendor, stream);
	fputs("} 1\n", stream);
}

/* One series for each state, so that a change of state neither ends nor begins a series. */
static void print_state(const char *name, const struct function *function, FILE *stream)
{
	for (enum pasid_state state = PASID_OFF; state < PASID_STATES; state++)
		fprintf(stream, "%s{bdf=\"%s\",state=\"%s\"} %d\n", name, function->pci.bdf.text,
			pasid_state_name(state), pasid_state(function) == state);
}

/* The bits have the same places in PASID Capability and in PASID Control. */
static void print_permissions(const char *name, const struct function *function, uint16_t bits,
			      FILE *stream)
{
	fprintf(stream, "%s{bdf=\"%s\",permission=\"exec\"} %d\n", name, function->pci.bdf.text,
		!!(bits & PCI_PASID_CAP_EXEC));
	fprintf(stream, "%s{bdf=\"%s\",permission=\"priv\"} %d\n", name, function->pci.bdf.text,
		!!(bits & PCI_PASID_CAP_PRIV));
}

static void print_supported(const char *name, const struct function *function, FILE *stream)
{
	const struct capability *pasid = pasid_registers(function);

	if (pasid)
		print_permissions(name, function, pasid->capability, stream);
}

static void print_enabled(const char *name, const struct function *function, FILE *stream)
{
	const struct capability *pasid = pasid_registers(function);

	if (pasid)
		print_permissions(name, function, pasid->control, stream);
}

/* An IOMMU that many functions share is shown for the first of them. */
static bool is_first_of_iommu(const struct list *list, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (list->functions[i]->iommu == list->functions[row]->iommu)
			return false;
	return true;
}

static void print_iommu_width(const char *name, const struct list *list, FILE *stream)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct function *function = list->functions[i];
		unsigned int width;

		if (!pasid_iommu_width(function, &width) || !is_first_of_iommu(list, i))
			continue;
		fputs(name, stream);
		print_label('{', "iommu", function->iommu->name, stream);
		fprintf(stream, "} %u\n", width);
	}
}

static void print_functions(const char *name, const struct list *list, FILE *stream)
{
	size_t counts[PASID_STATES] = { [PASID_NONE] = list->considered - list->count };

	for (size_t i = 0; i < list->count; i++)
		counts[pasid_state(list->functions[i])]++;
	for (enum pasid_state state = PASID_NONE; state < PASID_STATES; state++)
		fprintf(stream, "%s{state=\"%s\"} %zu\n", name, pasid_state_name(state),
			counts[state]);
}

static void print_build(const char *name, const struct list *list, FILE *stream)
{
	(void)list;
	fprintf(stream, "%s{version=\"%s\"} 1\n", name, vpasid_version());
}

static const struct family families[] = {
	{ "vpasid_build_info", "The version of vpasid that wrote this.", .all = print_build },
	{ "vpasid_functions", "PCI functions of the host by the state of their PASID.",
	  .all = print_functions },
	{ "vpasid_function_info",
	  "A PCI function that has PASID, uses its PF's, or may have it; always 1.",
	  .each = print_info },
	{ "vpasid_function_state", "1 for the state of the function's PASID, else 0.",
	  .each = print_state },
	{ "vpasid_function_max_pasid_width",
	  "Max PASID Width of the function or its PF, in bits; enabled or not.",
	  .width = pasid_width },
	{ "vpasid_function_usable_pasid_width",
	  "Usable PASID width with the function's IOMMU, in bits; 0 if PASID is not enabled.",
	  .width = pasid_usable_width },
	{ "vpasid_function_permission_supported",
	  "Whether the function supports Execute or Privileged Mode.", .each = print_supported },
	{ "vpasid_function_permission_enabled",
	  "Whether the host has enabled Execute or Privileged Mode.", .each = print_enabled },
	{ "vpasid_iommu_max_pasid_width",
	  "Width of the PASIDs that the IOMMU supports, in bits; 0 if it supports none.",
	  .all = print_iommu_width },
};

void export_prometheus(const struct list *list, FILE *stream)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		const struct family *family = &families[i];

		fprintf(stream, "# HELP %s %s\n", family->name, family->help);
		fprintf(stream, "# TYPE %s gauge\n", family->name);
		for (size_t row = 0; row < list->count; row++) {
			const struct function *function = list->functions[row];
			unsigned int width;

			if (family->each)
				family->each(family->name, function, stream);
			else if (family->width && family->width(function, &width))
				fprintf(stream, "%s{bdf=\"%s\"} %u\n", family->name,
					function->pci.bdf.text, width);
		}
		if (family->all)
			family->all(family->name, list, stream);
	}
}
