// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "facts/hop.h"
#include "facts/internal.h"
#include "pci/config_space.h"
#include "pci/config_sysfs.h"
#include "pci/ports.h"
#include "support/sysfs.h"

void explain_facts_init(struct explain_facts *facts, enum explain_source source, const char *origin,
			const struct bdf *bdf)
{
	*facts = (struct explain_facts){
		.source = source,
		.origin = origin,
		.bdf = *bdf,
		.has_pf = true,
	};
}

void explain_name(struct explain_facts *facts, uint16_t vendor, uint16_t device)
{
	struct config_source source = { .device = { .vendor = vendor, .device = device } };
	struct config_sources sources = { .functions = &source, .count = 1 };

	if (vendor && !config_sources_name(&sources, NULL))
		memcpy(facts->name, source.name, sizeof(facts->name));
}

/* Where to look, and what one may do there. */
struct reader {
	const char *sysfs;
	bool wakes;
};

static void read_hop(const struct reader *reader, const struct bdf *bdf, bool behind_link,
		     struct config_source *source, struct explain_hop *hop)
{
	bool is_asleep = !reader->wakes && pci_read_wakes(reader->sysfs, bdf);

	*source = (struct config_source){ .bdf = *bdf };
	if (is_asleep) {
		config_sysfs_identify(reader->sysfs, source);
		source->error = because(&source->why, -EAGAIN,
					"it is asleep: --wake reads it all the same");
	} else {
		source->error = config_sysfs_read(reader->sysfs, source);
	}
	explain_hop_take(source, behind_link, hop);
	hop->is_asleep = is_asleep;
}

/* The function whose registers count is the first hop. */
static void read_hops(const struct reader *reader, const struct bdf *bdf,
		      struct explain_facts *facts)
{
	struct bdf ports[EXPLAIN_MAX_PORTS];
	int count = pci_ports_above(reader->sysfs, bdf, ports, EXPLAIN_MAX_PORTS);
	struct config_source source;

	if (count < 0)
		because(&facts->path, 0, "%s: %s", pci_path(reader->sysfs, bdf->text, "").text,
			count == -ENODATA ? "it is no link that tells the ports above"
					  : sysfs_strerror(count));
	else if (count > EXPLAIN_MAX_PORTS)
		because(&facts->path, 0, "there are %d ports above %s", count, bdf->text);
	if (count < 0 || count > EXPLAIN_MAX_PORTS)
		count = 0;
	read_hop(reader, &facts->bdf, count > 0, &facts->config, &facts->own);
	facts->hops[0] = facts->own;
	if (facts->kind == PCI_KIND_VF)
		read_hop(reader, bdf, count > 0, &source, &facts->hops[0]);
	for (int i = 0; i < count; i++)
		read_hop(reader, &ports[i], i + 1 < count, &source, &facts->hops[1 + i]);
	facts->hop_count = 1 + (size_t)count;
}

int explain_read_sysfs(const char *sysfs, const char *root, const struct bdf *bdf, bool wakes,
		       struct explain_facts *facts, struct why *why)
{
	const struct reader reader = { .sysfs = sysfs, .wakes = wakes };
	enum explain_source source = root ? EXPLAIN_HOST : EXPLAIN_TREE;
	struct pci_function function;
	int ret;

	explain_facts_init(facts, source, root ? "" : sysfs, bdf);
	ret = pci_function_read(sysfs, bdf, &function, why);
	if (ret)
		return ret;
	facts->kind = function.kind;
	explain_name(facts, function.vendor, function.device);
	read_hops(&reader, function.kind == PCI_KIND_VF ? &function.pf : bdf, facts);
	if (root)
		explain_read_kernel(root, &facts->kernel);
	explain_read_iommu(sysfs, source, &function, &facts->iommu);
	explain_read_vfio(sysfs, &function, &facts->vfio);
	return 0;
}
