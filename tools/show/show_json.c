// SPDX-License-Identifier: GPL-2.0-or-later
/* A function for programs. */
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "explain/report.h"
#include "facts/hop.h"
#include "show/show_report.h"
#include "support/json.h"

static void add_fact(struct json_object *object, const char *key, enum fact fact)
{
	json_add_bool(object, key, fact != FACT_UNKNOWN, fact == FACT_YES);
}

static void add_ids(struct json_object *object, const char *key, bool known, uint16_t vendor,
		    uint16_t device)
{
	char text[16] = "";

	if (known)
		snprintf(text, sizeof(text), "%04x:%04x", vendor, device);
	json_add_text(object, key, text);
}

static void add_identity(struct json_object *object, const struct show *show)
{
	const struct config_source *config = &show->facts.config;
	const struct vpasid_device *device = &config->device;
	bool has_ids = device->vendor && config_source_has_ids(config);
	char class[8] = "";

	if (show->has_class)
		snprintf(class, sizeof(class), "%06x", show->class);
	add_ids(object, "id", has_ids, device->vendor, device->device);
	json_add_text(object, "name", show->facts.name);
	json_add_number(object, "revision", has_ids, device->revision);
	add_ids(object, "subsystem_id", device->subsystem_vendor, device->subsystem_vendor,
		device->subsystem_device);
	json_add_text(object, "subsystem_name", show->subsystem_name);
	json_add_text(object, "class", class);
	json_add_text(object, "class_name", show->class_name);
}

static void add_kind(struct json_object *object, const struct show *show)
{
	const struct explain_facts *facts = &show->facts;
	bool is_pf = facts->kind == PCI_KIND_PF, is_vf = facts->kind == PCI_KIND_VF;

	json_add_text(object, "kind", pci_kind_name(facts->kind));
	json_add_text(object, "pf", is_vf && facts->has_pf ? facts->hops[0].bdf.text : "");
	json_add_number(object, "num_vfs", is_pf, show->num_vfs);
	json_add_number(object, "total_vfs", is_pf, show->total_vfs);
	json_add_text(object, "driver", facts->vfio.driver);
	json_add_text(object, "driver_override", show->driver_override);
	json_add_text(object, "power_state", show->power_state);
	json_add_text(object, "runtime_status", show->runtime_status);
}

static void add_state(struct json_object *object, const struct show *show)
{
	json_add_text(object, "state", pasid_state_name(show->state));
	json_add_text(object, "verdict", explain_usable_name(&show->chain));
	json_add_text(object, "certainty", explain_certainty_name(show->chain.certainty));
	json_add_text(object, "summary", show->chain.summary);
}

static const char *type_of(const struct explain_hop *hop)
{
	return hop->is_pcie == FACT_UNKNOWN ? "" : explain_type_name(hop);
}

/* With the two registers of one that is there. */
static struct json_object *capability_to_json(const struct explain_hop *hop,
					      const struct explain_capability *capability)
{
	struct json_object *object = json_object_new_object();
	bool there = capability->there == FACT_YES;

	json_add_text(object, "bdf", hop->bdf.text);
	add_fact(object, "present", capability->there);
	json_add_number(object, "offset", there, capability->offset);
	json_add_number(object, "capability", there, capability->capability);
	json_add_number(object, "control", there, capability->control);
	return object;
}

static struct json_object *hop_to_json(const struct explain_hop *hop)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "bdf", hop->bdf.text);
	json_add_text(object, "type", type_of(hop));
	json_add_bool(object, "asleep", true, hop->is_asleep);
	add_fact(object, "tlp_prefix", hop->tlp_prefix);
	json_add(object, "acs", capability_to_json(hop, &hop->acs));
	json_add_text(object, "error", hop->why.text);
	return object;
}

static void add_path(struct json_object *object, const struct show *show)
{
	const struct explain_facts *facts = &show->facts;
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < facts->hop_count; i++)
		json_object_array_add(array, hop_to_json(&facts->hops[i]));
	json_add_text(object, "type", type_of(&facts->own));
	json_add(object, "path", array);
	json_add_text(object, "path_error", facts->path.text);
	json_add_text(object, "config_error", facts->own.why.text);
}

/* Of Intel's, by explain's verdict on the mode. */
static enum fact is_scalable(const struct show *show)
{
	if (show->facts.iommu.kind != EXPLAIN_IOMMU_INTEL)
		return FACT_UNKNOWN;
	for (size_t i = 0; i < show->chain.link_count; i++) {
		const struct explain_link *link = &show->chain.links[i];

		if (!strcmp(link->name, "iommu-mode") && link->verdict == EXPLAIN_OK)
			return FACT_YES;
		if (!strcmp(link->name, "iommu-mode") && link->verdict == EXPLAIN_BROKEN)
			return FACT_NO;
	}
	return FACT_UNKNOWN;
}

static struct json_object *iommu_to_json(const struct show *show)
{
	static const char *const kinds[] = {
		[EXPLAIN_IOMMU_OTHER] = "other",   [EXPLAIN_IOMMU_INTEL] = "intel",
		[EXPLAIN_IOMMU_AMD] = "amd",	   [EXPLAIN_IOMMU_SMMU] = "smmu",
		[EXPLAIN_IOMMU_SMMUV3] = "smmuv3",
	};
	const struct explain_iommu *iommu = &show->facts.iommu;
	struct json_object *object = json_object_new_object();

