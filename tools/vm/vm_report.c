// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "support/json.h"
#include "support/output.h"
#include "vm/vm.h"

/* What is known to be lacking comes before what isn't known, and an error before both. */
int vm_status(const struct vm *vm)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < vm->count; i++) {
		const struct vm_device *device = &vm->devices[i];

		if (device->error)
			return EXIT_ERROR;
		for (size_t j = 0; j < device->lack_count; j++) {
			if (device->lacks[j].verdict == EXPLAIN_BROKEN)
				status = EXIT_NO_PASID;
			else if (status == EXIT_OK)
				status = EXIT_ERROR;
		}
	}
	return status;
}

/* Much is lacking for one function as for another: the host's. */
static bool is_told(const struct vm *vm, size_t before, const struct vm_lack *lack)
{
	for (size_t i = 0; i < before; i++) {
		for (size_t j = 0; j < vm->devices[i].lack_count; j++) {
			const struct vm_lack *told = &vm->devices[i].lacks[j];

			if (!strcmp(told->what, lack->what) && !strcmp(told->why, lack->why) &&
			    !strcmp(told->todo, lack->todo))
				return true;
		}
	}
	return false;
}

int vm_complain(const struct vm *vm)
{
	for (size_t i = 0; i < vm->count; i++) {
		const struct vm_device *device = &vm->devices[i];
		const char *bdf = device->function->pci.bdf.text;

		for (size_t j = 0; j < device->lack_count; j++) {
			const struct vm_lack *lack = &device->lacks[j];

			if (is_told(vm, i, lack) || !strcmp(lack->why, device->why.text))
				continue;
			complain("%s: %s: %s%s%s%s", bdf, lack->what,
				 lack->verdict == EXPLAIN_UNKNOWN ? "unknown: " : "", lack->why,
				 *lack->todo ? "; to do: " : "", lack->todo);
		}
		if (device->error)
			complain("%s: %s", bdf, device->why.text);
		for (size_t j = 0; vm_can_be_written(vm) && j < device->note_count; j++)
			complain("%s: %s: %s", bdf, device->notes[j].what,
				 device->notes[j].why.text);
	}
	return vm_status(vm);
}

static struct json_object *lacks_to_json(const struct vm_device *device)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < device->lack_count; i++) {
		const struct vm_lack *lack = &device->lacks[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "what", lack->what);
		json_add_text(object, "verdict", explain_verdict_name(lack->verdict));
		json_add_text(object, "why", lack->why);
		json_add_text(object, "todo", lack->todo);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *notes_to_json(const struct vm_device *device)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < device->note_count; i++) {
		struct json_object *object = json_object_new_object();

		json_add_text(object, "what", device->notes[i].what);
		json_add_text(object, "why", device->notes[i].why.text);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *device_to_json(const struct vm *vm, const struct vm_device *device)
{
	struct json_object *object = json_object_new_object();
	const struct iommu *iommu = device->function->iommu;

	json_add_text(object, "bdf", device->function->pci.bdf.text);
	json_add_text(object, "iommu", iommu ? iommu->name : NULL);
	json_add_number(object, "offset", !device->error && vm->vmm != VMM_CLOUD_HYPERVISOR,
			device->offset);
	json_add(object, "lacks", lacks_to_json(device));
	json_add(object, "notes", notes_to_json(device));
	json_add_text(object, "error", device->error ? device->why.text : NULL);
	return object;
}

static struct json_object *lines_to_json(const char *text)
{
	struct json_object *array = json_object_new_array();
	const char *end;

	for (; (end = strchr(text, '\n')); text = end + 1)
		json_object_array_add(array, json_object_new_string_len(text, (int)(end - text)));
	return array;
}

struct json_object *vm_to_json(const struct vm *vm, const char *text)
{
	struct json_object *devices = json_object_new_array(), *report;
	bool is_domain = vm->vmm == VMM_LIBVIRT;

	for (size_t i = 0; i < vm->count; i++)
		json_object_array_add(devices, device_to_json(vm, &vm->devices[i]));
	report = json_report(VM_SCHEMA, devices);
	json_add_text(report, "for", vmm_name(vm->vmm));
	json_add(report, "options", text && !is_domain ? lines_to_json(text) : NULL);
	json_add(report, "domain", text && is_domain ? json_object_new_string(text) : NULL);
	return report;
}
