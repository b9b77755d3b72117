// SPDX-License-Identifier: GPL-2.0-or-later
#include <vpasid/vfio_view.h>

#include "facts/kernel.h"
#include "facts/open.h"
#include "facts/reporter.h"
#include "place/vmm.h"
#include "vfio/vfio.h"

/* A dump doesn't tell the kernel that it will be used with: then it is a present one. */
static uint32_t view_flags(const struct function *function, const struct place_options *options)
{
	uint32_t flags = 0;

	if (options->is_emulated || function_is_guarded(function) == FACT_YES)
		flags |= VPASID_VFIO_VIEW_GUARDED;
	if (kernel_since(host_release(function->host), 6, 4) == FACT_NO)
		flags |= VPASID_VFIO_VIEW_NO_DVSEC;
	return flags;
}

static int open_and_read(struct function *function, const char *vf_token, uint8_t *config,
			 struct why *why)
{
	struct vfio vfio;
	int ret = function_open(function, vf_token, &vfio, why);

	if (ret)
		return ret;
	ret = vfio_read_config(&vfio, config, why);
	vfio_close(&vfio);
	return ret;
}

void place_for_vmm(struct function *function, const struct place_options *options,
		   const struct vpasid_quirks *quirks, struct placement_report *report)
{
	const unsigned int parts = FUNCTION_CONFIG | FUNCTION_VFS | FUNCTION_VFIO_PASID |
				   (options->opens ? FUNCTION_SYSFS | FUNCTION_VFIO : 0);
	uint8_t opened[VPASID_CONFIG_SIZE];
	struct why why;
	int ret = function_read(function, parts, &why);

	if (!ret && options->opens)
		ret = open_and_read(function, options->vf_token, opened, &why);
	if (ret)
		*report = (struct placement_report){
			.bdf = function->pci.bdf,
			.error = ret,
			.why = why,
		};
	else
		place_find_in_vfio(function->config, view_flags(function, options),
				   options->opens ? opened : NULL, quirks, options->offset,
				   options->with, report);
	report->name = function->name ? function->name : "";
	report->kind = function->pci.kind;
}
