// SPDX-License-Identifier: GPL-2.0-or-later
/* A function as JSON. */
#include <linux/pci_regs.h>
#include <stdio.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "facts/reporter.h"
#include "show/show.h"
#include "support/json.h"
#include "vfio/denylist.h"

static void add_fact(struct json_object *object, const char *key, enum fact fact)
{
	json_add_bool(object, key, fact != FACT_UNKNOWN, fact == FACT_YES);
}

static void add_ids(struct json_object *object, const char *key, bool known, uint16_t vendor,
		    uint16_t device)
{
	char text[sizeof("1b36:fff0")] = "";

	if (known)
		snprintf(text, sizeof(text), "%04x:%04x", vendor, device);
	json_add_text(object, key, text);
}

static void add_identity(struct json_object *object, const struct show *show)
{
	const struct function *function = show->function;
	const struct pci_function *pci = &function->pci;
	bool has_ids = function_has_ids(function);
	char class[sizeof("010802")] = "";

	if (pci->has_class)
		snprintf(class, sizeof(class), "%06x", pci->class);
	add_ids(object, "id", has_ids, pci->vendor, pci->device);
	json_add_text(object, "name", function->name);
	json_add_number(object, "revision", has_ids, function->revision);
	add_ids(object, "subsystem_id", pci->subsystem_vendor, pci->subsystem_vendor,
		pci->subsystem_device);
	json_add_text(object, "subsystem_name", function->subsystem_name);
	json_add_text(object, "class", class);
	json_add_text(object, "class_name", function->class_name);
}

static void add_kind(struct json_object *object, const struct show *show)
{
	const struct function *function = show->function;
	const struct pci_function *pci = &function->pci;
	bool is_pf = pci->kind == PCI_KIND_PF;

	json_add_text(object, "kind", pci_kind_name(pci->kind));
	json_add_text(object, "pf", pci->pf.text);
	json_add_number(object, "num_vfs", is_pf, pci->num_vfs);
	json_add_number(object, "total_vfs", is_pf, pci->total_vfs);
	json_add_text(object, "driver", pci->driver);
	json_add_text(object, "driver_override", pci->driver_override);
	json_add_text(object, "power_state", function->power_state);
	json_add_text(object, "runtime_status", function->runtime_status);
}

static const char *type_of(const struct function *hop)
{
	return hop->is_pcie == FACT_UNKNOWN ? "" : function_type_name(hop);
}

/* If the capability is there, its two registers are shown. */
static struct json_object *capability_to_json(const struct function *hop,
					      const struct capability *capability)
{
	struct json_object *object = json_object_new_object();
	bool there = capability->there == FACT_YES;

	json_add_text(object, "bdf", hop->pci.bdf.text);
	add_fact(object, "present", capability->there);
	json_add_number(object, "offset", there, capability->offset);
	json_add_number(object, "capability", there, capability->capability);
	json_add_number(object, "control", there, capability->control);
	return object;
}

static struct json_object *hop_to_json(const struct function *hop)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "bdf", hop->pci.bdf.text);
	json_add_text(object, "type", type_of(hop));
	json_add_bool(object, "asleep", true, hop->is_asleep);
	add_fact(object, "tlp_prefix", hop->tlp_prefix);
	json_add(object, "acs", capability_to_json(hop, &hop->acs));
	json_add_text(object, "error", hop->why);
	return object;
}

static void add_path(struct json_object *object, const struct show *show)
{
	const struct function *function = show->function, *holder = show_holder(show);
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < holder->hop_count; i++)
		json_object_array_add(array, hop_to_json(holder->hops[i]));
	json_add_text(object, "type", type_of(function));
	json_add(object, "path", array);
	json_add_text(object, "path_error", function_path_why(function));
	json_add_text(object, "config_error", function->why);
}

/* The mode of an Intel IOMMU, by explain's verdict. */
static enum fact is_scalable(const struct show *show)
{
	const struct iommu *iommu = show->function->iommu;
	const struct link *link = explain_find_link(&show->chain, LINK_IOMMU_MODE);

	if (!iommu || iommu->kind != IOMMU_INTEL || !link)
		return FACT_UNKNOWN;
	if (link->verdict == EXPLAIN_OK)
		return FACT_YES;
	return link->verdict == EXPLAIN_BROKEN ? FACT_NO : FACT_UNKNOWN;
}

static struct json_object *iommu_to_json(const struct show *show)
{
	const struct function *function = show->function;
	const struct iommu *iommu = function->iommu;
	struct json_object *object = json_object_new_object();
	unsigned int width;
	bool has_width = pasid_iommu_width(function, &width);

	add_fact(object, "covers", function->is_covered);
	json_add_text(object, "name", iommu ? iommu->name : "");
	json_add_text(object, "kind", iommu ? iommu_kind_name(iommu->kind) : "");
	json_add_number(object, "width", has_width, width);
	add_fact(object, "scalable_mode", is_scalable(show));
	json_add_text(object, "group", function->pci.iommu_group);
	json_add_text(object, "domain", function->domain);
	return object;
}

