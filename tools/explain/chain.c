// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "explain/judge.h"
#include "explain/link.h"
#include "facts/pasid.h"
#include "support/plural.h"

const char *explain_what_name(enum explain_what what)
{
	static const char *const names[] = {
		[LINK_KERNEL] = "kernel",
		[LINK_IOMMU] = "iommu",
		[LINK_IOMMU_MODE] = "iommu-mode",
		[LINK_IOMMU_PASID] = "iommu-pasid",
		[LINK_CAPABILITY] = "capability",
		[LINK_TLP_PREFIX] = "tlp-prefix",
		[LINK_ACS] = "acs",
		[LINK_ATTACH] = "attach",
		[LINK_ENABLED] = "enabled",
		[NEED_DENYLIST] = "denylist",
		[NEED_VFIO] = "vfio",
		[NEED_REPORT] = "report",
		[NEED_VFIO_ATTACH] = "vfio-attach",
		[NEED_GROUP] = "group",
		[NEED_QEMU_IOMMUFD] = "qemu-iommufd",
		[NEED_QEMU_KERNEL] = "qemu-kernel",
		[NEED_QEMU_NESTING] = "qemu-nesting",
		[NEED_QEMU_PASID_BITS] = "qemu-pasid-bits",
		[NEED_QEMU_AW_BITS] = "qemu-aw-bits",
		[NEED_QEMU_FS1GP] = "qemu-fs1gp",
		[NEED_QEMU_BUS] = "qemu-bus",
		[NEED_QEMU_VF_TOKEN] = "qemu-vf-token",
		[NEED_VIOMMU] = "viommu",
		[NEED_SVA_KERNEL] = "sva-kernel",
		[NEED_SVA_IOMMU] = "sva-iommu",
		[NEED_ATS] = "ats",
		[NEED_PRI] = "pri",
		[NEED_GROUP_PASID] = "group-pasid",
		[NEED_DRIVER] = "driver",
		[NEED_WORK_QUEUES] = "work-queues",
		[NEED_ENQCMD] = "enqcmd",
		[NEED_VIOMMU_SVA] = "viommu-sva",
		[NEED_SHARED_QUEUES] = "shared-queues",
	};

	return names[what];
}

const struct link *explain_find_link(const struct chain *chain, enum explain_what what)
{
	for (size_t i = 0; i < chain->link_count; i++)
		if (chain->links[i].what == what)
			return &chain->links[i];
	for (size_t i = 0; i < chain->need_count; i++)
		if (chain->needs[i].what == what)
			return &chain->needs[i];
	return NULL;
}

const char *explain_verdict_name(enum explain_verdict verdict)
{
	static const char *const names[] = {
		[EXPLAIN_UNKNOWN] = "unknown",
		[EXPLAIN_OK] = "ok",
		[EXPLAIN_BROKEN] = "broken",
		[EXPLAIN_NA] = "n-a",
	};

	return names[verdict];
}

const char *explain_certainty_name(enum explain_certainty certainty)
{
	static const char *const names[] = {
		[EXPLAIN_NOT_SURE] = "unknown",
		[EXPLAIN_LIKELY] = "likely",
		[EXPLAIN_SURE] = "sure",
	};

	return names[certainty];
}

/* pci_enable_pasid() writes PASID Control; a VF uses its PF's. */
static enum fact judge_enabled(const struct function *function, struct chain *chain)
{
	struct link *link = explain_add(chain, LINK_ENABLED, function->holder);
	const struct capability *pasid = pasid_registers(function);

	if (!pasid && pasid_state(function) == PASID_NONE) {
		explain_na(link, "there is no capability to enable");
		return FACT_NO;
	}
	if (!pasid) {
		explain_unknown(link, "PASID Control can't be read: see capability");
		return FACT_UNKNOWN;
	}
	explain_where(link, "0x%03x", pasid->offset + PCI_PASID_CTRL);
	if (!(pasid->control & PCI_PASID_CTRL_ENABLE)) {
		explain_broken(link, "PASID is disabled (PASID Control 0x%04x)", pasid->control);
		return FACT_NO;
	}
	explain_ok(link, "PASID is enabled (PASID Control 0x%04x)%s%s", pasid->control,
		   pasid->control & PCI_PASID_CTRL_EXEC ? ", EXEC" : "",
		   pasid->control & PCI_PASID_CTRL_PRIV ? ", PRIV" : "");
	return FACT_YES;
}

/* The first link with that verdict; with @decides, the first of those that decide. */
static const struct link *find_link(const struct chain *chain, enum explain_verdict verdict,
				    bool decides)
{
	for (size_t i = 0; i < chain->link_count; i++)
		if (chain->links[i].verdict == verdict && (!decides || chain->links[i].decides))
			return &chain->links[i];
	return NULL;
}

