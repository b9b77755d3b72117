// SPDX-License-Identifier: GPL-2.0-or-later
/* A function for people: a label, and what belongs to it. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdarg.h>
#include <string.h>

#include "explain/report.h"
#include "facts/hop.h"
#include "place/map.h"
#include "show/show_report.h"
#include "support/output.h"

#define LINE_SIZE 2048

struct printer {
	FILE *stream;
	bool colours;
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
	say_to(printer->stream, "  %-10s  %s", label, text);
}

/* A reason is told once. */
static void put_unknown(struct printer *printer, const char *label, const char *subject,
			const char *reason)
{
	bool is_told = !strcmp(printer->reason, reason);

	put(printer, label, "%s%scan't know: %s", subject, *subject ? "  " : "",
	    is_told ? "as above" : reason);
	if (!is_told)
		snprintf(printer->reason, sizeof(printer->reason), "%s", reason);
}

static const char *or_none(const char *text)
{
	return *text ? text : "none";
}

/* Who it is */

static void print_ids(const struct show *show, struct printer *printer)
{
	const struct config_source *config = &show->facts.config;
	const struct vpasid_device *device = &config->device;

	if (!device->vendor || !config_source_has_ids(config))
		put_unknown(printer, "ID", "",
			    *config->why.text ? config->why.text : "a VF's reads as ones");
	else
		put(printer, "ID", "%04x:%04x, revision %02x", device->vendor, device->device,
		    device->revision);
	if (device->subsystem_vendor)
		put(printer, "subsystem", "%04x:%04x%s%s", device->subsystem_vendor,
		    device->subsystem_device, *show->subsystem_name ? ", " : "",
		    show->subsystem_name);
	if (show->has_class)
		put(printer, "class", "%06x, %s", show->class, show->class_name);
}

static void print_kind(const struct show *show, struct printer *printer)
{
	const struct explain_facts *facts = &show->facts;

	if (facts->kind == PCI_KIND_PF)
		put(printer, "kind", "PF, %lu of %lu VFs", show->num_vfs, show->total_vfs);
	else if (facts->kind == PCI_KIND_FUNCTION)
		put(printer, "kind", "function");
	else if (facts->has_pf)
		put(printer, "kind", "VF of %s", facts->hops[0].bdf.text);
	else
		put(printer, "kind", "VF, of a PF that isn't known");
}

/* What a dump has nothing of. */
static void print_driver(const struct show *show, struct printer *printer)
{
	const struct explain_facts *facts = &show->facts;

	if (facts->source == EXPLAIN_DUMP) {
		put_unknown(printer, "driver", "",
			    "a dump tells nothing of drivers, power, IOMMUs and VFIO");
		return;
	}
	put(printer, "driver", "%s", or_none(facts->vfio.driver));
	put(printer, "override", "%s", or_none(show->driver_override));
	if (*show->power_state || *show->runtime_status)
		put(printer, "power", "%s%s%s", show->power_state,
		    *show->power_state && *show->runtime_status ? ", " : "", show->runtime_status);
}

/* The way up */

/* What pci_enable_pasid() asks for. */
static void format_acs(const struct explain_capability *acs, char *text, size_t size)
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

static void print_hop(const struct explain_hop *hop, const char *label, int type_width,
		      struct printer *printer)
{
	static const char *const prefixes[] = {
		[FACT_UNKNOWN] = "TLP prefixes unknown",
		[FACT_NO] = "no TLP prefixes",
		[FACT_YES] = "TLP prefixes",
	};
	char acs[128];

	if (hop->is_pcie == FACT_UNKNOWN) {
		put_unknown(printer, label, hop->bdf.text, explain_hop_why(hop));
		return;
	}
	format_acs(&hop->acs, acs, sizeof(acs));
	put(printer, label, "%s  %-*s  %-15s  %s", hop->bdf.text, type_width,
	    explain_type_name(hop), prefixes[hop->tlp_prefix], acs);
}

