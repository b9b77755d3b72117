// SPDX-License-Identifier: MIT
/*
 * How a VMM offers PASID to a guest, from the query of the host to a live migration;
 * doc/vmm-reference.md explains it. Here, the view is in the path of the guest's accesses; table.c
 * is for VMMs that keep config space themselves.
 *
 *	vmm [OPTION]... 0000:6a:01.0         a function that a VFIO driver is bound to
 *	vmm [OPTION]... --file SPACE.bin     4096 bytes of config space, without a device
 *
 *	--width N    the PASID width that the virtual IOMMU supports; 20 is the default
 *	--sva        also give the guest ATS and PRI, as far as the function has them
 *	--iommufd    open the function through its character device, not through its group
 *
 * guest.c plays the guest.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vpasid/vpasid.h>

#include "function.h"
#include "guest.h"

#define MAX_CAPS   3
#define MAX_QUIRKS 16

/**
 * struct offer - what the guest gets
 * @caps: Its virtual capabilities, the most important one first.
 * @cap_count: How many there are.
 * @masked: The function's own capabilities that the guest must not see.
 * @masked_count: 1 or 0.
 * @width: Bits of a PASID.
 * @withheld: Permissions that the guest doesn't get.
 */
struct offer {
	struct vpasid_cap caps[MAX_CAPS];
	size_t cap_count;
	uint16_t masked[1];
	size_t masked_count;
	unsigned int width;
	uint16_t withheld;
};

static int complain(const char *what, int error)
{
	fprintf(stderr, "vmm: %s: %s\n", what, strerror(-error));
	return error;
}

/* 1. Query: what the host has, and how much of that the virtual IOMMU supports. */
static int query(const struct function *function, unsigned int takes, struct vpasid_info *info,
		 struct offer *offer)
{
	int ret = function->device_fd >= 0
			  ? vpasid_query_bound(function->device_fd, function->iommufd,
					       function->dev_id, NULL, info)
			  : function_offline_info(function, info);

	if (ret)
		return ret;
	offer->width = vpasid_info_usable_width(info);
	if (offer->width > takes)
		offer->width = takes;
	printf("PASIDs have %u bits, %u for the guest\n", info->width, offer->width);
	return 0;
}

/* 2. Choose: PASID comes first, so that its place doesn't depend on the other capabilities. */
static void add(struct offer *offer, uint16_t id)
{
	offer->caps[offer->cap_count++].id = id;
}

static void choose(const struct function *function, const struct vpasid_info *info, bool sva,
		   struct offer *offer)
{
	struct vpasid_layout layout;

	add(offer, VPASID_EXT_CAP_PASID);
	if (info->ats_refused) /* the function can't use ATS, so the guest must not see it */
		offer->masked[offer->masked_count++] = VPASID_EXT_CAP_ATS;
	if (!sva || info->ats_refused ||
	    vpasid_layout_read(function->config, VPASID_CONFIG_SIZE, &layout) <= 0)
		return;
	if (vpasid_layout_find(&layout, VPASID_EXT_CAP_ATS))
		add(offer, VPASID_EXT_CAP_ATS);
	/* a VF shares its PF's page requests, and has no capability of its own */
	if (vpasid_layout_find(&layout, VPASID_EXT_CAP_PRI) || function->pf_pri[0])
		add(offer, VPASID_EXT_CAP_PRI);
}

/* 3. Place: find their offsets, using what is known about the device. */
static int place(const struct function *function, const struct vpasid_quirks *quirks,
		 const struct offer *offer, struct vpasid_placement *placement)
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
		.caps = offer->caps,
		.cap_count = offer->cap_count,
	};

	if (ret || count < 0)
		return ret ? ret : count;
	if (count > MAX_QUIRKS)
		return -E2BIG;
	/* the target of a migration has the source's placement, and checks that it is valid here */
	return placement->cap_count ? vpasid_place_verify(&request, placement)
				    : vpasid_place(&request, placement);
}

/* 4. Emulate: all accesses except those to the virtual capabilities go to the device. */
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

/* Here, a VMM tells its virtual IOMMU to start using PASID tables, or to stop. */
static void control_changed(void *opaque, uint16_t control)
{
	(void)opaque;
	printf("PASID Control is %u: %s\n", control,
	       control & VPASID_CTRL_ENABLE ? "the guest has enabled PASID" : "PASID is off");
}

