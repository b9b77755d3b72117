// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dump_read FILE: "BDF SIZE BYTES" of each function of a dump, as pci/dump.h reads it.
 * dump_read --libpci FILE: the same as libpci reads it.
 */
#include <pci/pci.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "pci/dump.h"

static void print(const char *bdf, const uint8_t *config, size_t size)
{
	printf("%s %zu ", bdf, size);
	for (size_t i = 0; i < size; i++)
		printf("%02x", config[i]);
	putchar('\n');
}

static int read_ours(const char *path)
{
	struct dump dump;
	struct why why;

	if (dump_read(path, &dump, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return 3;
	}
	for (size_t i = 0; i < dump.count; i++)
		print(dump.functions[i].bdf.text, dump.functions[i].config, dump.functions[i].size);
	dump_free(&dump);
	return 0;
}

/* libpci has the functions in reverse order, and doesn't say how many bytes there are. */
static void print_libpci(struct pci_dev *device)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	size_t size = 0;
	char bdf[32];

	if (!device)
		return;
	print_libpci(device->next);
	while (size < sizeof(config) && pci_read_block(device, (int)size, config + size, 1))
		size++;
	snprintf(bdf, sizeof(bdf), "%04x:%02x:%02x.%x", (unsigned int)device->domain, device->bus,
		 device->dev, device->func);
	print(bdf, config, size);
}

static int read_libpci(char *path)
{
	struct pci_access *access = pci_alloc();

	access->method = PCI_ACCESS_DUMP;
	pci_set_param(access, (char *)"dump.name", path);
	pci_init(access);
	print_libpci(access->devices);
	pci_cleanup(access);
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc == 3 && !strcmp(argv[1], "--libpci"))
		return read_libpci(argv[2]);
	if (argc == 2)
		return read_ours(argv[1]);
	fputs("usage: dump_read [--libpci] FILE\n", stderr);
	return 2;
}
