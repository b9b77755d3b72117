// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/host.h"
#include "made_space.h"
#include "pci/config_space.h"
#include "pci/dump.h"
#include "support/machine.h"

void put_dword(uint8_t *config, unsigned int offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

void put_header(uint8_t *config, unsigned int offset, unsigned int id, unsigned int next)
{
	put_dword(config, offset, id | 1u << 16 | (uint32_t)next << 20);
}

void fill(uint8_t *config)
{
	memset(config, 0, VPASID_CONFIG_SIZE);
	put_dword(config, 0, 0x0b258086);
	put_dword(config, PCI_COMMAND, PCI_STATUS_CAP_LIST << 16);
	put_dword(config, 0x2c, 0x00018086);
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_EXP;
	put_header(config, 0x100, 0x0e, 0);
}

void dump_to(FILE *stream, const char *address, const uint8_t *config)
{
	struct bdf bdf;

	assert_int_equal(bdf_parse(address, &bdf), 0);
	dump_write(&bdf, "A description", config, stream);
}

char *dump_of(const uint8_t *config)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	dump_to(stream, ADDRESS, config);
	fclose(stream);
	return text;
}

struct why why;

int open_text(struct host *host, const char *text, size_t length)
{
	return machine_open_dump(host, text, length, &why);
}

const struct config_space *read_config(struct host *host, const char *address)
{
	struct function *function;
	struct bdf bdf;

	assert_int_equal(bdf_parse(address, &bdf), 0);
	function = host_function(host, &bdf);
	assert_int_equal(function_read(function, FUNCTION_CONFIG, &why), 0);
	return function->config;
}

void assert_read(const struct config_space *space, const uint8_t *config)
{
	assert_int_equal(space->error, 0);
	assert_int_equal(space->size, VPASID_CONFIG_SIZE);
	assert_memory_equal(space->config, config, VPASID_CONFIG_SIZE);
	assert_int_equal(space->device.vendor, 0x8086);
	assert_int_equal(space->device.device, 0x0b25);
	assert_int_equal(space->device.subsystem_vendor, 0x8086);
	assert_int_equal(space->device.subsystem_device, 0x0001);
}

void fill_space(struct config_space *space)
{
	*space = (struct config_space){ .bdf.text = ADDRESS, .size = VPASID_CONFIG_SIZE };
	space->device.vendor = 0x8086;
	space->device.device = 0x0b25;
	fill(space->config);
}