/* And here, that the guest uses ATS: the function may request translations from its IOMMU. */
static void ats_changed(void *opaque, uint16_t control)
{
	(void)opaque;
	printf("ATS is %s\n", control & VPASID_ATS_ENABLE ? "on" : "off");
}

/* And here, how many page requests the guest accepts at a time. This VMM never has any. */
static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	(void)opaque;
	printf("PRI is %s, for %u page requests\n", control & VPASID_PRI_ENABLE ? "on" : "off",
	       allocation);
	return control & VPASID_PRI_ENABLE ? 0 : VPASID_PRI_STOPPED;
}

static int emulate(struct function *function, const struct vpasid_info *info,
		   const struct offer *offer, const struct vpasid_placement *placement,
		   struct vpasid_vconfig **view)
{
	struct vpasid_vconfig_ops ops = {
		.argsz = sizeof(ops),
		.pasid_changed = control_changed,
		.ats_changed = ats_changed,
		.pri_changed = pri_changed,
	};
	struct vpasid_vconfig_registers registers[VPASID_MAX_CAPS] = { 0 };
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = function->config,
		.size = VPASID_CONFIG_SIZE,
		.info = info,
		.placement = placement,
		.width = (uint16_t)offer->width,
		.withheld = offer->withheld,
		.registers = registers,
		.register_count = placement->cap_count,
		.masked = offer->masked,
		.masked_count = offer->masked_count,
		.ops = &ops,
		.opaque = function,
	};

	for (unsigned int i = 0; i < placement->cap_count; i++) {
		if (placement->caps[i].id != VPASID_EXT_CAP_PRI || !function->pf_pri[0])
			continue; /* made from @info, or from the function's own registers */
		registers[i].bytes = function->pf_pri;
		registers[i].length = sizeof(function->pf_pri);
	}
	if (function->device_fd >= 0) {
		ops.read = read_device;
		ops.write = write_device;
	}
	return vpasid_vconfig_new(&request, view);
}

/* The guest's accesses: no other function reads or writes config space for it. */
static int guest_reads(void *opaque, size_t offset, void *data, size_t length)
{
	return vpasid_vconfig_read(opaque, offset, data, length);
}

static int guest_writes(void *opaque, size_t offset, const void *data, size_t length)
{
	return vpasid_vconfig_write(opaque, offset, data, length);
}

/* 6. Migrate: the guest finds everything at the same offsets, or it isn't migrated. */
static int migrate(struct function *function, const struct vpasid_quirks *quirks,
		   const struct vpasid_info *info, struct offer *offer, const void *state,
		   size_t size, struct vpasid_vconfig **target)
{
	struct vpasid_vconfig_state source = { .argsz = sizeof(source) };
	char why[VPASID_VCONFIG_WHY_TEXT];
	int ret = vpasid_vconfig_state_peek(state, size, &source);

	if (!ret)
		ret = place(function, quirks, offer, &source.placement);
	if (ret)
		return ret;
	if (offer->width > source.width) /* no more than the guest was offered */
		offer->width = source.width;
	offer->withheld = (VPASID_CAP_EXEC | VPASID_CAP_PRIV) & ~source.permissions;
	ret = emulate(function, info, offer, &source.placement, target);
	if (!ret)
		ret = vpasid_vconfig_restore(*target, state, size);
	if (ret == -ESTALE) {
		vpasid_vconfig_why_stale(*target, state, size, why, sizeof(why));
		printf("migration refused: %s\n", why);
	}
	return ret;
}

/* Uses the same function again, as if it were on another host. */
static int move_to(struct function *function, const struct vpasid_quirks *quirks,
		   const struct vpasid_info *info, struct offer *offer,
		   const struct vpasid_vconfig *view)
{
	uint8_t state[VPASID_VCONFIG_STATE_MAX];
	struct vpasid_vconfig *target = NULL;
	int ret = vpasid_vconfig_save(view, state, sizeof(state));

	printf("migrating to a host with %u bits\n", offer->width);
	if (ret >= 0)
		ret = migrate(function, quirks, info, offer, state, (size_t)ret, &target);
	if (!ret)
		vpasid_vconfig_reset(target); /* as for a reset of the machine */
	vpasid_vconfig_free(target);
	return ret;
}

