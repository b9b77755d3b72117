// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>

#include "pci/filter.h"

/* @parse may change the text that it is given. */
static int take_option(const char *option, const char *text, struct filter *filter,
		       char *(*parse)(struct pci_filter *filter, char *text), struct why *why)
{
	const char *error;
	char copy[64];

	if (!text)
		return 0;
	snprintf(copy, sizeof(copy), "%s", text);
	error = parse(&filter->libpci, copy);
	return error ? because(why, -EINVAL, "%s %s: %s", option, text, error) : 0;
}

int filter_parse(const char *slot, const char *id, struct filter *filter, struct why *why)
{
	int ret;

	/* libpci makes no use of the access. */
	pci_filter_init(NULL, &filter->libpci);
	ret = take_option("-s", slot, filter, pci_filter_parse_slot, why);
	return ret ? ret : take_option("-d", id, filter, pci_filter_parse_id, why);
}

bool filter_matches(const struct filter *filter, const struct bdf *bdf, uint16_t vendor,
		    uint16_t device, uint32_t class)
{
	/* libpci needs no access, since all that it would read is known. */
	struct pci_dev function = {
		.domain = (int)bdf->domain,
		.bus = bdf->bus,
		.dev = bdf->device,
		.func = bdf->function,
		.known_fields = PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_CLASS_EXT,
		.vendor_id = vendor,
		.device_id = device,
		.device_class = (uint16_t)(class >> 8),
		.prog_if = (uint8_t) class,
	};
	struct pci_filter copy = filter->libpci;

	return pci_filter_match(&copy, &function);
}