/* "iommu-mode, tlp-prefix": each name once. */
static void list_unknown(const struct chain *chain, char *text, size_t size)
{
	const struct link *last = NULL;
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; i < chain->link_count && length < size; i++) {
		const struct link *link = &chain->links[i];

		if (link->verdict != EXPLAIN_UNKNOWN || (last && link->what == last->what))
			continue;
		length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
					   explain_what_name(link->what));
		last = link;
	}
}

/*
 * PASID is enabled. So the links that can't be read must be fine, because the kernel enables PASID
 * only then; a link that looks broken may not be; and there is nothing to do.
 */
static void fill_in(struct chain *chain)
{
	for (size_t i = 0; i < chain->link_count; i++) {
		struct link *link = &chain->links[i];

		link->todo[0] = '\0';
		if (link->verdict == EXPLAIN_UNKNOWN) {
			explain_ok(link, "must be fine, because PASID is enabled");
			explain_doubt(link, "inferred from this");
		} else if (link->verdict == EXPLAIN_BROKEN) {
			explain_note(chain, "PASID is enabled although %s%s%s looks broken: %s",
				     explain_what_name(link->what), *link->bdf.text ? " of " : "",
				     link->bdf.text, link->found);
			explain_doubt(link, "PASID is enabled nevertheless");
		}
	}
}

static void conclude_usable(const struct function *function, struct chain *chain)
{
	unsigned int width, iommu_width;
	char less[64] = "";

	pasid_width(function, &width);
	if (pasid_iommu_width(function, &iommu_width) && iommu_width < width)
		snprintf(less, sizeof(less), ", of which the IOMMU supports %u", iommu_width);
	fill_in(chain);
	chain->verdict = EXPLAIN_OK;
	chain->certainty = EXPLAIN_SURE;
	if (function->is_covered == FACT_UNKNOWN) {
		chain->certainty = EXPLAIN_LIKELY;
		snprintf(chain->doubt, sizeof(chain->doubt),
			 "nothing is known about the IOMMU, which may not support PASIDs");
	}
	snprintf(chain->summary, sizeof(chain->summary),
		 function->host->kind == HOST_LIVE ? "PASID is usable: enabled, %u bit%s wide%s"
						   : "PASID was usable: enabled, %u bit%s wide%s",
		 width, plural(width), less);
}

/* The certainty is that of the link that is named as the cause. */
static void conclude_broken(const struct link *link, struct chain *chain)
{
	chain->verdict = EXPLAIN_BROKEN;
	chain->broken = link;
	chain->certainty = link->certainty;
	memcpy(chain->doubt, link->doubt, sizeof(chain->doubt));
	snprintf(chain->summary, sizeof(chain->summary), "PASID is not usable: %s%s%s: %s",
		 explain_what_name(link->what), *link->bdf.text ? " of " : "", link->bdf.text,
		 link->found);
}

/* PASID Control has PASID disabled, and no other link looks broken. */
static void doubt_off(struct chain *chain)
{
	char unknown[128];

	list_unknown(chain, unknown, sizeof(unknown));
	if (*unknown)
		snprintf(chain->doubt, sizeof(chain->doubt),
			 "no other link is known to be broken; these links can't be judged: %s",
			 unknown);
	else
		snprintf(chain->doubt, sizeof(chain->doubt),
			 "no other link is broken; look for the cause in the kernel log");
}

static void conclude_unknown(struct chain *chain)
{
	char unknown[128];

	list_unknown(chain, unknown, sizeof(unknown));
	chain->verdict = EXPLAIN_UNKNOWN;
	chain->certainty = EXPLAIN_NOT_SURE;
	snprintf(chain->summary, sizeof(chain->summary), "can't tell whether PASID is usable");
	snprintf(chain->doubt, sizeof(chain->doubt), "these links can't be judged: %s", unknown);
}

static void conclude(const struct function *function, enum fact enabled, struct chain *chain)
{
	const struct link *deciding = find_link(chain, EXPLAIN_BROKEN, true);
	const struct link *broken = deciding ? deciding : find_link(chain, EXPLAIN_BROKEN, false);

	if (enabled == FACT_YES && !deciding) {
		if (find_link(chain, EXPLAIN_UNKNOWN, true))
			conclude_unknown(chain);
		else
			conclude_usable(function, chain);
	} else if (broken) {
		if (enabled == FACT_YES && broken->what != LINK_ATTACH)
			explain_note(chain, "PASID is still enabled in PASID Control, but "
					    "nothing can use it");
		conclude_broken(broken, chain);
		if (broken->what == LINK_ENABLED)
			doubt_off(chain);
	} else {
		conclude_unknown(chain);
	}
}

