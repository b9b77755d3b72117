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

static const char usage[] =
	"usage: vpasid vm --for VMM [OPTION]... BDF...\n"
	"\n"
	"Prints the options, or the domain, with which a virtual machine has the PASID of these\n"
	"functions: an iommufd, a virtual IOMMU with PASIDs, and the functions, each with the\n"
	"offset of its PASID capability, as this host can do them. What the host lacks for that\n"
	"is told on standard error. Changes nothing, and opens nothing through VFIO. Takes root.\n"
	"\n"
	"  --for VMM        qemu, libvirt or cloud-hypervisor\n"
	"  --json           print JSON\n"
	"  --quirks DIR     read quirks from there, instead of this host's\n"
	"  --record FILE    read what vpasid record has written, instead of this host\n"
	"  --sysfs DIR      read a recorded sysfs there, instead of /sys\n"
	"  --wake           read also what is asleep, which wakes it\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 nothing is lacking, 1 something is, 2 usage, 3 it can't be known, or an\n"
	"error\n";

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
	return usage_error("vm", "--for %s: not qemu, libvirt or cloud-hypervisor", value);
}

/* A VM can't have a function twice. */
static int check(const struct arguments *arguments, const struct places *places)
{
	if (arguments->vmm == VMMS)
		return usage_error("vm", "--for is missing: qemu, libvirt or cloud-hypervisor");
	if (!arguments->request.bdf_count)
		return usage_error("vm", "vm needs the BDF of a function, as 0000:00:05.0");
	for (size_t i = 0; places && i < places->count; i++)
		for (size_t j = 0; j < i; j++)
			if (places->functions[i] == places->functions[j])
				return usage_error("vm", "%s is named twice",
						   places->functions[i]->pci.bdf.text);
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
	struct vm vm = { 0 };

	if (status)
		return status;
	status = check(arguments, &places);
	if (!status)
		status = vm_make(&places, arguments->vmm, &vm) ? complain("out of memory")
							       : report(arguments, &vm);
	vm_free(&vm);
	places_free(&places);
	return status;
}

int cmd_vm(int argc, char **argv)
{
	struct arguments arguments = { .request.command = "vm", .vmm = VMMS };
	const struct command_option options[] = {
		{ "for", .take = set_vmm, .context = &arguments },
		{ "json", .flag = &arguments.json },
		{ "quirks", .text = &arguments.request.quirks },
		{ "record", .text = &arguments.request.host.record },
		{ "sysfs", .text = &arguments.request.host.sysfs },
		{ "wake", .flag = &arguments.request.host.wakes },
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);

	arguments.request.bdfs = argv + optind;
	arguments.request.bdf_count = (size_t)(argc - optind);
	if (!status)
		status = check(&arguments, NULL);
	return status ? status : run(&arguments);
}
