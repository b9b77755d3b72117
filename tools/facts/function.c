// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "facts/source.h"

/* Returns whether that part has yet to be read, and marks it as read. */
static bool is_due(struct function *function, unsigned int part)
{
	bool due = !(function->parts & part);

	function->parts |= part;
	return due;
}

static int identify(struct function *function, struct why *why)
{
	const struct source *source = function->host->source;

	if (!is_due(function, FUNCTION_IDENTITY))
		return 0;
	function->error = source->check(function, why);
	if (function->error) {
		function->parts &= ~(unsigned int)FUNCTION_IDENTITY;
		return function->error;
	}
	source->identify(function);
	if (function->pci.kind != PCI_KIND_VF)
		function->holder = function;
	return 0;
}

/*
 * A VF's link names its PF. That PF may not exist: then nothing is known about it. What is
 * itself a VF can't be a PF.
 */
static int find_holder(struct function *vf, struct why *why)
{
	struct function *pf;
	struct why pf_why;

	if (vf->pci.kind != PCI_KIND_VF || vf->holder || !*vf->pci.pf.text)
		return 0;
	pf = host_function(vf->host, &vf->pci.pf);
	if (!pf)
		return because(why, -ENOMEM, "out of memory");
	if (identify(pf, &pf_why)) {
		pf->pasid_error = pf->error;
		pf->why = host_text(vf->host, "%s", pf_why.text);
	} else if (pf->pci.kind == PCI_KIND_VF) {
		vf->path_why = host_text(vf->host, "%s is a VF, and its PF, %s, is a VF, too",
					 vf->pci.bdf.text, pf->pci.bdf.text);
		return 0;
	}
	vf->holder = pf;
	return 0;
}

static bool is_left_asleep(struct function *function)
{
	struct host *host = function->host;

	if (!function->is_asleep && !host->wakes && host->source->wakes(function)) {
		function->is_asleep = true;
		function->why = host_text(host, "it is asleep: %s wakes and reads it",
					  host_wake_option(host));
		function->pasid_error = -EAGAIN;
	}
	return function->is_asleep;
}

static int read_config(struct function *function, struct why *why)
{
	struct config_space *config;

	if (function->error || !is_due(function, FUNCTION_CONFIG))
		return 0;
	config = calloc(1, sizeof(*config));
	if (!config)
		return because(why, -ENOMEM, "out of memory");
	function->config = config;
	function_find_hops(function);
	config->bdf = function->pci.bdf;
	if (is_left_asleep(function))
		config->error = because(&config->why, -EAGAIN, "%s", function->why);
	function->host->source->read_config(function);
	function_take_registers(function);
	return 0;
}

/* Uses the whole config space if there is one already, or a few dwords otherwise. */
static int read_pasid(struct function *function, struct why *why)
{
	const struct source *source = function->host->source;

	if (!source->read_pasid)
		return read_config(function, why);
	if (!function->error && !function->config && is_due(function, FUNCTION_PASID) &&
	    !is_left_asleep(function))
		source->read_pasid(function);
	return 0;
}

/* Reads the function whose registers count, and the ports above it. */
static int read_path(struct function *function, struct why *why)
{
	struct function *holder = function->holder;
	int ret = 0;

	if (!holder || !is_due(function, FUNCTION_PATH))
		return 0;
	function_find_hops(holder);
	for (size_t i = 0; i < holder->hop_count && !ret; i++) {
		struct why hop_why;

		/* If a hop doesn't exist, nothing is known about it. */
		if (!identify(holder->hops[i], &hop_why))
			ret = read_config(holder->hops[i], why);
		else
			holder->hops[i]->why = host_text(function->host, "%s", hop_why.text);
	}
	return ret;
}

int function_read(struct function *function, unsigned int parts, struct why *why)
{
	const struct source *source = function->host->source;
	int ret = identify(function, why);

	if (ret)
		return ret;
	ret = find_holder(function, why);
	if (!ret && (parts & (FUNCTION_CONFIG | FUNCTION_PATH)))
		ret = read_config(function, why);
	if (!ret && (parts & FUNCTION_PATH))
		ret = read_path(function, why);
	if (!ret && (parts & FUNCTION_PASID) && function->holder)
		ret = read_pasid(function->holder, why);
	if (ret)
		return ret;
	if ((parts & FUNCTION_VFS) && is_due(function, FUNCTION_VFS))
		source->find_vfs(function);
	if ((parts & FUNCTION_IOMMU) && is_due(function, FUNCTION_IOMMU))
		source->read_iommu(function);
	if ((parts & FUNCTION_SYSFS) && is_due(function, FUNCTION_SYSFS))
		source->read_sysfs(function);
	if ((parts & FUNCTION_VFIO) && is_due(function, FUNCTION_VFIO))
		source->read_vfio(function);
	if ((parts & FUNCTION_VFIO_PASID) && is_due(function, FUNCTION_VFIO_PASID))
		source->read_vfio_pasid(function);
	if ((parts & FUNCTION_IDXD) && is_due(function, FUNCTION_IDXD) && function->host->sysfs)
		idxd_read(function->host->sysfs, &function->pci.bdf, &function->idxd);
	if ((parts & FUNCTION_KERNEL) && is_due(function, FUNCTION_KERNEL))
		function->kernel = host_kernel(function->host);
	return (parts & FUNCTION_KERNEL) && !function->kernel
		       ? because(why, -ENOMEM, "out of memory")
		       : 0;
}

void function_find_hops(struct function *function)
{
	struct bdf ports[FUNCTION_MAX_PORTS];
	int count;

	if (function->hops)
		return;
	count = function->host->source->find_ports(function, ports, FUNCTION_MAX_PORTS);
	if (count > FUNCTION_MAX_PORTS)
		function->path_why = host_text(function->host, "there are %d ports above %s", count,
					       function->pci.bdf.text);
	if (count < 0 || count > FUNCTION_MAX_PORTS)
		count = 0;
	function->hops = calloc((size_t)count + 1, sizeof(struct function *));
	if (!function->hops) {
		function->path_why = "out of memory";
		return;
	}
	function->hops[function->hop_count++] = function;
	for (int i = 0; i < count; i++) {
		struct function *port = host_function(function->host, &ports[i]);

		if (!port) {
			function->path_why = "out of memory";
			return;
		}
		function->hops[function->hop_count++] = port;
	}
}

const char *function_path_why(const struct function *function)
{
	return function->holder ? function->holder->path_why : function->path_why;
}
