// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bind/modprobe.h"
#include "facts/module.h"
#include "support/sysfs.h"
#include "vfio/vfio.h"

/* Returns the exit status, or a negative errno. What it says goes to stderr. */
static int run_modprobe(const char *module)
{
	struct path path;
	char *const arguments[] = { path.text, "--", (char *)module, NULL };
	int status, ret;
	pid_t pid;

	/* The program that the kernel itself uses: a user's PATH may not have it. */
	if (sysfs_read("/proc/sys/kernel/modprobe", path.text, sizeof(path.text)) <= 0 ||
	    access(path.text, X_OK))
		path = path_of("modprobe");
	ret = posix_spawnp(&pid, path.text, NULL, NULL, arguments, environ);
	if (ret)
		return -ret;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

static bool has_driver(const char *driver)
{
	return sysfs_exists(path_of("/sys/bus/pci/drivers/%s", driver).text);
}

int modprobe_driver(const char *driver, struct why *why)
{
	int ret;

	if (has_driver(driver))
		return 0;
	if (geteuid())
		return because(why, -EPERM, "the driver %s isn't loaded, and loading it takes root",
			       driver);

	ret = run_modprobe(driver);
	if (ret < 0)
		return because(why, ret,
			       "the driver %s isn't loaded, and modprobe can't be run: %s", driver,
			       strerror(-ret));
	if (ret) {
		because(why, -ENOENT, "the driver %s can't be loaded, see above", driver);
		if (!strcmp(driver, PASID_DRIVER))
			because_also(why, "; is it installed for this kernel? " MODULES_TODO);
		return -ENOENT;
	}
	if (!has_driver(driver))
		return because(why, -ENOENT,
			       "the module %s was loaded, but has no PCI driver of "
			       "that name",
			       driver);
	return 0;
}