bool explain_is_needed(const struct link *need)
{
	switch (need->what) {
	case NEED_REPORT:
	case NEED_WORK_QUEUES:
	case NEED_ENQCMD:
	case NEED_SHARED_QUEUES:
		return false;
	case NEED_VIOMMU:
	case NEED_DRIVER:
		return need->verdict != EXPLAIN_UNKNOWN;
	default:
		return true;
	}
}

/* The first need with that verdict; those that can't be fixed come before those that can. */
static const struct link *find_need(const struct chain *chain, enum explain_verdict verdict)
{
	const struct link *first = NULL;

	for (size_t i = 0; i < chain->need_count; i++) {
		const struct link *need = &chain->needs[i];

		if (need->verdict != verdict || !explain_is_needed(need))
			continue;
		if (!*need->todo)
			return need;
		if (!first)
			first = need;
	}
	return first;
}

static const struct {
	const char *can, *cannot;
} summaries[] = {
	[PURPOSE_VMM] = { "a virtual machine can use its PASID",
			  "no virtual machine can use its PASID" },
	[PURPOSE_SVA] = { "a process can share its address space with it",
			  "no process can share its address space with it" },
	[PURPOSE_GUEST_SVA] = { "a process in a virtual machine can share its address space with "
				"it",
				"no process in a virtual machine can share its address space "
				"with it" },
};

/* What the purpose needs beyond PASID counts like a link. */
static void conclude_purpose(struct chain *chain)
{
	const struct link *broken = find_need(chain, EXPLAIN_BROKEN);
	const struct link *unknown = find_need(chain, EXPLAIN_UNKNOWN);

	if (chain->verdict == EXPLAIN_BROKEN)
		return;
	if (broken) {
		chain->broken = broken;
		chain->verdict = EXPLAIN_BROKEN;
		chain->certainty = broken->certainty;
		memcpy(chain->doubt, broken->doubt, sizeof(chain->doubt));
		snprintf(chain->summary, sizeof(chain->summary), "%s: %s: %s",
			 summaries[chain->purpose].cannot, explain_what_name(broken->what),
			 broken->found);
	} else if (unknown && chain->verdict == EXPLAIN_OK) {
		chain->verdict = EXPLAIN_UNKNOWN;
		chain->certainty = EXPLAIN_NOT_SURE;
		snprintf(chain->summary, sizeof(chain->summary), "can't tell whether %s: %s",
			 summaries[chain->purpose].can, explain_what_name(unknown->what));
		memcpy(chain->doubt, unknown->doubt, sizeof(chain->doubt));
	} else if (chain->verdict == EXPLAIN_OK) {
		snprintf(chain->summary, sizeof(chain->summary), "%s",
			 summaries[chain->purpose].can);
	}
}

bool explain_is_hopeless(const struct chain *chain)
{
	const struct link *broken = chain->broken;

	return broken && !*broken->todo && (broken->decides || broken->what >= NEED_DENYLIST);
}

static void judge_needs(const struct function *function, struct chain *chain)
{
	if (function->host->kind == HOST_DUMP)
		return;
	if (chain->purpose == PURPOSES || purpose_has_guest(chain->purpose))
		explain_judge_needs(function, chain);
	if (chain->purpose == PURPOSE_SVA)
		explain_judge_sva(function, chain);
	else if (chain->purpose == PURPOSE_GUEST_SVA)
		explain_judge_guest_sva(function, chain);
	if (chain->purpose != PURPOSES && chain->purpose != PURPOSE_PASID)
		conclude_purpose(chain);
	if (explain_is_hopeless(chain))
		for (size_t i = 0; i < chain->need_count; i++)
			chain->needs[i].todo[0] = '\0';
}

/* AMD's driver attaches the address space of a process, but not one of a VMM. */
static void judge_attach(const struct function *function, struct chain *chain)
{
	if (function->iommu && function->iommu->kind == IOMMU_AMD && chain->purpose != PURPOSE_SVA)
		explain_judge_attach(function->iommu, host_release(function->host),
				     explain_add(chain, LINK_ATTACH, NULL));
}

void explain_judge_for(const struct function *function, enum purpose purpose, struct chain *chain)
{
	enum fact enabled;

	*chain = (struct chain){ .purpose = purpose };
	explain_judge_host(function, chain);
	explain_judge_path(function, chain);
	judge_attach(function, chain);
	enabled = judge_enabled(function, chain);
	conclude(function, enabled, chain);
	judge_needs(function, chain);
}

void explain_judge(const struct function *function, struct chain *chain)
{
	explain_judge_for(function, PURPOSES, chain);
}
