// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define MAX_QUIRKS 16

/* 1. Query: does the host have PASID for the function? Asks all sources. */
static int query(struct guest *guest, struct why *why)
{
	const struct host *host = guest->host;
	int ret = vpasid_query_bound(host->function.device_fd, host->function.iommufd,
				     host->function.dev_id, NULL, &guest->info);

	if (ret == -EOPNOTSUPP)
		return because(why, ret,
			       "nothing reports whether the function has PASID: load vfio_pasid, "
			       "or bind the function to pasid_vfio_pci");
	if (ret)
		return because(why, ret, "no answer from the host: %s", strerror(-ret));
	if (!vpasid_info_usable_width(&guest->info))
		return because(why, -ENODEV,
			       "the host has no PASID for the function: vpasid explain says why");
	return 0;
}

struct obstacles {
	struct why text;
	unsigned int count;
};

static void note_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	struct obstacles *obstacles = opaque;

	because_also(&obstacles->text, "%s 0x%03x+%u", obstacles->count++ ? "," : ":",
		     obstacle->offset, obstacle->length);
}

/* 2. Place: in what VFIO shows, because the guest's other accesses reach that. */
static int place(struct guest *guest, const struct vpasid_quirks *quirks, struct why *why)
{
	const struct function *function = &guest->host->function;
	const struct vpasid_quirk *matches[MAX_QUIRKS];
	struct vpasid_device device = { .argsz = sizeof(device) };
	int ret = vpasid_device_from_config(function->config, VPASID_CONFIG_SIZE, function->kind,
					    &device);
	int count = vpasid_quirks_match(quirks, &device, matches, MAX_QUIRKS);
	struct obstacles obstacles = { 0 };
	struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = function->config,
		.size = VPASID_CONFIG_SIZE,
		.quirks = matches,
		.quirk_count = (size_t)count,
		.obstacle = note_obstacle,
		.opaque = &obstacles,
	};

	if (!ret && count < 0)
		ret = count;
	if (!ret)
		ret = count > MAX_QUIRKS ? -E2BIG : vpasid_place(&request, &guest->placement);
	return ret ? because(why, ret, "no place for PASID: %s%s", strerror(-ret),
			     obstacles.text.text)
		   : 0;
}

static int load_quirks_and_place(struct guest *guest, struct why *why)
{
	struct vpasid_quirks_error error = { "no memory" };
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	int ret = quirks ? vpasid_quirks_load(quirks, &error) : -ENOMEM;

	ret = ret ? because(why, ret, "%s", error.text) : place(guest, quirks, why);
	vpasid_quirks_free(quirks);
	return ret;
}

/* 3. Emulate: all accesses except those to the virtual capability go to VFIO. */
static int read_device(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	const struct function *function = &((struct guest *)opaque)->host->function;
	ssize_t done = pread(function->device_fd, data, length, function->config_at + offset);

	return done == length ? 0 : -EIO;
}

static int write_device(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	const struct function *function = &((struct guest *)opaque)->host->function;
	ssize_t done = pwrite(function->device_fd, data, length, function->config_at + offset);

	return done == length ? 0 : -EIO;
}

/* A VMM that supports DMA with a PASID starts and stops it here. */
static void control_changed(void *opaque, uint16_t control)
{
	struct guest *guest = opaque;

	log_line(guest->log, "guest: PASID Control is 0x%04x: PASID is %s", control,
		 control & VPASID_CTRL_ENABLE ? "on" : "off");
}

int guest_init(struct guest *guest, struct host *host, unsigned int takes, struct log *log,
	       struct why *why)
{
	static const struct vpasid_vconfig_ops ops = {
		.argsz = sizeof(ops),
		.read = read_device,
		.write = write_device,
		.pasid_changed = control_changed,
	};
	struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = host->function.config,
		.size = VPASID_CONFIG_SIZE,
		.info = &guest->info,
		.placement = &guest->placement,
		.ops = &ops,
		.opaque = guest,
	};
	int ret;

	*guest = (struct guest){ .host = host, .log = log };
	ret = query(guest, why);
	if (!ret)
		ret = load_quirks_and_place(guest, why);
	if (ret)
		return ret;
	request.width = vpasid_info_usable_width(&guest->info);
	if (request.width > takes)
		request.width = takes;
	ret = vpasid_vconfig_new(&request, &guest->view);
	return ret ? because(why, ret, "the guest's view can't be made: %s", strerror(-ret)) : 0;
}

void guest_free(struct guest *guest)
{
	vpasid_vconfig_free(guest->view);
}
