// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "bind/driver_override.h"
#include "pci/libpci.h"
#include "show/show.h"
#include "support/sysfs.h"

/* As `vpasid list` has it. */
static enum pasid_state state_of(const struct explain_facts *facts)
{
	const struct explain_hop *hop = &facts->hops[0];

	if (!facts->has_pf)
		return PASID_UNKNOWN;
	if (hop->is_asleep)
		return PASID_ASLEEP;
	if (hop->pasid.there == FACT_UNKNOWN)
		return PASID_UNKNOWN;
	if (hop->pasid.there == FACT_NO)
		return PASID_NONE;
	return hop->pasid.control & PCI_PASID_CTRL_ENABLE ? PASID_ENABLED : PASID_OFF;
}

/* Its three bytes in config space are a VF's own, too. */
static void take_class(struct show *show)
{
	const uint8_t *config = show->facts.config.config;

	if (!show->facts.own.size)
		return;
	show->has_class = true;
	show->class = (uint32_t)(config[PCI_CLASS_DEVICE + 1] << 16 |
				 config[PCI_CLASS_DEVICE] << 8 | config[PCI_CLASS_PROG]);
}

static void read_class(const char *sysfs, struct show *show)
{
	struct path path = pci_path(sysfs, show->facts.bdf.text, "class");
	unsigned long class;

	if (sysfs_read_number(path.text, &class) || class > 0xffffff) {
		take_class(show);
		return;
	}
	show->has_class = true;
	show->class = (uint32_t) class;
}

/* The kernel says so without looking at the hardware. */
static void read_power(const char *sysfs, struct show *show)
{
	const char *bdf = show->facts.bdf.text;

	sysfs_read(pci_path(sysfs, bdf, "power_state").text, show->power_state,
		   sizeof(show->power_state));
	sysfs_read(pci_path(sysfs, bdf, "power/runtime_status").text, show->runtime_status,
		   sizeof(show->runtime_status));
}

/* Who may see /dev may see what is in it. */
static void read_node(const char *root, struct show *show)
{
	const struct explain_facts *facts = &show->facts;

	if (!root || !facts->vfio.on_vfio || !*facts->iommu.group)
		return;
	show->has_group_node =
		sysfs_exists(path_of("%s/dev/vfio/%s", root, facts->iommu.group).text) ? FACT_YES
										       : FACT_NO;
}

static int read_sysfs(const struct show_source *source, const struct bdf *bdf, struct show *show,
		      struct why *why)
{
	struct explain_facts *facts = &show->facts;
	struct pci_function function;
	int ret = explain_read_sysfs(source->sysfs, source->root, bdf, source->wakes, facts, why);

	if (!ret)
		ret = pci_function_read(source->sysfs, bdf, &function, why);
	if (ret)
		return ret;
	show->num_vfs = function.num_vfs;
	show->total_vfs = function.total_vfs;
	driver_override_read(source->sysfs, bdf, show->driver_override,
			     sizeof(show->driver_override));
	read_class(source->sysfs, show);
	read_power(source->sysfs, show);
	read_node(source->root, show);
	if (facts->iommu.covers == FACT_YES)
		iommu_read(source->sysfs, facts->iommu.name, &show->iommu);
	return 0;
}

/* In a dump, the PF's capability has the numbers. */
static void take_sriov(struct show *show)
{
	const struct config_source *config = &show->facts.config;
	const struct vpasid_span *span = NULL;
	const uint8_t *sriov;

	if (show->place.has_layout)
		span = vpasid_layout_find(&show->place.layout, PCI_EXT_CAP_ID_SRIOV);
	if (!span || span->offset + PCI_SRIOV_NUM_VF + 2 > (int)config->size)
		return;
	sriov = config->config + span->offset;
	show->num_vfs = (unsigned long)(sriov[PCI_SRIOV_NUM_VF] | sriov[PCI_SRIOV_NUM_VF + 1] << 8);
	show->total_vfs =
		(unsigned long)(sriov[PCI_SRIOV_TOTAL_VF] | sriov[PCI_SRIOV_TOTAL_VF + 1] << 8);
}

/* Those that pci.ids has. */
static void look_up(struct pci_access *access, void *opaque)
{
	struct show *show = opaque;
	const struct vpasid_device *device = &show->facts.config.device;
	char interface[64] = "";

	if (device->subsystem_vendor && config_source_has_ids(&show->facts.config))
		pci_lookup_name(access, show->subsystem_name, sizeof(show->subsystem_name),
				PCI_LOOKUP_SUBSYSTEM | PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
				device->vendor, device->device, device->subsystem_vendor,
				device->subsystem_device);
	if (!show->has_class)
		return;
	pci_lookup_name(access, show->class_name, sizeof(show->class_name), PCI_LOOKUP_CLASS,
			show->class >> 8);
	if (pci_lookup_name(access, interface, sizeof(interface),
			    PCI_LOOKUP_PROGIF | PCI_LOOKUP_NO_NUMBERS, show->class >> 8,
			    show->class & 0xff) &&
	    *interface &&
	    strlen(show->class_name) + strlen(interface) + 3 < sizeof(show->class_name))
		sprintf(show->class_name + strlen(show->class_name), ", %s", interface);
}

/* Ports and bridges stay the host's. */
static void find_place(const struct show_source *source, struct show *show)
{
	place_find(&show->facts.config, source->quirks, 0, &show->place);
	if (show->has_class && show->class >> 16 == 0x06)
		show->place.error =
			because(&show->place.why, -ENXIO, "no virtual machine is given a bridge");
}

int show_read(const struct show_source *source, const struct bdf *bdf, struct show *show,
	      struct why *why)
{
	struct explain_facts *facts = &show->facts;
	int ret;

	*show = (struct show){ 0 };
	if (source->dump)
		ret = explain_from_dump(source->dump, source->dump_name, bdf, facts, why);
	else
		ret = read_sysfs(source, bdf, show, why);
	facts->bdf = *bdf;
	if (ret)
		return ret;
	explain_judge(facts, &show->chain);
	show->state = state_of(facts);
	if (source->dump)
		take_class(show);
	find_place(source, show);
	if (source->dump)
		take_sriov(show);
	/* Without pci.ids there are no names, and numbers do. */
	libpci_run(PCI_ACCESS_DUMP, "dump.name", "/dev/null", look_up, show, NULL);
	return 0;
}

void show_free(struct show *show)
{
	place_free(&show->place);
}

unsigned long long show_ats_unit(const struct explain_capability *ats)
{
	return 1ull << (PCI_ATS_MIN_STU + PCI_ATS_CTRL_STU(ats->control));
}

unsigned int show_ats_depth(const struct explain_capability *ats)
{
	unsigned int depth = PCI_ATS_CAP_QDEP(ats->capability);

	return depth ? depth : PCI_ATS_MAX_QDEP;
}