static struct json_object *siblings_to_json(const struct function *function)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < function->sibling_count; i++) {
		const struct pci_function *sibling = &function->siblings[i]->pci;
		struct json_object *object = json_object_new_object();

		json_add_text(object, "bdf", sibling->bdf.text);
		json_add_text(object, "driver", sibling->driver);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *pasid_to_json(const struct show *show)
{
	const struct function *holder = show_holder(show);
	const struct capability *pasid = &holder->pasid;
	struct json_object *object = capability_to_json(holder, pasid);
	bool there = pasid->there == FACT_YES;
	unsigned int width;
	bool has_width = pasid_width(show->function, &width);

	json_add_bool(object, "enabled", there, pasid->control & PCI_PASID_CTRL_ENABLE);
	json_add_number(object, "width", has_width, width);
	json_add_bool(object, "exec", there, pasid->capability & PCI_PASID_CAP_EXEC);
	json_add_bool(object, "priv", there, pasid->capability & PCI_PASID_CAP_PRIV);
	json_add_bool(object, "exec_enabled", there, pasid->control & PCI_PASID_CTRL_EXEC);
	json_add_bool(object, "priv_enabled", there, pasid->control & PCI_PASID_CTRL_PRIV);
	return object;
}

static struct json_object *ats_to_json(const struct show *show)
{
	const struct function *hop = show->function;
	const struct capability *ats = &hop->ats;
	struct json_object *object = capability_to_json(hop, ats);
	bool there = ats->there == FACT_YES;

	json_add_bool(object, "enabled", there, ats->control & PCI_ATS_CTRL_ENABLE);
	json_add_number(object, "stu", there, show_ats_unit(ats));
	json_add_number(object, "queue_depth", there, show_ats_depth(ats));
	return object;
}

static struct json_object *pri_to_json(const struct show *show)
{
	const struct function *hop = show_holder(show);
	const struct pri *pri = &hop->pri;
	struct json_object *object = json_object_new_object();
	bool there = pri->there == FACT_YES;

	json_add_text(object, "bdf", hop->pci.bdf.text);
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

/* The nodes of a function that is bound to a VFIO driver. */
static struct json_object *vfio_to_json(const struct show *show)
{
	const struct function *function = show->function;
	const struct pci_function *pci = &function->pci;
	struct json_object *object = json_object_new_object();
	char group[sizeof("/dev/vfio/") + sizeof(pci->iommu_group)] = "";
	char cdev[sizeof("/dev/vfio/devices/") + sizeof(function->cdev)] = "";

	if (pci->on_vfio && *pci->iommu_group)
		snprintf(group, sizeof(group), "/dev/vfio/%s", pci->iommu_group);
	if (*function->cdev)
		snprintf(cdev, sizeof(cdev), "/dev/vfio/devices/%s", function->cdev);
	json_add_bool(object, "bound", function->host->kind != HOST_DUMP, pci->on_vfio);
	json_add_text(object, "group", group);
	json_add_text(object, "cdev", cdev);
	json_add_text(object, "reporter",
		      function->host->kind != HOST_DUMP && pci->on_vfio
			      ? reporter_name(function_reporter(function))
			      : NULL);
	json_add_bool(object, "denylisted", function_has_ids(function),
		      denylist_has(pci->vendor, pci->device));
	add_fact(object, "iommufd", function->has_iommufd);
	return object;
}

static struct json_object *place_to_object(const struct placement_report *place)
{
	struct json_object *object = json_object_new_object();
	bool is_placed = !place->error;

	json_add_number(object, "offset", is_placed, place->placement.caps[0].offset);
	json_add_text(object, "reason",
		      is_placed ? vpasid_place_reason_name(place->placement.caps[0].reason) : "");
	json_add_text(object, "error", place->why.text);
	return object;
}

/* An object always has all members. */
struct json_object *show_to_json(const struct show *show, const char *error)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "bdf", show->function->pci.bdf.text);
	json_add(object, "error", NULL);
	add_identity(object, show);
	add_kind(object, show);
	json_add_text(object, "state", pasid_state_name(pasid_state(show->function)));
	json_add_text(object, "verdict", explain_usable_name(show->chain.verdict));
	json_add_text(object, "certainty", explain_certainty_name(show->chain.certainty));
	json_add_text(object, "summary", show->chain.summary);
	add_path(object, show);
	json_add(object, "iommu", iommu_to_json(show));
	json_add(object, "siblings", siblings_to_json(show->function));
	json_add(object, "pasid", pasid_to_json(show));
	json_add(object, "ats", ats_to_json(show));
	json_add(object, "pri", pri_to_json(show));
	json_add(object, "vfio", vfio_to_json(show));
	json_add(object, "place", place_to_object(&show->place));
	if (error)
		json_make_error(object, show->function->pci.bdf.text, error);
	return object;
}
