// SPDX-License-Identifier: MIT
/*
 * The functions that are used and disturbed, and what each has to answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "hammer.h"
#include "hammer_sysfs.h"

/*
 * As lab/topologies/storm.topo plants it, and with an IOMMU that takes all of it; how much
 * that is comes from the environment.
 */
#define PF_ANSWER                                                                             \
	{                                                                                     \
		.pasid = { .capabilities = 3, .width = 20 }, .enabled = 3, .iommu_width = 20, \
		.flags = VFIO_DEVICE_PASID_IOMMU_WIDTH                                        \
	}

struct function functions[FUNCTIONS] = {
	[PF] = { .name = "PF", .answer = PF_ANSWER, .token = " vf_token=" VF_TOKEN },
	[VF0] = { .name = "VF 1", .answer = PF_ANSWER, .token = " vf_token=" VF_TOKEN },
	[VF1] = { .name = "VF 2", .answer = PF_ANSWER, .token = " vf_token=" VF_TOKEN },
	[PORTED] = { .name = "port's function",
		     .answer = { .pasid = { .capabilities = 1, .width = 16 },
				 .enabled = 1,
				 .iommu_width = 16,
				 .flags = VFIO_DEVICE_PASID_IOMMU_WIDTH },
		     .token = "" },
	/* its port doesn't support TLP prefixes: PASID isn't enabled, zeros are the answer */
	[OFF] = { .name = "function whose PASID is off",
		  .answer = { .iommu_width = 16, .flags = VFIO_DEVICE_PASID_IOMMU_WIDTH },
		  .token = "" },
};

const char *driver = "pasid_vfio_pci", *module = "pasid_vfio_pci";
const char *module_parameter;
bool off_between_spaces;

bool is_apart(void)
{
	return strcmp(driver, module) != 0;
}

/* IOMMU_WIDTH: the width of PASIDs that the machine's IOMMU supports. */
static void find_iommu_width(void)
{
	const char *most = getenv("IOMMU_WIDTH");
	unsigned long width = most ? strtoul(most, NULL, 10) : 0;

	for (int i = 0; i < FUNCTIONS; i++) {
		struct vfio_device_feature_pasid_ext *answer = &functions[i].answer;

		answer->iommu_width = answer->iommu_width < width ? answer->iommu_width : width;
	}
}

static void find_iommu_habit(void)
{
	struct utsname kernel;

	off_between_spaces = !uname(&kernel) && !strncmp(kernel.release, "6.1.", 4);
}

static void choose_driver(const char *name)
{
	if (!name || !*name || !strcmp(name, driver))
		return;
	driver = name;
	module = "vfio_pasid";
}

static void find_functions(char **bdfs)
{
	snprintf(functions[PF].bdf, sizeof(functions[PF].bdf), "%s", bdfs[0]);
	snprintf(functions[PORTED].bdf, sizeof(functions[PORTED].bdf), "%s", bdfs[1]);
	snprintf(functions[OFF].bdf, sizeof(functions[OFF].bdf), "%s", bdfs[2]);
}

void functions_describe(char **bdfs)
{
	choose_driver(getenv("LAB_DRIVER"));
	find_functions(bdfs);
	find_iommu_width();
	find_iommu_habit();
}

void functions_find_vfs(void)
{
	link_of(functions[PF].bdf, "virtfn0", functions[VF0].bdf, sizeof(functions[VF0].bdf));
	link_of(functions[PF].bdf, "virtfn1", functions[VF1].bdf, sizeof(functions[VF1].bdf));
}
