// SPDX-License-Identifier: MIT
/*
 * vconfig_bench: what a guest's access costs, as a ratio to a memcpy of the same width
 * whose length the compiler doesn't know.
 */
#include <linux/pci_regs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/vconfig.h>

#include "measure.h"

#define CALLS	20000
#define VIRTUAL 0xe00
#define CONTROL (VIRTUAL + 6)

static uint8_t config[VPASID_CONFIG_SIZE];
static struct vpasid_vconfig *view, *backed;

/* What is read, or is written; the bit that may be PASID Enable changes each time. */
static uint8_t data[8];

struct access {
	struct vpasid_vconfig **view;
	size_t offset;
	size_t length;
};

__attribute__((noinline)) static void copy(void *to, const void *from, size_t length)
{
	memcpy(to, from, length);
	/* or the call is left out */
	__asm__ volatile("" ::: "memory");
}

/* Control is the first byte that is written, or the third one of the dword. */
static void toggle(void)
{
	data[0] ^= 1;
	data[2] ^= 1;
}

static void floor_call(const void *argument)
{
	const struct access *access = argument;

	toggle();
	copy(data, config + access->offset, access->length);
}

static void read_call(const void *argument)
{
	const struct access *access = argument;

	toggle();
	vpasid_vconfig_read(*access->view, access->offset, data, access->length);
}

static void write_call(const void *argument)
{
	const struct access *access = argument;

	toggle();
	vpasid_vconfig_write(*access->view, access->offset, data, access->length);
}

/* A device that costs nothing: what is left is the view's own. */
static int device_read(void *opaque, uint16_t offset, void *to, uint16_t length)
{
	memcpy(to, (const uint8_t *)opaque + offset, length);
	return 0;
}

static int device_write(void *opaque, uint16_t offset, const void *from, uint16_t length)
{
	memcpy((uint8_t *)opaque + offset, from, length);
	return 0;
}

static int compare_width(size_t length)
{
	const struct access register_of_view = { &view, 0x10, length };
	const struct access capability = { &view, VIRTUAL + 4, length };
	const struct access control = { &view, length < 4 ? CONTROL : VIRTUAL + 4, length };
	const struct access register_of_device = { &backed, 0x10, length };
	const struct contender contenders[] = {
		{ "memcpy (the floor)", floor_call, &capability },
		{ "read of another register", read_call, &register_of_view },
		{ "read of PASID's Capability", read_call, &capability },
		{ "write of another register", write_call, &register_of_view },
		{ "write of PASID's Control, toggling Enable", write_call, &control },
		{ "read through a callback", read_call, &register_of_device },
		{ "write through a callback", write_call, &register_of_device },
	};

	printf("of %zu byte%s:\n", length, length > 1 ? "s" : "");
	return measure(contenders, sizeof(contenders) / sizeof(contenders[0]), CALLS);
}

static int make_view(void)
{
	const struct vpasid_info info = { .width = 20 };
	const struct vpasid_cap pasid = { .id = VPASID_EXT_CAP_PASID, .offset = VIRTUAL };
	const struct vpasid_place_request where = {
		.argsz = sizeof(where),
		.config = config,
		.size = sizeof(config),
		.caps = &pasid,
		.cap_count = 1,
	};
	static uint8_t registers[VPASID_CONFIG_SIZE];
	static const struct vpasid_vconfig_ops ops = { .argsz = sizeof(ops),
						       .read = device_read,
						       .write = device_write };
	struct vpasid_placement placement;
	struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
	};
	int ret;

	/* without the PCI Express Capability there is no place */
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_EXP;
	ret = vpasid_place(&where, &placement) ?: vpasid_vconfig_new(&request, &view);

	request.ops = &ops;
	request.opaque = registers;
	return ret ?: vpasid_vconfig_new(&request, &backed);
}

/* Or what is measured isn't what its name says. */
static bool toggles(void)
{
	const struct access control = { &view, CONTROL, 1 };
	uint16_t before = vpasid_vconfig_control(view);

	write_call(&control);
	return vpasid_vconfig_control(view) == (before ^ VPASID_CTRL_ENABLE);
}

int main(void)
{
	int ret = make_view();

	if (ret || !toggles() || !toggles()) {
		fputs("vconfig_bench: can't make a view\n", stderr);
		return 1;
	}
	for (size_t length = 1; length <= 4 && !ret; length *= 2)
		ret = compare_width(length);
	vpasid_vconfig_free(backed);
	vpasid_vconfig_free(view);
	return ret != 0;
}
