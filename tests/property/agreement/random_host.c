// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "random_host.h"

bool one_in(struct random *random, unsigned int n)
{
	return !random_below(random, n);
}

void note_odd(struct made_function *function, const char *format, ...)
{
	size_t used = strlen(function->odd);
	va_list arguments;

	if (function->oddities++ && used + 2 < sizeof(function->odd))
		used += (size_t)snprintf(function->odd + used, sizeof(function->odd) - used, "; ");
	va_start(arguments, format);
	vsnprintf(function->odd + used, sizeof(function->odd) - used, format, arguments);
	va_end(arguments);
}

/* Topology */

/* A bus; its path is that of the port above it, or that of the host bridge. */
struct bus {
	unsigned int domain, number;
	int port;
	char path[sizeof(((struct made_function *)0)->path)];
};

static struct made_function *add(struct made_host *host, const struct bus *bus, unsigned int device,
				 unsigned int number, enum role role)
{
	struct made_function *function;
	char path[sizeof(function->path)];

	if (host->count == MAX_FUNCTIONS)
		return NULL;
	function = &host->functions[host->count++];
	memset(function, 0, sizeof(*function));
	snprintf(function->bdf, sizeof(function->bdf), "%04x:%02x:%02x.%x", bus->domain,
		 bus->number, device, number);
	snprintf(path, sizeof(path), "%.120s/%s", host->is_flat ? "bus/pci/devices" : bus->path,
		 function->bdf);
	memcpy(function->path, path, sizeof(path));
	function->role = role;
	function->parent = bus->port;
	function->pf = -1;
	return function;
}

static bool is_bus_full(const struct made_host *host)
{
	return host->count >= MAX_FUNCTIONS;
}

/* The bus below a port. */
static struct bus below(const struct made_host *host, const struct bus *bus, unsigned int *buses)
{
	const struct made_function *port = &host->functions[host->count - 1];
	struct bus lower = { .domain = bus->domain, .number = ++*buses, .port = host->count - 1 };

	memcpy(lower.path, port->path, sizeof(lower.path));
	return lower;
}

/* VFs */

static void name_pf(struct made_function *vf, enum known known, const char *name)
{
	vf->is_vf = true;
	vf->pf_name_known = known;
	vf->pf_name = name;
}

static void add_vfs(struct random *random, struct made_host *host, const struct bus *bus, int pf,
		    unsigned int device, unsigned int number)
{
	unsigned int count = random_below(random, 3);

	for (unsigned int i = 0; i < count && number < 8; i++, number++) {
		struct made_function *vf = add(host, bus, device, number, host->functions[pf].role);

		if (!vf)
			return;
		name_pf(vf, KNOWN, host->functions[pf].bdf);
		vf->pf = pf;
		if (i && one_in(random, 8)) {
			name_pf(vf, KNOWN, vf[-1].bdf);
			vf->pf = pf + (int)i;
			note_odd(vf, "its PF is a VF");
		}
	}
}

static void add_orphan(struct random *random, struct made_host *host, const struct bus *bus,
		       unsigned int device)
{
	struct made_function *vf = add(host, bus, device, 4, ROLE_ENDPOINT);

	if (!vf)
		return;
	name_pf(vf, KNOWN, "0000:77:00.0");
	if (one_in(random, 2))
		note_odd(vf, "its PF isn't there");
	else
		name_pf(vf, KNOWN_UNKNOWN, "");
}

/* A device of one or two functions, of which some are PFs with VFs. */
static void add_device(struct random *random, struct made_host *host, const struct bus *bus,
		       unsigned int device, enum role role)
{
	unsigned int count = one_in(random, 5) ? 2 : 1;

	for (unsigned int i = 0; i < count && !is_bus_full(host); i++) {
		struct made_function *function = add(host, bus, device, i, role);

		function->is_pf = random_below(random, 5) < 2;
		if (function->is_pf)
			add_vfs(random, host, bus, host->count - 1, device, 4 * i + 2);
	}
	if (one_in(random, 10))
		add_orphan(random, host, bus, device + 1);
}

/* A bridge to a conventional bus, and a function on that. */
static void add_conventional_bus(struct random *random, struct made_host *host,
				 const struct bus *upper, unsigned int *buses)
{
	struct bus bus;

	if (!add(host, upper, 0, 0, ROLE_PCI_BRIDGE))
		return;
	bus = below(host, upper, buses);
	add(host, &bus, random_below(random, 4), 0, ROLE_CONVENTIONAL);
}

