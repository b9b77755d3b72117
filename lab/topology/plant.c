// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel reads a function's capabilities once, when it finds the function. So everything is
 * planted first; then the functions are removed, and a rescan finds them again. VFs exist only
 * while they are enabled: they are enabled for the planting, and disabled again. Whoever enables
 * them next finds what was planted.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plant.h"
#include "planter.h"
#include "sysfs.h"

#define CLASS_NVME    0x010802
#define NVME_DRIVER   "/sys/bus/pci/drivers/nvme"
#define NVME_WAIT_MS  60000 /* far more than it takes, even on a busy machine */
#define NVME_PAUSE_MS 10

static bool is_on_vf(const struct topology *topology, const struct plant *plant)
{
	return topology_pf_of(topology, &plant->path);
}

/* Succeeds, too, if the function was removed with a bridge above it. */
static int remove_function(struct topology *topology, const struct plant *plant)
{
	struct sysfs_name function;
	int ret;

	if (!sysfs_resolve(&plant->path, &function) || !sysfs_exists(&function, "remove"))
		return 0;

	ret = sysfs_write_number(&function, "remove", 1);
	return ret ? topology_fault(topology, plant->line, "%s: remove: %s", function.text,
				    strerror(-ret))
		   : 0;
}

static int find_again(struct topology *topology)
{
	struct sysfs_name function;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < topology->plant_count; i++)
		if (!is_on_vf(topology, &topology->plants[i]))
			ret = remove_function(topology, &topology->plants[i]);
	if (ret)
		return ret;

	ret = write_line("/sys/bus/pci/rescan", "1");
	if (ret)
		return topology_fault(topology, 0, "rescan: %s", strerror(-ret));

	for (i = 0; i < topology->plant_count; i++) {
		const struct plant *plant = &topology->plants[i];

		if (!is_on_vf(topology, plant) &&
		    (!sysfs_resolve(&plant->path, &function) || !sysfs_exists(&function, "config")))
			return topology_fault(topology, plant->line,
					      "the kernel didn't find %s again",
					      path_format(&plant->path).text);
	}
	return 0;
}

/* The nvme driver probes asynchronously. We wait for it, so that nobody after us has to. */
static int wait_for_driver(struct topology *topology, const struct function *function)
{
	const struct timespec pause = { .tv_nsec = NVME_PAUSE_MS * 1000000L };
	struct sysfs_name name;
	unsigned int i;
	long class;

	if (!sysfs_resolve(&function->path, &name) || sysfs_read_number(&name, "class", &class) ||
	    class != CLASS_NVME || access(NVME_DRIVER, F_OK))
		return 0;

	for (i = 0; i < NVME_WAIT_MS / NVME_PAUSE_MS && !sysfs_exists(&name, "driver"); i++)
		nanosleep(&pause, NULL);

	return sysfs_exists(&name, "driver")
		       ? 0
		       : topology_fault(topology, function->line, "%s: the nvme driver didn't bind",
					name.text);
}

static int plant_enabled_vfs(struct topology *topology, const struct function *pf)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < topology->plant_count; i++)
		if (topology_pf_of(topology, &topology->plants[i].path) == pf)
			ret = plant_one(topology, &topology->plants[i]);
	return ret;
}

static int plant_vfs_of(struct topology *topology, const struct function *pf)
{
	struct sysfs_name name;
	size_t i = 0;
	int ret;

	while (i < topology->plant_count &&
	       topology_pf_of(topology, &topology->plants[i].path) != pf)
		i++;
	if (i == topology->plant_count)
		return 0;

	if (!sysfs_resolve(&pf->path, &name))
		return topology_fault(topology, pf->line, "the kernel found no such function");

	/* No driver may probe the VFs before everything is planted in them. */
	ret = sysfs_write_number(&name, "sriov_drivers_autoprobe", 0);
	if (!ret)
		ret = sysfs_write_number(&name, "sriov_numvfs", pf->vfs);
	if (ret)
		return topology_fault(topology, pf->line,
				      "%s: the nvme driver can't enable VFs: %s", name.text,
				      strerror(-ret));

	ret = plant_enabled_vfs(topology, pf);
	sysfs_write_number(&name, "sriov_numvfs", 0);
	sysfs_write_number(&name, "sriov_drivers_autoprobe", 1);
	return ret;
}

int plant_all(struct topology *topology)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < topology->plant_count; i++)
		if (!is_on_vf(topology, &topology->plants[i]))
			ret = plant_one(topology, &topology->plants[i]);

	if (!ret && topology->plant_count)
		ret = find_again(topology);

	for (i = 0; !ret && i < topology->function_count; i++)
		ret = wait_for_driver(topology, &topology->functions[i]);

	for (i = 0; !ret && i < topology->function_count; i++)
		ret = plant_vfs_of(topology, &topology->functions[i]);

	return ret;
}
