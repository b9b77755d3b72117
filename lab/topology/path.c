// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "path.h"

/* Parses "SLOT.FUNCTION". Returns what comes after it, NULL if it isn't there. */
static const char *parse_hop(const char *text, uint8_t *devfn)
{
	unsigned int slot, function;
	int length = 0;

	if (sscanf(text, "%2x.%1x%n", &slot, &function, &length) != 2 || slot > 0x1f ||
	    function > 7)
		return NULL;

	*devfn = slot << 3 | function;
	return text + length;
}

bool path_parse(struct pci_path *path, const char *text)
{
	/* A path begins on the root bus of the one domain that the VM has. */
	if (strncmp(text, "0000:", 5) == 0)
		text += 5;
	if (strncmp(text, "00:", 3) != 0)
		return false;
	text += 3;

	for (path->hops = 0; path->hops < PATH_HOPS; text++) {
		text = parse_hop(text, &path->devfn[path->hops++]);
		if (!text)
			return false;
		if (!*text)
			return true;
		if (*text != '/')
			return false;
	}

	return false;
}

struct path_text path_format(const struct pci_path *path)
{
	struct path_text formatted = { "" };
	unsigned int i;
	size_t length = 0;

	for (i = 0; i < path->hops; i++)
		length += snprintf(formatted.text + length, sizeof(formatted.text) - length,
				   "%s%02x.%x", i ? "/" : "00:", path->devfn[i] >> 3,
				   path->devfn[i] & 7);

	return formatted;
}

bool path_equal(const struct pci_path *a, const struct pci_path *b)
{
	return a->hops == b->hops && memcmp(a->devfn, b->devfn, a->hops) == 0;
}

bool path_same_bus(const struct pci_path *a, const struct pci_path *b)
{
	return a->hops == b->hops && memcmp(a->devfn, b->devfn, a->hops - 1) == 0;
}

bool path_is_below(const struct pci_path *path, const struct pci_path *bridge)
{
	return path->hops > bridge->hops && memcmp(path->devfn, bridge->devfn, bridge->hops) == 0;
}
