// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump of a machine: who stands above whom follows from bridges' bus numbers. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "facts/hop.h"
#include "facts/internal.h"
#include "pci/config_space.h"

static uint16_t get_word(const struct config_source *source, size_t offset)
{
	return (uint16_t)(source->config[offset] | source->config[offset + 1] << 8);
}

static bool is_bridge(const struct config_source *source)
{
	return source->size && (source->config[PCI_HEADER_TYPE] & 0x7f) == PCI_HEADER_TYPE_BRIDGE;
}

/* The bridge that leads to a bus: of those, the nearest. */
static const struct config_source *find_above(const struct config_sources *dump,
					      const struct bdf *bdf)
{
	const struct config_source *above = NULL;

	for (size_t i = 0; i < dump->count; i++) {
		const struct config_source *bridge = &dump->functions[i];
		const uint8_t *config = bridge->config;

		if (!is_bridge(bridge) || bridge->bdf.domain != bdf->domain ||
		    bridge->bdf.bus >= config[PCI_SECONDARY_BUS] ||
		    config[PCI_SECONDARY_BUS] > bdf->bus || config[PCI_SUBORDINATE_BUS] < bdf->bus)
			continue;
		if (!above || config[PCI_SECONDARY_BUS] > above->config[PCI_SECONDARY_BUS])
			above = bridge;
	}
	return above;
}

static const struct config_source *find(const struct config_sources *dump, const struct bdf *bdf,
					size_t *count)
{
	const struct config_source *found = NULL;

	*count = 0;
	for (size_t i = 0; i < dump->count; i++) {
		if (strcmp(dump->functions[i].bdf.text, bdf->text) != 0)
			continue;
		found = &dump->functions[i];
		++*count;
	}
	return found;
}

static unsigned int rid_of(const struct bdf *bdf)
{
	return (unsigned int)bdf->bus << 8 | (unsigned int)bdf->device << 3 | bdf->function;
}

/* By the PF's SR-IOV capability: its n-th VF is at the offset and n strides. */
static bool is_pf_of(const struct config_source *pf, const struct bdf *vf)
{
	struct vpasid_layout layout;
	const struct vpasid_span *span;
	unsigned int offset, stride, count, distance = rid_of(vf) - rid_of(&pf->bdf);

	if (pf->bdf.domain != vf->domain || pf->size < VPASID_CONFIG_SIZE ||
	    vpasid_layout_read(pf->config, pf->size, &layout) < 0)
		return false;
	span = vpasid_layout_find(&layout, PCI_EXT_CAP_ID_SRIOV);
	if (!span || span->offset + (size_t)PCI_SRIOV_VF_STRIDE + 2 > pf->size)
		return false;
	count = get_word(pf, span->offset + PCI_SRIOV_NUM_VF);
	offset = get_word(pf, span->offset + PCI_SRIOV_VF_OFFSET);
	stride = get_word(pf, span->offset + PCI_SRIOV_VF_STRIDE);
	if (!count || !offset || distance < offset)
		return false;
	distance -= offset;
	if (!distance)
		return true;
	return stride && distance % stride == 0 && distance / stride < count;
}

static const struct config_source *find_pf(const struct config_sources *dump, const struct bdf *vf)
{
	for (size_t i = 0; i < dump->count; i++)
		if (is_pf_of(&dump->functions[i], vf))
			return &dump->functions[i];
	return NULL;
}

static bool has_sriov(const struct config_source *source)
{
	struct vpasid_layout layout;

	return vpasid_layout_read(source->config, source->size, &layout) > 0 &&
	       vpasid_layout_find(&layout, PCI_EXT_CAP_ID_SRIOV);
}

/* These stand on root buses alone; and bus 0 is one. */
static bool is_on_root_bus(const struct explain_hop *hop)
{
	return !hop->bdf.bus || (hop->is_pcie == FACT_YES && (hop->type == PCI_EXP_TYPE_ROOT_PORT ||
							      hop->type == PCI_EXP_TYPE_RC_END ||
							      hop->type == PCI_EXP_TYPE_RC_EC));
}

static void take_hops(const struct config_sources *dump, const struct config_source *first,
		      struct explain_facts *facts)
{
	const struct config_source *at = first;

	for (;;) {
		const struct config_source *above = find_above(dump, &at->bdf);
		struct explain_hop *hop = &facts->hops[facts->hop_count++];

		explain_hop_take(at, above != NULL, hop);
		if (!above && !is_on_root_bus(hop))
			because(&facts->path, 0,
				"the dump lacks the port above %s: make it of the whole machine",
				at->bdf.text);
		if (above && facts->hop_count > EXPLAIN_MAX_PORTS) {
			because(&facts->path, 0, "the dump has more than %d ports above %s",
				EXPLAIN_MAX_PORTS, first->bdf.text);
			return;
		}
		if (!above)
			return;
		at = above;
	}
}

/* A VF is known by its place behind a PF; one whose IDs read as ones can't be else. */
static void take_function(const struct config_sources *dump, const struct config_source *function,
			  struct explain_facts *facts)
{
	const struct config_source *pf = find_pf(dump, &function->bdf);

	facts->config = *function;
	explain_hop_take(function, find_above(dump, &function->bdf) != NULL, &facts->own);
	facts->kind = PCI_KIND_FUNCTION;
	if (pf || !config_source_has_ids(function))
		facts->kind = PCI_KIND_VF;
	else if (has_sriov(function))
		facts->kind = PCI_KIND_PF;
	facts->has_pf = facts->kind != PCI_KIND_VF || pf;
	if (config_source_has_ids(function))
		explain_name(facts, function->device.vendor, function->device.device);
	if (!facts->has_pf)
		because(&facts->path, 0,
			"%s is a VF, and the dump has no PF of it: make it of the whole machine",
			function->bdf.text);
	else
		take_hops(dump, pf ? pf : function, facts);
}

int explain_from_dump(const struct config_sources *dump, const char *name, const struct bdf *bdf,
		      struct explain_facts *facts, struct why *why)
{
	const struct config_source *function;
	size_t count;

	explain_facts_init(facts, EXPLAIN_DUMP, name, bdf);
	function = find(dump, bdf, &count);
	if (!function)
		return because(why, -ENODEV, "%s: it has no such function, or no bytes of it",
			       name);
	if (count > 1)
		return because(why, -EINVAL, "%s: it has the function more than once: leave one in",
			       name);
	take_function(dump, function, facts);
	return 0;
}

int explain_read_text(const char *text, size_t length, const char *name, const struct bdf *bdf,
		      struct explain_facts *facts, struct why *why)
{
	struct config_sources dump;
	int ret = config_sources_read_machine_text(text, length, name, &dump, why);

	if (ret)
		return ret;
	ret = explain_from_dump(&dump, name, bdf, facts, why);
	config_sources_free(&dump);
	return ret;
}

int explain_read_dump(const char *path, const struct bdf *bdf, struct explain_facts *facts,
		      struct why *why)
{
	struct config_sources dump;
	int ret = config_sources_read_machine(path, &dump, why);

	if (ret)
		return ret;
	ret = explain_from_dump(&dump, path, bdf, facts, why);
	config_sources_free(&dump);
	return ret;
}
