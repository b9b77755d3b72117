// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "explain/link.h"

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
		[EXPLAIN_CANT_KNOW] = "can't know",
		[EXPLAIN_LIKELY] = "likely",
		[EXPLAIN_SURE] = "sure",
	};

	return names[certainty];
}

/* pci_enable_pasid() has written it, for a VF to its PF's. */
static enum fact judge_enabled(const struct explain_facts *facts, struct explain_chain *chain)
{
	const struct explain_hop *hop = &facts->hops[0];
	const struct explain_capability *pasid = &hop->pasid;
	struct explain_link *link = explain_add(chain, "enabled", facts->has_pf ? hop : NULL);

	if (!facts->has_pf || pasid->there == FACT_UNKNOWN) {
		explain_unknown(link, "PASID Control can't be read: see capability");
		return FACT_UNKNOWN;
	}
	if (pasid->there == FACT_NO) {
		explain_na(link, "there is no capability to enable");
		return FACT_NO;
	}
	explain_where(link, "0x%03x", pasid->offset + PCI_PASID_CTRL);
	if (!(pasid->control & PCI_PASID_CTRL_ENABLE)) {
		explain_broken(link, "PASID Control says off (0x%04x)", pasid->control);
		return FACT_NO;
	}
	explain_ok(link, "PASID Control says on (0x%04x)%s%s", pasid->control,
		   pasid->control & PCI_PASID_CTRL_EXEC ? ", EXEC" : "",
		   pasid->control & PCI_PASID_CTRL_PRIV ? ", PRIV" : "");
	return FACT_YES;
}

static const struct explain_link *find_broken(const struct explain_chain *chain, bool decides)
{
	for (size_t i = 0; i < chain->link_count; i++)
		if (chain->links[i].verdict == EXPLAIN_BROKEN &&
		    (!decides || chain->links[i].decides))
			return &chain->links[i];
	return NULL;
}

/* "iommu-mode, tlp-prefix": each once. */
static void list_unknown(const struct explain_chain *chain, char *text, size_t size)
{
	const char *last = "";
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; i < chain->link_count && length < size; i++) {
		const struct explain_link *link = &chain->links[i];

		if (link->verdict != EXPLAIN_UNKNOWN || !strcmp(link->name, last))
			continue;
		length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
					   link->name);
		last = link->name;
	}
}

/* What can't be seen must be so, since the kernel enables PASID only then. */
static void fill_in(struct explain_chain *chain)
{
	for (size_t i = 0; i < chain->link_count; i++) {
		struct explain_link *link = &chain->links[i];

		if (link->verdict == EXPLAIN_UNKNOWN) {
			explain_ok(link, "it must be so, as PASID is enabled");
			explain_doubt(link, "that is all that tells of it");
		} else if (link->verdict == EXPLAIN_BROKEN) {
			explain_note(chain, "PASID is enabled although %s%s%s looks broken: %s",
				     link->name, *link->bdf.text ? " of " : "", link->bdf.text,
				     link->found);
		}
	}
}

static void conclude_usable(const struct explain_facts *facts, struct explain_chain *chain)
{
	char width[64] = "";

	if (chain->iommu_width && chain->iommu_width < chain->width)
		snprintf(width, sizeof(width), ", of which the IOMMU takes %u", chain->iommu_width);
	fill_in(chain);
	chain->verdict = EXPLAIN_OK;
	chain->certainty = EXPLAIN_SURE;
	snprintf(chain->summary, sizeof(chain->summary),
		 facts->source == EXPLAIN_HOST ? "PASID is usable: enabled, %u bit%s wide%s"
					       : "PASID was usable: enabled, %u bit%s wide%s",
		 chain->width, chain->width == 1 ? "" : "s", width);
}

static void conclude_broken(const struct explain_link *link, struct explain_chain *chain)
{
	chain->verdict = EXPLAIN_BROKEN;
	chain->broken = link;
	snprintf(chain->summary, sizeof(chain->summary), "PASID is not usable: %s%s%s: %s",
		 link->name, *link->bdf.text ? " of " : "", link->bdf.text, link->found);
}

/*
 * The register says that it is off, which is sure; the link which looks broken is why,
 * as far as one can see.
 */
static void conclude_off(const struct explain_link *broken, struct explain_chain *chain)
{
	char unknown[128];

	chain->certainty = EXPLAIN_SURE;
	conclude_broken(broken, chain);
	if (strcmp(broken->name, "enabled") != 0)
		return;
	list_unknown(chain, unknown, sizeof(unknown));
	if (*unknown)
		snprintf(chain->doubt, sizeof(chain->doubt),
			 "nothing else that can be seen is broken; what can't be seen: %s",
			 unknown);
	else
		snprintf(chain->doubt, sizeof(chain->doubt),
			 "no link is broken that could be the cause; see the kernel log");
}

static void conclude_unknown(struct explain_chain *chain)
{
	char unknown[128];

	list_unknown(chain, unknown, sizeof(unknown));
	chain->verdict = EXPLAIN_UNKNOWN;
	chain->certainty = EXPLAIN_CANT_KNOW;
	snprintf(chain->summary, sizeof(chain->summary),
		 "it can't be known whether PASID is usable");
	snprintf(chain->doubt, sizeof(chain->doubt), "what can't be seen: %s", unknown);
}

static void conclude(const struct explain_facts *facts, enum fact enabled,
		     struct explain_chain *chain)
{
	const struct explain_link *deciding = find_broken(chain, true);
	const struct explain_link *broken = find_broken(chain, false);

	if (enabled == FACT_YES && !deciding) {
		conclude_usable(facts, chain);
	} else if (enabled == FACT_NO && broken) {
		conclude_off(broken, chain);
	} else if (broken) {
		if (enabled == FACT_YES) {
			broken = deciding;
			explain_note(chain, "PASID Control says on, but nothing can use it: it is "
					    "a leftover");
		}
		conclude_broken(broken, chain);
		chain->certainty = broken->certainty;
		memcpy(chain->doubt, broken->doubt, sizeof(chain->doubt));
	} else {
		conclude_unknown(chain);
	}
}

void explain_judge(const struct explain_facts *facts, struct explain_chain *chain)
{
	enum fact enabled;

	*chain = (struct explain_chain){ 0 };
	explain_judge_host(facts, chain);
	explain_judge_path(facts, chain);
	enabled = judge_enabled(facts, chain);
	explain_judge_needs(facts, chain);
	conclude(facts, enabled, chain);
}