static void print_path(const struct show *show, struct printer *printer)
{
	const struct explain_facts *facts = &show->facts;
	const struct explain_hop *own = &facts->own;
	int widest = 0;

	if (own->is_pcie == FACT_UNKNOWN)
		put_unknown(printer, "type", "", explain_hop_why(own));
	else
		put(printer, "type", "%s", explain_type_name(own));
	for (size_t i = 0; i < facts->hop_count; i++) {
		int width = (int)strlen(explain_type_name(&facts->hops[i]));

		if (facts->hops[i].is_pcie != FACT_UNKNOWN && width > widest)
			widest = width;
	}
	for (size_t i = 0; i < facts->hop_count; i++)
		print_hop(&facts->hops[i], i ? "" : "path", widest, printer);
	if (*facts->path.text)
		put_unknown(printer, facts->hop_count ? "" : "path", "", facts->path.text);
}

/* The IOMMU */

static const struct explain_link *find_link(const struct explain_chain *chain, const char *name)
{
	for (size_t i = 0; i < chain->link_count; i++)
		if (!strcmp(chain->links[i].name, name))
			return &chain->links[i];
	return NULL;
}

/* In explain's words. */
static void print_link(const struct show *show, const char *name, const char *label,
		       struct printer *printer)
{
	const struct explain_link *link = find_link(&show->chain, name);

	if (!link)
		return;
	if (link->verdict == EXPLAIN_UNKNOWN)
		put_unknown(printer, label, "", link->doubt);
	else
		put(printer, label, *link->doubt ? "%s (%s)" : "%s", link->found, link->doubt);
}

static void print_group(const struct explain_facts *facts, struct printer *printer)
{
	const struct explain_vfio *vfio = &facts->vfio;
	size_t i;

	put(printer, "group", "%s%s%s", or_none(facts->iommu.group),
	    *facts->iommu.domain ? ", domain " : "", facts->iommu.domain);
	for (i = 0; i < vfio->member_count && i < EXPLAIN_MAX_MEMBERS; i++)
		put(printer, i ? "" : "siblings", "%s (%s)", vfio->members[i].bdf.text,
		    *vfio->members[i].driver ? vfio->members[i].driver : "no driver");
	if (i < vfio->member_count)
		put(printer, "", "and %zu more", vfio->member_count - i);
}

static void print_iommu(const struct show *show, struct printer *printer)
{
	static const char *const kinds[] = {
		[EXPLAIN_IOMMU_OTHER] = "of an unknown kind",
		[EXPLAIN_IOMMU_INTEL] = "Intel VT-d",
		[EXPLAIN_IOMMU_AMD] = "AMD-Vi",
		[EXPLAIN_IOMMU_SMMU] = "Arm SMMU before version 3",
		[EXPLAIN_IOMMU_SMMUV3] = "Arm SMMUv3",
	};
	const struct explain_iommu *iommu = &show->facts.iommu;

	if (show->facts.source == EXPLAIN_DUMP)
		return;
	if (iommu->covers == FACT_YES) {
		put(printer, "IOMMU", "%s, %s", iommu->name, kinds[iommu->kind]);
		print_link(show, "iommu-mode", "mode", printer);
		print_link(show, "iommu-pasid", "PASIDs", printer);
	} else {
		print_link(show, "iommu", "IOMMU", printer);
	}
	print_group(&show->facts, printer);
}

/* The registers */

/* Tells of a capability that isn't there, or can't be seen. Returns whether it is. */
static bool print_there(enum fact there, const struct show *show, const struct explain_hop *hop,
			const char *label, struct printer *printer)
{
	const char *why = show->facts.has_pf || hop == &show->facts.own ? explain_hop_why(hop)
									: show->facts.path.text;

	if (there == FACT_NO)
		put(printer, label, "none");
	else if (there == FACT_UNKNOWN)
		put_unknown(printer, label, "", why);
	return there == FACT_YES;
}

/* "its PF's " where a VF has none of its own */
static const char *whose(const struct show *show)
{
	return show->facts.kind == PCI_KIND_VF ? "its PF's, " : "";
}

static const char *permission(const struct explain_capability *pasid, uint16_t bit)
{
	if (!(pasid->capability & bit))
		return "not supported";
	return pasid->control & bit ? "supported, enabled" : "supported, off";
}

