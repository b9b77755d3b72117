// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "pci/bdf.h"
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

static bool has_parameter(const char *module)
{
	return !strcmp(module, PASID_DRIVER) || !strcmp(module, "vfio_pci");
}

enum fact denylist_is_disabled(const char *sysfs, const char *root, const char *driver)
{
	const struct path module = module_name(driver);
	char value[8];

	if (sysfs_read(path_of("%s/module/%s/parameters/" PARAMETER, sysfs, module.text).text,
		       value, sizeof(value)) > 0)
		return parameter_bool(value);
	if (!has_parameter(module.text))
		return FACT_UNKNOWN;
	if (!root || sysfs_exists(path_of("%s/module/%s", sysfs, module.text).text))
		return FACT_UNKNOWN;
	return modprobe_bool(root, module.text, PARAMETER);
}

enum fact denylist_stays_disabled(const char *root, const char *driver)
{
	const struct path module = module_name(driver);

	if (!has_parameter(module.text))
		return FACT_UNKNOWN;
	return modprobe_bool(root, module.text, PARAMETER);
}

struct users {
	size_t count;
	struct bdf first; /* in the order of their texts */
};

static int take_user(void *context, const struct sysfs_entry *entry)
{
	struct users *users = context;
	struct bdf bdf;

	if (bdf_parse(entry->name, &bdf))
		return 0;
	if (!users->count++ || strcmp(bdf.text, users->first.text) < 0)
		users->first = bdf;
	return 0;
}

/* Unloading the module unbinds its functions, and loading it binds them again. */
static void say_users(const char *sysfs, const char *driver, struct why *todo)
{
	struct users users = { 0 };

	sysfs_list(path_of("%s/bus/pci/drivers/%s", sysfs, driver).text, take_user, &users);
	if (!users.count)
		return;
	because_also(todo, "; bound to it now: %s", users.first.text);
	if (users.count > 1)
		because_also(todo, " and %zu more", users.count - 1);
	because_also(todo, ": stop the programs that use them first, as they are unbound until the "
			   "module is loaded again");
}

/* For a module that can be unloaded, sysfs has a reference count. */
static bool is_built_in(const char *sysfs, const char *driver)
{
	struct path module = path_of("%s/module/%s", sysfs, module_name(driver).text);

	return sysfs_exists(path_of("%s/parameters/" PARAMETER, module.text).text) &&
	       !sysfs_exists(path_of("%s/refcnt", module.text).text) &&
	       !sysfs_exists(path_of("%s/initstate", module.text).text);
}

void denylist_todo_for_good(const char *driver, struct why *todo)
{
	because(todo, 0, "\"options %s disable_denylist=1\" in a file of /etc/modprobe.d", driver);
}

void denylist_todo(const char *sysfs, const char *driver, struct why *todo)
{
	struct why for_good;

	if (sysfs && is_built_in(sysfs, driver)) {
		because(todo, 0,
			"if you accept that risk: %s is built into the kernel, so add "
			"%s.disable_denylist=1 to the kernel's command line and reboot",
			driver, module_name(driver).text);
		return;
	}
	denylist_todo_for_good(driver, &for_good);
	because(todo, 0,
		"if you accept that risk: `modprobe -r %s`, then `modprobe %s disable_denylist=1`; "
		"permanently: %s",
		driver, driver, for_good.text);
	if (sysfs)
		say_users(sysfs, driver, todo);
}

int denylist_explain(const char *sysfs, uint16_t vendor, uint16_t device, const char *driver,
		     struct why *why)
{
	struct why todo;

	denylist_todo(sysfs, driver, &todo);
	return because(why, -EPERM,
		       "%04x:%04x is on the denylist of VFIO's drivers (" DENYLIST_RISK
		       "), and %s refuses it; %s",
		       vendor, device, driver, todo.text);
}