/* A root port with a device below it, or with a switch and a device below that. */
static void add_slot(struct random *random, struct made_host *host, const struct bus *root,
		     unsigned int device, unsigned int *buses)
{
	struct bus bus;

	if (!add(host, root, device, 0, ROLE_ROOT_PORT))
		return;
	bus = below(host, root, buses);
	if (one_in(random, 16)) {
		add_conventional_bus(random, host, &bus, buses);
		return;
	}
	if (one_in(random, 6)) {
		if (!add(host, &bus, 0, 0, ROLE_UPSTREAM))
			return;
		bus = below(host, &bus, buses);
		if (!add(host, &bus, random_below(random, 2), 0, ROLE_DOWNSTREAM))
			return;
		bus = below(host, &bus, buses);
	}
	add_device(random, host, &bus, 0, ROLE_ENDPOINT);
}

/* Intel's VMD: a function with a domain of its own, whose ports are on a root bus. */
static void add_vmd(struct random *random, struct made_host *host, const struct bus *root)
{
	struct bus inner = { .domain = 0x10000, .number = 0xe0, .port = -1 };
	struct made_function *vmd = add(host, root, 0x0e, 0, ROLE_INTEGRATED);
	unsigned int buses = 0xe0;

	vmd->is_vmd = !host->is_flat;
	snprintf(inner.path, sizeof(inner.path), "%.80s%s", host->is_flat ? root->path : vmd->path,
		 host->is_flat ? "" : "/pci10000:e0");
	add_slot(random, host, &inner, 0, &buses);
}

/* A flat host has all functions in one directory. */
static struct bus root_bus(const struct made_host *host)
{
	struct bus root = { .port = -1 };

	snprintf(root.path, sizeof(root.path), "%s",
		 host->is_flat ? "bus/pci/devices" : "devices/pci0000:00");
	return root;
}

static void add_all(struct random *random, struct made_host *host)
{
	unsigned int slots = 1 + one_in(random, 6), buses = 0;
	struct bus root = root_bus(host);

	if (one_in(random, 6))
		add(host, &root, 0, 0, ROLE_HOST_BRIDGE);
	if (one_in(random, 12))
		add_vmd(random, host, &root);
	for (unsigned int i = 0; i < slots; i++)
		add_slot(random, host, &root, 1 + i, &buses);
	if (one_in(random, 4))
		add_device(random, host, &root, 0x1c, ROLE_INTEGRATED);
	if (one_in(random, 12))
		add(host, &root, 0x1e, 0, ROLE_CONVENTIONAL);
}

/* Identity */

static void identify(struct random *random, struct made_host *host, struct made_function *function)
{
	static const uint16_t vendors[] = { 0x1234, 0x8086, 0x19e5, 0x15b3 };
	static const uint16_t devices[] = { 0x5678, 0x0b25, 0xa250, 0x1023 };
	static const uint32_t classes[] = { 0x010802, 0x020000, 0x120000, 0x088000 };

	function->vendor = vendors[random_below(random, 4)];
	function->device = devices[random_below(random, 4)];
	function->class = classes[random_below(random, 4)];
	if (function->role == ROLE_HOST_BRIDGE)
		function->class = 0x060000;
	else if (function->role >= ROLE_ROOT_PORT)
		function->class = 0x060400;
	if (function->is_vf && function->pf >= 0) {
		function->vendor = host->functions[function->pf].vendor;
		function->class = host->functions[function->pf].class;
	}
}

static void add_directories(struct made_tree *tree)
{
	static const char *const paths[] = {
		"bus",
		"bus/pci",
		"bus/pci/devices",
		"class",
		"class/iommu",
		"devices",
		"devices/virtual",
		"devices/virtual/iommu",
		"devices/pci0000:00",
		"kernel",
		"kernel/iommu_groups",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		made_tree_directory(tree, paths[i]);
	made_tree_link(tree, "bus/pci/devices/no function", "../../../devices");
}

void random_host(struct random *random, struct made_host *host)
{
	static const unsigned int oddness[] = { 0, 0, 100, 30 };

	host->count = 0;
	made_tree_clear(&host->tree);
	host->oddness = oddness[random_below(random, 4)];
	host->wakes = one_in(random, 4);
	host->is_flat = host->oddness && one_in(random, 12);
	add_directories(&host->tree);
	random_iommus(random, host);
	add_all(random, host);
	for (int i = 0; i < host->count; i++) {
		identify(random, host, &host->functions[i]);
		random_space(random, &host->functions[i]);
		random_attributes(random, host, &host->functions[i]);
	}
}