static void print_pasid(const struct show *show, struct printer *printer)
{
	const struct explain_hop *hop = &show->facts.hops[0];
	const struct explain_capability *pasid = &hop->pasid;

	if (!print_there(pasid->there, show, hop, "PASID", printer))
		return;
	put(printer, "PASID", "%sat 0x%03x: capability 0x%04x, control 0x%04x", whose(show),
	    pasid->offset, pasid->capability, pasid->control);
	put(printer, "  enabled", "%s", pasid->control & PCI_PASID_CTRL_ENABLE ? "yes" : "no");
	/* Max PASID Width as it stands there: explain judges it. */
	put(printer, "  width", "%u bits", pasid->capability >> 8 & 0x1f);
	put(printer, "  EXEC", "%s", permission(pasid, PCI_PASID_CAP_EXEC));
	put(printer, "  PRIV", "%s", permission(pasid, PCI_PASID_CAP_PRIV));
}

static void print_ats(const struct show *show, struct printer *printer)
{
	const struct explain_hop *hop = &show->facts.own;
	const struct explain_capability *ats = &hop->ats;

	if (!print_there(ats->there, show, hop, "ATS", printer))
		return;
	put(printer, "ATS", "at 0x%03x: capability 0x%04x, control 0x%04x", ats->offset,
	    ats->capability, ats->control);
	put(printer, "  enabled", "%s", ats->control & PCI_ATS_CTRL_ENABLE ? "yes" : "no");
	put(printer, "  STU", "%llu bytes", show_ats_unit(ats));
	put(printer, "  queue", "%u invalidations", show_ats_depth(ats));
}

static void print_pri(const struct show *show, struct printer *printer)
{
	const struct explain_hop *hop = &show->facts.hops[0];
	const struct explain_pri *pri = &hop->pri;

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

static const char *there_or_not(enum fact fact)
{
	return fact == FACT_NO ? " (missing)" : "";
}

static void print_vfio(const struct show *show, struct printer *printer)
{
	const struct explain_facts *facts = &show->facts;
	const struct explain_vfio *vfio = &facts->vfio;

	if (facts->source == EXPLAIN_DUMP)
		return;
	if (!vfio->on_vfio) {
		put(printer, "VFIO", "not bound: vpasid bind %s", facts->bdf.text);
	} else {
		put(printer, "VFIO", "bound to %s", vfio->driver);
		if (*facts->iommu.group)
			put(printer, "  group", "/dev/vfio/%s%s", facts->iommu.group,
			    there_or_not(show->has_group_node));
		put(printer, "  cdev", "%s%s", *vfio->cdev ? "/dev/vfio/devices/" : "",
		    or_none(vfio->cdev));
	}
	put(printer, "iommufd", "%s", vfio->has_iommufd == FACT_YES ? "there" : "none");
}

static void print_place(const struct show *show, struct printer *printer)
{
	const struct place *place = &show->place;
	bool is_conventional = place->error == -ENXIO && place->source->sysfs;

	if (place->error && (place->has_layout || is_conventional))
		put(printer, "place", "none: %s", place->why.text);
	else if (place->error)
		put_unknown(printer, "place", "", place->why.text);
	else
		put(printer, "place", "0x%03x for a virtual PASID: %s", place->placement.offset,
		    map_describe_reason(place));
}

static void print_state(const struct show *show, struct printer *printer)
{
	fprintf(printer->stream, "  %-10s  ", "state");
	put_coloured(printer->stream, printer->colours ? explain_colour(show->chain.verdict) : NULL,
		     "%s", pasid_state_name(show->state));
	fputc('\n', printer->stream);
	put(printer, "verdict", "%s", show->chain.summary);
	put(printer, "", "(how that is known, and what to do: vpasid explain %s)",
	    show->facts.bdf.text);
}

void show_print(const struct show *show, FILE *stream, bool colours)
{
	const struct explain_facts *facts = &show->facts;
	struct printer printer = { .stream = stream, .colours = colours };

	if (colours)
		fputs(BOLD, stream);
	say_to(stream, "%s%s%s", facts->bdf.text, *facts->name ? "  " : "", facts->name);
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
