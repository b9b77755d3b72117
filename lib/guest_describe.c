// SPDX-License-Identifier: MIT
/* The findings of guest.h in words. */
#include <stdio.h>

#include <vpasid/guest.h>

/* What is wrong and what to do, as it follows the name of the function or the port. */
static const char *const sentences[] = {
	[VPASID_GUEST_ABSENT] = "reads as all ones: it doesn't respond",
	[VPASID_GUEST_NO_EXPRESS] = "has no PCI Express Capability, which extended capabilities "
				    "require: add one",
	[VPASID_GUEST_BROKEN_CHAIN] = "has a broken chain of extended capabilities, which ends "
				      "before one that the guest looks for: repair the chain",
	[VPASID_GUEST_NO_PASID] = "has no PASID capability: add one",
	[VPASID_GUEST_NO_WIDTH] = "has a PASID capability with a Max PASID Width of %u: set it to "
				  "1 to 20",
	[VPASID_GUEST_NO_PREFIX] = "doesn't support end-to-end TLP prefixes: set bit 21 of its "
				   "Device Capabilities 2",
	[VPASID_GUEST_NO_ROOT_PORT] = "isn't a root port, and has none above it: add one to the "
				      "root bus, with the function below it",
	[VPASID_GUEST_NO_ACS] = "has no ACS capability: add one",
	[VPASID_GUEST_NEVER_ACS] = "is of type %u, which can't have ACS: put the function below "
				   "PCI Express ports only",
	[VPASID_GUEST_NO_ATS] = "has no ATS capability: expose the device's, or add a virtual one",
	[VPASID_GUEST_ATS_UNALIGNED] = "has ATS without Page Aligned Request: set bit 5 of its ATS "
				       "Capability if the device's requests are page-aligned",
	[VPASID_GUEST_NO_PRI] = "has no PRI capability: expose the device's, or add a virtual one",
	[VPASID_GUEST_PRI_RUNNING] = "has PRI with Stopped clear: set bit 8 of its Page Request "
				     "Status",
	[VPASID_GUEST_PRI_NO_PASID] = "has PRI without PRG Response PASID Required: set bit 15 of "
				      "its Page Request Status if the device supports that",
	[VPASID_GUEST_PRI_UNUSED] = "gets no PRI from the driver of an SMMUv3: have the device "
				    "handle its page faults itself",
};

int vpasid_guest_describe(const struct vpasid_guest_finding *finding, char *text, size_t size)
{
	const size_t count = sizeof(sentences) / sizeof(sentences[0]);
	const char *sentence = finding->code < count ? sentences[finding->code] : NULL;
	char whole[VPASID_GUEST_TEXT], name[40] = "the function";

	if (finding->hop)
		snprintf(name, sizeof(name), "port %u above the function", finding->hop);
	/* Not all sentences mention the value: C allows for a surplus argument. */
	snprintf(whole, sizeof(whole), sentence ? sentence : "has an unknown finding",
		 finding->value);
	return snprintf(text, size, "%s %s", name, whole);
}
