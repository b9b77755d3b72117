// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "bind/modprobe.h"
#include "bind/run.h"
#include "facts/module.h"
#include "support/sysfs.h"
#include "vfio/modprobe_options.h"
#include "vfio/vfio.h"

/* Returns as run_program(). */
static int run_modprobe(const char *module)
{
	char *arguments[] = { NULL, "--", (char *)module, NULL };
	struct path path;

	/* The program that the kernel itself uses: it may not be in a user's PATH. */
	if (sysfs_read("/proc/sys/kernel/modprobe", path.text, sizeof(path.text)) <= 0 ||
	    access(path.text, X_OK))
		path = path_of("modprobe");
	arguments[0] = path.text;
	return run_program(arguments);
}

static bool has_driver(const char *root, const char *driver)
{
	return sysfs_exists(path_of("%s/sys/bus/pci/drivers/%s", root, driver).text);
}

/* We know where to get the project's own driver, but no other. */
static void add_todo(const char *driver, const char *todo, struct why *why)
{
	if (!strcmp(driver, PASID_DRIVER))
		because_also(why, "; %s", todo);
}

int modprobe_check(const char *root, const char *driver, struct why *why)
{
	struct path sysfs = path_of("%s/sys", root);
	struct module_policy policy;
	struct module module;
	struct host host;

	if (has_driver(root, driver))
		return 0;
	host_open(&host, sysfs.text, root, false);
	module_read(&host, module_name(driver).text, &module);
	module_policy_read(&host, &policy);
	host_close(&host);
	if (module.installed == FACT_NO) {
		because(why, -ENOENT,
			"the driver %s isn't loaded, and no module of that name is installed for "
			"this kernel",
			driver);
		add_todo(driver, MODULES_TODO, why);
		return -ENOENT;
	}
	if (module_policy_enforces(&policy) == FACT_YES && module.has_signature == FACT_NO) {
		because(why, -EPERM, "the driver %s isn't loaded: " MODULE_UNSIGNED, driver,
			module_policy_reason(&policy), driver);
		add_todo(driver, MODULE_SIGNATURE_TODO, why);
		return -EPERM;
	}
	return 0;
}

int modprobe_driver(const char *driver, struct why *why)
{
	int ret;

	if (has_driver("", driver))
		return 0;
	if (geteuid())
		return because(why, -EPERM,
			       "the driver %s isn't loaded, and loading it requires root", driver);

	ret = run_modprobe(driver);
	if (ret < 0)
		return because(why, ret,
			       "the driver %s isn't loaded, and modprobe can't be run: %s", driver,
			       strerror(-ret));
	if (ret) {
		because(why, -ENOENT, "the driver %s can't be loaded: see above", driver);
		if (!strcmp(driver, PASID_DRIVER))
			because_also(why, "; is it installed for this kernel? " MODULES_TODO);
		return -ENOENT;
	}
	if (!has_driver("", driver))
		return because(why, -ENOENT,
			       "the module %s was loaded, but contains no PCI driver of that name",
			       driver);
	return 0;
}
