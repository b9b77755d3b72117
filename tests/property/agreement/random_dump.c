// SPDX-License-Identifier: MIT
/* A made host, as lspci -xxxx prints it. */
#include <linux/pci_regs.h>

#include "random_host.h"

bool is_in_dump(const struct made_function *function)
{
	size_t size = function->space.size;

	return function->has_config &&
	       (size == PCI_STD_HEADER_SIZEOF || size == PCI_CFG_SPACE_SIZE ||
		size == PCI_CFG_SPACE_EXP_SIZE);
}

static void print_line(const struct made_space *space, size_t at, FILE *stream)
{
	fprintf(stream, "%02zx:", at);
	for (size_t i = 0; i < 16; i++)
		fprintf(stream, " %02x", space->config[at + i]);
	fputc('\n', stream);
}

bool has_dump(const struct made_host *host)
{
	for (int i = 0; i < host->count; i++)
		if (is_in_dump(&host->functions[i]) &&
		    host->functions[i].space.size == PCI_CFG_SPACE_EXP_SIZE)
			return true;
	return false;
}

void random_host_dump(const struct made_host *host, FILE *stream)
{
	for (int i = 0; i < host->count; i++) {
		const struct made_function *function = &host->functions[i];

		if (!is_in_dump(function))
			continue;
		fprintf(stream, "%s made: a function\n", function->bdf);
		for (size_t at = 0; at < function->space.size; at += 16)
			print_line(&function->space, at, stream);
		fputc('\n', stream);
	}
}
