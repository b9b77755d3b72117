// SPDX-License-Identifier: GPL-2.0-only
/* Checks of a topology that take more than one line of it. */
#include <errno.h>

#include "topology.h"

/* q35's own functions, AMD's IOMMU, and the lab's virtio console: see lab/run. */
static const char *const reserved[] = { "00:00.0", "00:01.0", "00:1d.0",
					"00:1f.0", "00:1f.2", "00:1f.3" };

static const struct function *find(const struct topology *topology, const struct pci_path *path)
{
	size_t i;

	for (i = 0; i < topology->function_count; i++)
		if (path_equal(&topology->functions[i].path, path))
			return &topology->functions[i];
	return NULL;
}

const struct function *topology_pf_of(const struct topology *topology, const struct pci_path *path)
{
	size_t i;

	for (i = 0; i < topology->function_count; i++) {
		const struct function *pf = &topology->functions[i];
		int distance = path_devfn(path) - path_devfn(&pf->path);

		/* QEMU's NVMe has its first VF next to the PF, and no gap between VFs. */
		if (path_same_bus(path, &pf->path) && distance > 0 && distance <= (int)pf->vfs)
			return pf;
	}
	return NULL;
}

static int check_place(struct topology *topology, const struct function *function)
{
	struct pci_path path;
	size_t i;

	for (i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (path_parse(&path, reserved[i]) && path_equal(&path, &function->path))
			return topology_fault(topology, function->line,
					      "%s belongs to the machine: write another slot",
					      reserved[i]);

	if (find(topology, &function->path) != function)
		return topology_fault(topology, function->line, "another line already uses %s",
				      path_format(&function->path).text);

	if (topology_pf_of(topology, &function->path))
		return topology_fault(topology, function->line,
				      "%s is a VF of another line: write another slot",
				      path_format(&function->path).text);

	return 0;
}

static int check_bus(struct topology *topology, const struct function *function)
{
	struct pci_path bridge = function->path;
	const struct function *port;

	if (function->path.hops == 1)
		return 0;

	bridge.hops--;
	port = find(topology, &bridge);
	if (!port || port->kind != FUNCTION_PORT)
		return topology_fault(topology, function->line, "write a line `port %s` too",
				      path_format(&bridge).text);

	/* Within a switch, the one bus that has slots. */
	if (function->path.hops == HOPS_DOWNSTREAM) {
		if (function->kind == FUNCTION_PORT)
			return 0;
		return topology_fault(
			topology, function->line,
			"behind a switch's upstream port there are its downstream ports only");
	}
	if (function->kind == FUNCTION_PORT && function->path.hops > HOPS_DOWNSTREAM)
		return topology_fault(topology, function->line,
				      "behind a switch's downstream port there is no further port");

	/* A link has one device at its end, in slot 0. */
	if (path_devfn(&function->path) >> 3)
		return topology_fault(topology, function->line,
				      "behind a port there is slot 00 only: write %s/00.0",
				      path_format(&bridge).text);
	return 0;
}

static int check_vfs(struct topology *topology, const struct function *function)
{
	if (path_devfn(&function->path) + function->vfs > 0xff)
		return topology_fault(topology, function->line,
				      "%u VFs don't fit on the bus: write fewer", function->vfs);
	return 0;
}

static int check_plant(struct topology *topology, const struct plant *plant)
{
	if (!find(topology, &plant->path) && !topology_pf_of(topology, &plant->path))
		return topology_fault(topology, plant->line,
				      "there is no function %s: write a port or nvme line for it",
				      path_format(&plant->path).text);

	if (plant->kind == PLANT_CAPABILITY && plant->at && (plant->at < 0x100 || plant->at % 4))
		return topology_fault(topology, plant->line,
				      "at=%#x: extended capabilities are at 0x100, 0x104, ...",
				      plant->at);

	if (plant->at + plant->length > CONFIG_SIZE)
		return topology_fault(topology, plant->line,
				      "%zu bytes at %#x reach beyond config space", plant->length,
				      plant->at);
	return 0;
}

int topology_validate(struct topology *topology)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < topology->function_count; i++) {
		const struct function *function = &topology->functions[i];

		ret = check_place(topology, function);
		if (!ret)
			ret = check_bus(topology, function);
		if (!ret)
			ret = check_vfs(topology, function);
	}

	for (i = 0; !ret && i < topology->plant_count; i++)
		ret = check_plant(topology, &topology->plants[i]);

	return ret;
}