/* To a host like this one, and to one that supports one bit less. */
static int move_twice(struct function *function, const struct vpasid_quirks *quirks,
		      const struct vpasid_info *info, struct offer *offer,
		      const struct vpasid_vconfig *view)
{
	int ret = move_to(function, quirks, info, offer, view);

	if (ret || offer->width == 1)
		return ret;
	offer->width--; /* refused: a guest must not see its device change */
	return move_to(function, quirks, info, offer, view) == -ESTALE ? 0 : -EPROTO;
}

static int run(struct function *function, const struct vpasid_quirks *quirks, unsigned int takes,
	       bool sva)
{
	struct vpasid_placement placement = { 0 };
	struct guest guest = { guest_reads, guest_writes, NULL };
	struct vpasid_vconfig *view = NULL;
	struct offer offer = { 0 };
	struct vpasid_info info;
	int ret = query(function, takes, &info, &offer);

	if (ret)
		return complain("no answer from the host", ret);
	if (!offer.width)
		return 0; /* the guest gets no PASID and needs no view */

	choose(function, &info, sva, &offer);
	ret = place(function, quirks, &offer, &placement);
	if (ret)
		return complain("no place for PASID", ret);
	printf("placed at 0x%03x: %s\n", placement.caps[0].offset,
	       vpasid_place_reason_name(placement.caps[0].reason));
	for (unsigned int i = 1; i < placement.cap_count; i++)
		printf("%s at 0x%03x: %s\n", vpasid_ext_cap_name(placement.caps[i].id),
		       placement.caps[i].offset,
		       vpasid_place_reason_name(placement.caps[i].reason));

	ret = emulate(function, &info, &offer, &placement, &view);
	guest.opaque = view;
	if (!ret && sva)
		ret = guest_check(&guest);
	if (!ret)
		ret = guest_boots(&guest);
	if (!ret)
		ret = move_twice(function, quirks, &info, &offer, view);
	vpasid_vconfig_free(view);
	return ret ? complain("the guest", ret) : 0;
}

struct arguments {
	const char *file, *bdf;
	unsigned int takes;
	bool sva, by_iommufd;
};

static int take(struct arguments *arguments, int argc, char **argv)
{
	static const struct option options[] = {
		{ "width", required_argument, NULL, 'w' },
		{ "sva", no_argument, NULL, 's' },
		{ "iommufd", no_argument, NULL, 'i' },
		{ "file", required_argument, NULL, 'f' },
		{ 0 },
	};
	int option;

	*arguments = (struct arguments){ .takes = VPASID_MAX_WIDTH };
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'w')
			arguments->takes = (unsigned int)strtoul(optarg, NULL, 0);
		else if (option == 's')
			arguments->sva = true;
		else if (option == 'i')
			arguments->by_iommufd = true;
		else if (option == 'f')
			arguments->file = optarg;
		else
			return -EINVAL;
	}
	arguments->bdf = argv[optind];
	return argc - optind == (arguments->file ? 0 : 1) ? 0 : -EINVAL;
}

static int open_function(const struct arguments *arguments, struct function *function)
{
	if (arguments->file)
		return function_from_file(function, arguments->file);
	return arguments->by_iommufd ? function_open_by_iommufd(function, arguments->bdf)
				     : function_open(function, arguments->bdf);
}

int main(int argc, char **argv)
{
	struct vpasid_quirks_error error = { "no memory" };
	struct vpasid_quirks *quirks;
	struct arguments arguments;
	struct function function;
	int ret = take(&arguments, argc, argv);

	if (ret)
		return complain("usage: vmm [--width N] [--sva] [--iommufd] BDF | --file SPACE.bin",
				ret) != 0;
	ret = open_function(&arguments, &function);
	if (ret)
		return complain(arguments.file ? arguments.file : arguments.bdf, ret) != 0;

	quirks = vpasid_quirks_new();
	ret = quirks ? vpasid_quirks_load(quirks, &error) : -ENOMEM;
	if (ret)
		fprintf(stderr, "vmm: %s\n", error.text);
	else
		ret = run(&function, quirks, arguments.takes, arguments.sva);
	vpasid_quirks_free(quirks);
	return ret != 0;
}
