// SPDX-License-Identifier: GPL-2.0-or-later
/* A function as text: lines of a label and a value. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdarg.h>
#include <string.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "facts/reporter.h"
#include "show/show.h"
#include "support/output.h"
#include "support/plural.h"
#include "support/wrap.h"
#include "vfio/denylist.h"

/* At most so many functions of an IOMMU group are named. */
#define MAX_SIBLINGS 64
#define LINE_SIZE    2048

struct printer {
	FILE *stream;
	bool colours;
	size_t width;				      /* of the terminal, or 0 */
	char reason[sizeof(((struct why *)0)->text)]; /* the last one printed */
};

static void put(struct printer *printer, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct printer *printer, const char *label, const char *format, ...)
{
	char text[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(printer->stream, "  %-10s  ", label);
	put_wrapped(printer->stream, 14, printer->width, text);
}

/* A reason is not repeated from line to line. */
static void put_unknown(struct printer *printer, const char *label, const char *subject,
			const char *reason)
{
	bool is_told = !strcmp(printer->reason, reason);

	put(printer, label, "%s%sunknown: %s", subject, *subject ? "  " : "",
	    is_told ? "as above" : reason);
	if (!is_told)
		snprintf(printer->reason, sizeof(printer->reason), "%s", reason);
}

static const char *or_none(const char *text)
{
	return *text ? text : "none";
}

/* Identity */

static void print_ids(const struct show *show, struct printer *printer)
{
	const struct function *function = show->function;
	const struct pci_function *pci = &function->pci;

	if (!function_has_ids(function))
		put_unknown(printer, "ID", "",
			    *function->why ? function->why : "a VF's IDs read as ones");
	else
		put(printer, "ID", "%04x:%04x, revision %02x", pci->vendor, pci->device,
		    function->revision);
	if (pci->subsystem_vendor)
		put(printer, "subsystem", "%04x:%04x%s%s", pci->subsystem_vendor,
		    pci->subsystem_device, *function->subsystem_name ? ", " : "",
		    function->subsystem_name);
	if (pci->has_class)
		put(printer, "class", "%06x, %s", pci->class, function->class_name);
}

static void print_kind(const struct show *show, struct printer *printer)
{
	const struct pci_function *pci = &show->function->pci;

	if (pci->kind == PCI_KIND_PF)
		put(printer, "kind", "PF, %lu of %lu VFs", pci->num_vfs, pci->total_vfs);
	else if (pci->kind == PCI_KIND_FUNCTION)
		put(printer, "kind", "function");
	else if (*pci->pf.text)
		put(printer, "kind", "VF of %s", pci->pf.text);
	else
		put(printer, "kind", "VF of an unknown PF");
}

/* Facts that a dump doesn't have. */
static void print_driver(const struct show *show, struct printer *printer)
{
	const struct function *function = show->function;
	const char *power = function->power_state, *status = function->runtime_status;

	if (function->host->kind == HOST_DUMP) {
		put_unknown(printer, "driver", "",
			    "a dump has no information about drivers, power, IOMMUs and VFIO");
		return;
	}
	if (function->pci.driver_error)
		put_unknown(printer, "driver", "", "the link to it can't be parsed");
	else
		put(printer, "driver", "%s", or_none(function->pci.driver));
	put(printer, "override", "%s", or_none(function->pci.driver_override));
	if (*power || *status)
		put(printer, "power", "%s%s%s", power, *power && *status ? ", " : "", status);
}

/* The path to the root */

/* The features that pci_enable_pasid() requires. */
static void format_acs(const struct capability *acs, char *text, size_t size)
{
	if (acs->there == FACT_UNKNOWN)
		snprintf(text, size, "ACS unknown");
	else if (acs->there == FACT_NO)
		snprintf(text, size, "no ACS");
	else
		snprintf(text, size, "ACS at 0x%03x: 0x%04x of 0x%04x, ReqRedir%c UpstreamFwd%c",
			 acs->offset, acs->control, acs->capability,
			 acs->control & PCI_ACS_RR ? '+' : '-',
			 acs->control & PCI_ACS_UF ? '+' : '-');
}

static void print_hop(const struct function *hop, const char *label, int type_width,
		      struct printer *printer)
{
	static const char *const prefixes[] = {
		[FACT_UNKNOWN] = "TLP prefixes unknown",
		[FACT_NO] = "no TLP prefixes",
		[FACT_YES] = "TLP prefixes",
	};
	char acs[OUTPUT_LINE];

	if (hop->is_pcie == FACT_UNKNOWN) {
		put_unknown(printer, label, hop->pci.bdf.text, function_why(hop));
		return;
	}
	format_acs(&hop->acs, acs, sizeof(acs));
	put(printer, label, "%s  %-*s  %-15s  %s", hop->pci.bdf.text, type_width,
	    function_type_name(hop), prefixes[hop->tlp_prefix], acs);
}

static void print_path(const struct show *show, struct printer *printer)
{
	const struct function *function = show->function, *holder = show_holder(show);
	const char *why = function_path_why(function);
	int widest = 0;

	if (function->is_pcie == FACT_UNKNOWN)
		put_unknown(printer, "type", "", function_why(function));
	else
		put(printer, "type", "%s", function_type_name(function));
	for (size_t i = 0; i < holder->hop_count; i++) {
		int width = (int)strlen(function_type_name(holder->hops[i]));

		if (holder->hops[i]->is_pcie != FACT_UNKNOWN && width > widest)
			widest = width;
	}
	for (size_t i = 0; i < holder->hop_count; i++)
		print_hop(holder->hops[i], i ? "" : "path", widest, printer);
	if (*why)
		put_unknown(printer, holder->hop_count ? "" : "path", "", why);
}

/* The IOMMU */

/* The texts are those of explain. */
static void print_link(const struct show *show, enum explain_what what, const char *label,
		       struct printer *printer)
{
	const struct link *link = explain_find_link(&show->chain, what);

	if (!link)
		return;
	if (link->verdict == EXPLAIN_UNKNOWN)
		put_unknown(printer, label, "", link->doubt);
	else
		put(printer, label, *link->doubt ? "%s (%s)" : "%s", link->found, link->doubt);
}

static void print_group(const struct function *function, struct printer *printer)
{
	const struct pci_function *pci = &function->pci;
	size_t count = function->sibling_count;

	if (pci->group_error)
		put_unknown(printer, "group", "", "the link to it can't be parsed");
	else
		put(printer, "group", "%s%s%s", or_none(pci->iommu_group),
		    *function->domain ? ", domain " : "", function->domain);
	for (size_t i = 0; i < count && i < MAX_SIBLINGS; i++) {
		const struct pci_function *sibling = &function->siblings[i]->pci;

		put(printer, i ? "" : "siblings", "%s (%s)", sibling->bdf.text,
		    *sibling->driver ? sibling->driver : "no driver");
	}
	if (count > MAX_SIBLINGS)
		put(printer, "", "and %zu more", count - MAX_SIBLINGS);
}

static void print_iommu(const struct show *show, struct printer *printer)
{
	static const char *const kinds[] = {
		[IOMMU_OTHER] = "unknown type", [IOMMU_INTEL] = "Intel VT-d",
		[IOMMU_AMD] = "AMD-Vi",		[IOMMU_SMMU] = "Arm SMMU before version 3",
		[IOMMU_SMMUV3] = "Arm SMMUv3",
	};
	const struct iommu *iommu = show->function->iommu;

	if (show->function->host->kind == HOST_DUMP)
		return;
	if (iommu) {
		put(printer, "IOMMU", "%s, %s", iommu->name, kinds[iommu->kind]);
		print_link(show, LINK_IOMMU_MODE, "mode", printer);
		print_link(show, LINK_IOMMU_PASID, "PASIDs", printer);
	} else {
		print_link(show, LINK_IOMMU, "IOMMU", printer);
	}
	print_group(show->function, printer);
}

/* The registers */

/* Prints that a capability isn't there, or can't be seen. Returns whether it is there. */
static bool print_there(enum fact there, const struct show *show, const struct function *hop,
			const char *label, struct printer *printer)
{
	bool is_known = hop == show->function || show->function->holder;
	const char *why = is_known ? function_why(hop) : function_path_why(show->function);

	if (there == FACT_NO)
		put(printer, label, "none");
	else if (there == FACT_UNKNOWN)
		put_unknown(printer, label, "", why);
	return there == FACT_YES;
}

/* "its PF's " if a VF has none of its own */
static const char *whose(const struct show *show)
{
	return show->function->pci.kind == PCI_KIND_VF ? "its PF's, " : "";
}

static const char *permission(const struct capability *pasid, uint16_t bit)
{
	if (!(pasid->capability & bit))
		return "not supported";
	return pasid->control & bit ? "supported, enabled" : "supported, disabled";
}

static void print_pasid(const struct show *show, struct printer *printer)
{
	const struct function *hop = show_holder(show);
	const struct capability *pasid = &hop->pasid;
	unsigned int width;

	if (!print_there(pasid->there, show, hop, "PASID", printer))
		return;
	put(printer, "PASID", "%sat 0x%03x: capability 0x%04x, control 0x%04x", whose(show),
	    pasid->offset, pasid->capability, pasid->control);
	put(printer, "  enabled", "%s", pasid->control & PCI_PASID_CTRL_ENABLE ? "yes" : "no");
	if (pasid_width(show->function, &width))
		put(printer, "  width", "%u bit%s", width, plural(width));
	else
		put(printer, "  width",
		    "unknown: the register says %u bits, but PCIe allows 20 at most",
		    pasid_raw_width(pasid));
	put(printer, "  EXEC", "%s", permission(pasid, PCI_PASID_CAP_EXEC));
	put(printer, "  PRIV", "%s", permission(pasid, PCI_PASID_CAP_PRIV));
}

static void print_ats(const struct show *show, struct printer *printer)
{
	const struct function *hop = show->function;
	const struct capability *ats = &hop->ats;

	if (!print_there(ats->there, show, hop, "ATS", printer))
		return;
	put(printer, "ATS", "at 0x%03x: capability 0x%04x, control 0x%04x", ats->offset,
	    ats->capability, ats->control);
	put(printer, "  enabled", "%s", ats->control & PCI_ATS_CTRL_ENABLE ? "yes" : "no");
	put(printer, "  STU", "%llu bytes", show_ats_unit(ats));
	put(printer, "  queue", "%u invalidation%s", show_ats_depth(ats),
	    plural(show_ats_depth(ats)));
}

static void print_pri(const struct show *show, struct printer *printer)
{
	const struct function *hop = show_holder(show);
	const struct pri *pri = &hop->pri;

	if (!print_there(pri->there, show, hop, "PRI", printer))
		return;
	put(printer, "PRI", "%sat 0x%03x: control 0x%04x, status 0x%04x", whose(show), pri->offset,
	    pri->control, pri->status);
	put(printer, "  enabled", "%s%s%s%s", pri->control & PCI_PRI_CTRL_ENABLE ? "yes" : "no",
	    pri->status & PCI_PRI_STATUS_STOPPED ? ", stopped" : "",
	    pri->status & PCI_PRI_STATUS_RF ? ", response failure" : "",
	    pri->status & PCI_PRI_STATUS_UPRGI ? ", unexpected page request group" : "");
	put(printer, "  requests", "%u outstanding at most, %u allowed", pri->capacity,
	    pri->allocation);
	put(printer, "  answers", "%s",
	    pri->status & PCI_PRI_STATUS_PASID ? "with PASID" : "without PASID");
}

/* What a VMM gets */

static void print_reporter(const struct function *function, struct printer *printer)
{
	enum reporter reporter = function_reporter(function);

	if (reporter == REPORTER_UNKNOWN)
		put_unknown(printer, "  reporter", "",
			    "it is unknown whether this kernel's iommufd reports it");
	else if (reporter == REPORTER_NONE)
		put(printer, "  reporter", "none; see vpasid explain %s", function->pci.bdf.text);
	else
		put(printer, "  reporter", "%s", reporter_name(reporter));
}

static void print_vfio(const struct show *show, struct printer *printer)
{
	const struct link *bound = explain_find_link(&show->chain, NEED_VFIO);
	const struct function *function = show->function;
	const struct pci_function *pci = &function->pci;

	if (denylist_has(pci->vendor, pci->device))
		put(printer, "denylist",
		    "on the denylist of VFIO's drivers: " DENYLIST_RISK "; see vpasid explain %s",
		    pci->bdf.text);
	if (function->host->kind == HOST_DUMP)
		return;
	if (!pci->on_vfio) {
		put(printer, "VFIO", "not bound%s%s", bound && *bound->todo ? ": " : "",
		    bound ? bound->todo : "");
	} else {
		put(printer, "VFIO", "bound to %s", pci->driver);
		if (*pci->iommu_group)
			put(printer, "  group", "/dev/vfio/%s%s", pci->iommu_group,
			    function->has_group_node == FACT_NO ? " (missing)" : "");
		put(printer, "  cdev", "%s%s", *function->cdev ? "/dev/vfio/devices/" : "",
		    or_none(function->cdev));
		print_reporter(function, printer);
	}
	if (function->has_iommufd == FACT_UNKNOWN)
		put_unknown(printer, "iommufd", "",
			    "the recorded sysfs has no information about it");
	else
		put(printer, "iommufd", "%s",
		    function->has_iommufd == FACT_YES ? "available" : "none");
}

static void print_place(const struct show *show, struct printer *printer)
{
	const struct placement_report *place = &show->place;
	bool has_no_room =
		place->error == -ENXIO && (place->space->is_bridge || !place->space->is_dumped);

	if (place->error && (place->has_layout || has_no_room))
		put(printer, "place", "none: %s", place->why.text);
	else if (place->error)
		put_unknown(printer, "place", "", place->why.text);
	else
		put(printer, "place", "0x%03x for a virtual PASID: %s",
		    place->placement.caps[0].offset,
		    place_describe_reason(&place->placement.caps[0]));
}

static void print_state(const struct show *show, struct printer *printer)
{
	fprintf(printer->stream, "  %-10s  ", "state");
	put_coloured(printer->stream, printer->colours ? explain_colour(show->chain.verdict) : NULL,
		     "%s", pasid_state_name(pasid_state(show->function)));
	fputc('\n', printer->stream);
	put(printer, "verdict", "%s", show->chain.summary);
	put(printer, "", "(for evidence and what to do: vpasid explain %s)",
	    show->function->pci.bdf.text);
}

void show_print(const struct show *show, FILE *stream, bool colours)
{
	const struct function *function = show->function;
	struct printer printer = {
		.stream = stream,
		.colours = colours,
		.width = terminal_width(stream),
	};

	if (colours)
		fputs(BOLD, stream);
	say_to(stream, "%s%s%s", function->pci.bdf.text, *function->name ? "  " : "",
	       function->name);
	if (colours)
		fputs(NORMAL, stream);
	print_state(show, &printer);
	print_ids(show, &printer);
	print_kind(show, &printer);
	print_driver(show, &printer);
	print_path(show, &printer);
	print_iommu(show, &printer);
	print_pasid(show, &printer);
	print_ats(show, &printer);
	print_pri(show, &printer);
	print_vfio(show, &printer);
	print_place(show, &printer);
}
