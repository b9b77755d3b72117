// SPDX-License-Identifier: MIT
/*
 * What a VMM does to offer PASID to a guest, from the question to the host to a live
 * migration; doc/vmm.md walks through it.
 *
 *	vmm [--width N] 0000:6a:01.0         a function that a VFIO driver is bound to
 *	vmm [--width N] --file SPACE.bin     4096 bytes of config space, without a device
 *
 * N is the PASID width that the virtual IOMMU takes, 20 by default. guest_boots() plays the
 * guest.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vpasid/vpasid.h>

#include "function.h"

#define MAX_QUIRKS 16

static int complain(const char *what, int error)
{
	fprintf(stderr, "vmm: %s: %s\n", what, strerror(-error));
	return error;
}

/* 1. Query: what the host has, and how much of that the virtual IOMMU takes. */
static int query(const struct function *function, unsigned int takes, struct vpasid_info *info,
		 unsigned int *width)
{
	int ret = function->device_fd >= 0 ? vpasid_query_device(function->device_fd, info)
					   : function_offline_info(function, info);

	if (ret)
		return ret;
	*width = vpasid_info_usable_width(info);
	if (*width > takes)
		*width = takes;
	printf("PASIDs have %u bits, %u for the guest\n", info->width, *width);
	return 0;
}

/* 2. Place: where the guest will find it, given what is known of the device. */
static int place(const struct function *function, const struct vpasid_quirks *quirks,
		 struct vpasid_placement *placement)
{
	const struct vpasid_quirk *matches[MAX_QUIRKS];
	struct vpasid_device device = { .argsz = sizeof(device) };
	int ret = vpasid_device_from_config(function->config, VPASID_CONFIG_SIZE, function->kind,
					    &device);
	int count = vpasid_quirks_match(quirks, &device, matches, MAX_QUIRKS);
	const struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = function->config,
		.size = VPASID_CONFIG_SIZE,
		.quirks = matches,
		.quirk_count = (size_t)count,
	};

	if (ret || count < 0)
		return ret ? ret : count;
	if (count > MAX_QUIRKS)
		return -E2BIG;
	/* the target of a migration has a placement already, and checks whether it holds */
	return placement->cap_count ? vpasid_place_verify(&request, placement)
				    : vpasid_place(&request, placement);
}

/* 3. Emulate: all accesses but those to the virtual capability go to the device. */
static int read_device(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	const struct function *function = opaque;
	ssize_t done = pread(function->device_fd, data, length, function->config_at + offset);

	return done == length ? 0 : -EIO;
}

static int write_device(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	const struct function *function = opaque;
	ssize_t done = pwrite(function->device_fd, data, length, function->config_at + offset);

	return done == length ? 0 : -EIO;
}

/* Here a VMM tells its virtual IOMMU to begin using PASID tables, or to stop. */
static void control_changed(void *opaque, uint16_t control)
{
	(void)opaque;
	printf("PASID Control is %u: %s\n", control,
	       control & VPASID_CTRL_ENABLE ? "the guest has enabled PASID" : "PASID is off");
}

static int emulate(struct function *function, const struct vpasid_info *info,
		   const struct vpasid_placement *placement, unsigned int width,
		   struct vpasid_vconfig **view)
{
	static const struct vpasid_vconfig_ops live = {
		.argsz = sizeof(live),
		.read = read_device,
		.write = write_device,
		.pasid_changed = control_changed,
	};
	static const struct vpasid_vconfig_ops offline = { .argsz = sizeof(offline),
							   .pasid_changed = control_changed };
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = function->config,
		.size = VPASID_CONFIG_SIZE,
		.info = info,
		.placement = placement,
		.width = width,
		.ops = function->device_fd >= 0 ? &live : &offline,
		.opaque = function,
	};

	return vpasid_vconfig_new(&request, view);
}

