// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid vm: what a virtual machine takes to have the PASID of functions, on this host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "vm/vm.h"

static const struct usage usage = {
	.synopsis = "--for VMM [OPTION]... BDF...",
	.about = "Prints the options, or the libvirt domain, for a virtual machine that uses the "
		 "PASID of these functions: an iommufd, a virtual IOMMU that supports PASIDs, "
		 "and the functions, each with the offset of its PASID capability. They are "
		 "chosen for what this host supports. What the host lacks is printed to standard "
		 "error. Changes nothing, and opens nothing through VFIO. Requires root.",
	.statuses = "0 nothing is missing, 1 something is missing, 2 usage error, 3 that is "
		    "unknown, or another error",
};

struct arguments {
	struct places_request request;
	enum vmm vmm; /* VMMS: not said */
	bool json;
};

static int set_vmm(void *context, const char *value)
{
	struct arguments *arguments = context;

	for (arguments->vmm = 0; arguments->vmm < VMMS; arguments->vmm++)
		if (!strcmp(value, vmm_name(arguments->vmm)))
			return EXIT_OK;
	return usage_error("--for %s: not qemu, libvirt or cloud-hypervisor", value);
}

/* A VM can't have a function twice. */
static int refuse_twins(const struct subjects *subjects)
{
	for (size_t i = 0; i < subjects->count; i++)
		for (size_t j = 0; j < i; j++)
			if (subjects->functions[i] == subjects->functions[j])
				return usage_error("%s is named twice",
						   subjects->functions[i]->pci.bdf.text);
	return EXIT_OK;
}

static int report(const struct arguments *arguments, const struct vm *vm)
{
	char *text = NULL;
	int status;

	if (vm_can_be_written(vm)) {
		text = vm_text(vm);
		if (!text)
			return complain("out of memory");
	}
	status = arguments->json ? vm_status(vm) : vm_complain(vm);
	if (arguments->json)
		print_json(vm_to_json(vm, text));
	else if (text)
		fputs(text, stdout);
	free(text);
	return status;
}

static int run(const struct arguments *arguments)
{
	struct places places;
	int status = places_load(&arguments->request, &places);
	struct vm vm = { .devices = NULL };

	if (status)
		return status;
	status = refuse_twins(&places.subjects);
	if (!status)
		status = vm_make(&places, arguments->vmm, &vm) ? complain("out of memory")
							       : report(arguments, &vm);
	vm_free(&vm);
	places_free(&places);
	return status;
}

int cmd_vm(int argc, char **argv)
{
	struct arguments arguments = { .vmm = VMMS };
	const struct command_option options[] = {
		{ "for", 0, "VMM", "qemu, libvirt or cloud-hypervisor", .take = set_vmm,
		  .context = &arguments },
		QUIRKS_OPTION(&arguments.request.quirks),
		CHOICE_OPTIONS(&arguments.request.choice),
		LIVE_OPTIONS(&arguments.request.host),
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);

	arguments.request.bdfs = argv + optind;
	if (!status && arguments.vmm == VMMS)
		status = usage_error("--for is missing: qemu, libvirt or cloud-hypervisor");
	return status ? status : run(&arguments);
}