	add_fact(object, "covers", iommu->covers);
	json_add_text(object, "name", iommu->name);
	json_add_text(object, "kind", iommu->covers == FACT_YES ? kinds[iommu->kind] : "");
	json_add_number(object, "width", show->iommu.is_known, show->iommu.max_width);
	add_fact(object, "scalable_mode", is_scalable(show));
	json_add_text(object, "group", iommu->group);
	json_add_text(object, "domain", iommu->domain);
	return object;
}

static struct json_object *siblings_to_json(const struct explain_vfio *vfio)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < vfio->member_count && i < EXPLAIN_MAX_MEMBERS; i++) {
		struct json_object *object = json_object_new_object();

		json_add_text(object, "bdf", vfio->members[i].bdf.text);
		json_add_text(object, "driver", vfio->members[i].driver);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *pasid_to_json(const struct show *show)
{
	const struct explain_hop *hop = &show->facts.hops[0];
	const struct explain_capability *pasid = &hop->pasid;
	struct json_object *object = capability_to_json(hop, pasid);
	bool there = pasid->there == FACT_YES;

	json_add_bool(object, "enabled", there, pasid->control & PCI_PASID_CTRL_ENABLE);
	json_add_number(object, "width", there, pasid->capability >> 8 & 0x1f);
	json_add_bool(object, "exec", there, pasid->capability & PCI_PASID_CAP_EXEC);
	json_add_bool(object, "priv", there, pasid->capability & PCI_PASID_CAP_PRIV);
	json_add_bool(object, "exec_enabled", there, pasid->control & PCI_PASID_CTRL_EXEC);
	json_add_bool(object, "priv_enabled", there, pasid->control & PCI_PASID_CTRL_PRIV);
	return object;
}

static struct json_object *ats_to_json(const struct show *show)
{
	const struct explain_hop *hop = &show->facts.own;
	const struct explain_capability *ats = &hop->ats;
	struct json_object *object = capability_to_json(hop, ats);
	bool there = ats->there == FACT_YES;

	json_add_bool(object, "enabled", there, ats->control & PCI_ATS_CTRL_ENABLE);
	json_add_number(object, "stu", there, show_ats_unit(ats));
	json_add_number(object, "queue_depth", there, show_ats_depth(ats));
	return object;
}

static struct json_object *pri_to_json(const struct show *show)
{
	const struct explain_hop *hop = &show->facts.hops[0];
	const struct explain_pri *pri = &hop->pri;
	struct json_object *object = json_object_new_object();
	bool there = pri->there == FACT_YES;

	json_add_text(object, "bdf", hop->bdf.text);
	add_fact(object, "present", pri->there);
	json_add_number(object, "offset", there, pri->offset);
	json_add_number(object, "control", there, pri->control);
	json_add_number(object, "status", there, pri->status);
	json_add_bool(object, "enabled", there, pri->control & PCI_PRI_CTRL_ENABLE);
	json_add_bool(object, "stopped", there, pri->status & PCI_PRI_STATUS_STOPPED);
	json_add_number(object, "capacity", there, pri->capacity);
	json_add_number(object, "allocation", there, pri->allocation);
	json_add_bool(object, "response_pasid", there, pri->status & PCI_PRI_STATUS_PASID);
	return object;
}

/* The nodes of one that is bound. */
static struct json_object *vfio_to_json(const struct show *show)
{
	const struct explain_facts *facts = &show->facts;
	const struct explain_vfio *vfio = &facts->vfio;
	struct json_object *object = json_object_new_object();
	char group[32] = "", cdev[64] = "";

	if (vfio->on_vfio && *facts->iommu.group)
		snprintf(group, sizeof(group), "/dev/vfio/%s", facts->iommu.group);
	if (*vfio->cdev)
		snprintf(cdev, sizeof(cdev), "/dev/vfio/devices/%s", vfio->cdev);
	json_add_bool(object, "bound", facts->source != EXPLAIN_DUMP, vfio->on_vfio);
	json_add_text(object, "group", group);
	json_add_text(object, "cdev", cdev);
	add_fact(object, "iommufd", vfio->has_iommufd);
	return object;
}

static struct json_object *place_to_object(const struct place *place)
{
	struct json_object *object = json_object_new_object();
	bool is_placed = !place->error;

	json_add_number(object, "offset", is_placed, place->placement.offset);
	json_add_text(object, "reason",
		      is_placed ? vpasid_place_reason_name(place->placement.reason) : "");
	json_add_text(object, "error", place->why.text);
	return object;
}

static struct json_object *known_to_json(const struct show *show)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "bdf", show->facts.bdf.text);
	json_add(object, "error", NULL);
	add_identity(object, show);
	add_kind(object, show);
	add_state(object, show);
	add_path(object, show);
	json_add(object, "iommu", iommu_to_json(show));
	json_add(object, "siblings", siblings_to_json(&show->facts.vfio));
	json_add(object, "pasid", pasid_to_json(show));
	json_add(object, "ats", ats_to_json(show));
	json_add(object, "pri", pri_to_json(show));
	json_add(object, "vfio", vfio_to_json(show));
	json_add(object, "place", place_to_object(&show->place));
	return object;
}

/* No member is ever left out. */
struct json_object *show_to_json(const struct show *show, const char *error)
{
	struct json_object *known = known_to_json(show), *object;

	if (!error)
		return known;
	object = json_object_new_object();
	json_object_object_foreach(known, key, value)
	{
		(void)value;
		json_add(object, key, NULL);
	}
	json_object_put(known);
	json_add_text(object, "bdf", show->facts.bdf.text);
	json_add_text(object, "error", error);
	return object;
}
