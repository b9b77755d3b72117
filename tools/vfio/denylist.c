// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "support/parameter.h"
#include "support/sysfs.h"
#include "vfio/denylist.h"
#include "vfio/modprobe_options.h"
#include "vfio/vfio.h"

#define VENDOR_INTEL 0x8086
#define PARAMETER    "disable_denylist"

bool denylist_has(uint16_t vendor, uint16_t device)
{
	static const uint16_t devices[] = {
		0x19e2, /* PCI_DEVICE_ID_INTEL_QAT_C3XXX */
		0x19e3, /* PCI_DEVICE_ID_INTEL_QAT_C3XXX_VF */
		0x37c8, /* PCI_DEVICE_ID_INTEL_QAT_C62X */
		0x37c9, /* PCI_DEVICE_ID_INTEL_QAT_C62X_VF */
		0x0435, /* PCI_DEVICE_ID_INTEL_QAT_DH895XCC */
		0x0443, /* PCI_DEVICE_ID_INTEL_QAT_DH895XCC_VF */
		0x0b25, /* PCI_DEVICE_ID_INTEL_DSA_SPR0 */
		0x0cfe, /* PCI_DEVICE_ID_INTEL_IAX_SPR0 */
	};

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (vendor == VENDOR_INTEL && device == devices[i])
			return true;
	return false;
}

enum fact denylist_is_disabled(const char *sysfs, const char *root, const char *driver)
{
	const struct path module = module_name(driver);
	char value[8];

	if (sysfs_read(path_of("%s/module/%s/parameters/" PARAMETER, sysfs, module.text).text,
		       value, sizeof(value)) > 0)
		return parameter_bool(value);
	if (strcmp(module.text, PASID_DRIVER) != 0 && strcmp(module.text, "vfio_pci") != 0)
		return FACT_UNKNOWN;
	if (!root || sysfs_exists(path_of("%s/module/%s", sysfs, module.text).text))
		return FACT_UNKNOWN;
	return modprobe_bool(root, module.text, PARAMETER);
}

void denylist_todo(const char *driver, struct why *todo)
{
	because(todo, 0,
		"if you accept that risk: `modprobe -r %s`, then `modprobe %s "
		"disable_denylist=1`; for good: \"options %s disable_denylist=1\" in a file of "
		"/etc/modprobe.d",
		driver, driver, driver);
}

int denylist_explain(uint16_t vendor, uint16_t device, const char *driver, struct why *why)
{
	struct why todo;

	denylist_todo(driver, &todo);
	return because(why, -EPERM,
		       "%04x:%04x is on the denylist of VFIO's drivers (" DENYLIST_RISK
		       "), and %s refuses it; %s",
		       vendor, device, driver, todo.text);
}
