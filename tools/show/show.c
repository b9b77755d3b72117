// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>

#include "facts/function.h"
#include "place/vmm.h"
#include "show/show.h"

int show_read(struct function *function, const struct vpasid_quirks *quirks, struct show *show,
	      struct why *why)
{
	int ret = function_read(function, EXPLAIN_PARTS, why);

	*show = (struct show){ .function = function };
	if (ret)
		return ret;
	/* Without pci.ids the names are numbers. */
	functions_name(&function, 1, NULL);
	explain_judge(function, &show->chain);
	place_for_vmm(function, &(struct place_options){ 0 }, quirks, &show->place);
	return 0;
}

const struct function *show_holder(const struct show *show)
{
	static const struct function nobody = { .why = "", .path_why = "" };

	return show->function->holder ? show->function->holder : &nobody;
}

unsigned long long show_ats_unit(const struct capability *ats)
{
	return 1ull << (PCI_ATS_MIN_STU + PCI_ATS_CTRL_STU(ats->control));
}

unsigned int show_ats_depth(const struct capability *ats)
{
	unsigned int depth = PCI_ATS_CAP_QDEP(ats->capability);

	return depth ? depth : PCI_ATS_MAX_QDEP;
}
