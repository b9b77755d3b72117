// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/made_view.h"

struct vpasid_info info;
struct vpasid_placement placement;
struct vpasid_vconfig_request request;
struct vpasid_vconfig *view;
struct device device;

static int log_part(uint8_t *log, uint16_t offset, uint16_t length)
{
	assert_true(length > 0 && offset + length <= VPASID_CONFIG_SIZE);
	assert_true(offset >= device.last);
	device.last = offset + length;
	if (device.fail_at >= offset && device.fail_at < offset + length)
		return -EHWPOISON;
	for (unsigned int i = 0; i < length; i++)
		log[offset + i]++;
	return 0;
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	int ret = log_part(device.reads, offset, length);

	assert_ptr_equal(opaque, &device);
	if (!ret)
		memcpy(data, device.registers + offset, length);
	return ret;
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	int ret = log_part(device.writes, offset, length);

	assert_ptr_equal(opaque, &device);
	if (!ret)
		memcpy(device.registers + offset, data, length);
	return ret;
}

static void device_changed(void *opaque, uint16_t control)
{
	assert_ptr_equal(opaque, &device);
	assert_int_equal(vpasid_vconfig_control(view), control);
	device.changes++;
	device.changed_to = control;
	device.devctl_at_change = device.registers[EXPRESS + PCI_EXP_DEVCTL + 1];
}

const struct vpasid_vconfig_ops device_ops = {
	.argsz = sizeof(device_ops),
	.read = device_read,
	.write = device_write,
	.pasid_changed = device_changed,
};

const struct vpasid_vconfig_ops only_changed = { .argsz = sizeof(only_changed),
						 .pasid_changed = device_changed };

uint32_t get32(const uint8_t *bytes, unsigned int offset)
{
	return bytes[offset] | bytes[offset + 1] << 8 | bytes[offset + 2] << 16 |
	       (uint32_t)bytes[offset + 3] << 24;
}

/* An endpoint that has FLR in both ways, ATS and LTR. */
int view_setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	put32(PCI_VENDOR_ID, 0x0b258086);
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = AF;
	put32(AF, PCI_CAP_ID_AF | EXPRESS << 8 | 6 << 16 | 3u << 24);
	put32(EXPRESS, PCI_CAP_ID_EXP | 2 << 16);
	put32(EXPRESS + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_FLR);
	put_cap(0x100, PCI_EXT_CAP_ID_ATS, 0x148);
	put_cap(0x148, PCI_EXT_CAP_ID_LTR, 0);

	info = (struct vpasid_info){ .capabilities = PERMISSIONS, .width = 20 };
	placement = (struct vpasid_placement){
		.cap_count = 1,
		.caps = { { .id = PASID, .length = 8, .offset = VIRTUAL, .version = 1 } },
	};
	request = (struct vpasid_vconfig_request){
		.argsz = sizeof(struct vpasid_vconfig_request),
		.config = config,
		.size = sizeof(config),
		.info = &info,
		.placement = &placement,
		.opaque = &device,
	};
	memset(&device, 0, sizeof(device));
	device.fail_at = -1;
	return 0;
}

int view_teardown(void **state)
{
	(void)state;
	vpasid_vconfig_free(view);
	view = NULL;
	return 0;
}

void seal(void)
{
	struct vpasid_layout layout;

	assert_true(vpasid_layout_read(config, sizeof(config), &layout) >= 0);
	placement.digest = vpasid_layout_digest(&layout);
}

int try_make(void)
{
	vpasid_vconfig_free(view);
	view = (void *)&device;
	return vpasid_vconfig_new(&request, &view);
}

/* Makes the view of config as it is now. */
void make(const struct vpasid_vconfig_ops *ops)
{
	seal();
	memcpy(device.registers, config, sizeof(config));
	request.ops = ops;
	assert_int_equal(try_make(), 0);
	assert_non_null(view);
}

int guest_read(unsigned int offset, void *data, size_t length)
{
	device.last = 0;
	return vpasid_vconfig_read(view, offset, data, length);
}

int guest_write(unsigned int offset, const void *data, size_t length)
{
	device.last = 0;
	return vpasid_vconfig_write(view, offset, data, length);
}

void write_value(unsigned int offset, uint32_t value, size_t length)
{
	const uint8_t data[4] = { value, value >> 8, value >> 16, value >> 24 };

	assert_int_equal(guest_write(offset, data, length), 0);
}

uint32_t read_value(unsigned int offset, size_t length)
{
	uint8_t data[4] = { 0 };

	assert_int_equal(guest_read(offset, data, length), 0);
	return get32(data, 0);
}