/* The guest walks the chain as its kernel does, and enables PASID if it finds it. */
static int guest_boots(struct vpasid_vconfig *view)
{
	unsigned int at = VPASID_CONFIG_CONVENTIONAL;

	while (at) {
		uint8_t cap[8] = { 0 };
		int ret = vpasid_vconfig_read(view, at, cap, at < 0xffc ? 8 : 4);
		unsigned int id = cap[0] | cap[1] << 8;
		const char *name = vpasid_ext_cap_name(id);

		if (ret)
			return ret;
		printf("guest: 0x%03x %s\n", at, name ? name : "?");
		if (id == VPASID_EXT_CAP_PASID) {
			/* like pci_enable_pasid(): Enable, and all permissions that are offered */
			const uint8_t control[2] = { VPASID_CTRL_ENABLE | (cap[4] & 6) };

			printf("guest: PASIDs have %u bits\n", cap[5] & 0x1f);
			ret = vpasid_vconfig_write(view, at + 6, control, sizeof(control));
			if (ret)
				return ret;
		}
		at = (cap[2] >> 4 | cap[3] << 4) & ~3u;
	}
	return 0;
}

/* 4. Migrate: the guest finds everything where it was, or it isn't migrated. */
static int migrate(const struct vpasid_vconfig *source, struct vpasid_vconfig *target)
{
	uint8_t state[VPASID_VCONFIG_STATE_MAX];
	char why[VPASID_VCONFIG_WHY_TEXT];
	int size = vpasid_vconfig_save(source, state, sizeof(state));
	int ret = vpasid_vconfig_restore(target, state, size);

	if (ret) {
		vpasid_vconfig_why_stale(target, state, size, why, sizeof(why));
		printf("migration refused: %s\n", why);
	}
	return ret;
}

/* Uses the same function again, as if it were on another host. */
static int move_to(struct function *function, const struct vpasid_quirks *quirks,
		   const struct vpasid_info *info, struct vpasid_placement *placement,
		   unsigned int width, const struct vpasid_vconfig *source)
{
	struct vpasid_vconfig *target = NULL;
	int ret = place(function, quirks, placement);

	printf("migrating to a host with %u bits\n", width);
	if (!ret)
		ret = emulate(function, info, placement, width, &target);
	if (!ret)
		ret = migrate(source, target);
	if (!ret)
		vpasid_vconfig_reset(target); /* as when the machine is reset */
	vpasid_vconfig_free(target);
	return ret;
}

static int run(struct function *function, const struct vpasid_quirks *quirks, unsigned int takes)
{
	struct vpasid_placement placement = { 0 };
	struct vpasid_vconfig *view = NULL;
	struct vpasid_info info;
	unsigned int width;
	int ret = query(function, takes, &info, &width);

	if (ret)
		return complain("no answer from the host", ret);
	if (!width)
		return 0; /* the guest gets no PASID, and needs no view */

	ret = place(function, quirks, &placement);
	if (ret)
		return complain("no place for PASID", ret);
	printf("placed at 0x%03x: %s\n", placement.caps[0].offset,
	       vpasid_place_reason_name(placement.caps[0].reason));

	ret = emulate(function, &info, &placement, width, &view);
	if (!ret)
		ret = guest_boots(view);
	if (!ret)
		ret = move_to(function, quirks, &info, &placement, width, view);
	if (!ret && width > 1) /* a guest doesn't see its device change */
		ret = move_to(function, quirks, &info, &placement, width - 1, view) == -ESTALE
			      ? 0
			      : -EPROTO;
	vpasid_vconfig_free(view);
	return ret ? complain("the guest", ret) : 0;
}

int main(int argc, char **argv)
{
	struct vpasid_quirks_error error = { "no memory" };
	unsigned int takes = VPASID_MAX_WIDTH;
	struct vpasid_quirks *quirks;
	struct function function;
	int ret;

	if (argc > 2 && !strcmp(argv[1], "--width")) {
		takes = strtoul(argv[2], NULL, 0);
		argc -= 2;
		argv += 2;
	}
	if (argc == 3 && !strcmp(argv[1], "--file"))
		ret = function_from_file(&function, argv[2]);
	else if (argc == 2 && argv[1][0] != '-')
		ret = function_open(&function, argv[1]);
	else
		return complain("usage: vmm [--width N] BDF | --file SPACE.bin", -EINVAL) != 0;
	if (ret)
		return complain(argv[argc - 1], ret) != 0;

	quirks = vpasid_quirks_new();
	ret = quirks ? vpasid_quirks_load(quirks, &error) : -ENOMEM;
	if (ret)
		fprintf(stderr, "vmm: %s\n", error.text);
	else
		ret = run(&function, quirks, takes);
	vpasid_quirks_free(quirks);
	return ret != 0;
}
